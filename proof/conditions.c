/*
 * The conditions of a rule: sets compared value by value, addresses by their
 * boundaries, circles within the rounding that docs/proof.md allows.
 */
#include "base/sort.h"
#include "base/str.h"
#include "proof/checker.h"

/* One context, in the compiled form and as it was given. */
struct pair {
    const struct pst_condition *condition;
    const struct pst_context *found;
    const postern_context *given;
    uint32_t number;
};

/* ---- time windows -------------------------------------------------------- */

#define OPEN(field)                                                            \
    field " # of time window # of context # is open in the compiled set and"   \
          " closed in the policy"
#define CLOSED(field)                                                          \
    field " # of time window # of context # is closed in the compiled set and" \
          " open in the policy"

static const char *const open_words[PST_PROOF_FIELDS] = {
    OPEN("second"), OPEN("minute"),  OPEN("hour"), OPEN("day"),
    OPEN("month"),  OPEN("weekday"), OPEN("year")};
static const char *const closed_words[PST_PROOF_FIELDS] = {
    CLOSED("second"), CLOSED("minute"),  CLOSED("hour"), CLOSED("day"),
    CLOSED("month"),  CLOSED("weekday"), CLOSED("year")};

/* Values of one field of a window, 64 of them from `base` on. */
struct values {
    uint32_t field;
    uint32_t base;
    uint64_t found;
    uint64_t wanted;
};

static postern_status check_values(const struct pst_proof *proof,
                                   const struct pair *pair, uint32_t window,
                                   const struct values *values)
{
    uint64_t difference = values->found ^ values->wanted;
    uint32_t value;

    if (!difference) {
        return POSTERN_OK;
    }
    value = (uint32_t)__builtin_ctzll(difference);
    return pst_proof_differs(
        proof,
        values->found >> value & 1 ? open_words[values->field]
                                   : closed_words[values->field],
        PST_PROOF_NUMBERS(values->base + value, window, pair->number));
}

static postern_status check_window(const struct pst_proof *proof,
                                   const struct pair *pair,
                                   const struct pst_time_window *window,
                                   uint32_t number)
{
    const uint64_t found[PST_PROOF_YEAR] = {window->seconds, window->minutes,
                                            window->hours,   window->days,
                                            window->months,  window->weekdays};
    const struct pst_year_set *years =
        PST_TABLE(proof->set, YEARS, struct pst_year_set) + window->years;
    struct pst_proof_window wanted;

    if (!pst_proof_read_window(&wanted, pair->given->windows[number])) {
        return pst_proof_differs(proof, "time window # of context # is none",
                                 PST_PROOF_NUMBERS(number, pair->number));
    }
    for (uint32_t i = 0; i < PST_PROOF_YEAR; i++) {
        const struct values values = {i, 0, found[i], wanted.fields[i]};

        PST_TRY(check_values(proof, pair, number, &values));
    }
    for (uint32_t i = 0; i < PST_YEAR_WORDS; i++) {
        const struct values values = {PST_PROOF_YEAR, PST_FIRST_YEAR + i * 64,
                                      window->any_year ? ~(uint64_t)0
                                                       : years->bits[i],
                                      wanted.years.bits[i]};

        PST_TRY(check_values(proof, pair, number, &values));
    }
    return POSTERN_OK;
}

static postern_status check_windows(struct pst_proof *proof,
                                    const struct pair *pair)
{
    const struct pst_time_window *windows =
        pst_list_at(pair->condition, pair->found->windows);

    if (pair->found->windows.count != pair->given->window_count) {
        return pst_proof_differs(
            proof,
            "context # has # time windows in the compiled set and # in"
            " the policy",
            PST_PROOF_NUMBERS(pair->number, pair->found->windows.count,
                              pair->given->window_count));
    }
    for (uint32_t i = 0; i < pair->found->windows.count; i++) {
        PST_TRY(check_window(proof, pair, &windows[i], i));
    }
    return POSTERN_OK;
}

/* ---- addresses ----------------------------------------------------------- */

static int order_values(struct pst_ip6_value a, struct pst_ip6_value b)
{
    if (a.high != b.high) {
        return a.high < b.high ? -1 : 1;
    }
    return (a.low > b.low) - (a.low < b.low);
}

static int order_ranges(const void *left, const void *right, const void *none)
{
    const struct pst_proof_range *a = left;
    const struct pst_proof_range *b = right;

    (void)none;
    return a->family != b->family ? (a->family < b->family ? -1 : 1)
                                  : order_values(a->first, b->first);
}

