/*
 * Building a crowd: rules become clauses, 64 clauses become a group of columns
 * that is turned into words of rows, up to 64 groups become a block.
 */
#include "pdp/crowd_words.h"

#include "base/diag.h"
#include "base/sort.h"

#include <math.h>
#include <string.h>

enum { GROUP = 64, SAMPLES = 1024 };

/* Far above the rounding of the exact test, far below any radius. */
static const double MARGIN = 1e-9;

struct build {
    const struct pst_crowd_rule *rules;
    uint32_t count;
    const struct pst_year_set *years;
    const postern_allocator *allocator;
    struct pst_vec *words;
    uint32_t start; /* of the crowd in words */
    struct pst_vec blocks;
    struct pst_crowd_head head;
    enum pst_crowd_lane lane; /* that is being filled */
    /* The block that is being filled. */
    uint32_t clauses;
    uint32_t clause_rules[PST_BLOCK_CLAUSES];
    uint64_t limited[PST_BLOCK_WORDS];              /* fields, by group */
    uint64_t rows[PST_BLOCK_WORDS][PST_CROWD_ROWS]; /* where limited */
    uint64_t columns[PST_CROWD_FIELDS][GROUP];      /* of the last group */
    uint16_t directory[PST_CROWD_ROWS + 3];         /* whole words */
    double samples[PST_CROWD_AXES][SAMPLES];
};

/* The values that a clause allows, by field. */
struct clause {
    uint64_t allowed[PST_CROWD_FIELDS];
};

static uint64_t every_value(uint32_t field)
{
    return ~(uint64_t)0 >> (64 - pst_crowd_values[field]);
}

static uint64_t from_to(uint32_t first, uint32_t last)
{
    return (~(uint64_t)0 << first) & (~(uint64_t)0 >> (63 - last));
}

/* ---- blocks -------------------------------------------------------------- */

static postern_status push(struct build *build, const void *words,
                           uint32_t count)
{
    return pst_vec_push(build->words, build->allocator, words, count);
}

static uint32_t place_of_next(const struct build *build)
{
    return build->words->count - build->start;
}

/* Bit r of word c becomes bit c of word r: halves change places, then quarters
 * in each, and so on. */
static void transpose(uint64_t words[GROUP])
{
    uint64_t mask = 0xFFFFFFFF;

    for (uint32_t j = GROUP / 2; j; j /= 2, mask ^= mask << j) {
        for (uint32_t k = 0; k < GROUP; k = (k + j + 1) & ~j) {
            uint64_t swap = (words[k] >> j ^ words[k + j]) & mask;

            words[k] ^= swap << j;
            words[k + j] ^= swap;
        }
    }
}

/* The last 64 clauses, or fewer. Columns behind them are 0. */
static void end_group(struct build *build)
{
    uint32_t group = (build->clauses - 1) / GROUP;
    uint32_t used = build->clauses - group * GROUP;
    uint64_t *rows = build->rows[group];

    build->limited[group] = 0;
    for (uint32_t field = 0; field < PST_CROWD_FIELDS; field++) {
        uint64_t *columns = build->columns[field];
        uint64_t all = every_value(field);

        for (uint32_t i = 0; i < used; i++) {
            all &= columns[i];
        }
        if (all != every_value(field)) {
            build->limited[group] |= PST_FIELD_BIT(field);
            transpose(columns);
            memcpy(rows, columns, pst_crowd_values[field] * sizeof *rows);
        }
        rows += pst_crowd_values[field];
    }
    memset(build->columns, 0, sizeof build->columns);
}

/* One row, out of the groups; PST_ROW_ALL when no bit is missing. */
static uint32_t gather(const struct build *build, uint32_t field,
                       uint32_t number, uint64_t row[PST_BLOCK_WORDS])
{
    uint32_t words = (build->clauses + GROUP - 1) / GROUP;
    uint32_t tail = build->clauses % GROUP;
    uint64_t any = 0;
    uint64_t missing = 0;

    for (uint32_t i = 0; i < words; i++) {
        uint64_t valid =
            i + 1 == words && tail ? ((uint64_t)1 << tail) - 1 : ~(uint64_t)0;

        row[i] = valid;
        if (build->limited[i] & PST_FIELD_BIT(field)) {
            row[i] &= build->rows[i][number];
        }
        any |= row[i];
        missing |= valid & ~row[i];
    }
    if (!missing) {
        return PST_ROW_ALL;
    }
    return any ? 0 : (uint32_t)PST_ROW_NONE;
}

