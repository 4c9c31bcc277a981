/*
 * Crowds: their rows, read back into the values that each clause lets through,
 * leave out no request for which the conditions of the rule hold.
 *
 * What a rule is true for is cut into boxes, products of sets of values: one
 * for each window, place and piece of a range of addresses. A box that lies
 * within one clause is never left out. A box may also be of all windows, places
 * or pieces together: as clauses are made of one or of all of them, few boxes
 * are enough, and a clause that lets through more than it must is found soon.
 */
#include "pdp/hashed.h"
#include "proof/checker.h"
#include "proof/clause.h"

#include <math.h>
#include <string.h>

enum { WINDOWS, PLACES, ADDRESSES, DIMENSIONS };

/* Of a range: two for each digit. */
enum { PIECES = 2 * PST_IP6_DIGITS };

/* Above the rounding of a test of a point. */
static const double ROUNDING = 1e-12;

static uint64_t every(uint32_t field)
{
    return ~(uint64_t)0 >> (64 - pst_crowd_values[field]);
}

static uint64_t from_to(uint32_t first, uint32_t last)
{
    return (~(uint64_t)0 << first) & (~(uint64_t)0 >> (63 - last));
}

/* ---- reading clauses back ------------------------------------------------ */

static void read_clause(const uint64_t *crowd,
                        const struct pst_crowd_block *block, uint32_t number,
                        struct pst_proof_clause *out)
{
    const uint16_t *row = pst_crowd_directory(crowd, block);
    const uint64_t *column = crowd + block->rows_at + number / 64;

    for (uint32_t field = 0; field < PST_CROWD_FIELDS; field++) {
        out->allowed[field] = ~(uint64_t)0;
        if (!(block->fields & PST_FIELD_BIT(field))) {
            continue;
        }
        for (uint32_t value = 0; value < pst_crowd_values[field];
             value++, row++) {
            bool is_in =
                *row == PST_ROW_ALL ||
                (*row != PST_ROW_NONE &&
                 column[*row * pst_block_words(block)] >> number % 64 & 1);

            out->allowed[field] &= ~((uint64_t)!is_in << value);
        }
    }
}

/* How far each lane has been read. */
struct lanes {
    const uint64_t *crowd;
    uint32_t block[PST_CROWD_LANES];
    uint32_t clause[PST_CROWD_LANES];
};

/* The clauses of a rule; rules are asked for in order. */
static postern_status read_clauses(struct pst_proof *proof, struct lanes *lanes,
                                   uint32_t rule)
{
    const struct pst_crowd_head *head = pst_crowd_head(lanes->crowd);
    struct pst_proof_clause clause;

    proof->clauses.count = 0;
    for (uint32_t i = 0; i < PST_CROWD_LANES; i++) {
        while (lanes->block[i] < head->lanes[i + 1]) {
            const struct pst_crowd_block *block =
                &pst_crowd_blocks(lanes->crowd)[lanes->block[i]];

            if (lanes->clause[i] == block->clauses) {
                lanes->block[i]++;
                lanes->clause[i] = 0;
                continue;
            }
            if (pst_crowd_rules(lanes->crowd, block)[lanes->clause[i]] !=
                rule) {
                break;
            }
            read_clause(lanes->crowd, block, lanes->clause[i]++, &clause);
            PST_TRY(
                pst_vec_push(&proof->clauses, &proof->allocator, &clause, 1));
        }
    }
    return POSTERN_OK;
}

/* ---- boxes --------------------------------------------------------------- */

/* What a context is made of. */
struct source {
    const struct pst_proof *proof;
    const struct pst_crowd_head *head;
    const struct pst_condition *condition;
    const struct pst_context *context;
    uint32_t elements[DIMENSIONS];
};

typedef struct pst_proof_clause box;

static void add(box *to, uint64_t fields, const box *from)
{
    for (; fields; fields &= fields - 1) {
        uint32_t field = pst_first_bit(fields);

        to->allowed[field] |= from ? from->allowed[field] : every(field);
    }
}

