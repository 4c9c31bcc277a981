#include "bench/crowds_world.h"

#include "base/memory.h"
#include "base/str.h"
#include "bench/measure.h"
#include "pdp/crowd_words.h"
#include "pdp/rule_terms.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT = 64, BUILDS = 3, KINDS_MIXED = 3, IP_BYTES = 4 };

/* Where most devices of a country are. */
static const double LATITUDE_DEG = 47.0;
static const double LONGITUDE_DEG = 6.0;
static const double WIDTH_DEG = 9.0;

/* ---- conditions -----------------------------------------------------------
 */

/* Ten seconds of some minute, on a third of the days. */
static void draw_window(struct rng *rng, char text[TEXT])
{
    uint32_t second = rng_below(rng, 50);
    uint32_t minute = rng_below(rng, 60);
    uint32_t hour = rng_below(rng, 24);
    uint32_t day = 1 + rng_below(rng, 20);
    uint32_t month = 1 + rng_below(rng, 7);

    (void)snprintf(text, TEXT, "%u-%u %u %u %u-%u %u-%u * *", second,
                   second + 9, minute, hour, day, day + 9, month, month + 3);
}

static void draw_prefix(struct rng *rng, char text[TEXT])
{
    uint32_t bits = (uint32_t)rng_bits(rng);

    (void)snprintf(text, TEXT, "%u.%u.%u.0/24", bits >> 24, bits >> 16 & 255,
                   bits >> 8 & 255);
}

static postern_circle draw_circle(struct rng *rng)
{
    return (postern_circle){LATITUDE_DEG + WIDTH_DEG * rng_unit(rng),
                            LONGITUDE_DEG + WIDTH_DEG * rng_unit(rng),
                            100.0 + 900.0 * rng_unit(rng)};
}

/* Requests are in the middle, further away than any radius. */
static postern_circle draw_near_circle(struct rng *rng)
{
    return (postern_circle){LATITUDE_DEG + 0.01 + 1e-5 * rng_unit(rng),
                            LONGITUDE_DEG, 800.0 + 200.0 * rng_unit(rng)};
}

static enum bench_crowd_kind kind_of(const struct bench_crowd *crowd,
                                     uint32_t number)
{
    return crowd->kind == BENCH_CROWD_MIXED
               ? (enum bench_crowd_kind)(number % KINDS_MIXED)
               : crowd->kind;
}

static bool add_rule(postern_acp_builder *builder,
                     const postern_context *context)
{
    postern_str originator = postern_str_of("Cmeter");
    const postern_rule rule = {.originators = &originator,
                               .originator_count = 1,
                               .operations = POSTERN_ACOP_RETRIEVE,
                               .contexts = context,
                               .context_count = 1};

    return postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule,
                                        NULL) == POSTERN_OK;
}

static bool add_condition(postern_acp_builder *builder,
                          enum bench_crowd_kind kind, struct rng *rng)
{
    postern_context context = {0};
    char text[TEXT];
    postern_str entry;
    postern_circle circle;

    switch (kind) {
    case BENCH_CROWD_WINDOWS:
        draw_window(rng, text);
        entry = postern_str_of(text);
        context.windows = &entry;
        context.window_count = 1;
        break;
    case BENCH_CROWD_PREFIXES:
        draw_prefix(rng, text);
        entry = postern_str_of(text);
        context.addresses = &entry;
        context.address_count = 1;
        break;
    case BENCH_CROWD_CIRCLES:
    case BENCH_CROWD_MIXED:
    case BENCH_CROWD_ONE_SPOT:
    default:
        circle = kind == BENCH_CROWD_ONE_SPOT ? draw_near_circle(rng)
                                              : draw_circle(rng);
        context.circles = &circle;
        context.circle_count = 1;
        break;
    }
    return add_rule(builder, &context);
}

static bool add_all(const struct bench_crowd *crowd,
                    postern_acp_builder *builder, bool one_holds,
                    struct rng *rng)
{
    postern_str anywhere = postern_str_of("0.0.0.0/0");
    postern_context last = {.addresses = &anywhere, .address_count = 1};

    for (uint32_t i = 0; i < crowd->count - one_holds; i++) {
        if (!add_condition(builder, kind_of(crowd, i), rng)) {
            return false;
        }
    }
    return !one_holds || add_rule(builder, &last);
}

static bool compile(struct bench_crowd *crowd, bool one_holds, struct rng *rng)
{
    postern_acp_builder *builder = NULL;
    postern_builder_options options;
    postern_cse cse;
    bool made;

    postern_builder_options_init(&options);
    made = postern_cse_init(&cse, postern_str_of("//sp.example"),
                            postern_str_of("/cse")) == POSTERN_OK &&
           postern_acp_builder_new(&builder, &cse, &options) == POSTERN_OK &&
           postern_acp_builder_add_acp(builder, postern_str_of("acp"),
                                       INT64_MAX) == POSTERN_OK &&
           add_all(crowd, builder, one_holds, rng) &&
           postern_acp_builder_finish(builder, &crowd->set, NULL) == POSTERN_OK;
    postern_acp_builder_free(builder);
    return made;
}

