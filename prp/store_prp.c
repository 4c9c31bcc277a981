/*
 * What readers call: see postern_prp. Nothing here waits, allocates or writes
 * anything but the caller's structs and its own view. [ARC-07]
 */
#include "prp/address.h"
#include "prp/member.h"
#include "prp/store.h"
#include "prp/tree.h"

#include <string.h>

static postern_status reader_new(void *user, void **reader)
{
    postern_store *store = user;
    struct pst_epoch_slot *slot = pst_epochs_take(&store->epochs);

    *reader = NULL;
    if (!slot) {
        return POSTERN_ERR_LIMIT;
    }
    *reader = &store->readers[slot - store->epochs.slots];
    return POSTERN_OK;
}

static void forget(struct pst_store_reader *self)
{
    self->beside = (struct pst_beside){.above_id = {NULL, 0}};
    pst_foresight_forget(&self->foresight);
}

static void leave(void *user, void *reader)
{
    struct pst_store_reader *self = reader;

    (void)user;
    self->version = NULL;
    forget(self);
    pst_epoch_leave(self->slot);
}

static void reader_free(void *user, void *reader)
{
    struct pst_store_reader *self = reader;

    if (self) {
        leave(user, self);
        pst_epochs_give(self->slot);
    }
}

/* One revision, until it is left. [PRP-11] */
static uint64_t enter(void *user, void *reader)
{
    postern_store *store = user;
    struct pst_store_reader *self = reader;

    pst_epoch_enter(&store->epochs, self->slot);
    self->version = atomic_load(&store->version);
    forget(self);
    return self->version->revision;
}

/* NULL: nothing has been entered, so nothing is known. */
static const struct pst_version *version_of(const void *reader)
{
    const struct pst_store_reader *self = reader;

    return self ? self->version : NULL;
}

static postern_found answer(struct pst_store_reader *self, uint32_t number,
                            postern_resource *resource)
{
    return pst_version_answer(self->version, &self->beside, number, resource);
}

static postern_found find(void *user, void *reader, postern_str address,
                          postern_resource *resource)
{
    struct pst_store_reader *self = reader;

    (void)user;
    if (!version_of(self)) {
        return POSTERN_FOUND_FAILED;
    }
    return answer(self,
                  pst_foresight_find(&self->foresight, self->version,
                                     &self->beside.near, address),
                  resource);
}

static void announce(void *user, void *reader, const postern_str *addresses,
                     size_t count)
{
    struct pst_store_reader *self = reader;

    (void)user;
    if (version_of(self)) {
        pst_foresee_addresses(&self->foresight, self->version, addresses,
                              count);
    }
}

/* The number of a resource that this version has given out; one that it has not
 * is looked up. */
static uint32_t number_of(const struct pst_version *version,
                          const postern_resource *resource)
{
    uint32_t number = (uint32_t)(resource->handle - 1);
    const struct pst_record *record = NULL;

    if (resource->handle > 0 && resource->handle <= PST_NO_NUMBER) {
        record = pst_version_record(version, number);
    }
    return record && pst_record_id(record).data == resource->id.data
               ? number
               : pst_version_find(version, resource->id);
}

static postern_found parent(void *user, void *reader,
                            const postern_resource *resource,
                            postern_resource *above)
{
    const struct pst_version *version = version_of(reader);
    uint32_t number;

    (void)user;
    if (!version) {
        return POSTERN_FOUND_FAILED;
    }
    if (!resource->parent_id.len) {
        return POSTERN_FOUND_NOT;
    }
    number = number_of(version, resource);
    return number == PST_NO_NUMBER
               ? POSTERN_FOUND_NOT
               : answer(reader, pst_tree_above(version, number), above);
}

static postern_found registree(void *user, void *reader,
                               const postern_id *entity, uint32_t n,
                               postern_resource *resource)
{
    const struct pst_version *version = version_of(reader);

    (void)user;
    return version ? answer(reader, pst_version_registree(version, entity, n),
                            resource)
                   : POSTERN_FOUND_FAILED;
}

