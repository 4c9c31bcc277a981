#include "bench/world.h"

#include <stdio.h>
#include <string.h>

static const postern_str base_id = {"cb0", 3};

enum { STRANGER = 100, SHARED_ACP = WORLD_ACPS - 1 };

static bool complain(const char *what, const postern_diag *diag)
{
    (void)fprintf(stderr, "postern-bench: %s: %s\n", what, diag->message);
    return false;
}

/* ---- names ------------------------------------------------------------- */

static void ae_id(char *text, uint32_t group)
{
    (void)snprintf(text, WORLD_TEXT, "Cae%07u", group);
}

static void acp_id(char *text, uint32_t group, uint32_t i)
{
    (void)snprintf(text, WORLD_TEXT, "acp%08u", group * WORLD_ACPS + i);
}

static void container_id(char *text, uint32_t group, uint32_t i)
{
    (void)snprintf(text, WORLD_TEXT, "cnt%08u", group * WORLD_CONTAINERS + i);
}

static void instance_id(char *text, uint32_t group, uint32_t i)
{
    (void)snprintf(text, WORLD_TEXT, "cin%09u", group * WORLD_INSTANCES + i);
}

void world_hall_id(char *text, uint32_t hall)
{
    (void)snprintf(text, WORLD_TEXT, "hall%05u", hall);
}

void world_id(char *text, uint32_t group, uint32_t i)
{
    const uint32_t containers = 1 + WORLD_ACPS;
    const uint32_t instances = containers + WORLD_CONTAINERS;

    if (i == 0) {
        ae_id(text, group);
    } else if (i < containers) {
        acp_id(text, group, i - 1);
    } else if (i < instances) {
        container_id(text, group, i - containers);
    } else {
        instance_id(text, group, i - instances);
    }
}

void world_shelf_id(char *text, uint32_t shelf, uint32_t i)
{
    (void)snprintf(text, WORLD_TEXT, i == 0 ? "shelf%05u" : "record%07u",
                   shelf * WORLD_SHELF + i);
}

/* ---- policies ---------------------------------------------------------- */

static postern_status add_rule(postern_acp_builder *builder,
                               postern_privileges which,
                               const postern_str *originators, size_t count,
                               uint32_t operations)
{
    static const postern_str office = {"* * 8-17 * * * *", 16};
    static const postern_context context = {.windows = &office,
                                            .window_count = 1};
    postern_rule rule = {.originators = originators,
                         .originator_count = count,
                         .operations = operations};

    if (count == 2) {
        rule.contexts = &context;
        rule.context_count = 1;
    }
    return postern_acp_builder_add_rule(builder, which, &rule, NULL);
}

/* Three rules and one of the self-privileges. */
static postern_status add_rules(postern_acp_builder *builder,
                                const struct world *world, uint32_t group)
{
    char owner[WORLD_TEXT];
    char next[WORLD_TEXT];
    char seventh[WORLD_TEXT];
    char gate[WORLD_TEXT];
    postern_status status;

    ae_id(owner, group);
    ae_id(next, (group + 1) % world->groups);
    ae_id(seventh, (group + 7) % world->groups);
    (void)snprintf(gate, sizeof gate, "/gate%u*", group % 1000);
    status = add_rule(builder, POSTERN_PRIVILEGES,
                      (postern_str[]){postern_str_of(owner)}, 1, 63);
    if (status == POSTERN_OK) {
        status = add_rule(
            builder, POSTERN_PRIVILEGES,
            (postern_str[]){postern_str_of(next), postern_str_of(seventh)}, 2,
            POSTERN_ACOP_RETRIEVE | POSTERN_ACOP_DISCOVERY);
    }
    if (status == POSTERN_OK) {
        status = add_rule(builder, POSTERN_PRIVILEGES,
                          (postern_str[]){postern_str_of(gate)}, 1,
                          POSTERN_ACOP_RETRIEVE);
    }
    return status != POSTERN_OK
               ? status
               : add_rule(builder, POSTERN_SELF_PRIVILEGES,
                          (postern_str[]){postern_str_of(owner)}, 1, 63);
}