/* Whether no address is between them: they overlap or touch. */
static bool goes_on(const struct pst_proof_range *range,
                    const struct pst_proof_range *next)
{
    struct pst_ip6_value behind = {range->last.high +
                                       (range->last.low == UINT64_MAX),
                                   range->last.low + 1};

    return range->family == next->family &&
           (order_values(next->first, range->last) <= 0 ||
            order_values(next->first, behind) == 0);
}

/* Sorted, then joined: the boundaries between "in" and "out". */
static void join(struct pst_vec *ranges)
{
    struct pst_proof_range *all = ranges->data;
    uint32_t kept = 0;

    pst_sort(all, ranges->count, sizeof *all, order_ranges, NULL);
    for (uint32_t i = 1; i < ranges->count; i++) {
        if (!goes_on(&all[kept], &all[i])) {
            all[++kept] = all[i];
        } else if (order_values(all[i].last, all[kept].last) > 0) {
            all[kept].last = all[i].last;
        }
    }
    ranges->count = kept + 1;
}

/* Range `number` of the compiled context, IPv4 first. */
static struct pst_proof_range found_range(const struct pair *pair,
                                          uint32_t number)
{
    const struct pst_ip4_range *fours =
        pst_list_at(pair->condition, pair->found->ranges4);
    const struct pst_ip6_range *sixes =
        pst_list_at(pair->condition, pair->found->ranges6);
    uint32_t count = pair->found->ranges4.count;

    if (number < count) {
        return (struct pst_proof_range){
            4, {0, fours[number].first}, {0, fours[number].last}};
    }
    return (struct pst_proof_range){6, sixes[number - count].first,
                                    sixes[number - count].last};
}

static postern_status check_addresses(struct pst_proof *proof,
                                      const struct pair *pair)
{
    uint32_t count = pair->found->ranges4.count + pair->found->ranges6.count;
    const struct pst_proof_range *wanted;

    proof->ranges.count = 0;
    for (size_t i = 0; i < pair->given->address_count; i++) {
        struct pst_proof_range range;

        if (!pst_proof_read_prefix(&range, pair->given->addresses[i])) {
            return pst_proof_differs(proof, "address # of context # is none",
                                     PST_PROOF_NUMBERS(i, pair->number));
        }
        PST_TRY(pst_vec_push(&proof->ranges, &proof->allocator, &range, 1));
    }
    if (proof->ranges.count) {
        join(&proof->ranges);
    }
    wanted = proof->ranges.data;
    for (uint32_t i = 0; i < count || i < proof->ranges.count; i++) {
        struct pst_proof_range range = {.family = 0};

        if (i < count) {
            range = found_range(pair, i);
        }
        if (i >= proof->ranges.count || range.family != wanted[i].family ||
            order_values(range.first, wanted[i].first) != 0 ||
            order_values(range.last, wanted[i].last) != 0) {
            return pst_proof_differs(
                proof, "row # of the addresses of context # has other ends",
                PST_PROOF_NUMBERS(i, pair->number));
        }
    }
    return POSTERN_OK;
}

/* ---- places -------------------------------------------------------------- */

static bool is_circle(const struct pst_circle *found,
                      const postern_circle *given)
{
    const double centre[3] = {found->centre.x, found->centre.y,
                              found->centre.z};
    const double near = PST_PROOF_EDGE_M / PST_EARTH_RADIUS_M;
    struct pst_proof_circle wanted;

    if (!pst_proof_read_circle(&wanted, given)) {
        return false;
    }
    for (uint32_t i = 0; i < 3; i++) {
        if (!(centre[i] >= wanted.centre[i] - near &&
              centre[i] <= wanted.centre[i] + near)) {
            return false;
        }
    }
    return found->chord_squared >= wanted.least &&
           found->chord_squared <= wanted.most;
}

