/*
 * One rule: its originators, its condition, its operations, each in the form of
 * the library, in that of the reference, and as numbers.
 */
#include "bench/workload_rule.h"

enum {
    PER_CENT = 100,
    TEXT_SIZE = 96,
    NETWORKS = 1 << 23, /* /24 prefixes with an even last byte */
    DEFAULT_PREFIXES = 3,
    WORKING_DAY_H = 8
};

static const char *const countries[BENCH_COUNTRIES] = {"KR", "DE", "FR",
                                                       "US", "JP", "IN"};

const char *bench_country(uint32_t number)
{
    return countries[number % BENCH_COUNTRIES];
}

static bool chance(struct bench_workload *workload, uint32_t per_cent)
{
    return bench_below(workload, PER_CENT) < per_cent;
}

/* ---- originators ------------------------------------------------------- */

static enum bench_entry_kind draw_kind(struct bench_workload *workload)
{
    uint32_t die = bench_below(workload, PER_CENT);
    bool literal = workload->mix.literal;

    if (die < 70) {
        return BENCH_ENTRY_EXACT;
    }
    if (die < 80) {
        return literal ? BENCH_ENTRY_EXACT : BENCH_ENTRY_PATTERN;
    }
    if (die < 84) {
        return BENCH_ENTRY_DOMAIN;
    }
    if (die < 94) {
        return BENCH_ENTRY_GROUP;
    }
    if (die < 99) {
        return BENCH_ENTRY_ROLE;
    }
    return literal ? BENCH_ENTRY_EXACT : BENCH_ENTRY_ALL;
}

/* Not of the host: what would be for a large part of all requests. */
static void make_foreign(struct bench_workload *workload,
                         struct bench_entry *entry)
{
    const struct bench_population *population = &workload->population;
    bool domain = entry->kind == BENCH_ENTRY_DOMAIN ||
                  entry->pattern == BENCH_PATTERN_DOMAIN;

    if (domain && entry->name.domain == 0) {
        entry->name.domain = 1 + bench_below(workload, population->domains - 1);
    }
    if (entry->name.site == 0) {
        entry->name.site = 1 + bench_below(workload, population->sites - 1);
    }
}

static void draw_entry(struct bench_workload *workload,
                       struct bench_entry *entry)
{
    entry->kind = (uint8_t)draw_kind(workload);
    entry->name = bench_name_draw(&workload->population, &workload->rng);
    switch (entry->kind) {
    case BENCH_ENTRY_PATTERN:
        entry->pattern = (uint8_t)bench_below(workload, BENCH_PATTERNS);
        make_foreign(workload, entry);
        break;
    case BENCH_ENTRY_DOMAIN:
        make_foreign(workload, entry);
        break;
    case BENCH_ENTRY_GROUP:
        entry->number = bench_below(workload, workload->population.groups);
        break;
    case BENCH_ENTRY_ROLE:
        entry->number = bench_below(workload, workload->population.roles);
        break;
    default:
        break;
    }
}

static void write_entry(struct pst_text *out, const struct bench_entry *entry)
{
    switch (entry->kind) {
    case BENCH_ENTRY_EXACT:
        bench_name_write(out, &entry->name);
        break;
    case BENCH_ENTRY_PATTERN:
        bench_pattern_write(out, &entry->name, entry->pattern);
        break;
    case BENCH_ENTRY_DOMAIN:
        bench_domain_write(out, entry->name.domain);
        break;
    case BENCH_ENTRY_GROUP:
        bench_group_write(out, entry->number);
        break;
    case BENCH_ENTRY_ROLE:
        bench_role_write(out, entry->number);
        break;
    default:
        pst_text_add(out, "all");
        break;
    }
}

/* ---- lists of texts, for the library and for the reference -------------- */

struct text_list {
    postern_str *texts;
    const char **items;
    size_t count;
};

static bool take_list(struct bench_workload *workload, struct text_list *list,
                      size_t count)
{
    list->texts = bench_take(workload, count, sizeof *list->texts);
    list->items = bench_take(workload, count, sizeof *list->items);
    list->count = 0;
    return list->texts && list->items;
}

static bool add_text(struct bench_workload *workload, struct text_list *list,
                     const struct pst_text *text)
{
    postern_str copy =
        pst_arena_copy(&workload->arena, (postern_str){text->data, text->len});

    list->texts[list->count] = copy;
    list->items[list->count] = copy.data;
    list->count++;
    return copy.data != NULL;
}

static struct ref_list twin_list(const struct text_list *list)
{
    return (struct ref_list){list->items, list->count};
}

/* 1 to 5: 2.2 on average. */
static uint32_t draw_entry_count(struct bench_workload *workload)
{
    uint32_t die = bench_below(workload, PER_CENT);

    return 1U + (die >= 38) + (die >= 65) + (die >= 83) + (die >= 94);
}