/* The number of the row in its block, found among those of its field or
 * added. */
static postern_status keep(struct build *build, struct pst_crowd_block *block,
                           uint32_t first, const uint64_t *row,
                           uint16_t *number)
{
    uint32_t words = pst_block_words(block);
    const uint64_t *rows =
        (const uint64_t *)build->words->data + build->start + block->rows_at;

    for (uint32_t i = block->rows; i > first; i--) {
        if (memcmp(rows + (i - 1) * words, row, words * sizeof *row) == 0) {
            *number = (uint16_t)(i - 1);
            return POSTERN_OK;
        }
    }
    *number = (uint16_t)block->rows++;
    return push(build, row, words);
}

/* The rows of one field, whose values are numbered from `number` on. */
static postern_status push_field(struct build *build,
                                 struct pst_crowd_block *block, uint32_t field,
                                 uint32_t number, uint16_t *directory)
{
    uint32_t first = block->rows;

    for (uint32_t i = 0; i < pst_crowd_values[field]; i++) {
        uint64_t row[PST_BLOCK_WORDS];
        uint32_t kind = gather(build, field, number + i, row);

        directory[i] = (uint16_t)kind;
        if (kind == 0) {
            PST_TRY(keep(build, block, first, row, &directory[i]));
        }
    }
    return POSTERN_OK;
}

static postern_status push_rows(struct build *build,
                                struct pst_crowd_block *block,
                                uint32_t *directory_count)
{
    uint32_t number = 0; /* of a value of a field, among all */

    *directory_count = 0;
    for (uint32_t field = 0; field < PST_CROWD_FIELDS; field++) {
        if (block->fields & PST_FIELD_BIT(field)) {
            PST_TRY(push_field(build, block, field, number,
                               build->directory + *directory_count));
            *directory_count += pst_crowd_values[field];
        }
        number += pst_crowd_values[field];
    }
    return POSTERN_OK;
}

static postern_status end_block(struct build *build)
{
    struct pst_crowd_block block = {.clauses = build->clauses,
                                    .rows_at = place_of_next(build)};
    uint32_t count;

    if (build->clauses == 0) {
        return POSTERN_OK;
    }
    if (build->clauses % GROUP) {
        end_group(build);
    }
    for (uint32_t i = 0; i < pst_block_words(&block); i++) {
        block.fields |= build->limited[i];
    }
    PST_TRY(push_rows(build, &block, &count));
    memset(build->directory + count, 0, 3 * sizeof *build->directory);
    block.directory_at = place_of_next(build);
    PST_TRY(push(build, build->directory, (count + 3) / 4));
    block.rules_at = place_of_next(build);
    block.first_rule = build->clause_rules[0];
    block.last_rule = build->clause_rules[build->clauses - 1];
    if (build->clauses % 2) {
        build->clause_rules[build->clauses] = 0;
    }
    PST_TRY(push(build, build->clause_rules, (build->clauses + 1) / 2));
    build->clauses = 0;
    build->head.fields |= block.fields;
    return pst_vec_push(&build->blocks, build->allocator, &block, 1);
}

static postern_status add_clause(struct build *build,
                                 const struct clause *clause, uint32_t rule)
{
    uint32_t column = build->clauses % GROUP;

    for (uint32_t field = 0; field < PST_CROWD_FIELDS; field++) {
        build->columns[field][column] = clause->allowed[field];
    }
    build->clause_rules[build->clauses++] = rule;
    if (build->clauses % GROUP == 0) {
        end_group(build);
    }
    return build->clauses == PST_BLOCK_CLAUSES ? end_block(build) : POSTERN_OK;
}

/* ---- what a rule allows -------------------------------------------------- */

/* The value that a digit of a type has. */
static uint64_t digit_bit(uint32_t type, uint32_t digit)
{
    return (uint64_t)1 << (type >> (4 * digit) & 15);
}