static bool add_window(box *to, const struct source *source, uint32_t number)
{
    const struct pst_time_window *window =
        (const struct pst_time_window *)pst_list_at(source->condition,
                                                    source->context->windows) +
        number;
    const struct pst_year_set *years =
        PST_TABLE(source->proof->set, YEARS, struct pst_year_set) +
        window->years;
    box from = {{window->seconds, window->minutes, window->hours, window->days,
                 window->months, window->weekdays, from_to(0, PST_YEAR_LATER)}};

    if (!window->any_year) {
        from.allowed[PST_FIELD_YEAR] =
            years->bits[0] & from_to(0, PST_YEAR_LATER - 1);
        for (uint32_t year = PST_YEAR_LATER; year < PST_YEAR_WORDS * 64;
             year++) {
            from.allowed[PST_FIELD_YEAR] |=
                (years->bits[year / 64] >> year % 64 & 1) << PST_YEAR_LATER;
        }
    }
    add(to, PST_TIME_FIELDS, &from);
    return true;
}

static void add_circle(box *to, const struct pst_crowd_head *head,
                       const struct pst_circle *circle)
{
    const double centre[PST_CROWD_AXES] = {circle->centre.x, circle->centre.y,
                                           circle->centre.z};
    double reach = sqrt(circle->chord_squared) + ROUNDING;

    for (uint32_t i = 0; i < PST_CROWD_AXES; i++) {
        uint32_t slice = pst_crowd_slice(head->borders[i], centre[i] - reach);
        uint32_t last = pst_crowd_slice(head->borders[i], centre[i] + reach);

        for (; slice <= last; slice++) {
            to->allowed[PST_FIELD_SLAB + i] |=
                PST_FIELD_BIT(slice / PST_SLICES);
            to->allowed[PST_FIELD_SLICE + i] |=
                PST_FIELD_BIT(slice % PST_SLICES);
        }
    }
}

/* The circles, then all countries together. */
static bool add_place(box *to, const struct source *source, uint32_t number)
{
    const struct pst_context *context = source->context;
    const struct pst_circle *circles =
        pst_list_at(source->condition, context->circles);
    const uint16_t *countries =
        pst_list_at(source->condition, context->countries);

    if (number < context->circles.count) {
        add(to, PST_FIELD_BIT(PST_FIELD_COUNTRY), NULL);
        add_circle(to, source->head, &circles[number]);
        return true;
    }
    add(to, PST_POINT_FIELDS, NULL);
    for (uint32_t i = 0; i < context->countries.count; i++) {
        to->allowed[PST_FIELD_COUNTRY] |=
            PST_FIELD_BIT(pst_crowd_country(source->head, countries[i]));
    }
    return true;
}

struct digits {
    uint32_t count;
    uint8_t first[PST_IP6_DIGITS];
    uint8_t last[PST_IP6_DIGITS];
};

static void read_digits(struct digits *out, const struct source *source,
                        uint32_t number)
{
    const struct pst_ip4_range *fours =
        pst_list_at(source->condition, source->context->ranges4);
    const struct pst_ip6_range *sixes =
        pst_list_at(source->condition, source->context->ranges6);
    uint32_t four_count = source->context->ranges4.count;
    struct pst_ip6_range range;

    out->count = number < four_count ? PST_IP4_DIGITS : PST_IP6_DIGITS;
    if (number < four_count) {
        range = (struct pst_ip6_range){{(uint64_t)fours[number].first << 32, 0},
                                       {(uint64_t)fours[number].last << 32, 0}};
    } else {
        range = sixes[number - four_count];
    }
    for (uint32_t i = 0; i < out->count; i++) {
        uint32_t shift = 60 - i % 16 * 4;

        out->first[i] =
            (i < 16 ? range.first.high : range.first.low) >> shift & 15;
        out->last[i] =
            (i < 16 ? range.last.high : range.last.low) >> shift & 15;
    }
}

/* A range is what is between its ends where these part and, digit by digit
 * behind, what is above the lower end and what is below the upper one. An end
 * itself is in the piece of its last digit. Even pieces are of the lower end;
 * that of the parting digit is of both. False for one that is empty. */
static bool piece_of(const struct digits *digits, uint32_t piece, int limits[2])
{
    uint32_t digit = piece / 2;
    uint32_t parting = 0;
    bool upper = piece % 2;
    int open = digit + 1 < digits->count;

    while (parting + 1 < digits->count &&
           digits->first[parting] == digits->last[parting]) {
        parting++;
    }
    if (digit >= digits->count || digit < parting ||
        (upper && digit == parting)) {
        return false;
    }
    limits[0] = upper ? 0 : digits->first[digit] + open;
    limits[1] = upper || digit == parting ? digits->last[digit] - open : 15;
    return limits[0] <= limits[1];
}

