#include "grid/intern.h"

#include "base/diag.h"

enum { FIRST_SLOTS = 64 };

void pst_grid_intern_init(struct pst_grid_intern *intern)
{
    pst_vec_init(&intern->keys, sizeof(struct pst_grid_key));
    intern->slots = NULL;
    intern->slot_count = 0;
}

void pst_grid_intern_release(struct pst_grid_intern *intern,
                             const struct pst_grid_ground *ground)
{
    pst_vec_release(&intern->keys, &ground->allocator);
    pst_release(&ground->allocator, intern->slots,
                (size_t)intern->slot_count * sizeof *intern->slots);
    pst_grid_intern_init(intern);
}

static uint64_t hash_of(const struct pst_grid_ground *ground, postern_str bytes)
{
    return pst_keyed_hash(&ground->hash_key, bytes.data, bytes.len);
}

uint32_t pst_grid_intern_find(const struct pst_grid_intern *intern,
                              const struct pst_grid_ground *ground,
                              postern_str bytes)
{
    const struct pst_grid_key *keys = intern->keys.data;
    uint64_t hash = hash_of(ground, bytes);
    uint32_t mask = intern->slot_count - 1;

    if (intern->slot_count == 0) {
        return PST_GRID_NONE;
    }
    for (uint32_t at = (uint32_t)hash & mask; intern->slots[at];
         at = (at + 1) & mask) {
        uint32_t number = intern->slots[at] - 1;

        if (keys[number].hash == hash &&
            pst_str_equal(keys[number].bytes, bytes)) {
            return number;
        }
    }
    return PST_GRID_NONE;
}

static void enter(uint32_t *slots, uint32_t slot_count, uint64_t hash,
                  uint32_t number)
{
    uint32_t at = (uint32_t)hash & (slot_count - 1);

    while (slots[at]) {
        at = (at + 1) & (slot_count - 1);
    }
    slots[at] = number + 1;
}

/* Room for one more: at most half of the slots are in use. */
static postern_status make_room(struct pst_grid_intern *intern,
                                const struct pst_grid_ground *ground)
{
    const struct pst_grid_key *keys = intern->keys.data;
    uint32_t count = intern->slot_count ? intern->slot_count * 2 : FIRST_SLOTS;
    uint32_t *slots;

    if (intern->keys.count < intern->slot_count / 2) {
        return POSTERN_OK;
    }
    if (count < intern->slot_count) {
        return POSTERN_ERR_LIMIT;
    }
    slots = pst_alloc(&ground->allocator, (size_t)count * sizeof *slots);
    if (!slots) {
        return POSTERN_ERR_MEMORY;
    }
    memset(slots, 0, (size_t)count * sizeof *slots);
    for (uint32_t i = 0; i < intern->keys.count; i++) {
        enter(slots, count, keys[i].hash, i);
    }
    pst_release(&ground->allocator, intern->slots,
                (size_t)intern->slot_count * sizeof *slots);
    intern->slots = slots;
    intern->slot_count = count;
    return POSTERN_OK;
}

postern_status pst_grid_intern_add(struct pst_grid_intern *intern,
                                   struct pst_grid_ground *ground,
                                   postern_str bytes)
{
    struct pst_grid_key key = {.hash = hash_of(ground, bytes)};
    uint32_t number = intern->keys.count;
    char *copy; /* aligned: the bytes are those of a struct */

    PST_TRY(make_room(intern, ground));
    copy = pst_arena_alloc(&ground->arena, bytes.len, 1);
    if (!copy) {
        return POSTERN_ERR_MEMORY;
    }
    memcpy(copy, bytes.data, bytes.len);
    key.bytes = (postern_str){copy, bytes.len};
    PST_TRY(pst_vec_push(&intern->keys, &ground->allocator, &key, 1));
    enter(intern->slots, intern->slot_count, key.hash, number);
    return POSTERN_OK;
}