/* Without a type there is nothing that may be created. [OBJ-11] */
static void add_child_types(struct clause *clause,
                            const struct pst_condition *condition,
                            struct pst_list list)
{
    const uint32_t *types = pst_list_at(condition, list);

    for (uint32_t d = 0; d < PST_TYPE_DIGITS; d++) {
        for (uint32_t i = 0; i < list.count; i++) {
            clause->allowed[PST_FIELD_CHILD + d] |= digit_bit(types[i], d);
        }
    }
}

/* The elements together: one of them may hold. [OBJ-01] */
static void allow_details(struct clause *clause,
                          const struct pst_condition *condition)
{
    const struct pst_object_details *details = pst_details(condition);

    for (uint32_t d = 0; condition->details && d < 2 * PST_TYPE_DIGITS; d++) {
        clause->allowed[PST_FIELD_TARGET + d] = 0;
    }
    for (uint32_t m = 0; m < condition->details; m++) {
        uint32_t type = details[m].resource_type;

        for (uint32_t d = 0; d < PST_TYPE_DIGITS; d++) {
            clause->allowed[PST_FIELD_TARGET + d] |=
                type ? digit_bit(type, d) : every_value(PST_FIELD_TARGET);
        }
        add_child_types(clause, condition, details[m].child_types);
    }
}

static void allow_rule(struct clause *clause, const struct pst_rule_view *view)
{
    for (uint32_t field = 0; field < PST_CROWD_FIELDS; field++) {
        clause->allowed[field] = every_value(field);
    }
    clause->allowed[PST_FIELD_OPERATION] = view->operations & POSTERN_ACOP_ALL;
    if (view->authn) {
        clause->allowed[PST_FIELD_AUTHN] = 2; /* authenticated */
    }
    if (view->condition) {
        allow_details(clause, view->condition);
    }
}

/* ---- parts of a context: one element, or all of them --------------------- */

/* What is being made clauses of. */
struct source {
    const struct pst_condition *condition;
    const struct pst_context *context;
    uint32_t rule;
};

struct part {
    uint32_t first;
    uint32_t count;
};

static void allow_none(struct clause *clause, uint64_t fields)
{
    for (; fields; fields &= fields - 1) {
        clause->allowed[pst_first_bit(fields)] = 0;
    }
}

static void add_window(struct clause *clause,
                       const struct pst_time_window *window,
                       const struct pst_year_set *years)
{
    uint64_t *allowed = clause->allowed;
    uint64_t year = ~(uint64_t)0;

    if (!window->any_year) {
        /* Years that are told apart, and all later ones. */
        year = (years[window->years].bits[0] | PST_FIELD_BIT(PST_YEAR_LATER)) &
               from_to(0, PST_YEAR_LATER);
    }
    allowed[PST_FIELD_SECOND] |= window->seconds & from_to(0, 59);
    allowed[PST_FIELD_MINUTE] |= window->minutes & from_to(0, 59);
    allowed[PST_FIELD_HOUR] |= window->hours & from_to(0, 23);
    allowed[PST_FIELD_DAY] |= window->days & from_to(0, 31);
    allowed[PST_FIELD_MONTH] |= window->months & from_to(0, 12);
    allowed[PST_FIELD_WEEKDAY] |= window->weekdays & from_to(0, 6);
    allowed[PST_FIELD_YEAR] |= year;
}

static bool allow_windows(struct clause *clause, const struct build *build,
                          const struct source *source, struct part part)
{
    const struct pst_time_window *windows =
        pst_list_at(source->condition, source->context->windows);

    if (source->context->windows.count == 0) {
        return true;
    }
    allow_none(clause, PST_TIME_FIELDS);
    for (uint32_t i = 0; i < part.count; i++) {
        add_window(clause, &windows[part.first + i], build->years);
    }
    return part.count > 0;
}

/* Slices from `first` to `last` on one axis. Those of two slabs are not told
 * apart, those of more are all. */
static void add_slices(struct clause *clause, uint32_t axis, uint32_t first,
                       uint32_t last)
{
    uint32_t slabs = last / PST_SLICES - first / PST_SLICES;
    uint64_t above = from_to(first % PST_SLICES, PST_SLICES - 1);
    uint64_t below = from_to(0, last % PST_SLICES);

    if (slabs > 1) {
        above = every_value(PST_FIELD_SLICE);
    }
    clause->allowed[PST_FIELD_SLAB + axis] |=
        from_to(first / PST_SLICES, last / PST_SLICES);
    clause->allowed[PST_FIELD_SLICE + axis] |=
        slabs == 0 ? above & below : above | below;
}

