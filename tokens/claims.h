/*
 * The claim set of a token: between the JSON of table 7.3.2.6.2-1 of TS-0003
 * and postern_claims. Whether a claim is true is not asked here, only whether
 * it says something. [JWT-02] [JWT-03] [JWT-17] [JWT-18] [JWT-19]
 */
#ifndef PST_CLAIMS_H
#define PST_CLAIMS_H

#include "base/diag.h"
#include "jose/json.h"
#include "tokens/bump.h"

#include <postern/token.h>

enum {
    PST_CLAIMS_DEPTH = 16,
    PST_CLAIMS_MEMBERS = 64,
    PST_CLAIMS_VALUES = 4096,
    PST_CLAIMS_PATH = 64
};

struct pst_claims_reader {
    struct pst_bump *bump;         /* for what is kept */
    struct pst_json_value *values; /* PST_CLAIMS_VALUES, while it reads */
    const postern_cse *cse;
    bool unmapped;        /* tkid for jti, ... with times as TS-0004 writes
                             them [JWT-22] [TOK-18] */
    bool single_audience; /* a text for aud [JWT-04] */
    bool known_only;      /* what somebody wrote to be issued: a claim that is
                             misspelt would be a limit that is not there */
    /* After a refusal: RFC 6901 pointer of the claim, or the byte where the
     * JSON ends to be right; and a static sentence. */
    char path[PST_CLAIMS_PATH];
    size_t at;
    const char *problem;
};

/*
 * Reads a claim set. The slices of *claims are parts of `json`, or of the bump
 * where there were escapes.
 *
 * A permission that has members of another release is there with its remark
 * set: they could limit it.
 *
 * POSTERN_OK; POSTERN_ERR_SYNTAX: no strict JSON; POSTERN_ERR_LIMIT: too deep
 * or too many values; POSTERN_ERR_POLICY: a claim is missing or says nothing;
 * POSTERN_ERR_MEMORY: the bump is full. Cost: linear; no allocation.
 */
POSTERN_NODISCARD postern_status pst_claims_parse(struct pst_claims_reader *in,
                                                  postern_str json,
                                                  postern_claims *claims);

/* Whether a text is one absolute AE-ID or CSE-ID, which *id then is. */
bool pst_is_absolute(const postern_cse *cse, postern_str text, postern_id *id);

#endif