static bool add_piece(box *to, const struct source *source, uint32_t number)
{
    struct digits digits;
    uint32_t at = number % PIECES / 2;
    int limits[2];
    bool four;
    uint64_t *allowed;

    read_digits(&digits, source, number / PIECES);
    if (!piece_of(&digits, number % PIECES, limits)) {
        return false;
    }
    four = digits.count == PST_IP4_DIGITS;
    allowed = to->allowed + (four ? PST_FIELD_IP4 : PST_FIELD_IP6);
    to->allowed[PST_FIELD_FAMILY] |=
        PST_FIELD_BIT(four ? PST_FAMILY_IP4 : PST_FAMILY_IP6);
    for (uint32_t i = 0; i < at; i++) {
        allowed[i] |=
            PST_FIELD_BIT(number % 2 ? digits.last[i] : digits.first[i]);
    }
    allowed[at] |= from_to((uint32_t)limits[0], (uint32_t)limits[1]);
    for (uint32_t i = at + 1; i < digits.count; i++) {
        allowed[i] |= every(PST_FIELD_IP4);
    }
    return true;
}

/* ---- covering ------------------------------------------------------------ */

typedef bool add_fn(box *to, const struct source *source, uint32_t number);

static add_fn *const add_element[DIMENSIONS] = {add_window, add_place,
                                                add_piece};
static const uint64_t limited[DIMENSIONS] = {
    PST_TIME_FIELDS, PST_POINT_FIELDS | PST_FIELD_BIT(PST_FIELD_COUNTRY),
    PST_ADDRESS_FIELDS};

static bool is_within(const box *inner, const box *outer)
{
    for (uint32_t field = 0; field < PST_CROWD_FIELDS; field++) {
        if (inner->allowed[field] & ~outer->allowed[field]) {
            return false;
        }
    }
    return true;
}

/* Clauses are in the order of their parts: where the last box was is where the
 * next one is. */
static bool is_let_through(const struct pst_proof *proof, const box *inner,
                           uint32_t *near)
{
    const struct pst_proof_clause *clauses = proof->clauses.data;
    uint32_t count = proof->clauses.count;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t clause = (*near + i) % count;

        if (is_within(inner, &clauses[clause])) {
            *near = clause ? clause - 1 : 0;
            return true;
        }
    }
    return false;
}

/* Narrows a box to some elements of a dimension; false when nothing is left of
 * it. */
static bool narrow(box *to, const struct source *source, uint32_t dimension,
                   uint32_t first, uint32_t count)
{
    bool some = count == 0; /* any */

    for (uint64_t fields = limited[dimension]; fields && count;
         fields &= fields - 1) {
        to->allowed[pst_first_bit(fields)] = 0;
    }
    for (uint32_t i = first; i < first + count; i++) {
        some |= add_element[dimension](to, source, i);
    }
    return some;
}

/* The whole context is let through when the dimensions in `split` are taken
 * element by element. */
static bool covers(const struct source *source, const box *whole,
                   uint32_t split)
{
    uint32_t counts[DIMENSIONS]; /* 0: all together */
    uint32_t near = 0;

    for (uint32_t d = 0; d < DIMENSIONS; d++) {
        counts[d] = split >> d & 1 ? source->elements[d] : 0;
    }
    for (uint32_t w = 0; w == 0 || w < counts[WINDOWS]; w++) {
        for (uint32_t p = 0; p == 0 || p < counts[PLACES]; p++) {
            for (uint32_t a = 0; a == 0 || a < counts[ADDRESSES]; a++) {
                box inner = *whole;

                if (narrow(&inner, source, WINDOWS, w, counts[WINDOWS] > 0) &&
                    narrow(&inner, source, PLACES, p, counts[PLACES] > 0) &&
                    narrow(&inner, source, ADDRESSES, a,
                           counts[ADDRESSES] > 0) &&
                    !is_let_through(source->proof, &inner, &near)) {
                    return false;
                }
            }
        }
    }
    return true;
}

