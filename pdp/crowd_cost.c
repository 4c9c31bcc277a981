/*
 * The most that a search in a crowd can cost: how many clauses the rows of any
 * request can leave, and what is read to find that out.
 *
 * Nothing is believed about which rows belong to which clause, so the bound is
 * one of a crowd from anywhere that is sound.
 */
#include "pdp/crowd_words.h"

enum {
    ROW_LINE = 8, /* words of a row that are taken at once */
    CLASSES = 16
};

/* Clauses of a class are left out when a fact is unknown, or not: the fields of
 * a fact that is known all have a value, so each of them bounds the clauses
 * that need it. */
enum class_bit {
    CLASS_TIME = 1,
    CLASS_ADDRESS = 2,
    CLASS_POINT = 4,
    CLASS_COUNTRY = 8
};

/* ---- clauses that are left ----------------------------------------------- */

/* A block with the clauses of one class. */
struct view {
    const uint64_t *crowd;
    const struct pst_crowd_block *block;
    uint64_t members[PST_BLOCK_WORDS];
};

static const uint16_t *entry_of(const struct view *view, uint32_t field)
{
    uint64_t before = view->block->fields & (PST_FIELD_BIT(field) - 1);

    return pst_crowd_directory(view->crowd, view->block) +
           pst_crowd_entries(before);
}

/* Word `word` of the row of a value. */
static uint64_t row_word(const struct view *view, uint32_t field,
                         uint32_t value, uint32_t word)
{
    uint32_t row = PST_ROW_ALL;

    if (view->block->fields & PST_FIELD_BIT(field)) {
        row = entry_of(view, field)[value];
    }
    if (row == PST_ROW_ALL || row == PST_ROW_NONE) {
        return row == PST_ROW_ALL ? ~(uint64_t)0 : 0;
    }
    return view->crowd[view->block->rows_at +
                       row * pst_block_words(view->block) + word];
}

static uint64_t valid_word(const struct pst_crowd_block *block, uint32_t word)
{
    return word == block->clauses / 64
               ? ((uint64_t)1 << block->clauses % 64) - 1
               : ~(uint64_t)0;
}

/* The clauses that need a point: not in every row of "unknown". */
static uint64_t point_word(const struct view *view, uint32_t word)
{
    uint64_t unknown = ~(uint64_t)0;

    for (uint32_t axis = 0; axis < PST_CROWD_AXES; axis++) {
        unknown &=
            row_word(view, PST_FIELD_SLAB + axis, PST_SLAB_UNKNOWN, word);
    }
    return ~unknown;
}

static void select_class(struct view *view, uint32_t class)
{
    for (uint32_t i = 0; i < pst_block_words(view->block); i++) {
        uint64_t time =
            ~row_word(view, PST_FIELD_SECOND, PST_SECOND_UNKNOWN, i);
        uint64_t address =
            ~row_word(view, PST_FIELD_FAMILY, PST_FAMILY_UNKNOWN, i);
        uint64_t point = point_word(view, i);
        uint64_t country =
            ~row_word(view, PST_FIELD_COUNTRY, PST_COUNTRY_UNKNOWN, i);

        view->members[i] = valid_word(view->block, i) &
                           (class & CLASS_TIME ? time : ~time) &
                           (class & CLASS_ADDRESS ? address : ~address) &
                           (class & CLASS_POINT ? point : ~point) &
                           (class & CLASS_COUNTRY ? country : ~country);
    }
}

static bool has_members(const struct view *view)
{
    uint64_t any = 0;

    for (uint32_t i = 0; i < pst_block_words(view->block); i++) {
        any |= view->members[i];
    }
    return any != 0;
}

static uint64_t count_members(const struct view *view, uint32_t field,
                              uint32_t value)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < pst_block_words(view->block); i++) {
        count += (uint64_t)__builtin_popcountll(
            view->members[i] & row_word(view, field, value, i));
    }
    return count;
}

/* The most members that a row of the field has. */
static uint64_t fullest(const struct view *view, uint32_t field)
{
    uint64_t most = 0;

    for (uint32_t value = 0; value < pst_crowd_values[field]; value++) {
        uint64_t count = count_members(view, field, value);

        most = count > most ? count : most;
    }
    return most;
}

/* The least of that among fields of which each has a value in the request. */
static uint64_t least(const struct view *view, uint64_t fields, uint64_t count)
{
    for (fields &= view->block->fields; fields; fields &= fields - 1) {
        uint64_t most = fullest(view, pst_first_bit(fields));

        count = most < count ? most : count;
    }
    return count;
}

/* An address is of one family. */
static uint64_t left_by_address(const struct view *view, uint64_t count)
{
    uint64_t four =
        least(view, PST_IP4_FIELDS,
              count_members(view, PST_FIELD_FAMILY, PST_FAMILY_IP4));
    uint64_t six = least(view, PST_IP6_FIELDS,
                         count_members(view, PST_FIELD_FAMILY, PST_FAMILY_IP6));
    uint64_t most = four > six ? four : six;

    return most < count ? most : count;
}

