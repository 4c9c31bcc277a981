#include "bench/requests.h"

enum {
    PER_CENT = 100,
    SECONDS_PER_DAY = 86400,
    SECONDS_PER_HOUR = 3600,
    DAYS = 14,
    WEEK = 7,
    WORKING_DAYS = 5,
    HOURS = 24,
    OPERATIONS = 6
};

#define MONDAY_S 1781481600LL /* 2026-06-15T00:00:00Z */

static bool chance(struct rng *rng, uint32_t per_cent)
{
    return rng_below(rng, PER_CENT) < per_cent;
}

/* ---- facts without regard to any rule ----------------------------------- */

static uint8_t draw_operation(struct rng *rng)
{
    uint32_t die = rng_below(rng, PER_CENT);

    if (die < 50) {
        return POSTERN_ACOP_RETRIEVE;
    }
    if (die < 65) {
        return POSTERN_ACOP_UPDATE;
    }
    if (die < 80) {
        return POSTERN_ACOP_CREATE;
    }
    if (die < 90) {
        return POSTERN_ACOP_NOTIFY;
    }
    return die < 95 ? POSTERN_ACOP_DISCOVERY : POSTERN_ACOP_DELETE;
}

static void draw_facts(struct bench_request *request,
                       const struct bench_population *population,
                       struct rng *rng)
{
    *request = (struct bench_request){
        .from = bench_name_draw(population, rng),
        .time_s = MONDAY_S + rng_below(rng, DAYS * SECONDS_PER_DAY),
        .latitude_deg = 25.0 + 30.0 * rng_unit(rng),
        .longitude_deg = 340.0 * rng_unit(rng) - 170.0,
        .ip = (uint32_t)rng_bits(rng),
        .group_count = (uint8_t)(chance(rng, 40) + chance(rng, 20)),
        .role_count = (uint8_t)chance(rng, 25),
        .operation = draw_operation(rng),
        .authenticated = chance(rng, 85),
        .has_ip = chance(rng, 90),
        .has_point = chance(rng, 50),
        .country = (uint8_t)rng_below(rng, BENCH_COUNTRIES + 1),
        .target_type = BENCH_TYPE_CONTAINER,
        .child_type = chance(rng, 50) ? BENCH_TYPE_CONTENT_INSTANCE
                                      : BENCH_TYPE_SUBSCRIPTION,
    };
    for (uint32_t i = 0; i < BENCH_GROUPS; i++) {
        request->groups[i] = rng_below(rng, population->groups);
    }
    for (uint32_t i = 0; i < BENCH_ROLES; i++) {
        request->roles[i] = rng_below(rng, population->roles);
    }
}

/* Most resources have one link, 15 % two to four. */
static void draw_links(struct bench_request *request,
                       const struct bench_workload *workload, struct rng *rng)
{
    request->acp_count = 1;
    if (workload->acp_count >= BENCH_LINKS && chance(rng, 15)) {
        request->acp_count = (uint8_t)(2 + rng_below(rng, BENCH_LINKS - 1));
    }
    for (uint32_t i = 0; i < request->acp_count; i++) {
        request->acps[i] = rng_below(rng, workload->acp_count);
    }
}

/* ---- facts that fit a rule ---------------------------------------------- */

static void fit_originator(struct bench_request *request,
                           const struct bench_entry *entry,
                           const struct bench_population *population,
                           struct rng *rng)
{
    switch (entry->kind) {
    case BENCH_ENTRY_EXACT:
        request->from = entry->name;
        break;
    case BENCH_ENTRY_PATTERN:
        request->from = entry->name;
        bench_name_vary(&request->from, entry->pattern, population, rng);
        break;
    case BENCH_ENTRY_DOMAIN:
        request->from.domain = entry->name.domain;
        request->from.site = entry->name.site;
        break;
    case BENCH_ENTRY_GROUP:
        request->groups[0] = entry->number;
        request->group_count = request->group_count ? request->group_count : 1;
        break;
    case BENCH_ENTRY_ROLE:
        request->roles[0] = entry->number;
        request->role_count = 1;
        break;
    default:
        break;
    }
}

/* One of the operations in the mask, which is not 0. */
static uint8_t one_of(uint32_t mask, struct rng *rng)
{
    uint32_t bit = rng_below(rng, OPERATIONS);

    while (!(mask & 1U << bit)) {
        bit = (bit + 1) % OPERATIONS;
    }
    return (uint8_t)(1U << bit);
}

static int64_t draw_time(const struct bench_condition *condition, uint32_t hour,
                         struct rng *rng)
{
    int64_t day = condition->weekdays ? rng_below(rng, WORKING_DAYS) +
                                            WEEK * rng_below(rng, DAYS / WEEK)
                                      : rng_below(rng, DAYS);

    return MONDAY_S + day * SECONDS_PER_DAY + hour * SECONDS_PER_HOUR +
           rng_below(rng, SECONDS_PER_HOUR);
}

static void fit_condition(struct bench_request *request,
                          const struct bench_condition *condition,
                          struct rng *rng)
{
    uint32_t hours = (uint32_t)condition->hour_to - condition->hour_from + 1;

