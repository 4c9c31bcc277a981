/* The protected header of a JWS or JWE: what may be in it, and what it says. */
#ifndef PST_HEADER_H
#define PST_HEADER_H

#include "jose/json.h"
#include "jose/key.h"

enum {
    PST_HEADER_MAX = 3072, /* bytes of a header, and of its escaped strings */
    PST_HEADER_MEMBERS = 24,
    PST_HEADER_DEPTH = 4,
    PST_HEADER_VALUES = 64,
    PST_FIELD_MAX = 66, /* bytes of a coordinate: P-521 */
    PST_PARTY_MAX = 256 /* bytes of apu and apv */
};

/* Where a header stands. The signature inside a nested token has the rules of
 * one that stands alone. */
enum pst_header_of { PST_HEADER_OF_JWS, PST_HEADER_OF_JWE };

/* An ephemeral public key as it was sent: nothing of it is checked but its
 * form. */
struct pst_epk {
    enum pst_curve curve; /* NONE: one that is not known here */
    uint8_t x[PST_FIELD_MAX];
    uint8_t y[PST_FIELD_MAX];
    size_t x_size;
    size_t y_size;
};

struct pst_party {
    uint8_t bytes[PST_PARTY_MAX];
    size_t size;
};

struct pst_header {
    postern_jose_alg alg; /* NONE: a name that is not known here */
    postern_jose_enc enc; /* as alg; of a JWE */
    bool has_kid;
    postern_str kid; /* points into the header's text or scratch */
    bool is_nested;  /* of a JWE: cty says that a JWT is inside */
    bool has_epk;
    struct pst_epk epk;
    struct pst_party apu;
    struct pst_party apv;
};

/* Memory that reading takes; the texts found point into it. */
struct pst_header_room {
    uint8_t text[PST_HEADER_MAX];
    char scratch[PST_HEADER_MAX];
    struct pst_json_value values[PST_HEADER_VALUES];
};

/*
 * Reads the first part of a token: base64url, JSON, every rule on members that
 * needs no key. [JWT-06] [JWT-07] [JWT-08] [JWT-16]
 *
 * NONE, TOO_LARGE, NOT_DYNAUTHJWT, BAD_HEADER, HEADER_NOT_ALLOWED, BAD_TYP_CTY.
 */
POSTERN_NODISCARD postern_refusal pst_header_read(struct pst_header *header,
                                                  struct pst_header_room *room,
                                                  postern_str part,
                                                  enum pst_header_of of,
                                                  bool onem2m);

#endif
