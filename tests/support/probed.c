#include "support/probed.h"

uint32_t probed_name_find(const postern_acp_set *set,
                          const struct pst_name_key *key)
{
    return pst_name_find(set, key);
}