/* Along each axis a circle reaches as far as its chord. */
static bool add_circle(struct clause *clause, const struct pst_crowd_head *head,
                       const struct pst_circle *circle)
{
    const double centre[PST_CROWD_AXES] = {circle->centre.x, circle->centre.y,
                                           circle->centre.z};
    double reach;

    if (!(circle->chord_squared >= 0.0)) {
        return false; /* no point is in it */
    }
    reach = sqrt(circle->chord_squared) + MARGIN;
    for (uint32_t i = 0; i < PST_CROWD_AXES; i++) {
        add_slices(clause, i,
                   pst_crowd_slice(head->borders[i], centre[i] - reach),
                   pst_crowd_slice(head->borders[i], centre[i] + reach));
    }
    return true;
}

static void allow_countries(struct clause *clause,
                            const struct pst_crowd_head *head,
                            const struct source *source)
{
    const uint16_t *countries =
        pst_list_at(source->condition, source->context->countries);

    clause->allowed[PST_FIELD_COUNTRY] = 0;
    for (uint32_t i = 0; i < source->context->countries.count; i++) {
        clause->allowed[PST_FIELD_COUNTRY] |=
            PST_FIELD_BIT(pst_crowd_country(head, countries[i]));
    }
}

/* The places are the circles and then all countries together. */
static uint32_t places_of(const struct pst_context *context)
{
    return context->circles.count + (context->countries.count > 0);
}

static bool allow_places(struct clause *clause, const struct build *build,
                         const struct source *source, struct part part)
{
    const struct pst_context *context = source->context;
    const struct pst_circle *circles =
        pst_list_at(source->condition, context->circles);
    uint32_t end = part.first + part.count;
    bool some = false;

    if (!pst_limits_location(context)) {
        return true;
    }
    if (end > context->circles.count) {
        if (part.count == 1) {
            allow_countries(clause, &build->head, source);
        } /* else a country or a point: neither alone says "no" */
        return true;
    }
    allow_none(clause, PST_POINT_FIELDS);
    for (uint32_t i = part.first; i < end; i++) {
        some |= add_circle(clause, &build->head, &circles[i]);
    }
    return some;
}

/* ---- addresses as hexadecimal digits ------------------------------------- */

struct digits {
    uint32_t count;
    uint8_t first[PST_IP6_DIGITS];
    uint8_t last[PST_IP6_DIGITS];
};

static void write_digits(uint8_t *out, uint64_t value, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        out[i] = (uint8_t)(value >> (4 * (count - 1 - i)) & 15);
    }
}

/* Range `number`, those of IPv6 counted after those of IPv4. */
static void digits_of(struct digits *digits, const struct source *source,
                      uint32_t number)
{
    uint32_t fours = source->context->ranges4.count;

    if (number < fours) {
        const struct pst_ip4_range *ranges =
            pst_list_at(source->condition, source->context->ranges4);

        digits->count = PST_IP4_DIGITS;
        write_digits(digits->first, ranges[number].first, 8);
        write_digits(digits->last, ranges[number].last, 8);
    } else {
        const struct pst_ip6_range *ranges =
            pst_list_at(source->condition, source->context->ranges6);
        const struct pst_ip6_range *range = &ranges[number - fours];

        digits->count = PST_IP6_DIGITS;
        write_digits(digits->first, range->first.high, 16);
        write_digits(digits->first + 16, range->first.low, 16);
        write_digits(digits->last, range->last.high, 16);
        write_digits(digits->last + 16, range->last.low, 16);
    }
}

static uint32_t first_difference(const struct digits *digits)
{
    uint32_t i = 0;

    while (i < digits->count && digits->first[i] == digits->last[i]) {
        i++;
    }
    return i;
}

/* Below the first digit that differs a range is taken for all that begins so.
 * That is what a prefix is. Any other is cut in two where that digit has its
 * last value: "9.8.0.0 to 10.1.255.255" becomes "9.8.0.0 to 9.255.255.255" and
 * "10.0.0.0 to 10.1.255.255", each of which is close to it. False: there is no
 * second half. */
