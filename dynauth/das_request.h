/* What a hosting CSE asks a DAS (TS-0003 table 7.3.2.2-1, TS-0004
 * m2m:dynAuthDasRequest). [DDA-07] */
#ifndef PST_DAS_REQUEST_H
#define PST_DAS_REQUEST_H

#include "dynauth/message.h"
#include "engine/json_values.h"

/* What is zeroed or absent is not told. */
struct pst_das_request {
    postern_str originator;    /* or */
    uint32_t target_type;      /* trt */
    int operation;             /* op, 1 to 5 */
    postern_ip ip;             /* oip */
    postern_location location; /* olo: a point, or else a country */
    postern_texts role_ids;    /* orid: that the originator has */
    bool dated;                /* time_s is set */
    int64_t time_s;            /* rts */
    postern_str target;        /* trid */
    bool has_lifetime;         /* lifetime_s is set */
    int64_t lifetime_s;        /* ppl */
    postern_texts helping_ids; /* rfa: roles that rules of the target list */
    postern_texts token_ids;   /* tids */
};

/* {"or":...}; `name` is that of the member, or NULL. */
void pst_das_request_write(struct pst_json_text *json, const char *name,
                           const struct pst_das_request *request);

/* Reads the body of a message. `or`, `op` and `trid` are needed. [DDA-07] */
POSTERN_NODISCARD postern_status
pst_das_request_read(struct pst_das_request *request,
                     struct pst_message *message, const struct pst_node *body);

#endif
