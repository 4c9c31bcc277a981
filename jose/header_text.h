/* Writing the protected header of a token that is being made. */
#ifndef PST_HEADER_TEXT_H
#define PST_HEADER_TEXT_H

#include "jose/header.h"

/* What it says besides the algorithm. */
struct pst_header_text {
    postern_jose_alg alg;
    postern_jose_enc enc; /* NONE: of a JWS */
    postern_str kid;      /* absent: none */
    bool typ;             /* "JWT" */
    bool cty;             /* "JWT": something is nested */
    const struct pst_epk *epk;
};

/* Writes it as JSON. 0 when it does not fit, else its bytes. */
size_t pst_header_write(const struct pst_header_text *header, char *out,
                        size_t size);

#endif