static postern_acp_set *compile(const struct world *world, uint32_t group,
                                const char *id)
{
    postern_acp_builder *builder;
    postern_acp_set *set = NULL;

    if (postern_acp_builder_new(&builder, &world->cse, NULL) != POSTERN_OK) {
        return NULL;
    }
    if (postern_acp_builder_add_acp(builder, postern_str_of(id), INT64_MAX) !=
            POSTERN_OK ||
        add_rules(builder, world, group) != POSTERN_OK ||
        postern_acp_builder_finish(builder, &set, NULL) != POSTERN_OK) {
        set = NULL;
    }
    postern_acp_builder_free(builder);
    return set;
}

static bool put_acp(struct world *world, postern_change *change, uint32_t group,
                    uint32_t i)
{
    char id[WORLD_TEXT];
    char parent[WORLD_TEXT];
    postern_resource resource;
    postern_diag diag = {0};
    postern_acp_set *set;

    acp_id(id, group, i);
    ae_id(parent, group);
    set = compile(world, group, id);
    postern_resource_init(&resource);
    resource.id = postern_str_of(id);
    resource.name = resource.id;
    resource.parent_id = postern_str_of(parent);
    resource.type = 1;
    resource.acp_set = set;
    world->acp_bytes += set ? postern_acp_set_size(set) : 0;
    world->rules += set ? 4 : 0;
    if (postern_change_put(change, &resource, &diag) != POSTERN_OK) {
        postern_acp_set_free(set);
        return complain(id, &diag);
    }
    return true;
}

/* ---- other resources --------------------------------------------------- */

static bool put(postern_change *change, const postern_resource *resource)
{
    postern_diag diag = {0};

    return postern_change_put(change, resource, &diag) == POSTERN_OK ||
           complain(resource->id.data, &diag);
}

static bool put_ae(postern_change *change, uint32_t group)
{
    char id[WORLD_TEXT];
    char acp[WORLD_TEXT];
    char hall[WORLD_TEXT];
    postern_str link;
    postern_resource resource;

    ae_id(id, group);
    world_hall_id(hall, group / WORLD_HALL);
    acp_id(acp, group, 0);
    link = postern_str_of(acp);
    postern_resource_init(&resource);
    resource.id = postern_str_of(id);
    resource.name = resource.id;
    resource.entity = resource.id;
    resource.parent_id = postern_str_of(hall);
    resource.type = 2;
    resource.policy_ids = (postern_texts){&link, 1};
    return put(change, &resource);
}

/* The policy of its number, and, with `both`, one that all can link to. */
static bool put_container(postern_change *change, uint32_t group, uint32_t i,
                          bool both)
{
    char id[WORLD_TEXT];
    char name[WORLD_TEXT];
    char parent[WORLD_TEXT];
    char own[WORLD_TEXT];
    char shared[WORLD_TEXT];
    postern_str links[2];
    postern_resource resource;

    container_id(id, group, i);
    (void)snprintf(name, sizeof name, "c%u", i);
    ae_id(parent, group);
    acp_id(own, group, i);
    acp_id(shared, group, SHARED_ACP);
    links[0] = postern_str_of(own);
    links[1] = postern_str_of(shared);
    postern_resource_init(&resource);
    resource.id = postern_str_of(id);
    resource.name = postern_str_of(name);
    resource.parent_id = postern_str_of(parent);
    resource.creator = resource.parent_id;
    resource.type = 3;
    resource.policy_ids = (postern_texts){links, both ? 2 : 1};
    return put(change, &resource);
}

static bool put_instance(postern_change *change, uint32_t group, uint32_t i)
{
    char id[WORLD_TEXT];
    char parent[WORLD_TEXT];
    postern_resource resource;

    instance_id(id, group, i);
    container_id(parent, group, i % WORLD_CONTAINERS);
    postern_resource_init(&resource);
    resource.id = postern_str_of(id);
    resource.name = resource.id;
    resource.parent_id = postern_str_of(parent);
    resource.type = 4;
    return put(change, &resource);
}

