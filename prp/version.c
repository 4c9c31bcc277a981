#include "prp/version.h"

#include "base/fetch.h"
#include "base/str.h"
#include "prp/attribute.h"

enum { DOMAIN_MAX = 253 }; /* bytes of a domain name [ID-01] */

/* ---- hashes ------------------------------------------------------------ */

/* A bijection in which every bit counts: the finish of splitmix64. */
static uint64_t scattered(uint64_t word)
{
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9u;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBu;
    return word ^ (word >> 31);
}

uint64_t pst_hash_id(const struct pst_store_settings *settings, postern_str id)
{
    return pst_keyed_hash(&settings->key, id.data, id.len);
}

/* What a name hashes to is not known to those who choose it, so neither is
 * which parents would make two names meet. */
static uint64_t hash_child(const struct pst_store_settings *settings,
                           uint32_t parent, postern_str name)
{
    return pst_keyed_hash(&settings->key, name.data, name.len) ^
           scattered(parent);
}

uint64_t pst_hash_folded(const struct pst_hash_key *key, postern_str domain)
{
    char folded[DOMAIN_MAX];
    size_t len = domain.len < DOMAIN_MAX ? domain.len : DOMAIN_MAX;

    for (size_t i = 0; i < len; i++) {
        folded[i] = pst_fold(domain.data[i]);
    }
    return pst_keyed_hash(key, folded, len);
}

/* Of an entity or a role. Most are of the own domain, and then their slice is
 * that of the CSE. */
static uint64_t hash_identity(const struct pst_store_settings *settings,
                              const postern_id *id)
{
    const struct pst_hash_key *key = &settings->key;
    uint64_t parts[3] = {settings->domain_hash};

    if (id->domain.data != settings->cse.domain.data) {
        parts[0] = pst_hash_folded(key, id->domain);
    }
    parts[1] = pst_keyed_hash(key, id->first.data, id->first.len);
    parts[2] = pst_keyed_hash(key, id->second.data, id->second.len);
    return pst_keyed_hash(key, parts, sizeof parts);
}

/* ---- what a resource stands for ---------------------------------------- */

/* The AE-ID of an AE, the CSE-ID of a remoteCSE. [ORI-11] */
static bool entity_of(const struct pst_store_settings *settings,
                      const postern_resource *resource, postern_id *entity)
{
    postern_str text = resource->entity;

    if (resource->type == PST_TYPE_AE && !text.data) {
        text = resource->id;
    }
    return (resource->type == PST_TYPE_AE ||
            resource->type == PST_TYPE_REMOTE_CSE) &&
           postern_id_parse_entity(entity, &settings->cse, text) == POSTERN_OK;
}

static bool role_of(const struct pst_store_settings *settings,
                    const postern_resource *resource, postern_id *role)
{
    (void)settings;
    return resource->type == PST_TYPE_ROLE && resource->role &&
           postern_id_parse_role(role, resource->role->role_id) == POSTERN_OK;
}

static void add_key(struct pst_keys *keys, enum pst_index index, uint64_t hash)
{
    keys->present[index] = true;
    keys->hash[index] = hash;
}

struct pst_keys pst_keys_of(const struct pst_store_settings *settings,
                            const struct pst_record *record, uint32_t parent)
{
    struct pst_keys keys = {{0}, {false}};
    postern_resource resource;
    postern_id id;

    pst_record_read(record, &resource);
    add_key(&keys, PST_BY_ID, pst_hash_id(settings, resource.id));
    if (resource.name.len && parent != PST_OUTSIDE) {
        add_key(&keys, PST_BY_NAME,
                hash_child(settings, parent, resource.name));
    }
    if (entity_of(settings, &resource, &id)) {
        add_key(&keys, PST_BY_ENTITY, hash_identity(settings, &id));
    }
    if (role_of(settings, &resource, &id)) {
        add_key(&keys, PST_BY_ROLE, hash_identity(settings, &id));
    }
    return keys;
}

/* ---- finding ----------------------------------------------------------- */

const struct pst_record *pst_version_record(const struct pst_version *version,
                                            uint32_t number)
{
    const struct pst_slot *slot = pst_slots_at(&version->slots, number);

    return slot ? slot->record : NULL;
}

/* The ID of a resource or place; absent for PST_OUTSIDE. */
static postern_str id_in(const struct pst_version *version,
                         const struct pst_slot *slot, uint32_t number)
{
    if (slot && slot->record) {
        return pst_record_id(slot->record);
    }
    return number == PST_BASE ? version->settings->base_id
                              : (postern_str){NULL, 0};
}

/* Whoever finds a resource by its ID is told that of its parent as well: both
 * records can come at the same time. */
static void fetch_ahead(const struct pst_version *version,
                        const struct pst_slot *slot)
{
    const struct pst_slot *above;

    pst_fetch(slot->record);
    above = pst_slots_at(&version->slots, slot->parent);
    pst_fetch(above ? above->record : NULL);
}

