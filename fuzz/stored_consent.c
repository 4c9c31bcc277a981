/* Target functions: pst_stored_read, pst_stored_put, pst_stored_get,
 * pst_manager_key, pst_manager_part
 *
 * A text as a consent that the storage of the manager gives back: what is
 * stored may be damaged, and then it is no consent; what is read is stored as
 * what is read as the same, and is in force no longer than it says. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "consent/stored.h"
#include "support/memory_storage.h"

#include <string.h>

static void claim_column(const postern_ppm_column *a,
                         const postern_ppm_column *b)
{
    FUZZ_CLAIM(pst_str_equal(a->application, b->application));
    FUZZ_CLAIM(pst_str_equal(a->device, b->device));
    FUZZ_CLAIM(pst_str_equal(a->data, b->data));
}

static void claim_same(const struct pst_stored_consent *a,
                       const struct pst_stored_consent *b)
{
    FUZZ_CLAIM(pst_str_equal(a->head.id, b->head.id));
    FUZZ_CLAIM(a->head.version == b->head.version);
    FUZZ_CLAIM(a->head.state == b->head.state);
    FUZZ_CLAIM(a->head.from_s == b->head.from_s);
    FUZZ_CLAIM(a->head.until_s == b->head.until_s);
    FUZZ_CLAIM(a->head.ended_s == b->head.ended_s);
    FUZZ_CLAIM(pst_str_equal(a->head.hash, b->head.hash));
    FUZZ_CLAIM(a->head.open == b->head.open);
    FUZZ_CLAIM(a->column_count == b->column_count);
    FUZZ_CLAIM(a->exception_count == b->exception_count);
    FUZZ_CLAIM(a->source_count == b->source_count);
    for (uint32_t i = 0; i < a->column_count; i++) {
        claim_column(&a->columns[i].name, &b->columns[i].name);
        FUZZ_CLAIM(a->columns[i].open == b->columns[i].open);
        FUZZ_CLAIM(a->columns[i].suspended == b->columns[i].suspended);
    }
    for (uint32_t i = 0; i < a->exception_count; i++) {
        claim_column(&a->exceptions[i].column, &b->exceptions[i].column);
        FUZZ_CLAIM(a->exceptions[i].row == b->exceptions[i].row);
        FUZZ_CLAIM(a->exceptions[i].by == b->exceptions[i].by);
    }
    for (uint32_t i = 0; i < a->source_count; i++) {
        FUZZ_CLAIM(pst_str_equal(a->sources[i].kind, b->sources[i].kind));
        FUZZ_CLAIM(pst_str_equal(a->sources[i].hash, b->sources[i].hash));
    }
}

/* A key of any two texts holds both, and no other two have it. */
static void claim_keys(struct pst_arena *arena, const postern_str pair[2])
{
    postern_str key = pst_manager_key(arena, pair, 2);

    for (size_t i = 0; i < 2; i++) {
        postern_str part = pst_manager_part(arena, key, i);

        FUZZ_CLAIM(part.data && pst_str_equal(part, pair[i]));
    }
    FUZZ_CLAIM(!pst_manager_part(arena, key, 2).data);
}

static void claim_times(const struct pst_stored_consent *stored)
{
    const int64_t times[] = {INT64_MIN, 0, stored->head.from_s,
                             stored->head.until_s, INT64_MAX};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        postern_consent head = pst_stored_at(stored, times[i]);
        bool in_force = pst_stored_in_force(stored, times[i]);

        FUZZ_CLAIM(!in_force || times[i] < stored->head.until_s);
        FUZZ_CLAIM(in_force || head.open == 0);
        FUZZ_CLAIM(in_force == (head.state == POSTERN_CONSENT_ACTIVE ||
                                head.state == POSTERN_CONSENT_SUSPENDED));
        FUZZ_CLAIM(times[i] >= head.from_s || head.open == 0);
    }
    for (uint32_t i = 0; i < stored->column_count; i++) {
        FUZZ_CLAIM(stored->columns[i].open ||
                   !pst_stored_is_open(stored, &stored->columns[i].name));
    }
}

static void store(postern_ppm_manager *manager, struct pst_arena *arena,
                  const struct pst_stored_consent *stored)
{
    const postern_str pair[2] = {stored->head.subscriber,
                                 stored->head.provider};
    struct pst_stored_consent *again;
    struct pst_emitter out;
    postern_str statement = pst_stored_statement(manager, arena, stored);

    FUZZ_CLAIM(statement.len > 0);
    claim_times(stored);
    if (!pair[0].data || !pair[1].data) {
        return; /* never stored by us */
    }
    claim_keys(arena, pair);
    FUZZ_CLAIM(pst_stored_put(manager, stored, NULL) == POSTERN_OK);
    pst_manager_json(manager, &out);
    pst_emit_integer(&out, PST_STR("version"), stored->head.version);
    FUZZ_CLAIM(pst_manager_put_json(manager, "pair",
                                    pst_manager_key(arena, pair, 2), &out,
                                    NULL) == POSTERN_OK);
    FUZZ_CLAIM(pst_stored_get(manager, arena, pair, 0, &again, NULL) ==
               POSTERN_OK);
    FUZZ_CLAIM(again != NULL);
    claim_same(stored, again);
    FUZZ_CLAIM(
        pst_str_equal(pst_stored_statement(manager, arena, again), statement));
    FUZZ_CLAIM(pst_stored_get(manager, arena, pair,
                              stored->head.version == 1 ? 2 : 1, &again,
                              NULL) == POSTERN_OK);
    FUZZ_CLAIM(!again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_storage kept;
    postern_ppm_manager_options options;
    postern_ppm_manager *manager;
    struct pst_stored_consent stored;
    struct pst_arena *arena;
    postern_diag diag;
    postern_status status;

    memory_storage_init(&kept);
    postern_ppm_manager_options_init(&options);
    FUZZ_CLAIM(postern_ppm_manager_open(&manager, &kept.storage, &options,
                                        NULL) == POSTERN_OK);
    FUZZ_CLAIM(pst_manager_begin(manager, NULL) == POSTERN_OK);
    arena = pst_manager_memory(manager);
    pst_diag_clear(&diag);
    status =
        pst_stored_read(manager, arena, (postern_str){(const char *)data, size},
                        &stored, &diag);
    FUZZ_CLAIM(status == POSTERN_OK || status == POSTERN_ERR_IO);
    FUZZ_CLAIM(diag.status == status);
    if (status == POSTERN_OK) {
        store(manager, arena, &stored);
    }
    pst_manager_rollback(manager);
    postern_ppm_manager_close(manager);
    FUZZ_CLAIM(kept.misuses == 0);
    memory_storage_release(&kept);
    return 0;
}