static postern_found role(void *user, void *reader, const postern_id *id,
                          uint32_t n, postern_resource *resource)
{
    const struct pst_version *version = version_of(reader);

    (void)user;
    return version ? answer(reader, pst_version_role(version, id, n), resource)
                   : POSTERN_FOUND_FAILED;
}

static postern_truth has_member(void *user, void *reader,
                                const postern_resource *group,
                                const postern_resource *member)
{
    const struct pst_version *version = version_of(reader);

    (void)user;
    if (!version) {
        return POSTERN_UNKNOWN;
    }
    return pst_group_lists(version, number_of(version, group),
                           number_of(version, member))
               ? POSTERN_TRUE
               : POSTERN_FALSE;
}

/* ---- enumeration -------------------------------------------------------- */

/* The members of a cursor; all zero at its start. */
struct stand {
    uint64_t revision;
    uint64_t root;
    uint64_t at;    /* PST_NO_NUMBER: at the end */
    uint64_t whole; /* what is outside comes behind what is below the CSEBase */
};

_Static_assert(sizeof(struct stand) == sizeof(postern_cursor),
               "a cursor holds a stand");

static struct stand begin(const struct pst_version *version, postern_str root)
{
    struct stand stand = {.revision = version->revision, .whole = !root.data};

    stand.root =
        root.data ? pst_address_find(version, root) : (uint32_t)PST_BASE;
    stand.at = stand.root;
    return stand;
}

static void go_on(struct pst_store_reader *self, struct stand *stand)
{
    struct pst_tree_walk walk = {.root = (uint32_t)stand->root,
                                 .at = (uint32_t)stand->at,
                                 .near = self->beside.near};

    pst_tree_step(self->version, &walk);
    self->beside.near = walk.near;
    if (walk.at == PST_NO_NUMBER && stand->whole) {
        stand->whole = false;
        stand->root = PST_OUTSIDE;
        walk.at = PST_OUTSIDE;
    }
    stand->at = walk.at;
}

/* What comes next is mostly a sibling, as far away as the one after it. */
static void fetch_siblings(struct pst_store_reader *self, uint32_t number)
{
    const struct pst_slot *slot =
        pst_slots_look(&self->version->slots, &self->beside.near, number);

    if (slot && slot->next != PST_NO_NUMBER) {
        pst_foresee_row(&self->foresight, self->version, number,
                        slot->next - number);
    }
}

static postern_found next(void *user, void *reader, postern_str root,
                          postern_cursor *cursor, postern_resource *resource)
{
    struct pst_store_reader *self = reader;
    const struct pst_version *version = version_of(self);
    struct stand stand;
    postern_found found;

    (void)user;
    memcpy(&stand, cursor, sizeof stand);
    if (!version || (stand.revision && stand.revision != version->revision)) {
        return POSTERN_FOUND_FAILED; /* numbers mean something else now */
    }
    if (stand.revision == 0) {
        stand = begin(version, root);
    } else if (stand.at != PST_NO_NUMBER) {
        go_on(self, &stand);
    }
    found = answer(self, (uint32_t)stand.at, resource);
    while (found == POSTERN_FOUND_NOT && stand.at != PST_NO_NUMBER) {
        go_on(self, &stand); /* a place */
        found = answer(self, (uint32_t)stand.at, resource);
    }
    fetch_siblings(self, (uint32_t)stand.at);
    memcpy(cursor, &stand, sizeof stand);
    return found;
}

void pst_store_fill_prp(postern_store *store)
{
    store->prp = (postern_prp){
        .struct_size = sizeof store->prp,
        .user = store,
        .cse = &store->settings.cse,
        .reader_new = reader_new,
        .reader_free = reader_free,
        .enter = enter,
        .leave = leave,
        .find = find,
        .parent = parent,
        .registree = registree,
        .role = role,
        .has_member = has_member,
        .next = next,
        .announce = announce,
    };
}
