/*
 * Every allocation that adding keys makes refused once, ours and OpenSSL's:
 * nothing leaks, no key is taken, and those that were there stay.
 */
#include "support/claim.h"
#include "support/faulty.h"
#include "support/jose_keys.h"

#include "base/str.h"

#include <openssl/crypto.h>

#include <stdio.h>

/* One counter for both heaps: OpenSSL's refuses when `theirs` is asked for. */
static struct {
    bool armed;
    size_t calls;
    size_t fail_at;
} theirs;

static void *their_alloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    if (theirs.armed && ++theirs.calls == theirs.fail_at) {
        return NULL;
    }
    return malloc(size);
}

static void *their_realloc(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    if (theirs.armed && ++theirs.calls == theirs.fail_at) {
        return NULL;
    }
    return realloc(block, size);
}

static void their_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    free(block);
}

#define SET(keys) "{\"keys\":[" keys "]}"

static const char *const texts[] = {
    SET(OCT_KEY("a", "HS256", OCT_32) "," OCT_KEY("b", "dir", OCT_16)),
    SET(EC256_PRIVATE("a", SIG("ES256")) "," EC384_PUBLIC("b", SIG("ES384"))),
    RSA_PUBLIC("a", SIG("RS256")),
};

static const char pem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZisiUt+lhtRj7VZkfhO3jpprstux\n"
    "yjvTc+pUiYMdzqnMXGRJ1Nn3kDYlCd16W7+mLpob4OTR/wEEVh4MSBs/sQ==\n"
    "-----END PUBLIC KEY-----\n";

enum { TEXT_COUNT = sizeof texts / sizeof *texts };

static postern_status add(postern_keys *keys, size_t which)
{
    postern_key_facts facts;

    if (which < TEXT_COUNT) {
        return postern_keys_add_jwks(keys, postern_str_of(texts[which]), NULL,
                                     NULL);
    }
    postern_key_facts_init(&facts);
    facts.kid = PST_STR("a");
    facts.alg = POSTERN_ALG_ES256;
    return postern_keys_add_pem(keys, PST_STR(pem), &facts, NULL);
}

/* Ours: false when all of them were tried. */
static bool refuse_ours(size_t which, size_t n)
{
    struct faulty heap = {.fail_at = n};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_keys *keys = NULL;
    postern_status status = postern_keys_new(&keys, &allocator);

    if (status == POSTERN_OK) {
        status = add(keys, which);
        claim(status == POSTERN_OK || postern_keys_count(keys) == 0,
              "%zu: a key is there after allocation %zu", which, n);
        postern_keys_free(keys);
    }
    claim(heap.live == 0, "%zu: %zu bytes are left after allocation %zu", which,
          heap.live, n);
    claim(heap.wrong_sizes == 0, "%zu: a size is wrong", which);
    claim(status == (heap.calls < n ? POSTERN_OK : POSTERN_ERR_MEMORY),
          "%zu: status %d after allocation %zu", which, (int)status, n);
    return heap.calls >= n;
}

/* OpenSSL's. What it says of it is not always that it lacked memory. */
static bool refuse_theirs(size_t which, size_t n)
{
    postern_keys *keys = NULL;
    postern_status status;

    claim(postern_keys_new(&keys, NULL) == POSTERN_OK, "no set");
    theirs.calls = 0;
    theirs.fail_at = n;
    theirs.armed = true;
    status = add(keys, which);
    theirs.armed = false;
    claim((status == POSTERN_OK) == (postern_keys_count(keys) > 0),
          "%zu: status %d with %zu keys", which, (int)status,
          postern_keys_count(keys));
    postern_keys_free(keys);
    return theirs.calls >= n;
}

/* A set that has a key keeps it, and finds it. */
static void refuse_more(size_t n)
{
    static const char more[] = SET(OCT_KEY("c", "HS256", OCT_32) "," OCT_KEY(
        "d", "HS256", OCT_32) "," OCT_KEY("e", "HS256",
                                          OCT_32) "," OCT_KEY("f", "HS256",
                                                              OCT_32));
    struct faulty heap = {.fail_at = 0};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_keys *keys = NULL;

    claim(postern_keys_new(&keys, &allocator) == POSTERN_OK, "no set");
    claim(add(keys, 0) == POSTERN_OK, "no keys");
    heap.fail_at = heap.calls + n;
    claim(postern_keys_add_jwks(keys, PST_STR(more), NULL, NULL) !=
                  POSTERN_OK ||
              heap.calls < heap.fail_at,
          "taken without memory");
    claim(postern_keys_count(keys) == 2 || postern_keys_count(keys) == 6,
          "%zu keys", postern_keys_count(keys));
    postern_keys_free(keys);
    claim(heap.live == 0, "%zu bytes are left", heap.live);
}

int main(void)
{
    enum { MORE = 16 };
    size_t n;

    if (CRYPTO_set_mem_functions(their_alloc, their_realloc, their_free) != 1) {
        printf("OpenSSL's memory is in use already\n");
        return 1;
    }
    for (size_t which = 0; which <= TEXT_COUNT; which++) {
        for (n = 1; refuse_ours(which, n); n++) {
        }
        for (n = 1; refuse_theirs(which, n); n++) {
        }
    }
    for (n = 1; n <= MORE; n++) {
        refuse_more(n);
    }
    return claims_failed();
}
