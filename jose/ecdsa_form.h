/* The two forms of an ECDSA signature: R and S one after the other, as JOSE has
 * them (RFC 7518 section 3.4), and the DER that OpenSSL has. */
#ifndef PST_ECDSA_FORM_H
#define PST_ECDSA_FORM_H

#include "jose/key.h"

enum {
    PST_DER_MAX = 141
}; /* of a P-521 signature: 3 + 2 * (3 + 66), at most */

/* Of 2 * field bytes. False unless R and S are 1 to n - 1: zero, and what only
 * modulo n is a number of the group, verifies nothing. */
bool pst_ecdsa_to_der(enum pst_curve curve, const uint8_t *raw,
                      uint8_t der[PST_DER_MAX], size_t *size);

/* False when it is no DER of two numbers that fit. */
bool pst_ecdsa_from_der(enum pst_curve curve, const uint8_t *der, size_t size,
                        uint8_t *raw);

static inline size_t pst_field_size(enum pst_curve curve)
{
    return curve == PST_P256 ? 32 : curve == PST_P384 ? 48 : 66;
}

#endif