static postern_status check_places(struct pst_proof *proof,
                                   const struct pair *pair)
{
    const struct pst_context *found = pair->found;
    const struct pst_circle *circles =
        pst_list_at(pair->condition, found->circles);
    const uint16_t *countries = pst_list_at(pair->condition, found->countries);

    if (found->circles.count != pair->given->circle_count ||
        found->countries.count != pair->given->country_count) {
        return pst_proof_differs(proof,
                                 "context # has another number of places",
                                 PST_PROOF_NUMBERS(pair->number));
    }
    for (uint32_t i = 0; i < found->circles.count; i++) {
        if (!is_circle(&circles[i], &pair->given->circles[i])) {
            return pst_proof_differs(proof,
                                     "circle # of context # is another one",
                                     PST_PROOF_NUMBERS(i, pair->number));
        }
    }
    for (uint32_t i = 0; i < found->countries.count; i++) {
        if (!countries[i] ||
            countries[i] != pst_proof_read_country(pair->given->countries[i])) {
            return pst_proof_differs(proof,
                                     "country # of context # is another one",
                                     PST_PROOF_NUMBERS(i, pair->number));
        }
    }
    return POSTERN_OK;
}

/* ---- details, attributes, all of it -------------------------------------- */

static bool is_detail(const struct pst_proof *proof,
                      const struct pst_condition *condition,
                      const struct pst_object_details *found,
                      const postern_object_details *given)
{
    bool may_be_mgmt =
        given->specialization_kind != POSTERN_SPECIALIZATION_CONTAINER;
    uint32_t mgmt =
        may_be_mgmt ? pst_proof_read_number(given->specialization) : 0;

    return found->resource_type == given->resource_type &&
           found->specialization_kind == (uint32_t)given->specialization_kind &&
           pst_str_equal(pst_text_at(proof->set, found->specialization),
                         given->specialization) &&
           found->mgmt_definition == mgmt &&
           found->child_types.count == given->child_type_count &&
           given->child_type_count > 0 &&
           memcmp(pst_list_at(condition, found->child_types),
                  given->child_types,
                  given->child_type_count * sizeof(uint32_t)) == 0;
}

static postern_status check_details(const struct pst_proof *proof,
                                    const struct pst_condition *condition,
                                    const postern_rule *rule)
{
    for (uint32_t i = 0; i < condition->details; i++) {
        if (!is_detail(proof, condition, &pst_details(condition)[i],
                       &rule->object_details[i])) {
            return pst_proof_differs(proof, "object details # are other ones",
                                     PST_PROOF_NUMBERS(i));
        }
    }
    for (uint32_t i = 0; i < condition->attributes; i++) {
        if (!pst_str_equal(
                pst_text_at(proof->set, pst_attributes(condition)[i]),
                rule->never ? postern_str_of(rule->never)
                            : rule->attributes[i])) {
            return pst_proof_differs(proof, "attribute # is another one",
                                     PST_PROOF_NUMBERS(i));
        }
    }
    return POSTERN_OK;
}

static postern_status check_contexts(struct pst_proof *proof,
                                     const struct pst_condition *condition,
                                     const postern_rule *rule)
{
    for (uint32_t i = 0; i < condition->contexts; i++) {
        const struct pair pair = {condition, &pst_contexts(condition)[i],
                                  &rule->contexts[i], i};

        PST_TRY(check_windows(proof, &pair));
        PST_TRY(check_addresses(proof, &pair));
        PST_TRY(check_places(proof, &pair));
    }
    return POSTERN_OK;
}

/* A rule that is never true has nothing but the reason. */
static struct pst_condition head_of(const postern_rule *rule)
{
    struct pst_condition head = {.contexts = (uint32_t)rule->context_count,
                                 .details =
                                     (uint32_t)rule->object_details_count,
                                 .attributes = (uint32_t)rule->attribute_count};

    if (rule->never) {
        return (struct pst_condition){.flags = PST_CONDITION_NEVER,
                                      .attributes = 1};
    }
    head.flags = (head.contexts ? PST_CONDITION_CONTEXTS : 0u) |
                 (head.details ? PST_CONDITION_DETAILS : 0u) |
                 (head.attributes ? PST_CONDITION_ATTRIBUTES : 0u);
    return head;
}

postern_status pst_proof_condition(struct pst_proof *proof,
                                   const struct pst_condition *condition,
                                   const postern_rule *rule)
{
    const struct pst_condition none = {0};
    const struct pst_condition *found = condition ? condition : &none;
    struct pst_condition wanted = head_of(rule);

    if (found->flags != wanted.flags || found->contexts != wanted.contexts ||
        found->details != wanted.details ||
        found->attributes != wanted.attributes) {
        return pst_proof_differs(proof, "its conditions are of other kinds",
                                 NULL);
    }
    if (!condition) {
        return POSTERN_OK;
    }
    PST_TRY(check_contexts(proof, condition, rule));
    return check_details(proof, condition, rule);
}
