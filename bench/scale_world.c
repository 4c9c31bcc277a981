#define _DEFAULT_SOURCE /* madvise() */

#include "bench/scale_world.h"

#include "bench/measure.h"
#include "bench/pages.h"

#include <stdlib.h>
#include <string.h>

enum {
    PER_CENT = 100,
    PATTERNS_MAX = 5000,
    DOMAINS_MAX = 200,
    GROUPS_MAX = 20000,
    CONDITIONS_MAX = 20000,
    LISTS = 1000,
    ENTRIES_MAX = 4,
    RULES_MAX = 10,
    WEEK_S = 7 * 86400
};

static const int64_t MONDAY_S = 1794787200; /* 2026-11-16T00:00:00Z */

/* ---- drawing by number --------------------------------------------------- */

static struct rng rng_of(const struct scale_world *world, uint32_t what,
                         uint32_t number)
{
    struct rng rng = {world->mix.seed * 0x9E3779B97F4A7C15u +
                      ((uint64_t)what << 32 | number)};

    (void)rng_bits(&rng);
    return rng;
}

enum { OF_ORIGINATOR, OF_PATTERN, OF_CONDITION, OF_ACP, OF_RESOURCE };

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void originator_name(struct bench_name *name,
                            const struct scale_world *world, uint32_t number)
{
    struct rng rng = rng_of(world, OF_ORIGINATOR, number);

    *name = bench_name_draw(&world->population, &rng);
}

/* Where a pattern is: that of some originator, so that it has something to
 * match. */
static enum bench_pattern pattern_name(struct bench_name *name,
                                       const struct scale_world *world,
                                       uint32_t number)
{
    struct rng rng = rng_of(world, OF_PATTERN, number);

    originator_name(name, world, rng_below(&rng, world->mix.originators));
    name->form = BENCH_NAME_AE;
    return (enum bench_pattern)rng_below(&rng, BENCH_PATTERNS);
}

/* ---- rules ------------------------------------------------------------- */

enum entry_kind { EXACT, PATTERN, DOMAIN_, GROUP, ROLE, ALL };

struct entry {
    enum entry_kind kind;
    uint32_t number;
};

/* A rule as numbers. */
struct rule {
    struct entry entries[ENTRIES_MAX];
    uint32_t entry_count;
    uint32_t condition; /* 0: none */
    uint32_t operations;
    bool authn;
};

/* One huge ACP names nobody by a pattern, a domain or "all": it would permit
 * nearly everything, and there would be no rule to look for. */
static struct entry draw_entry(const struct scale_world *world, struct rng *rng)
{
    uint32_t die = rng_below(rng, PER_CENT);

    if (die < 70 || (world->mix.rules_of_acp && die < 84) ||
        (world->mix.rules_of_acp && die == 99)) {
        return (struct entry){EXACT, rng_below(rng, world->mix.originators)};
    }
    if (die < 80) {
        return (struct entry){PATTERN, rng_below(rng, world->patterns)};
    }
    if (die < 84) {
        return (struct entry){DOMAIN_, 1 + rng_below(rng, DOMAINS_MAX)};
    }
    if (die < 94) {
        return (struct entry){GROUP, rng_below(rng, world->population.groups)};
    }
    if (die < 99) {
        return (struct entry){ROLE, rng_below(rng, world->population.roles)};
    }
    return (struct entry){ALL, 0};
}