    switch (condition->kind) {
    case BENCH_CONDITION_WINDOW:
        request->time_s = draw_time(
            condition, condition->hour_from + rng_below(rng, hours), rng);
        break;
    case BENCH_CONDITION_PREFIXES:
        request->has_ip = true;
        request->ip =
            condition->networks[rng_below(rng, condition->network_count)] << 8 |
            rng_below(rng, 256);
        break;
    case BENCH_CONDITION_CIRCLE:
        request->has_point = true;
        request->latitude_deg = condition->circle.latitude_deg;
        request->longitude_deg =
            condition->circle.longitude_deg + 0.002 * rng_unit(rng);
        break;
    case BENCH_CONDITION_COUNTRY:
        request->country = (uint8_t)(condition->country + 1);
        break;
    case BENCH_CONDITION_DETAILS:
        request->child_type = BENCH_TYPE_CONTENT_INSTANCE;
        break;
    default:
        break;
    }
}

static void fit(struct bench_request *request, const struct bench_rule *rule,
                const struct bench_population *population, struct rng *rng)
{
    uint32_t entry = rng_below(rng, (uint32_t)rule->rule.originator_count);

    fit_originator(request, &rule->entries[entry], population, rng);
    fit_condition(request, &rule->condition, rng);
    request->operation = one_of(rule->rule.operations, rng);
    request->authenticated =
        request->authenticated || rule->rule.authentication_flag;
}

/* ---- facts that miss it by one ------------------------------------------ */

/* Away from the condition, which is there. */
static void miss_condition(struct bench_request *request,
                           const struct bench_condition *condition,
                           struct rng *rng)
{
    uint32_t hours = (uint32_t)condition->hour_to - condition->hour_from + 1;

    switch (condition->kind) {
    case BENCH_CONDITION_WINDOW:
        request->time_s = draw_time(
            condition,
            (condition->hour_to + 1 + rng_below(rng, HOURS - hours)) % HOURS,
            rng);
        break;
    case BENCH_CONDITION_PREFIXES:
        request->ip |= 1U << 8; /* an odd network */
        break;
    case BENCH_CONDITION_CIRCLE: /* some 10 to 120 km off */
        request->latitude_deg += 0.1 + rng_unit(rng);
        break;
    case BENCH_CONDITION_COUNTRY:
        request->country =
            (uint8_t)((condition->country + 1) % BENCH_COUNTRIES + 1);
        break;
    default:
        request->operation = POSTERN_ACOP_CREATE;
        request->child_type = BENCH_TYPE_SUBSCRIPTION;
        break;
    }
}

static void miss(struct bench_request *request, const struct bench_rule *rule,
                 const struct bench_population *population, struct rng *rng)
{
    uint32_t others = POSTERN_ACOP_ALL & ~rule->rule.operations;

    fit(request, rule, population, rng);
    if (rule->condition.kind != BENCH_CONDITION_NONE) {
        miss_condition(request, &rule->condition, rng);
    } else if (others) {
        request->operation = one_of(others, rng);
    } else {
        request->from = bench_name_draw(population, rng);
        request->group_count = 0;
        request->role_count = 0;
    }
}

/* ---- drawing ------------------------------------------------------------ */

static const struct bench_rule *draw_rule(const struct bench_workload *workload,
                                          uint32_t acp, struct rng *rng)
{
    uint32_t first = workload->first_rule[acp];
    uint32_t count = workload->first_rule[acp + 1] - first;

    return &workload->rules[first + rng_below(rng, count)];
}

void bench_request_draw(struct bench_request *request,
                        const struct bench_workload *workload, struct rng *rng)
{
    const struct bench_population *population = &workload->population;
    const struct bench_rule *rule;
    uint32_t die = rng_below(rng, PER_CENT);

    draw_facts(request, population, rng);
    draw_links(request, workload, rng);
    rule = draw_rule(workload,
                     request->acps[rng_below(rng, request->acp_count)], rng);
    if (workload->mix.only != BENCH_CONDITION_NONE) {
        (die < 50 ? fit : miss)(request, rule, population, rng);
    } else if (die < 30) {
        fit(request, rule, population, rng);
    } else if (die < 60) {
        miss(request, rule, population, rng);
    } else if (die < 80 && workload->acp_count > 1) {
        rule = draw_rule(workload, rng_below(rng, workload->acp_count), rng);
        fit_originator(request, &rule->entries[0], population, rng);
    }
}

/* ---- staging ------------------------------------------------------------ */

static postern_operation operation_of(uint32_t bit)
{
    switch (bit) {
    case POSTERN_ACOP_CREATE:
        return POSTERN_OP_CREATE;
    case POSTERN_ACOP_RETRIEVE:
        return POSTERN_OP_RETRIEVE;
    case POSTERN_ACOP_UPDATE:
        return POSTERN_OP_UPDATE;
    case POSTERN_ACOP_DELETE:
        return POSTERN_OP_DELETE;
    case POSTERN_ACOP_NOTIFY:
        return POSTERN_OP_NOTIFY;
    default:
        return POSTERN_OP_DISCOVERY;
    }
}

