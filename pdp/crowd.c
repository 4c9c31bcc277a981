#include "pdp/crowd_words.h"

#include "pdp/rule_terms.h"

const uint8_t pst_crowd_values[PST_CROWD_FIELDS] = {
    61, 60, 24, 32, 13, 7,  64,                                 /* time */
    3,                                                          /* family */
    16, 16, 16, 16, 16, 16, 16, 16,                             /* IPv4 */
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, /* IPv6 */
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, /**/
    16, 16,                                                     /**/
    62, 64, 64, 64, 16, 16, 16,                                 /* place */
    6,  2,                                                      /* rule */
    16, 16, 16, 16,                                             /* Create */
};

/* How many borders are not above the value. */
static uint32_t slab_of(const double borders[PST_CROWD_BORDERS], double value)
{
    uint32_t low = 0;
    uint32_t high = PST_CROWD_BORDERS;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (borders[middle] <= value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

uint32_t pst_crowd_slice(const double borders[PST_CROWD_BORDERS], double value)
{
    uint32_t slab = slab_of(borders, value);
    double first = slab ? borders[slab - 1] : -1.0;
    double last = slab < PST_CROWD_BORDERS ? borders[slab] : 1.0;
    double slice = (value - first) / (last - first) * PST_SLICES;
    uint32_t number = 0; /* also of what is no number */

    if (slice >= PST_SLICES) {
        number = PST_SLICES - 1;
    } else if (slice > 0.0) {
        number = (uint32_t)slice;
    }
    return slab * PST_SLICES + number;
}

uint32_t pst_crowd_country(const struct pst_crowd_head *head, uint16_t country)
{
    uint32_t low = 0;
    uint32_t high = head->countries;

    if (country == 0) {
        return PST_COUNTRY_UNKNOWN;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (head->codes[middle] < country) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < head->countries && head->codes[low] == country
               ? low
               : (uint32_t)PST_COUNTRY_OTHER;
}

/* ---- the values of a request ------------------------------------------- */

struct question {
    const postern_acp_set *set;
    const uint64_t *crowd;
    const struct pst_slot *slot;
    struct pst_facts *facts;
    uint64_t asked; /* fields that have a value here */
    uint8_t values[PST_CROWD_FIELDS];
};

static void ask(struct question *question, uint32_t field, uint32_t value)
{
    question->asked |= PST_FIELD_BIT(field);
    question->values[field] = (uint8_t)value;
}

static uint32_t year_value(int32_t year)
{
    if (year < PST_FIRST_YEAR || year > PST_LAST_YEAR) {
        return PST_YEAR_OUTSIDE;
    }
    return year < PST_FIRST_YEAR + PST_YEAR_LATER
               ? (uint32_t)(year - PST_FIRST_YEAR)
               : (uint32_t)PST_YEAR_LATER;
}

static void ask_time(struct question *question)
{
    const struct pst_civil_time *time = pst_facts_civil(question->facts);

    if (!time) {
        ask(question, PST_FIELD_SECOND, PST_SECOND_UNKNOWN);
        return;
    }
    ask(question, PST_FIELD_SECOND, time->second);
    ask(question, PST_FIELD_MINUTE, time->minute);
    ask(question, PST_FIELD_HOUR, time->hour);
    ask(question, PST_FIELD_DAY, time->day);
    ask(question, PST_FIELD_MONTH, time->month);
    ask(question, PST_FIELD_WEEKDAY, time->weekday);
    ask(question, PST_FIELD_YEAR, year_value(time->year));
}

static void ask_address(struct question *question)
{
    const postern_ip *ip = pst_facts_ip(question->facts);
    bool four = ip && ip->family == 4;
    uint32_t field = four ? PST_FIELD_IP4 : PST_FIELD_IP6;
    uint32_t digits = four ? PST_IP4_DIGITS : PST_IP6_DIGITS;

    if (!ip) {
        ask(question, PST_FIELD_FAMILY, PST_FAMILY_UNKNOWN);
        return;
    }
    ask(question, PST_FIELD_FAMILY, four ? PST_FAMILY_IP4 : PST_FAMILY_IP6);
    for (uint32_t i = 0; i < digits; i += 2) {
        ask(question, field + i, ip->bytes[i / 2] >> 4);
        ask(question, field + i + 1, ip->bytes[i / 2] & 15);
    }
}

static void ask_point(struct question *question)
{
    const struct pst_crowd_head *head = pst_crowd_head(question->crowd);
    const struct pst_point *point = pst_facts_point(question->facts);
    double axes[PST_CROWD_AXES] = {0};

    if (point) {
        axes[0] = point->x;
        axes[1] = point->y;
        axes[2] = point->z;
    }
    for (uint32_t i = 0; i < PST_CROWD_AXES; i++) {
        uint32_t slice = pst_crowd_slice(head->borders[i], axes[i]);

        if (!point) {
            ask(question, PST_FIELD_SLAB + i, PST_SLAB_UNKNOWN);
            continue;
        }
        ask(question, PST_FIELD_SLAB + i, slice / PST_SLICES);
        ask(question, PST_FIELD_SLICE + i, slice % PST_SLICES);
    }
}

static void ask_types(struct question *question)
{
    const postern_request *request = question->facts->request;

    ask(question, PST_FIELD_TARGET, request->target_type & 15);
    ask(question, PST_FIELD_TARGET + 1, request->target_type >> 4 & 15);
    ask(question, PST_FIELD_CHILD, request->child_type & 15);
    ask(question, PST_FIELD_CHILD + 1, request->child_type >> 4 & 15);
}

/* Derives nothing that no rule of the crowd wants. */
static void ask_all(struct question *question)
{
    const struct pst_crowd_head *head = pst_crowd_head(question->crowd);
    const struct pst_facts *facts = question->facts;

    question->asked = 0;
    if (head->fields & PST_TIME_FIELDS) {
        ask_time(question);
    }
    if (head->fields & PST_ADDRESS_FIELDS) {
        ask_address(question);
    }
    if (head->fields & PST_FIELD_BIT(PST_FIELD_COUNTRY)) {
        ask(question, PST_FIELD_COUNTRY,
            pst_crowd_country(head, pst_facts_country(facts)));
    }
    if (head->fields & PST_POINT_FIELDS) {
        ask_point(question);
    }
    ask(question, PST_FIELD_OPERATION, pst_first_bit(facts->operation));
    ask(question, PST_FIELD_AUTHN, facts->request->authenticated);
    if (facts->operation == POSTERN_ACOP_CREATE) {
        ask_types(question);
    }
}

/* ---- one lane ----------------------------------------------------------- */

enum { LINE = 8 }; /* words of a row that are taken at once: a cache line */

/* How far a lane has been searched. The rules of its clauses ascend. */
struct lane {
    uint32_t block;
    uint32_t end;   /* block behind its last */
    uint32_t first; /* clause of the block where the search began */
    uint32_t word;  /* of the block: the line begins there */
    bool scanned;   /* the line is what was left of it */
    bool may_be_true;
    uint32_t rule; /* that may be true; else none before it is left;
                      PST_NO_RULE: the lane has ended */
    uint16_t row_count;
    uint16_t rows[PST_CROWD_FIELDS]; /* of the block, whose AND is wanted */
    uint64_t line[LINE];
};

static const struct pst_crowd_block *block_of(const struct question *question,
                                              const struct lane *lane)
{
    return &pst_crowd_blocks(question->crowd)[lane->block];
}

/* Finds the rows of the block but for those of all ones. False when one of them
 * has no bit: the block has no answer. */
static bool find_rows(const struct question *question, struct lane *lane)
{
    const struct pst_crowd_block *block = block_of(question, lane);
    const uint16_t *directory = pst_crowd_directory(question->crowd, block);

    lane->row_count = 0;
    for (uint64_t left = block->fields; left; left &= left - 1) {
        uint32_t field = pst_first_bit(left);
        uint16_t row = PST_ROW_ALL;

        if (question->asked & PST_FIELD_BIT(field)) {
            row = directory[question->values[field]];
        }
        directory += pst_crowd_values[field];
        if (row == PST_ROW_NONE) {
            return false;
        }
        if (row != PST_ROW_ALL) {
            lane->rows[lane->row_count++] = row;
        }
    }
    return true;
}

/* The first clause of the block whose rule is not before `from`. */
static uint32_t first_clause(const uint64_t *crowd,
                             const struct pst_crowd_block *block, uint32_t from)
{
    const uint32_t *rules = pst_crowd_rules(crowd, block);
    uint32_t low = 0;
    uint32_t high = block->clauses;

    if (from <= block->first_rule) {
        return 0;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (rules[middle] < from) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Goes to the first block, from `block` on, that may have an answer. */
static void enter_block(const struct question *question, struct lane *lane,
                        uint32_t block, uint32_t from)
{
    lane->scanned = false;
    lane->may_be_true = false;
    lane->rule = PST_NO_RULE;
    for (lane->block = block; lane->block < lane->end; lane->block++) {
        const struct pst_crowd_block *is = block_of(question, lane);

        if (find_rows(question, lane)) {
            lane->first = first_clause(question->crowd, is, from);
            lane->word = lane->first / 64;
            lane->rule = pst_crowd_rules(question->crowd, is)[lane->first];
            return;
        }
    }
}

static uint32_t first_block(const uint64_t *crowd, uint32_t low, uint32_t high,
                            uint32_t from)
{
    const struct pst_crowd_block *blocks = pst_crowd_blocks(crowd);

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (blocks[middle].last_rule < from) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void next_line(const struct question *question, struct lane *lane)
{
    const struct pst_crowd_block *block = block_of(question, lane);

    lane->scanned = false;
    lane->word += LINE;
    if (lane->word < pst_block_words(block)) {
        lane->rule = pst_crowd_rules(question->crowd, block)[lane->word * 64];
    } else {
        enter_block(question, lane, lane->block + 1, 0);
    }
}

/* ANDs; whether a bit is left. */
static bool and_row(uint64_t line[LINE], const uint64_t *row, uint32_t words)
{
    uint64_t any = 0;

    for (uint32_t i = 0; i < words; i++) {
        line[i] &= row[i];
        any |= line[i];
    }
    return any != 0;
}

/* Only clauses from the first on and before the end of the block. */
static void begin_line(struct lane *lane, const struct pst_crowd_block *block)
{
    uint32_t first = lane->first / 64;
    uint32_t end = block->clauses / 64;

    for (uint32_t i = 0; i < LINE; i++) {
        lane->line[i] = lane->word + i < end ? ~(uint64_t)0 : 0;
    }
    if (lane->word <= end && end - lane->word < LINE) {
        lane->line[end - lane->word] = ((uint64_t)1 << block->clauses % 64) - 1;
    }
    if (lane->word == first) {
        lane->line[0] &= ~(uint64_t)0 << lane->first % 64;
    }
}

/* Leaves in the line the clauses that may hold; false: there is none. */
static bool scan_line(const struct question *question, struct lane *lane)
{
    const struct pst_crowd_block *block = block_of(question, lane);
    uint32_t words = pst_block_words(block);
    uint32_t rest = words - lane->word;
    const uint64_t *rows = question->crowd + block->rows_at + lane->word;

    begin_line(lane, block);
    for (uint32_t i = 0; i < lane->row_count; i++) {
        const uint64_t *row = rows + lane->rows[i] * words;

        /* A length that the compiler knows is a few instructions. */
        if (!(rest >= LINE ? and_row(lane->line, row, LINE)
                           : and_row(lane->line, row, rest))) {
            return false;
        }
    }
    lane->scanned = true;
    return true;
}

/* The first rule that is left in the line, which is taken out; PST_NO_RULE when
 * there is none. */
static uint32_t take(const struct question *question, struct lane *lane)
{
    const struct pst_crowd_block *block = block_of(question, lane);
    const uint32_t *rules = pst_crowd_rules(question->crowd, block);

    for (uint32_t i = 0; i < LINE; i++) {
        uint64_t left = lane->line[i];

        if (left) {
            lane->line[i] = left & (left - 1);
            return rules[(lane->word + i) * 64 + pst_first_bit(left)];
        }
    }
    return PST_NO_RULE;
}

/* ---- all lanes ------------------------------------------------------------
 */

/* As the decision judges a rule that the originator led to. [DEC-04] */
static bool holds(const struct question *question, uint32_t rule)
{
    struct pst_facts *facts = question->facts;
    struct pst_rule_view view =
        pst_slot_rule(question->set, question->slot, rule);

    if (!(view.operations & facts->operation) ||
        (view.authn && !facts->request->authenticated)) {
        return false;
    }
    return !view.condition ||
           (!(view.condition->flags & PST_CONDITION_NEVER) &&
            pst_res_objd(question->set, view.condition, facts) &&
            pst_res_ctxts(question->set, view.condition, facts));
}

/* Brings the lane to the next rule that may be true, or to the next line. */
static void step(const struct question *question, struct lane *lane)
{
    uint32_t rule;

    if (!lane->scanned && !scan_line(question, lane)) {
        next_line(question, lane);
        return;
    }
    rule = take(question, lane);
    if (rule == PST_NO_RULE) {
        next_line(question, lane);
        return;
    }
    lane->rule = rule;
    lane->may_be_true = true;
}

static struct lane *lowest(struct lane lanes[PST_CROWD_LANES])
{
    struct lane *low = &lanes[0];

    for (uint32_t i = 1; i < PST_CROWD_LANES; i++) {
        if (lanes[i].rule < low->rule) {
            low = &lanes[i];
        }
    }
    return low;
}

/* Rule after rule in ascending order, whatever lanes they are in. */
static uint32_t search(const struct question *question,
                       struct lane lanes[PST_CROWD_LANES])
{
    uint32_t judged = PST_NO_RULE;

    for (;;) {
        struct lane *lane = lowest(lanes);

        if (lane->rule == PST_NO_RULE) {
            return PST_NO_RULE;
        }
        if (!lane->may_be_true) {
            step(question, lane);
            continue;
        }
        lane->may_be_true = false;
        if (lane->rule != judged) { /* else another of its clauses */
            judged = lane->rule;
            if (holds(question, judged)) {
                return judged;
            }
        }
    }
}

uint32_t pst_crowd_next(const postern_acp_set *set, const uint64_t *crowd,
                        const struct pst_slot *slot, struct pst_facts *facts,
                        uint32_t from)
{
    const struct pst_crowd_head *head = pst_crowd_head(crowd);
    struct question question = {
        .set = set, .crowd = crowd, .slot = slot, .facts = facts};
    struct lane lanes[PST_CROWD_LANES];

    if (!facts->operation) {
        return PST_NO_RULE;
    }
    ask_all(&question);
    for (uint32_t i = 0; i < PST_CROWD_LANES; i++) {
        lanes[i].end = head->lanes[i + 1];
        enter_block(&question, &lanes[i],
                    first_block(crowd, head->lanes[i], lanes[i].end, from),
                    from);
    }
    return search(&question, lanes);
}
