/*
 * Threads look for tokens in a small cache, by bytes, tokenID and
 * Local-Token-ID, and keep what they do not find, while others flood it and the
 * generation of issuers changes: what is found is what was looked for, whole,
 * of that generation and that holder. ThreadSanitizer and AddressSanitizer say
 * whether it is still there. [ARC-07] [IDA-18]
 */
#include "support/tokens_kept.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { READERS = 4, FLOODERS = 2, ROUNDS = 20000, HOLDERS = 8, TOKENS = 3 };

static struct {
    postern_token_cache *cache;
    postern_cse cse;
    struct sample samples[HOLDERS][TOKENS];
    _Atomic uint64_t generation;
    atomic_int reading; /* threads that have not finished */
    atomic_ulong found;
    atomic_ulong kept;
    atomic_ulong wrong;
} stage;

static void must(bool done, const char *what)
{
    if (!done) {
        printf("cannot %s\n", what);
        exit(1);
    }
}

/* ---- those who look ------------------------------------------------------ */

static void judge(const struct pst_kept_token *kept,
                  const struct sample *sample, uint64_t generation)
{
    const postern_claims *claims = &kept->token.claims;

    if (!pst_str_equal(kept->text, sample->what.text) ||
        !postern_id_equal(&kept->holder, &sample->holder) ||
        !pst_str_equal(claims->token_id, sample->token.claims.token_id) ||
        kept->generation != generation || kept->token.local_id.len != 17) {
        atomic_fetch_add(&stage.wrong, 1);
    }
}

static void look_for_ids(const struct pst_kept_token *kept,
                         const struct sample *sample)
{
    uint64_t generation = kept->generation;
    const struct pst_kept_token *by_id =
        pst_token_cache_find_id(stage.cache, &sample->holder,
                                sample->token.claims.token_id, generation);
    const struct pst_kept_token *by_local = pst_token_cache_find_local(
        stage.cache, &sample->holder, kept->token.local_id, generation);

    if (by_id) {
        judge(by_id, sample, generation);
    }
    if (by_local) {
        judge(by_local, sample, generation);
    }
}

static void look_for(const struct sample *sample)
{
    struct pst_token_to_keep what = sample->what;
    const struct pst_kept_token *kept;
    bool is_new;

    what.generation = atomic_load(&stage.generation);
    kept = pst_token_cache_find(stage.cache, what.text, what.generation);
    if (kept) {
        atomic_fetch_add(&stage.found, 1);
    } else {
        kept = pst_token_cache_keep(stage.cache, &what, &is_new);
        atomic_fetch_add(&stage.kept, kept != NULL);
    }
    if (kept) {
        judge(kept, sample, what.generation);
        look_for_ids(kept, sample);
    }
}

static void *look(void *user)
{
    struct pst_epoch_slot *slot = NULL;
    unsigned seed = (unsigned)(uintptr_t)user;

    for (int i = 0; i < ROUNDS; i++) {
        if (i % 500 == 0) { /* verifiers come and go */
            if (slot) {
                pst_token_cache_leave_for_good(slot);
            }
            slot = pst_token_cache_join(stage.cache);
            must(slot, "join");
        }
        pst_token_cache_enter(stage.cache, slot);
        for (int n = 0; n < TOKENS; n++) {
            seed = seed * 1103515245 + 12345;
            look_for(&stage.samples[(seed >> 16) % HOLDERS][n]);
        }
        pst_token_cache_leave(slot);
    }
    pst_token_cache_leave_for_good(slot);
    atomic_fetch_sub(&stage.reading, 1);
    return NULL;
}

/* ---- those who flood, and the one who replaces issuers ------------------- */

static void *flood(void *user)
{
    const char *holder = user;
    struct pst_epoch_slot *slot = pst_token_cache_join(stage.cache);

    must(slot, "join");
    for (unsigned turn = 0; atomic_load(&stage.reading); turn++) {
        struct sample sample;
        const struct pst_kept_token *kept;
        char tail[16];
        bool is_new;

        (void)snprintf(tail, sizeof tail, "f%u", turn);
        sample_make(&sample, &stage.cse, holder, tail);
        sample.what.generation = atomic_load(&stage.generation);
        pst_token_cache_enter(stage.cache, slot);
        kept = pst_token_cache_keep(stage.cache, &sample.what, &is_new);
        if (kept) {
            judge(kept, &sample, sample.what.generation);
            if (turn % 3 == 0) {
                pst_kept_end(kept);
            }
        }
        pst_token_cache_leave(slot);
    }
    pst_token_cache_leave_for_good(slot);
    return NULL;
}

static void *replace_issuers(void *user)
{
    (void)user;
    while (atomic_load(&stage.reading)) {
        atomic_fetch_add(&stage.generation, 1);
        for (int i = 0; i < 20000 && atomic_load(&stage.reading); i++) {
        }
    }
    return NULL;
}

static void set_stage(void)
{
    static const char *const tails[TOKENS] = {"t1", "t2", "t3"};
    postern_token_cache_options options;

    stage.cse = sample_cse();
    atomic_init(&stage.generation, 1);
    atomic_init(&stage.reading, READERS);
    for (int h = 0; h < HOLDERS; h++) {
        char holder[16];

        (void)snprintf(holder, sizeof holder, "Ca%d", h);
        for (int n = 0; n < TOKENS; n++) {
            sample_make(&stage.samples[h][n], &stage.cse, holder, tails[n]);
        }
    }
    postern_token_cache_options_init(&options);
    options.max_tokens = 20; /* not all of them fit */
    options.max_per_holder = 4;
    must(postern_token_cache_new(&stage.cache, &options) == POSTERN_OK,
         "make a cache");
}

int main(void)
{
    static char flooders[FLOODERS][4] = {"Cx", "Cy"};
    pthread_t threads[READERS + FLOODERS + 1];
    size_t count = 0;

    set_stage();
    for (uintptr_t i = 0; i < READERS; i++) {
        must(pthread_create(&threads[count++], NULL, look, (void *)i) == 0,
             "start a thread");
    }
    for (int i = 0; i < FLOODERS; i++) {
        must(pthread_create(&threads[count++], NULL, flood, flooders[i]) == 0,
             "start a thread");
    }
    must(pthread_create(&threads[count++], NULL, replace_issuers, NULL) == 0,
         "start a thread");
    while (count > 0) {
        must(pthread_join(threads[--count], NULL) == 0, "join a thread");
    }
    postern_token_cache_free(stage.cache);
    printf("%lu found, %lu kept, %lu wrong\n", stage.found, stage.kept,
           stage.wrong);
    return stage.found > 0 && stage.kept > 0 && stage.wrong == 0 ? 0 : 1;
}