static bool cut(struct digits *digits, uint32_t half)
{
    uint32_t at = first_difference(digits);
    bool is_prefix = true;

    for (uint32_t i = at + 1; i < digits->count; i++) {
        is_prefix &= digits->first[i] == 0 && digits->last[i] == 15;
    }
    if (is_prefix) {
        return half == 0;
    }
    if (half == 0) {
        digits->last[at]--;
        memset(digits->last + at + 1, 15, digits->count - at - 1);
    } else {
        digits->first[at] = digits->last[at];
        memset(digits->first + at + 1, 0, digits->count - at - 1);
    }
    return true;
}

static void add_digits(struct clause *clause, const struct digits *digits)
{
    bool four = digits->count == PST_IP4_DIGITS;
    uint64_t *allowed =
        clause->allowed + (four ? PST_FIELD_IP4 : PST_FIELD_IP6);
    uint32_t at = first_difference(digits);

    clause->allowed[PST_FIELD_FAMILY] |=
        PST_FIELD_BIT(four ? PST_FAMILY_IP4 : PST_FAMILY_IP6);
    for (uint32_t i = 0; i < digits->count; i++) {
        allowed[i] |= i <= at ? from_to(digits->first[i], digits->last[i])
                              : every_value(PST_FIELD_IP4);
    }
}

static uint32_t ranges_of(const struct pst_context *context)
{
    return context->ranges4.count + context->ranges6.count;
}

/* Of a family without a range the digits say nothing: the family does. */
static void forgive_family(struct clause *clause)
{
    uint64_t families = clause->allowed[PST_FIELD_FAMILY];

    for (uint32_t i = PST_FIELD_IP4; i < PST_FIELD_COUNTRY; i++) {
        uint32_t family = i < PST_FIELD_IP6 ? PST_FAMILY_IP4 : PST_FAMILY_IP6;

        if (!(families & PST_FIELD_BIT(family))) {
            clause->allowed[i] = every_value(i);
        }
    }
}

/* The elements are halves of ranges. */
static bool allow_addresses(struct clause *clause, const struct build *build,
                            const struct source *source, struct part part)
{
    bool some = false;

    (void)build;
    if (!pst_limits_address(source->context)) {
        return true;
    }
    allow_none(clause, PST_ADDRESS_FIELDS);
    for (uint32_t i = part.first; i < part.first + part.count; i++) {
        struct digits digits;

        digits_of(&digits, source, i / 2);
        if (cut(&digits, i % 2)) {
            add_digits(clause, &digits);
            some = true;
        }
    }
    forgive_family(clause);
    return some;
}

/* ---- clauses ------------------------------------------------------------- */

enum { WINDOWS, PLACES, ADDRESSES, DIMENSIONS };

/* Narrows what a clause allows to a part of a context; false when nothing of it
 * is left. */
typedef bool allow_fn(struct clause *clause, const struct build *build,
                      const struct source *source, struct part part);

static allow_fn *const allow[DIMENSIONS] = {allow_windows, allow_places,
                                            allow_addresses};

/* The dimension with most elements among those that have no parts yet. */
static uint32_t largest_left(const uint32_t elements[DIMENSIONS],
                             const uint32_t parts[DIMENSIONS])
{
    uint32_t largest = 0;

    for (uint32_t d = 1; d < DIMENSIONS; d++) {
        if (parts[d] == 0 &&
            (parts[largest] != 0 || elements[d] > elements[largest])) {
            largest = d;
        }
    }
    return largest;
}

/* In how many parts the elements of each dimension are taken: one by one or all
 * together. The largest is always taken one by one, the others while there are
 * at most twice as many clauses as elements. */
static void split(const uint32_t elements[DIMENSIONS],
                  uint32_t parts[DIMENSIONS])
{
    uint64_t most = 0;
    uint64_t clauses = 1;

    for (uint32_t d = 0; d < DIMENSIONS; d++) {
        most += 2 * (uint64_t)elements[d];
        parts[d] = 0;
    }
    for (uint32_t round = 0; round < DIMENSIONS; round++) {
        uint32_t largest = largest_left(elements, parts);

        parts[largest] = 1;
        if (elements[largest] > 1 &&
            (round == 0 || clauses * elements[largest] <= most)) {
            parts[largest] = elements[largest];
        }
        clauses *= parts[largest];
    }
}