static bool is_context_covered(const struct source *source, const box *rule)
{
    static const uint32_t splits[] = {0, 1, 2, 4, 3, 5, 6, 7};
    box whole = *rule;

    for (uint32_t d = 0; d < DIMENSIONS; d++) {
        (void)narrow(&whole, source, d, 0, source->elements[d]);
    }
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
        if (covers(source, &whole, splits[i])) {
            return true;
        }
    }
    return false;
}

/* ---- rules --------------------------------------------------------------- */

/* [OBJ-01]: of all object details together. */
static void narrow_types(box *to, const struct pst_condition *condition)
{
    for (uint32_t d = 0; d < 2 * PST_TYPE_DIGITS; d++) {
        uint64_t *allowed = &to->allowed[PST_FIELD_TARGET + d];
        uint32_t shift = d % PST_TYPE_DIGITS * 4;

        *allowed = 0;
        for (uint32_t m = 0; m < condition->details; m++) {
            const struct pst_object_details *details =
                &pst_details(condition)[m];
            bool child = d >= PST_TYPE_DIGITS;
            const uint32_t *types =
                child ? pst_list_at(condition, details->child_types)
                      : &details->resource_type;
            uint32_t count = child ? details->child_types.count : 1;

            for (uint32_t i = 0; i < count; i++) {
                *allowed |= child || *types
                                ? PST_FIELD_BIT(types[i] >> shift & 15)
                                : every(PST_FIELD_TARGET);
            }
        }
    }
}

static bool is_rule_covered(struct pst_proof *proof,
                            const struct pst_crowd_head *head,
                            const struct pst_rule_view *view)
{
    const struct pst_condition *condition = view->condition;
    uint32_t near = 0;
    box rule;

    for (uint32_t field = 0; field < PST_CROWD_FIELDS; field++) {
        rule.allowed[field] = every(field);
    }
    rule.allowed[PST_FIELD_OPERATION] = view->operations;
    rule.allowed[PST_FIELD_AUTHN] = view->authn ? 2 : 3;
    if (condition && condition->details) {
        narrow_types(&rule, condition);
    }
    if (!condition || condition->contexts == 0) { /* [CTX-01] */
        return is_let_through(proof, &rule, &near);
    }
    for (uint32_t m = 0; m < condition->contexts; m++) {
        const struct pst_context *context = &pst_contexts(condition)[m];
        const struct source source = {
            proof,
            head,
            condition,
            context,
            {context->windows.count,
             context->circles.count + (context->countries.count > 0),
             (context->ranges4.count + context->ranges6.count) * PIECES}};

        if (!is_context_covered(&source, &rule)) {
            return false;
        }
    }
    return true;
}

/* Slices grow with the coordinate only then. */
static bool are_borders(const struct pst_crowd_head *head)
{
    for (uint32_t i = 0; i < PST_CROWD_AXES; i++) {
        for (uint32_t k = 1; k < PST_CROWD_BORDERS; k++) {
            if (!(head->borders[i][k - 1] <= head->borders[i][k])) {
                return false;
            }
        }
    }
    return true;
}

postern_status pst_proof_crowd(struct pst_proof *proof,
                               const struct pst_slot *slot,
                               const struct pst_crowd_ref *ref)
{
    const struct pst_hashed *hashed = pst_hashed_of(slot);
    struct pst_entries found = pst_hashed_find(proof->set, hashed, ref->atom);
    struct lanes lanes = {
        .crowd = PST_TABLE(proof->set, CROWD_WORDS, uint64_t) + ref->at};
    const struct pst_crowd_head *head = pst_crowd_head(lanes.crowd);

    if (!are_borders(head)) {
        return pst_proof_differs(
            proof, "the borders of the crowd of atom # are out of order",
            PST_PROOF_NUMBERS(ref->atom));
    }
    memcpy(lanes.block, head->lanes, sizeof lanes.block);
    for (uint32_t i = 0; i < found.count; i++) {
        uint32_t k = found.entries[i].rule;
        struct pst_rule_view view = pst_slot_rule(proof->set, slot, k);

        if (i > 0 && found.entries[i - 1].rule == k) {
            continue;
        }
        PST_TRY(read_clauses(proof, &lanes, k));
        if (view.operations && !is_rule_covered(proof, head, &view)) {
            proof->rule = k;
            return pst_proof_differs(
                proof, "the crowd of atom # leaves out what it permits",
                PST_PROOF_NUMBERS(ref->atom));
        }
    }
    return POSTERN_OK;
}