static void draw_rule(struct rule *rule, const struct scale_world *world,
                      struct rng *rng)
{
    static const uint8_t counts[] = {1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
    bool all = false;

    rule->entry_count = counts[rng_below(rng, sizeof counts)];
    for (uint32_t i = 0; i < rule->entry_count; i++) {
        rule->entries[i] = draw_entry(world, rng);
        all = all || rule->entries[i].kind == ALL;
    }
    rule->operations = 1 + rng_below(rng, POSTERN_ACOP_ALL);
    rule->authn = rng_below(rng, PER_CENT) < 10;
    rule->condition = 0;
    if (all || rng_below(rng, PER_CENT) < 30) {
        rule->condition = world->mix.unique_conditions
                              ? 1 + (uint32_t)(rng_bits(rng) >> 33)
                              : 1 + rng_below(rng, world->conditions);
    }
}

static uint32_t rules_of(const struct scale_world *world, struct rng *rng)
{
    return world->mix.rules_of_acp ? world->mix.rules_of_acp
                                   : 1 + rng_below(rng, RULES_MAX);
}

/* ---- writing them out --------------------------------------------------- */

/* Texts of one rule. */
struct texts {
    char entries[ENTRIES_MAX][BENCH_NAME_SIZE + SCALE_TEXT];
    postern_str originators[ENTRIES_MAX];
    char window[64];
    char address[SCALE_TEXT];
    postern_str windows[1];
    postern_str addresses[1];
    postern_context context;
};

static void write_entry(struct pst_text *out, const struct scale_world *world,
                        const struct entry *entry)
{
    struct bench_name name;
    enum bench_pattern pattern;

    switch (entry->kind) {
    case EXACT:
        originator_name(&name, world, entry->number);
        bench_name_write(out, &name);
        break;
    case PATTERN:
        pattern = pattern_name(&name, world, entry->number);
        bench_pattern_write(out, &name, pattern);
        break;
    case DOMAIN_:
        bench_domain_write(out, entry->number);
        break;
    case GROUP:
        bench_group_write(out, entry->number);
        break;
    case ROLE:
        bench_role_write(out, entry->number);
        break;
    case ALL:
    default:
        pst_text_add(out, "all");
        break;
    }
}

/* Hours of a shift, on some days of the week; minutes and seconds too, where no
 * two are to be alike. */
static void write_window(struct pst_text *out, struct rng *rng, bool unique)
{
    uint32_t from = rng_below(rng, 16);

    pst_text_add(out, unique ? "0-" : "*");
    if (unique) {
        pst_text_add_uint(out, 30 + rng_below(rng, 29));
    }
    pst_text_add(out, unique ? " 0-" : " *");
    if (unique) {
        pst_text_add_uint(out, 30 + rng_below(rng, 29));
    }
    pst_text_add(out, " ");
    pst_text_add_uint(out, from);
    pst_text_add(out, "-");
    pst_text_add_uint(out, from + 8);
    pst_text_add(out, " * * ");
    pst_text_add_uint(out, rng_below(rng, 3));
    pst_text_add(out, "-");
    pst_text_add_uint(out, 3 + rng_below(rng, 4));
    pst_text_add(out, " *");
}

static void write_address(struct pst_text *out, struct rng *rng)
{
    pst_text_add(out, "10.");
    pst_text_add_uint(out, rng_below(rng, 256));
    pst_text_add(out, ".");
    pst_text_add_uint(out, rng_below(rng, 256));
    pst_text_add(out, ".0/");
    pst_text_add_uint(out, 24 - 8 * rng_below(rng, 2));
}

/* Two in three have a time window, two in three an address. */
static void write_condition(struct texts *texts,
                            const struct scale_world *world, uint32_t number)
{
    struct rng rng = rng_of(world, OF_CONDITION, number);
    struct pst_text out;
    uint32_t die = rng_below(&rng, 3);

    texts->context = (postern_context){0};
    if (die != 0) {
        pst_text_init(&out, texts->window, sizeof texts->window);
        write_window(&out, &rng, world->mix.unique_conditions);
        texts->windows[0] = (postern_str){texts->window, out.len};
        texts->context.windows = texts->windows;
        texts->context.window_count = 1;
    }
    if (die != 1) {
        pst_text_init(&out, texts->address, sizeof texts->address);
        write_address(&out, &rng);
        texts->addresses[0] = (postern_str){texts->address, out.len};
        texts->context.addresses = texts->addresses;
        texts->context.address_count = 1;
    }
}

static postern_rule write_rule(struct texts *texts,
                               const struct scale_world *world,
                               const struct rule *rule)
{
    postern_rule out = {.originators = texts->originators,
                        .originator_count = rule->entry_count,
                        .operations = rule->operations,
                        .authentication_flag = rule->authn};

    for (uint32_t i = 0; i < rule->entry_count; i++) {
        struct pst_text text;

        pst_text_init(&text, texts->entries[i], sizeof texts->entries[i]);
        write_entry(&text, world, &rule->entries[i]);
        texts->originators[i] = (postern_str){texts->entries[i], text.len};
    }
    if (rule->condition) {
        write_condition(texts, world, rule->condition);
        out.contexts = &texts->context;
        out.context_count = 1;
    }
    return out;
}

/* ---- the set ----------------------------------------------------------- */

/* Rules are drawn and written a block at a time, so that what is timed is the
 * library's part. */
enum { BLOCK = 256 };

struct block {
    struct rule rules[BLOCK];
    struct texts texts[BLOCK];
    postern_rule given[BLOCK];
    uint32_t count;
};

static bool add_block(struct scale_world *world, postern_acp_builder *builder,
                      struct block *block)
{
    double start_s;