/* Returns false without memory; *all tells whether one of them is "all". */
static bool draw_originators(struct bench_workload *workload,
                             struct bench_rule *rule, struct ref_rule *twin,
                             bool *all)
{
    uint32_t count = draw_entry_count(workload);
    struct bench_entry *entries = bench_take(workload, count, sizeof *entries);
    struct text_list list;

    if (!entries || !take_list(workload, &list, count)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        char buffer[TEXT_SIZE];
        struct pst_text text;

        pst_text_init(&text, buffer, sizeof buffer);
        draw_entry(workload, &entries[i]);
        write_entry(&text, &entries[i]);
        *all = *all || entries[i].kind == BENCH_ENTRY_ALL;
        if (!add_text(workload, &list, &text)) {
            return false;
        }
    }
    rule->entries = entries;
    rule->rule.originators = list.texts;
    rule->rule.originator_count = count;
    twin->originators = twin_list(&list);
    workload->originator_count += count;
    return true;
}

/* ---- conditions -------------------------------------------------------- */

static enum bench_condition_kind draw_condition(struct bench_workload *workload)
{
    uint32_t die = bench_below(workload, PER_CENT);

    if (die < 45) {
        return BENCH_CONDITION_WINDOW;
    }
    if (die < 70) {
        return BENCH_CONDITION_PREFIXES;
    }
    if (die < 80) {
        return BENCH_CONDITION_CIRCLE;
    }
    return die < 90 ? BENCH_CONDITION_COUNTRY : BENCH_CONDITION_DETAILS;
}

static bool make_window(struct bench_workload *workload,
                        struct bench_condition *condition,
                        struct text_list *list)
{
    char buffer[TEXT_SIZE];
    struct pst_text text;

    condition->hour_from = (uint8_t)bench_below(workload, 12);
    condition->hour_to = (uint8_t)(condition->hour_from + WORKING_DAY_H);
    condition->weekdays = chance(workload, 50);
    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, "* * ");
    pst_text_add_uint(&text, condition->hour_from);
    pst_text_add(&text, "-");
    pst_text_add_uint(&text, condition->hour_to);
    pst_text_add(&text, condition->weekdays ? " * * 1-5 *" : " * * * *");
    return take_list(workload, list, 1) && add_text(workload, list, &text);
}

static void write_network(struct pst_text *text, uint32_t network)
{
    for (int shift = 16; shift >= 0; shift -= 8) {
        pst_text_add_uint(text, network >> shift & 0xFF);
        pst_text_add(text, ".");
    }
    pst_text_add(text, "0/24");
}

/* Prefixes never touch each other, so that none are joined. */
static bool make_prefixes(struct bench_workload *workload,
                          struct bench_condition *condition,
                          struct text_list *list)
{
    uint32_t count = workload->mix.prefixes
                         ? workload->mix.prefixes
                         : 1 + bench_below(workload, DEFAULT_PREFIXES);
    uint32_t *networks = bench_take(workload, count, sizeof *networks);

    if (!networks || !take_list(workload, list, count)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        char buffer[TEXT_SIZE];
        struct pst_text text;

        networks[i] = 2 * bench_below(workload, NETWORKS);
        pst_text_init(&text, buffer, sizeof buffer);
        write_network(&text, networks[i]);
        if (!add_text(workload, list, &text)) {
            return false;
        }
    }
    condition->networks = networks;
    condition->network_count = count;
    return true;
}

static bool make_country(struct bench_workload *workload,
                         struct bench_condition *condition,
                         struct text_list *list)
{
    struct pst_text text;
    char buffer[TEXT_SIZE];

    condition->country = bench_below(workload, BENCH_COUNTRIES);
    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, bench_country(condition->country));
    return take_list(workload, list, 1) && add_text(workload, list, &text);
}

/* In the temperate zones, some kilometres wide. */
static bool make_circle(struct bench_workload *workload,
                        struct bench_condition *condition,
                        postern_context *context, struct ref_context *twin)
{
    postern_circle *circle = bench_take(workload, 1, sizeof *circle);
    struct ref_circle *twin_circle =
        bench_take(workload, 1, sizeof *twin_circle);

    if (!circle || !twin_circle) {
        return false;
    }
    condition->circle = (struct ref_circle){
        .latitude_deg = 25.0 + 30.0 * rng_unit(&workload->rng),
        .longitude_deg = 340.0 * rng_unit(&workload->rng) - 170.0,
        .radius_m = 500.0 + 4500.0 * rng_unit(&workload->rng),
    };
    *twin_circle = condition->circle;
    *circle = (postern_circle){condition->circle.latitude_deg,
                               condition->circle.longitude_deg,
                               condition->circle.radius_m};
    context->circles = circle;
    context->circle_count = 1;
    twin->circles = twin_circle;
    twin->circle_count = 1;
    return true;
}