static bool has_id(const struct pst_version *version, uint32_t number,
                   postern_str id)
{
    const struct pst_slot *slot = pst_slots_at(&version->slots, number);

    if (slot) {
        fetch_ahead(version, slot);
    }
    return pst_str_equal(id_in(version, slot, number), id);
}

uint32_t pst_version_find(const struct pst_version *version, postern_str id)
{
    struct pst_trie_walk walk;
    uint32_t number = pst_trie_first(&version->by[PST_BY_ID],
                                     pst_hash_id(version->settings, id), &walk);

    while (number != PST_NO_NUMBER && !has_id(version, number, id)) {
        number = pst_trie_next(&walk);
    }
    return number;
}

static bool is_child(const struct pst_version *version, uint32_t number,
                     uint32_t parent, postern_str name)
{
    const struct pst_slot *slot = pst_slots_at(&version->slots, number);

    return slot && slot->record && slot->parent == parent &&
           pst_str_equal(pst_record_name(slot->record), name);
}

uint32_t pst_version_child(const struct pst_version *version, uint32_t parent,
                           postern_str name)
{
    struct pst_trie_walk walk;
    uint32_t number =
        pst_trie_first(&version->by[PST_BY_NAME],
                       hash_child(version->settings, parent, name), &walk);

    while (number != PST_NO_NUMBER &&
           !is_child(version, number, parent, name)) {
        number = pst_trie_next(&walk);
    }
    return number;
}

typedef bool identity_of_fn(const struct pst_store_settings *settings,
                            const postern_resource *resource, postern_id *id);

/* The hash only finds candidates: what they say is read again. */
static bool is_identity(const struct pst_version *version, uint32_t number,
                        const postern_id *wanted, identity_of_fn *identity_of)
{
    const struct pst_record *record = pst_version_record(version, number);
    postern_resource resource;
    postern_id id;

    if (!record) {
        return false;
    }
    pst_record_read(record, &resource);
    return identity_of(version->settings, &resource, &id) &&
           postern_id_equal(&id, wanted);
}

static uint32_t find_identity(const struct pst_version *version,
                              enum pst_index index, const postern_id *wanted,
                              identity_of_fn *identity_of, uint32_t n)
{
    struct pst_trie_walk walk;
    uint32_t number = pst_trie_first(
        &version->by[index], hash_identity(version->settings, wanted), &walk);

    for (; number != PST_NO_NUMBER; number = pst_trie_next(&walk)) {
        if (is_identity(version, number, wanted, identity_of)) {
            if (n == 0) {
                return number;
            }
            n--;
        }
    }
    return PST_NO_NUMBER;
}

uint32_t pst_version_registree(const struct pst_version *version,
                               const postern_id *entity, uint32_t n)
{
    return find_identity(version, PST_BY_ENTITY, entity, entity_of, n);
}

uint32_t pst_version_role(const struct pst_version *version,
                          const postern_id *role, uint32_t n)
{
    return find_identity(version, PST_BY_ROLE, role, role_of, n);
}

/* ---- telling ----------------------------------------------------------- */

static postern_str id_above(const struct pst_version *version,
                            struct pst_beside *beside, uint32_t above)
{
    if (!beside->above_id.data || beside->above != above) {
        beside->above = above;
        beside->above_id =
            id_in(version, pst_slots_at(&version->slots, above), above);
    }
    return beside->above_id;
}

/* A slot that has a record. The handle is the number and one, so that 0 is
 * none. */
struct found {
    uint32_t number;
    const struct pst_slot *slot;
};

static void tell(const struct pst_version *version, struct pst_beside *beside,
                 struct found found, postern_resource *told)
{
    pst_record_read(found.slot->record, told);
    told->parent_id = id_above(version, beside, found.slot->parent);
    told->handle = (uint64_t)found.number + 1;
}

/* As much as fits into the struct_size of *resource. */
static void tell_part(const struct pst_version *version,
                      struct pst_beside *beside, struct found found,
                      postern_resource *resource)
{
    size_t size = resource->struct_size;
    postern_resource told;

    tell(version, beside, found, &told);
    told.struct_size = size;
    memcpy(resource, &told, size < sizeof told ? size : sizeof told);
}

postern_found pst_version_answer(const struct pst_version *version,
                                 struct pst_beside *beside, uint32_t number,
                                 postern_resource *resource)
{
    struct found found = {
        number, pst_slots_look(&version->slots, &beside->near, number)};

    if (!found.slot || !found.slot->record) {
        return POSTERN_FOUND_NOT;
    }
    if (resource->struct_size == sizeof *resource) {
        tell(version, beside, found, resource);
    } else {
        tell_part(version, beside, found, resource);
    }
    return POSTERN_FOUND;
}