    for (uint32_t i = 0; i < block->count; i++) {
        block->given[i] = write_rule(&block->texts[i], world, &block->rules[i]);
        world->entries += block->rules[i].entry_count;
    }
    world->rules += block->count;
    start_s = bench_cpu_s();
    for (uint32_t i = 0; i < block->count; i++) {
        if (postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                         &block->given[i],
                                         NULL) != POSTERN_OK) {
            return false;
        }
    }
    world->compile_s += bench_cpu_s() - start_s;
    block->count = 0;
    return true;
}

static bool add_acp(struct scale_world *world, postern_acp_builder *builder,
                    struct block *block, uint32_t acp)
{
    struct rng rng = rng_of(world, OF_ACP, acp);
    uint32_t left = rules_of(world, &rng);
    char text[SCALE_TEXT];
    struct pst_text id;

    pst_text_init(&id, text, sizeof text);
    pst_text_add(&id, "acp");
    pst_text_add_uint(&id, acp);
    if (postern_acp_builder_add_acp(builder, (postern_str){text, id.len},
                                    INT64_MAX) != POSTERN_OK) {
        return false;
    }
    while (left--) {
        draw_rule(&block->rules[block->count++], world, &rng);
        if (block->count == BLOCK && !add_block(world, builder, block)) {
            return false;
        }
    }
    return add_block(world, builder, block);
}

static bool announce(struct scale_world *world, postern_acp_builder *builder)
{
    for (uint32_t i = 0; i < world->mix.originators; i++) {
        char text[BENCH_NAME_SIZE];
        struct bench_name name;
        struct pst_text out;

        originator_name(&name, world, i);
        pst_text_init(&out, text, sizeof text);
        bench_name_write(&out, &name);
        if (postern_acp_builder_add_originator(
                builder, (postern_str){text, out.len}) != POSTERN_OK) {
            return false;
        }
    }
    return true;
}

static bool fill(struct scale_world *world, postern_acp_builder *builder,
                 struct block *block)
{
    double start_s;
    bool done = announce(world, builder);

    for (uint32_t acp = 0; done && acp < world->mix.acps; acp++) {
        done = add_acp(world, builder, block, acp);
    }
    start_s = bench_cpu_s();
    done = done &&
           postern_acp_builder_finish(builder, &world->set, NULL) == POSTERN_OK;
    world->compile_s += bench_cpu_s() - start_s;
    return done;
}

static bool compile(struct scale_world *world)
{
    struct block *block = calloc(1, sizeof *block);
    postern_acp_builder *builder = NULL;
    postern_builder_options options;
    postern_allocator pages = bench_pages();
    bool done;

    postern_builder_options_init(&options);
    options.allocator = &pages;
    done = block && postern_acp_builder_new(&builder, &world->cse, &options) ==
                        POSTERN_OK;
    done = done && fill(world, builder, block);
    postern_acp_builder_free(builder);
    free(block);
    return done;
}

/* ---- resources --------------------------------------------------------- */

static void make_lists(struct scale_world *world)
{
    for (uint32_t i = 0; i < LISTS; i++) {
        struct rng rng = rng_of(world, OF_RESOURCE, i);

        world->list_counts[i] = (uint8_t)(2 + rng_below(&rng, SCALE_LINKS - 1));
        for (uint32_t k = 0; k < SCALE_LINKS; k++) {
            world->lists[i * SCALE_LINKS + k] = (postern_acp_ref){
                rng_below(&rng, world->mix.acps), POSTERN_PRIVILEGES};
        }
    }
}

