/* The set of keys: made, grown, searched and wiped. What gets in is decided in
 * jose/key_fit.c. Nothing of a key is ever written anywhere. [KEY-08] */
#include "base/keyed_hash.h"
#include "base/sized.h"
#include "base/str.h"
#include "jose/key_load.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

enum { MAX_KEYS = 65536, MAX_SECRET_BYTES = 64 << 20, MAX_READ = 256 << 20 };

/* The text of a document in the arena of one load is far below MAX_READ: its
 * size is limited in jose/jwk.c. */

static const uint64_t MAX_SEALS = (uint64_t)1 << 32; /* [ESD-03] */

/* ---- memory that is wiped ---------------------------------------------- */

static void *wiped_alloc(void *user, size_t size)
{
    return pst_alloc(user, size);
}

static void wiped_release(void *user, void *block, size_t size)
{
    OPENSSL_cleanse(block, size);
    pst_release(user, block, size);
}

static postern_allocator wiped(postern_allocator *inner)
{
    return (postern_allocator){inner, wiped_alloc, wiped_release};
}

/* ---- the set ----------------------------------------------------------- */

postern_status postern_keys_new(postern_keys **keys,
                                const postern_allocator *allocator)
{
    postern_allocator outer = pst_allocator_of(allocator);
    postern_allocator inner;
    postern_keys *set;

    *keys = NULL;
    set = pst_alloc(&outer, sizeof *set);
    if (!set) {
        return POSTERN_ERR_MEMORY;
    }
    *set = (postern_keys){.allocator = outer};
    inner = wiped(&set->allocator);
    pst_arena_init(&set->arena, &inner, MAX_SECRET_BYTES);
    if (RAND_bytes((unsigned char *)set->hash_key, sizeof set->hash_key) != 1) {
        pst_release(&outer, set, sizeof *set);
        return POSTERN_ERR_INTERNAL;
    }
    *keys = set;
    return POSTERN_OK;
}

static void free_key(const struct pst_key *key)
{
    EVP_PKEY_free(key->pkey);
    if (key->has_ops && key->ops.destroy) {
        key->ops.destroy(key->ops.user);
    }
}

void postern_keys_free(postern_keys *keys)
{
    postern_allocator outer;

    if (!keys) {
        return;
    }
    for (size_t i = 0; i < keys->count; i++) {
        free_key(&keys->keys[i]);
    }
    pst_release(&keys->allocator, keys->keys,
                keys->capacity * sizeof *keys->keys);
    pst_release(&keys->allocator, keys->table,
                keys->table_size * sizeof *keys->table);
    pst_arena_release(&keys->arena);
    outer = keys->allocator;
    OPENSSL_cleanse(keys, sizeof *keys);
    pst_release(&outer, keys, sizeof *keys);
}

size_t postern_keys_count(const postern_keys *keys)
{
    return keys->count;
}

/* ---- by kid ------------------------------------------------------------ */

static size_t slot_of(const postern_keys *keys, postern_str kid)
{
    struct pst_hash_key hash_key = {{keys->hash_key[0], keys->hash_key[1]}};

    return (size_t)pst_keyed_hash(&hash_key, kid.data, kid.len) &
           (keys->table_size - 1);
}

/* The table is at most half full, so that a search ends. */
const struct pst_key *pst_keys_find(const postern_keys *keys, postern_str kid)
{
    size_t slot;

    if (!kid.data) {
        return keys->count == 1 ? keys->keys : NULL;
    }
    if (keys->count == 0) {
        return NULL;
    }
    slot = slot_of(keys, kid);
    while (keys->table[slot]) {
        const struct pst_key *key = &keys->keys[keys->table[slot] - 1];

        if (pst_str_equal(key->kid, kid)) {
            return key;
        }
        slot = (slot + 1) & (keys->table_size - 1);
    }
    return NULL;
}

static void enter(postern_keys *keys, size_t index)
{
    postern_str kid = keys->keys[index].kid;
    size_t slot;

    if (!kid.data) {
        return; /* found by being alone */
    }
    slot = slot_of(keys, kid);
    while (keys->table[slot]) {
        slot = (slot + 1) & (keys->table_size - 1);
    }
    keys->table[slot] = (uint32_t)(index + 1);
}

static void enter_all(postern_keys *keys)
{
    if (keys->table_size) {
        memset(keys->table, 0, keys->table_size * sizeof *keys->table);
    }
    for (size_t i = 0; i < keys->count; i++) {
        enter(keys, i);
    }
}

static postern_status grow_table(postern_keys *keys, size_t capacity)
{
    size_t size = 2 * capacity;
    uint32_t *table = pst_alloc(&keys->allocator, size * sizeof *table);

    if (!table) {
        return POSTERN_ERR_MEMORY;
    }
    pst_release(&keys->allocator, keys->table,
                keys->table_size * sizeof *keys->table);
    keys->table = table;
    keys->table_size = size;
    enter_all(keys);
    return POSTERN_OK;
}

/* Room for `more` keys, in the array and in the table. */
static postern_status reserve(postern_keys *keys, size_t more)
{
    size_t capacity = keys->capacity ? keys->capacity : 4;
    struct pst_key *array;

    if (more > MAX_KEYS - keys->count) {
        return POSTERN_ERR_LIMIT;
    }
    while (capacity < keys->count + more) {
        capacity *= 2;
    }
    if (capacity > keys->capacity) {
        array = pst_alloc(&keys->allocator, capacity * sizeof *array);
        if (!array) {
            return POSTERN_ERR_MEMORY;
        }
        if (keys->count) {
            memcpy(array, keys->keys, keys->count * sizeof *array);
        }
        pst_release(&keys->allocator, keys->keys,
                    keys->capacity * sizeof *keys->keys);
        keys->keys = array;
        keys->capacity = capacity;
    }
    if (keys->table_size < 2 * capacity) {
        return grow_table(keys, capacity);
    }
    return POSTERN_OK;
}

