/*
 * Opening with a look at what is not verified yet: a token that will be refused
 * for its claims anyway need not cost a signature.
 */
#ifndef PST_OPEN_H
#define PST_OPEN_H

#include "jose/key.h"

/*
 * Asked once of a token whose payload can be read before its signature is
 * verified (a JWS, and what is inside a nested token), after form, header, key
 * and sizes were checked. The payload is the sender's word and no more: the
 * hook may refuse, it can never make anything accepted. True: go on; false:
 * `*refusal` is the answer. `payload` is in the memory of the jose, as that of
 * postern_opened will be: the same bytes at the same place.
 */
struct pst_early {
    bool (*ask)(void *user, const struct pst_key *key, postern_str payload,
                postern_refusal *refusal);
    void *user;
};

/* Sets of keys, asked one after the other. Without a kid there has to be one
 * set, of one key. */
struct pst_key_sets {
    const postern_keys *const *sets;
    size_t count;
};

/* How: where to look for keys, and what else is asked. One side decrypts a JWE,
 * the other verifies a JWS, be it alone or in a nested token; they may be the
 * same. */
struct pst_open_from {
    struct pst_key_sets verify;
    struct pst_key_sets decrypt;
    const postern_jose_rules *rules; /* NULL: defaults */
    const struct pst_early *early;   /* NULL: nothing is asked */
};

/* The keys that were used; NULL where there is none. */
struct pst_open_used {
    const struct pst_key *signer;
    const struct pst_key *decrypter;
};

/* As postern_jose_open(); `used` may be NULL. */
POSTERN_NODISCARD postern_refusal pst_jose_open(
    postern_jose *jose, const struct pst_open_from *from, postern_str token,
    postern_opened *opened, struct pst_open_used *used);

#endif