static postern_str write_text(char *buffer, size_t size,
                              void (*write)(struct pst_text *, uint32_t),
                              uint32_t number)
{
    struct pst_text text;

    pst_text_init(&text, buffer, size);
    write(&text, number);
    return (postern_str){buffer, text.len};
}

/* Names that the workload makes are well formed; one that were not would be
 * unset, match nothing, and be found out by the reference. */
static void stage_ids(struct bench_stage *stage, const postern_cse *cse,
                      const struct bench_request *request)
{
    struct pst_text text;

    pst_text_init(&text, stage->from_text, sizeof stage->from_text);
    bench_name_write(&text, &request->from);
    stage->from = (postern_str){stage->from_text, text.len};
    (void)!postern_id_parse_entity(&stage->request.originator, cse,
                                   stage->from);
    for (size_t i = 0; i < request->group_count; i++) {
        postern_str group =
            write_text(stage->group_texts[i], BENCH_SHORT_TEXT_SIZE,
                       bench_group_write, request->groups[i]);

        (void)!postern_id_parse_resource(&stage->groups[i], cse, group);
    }
    for (size_t i = 0; i < request->role_count; i++) {
        postern_str role =
            write_text(stage->role_texts[i], BENCH_SHORT_TEXT_SIZE,
                       bench_role_write, request->roles[i]);

        (void)!postern_id_parse_role(&stage->roles[i], role);
    }
}

static void stage_context(postern_request *out,
                          const struct bench_request *request)
{
    out->time_known = true;
    out->time_s = request->time_s;
    if (request->has_ip) {
        out->ip.family = 4;
        for (int i = 0; i < 4; i++) {
            out->ip.bytes[i] = (uint8_t)(request->ip >> (24 - 8 * i));
        }
    }
    if (request->has_point) {
        out->location.has_point = true;
        out->location.latitude_deg = request->latitude_deg;
        out->location.longitude_deg = request->longitude_deg;
    }
    if (request->country) {
        const char *country = bench_country(request->country - 1U);

        out->location.country[0] = country[0];
        out->location.country[1] = country[1];
    }
}

void bench_request_stage(struct bench_stage *stage,
                         const struct bench_workload *workload,
                         const struct bench_request *request)
{
    postern_request *out = &stage->request;

    stage->set = workload->set;
    stage->cse = &workload->cse;
    postern_request_init(out);
    stage_ids(stage, &workload->cse, request);
    stage_context(out, request);
    out->operation = operation_of(request->operation);
    out->authenticated = request->authenticated;
    out->target_type = request->target_type;
    out->child_type = request->child_type;
    out->groups = stage->groups;
    out->group_count = request->group_count;
    out->roles = stage->roles;
    out->role_count = request->role_count;
    stage->ref_count = request->acp_count;
    for (size_t i = 0; i < request->acp_count; i++) {
        stage->refs[i] =
            (postern_acp_ref){request->acps[i], POSTERN_PRIVILEGES};
    }
}

/* ---- the twin ----------------------------------------------------------- */

static void twin_operation(struct ref_request *out, uint32_t bit)
{
    static const int codes[OPERATIONS] = {1, 2, 3, 4, 5, 2};

    for (size_t i = 0; i < OPERATIONS; i++) {
        if (bit == 1U << i) {
            out->operation = codes[i];
        }
    }
    out->filter_usage = bit == POSTERN_ACOP_DISCOVERY;
}

static void twin_ip(struct bench_twin *twin, uint32_t ip)
{
    struct pst_text text;

    pst_text_init(&text, twin->ip, sizeof twin->ip);
    for (int shift = 24; shift >= 0; shift -= 8) {
        pst_text_add_uint(&text, ip >> shift & 0xFF);
        pst_text_add(&text, shift ? "." : "");
    }
}

void bench_request_twin(struct bench_twin *twin,
                        const struct bench_stage *stage,
                        const struct bench_request *request)
{
    struct ref_request *out = &twin->request;

    *out = (struct ref_request){
        .from = stage->from_text,
        .authenticated = request->authenticated,
        .time_known = true,
        .time_s = request->time_s,
        .has_point = request->has_point,
        .latitude_deg = request->latitude_deg,
        .longitude_deg = request->longitude_deg,
        .target_type = request->target_type,
        .child_type = request->child_type,
        .groups = {twin->groups, request->group_count},
        .roles = {twin->roles, request->role_count},
    };
    twin_operation(out, request->operation);
    twin_ip(twin, request->ip);
    out->ip = request->has_ip ? twin->ip : NULL;
    out->country =
        request->country ? bench_country(request->country - 1U) : NULL;
    for (size_t i = 0; i < request->group_count; i++) {
        twin->groups[i] = stage->group_texts[i];
    }
    for (size_t i = 0; i < request->role_count; i++) {
        twin->roles[i] = stage->role_texts[i];
    }
    twin->link_count = request->acp_count;
    for (size_t i = 0; i < request->acp_count; i++) {
        twin->links[i] = (struct ref_link){request->acps[i], false};
    }
}