static bool make_context(struct bench_workload *workload,
                         struct bench_condition *condition,
                         postern_context *context, struct ref_context *twin)
{
    struct text_list list = {NULL, NULL, 0};

    switch (condition->kind) {
    case BENCH_CONDITION_WINDOW:
        if (!make_window(workload, condition, &list)) {
            return false;
        }
        context->windows = list.texts;
        context->window_count = list.count;
        twin->windows = twin_list(&list);
        return true;
    case BENCH_CONDITION_PREFIXES:
        if (!make_prefixes(workload, condition, &list)) {
            return false;
        }
        context->addresses = list.texts;
        context->address_count = list.count;
        twin->addresses = twin_list(&list);
        return true;
    case BENCH_CONDITION_COUNTRY:
        if (!make_country(workload, condition, &list)) {
            return false;
        }
        context->countries = list.texts;
        context->country_count = list.count;
        twin->countries = twin_list(&list);
        return true;
    default:
        return make_circle(workload, condition, context, twin);
    }
}

/* Into a container go content instances, and nothing else. */
static void make_details(struct bench_rule *rule, struct ref_rule *twin)
{
    static const uint32_t child_types[] = {BENCH_TYPE_CONTENT_INSTANCE};
    static const postern_object_details details = {.resource_type =
                                                       BENCH_TYPE_CONTAINER,
                                                   .child_types = child_types,
                                                   .child_type_count = 1};
    static const struct ref_details twin_details = {.resource_type =
                                                        BENCH_TYPE_CONTAINER,
                                                    .child_types = child_types,
                                                    .child_type_count = 1};

    rule->rule.operations |= POSTERN_ACOP_CREATE;
    rule->rule.object_details = &details;
    rule->rule.object_details_count = 1;
    twin->details = &twin_details;
    twin->details_count = 1;
}

static bool make_condition(struct bench_workload *workload,
                           struct bench_rule *rule, struct ref_rule *twin)
{
    postern_context *context;
    struct ref_context *twin_context;

    if (rule->condition.kind == BENCH_CONDITION_NONE) {
        return true;
    }
    if (rule->condition.kind == BENCH_CONDITION_DETAILS) {
        make_details(rule, twin);
        return true;
    }
    context = bench_take(workload, 1, sizeof *context);
    twin_context = bench_take(workload, 1, sizeof *twin_context);
    if (!context || !twin_context) {
        return false;
    }
    rule->rule.contexts = context;
    rule->rule.context_count = 1;
    twin->contexts = twin_context;
    twin->context_count = 1;
    return make_context(workload, &rule->condition, context, twin_context);
}

/* ---- rules ------------------------------------------------------------- */

static uint32_t draw_operations(struct bench_workload *workload)
{
    enum {
        READ = POSTERN_ACOP_RETRIEVE | POSTERN_ACOP_DISCOVERY,
        WRITE = POSTERN_ACOP_CREATE | POSTERN_ACOP_UPDATE | POSTERN_ACOP_DELETE
    };
    static const uint32_t masks[] = {
        READ,
        READ,
        READ,
        POSTERN_ACOP_RETRIEVE,
        POSTERN_ACOP_RETRIEVE | POSTERN_ACOP_UPDATE,
        POSTERN_ACOP_CREATE | POSTERN_ACOP_RETRIEVE,
        POSTERN_ACOP_RETRIEVE | WRITE,
        POSTERN_ACOP_NOTIFY,
        POSTERN_ACOP_ALL,
        POSTERN_ACOP_ALL,
    };

    return masks[bench_below(workload, sizeof masks / sizeof masks[0])];
}

bool bench_rule_draw(struct bench_workload *workload, struct bench_rule *rule,
                     struct ref_rule *twin)
{
    bool all = false;

    if (!draw_originators(workload, rule, twin, &all)) {
        return false;
    }
    rule->rule.operations = draw_operations(workload);
    rule->rule.authentication_flag = chance(workload, 10);
    if (all) {
        rule->condition.kind = BENCH_CONDITION_PREFIXES;
    } else if (chance(workload, 30)) {
        rule->condition.kind = (uint8_t)draw_condition(workload);
    }
    if (!make_condition(workload, rule, twin)) {
        return false;
    }
    twin->operations = rule->rule.operations;
    twin->authentication_flag = rule->rule.authentication_flag;
    return true;
}

bool bench_rule_make_only(struct bench_workload *workload)
{
    static const postern_str all = {"all", 3};
    static const char *const twin_all = "all";
    static const struct bench_entry entry = {.kind = BENCH_ENTRY_ALL};
    struct bench_rule *rule = &workload->rules[0];
    struct ref_rule *twin = &workload->twin_rules[0];

    rule->rule.originators = &all;
    rule->rule.originator_count = 1;
    rule->rule.operations = POSTERN_ACOP_ALL;
    rule->entries = &entry;
    rule->condition.kind = (uint8_t)workload->mix.only;
    twin->originators = (struct ref_list){&twin_all, 1};
    twin->operations = POSTERN_ACOP_ALL;
    workload->originator_count = 1;
    return make_condition(workload, rule, twin);
}