static bool put_group(struct world *world, postern_change *change,
                      uint32_t group)
{
    bool done = put_ae(change, group);

    for (uint32_t i = 0; done && i < WORLD_ACPS; i++) {
        done = put_acp(world, change, group, i);
    }
    for (uint32_t i = 0; done && i < WORLD_CONTAINERS; i++) {
        done = put_container(change, group, i, i % 3 == 0);
    }
    for (uint32_t i = 0; done && i < WORLD_INSTANCES; i++) {
        done = put_instance(change, group, i);
    }
    return done;
}

static bool put_hall(postern_change *change, uint32_t hall)
{
    char id[WORLD_TEXT];
    postern_resource resource;

    world_hall_id(id, hall);
    postern_resource_init(&resource);
    resource.id = postern_str_of(id);
    resource.name = resource.id;
    resource.parent_id = base_id;
    resource.type = 3;
    return put(change, &resource);
}

/* A hall and all in it. */
static bool put_batch(struct world *world, uint32_t hall)
{
    uint32_t first = hall * WORLD_HALL;
    postern_change *change;
    bool done;

    if (postern_change_begin(world->store, &change) != POSTERN_OK) {
        return false;
    }
    done = put_hall(change, hall);
    for (uint32_t i = first; i < first + WORLD_HALL && i < world->groups; i++) {
        done = done && put_group(world, change, i);
    }
    if (!done) {
        postern_change_abort(change);
        return false;
    }
    return postern_change_commit(change, NULL) == POSTERN_OK;
}

static bool put_shelf(postern_change *change, uint32_t shelf)
{
    char id[WORLD_TEXT];
    char parent[WORLD_TEXT];
    char acp[WORLD_TEXT];
    postern_str link;
    postern_resource resource;
    bool done = true;

    world_shelf_id(parent, shelf, 0);
    acp_id(acp, shelf % (WORLD_SHELVES / WORLD_ACPS) / WORLD_ACPS,
           shelf % WORLD_ACPS);
    link = postern_str_of(acp);
    for (uint32_t i = 0; done && i < WORLD_SHELF; i++) {
        world_shelf_id(id, shelf, i);
        postern_resource_init(&resource);
        resource.id = postern_str_of(id);
        resource.name = resource.id;
        resource.parent_id = postern_str_of(i ? parent : WORLD_ARCHIVE);
        resource.type = i ? 4 : 3;
        resource.policy_ids = (postern_texts){&link, i ? 0 : 1};
        done = put(change, &resource);
    }
    return done;
}

static bool put_archive(struct world *world)
{
    postern_resource resource;
    postern_change *change;
    bool done;

    if (postern_change_begin(world->store, &change) != POSTERN_OK) {
        return false;
    }
    postern_resource_init(&resource);
    resource.id = postern_str_of(WORLD_ARCHIVE);
    resource.name = resource.id;
    resource.parent_id = base_id;
    resource.type = 3;
    done = put(change, &resource);
    for (uint32_t i = 0; done && i < WORLD_SHELVES; i++) {
        done = put_shelf(change, i);
    }
    if (!done) {
        postern_change_abort(change);
        return false;
    }
    return postern_change_commit(change, NULL) == POSTERN_OK;
}

bool world_fill(struct world *world, uint32_t groups)
{
    postern_store_options options;
    postern_diag diag = {0};

    *world = (struct world){.groups = groups};
    if (postern_cse_init(&world->cse, postern_str_of("//sp.example"),
                         postern_str_of("/plant-cse")) != POSTERN_OK) {
        return false;
    }
    postern_store_options_init(&options);
    options.cse = &world->cse;
    options.base_id = base_id;
    options.base_name = postern_str_of("base");
    if (postern_store_new(&world->store, &options, &diag) != POSTERN_OK) {
        return complain("the store", &diag);
    }
    for (uint32_t hall = 0; hall * WORLD_HALL < groups; hall++) {
        if (!put_batch(world, hall)) {
            return false;
        }
    }
    return put_archive(world);
}