/* 15 % link several. */
static bool make_resources(struct scale_world *world)
{
    struct rng rng = rng_of(world, OF_RESOURCE, UINT32_MAX);
    postern_allocator pages = bench_pages();

    world->links = pages.alloc(pages.user, (size_t)world->mix.resources *
                                               sizeof *world->links);
    world->lists = calloc((size_t)LISTS * SCALE_LINKS, sizeof *world->lists);
    world->list_counts = calloc(LISTS, sizeof *world->list_counts);
    if (!world->links || !world->lists || !world->list_counts) {
        return false;
    }
    make_lists(world);
    for (uint32_t i = 0; i < world->mix.resources; i++) {
        world->links[i] = rng_below(&rng, PER_CENT) < 15
                              ? 0x80000000u | rng_below(&rng, LISTS)
                              : rng_below(&rng, world->mix.acps);
    }
    return true;
}

static void describe(struct scale_world *world, const struct scale_mix *mix)
{
    uint32_t rules = mix->acps * (mix->rules_of_acp ? mix->rules_of_acp : 5);

    uint32_t most = mix->rules_of_acp ? BENCH_NUMBERS : GROUPS_MAX;

    *world = (struct scale_world){.mix = *mix};
    world->patterns = smaller(PATTERNS_MAX, rules / 10 + 1);
    world->conditions = smaller(CONDITIONS_MAX, rules / 10 + 1);
    world->population = (struct bench_population){
        .domains = DOMAINS_MAX,
        .sites = smaller(mix->originators / 100 + 16, BENCH_NUMBERS),
        .groups = smaller(most, mix->rules_of_acp ? 8 * rules : rules / 4 + 4),
        .roles = smaller(most, mix->rules_of_acp ? 8 * rules : rules / 8 + 4)};
}

static bool take_each(const struct scale_world *world, struct block *block,
                      scale_take_acp *take, void *user)
{
    for (uint32_t acp = 0; acp < world->mix.acps; acp++) {
        struct rng rng = rng_of(world, OF_ACP, acp);

        block->count = rules_of(world, &rng);
        for (uint32_t i = 0; i < block->count; i++) {
            draw_rule(&block->rules[i], world, &rng);
            block->given[i] =
                write_rule(&block->texts[i], world, &block->rules[i]);
        }
        if (!take(user, acp, block->given, block->count)) {
            return false;
        }
    }
    return true;
}

bool scale_world_each_acp(const struct scale_mix *mix, scale_take_acp *take,
                          void *user)
{
    struct block *block = calloc(1, sizeof *block);
    struct scale_world world;
    bool done;

    describe(&world, mix);
    done = block && mix->rules_of_acp <= BLOCK &&
           take_each(&world, block, take, user);
    free(block);
    return done;
}

bool scale_world_make(struct scale_world *world, const struct scale_mix *mix)
{
    describe(world, mix);
    return postern_cse_init(&world->cse, postern_str_of(BENCH_SP_ID),
                            postern_str_of(BENCH_CSE_ID)) == POSTERN_OK &&
           compile(world) && make_resources(world);
}

void scale_world_free(struct scale_world *world)
{
    postern_allocator pages = bench_pages();

    postern_acp_set_free(world->set);
    if (world->links) {
        pages.release(pages.user, world->links,
                      (size_t)world->mix.resources * sizeof *world->links);
    }
    free(world->lists);
    free(world->list_counts);
}

/* ---- requests ---------------------------------------------------------- */

/* A rule of an ACP that the resource links. */
static void rule_at(struct rule *rule, const struct scale_world *world,
                    uint32_t resource, struct rng *rng)
{
    postern_acp_ref one;
    const postern_acp_ref *refs;
    size_t count = scale_links(world, resource, &one, &refs);
    uint32_t acp = refs[rng_below(rng, (uint32_t)count)].acp;
    struct rng of = rng_of(world, OF_ACP, acp);
    uint32_t wanted = rng_below(rng, rules_of(world, &of));

    /* Those of a huge ACP lie far apart: the first few will do. */
    for (uint32_t i = 0; i <= wanted % 64; i++) {
        draw_rule(rule, world, &of);
    }
}

static void fit(struct scale_request *request, const struct rule *rule,
                struct rng *rng)
{
    const struct entry *entry =
        &rule->entries[rng_below(rng, rule->entry_count)];

