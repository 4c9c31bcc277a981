/* SipHash-1-3: a hash that those who choose the texts cannot steer as long as
 * they do not know the key. */
#ifndef PST_KEYED_HASH_H
#define PST_KEYED_HASH_H

#include <postern/base.h>

struct pst_hash_key {
    uint64_t words[2];
};

uint64_t pst_keyed_hash(const struct pst_hash_key *key, const void *bytes,
                        size_t len);

#endif
