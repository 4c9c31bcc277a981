/* What a DAS answers (TS-0003 table 7.3.2.2-2, TS-0004
 * m2m:dynAuthDasResponse). [DDA-09] */
#ifndef PST_DAS_RESPONSE_H
#define PST_DAS_RESPONSE_H

#include "dynauth/message.h"

struct pst_das_response {
    const struct pst_node *privileges; /* gp, as it was read; NULL: none */
    bool has_lifetime;
    int64_t lifetime_s; /* pl */
    postern_texts tokens;
};

/*
 * Reads the body of a message. Tokens stand beside dai, as TS-0004 has them, or
 * in it, as TS-0003 has them, not in both. [DDA-09]
 */
POSTERN_NODISCARD postern_status
pst_das_response_read(struct pst_das_response *response,
                      struct pst_message *message, const struct pst_node *body);

#endif
