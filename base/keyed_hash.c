/* SipHash as its authors publish it (Aumasson and Bernstein, 2012), with one
 * round for each word and three at the end. Where they recommend two and four,
 * these are for tables in memory: nobody sees a hash. */
#include "base/keyed_hash.h"

enum { WORD = 8, FINAL_ROUNDS = 3 };

struct state {
    uint64_t v[4];
};

static uint64_t rotated(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static void mix(struct state *s)
{
    s->v[0] += s->v[1];
    s->v[2] += s->v[3];
    s->v[1] = rotated(s->v[1], 13) ^ s->v[0];
    s->v[3] = rotated(s->v[3], 16) ^ s->v[2];
    s->v[0] = rotated(s->v[0], 32) + s->v[3];
    s->v[2] += s->v[1];
    s->v[3] = rotated(s->v[3], 21) ^ s->v[0];
    s->v[1] = rotated(s->v[1], 17) ^ s->v[2];
    s->v[2] = rotated(s->v[2], 32);
}

static void absorb(struct state *s, uint64_t word)
{
    s->v[3] ^= word;
    mix(s);
    s->v[0] ^= word;
}

/* Of a whole word. The loop is there for machines of either byte order; the
 * compiler makes one load of it. */
static uint64_t word_at(const unsigned char *bytes)
{
    uint64_t word = 0;

    for (unsigned i = 0; i < WORD; i++) {
        word |= (uint64_t)bytes[i] << (8 * i);
    }
    return word;
}

/* The bytes that fill no word, and above them the last one of the length. */
static uint64_t tail_of(const unsigned char *bytes, size_t len)
{
    uint64_t word = (uint64_t)len << 56;

    for (size_t i = 0; i < len % WORD; i++) {
        word |= (uint64_t)bytes[i] << (8 * i);
    }
    return word;
}

uint64_t pst_keyed_hash(const struct pst_hash_key *key, const void *bytes,
                        size_t len)
{
    struct state s = {{key->words[0] ^ 0x736F6D6570736575u,
                       key->words[1] ^ 0x646F72616E646F6Du,
                       key->words[0] ^ 0x6C7967656E657261u,
                       key->words[1] ^ 0x7465646279746573u}};
    const unsigned char *at = bytes;

    for (size_t words = len / WORD; words > 0; words--) {
        absorb(&s, word_at(at));
        at += WORD;
    }
    absorb(&s, tail_of(at, len));
    s.v[2] ^= 0xFF;
    for (int i = 0; i < FINAL_ROUNDS; i++) {
        mix(&s);
    }
    return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}