static struct part part_of(uint32_t elements, uint32_t parts, uint32_t number)
{
    return parts == 1 ? (struct part){0, elements} : (struct part){number, 1};
}

/* The clause of one part in each dimension, unless it allows nothing. */
static postern_status add_parts(struct build *build, const struct clause *rule,
                                const struct source *source,
                                const struct part at[DIMENSIONS])
{
    struct clause clause = *rule;

    for (uint32_t d = 0; d < DIMENSIONS; d++) {
        if (!allow[d](&clause, build, source, at[d])) {
            return POSTERN_OK;
        }
    }
    return add_clause(build, &clause, source->rule);
}

static postern_status add_context(struct build *build,
                                  const struct clause *rule,
                                  const struct source *source)
{
    const uint32_t elements[DIMENSIONS] = {source->context->windows.count,
                                           places_of(source->context),
                                           2 * ranges_of(source->context)};
    uint32_t parts[DIMENSIONS];
    uint32_t all;

    split(elements, parts);
    all = parts[WINDOWS] * parts[PLACES] * parts[ADDRESSES];
    for (uint32_t i = 0; i < all; i++) {
        uint32_t left = i; /* one digit for each dimension, the last first */
        struct part at[DIMENSIONS];

        for (uint32_t d = DIMENSIONS; d-- > 0;) {
            at[d] = part_of(elements[d], parts[d], left % parts[d]);
            left /= parts[d];
        }
        PST_TRY(add_parts(build, rule, source, at));
    }
    return POSTERN_OK;
}

static bool can_hold(const struct pst_rule_view *view)
{
    return view->operations &&
           !(view->condition && view->condition->flags & PST_CONDITION_NEVER);
}

static enum pst_crowd_lane lane_of(const struct pst_context *context)
{
    bool time = context->windows.count > 0;
    bool address = pst_limits_address(context);
    bool place = pst_limits_location(context);

    if (time + address + place != 1) {
        return PST_LANE_OTHERS;
    }
    if (time) {
        return PST_LANE_TIME;
    }
    return address ? PST_LANE_ADDRESS : PST_LANE_PLACE;
}

/* The clauses of the rule that belong to the lane. */
static postern_status add_rule(struct build *build,
                               const struct pst_crowd_rule *rule)
{
    const struct pst_condition *condition = rule->view.condition;
    struct clause clause;

    if (!can_hold(&rule->view)) {
        return POSTERN_OK;
    }
    allow_rule(&clause, &rule->view);
    if (!condition || condition->contexts == 0) { /* [CTX-01] */
        return build->lane == PST_LANE_OTHERS
                   ? add_clause(build, &clause, rule->rule)
                   : POSTERN_OK;
    }
    for (uint32_t m = 0; m < condition->contexts; m++) {
        const struct source source = {condition, &pst_contexts(condition)[m],
                                      rule->rule};

        if (lane_of(source.context) == build->lane) {
            PST_TRY(add_context(build, &clause, &source));
        }
    }
    return POSTERN_OK;
}

static postern_status add_lane(struct build *build, enum pst_crowd_lane lane)
{
    build->lane = lane;
    build->head.lanes[lane] = build->blocks.count;
    for (uint32_t i = 0; i < build->count; i++) {
        PST_TRY(add_rule(build, &build->rules[i]));
    }
    return end_block(build);
}

/* ---- what all blocks share ----------------------------------------------- */

/* The first countries that are met; those beyond are not told apart. */
static void note_country(struct pst_crowd_head *head, uint16_t country)
{
    uint32_t at = head->countries;

    if (at == PST_CROWD_COUNTRIES ||
        pst_crowd_country(head, country) != PST_COUNTRY_OTHER) {
        return;
    }
    for (; at && head->codes[at - 1] > country; at--) {
        head->codes[at] = head->codes[at - 1];
    }
    head->codes[at] = country;
    head->countries++;
}

