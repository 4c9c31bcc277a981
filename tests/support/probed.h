/* What the library has in headers only, instrumented as its sources are. */
#ifndef TESTS_SUPPORT_PROBED_H
#define TESTS_SUPPORT_PROBED_H

#include "pdp/name.h"

/* pst_name_find() */
uint32_t probed_name_find(const postern_acp_set *set,
                          const struct pst_name_key *key);

#endif
