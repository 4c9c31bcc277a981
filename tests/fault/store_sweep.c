/*
 * Every allocation of a store and of its changes refused once: what was asked
 * answers POSTERN_ERR_MEMORY, nothing is left when all is freed, and readers
 * see what was committed before, all of it. [ARC-07] [PRP-11]
 */
#include <postern/prp.h>

#include "base/str.h"
#include "support/claim.h"
#include "support/faulty.h"

struct scene {
    postern_allocator allocator;
    postern_cse cse;
    postern_store *store;
    void *reader;
    uint64_t committed; /* changes that are to be seen */
    bool broken;        /* the change in progress lacked memory itself */
};

/* ---- steps ------------------------------------------------------------- */

static postern_status make_set(const struct scene *scene, const char *id,
                               postern_acp_set **set)
{
    postern_str who[] = {PST_STR("Cx"), PST_STR("/gate*")};
    postern_rule rule = {
        .originators = who, .originator_count = 2, .operations = 63};
    postern_builder_options options;
    postern_acp_builder *builder;
    postern_status status;

    postern_builder_options_init(&options);
    options.allocator = &scene->allocator;
    *set = NULL;
    status = postern_acp_builder_new(&builder, &scene->cse, &options);
    if (status != POSTERN_OK) {
        return status;
    }
    status =
        postern_acp_builder_add_acp(builder, postern_str_of(id), INT64_MAX);
    if (status == POSTERN_OK) {
        status = postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                              &rule, NULL);
    }
    if (status == POSTERN_OK) {
        status = postern_acp_builder_finish(builder, set, NULL);
    }
    postern_acp_builder_free(builder);
    return status;
}

static postern_status note(struct scene *scene, postern_status status)
{
    scene->broken = scene->broken || status == POSTERN_ERR_MEMORY;
    return status;
}

static postern_status put(struct scene *scene, postern_change *change,
                          uint32_t type, const char *id, const char *parent)
{
    static const postern_str members[] = {{"Cx", 2}, {"-/cnt1", 6}};
    static const postern_role role = {.role_id = {"1@auth.example", 14}};
    postern_acp_set *set = NULL;
    postern_resource resource;
    postern_status status;
    postern_diag diag;

    postern_resource_init(&resource);
    resource.type = type;
    resource.id = postern_str_of(id);
    resource.name = resource.id;
    resource.parent_id = postern_str_of(parent);
    resource.members =
        (postern_texts){type == 9 ? members : NULL, type == 9 ? 2 : 0};
    resource.role = type == 31 ? &role : NULL;
    if (type == 1) {
        status = make_set(scene, id, &set);
        if (status != POSTERN_OK) {
            return status;
        }
        resource.acp_set = set;
    }
    status = note(scene, postern_change_put(change, &resource, &diag));
    claim(diag.status == status, "diag and status of a put differ");
    if (status != POSTERN_OK) {
        postern_acp_set_free(set); /* it is still ours */
    }
    return status;
}

static postern_status put_many(struct scene *scene, postern_change *change,
                               const char *parent, char kind)
{
    postern_status status = POSTERN_OK;

    for (int i = 0; i < 40 && status == POSTERN_OK; i++) {
        char id[] = {kind, (char)('a' + i / 10), (char)('0' + i % 10), '\0'};

        status = put(scene, change, i % 7 == 0 ? 2 : 3, id, parent);
    }
    return status;
}

static postern_status found_a_plant(struct scene *scene, postern_change *change)
{
    static const struct {
        uint32_t type;
        const char *id;
        const char *parent;
    } rows[] = {
        {5, "cb0", NULL},    {2, "Cx", "cb0"},    {1, "acp1", "Cx"},
        {3, "cnt1", "cb0"},  {3, "cnt2", "cnt1"}, {9, "grp1", "cb0"},
        {31, "rol1", "cb0"}, {16, "csr1", "cb0"}, {3, "stray", NULL},
    };
    postern_status status = POSTERN_OK;

    for (size_t i = 0; i < sizeof rows / sizeof *rows && status == POSTERN_OK;
         i++) {
        status = put(scene, change, rows[i].type, rows[i].id, rows[i].parent);
    }
    return status == POSTERN_OK ? put_many(scene, change, "cnt2", 'm') : status;
}

/* Replaces, makes and replaces again, moves, deletes; another ACP in the place
 * of the first. */
static postern_status rebuild(struct scene *scene, postern_change *change)
{
    postern_status status = put(scene, change, 1, "acp1", "cb0");

    status =
        status != POSTERN_OK ? status : put(scene, change, 1, "acp1", "cnt1");
    status =
        status != POSTERN_OK ? status : put(scene, change, 1, "acp2", "cnt1");
    status =
        status != POSTERN_OK ? status : put_many(scene, change, "grp1", 'n');
    status = status != POSTERN_OK
                 ? status
                 : note(scene, postern_change_move(change, PST_STR("cnt2"),
                                                   PST_STR("cb0"),
                                                   PST_STR("new"), NULL));
    status =
        status != POSTERN_OK
            ? status
            : note(scene, postern_change_delete(change, PST_STR("cnt1"), NULL));
    status =
        status != POSTERN_OK ? status : put(scene, change, 3, "cnt1", "stray");
    return status != POSTERN_OK
               ? status
               : note(scene,
                      postern_change_delete(change, PST_STR("rol1"), NULL));
}

/* ---- what is seen ------------------------------------------------------ */

struct seen {
    const char *address;
    bool there[4]; /* after so many changes were committed, the last one kept */
};