/* A pass over the places of all rules. */
struct survey {
    uint64_t circles;
    uint64_t every; /* one in so many circles is a sample; 0: none */
    uint32_t samples;
};

static void survey_circle(struct build *build, struct survey *survey,
                          const struct pst_circle *circle)
{
    uint64_t number = survey->circles++;

    if (survey->every && number % survey->every == 0 &&
        survey->samples < SAMPLES) {
        build->samples[0][survey->samples] = circle->centre.x;
        build->samples[1][survey->samples] = circle->centre.y;
        build->samples[2][survey->samples] = circle->centre.z;
        survey->samples++;
    }
}

static void survey_condition(struct build *build, struct survey *survey,
                             const struct pst_condition *condition)
{
    for (uint32_t m = 0; m < condition->contexts; m++) {
        const struct pst_context *context = &pst_contexts(condition)[m];
        const struct pst_circle *circles =
            pst_list_at(condition, context->circles);
        const uint16_t *countries = pst_list_at(condition, context->countries);

        for (uint32_t i = 0; i < context->circles.count; i++) {
            survey_circle(build, survey, &circles[i]);
        }
        for (uint32_t i = 0; i < context->countries.count; i++) {
            note_country(&build->head, countries[i]);
        }
    }
}

static struct survey survey_all(struct build *build, uint64_t every)
{
    struct survey survey = {0, every, 0};

    for (uint32_t i = 0; i < build->count; i++) {
        const struct pst_rule_view *view = &build->rules[i].view;

        if (view->condition && can_hold(view)) {
            survey_condition(build, &survey, view->condition);
        }
    }
    return survey;
}

static int order_doubles(const void *left, const void *right, const void *none)
{
    const double *a = left;
    const double *b = right;

    (void)none;
    return (*a > *b) - (*a < *b);
}

/* Slabs with about as many centres in each. */
static void find_borders(struct build *build)
{
    uint64_t circles = survey_all(build, 0).circles;
    uint32_t count;

    if (circles == 0) {
        return;
    }
    count = survey_all(build, (circles + SAMPLES - 1) / SAMPLES).samples;
    for (uint32_t axis = 0; axis < PST_CROWD_AXES; axis++) {
        pst_sort(build->samples[axis], count, sizeof(double), order_doubles,
                 NULL);
        for (uint32_t i = 0; i < PST_CROWD_BORDERS; i++) {
            build->head.borders[axis][i] =
                build->samples[axis][(i + 1) * count / (PST_CROWD_BORDERS + 1)];
        }
    }
}

static postern_status build_crowd(struct build *build)
{
    struct pst_crowd_head *head = &build->head;

    find_borders(build);
    PST_TRY(push(build, NULL, PST_CROWD_HEAD_WORDS));
    for (uint32_t i = 0; i < PST_CROWD_LANES; i++) {
        PST_TRY(add_lane(build, (enum pst_crowd_lane)i));
    }
    head->lanes[PST_CROWD_LANES] = build->blocks.count;
    head->blocks_at = place_of_next(build);
    PST_TRY(push(build, build->blocks.data,
                 build->blocks.count * PST_CROWD_BLOCK_WORDS));
    head->words = place_of_next(build);
    memcpy((uint64_t *)build->words->data + build->start, head, sizeof *head);
    return POSTERN_OK;
}

postern_status pst_crowd_build(const struct pst_crowd_rule *rules,
                               uint32_t count, const struct pst_year_set *years,
                               const postern_allocator *allocator,
                               struct pst_vec *words)
{
    struct build *build = pst_alloc(allocator, sizeof *build);
    uint32_t start = words->count;
    postern_status status;

    if (!build) {
        return POSTERN_ERR_MEMORY;
    }
    build->rules = rules;
    build->count = count;
    build->years = years;
    build->allocator = allocator;
    build->words = words;
    build->start = start;
    build->clauses = 0;
    build->head = (struct pst_crowd_head){0};
    memset(build->columns, 0, sizeof build->columns);
    pst_vec_init(&build->blocks, sizeof(struct pst_crowd_block));
    status = build_crowd(build);
    pst_vec_release(&build->blocks, allocator);
    pst_release(allocator, build, sizeof *build);
    if (status != POSTERN_OK) {
        words->count = start;
    }
    return status;
}