/* ---- requests ---------------------------------------------------------- */

static void draw_target(const struct world *world, struct rng *rng,
                        uint32_t group, char *to)
{
    uint32_t kind = rng_below(rng, 10);
    uint32_t instance = rng_below(rng, WORLD_INSTANCES);
    uint32_t container = instance % WORLD_CONTAINERS;

    (void)world;
    if (kind < 1) {
        ae_id(to, group);
    } else if (kind < 3) {
        container_id(to, group, container);
    } else if (kind < 5) {
        (void)snprintf(to, WORLD_TEXT, "base/hall%05u/Cae%07u/c%u",
                       group / WORLD_HALL, group, container);
    } else if (kind < 8) {
        instance_id(to, group, instance);
    } else {
        (void)snprintf(to, WORLD_TEXT,
                       "/plant-cse/-/hall%05u/Cae%07u/c%u/cin%09u",
                       group / WORLD_HALL, group, container,
                       group * WORLD_INSTANCES + instance);
    }
}

void world_draw(const struct world *world, struct rng *rng,
                struct world_request *request)
{
    uint32_t group = rng_below(rng, world->groups);
    uint32_t who = rng_below(rng, 10);
    uint32_t offset = who < 5 ? 0 : who < 7 ? 1 : STRANGER;

    ae_id(request->from, (group + offset) % world->groups);
    draw_target(world, rng, group, request->to);
    request->permitted = offset != STRANGER;
    postern_primitive_init(&request->primitive);
    request->primitive.from = postern_str_of(request->from);
    request->primitive.to = postern_str_of(request->to);
    request->primitive.operation = 2;
    request->primitive.time_known = true;
    request->primitive.time_s = WORLD_TIME_S;
}

/* ---- changes ----------------------------------------------------------- */

/* Three rounds make one life: created, moved, deleted. */
static bool change_passer_by(struct world *world, postern_change *change,
                             uint64_t round, uint32_t group)
{
    char id[WORLD_TEXT];
    char parent[WORLD_TEXT];
    postern_resource resource;
    postern_diag diag = {0};
    postern_status status;

    (void)snprintf(id, sizeof id, "tmp%u", (unsigned)(round / 3 % 1000));
    ae_id(parent, round % 3 == 1 ? (group + 1) % world->groups : group);
    if (round % 3 == 0) {
        postern_resource_init(&resource);
        resource.id = postern_str_of(id);
        resource.name = resource.id;
        resource.parent_id = postern_str_of(parent);
        resource.type = 3;
        return put(change, &resource);
    }
    status = round % 3 == 1
                 ? postern_change_move(change, postern_str_of(id),
                                       postern_str_of(parent),
                                       (postern_str){NULL, 0}, &diag)
                 : postern_change_delete(change, postern_str_of(id), &diag);
    return status == POSTERN_OK || complain(id, &diag);
}

bool world_change(struct world *world, struct world_writer *writer)
{
    uint64_t round = writer->round++;
    uint32_t group = rng_below(&writer->rng, world->groups);
    uint32_t i = rng_below(&writer->rng, WORLD_CONTAINERS);
    postern_change *change;
    bool done;

    if (postern_change_begin(world->store, &change) != POSTERN_OK) {
        return false;
    }
    switch (round % 4) {
    case 0:
        done = put_acp(world, change, group, i);
        break;
    case 1:
        done = change_passer_by(world, change, round / 4, group);
        break;
    default:
        done = put_container(change, group, i, round / 4 % 2);
        break;
    }
    if (!done) {
        postern_change_abort(change);
        return false;
    }
    return postern_change_commit(change, NULL) == POSTERN_OK;
}