/* ---- the crowd -------------------------------------------------------------
 */

static bool build(struct bench_crowd *crowd)
{
    double times[BUILDS];

    for (uint32_t i = 0; i < BUILDS; i++) {
        double start_s = bench_cpu_s();

        crowd->words.count = 0;
        if (pst_crowd_build(crowd->rules, crowd->count,
                            PST_TABLE(crowd->set, YEARS, struct pst_year_set),
                            &crowd->allocator, &crowd->words) != POSTERN_OK) {
            return false;
        }
        times[i] = bench_cpu_s() - start_s;
    }
    crowd->build_s = bench_median(times, BUILDS);
    return true;
}

static uint32_t count_clauses(const uint64_t *words)
{
    uint32_t clauses = 0;

    for (uint32_t i = 0; i < pst_crowd_block_count(words); i++) {
        clauses += pst_crowd_blocks(words)[i].clauses;
    }
    return clauses;
}

static postern_request draw_request(const struct bench_crowd *crowd,
                                    struct rng *rng)
{
    bool spot = crowd->kind == BENCH_CROWD_ONE_SPOT;
    postern_circle place = draw_circle(rng);
    postern_request request;

    postern_request_init(&request);
    request.originator.kind = POSTERN_ID_ABSENT;
    request.operation = POSTERN_OP_RETRIEVE;
    request.time_known = true;
    request.time_s = rng_between(rng, 1767225600, 1798761599); /* 2026 */
    request.ip.family = 4;
    for (uint32_t i = 0; i < IP_BYTES; i++) {
        request.ip.bytes[i] = (uint8_t)rng_bits(rng);
    }
    request.location.has_point = true;
    request.location.latitude_deg = spot ? LATITUDE_DEG : place.latitude_deg;
    request.location.longitude_deg = spot ? LONGITUDE_DEG : place.longitude_deg;
    return request;
}

/* Those for which none of the conditions holds. */
static void draw_requests(struct bench_crowd *crowd, bool one_holds,
                          struct rng *rng)
{
    uint32_t expected = one_holds ? crowd->count - 1 : PST_NO_RULE;

    for (uint32_t i = 0; i < BENCH_CROWD_REQUESTS;) {
        crowd->requests[i] = draw_request(crowd, rng);
        i += bench_crowd_scan(crowd, &crowd->requests[i]) == expected;
    }
}

bool bench_crowd_make(struct bench_crowd *crowd, uint32_t conditions,
                      bool one_holds, uint64_t seed)
{
    struct rng rng = {seed};

    crowd->allocator = pst_allocator_of(NULL);
    crowd->set = NULL;
    crowd->count = conditions;
    crowd->rules = calloc(conditions, sizeof *crowd->rules);
    pst_vec_init(&crowd->words, sizeof(uint64_t));
    if (!crowd->rules || !compile(crowd, one_holds, &rng)) {
        return false;
    }
    crowd->slot =
        pst_slot_at(crowd->set, (postern_acp_ref){0, POSTERN_PRIVILEGES});
    for (uint32_t i = 0; i < conditions; i++) {
        crowd->rules[i] = (struct pst_crowd_rule){
            i, pst_slot_rule(crowd->set, crowd->slot, i)};
    }
    if (!build(crowd)) {
        return false;
    }
    crowd->clauses = count_clauses(crowd->words.data);
    draw_requests(crowd, one_holds, &rng);
    return true;
}

void bench_crowd_free(struct bench_crowd *crowd)
{
    pst_vec_release(&crowd->words, &crowd->allocator);
    free(crowd->rules);
    postern_acp_set_free(crowd->set);
}

/* ---- what is timed ----------------------------------------------------------
 */

uint32_t bench_crowd_find(const struct bench_crowd *crowd,
                          const postern_request *request)
{
    struct pst_facts facts;
    postern_request copy;

    return pst_facts_init(&facts, request, &copy)
               ? pst_crowd_next(crowd->set, crowd->words.data, crowd->slot,
                                &facts, 0)
               : PST_NO_RULE;
}

uint32_t bench_crowd_scan(const struct bench_crowd *crowd,
                          const postern_request *request)
{
    struct pst_facts facts;
    postern_request copy;

    if (!pst_facts_init(&facts, request, &copy)) {
        return PST_NO_RULE;
    }
    for (uint32_t i = 0; i < crowd->count; i++) {
        struct pst_rule_view view = pst_slot_rule(crowd->set, crowd->slot, i);

        if ((view.operations & facts.operation) &&
            (!view.authn || request->authenticated) &&
            pst_res_objd(crowd->set, view.condition, &facts) &&
            pst_res_ctxts(crowd->set, view.condition, &facts)) {
            return i;
        }
    }
    return PST_NO_RULE;
}