    if (entry->kind == EXACT) {
        request->originator = entry->number;
    } else if (entry->kind == GROUP) {
        request->groups[0] = entry->number;
        request->group_count = request->group_count ? request->group_count : 1;
    } else if (entry->kind == ROLE) {
        request->roles[0] = entry->number;
        request->role_count = request->role_count ? request->role_count : 1;
    }
    for (uint32_t bit = 1; bit < POSTERN_ACOP_ALL; bit <<= 1) {
        if (rule->operations & bit) {
            request->operation = (uint8_t)bit;
        }
    }
    request->authenticated = true;
}

/* How many groups and roles a request carries: one group on average, every
 * second a role. */
static const uint8_t groups_drawn[] = {0, 0, 1, 1, 1, 1, 2, 3};
static const uint8_t roles_drawn[] = {0, 0, 0, 0, 1, 2};

void scale_request_draw(struct scale_request *request,
                        const struct scale_world *world, struct rng *rng)
{
    uint32_t strangers = world->mix.originators / 20 + 1;

    request->originator = rng_below(rng, world->mix.originators + strangers);
    request->resource = rng_below(rng, world->mix.resources);
    request->group_count = groups_drawn[rng_below(rng, sizeof groups_drawn)];
    request->role_count = roles_drawn[rng_below(rng, sizeof roles_drawn)];
    for (uint32_t i = 0; i < SCALE_GROUPS; i++) {
        request->groups[i] = rng_below(rng, world->population.groups);
    }
    for (uint32_t i = 0; i < SCALE_ROLES; i++) {
        request->roles[i] = rng_below(rng, world->population.roles);
    }
    request->ip = 10u << 24 | rng_below(rng, 1 << 24);
    request->second = rng_below(rng, WEEK_S);
    request->operation = (uint8_t)(1u << rng_below(rng, 6));
    request->authenticated = rng_below(rng, PER_CENT) < 90;
    if (rng_below(rng, world->mix.rules_of_acp ? 6 : 2) == 0) {
        struct rule rule;

        rule_at(&rule, world, request->resource, rng);
        fit(request, &rule, rng);
    }
}

static void stage_ids(struct scale_stage *stage,
                      const struct scale_request *request)
{
    struct pst_text out;

    for (uint32_t i = 0; i < request->group_count; i++) {
        pst_text_init(&out, stage->group_texts[i], SCALE_TEXT);
        bench_group_write(&out, request->groups[i]);
        (void)!postern_id_parse_resource(
            &stage->groups[i], &stage->world->cse,
            (postern_str){stage->group_texts[i], out.len});
    }
    for (uint32_t i = 0; i < request->role_count; i++) {
        pst_text_init(&out, stage->role_texts[i], SCALE_TEXT);
        bench_role_write(&out, request->roles[i]);
        (void)!postern_id_parse_role(
            &stage->roles[i], (postern_str){stage->role_texts[i], out.len});
    }
}

static void stage_from(struct scale_stage *stage,
                       const struct scale_request *request)
{
    struct bench_name name;
    struct pst_text out;

    originator_name(&name, stage->world, request->originator);
    pst_text_init(&out, stage->from_text, sizeof stage->from_text);
    bench_name_write(&out, &name);
    stage->from = (postern_str){stage->from_text, out.len};
    (void)!postern_id_parse_entity(&stage->request.originator,
                                   &stage->world->cse, stage->from);
}

static postern_operation operation_of(uint8_t bit)
{
    return (postern_operation)(0x100 | bit);
}

void scale_request_stage(struct scale_stage *stage,
                         const struct scale_world *world,
                         const struct scale_request *request)
{
    postern_request *out = &stage->request;

    postern_request_init(out);
    stage->world = world;
    stage->resource = request->resource;
    stage_from(stage, request);
    stage_ids(stage, request);
    out->groups = stage->groups;
    out->group_count = request->group_count;
    out->roles = stage->roles;
    out->role_count = request->role_count;
    out->operation = operation_of(request->operation);
    out->authenticated = request->authenticated;
    out->time_known = true;
    out->time_s = MONDAY_S + request->second;
    out->ip.family = 4;
    for (int i = 0; i < 4; i++) {
        out->ip.bytes[i] = (uint8_t)(request->ip >> (24 - 8 * i));
    }
}