/* Operation, authentication and country have a value in any case. */
static uint64_t left_in_class(struct view *view, uint32_t class)
{
    uint64_t fields = PST_FIELD_BIT(PST_FIELD_OPERATION) |
                      PST_FIELD_BIT(PST_FIELD_AUTHN) |
                      PST_FIELD_BIT(PST_FIELD_COUNTRY);
    uint64_t count;

    select_class(view, class);
    if (!has_members(view)) {
        return 0;
    }
    if (class & CLASS_TIME) {
        fields |= PST_TIME_FIELDS;
    }
    if (class & CLASS_POINT) {
        fields |= PST_POINT_FIELDS;
    }
    count = least(view, fields, view->block->clauses);
    return class & CLASS_ADDRESS ? left_by_address(view, count) : count;
}

/* Clauses of the block that a request can leave. */
static uint64_t left_in(const uint64_t *crowd,
                        const struct pst_crowd_block *block)
{
    struct view view = {.crowd = crowd, .block = block};
    uint64_t left = 0;

    for (uint32_t class = 0; class < CLASSES; class ++) {
        left += left_in_class(&view, class);
    }
    return pst_bound_least(left, block->clauses);
}

static uint64_t count_rules(const uint64_t *crowd,
                            const struct pst_crowd_block *block)
{
    const uint32_t *rules = pst_crowd_rules(crowd, block);
    uint64_t count = 1;

    for (uint32_t i = 1; i < block->clauses; i++) {
        count += rules[i] != rules[i - 1];
    }
    return count;
}

/* ---- what is read -------------------------------------------------------- */

/* Fields that have a value: an address is of one family. */
static uint64_t asked_of(const struct pst_crowd_block *block)
{
    uint64_t fours = block->fields & ~PST_IP6_FIELDS;
    uint64_t sixes = block->fields & ~PST_IP4_FIELDS;
    uint64_t four = (uint64_t)__builtin_popcountll(fours);
    uint64_t six = (uint64_t)__builtin_popcountll(sixes);

    return four > six ? four : six;
}

/* Its struct, a word of the directory and a row for each field; the first rule
 * of each line of clauses, and that of each clause that is left. */
static uint64_t lines_in(const struct pst_crowd_block *block, uint64_t left)
{
    uint64_t fields = asked_of(block);
    uint64_t row = pst_lines_of((uint64_t)pst_block_words(block) * 8);
    uint64_t starts = pst_block_words(block) / ROW_LINE + 1;
    uint64_t rules = pst_lines_of((uint64_t)block->clauses * 4);

    return pst_lines_of(sizeof *block) + fields + fields * row +
           pst_bound_least(left + starts, rules);
}

/* To find the rows every field is gone through. */
static uint64_t entering(const struct pst_crowd_block *block)
{
    return 8 + 3 * (uint64_t)__builtin_popcountll(block->fields);
}

/* To AND one line of the rows: eight words of each. */
static uint64_t scanning(const struct pst_crowd_block *block)
{
    return 24 + 8 * asked_of(block);
}

/* To take one clause out of a line, or none. */
enum { TAKING = 20 };

static void add_block(struct pst_crowd_cost *cost, const uint64_t *crowd,
                      const struct pst_crowd_block *block)
{
    uint64_t left = left_in(crowd, block);
    uint64_t lines = pst_block_words(block) / ROW_LINE + 1;

    cost->tests += pst_bound_least(left, count_rules(crowd, block));
    cost->work.lines += lines_in(block, left);
    cost->work.steps +=
        entering(block) + lines * (scanning(block) + TAKING) + left * TAKING;
}

/* ---- whoever asks -------------------------------------------------------- */

/* Whatever the crowd: the fields of the request, of which borders and countries
 * are searched by halves, and in each lane a block and a clause. */
static uint64_t steps_to_ask(const uint64_t *crowd)
{
    uint64_t halves = pst_halves(pst_crowd_block_count(crowd)) +
                      pst_halves(PST_BLOCK_CLAUSES);

    return 160 + PST_CROWD_LANES * (16 + 2 * halves);
}

/* What another call adds to the steps: asking, going to a block with an answer,
 * and in each lane the line where the last call stopped. A lane is taken on
 * only as long as no other has a lower rule, so lines behind that were not
 * scanned before. */
static uint64_t steps_again(const uint64_t *crowd)
{
    uint64_t steps = steps_to_ask(crowd);
    uint64_t most = 0;

    for (uint32_t i = 0; i < pst_crowd_block_count(crowd); i++) {
        const struct pst_crowd_block *block = &pst_crowd_blocks(crowd)[i];

        steps += entering(block);
        most = pst_bound_most(most, scanning(block) + 2 * TAKING);
    }
    return steps + PST_CROWD_LANES * most;
}

/* Further calls begin anywhere, so they may read any of the rules. */
static uint64_t lines_of_rules(const uint64_t *crowd)
{
    uint64_t lines = 0;

    for (uint32_t i = 0; i < pst_crowd_block_count(crowd); i++) {
        lines += pst_lines_of((uint64_t)pst_crowd_blocks(crowd)[i].clauses *
                              sizeof(uint32_t));
    }
    return lines;
}

/* The rows that a further call reads are among those that the first may read,
 * as are the blocks. */
struct pst_crowd_cost pst_crowd_worst(const uint64_t *crowd)
{
    struct pst_crowd_cost cost = {
        .work = {pst_lines_of(sizeof(struct pst_crowd_head)),
                 steps_to_ask(crowd)},
        .lines_again = lines_of_rules(crowd),
        .steps_again = steps_again(crowd)};

    for (uint32_t i = 0; i < pst_crowd_block_count(crowd); i++) {
        add_block(&cost, crowd, &pst_crowd_blocks(crowd)[i]);
    }
    return cost;
}
