/*
 * A store for tests, of the CSE /plant-cse of //sp.example with the CSEBase cb0
 * that is called "base"; its memory is counted.
 *
 *   struct kit kit;
 *   kit_open(&kit);
 *   kit_put(&kit, 3, "cnt1", "cb0", "temp");    type, ID, parent, name or NULL
 *   kit_at(&kit, "base/temp")                   "cnt1"
 *   kit_close(&kit);                            nothing is left
 */
#ifndef TESTS_SUPPORT_STORES_H
#define TESTS_SUPPORT_STORES_H

#include "base/str.h"
#include "support/faulty.h"

#include <postern/prp.h>

#include <criterion/criterion.h>

struct kit {
    struct faulty heap;
    postern_allocator allocator;
    postern_cse cse;
    postern_store *store;
    const postern_prp *prp;
    void *reader;
};

static inline postern_store_options kit_options(struct kit *kit)
{
    postern_store_options options;

    memset(kit, 0, sizeof *kit);
    kit->allocator = faulty_allocator(&kit->heap);
    cr_assert_eq(postern_cse_init(&kit->cse, PST_STR("//sp.example"),
                                  PST_STR("/plant-cse")),
                 POSTERN_OK);
    postern_store_options_init(&options);
    options.allocator = &kit->allocator;
    options.cse = &kit->cse;
    options.base_id = PST_STR("cb0");
    options.base_name = PST_STR("base");
    return options;
}

static inline void kit_open_with(struct kit *kit,
                                 const postern_store_options *options)
{
    cr_assert_eq(postern_store_new(&kit->store, options, NULL), POSTERN_OK);
    kit->prp = postern_store_prp(kit->store);
    cr_assert_eq(kit->prp->reader_new(kit->prp->user, &kit->reader),
                 POSTERN_OK);
}

static inline void kit_open(struct kit *kit)
{
    postern_store_options options = kit_options(kit);

    kit_open_with(kit, &options);
}

static inline void kit_close(struct kit *kit)
{
    kit->prp->reader_free(kit->prp->user, kit->reader);
    postern_store_free(kit->store);
    cr_assert_eq(kit->heap.live, 0, "%zu bytes are left", kit->heap.live);
    cr_assert_eq(kit->heap.wrong_sizes, 0);
}

/* ---- resources --------------------------------------------------------- */

static inline postern_resource kit_resource(uint32_t type, const char *id,
                                            const char *parent,
                                            const char *name)
{
    postern_resource resource;

    postern_resource_init(&resource);
    resource.type = type;
    resource.id = postern_str_of(id);
    resource.parent_id = postern_str_of(parent);
    resource.name = postern_str_of(name);
    return resource;
}

/* A set of one ACP whose one rule lets `originator` retrieve. */
static inline postern_acp_set *kit_set(struct kit *kit, const char *id,
                                       const char *originator)
{
    postern_str who = postern_str_of(originator);
    postern_rule rule = {.originators = &who,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE};
    postern_builder_options options;
    postern_acp_builder *builder;
    postern_acp_set *set = NULL;

    postern_builder_options_init(&options);
    options.allocator = &kit->allocator;
    if (postern_acp_builder_new(&builder, &kit->cse, &options) != POSTERN_OK) {
        return NULL;
    }
    if (postern_acp_builder_add_acp(builder, postern_str_of(id), INT64_MAX) !=
            POSTERN_OK ||
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule,
                                     NULL) != POSTERN_OK ||
        postern_acp_builder_finish(builder, &set, NULL) != POSTERN_OK) {
        set = NULL;
    }
    postern_acp_builder_free(builder);
    return set;
}

/* A change of one resource, which is not refused. */
static inline void kit_put(struct kit *kit, uint32_t type, const char *id,
                           const char *parent, const char *name)
{
    postern_resource resource = kit_resource(type, id, parent, name);
    postern_diag diag;

    if (type == 1) {
        resource.acp_set = kit_set(kit, id, "Cx");
    }
    cr_assert_eq(postern_store_put(kit->store, &resource, NULL, &diag),
                 POSTERN_OK, "%s: %s", id, diag.message);
}

static inline void kit_delete(struct kit *kit, const char *id)
{
    cr_assert_eq(
        postern_store_delete(kit->store, postern_str_of(id), NULL, NULL),
        POSTERN_OK, "%s", id);
}

/* ---- looking ----------------------------------------------------------- */

static inline postern_found kit_find(struct kit *kit, const char *address,
                                     postern_resource *resource)
{
    postern_resource_init(resource);
    return kit->prp->find(kit->prp->user, kit->reader, postern_str_of(address),
                          resource);
}

/* Words of a resource as a text, in one of a few buffers that take turns. */
static inline const char *kit_text(postern_str text)
{
    static char buffers[8][80];
    static unsigned turn;
    char *buffer = buffers[turn++ % 8];
    size_t len = text.len < 79 ? text.len : 79;

    if (len) {
        memcpy(buffer, text.data, len);
    }
    buffer[len] = '\0';
    return buffer;
}

/* The ID of what an address leads to; "-" when it leads nowhere. */
static inline const char *kit_seen_at(struct kit *kit, const char *address)
{
    postern_resource resource;

    switch (kit_find(kit, address, &resource)) {
    case POSTERN_FOUND:
        return kit_text(resource.id);
    case POSTERN_FOUND_NOT:
        return "-";
    case POSTERN_FOUND_FAILED:
    default:
        return "failed";
    }
}

static inline uint64_t kit_enter(struct kit *kit)
{
    return kit->prp->enter(kit->prp->user, kit->reader);
}

static inline void kit_leave(struct kit *kit)
{
    kit->prp->leave(kit->prp->user, kit->reader);
}

/* The same in a view of its own. */
static inline const char *kit_at(struct kit *kit, const char *address)
{
    const char *id;

    (void)kit_enter(kit);
    id = kit_seen_at(kit, address);
    kit_leave(kit);
    return id;
}

/* The IDs at or below an address in the order of the enumeration, "a b c". */
static inline const char *kit_below(struct kit *kit, const char *root)
{
    static char list[4096];
    postern_cursor cursor = {{0}};
    postern_resource resource;
    size_t len = 0;

    postern_resource_init(&resource);
    list[0] = '\0';
    while (kit->prp->next(kit->prp->user, kit->reader, postern_str_of(root),
                          &cursor, &resource) == POSTERN_FOUND) {
        cr_assert_lt(len + resource.id.len + 2, sizeof list);
        if (len) {
            list[len++] = ' ';
        }
        memcpy(list + len, resource.id.data, resource.id.len);
        len += resource.id.len;
        list[len] = '\0';
    }
    return list;
}

#endif