/* ---- one load ---------------------------------------------------------- */

void postern_key_facts_init_sized(postern_key_facts *facts, size_t struct_size)
{
    pst_sized_init(facts, struct_size);
    facts->not_before_s = INT64_MIN;
    facts->expires_s = INT64_MAX;
}

postern_status pst_key_refuse(const struct pst_key_load *load,
                              const struct pst_node *at, const char *message)
{
    if (load->document && at) {
        return pst_node_refuse(load->document, at, load->diag,
                               POSTERN_ERR_POLICY, message, NULL);
    }
    return pst_diag_refuse(load->diag, POSTERN_ERR_POLICY, "", message, NULL);
}

postern_status pst_key_no_memory(const struct pst_key_load *load)
{
    return pst_diag_plain(load->diag, POSTERN_ERR_MEMORY);
}

postern_status pst_key_load_begin(struct pst_key_load *load, postern_keys *keys,
                                  const postern_key_facts *facts,
                                  postern_diag *diag)
{
    postern_key_facts defaults;
    postern_allocator inner;

    pst_diag_clear(diag);
    ERR_set_mark(); /* OpenSSL's list of errors is the caller's */
    *load = (struct pst_key_load){.keys = keys, .diag = diag};
    if (!keys) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    inner = wiped(&keys->allocator);
    pst_arena_init(&load->arena, &inner, MAX_READ);
    postern_key_facts_init(&defaults);
    if (!pst_sized_copy(&load->facts, sizeof load->facts,
                        facts ? facts : &defaults)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    if (load->facts.not_before_s >= load->facts.expires_s) {
        return pst_key_refuse(load, NULL,
                              "the key is never valid: its "
                              "lifetime ends before it begins");
    }
    if ((unsigned)load->facts.protection > POSTERN_PROTECTION_HIGH) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    return POSTERN_OK;
}

postern_status pst_key_load_room(struct pst_key_load *load, size_t count)
{
    load->drafts = pst_arena_alloc(&load->arena, count, sizeof *load->drafts);
    if (!load->drafts) {
        return pst_key_no_memory(load);
    }
    load->count = count;
    return POSTERN_OK;
}

void pst_key_load_end(struct pst_key_load *load)
{
    for (size_t i = 0; i < load->count; i++) {
        EVP_PKEY_free(load->drafts[i].key.pkey);
    }
    pst_arena_release(&load->arena);
    ERR_pop_to_mark();
}

/* Whether the set may take this key besides those that it has. */
static postern_status check_kid(const struct pst_key_load *load,
                                const struct pst_key_draft *draft)
{
    const postern_keys *keys = load->keys;

    if (keys->count && (!draft->key.kid.data || !keys->keys[0].kid.data)) {
        return pst_key_refuse(load, draft->at,
                              "of several keys each needs a kid");
    }
    if (draft->key.kid.data && pst_keys_find(keys, draft->key.kid)) {
        return pst_key_refuse(load, draft->at, "another key has the same kid");
    }
    return POSTERN_OK;
}

/* What only a key in a set has: copies, a number and a counter. */
static postern_status settle(const struct pst_key_load *load,
                             struct pst_key *key)
{
    postern_keys *keys = load->keys;
    uint64_t seals = load->facts.max_seals;
    postern_str secret = {(const char *)key->secret, key->size};

    if (key->kid.data) {
        key->kid = pst_arena_copy(&keys->arena, key->kid);
        if (!key->kid.data) {
            return pst_key_no_memory(load);
        }
    }
    if (key->secret) {
        key->secret =
            (const uint8_t *)pst_arena_copy(&keys->arena, secret).data;
        if (!key->secret) {
            return pst_key_no_memory(load);
        }
    }
    key->seals_left = pst_arena_alloc(&keys->arena, 1, sizeof *key->seals_left);
    if (!key->seals_left) {
        return pst_key_no_memory(load);
    }
    atomic_init(key->seals_left,
                seals && seals < MAX_SEALS ? seals : MAX_SEALS);
    if (RAND_bytes((unsigned char *)&key->id, sizeof key->id) != 1) {
        return pst_diag_plain(load->diag, POSTERN_ERR_INTERNAL);
    }
    return POSTERN_OK;
}

static postern_status move_in(const struct pst_key_load *load)
{
    postern_keys *keys = load->keys;

    for (size_t i = 0; i < load->count; i++) {
        struct pst_key key = load->drafts[i].key;

        PST_TRY(check_kid(load, &load->drafts[i]));
        PST_TRY(settle(load, &key));
        keys->keys[keys->count] = key;
        keys->count++;
        enter(keys, keys->count - 1);
    }
    return POSTERN_OK;
}

postern_status pst_key_load_commit(struct pst_key_load *load)
{
    size_t before = load->keys->count;
    postern_status status = reserve(load->keys, load->count);

    if (status != POSTERN_OK) {
        return pst_diag_plain(load->diag, status);
    }
    status = move_in(load);
    if (status != POSTERN_OK) {
        load->keys->count = before; /* the load still owns what was added */
        enter_all(load->keys);
        return status;
    }
    for (size_t i = 0; i < load->count; i++) {
        load->drafts[i].key.pkey = NULL;
    }
    return POSTERN_OK;
}