static const struct seen views[] = {
    {"cb0", {false, true, true, true}},
    {"-/Cx/acp1", {false, true, false, false}},
    {"-/cnt1", {false, true, false, false}},
    {"-/cnt1/cnt2/mb3", {false, true, false, false}},
    {"rol1", {false, true, false, false}},
    {"-/new/md9", {false, false, true, true}},
    {"acp1", {false, true, false, false}},
    {"acp2", {false, false, false, false}},
    {"cnt1", {false, true, true, true}},
    {"nd9", {false, false, true, true}},
};

static void look(const struct scene *scene, uint64_t committed)
{
    const postern_prp *prp = postern_store_prp(scene->store);
    size_t seen = committed < 3 ? (size_t)committed : 3;

    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        postern_resource resource;
        postern_found found;

        postern_resource_init(&resource);
        found = prp->find(prp->user, scene->reader,
                          postern_str_of(views[i].address), &resource);
        claim(found ==
                  (views[i].there[seen] ? POSTERN_FOUND : POSTERN_FOUND_NOT),
              "%s after %u changes", views[i].address, (unsigned)committed);
        claim(!resource.acp_set || postern_acp_set_count(resource.acp_set) == 1,
              "the set of %s", views[i].address);
    }
}

/* ---- the scenario ------------------------------------------------------ */

typedef postern_status steps(struct scene *scene, postern_change *change);

/* A change that lacked memory is over, whatever is asked of it; a set that
 * could not be made is not its business. */
static void give_up(const struct scene *scene, postern_change *change)
{
    postern_status status =
        postern_change_delete(change, PST_STR("gone"), NULL);

    claim(status == (scene->broken ? POSTERN_ERR_MEMORY : POSTERN_ERR_POLICY),
          "a change goes on with %s", postern_status_name(status));
    if (!scene->broken) {
        postern_change_abort(change);
        return;
    }
    claim(postern_change_commit(change, NULL) == POSTERN_ERR_MEMORY,
          "half a change was committed");
}

/* A change that is kept or not; what cannot be done leaves all as it was. */
static postern_status change_by(struct scene *scene, steps *take, bool keep)
{
    postern_change *change;
    uint64_t revision = scene->committed + 1;
    postern_status status = postern_change_begin(scene->store, &change);

    if (status != POSTERN_OK) {
        claim(!change, "a change that was not begun");
        return status;
    }
    status = take(scene, change);
    if (status != POSTERN_OK) {
        give_up(scene, change);
        return status;
    }
    if (!keep) {
        postern_change_abort(change);
        return POSTERN_OK;
    }
    status = postern_change_commit(change, &revision);
    claim(status == POSTERN_OK, "the commit has no memory");
    scene->committed += status == POSTERN_OK;
    claim(revision == scene->committed + 1, "the revision");
    return status;
}

/* A reader stays in the first world while the second is made. */
static postern_status play(struct scene *scene)
{
    const postern_prp *prp = postern_store_prp(scene->store);
    postern_status status = change_by(scene, found_a_plant, true);
    uint64_t entered;

    entered = prp->enter(prp->user, scene->reader) - 1;
    claim(entered == scene->committed, "the revision entered");
    if (status == POSTERN_OK) {
        status = change_by(scene, rebuild, false);
    }
    look(scene, entered);
    if (status == POSTERN_OK) {
        status = change_by(scene, rebuild, true);
    }
    look(scene, entered);
    prp->leave(prp->user, scene->reader);
    prp->enter(prp->user, scene->reader);
    look(scene, scene->committed);
    prp->leave(prp->user, scene->reader);
    return status;
}

static postern_status attempt(const postern_allocator *allocator)
{
    struct scene scene = {.allocator = *allocator};
    const postern_prp *prp;
    postern_store_options options;
    postern_status status;

    (void)!postern_cse_init(&scene.cse, PST_STR("//sp.example"),
                            PST_STR("/plant-cse"));
    postern_store_options_init(&options);
    options.allocator = allocator;
    options.cse = &scene.cse;
    options.base_id = PST_STR("cb0");
    status = postern_store_new(&scene.store, &options, NULL);
    claim(!scene.store == (status != POSTERN_OK), "*store does not fit");
    if (status != POSTERN_OK) {
        return status;
    }
    prp = postern_store_prp(scene.store);
    if (prp->reader_new(prp->user, &scene.reader) != POSTERN_OK) {
        claim(false, "there is no reader");
    }
    status = play(&scene);
    prp->reader_free(prp->user, scene.reader);
    postern_store_free(scene.store);
    return status;
}

int main(void)
{
    postern_status status = POSTERN_ERR_INTERNAL;
    struct faulty heap = {.fail_at = 0};
    size_t n = 0;

    do {
        postern_allocator allocator = faulty_allocator(&heap);

        n++;
        heap = (struct faulty){.fail_at = n};
        status = attempt(&allocator);
        claim(heap.live == 0, "allocation %zu: %zu bytes are left", n,
              heap.live);
        claim(heap.wrong_sizes == 0, "allocation %zu: a wrong size", n);
        claim(heap.calls < n || status == POSTERN_ERR_MEMORY,
              "allocation %zu: %s", n, postern_status_name(status));
    } while (heap.calls >= n);
    claim(status == POSTERN_OK, "%s with memory", postern_status_name(status));
    claim(n > 300, "hardly any allocation");
    printf("%zu allocations\n", n - 1);
    return claims_failed();
}
