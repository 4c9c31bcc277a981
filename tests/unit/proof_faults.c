/*
 * proof_faults [--all]: turns bits of compiled sets round, one at a time, and
 * asks for the proof each time. Every bit that can change a decision has to be
 * noticed, by the checks of an image or by the proof. Those that
 * may be turned round are named below, one reason each.
 *
 * With --all every bit, but for the rows of crowds; otherwise one of each byte,
 * of a set with a crowd one of some bytes.
 */
#define _POSIX_C_SOURCE 200809L /* posix_memalign */

#include "pdp/crowd_words.h"
#include "pdp/image.h"
#include "pdp/pattern_words.h"
#include "support/proof_document.h"
#include "support/rng.h"

#include <postern/policy.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGN = 64,
    REASONS_MAX = 32,
    CROWD_EVERY = 37,
    OTHERS_EVERY = 5,
    LARGE = 1 << 15,
    REQUESTS = 200
};

struct bed {
    postern_policy *policy;
    const postern_acp_set *set;
    unsigned char *copy;
    size_t size;
    const char **reasons; /* of each byte; NULL: it counts */
    uint64_t by_image;
    uint64_t by_proof;
    uint64_t wrong;
    struct {
        const char *reason;
        uint64_t count;
    } harmless[REASONS_MAX];
};

/* ---- bytes that nothing reads -------------------------------------------- */

static void mark(struct bed *bed, const void *at, size_t size,
                 const char *reason)
{
    size_t block;
    const char *bytes = postern_acp_set_image(bed->set, &block);
    size_t first = (size_t)((const char *)at - bytes);

    for (size_t i = first; i < first + size && i < block; i++) {
        bed->reasons[i] = reason;
    }
}

#define MARK(bed, member, reason) mark((bed), &(member), sizeof(member), reason)

static uint32_t bits_of(uint32_t vector)
{
    return (uint32_t)__builtin_popcount(vector);
}

static void mark_slot(struct bed *bed, const struct pst_slot *slot)
{
    uint32_t first = slot->form == PST_SLOT_NEAR ? 2 : slot->lanes;
    uint32_t end = PST_SLOT_WORDS - bits_of(slot->conditional);

    if (slot->form == PST_SLOT_HASHED) {
        first = sizeof(struct pst_hashed) / sizeof(uint32_t);
        end = PST_SLOT_WORDS;
        MARK(bed, slot->rules, "member of another form");
        MARK(bed, slot->authn, "member of another form");
        MARK(bed, slot->conditional, "member of another form");
    }
    if (slot->form != PST_SLOT_INLINE) {
        MARK(bed, slot->lanes, "member of another form");
    }
    mark(bed, slot->words + first, (end - first) * sizeof(uint32_t),
         "word of a slot that holds nothing");
}

static void mark_name(struct bed *bed, const struct pst_name *name)
{
    size_t used = (size_t)name->lens[0] + name->lens[1] + name->lens[2];

    if (name->lens[0] == PST_NAME_LONG) {
        used = 3 * sizeof(struct pst_text_ref);
        mark(bed, name->lens + 1, 2, "length of a text that is elsewhere");
    }
    if (name->kind != PST_NAME_ENTITY) {
        MARK(bed, name->domain, "domain of what is no entity");
        MARK(bed, name->patterns, "patterns of what is no entity");
    }
    mark(bed, name->text + used, PST_NAME_TEXT - used,
         "room behind a short name");
}

static void mark_empty(struct bed *bed, const struct pst_text_ref *text)
{
    if (text->len == 0) {
        MARK(bed, text->offset, "place of an empty text");
    }
}

static void use_list(struct bed *bed, const struct pst_condition *condition,
                     struct pst_list list, size_t size)
{
    mark(bed, pst_list_at(condition, list), list.count * size, NULL);
}

static void mark_context(struct bed *bed, const struct pst_condition *condition,
                         const struct pst_context *context)
{
    const struct pst_time_window *windows =
        pst_list_at(condition, context->windows);

    use_list(bed, condition, context->windows, sizeof *windows);
    use_list(bed, condition, context->ranges4, sizeof(struct pst_ip4_range));
    use_list(bed, condition, context->ranges6, sizeof(struct pst_ip6_range));
    use_list(bed, condition, context->circles, sizeof(struct pst_circle));
    use_list(bed, condition, context->countries, sizeof(uint16_t));
    for (uint32_t i = 0; i < context->windows.count; i++) {
        if (windows[i].any_year) {
            MARK(bed, windows[i].years, "years of a window of any year");
        }
    }
}

static void mark_condition(struct bed *bed,
                           const struct pst_condition *condition)
{
    mark(bed, condition, condition->size, "padding of a condition");
    mark(bed, condition,
         (size_t)((const char *)(pst_attributes(condition) +
                                 condition->attributes) -
                  (const char *)condition),
         NULL);
    MARK(bed, condition->reserved, "reserved");
    for (uint32_t i = 0; i < condition->contexts; i++) {
        mark_context(bed, condition, &pst_contexts(condition)[i]);
    }
    for (uint32_t i = 0; i < condition->details; i++) {
        MARK(bed, pst_details(condition)[i].reserved, "reserved");
        mark_empty(bed, &pst_details(condition)[i].specialization);
        use_list(bed, condition, pst_details(condition)[i].child_types,
                 sizeof(uint32_t));
    }
}

static size_t element_size(enum pst_table_id table)
{
    static const uint8_t sizes[PST_TABLE_COUNT] = {
        [PST_TABLE_SLOTS] = sizeof(struct pst_slot),
        [PST_TABLE_HOMES] = sizeof(struct pst_homes),
        [PST_TABLE_NAMES] = sizeof(struct pst_name),
        [PST_TABLE_LISTS] = 4,
        [PST_TABLE_LANES] = 4,
        [PST_TABLE_CONDITIONS] = 8,
        [PST_TABLE_HEADS] = 4,
        [PST_TABLE_ENTRIES] = sizeof(struct pst_entry),
        [PST_TABLE_RULES] = sizeof(struct pst_rule),
        [PST_TABLE_CROWDS] = sizeof(struct pst_crowd_ref),
        [PST_TABLE_CROWD_WORDS] = 8,
        [PST_TABLE_PATTERNS] = sizeof(struct pst_pattern),
        [PST_TABLE_FAILURES] = 2,
        [PST_TABLE_PATTERN_INDEX] = 4,
        [PST_TABLE_TEXTS] = 1,
        [PST_TABLE_ORIGINATORS] = 4,
        [PST_TABLE_MEMBERS] = 4,
        [PST_TABLE_EXPIRIES] = 8,
        [PST_TABLE_ACPS] = sizeof(struct pst_acp),
        [PST_TABLE_ACP_ORDER] = 4,
    };

    return table == PST_TABLE_YEARS ? sizeof(struct pst_year_set)
                                    : sizes[table];
}

static void mark_patterns(struct bed *bed)
{
    const uint32_t *index = PST_TABLE(bed->set, PATTERN_INDEX, uint32_t);
    const struct pst_index_node *roots = pst_index_nodes(index, 0);

    for (uint32_t i = 0; i < pst_table_count(bed->set, PST_TABLE_PATTERNS);
         i++) {
        mark_empty(
            bed, &PST_TABLE(bed->set, PATTERNS, struct pst_pattern)[i].second);
    }
    MARK(bed, roots[0].pattern, "pattern of a root, which has no text");
    MARK(bed, roots[1].pattern, "pattern of a root, which has no text");
}

static void mark_tables(struct bed *bed)
{
    const postern_acp_set *set = bed->set;

    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_SLOTS); i++) {
        mark_slot(bed, PST_TABLE(set, SLOTS, struct pst_slot) + i);
    }
    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_NAMES); i++) {
        mark_name(bed, PST_TABLE(set, NAMES, struct pst_name) + i);
    }
    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_CONDITIONS);) {
        const struct pst_condition *condition = pst_condition_at(set, i);

        mark_condition(bed, condition);
        i += condition->size / 8;
    }
    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_RULES); i++) {
        MARK(bed, PST_TABLE(set, RULES, struct pst_rule)[i].reserved,
             "reserved");
    }
    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_ACPS); i++) {
        MARK(bed, PST_TABLE(set, ACPS, struct pst_acp)[i].reserved, "reserved");
    }
}

static void mark_all(struct bed *bed)
{
    const struct pst_block *block = pst_block_of(bed->set);

    mark(bed, block + 1, bed->size - sizeof *block, "between two tables");
    for (uint32_t t = 0; t < PST_TABLE_COUNT; t++) {
        mark(bed, pst_table_at(bed->set, t),
             pst_table_count(bed->set, t) * element_size(t), NULL);
        if (block->tables[t].count == 0) {
            MARK(bed, block->tables[t].at, "place of an empty table");
        }
    }
    MARK(bed, block->checksum, "the checksum, which is made anew");
    mark_tables(bed);
    mark_patterns(bed);
}

/* ---- bits that may be the other way round -------------------------------- */

/* What stands at a place, and in the copy. */
struct place {
    const unsigned char *was;
    const unsigned char *is;
};

static bool is_in(const void *of, size_t size, const unsigned char *at)
{
    const unsigned char *first = of;

    return at >= first && at < first + size;
}

#define IN(place, member) is_in(&(member), sizeof(member), (place)->was)

static const char *summary(const struct bed *bed, const struct place *place)
{
    const struct pst_block *block = pst_block_of(bed->set);

    if ((IN(place, block->hashes) || IN(place, block->kinds)) &&
        *place->is > *place->was) {
        return "a bit too many in a summary";
    }
    for (uint32_t t = 0; t < PST_TABLE_COUNT; t++) {
        if (IN(place, block->tables[t].count) && *place->is > *place->was) {
            return "an element more, in the padding behind a table";
        }
    }
    return NULL;
}

static const char *flag(const struct bed *bed, const struct place *place)
{
    const postern_acp_set *set = bed->set;

    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_SLOTS); i++) {
        const struct pst_slot *slot =
            PST_TABLE(set, SLOTS, struct pst_slot) + i;
        const struct pst_slot *now =
            (const void *)(place->is -
                           (place->was - (const unsigned char *)slot));

        if (IN(place, slot->expires) && slot->expires && now->expires) {
            return "a flag that is set in another way";
        }
        for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
            if (slot->form == PST_SLOT_HASHED &&
                IN(place, slot->operations[op]) && now->operations[op]) {
                return "a summary of operations that says \"perhaps\"";
            }
        }
    }
    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_RULES); i++) {
        const struct pst_rule *rule =
            PST_TABLE(set, RULES, struct pst_rule) + i;

        if (IN(place, rule->authn) && *place->was && *place->is) {
            return "a flag that is set in another way";
        }
    }
    return NULL;
}

static double edge_of(double chord_squared)
{
    return 2.0 * asin(sqrt(chord_squared) / 2.0) * PST_EARTH_RADIUS_M;
}

/* Both ends of the tolerance are rounded themselves. */
static const char *rounding(const struct pst_circle *circle,
                            const struct place *place)
{
    const struct pst_circle *now =
        (const void *)(place->is -
                       (place->was - (const unsigned char *)circle));
    double moved = fabs(circle->centre.x - now->centre.x) +
                   fabs(circle->centre.y - now->centre.y) +
                   fabs(circle->centre.z - now->centre.z);
    double grown =
        fabs(edge_of(circle->chord_squared) - edge_of(now->chord_squared));

    return IN(place, *circle) && moved * PST_EARTH_RADIUS_M < 1.2e-7 &&
                   grown < 1.2e-7
               ? "the rounding of a circle"
               : NULL;
}

static const char *of_condition(const struct bed *bed,
                                const struct place *place)
{
    const postern_acp_set *set = bed->set;

    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_CONDITIONS);) {
        const struct pst_condition *condition = pst_condition_at(set, i);

        for (uint32_t m = 0; m < condition->contexts; m++) {
            const struct pst_context *context = &pst_contexts(condition)[m];
            const struct pst_circle *circles =
                pst_list_at(condition, context->circles);
            const struct pst_time_window *windows =
                pst_list_at(condition, context->windows);

            for (uint32_t k = 0; k < context->circles.count; k++) {
                if (IN(place, circles[k])) {
                    return rounding(&circles[k], place);
                }
            }
            for (uint32_t k = 0; k < context->windows.count; k++) {
                if (IN(place, windows[k].any_year) && *place->was &&
                    *place->is) {
                    return "a flag that is set in another way";
                }
            }
        }
        i += condition->size / 8;
    }
    return NULL;
}

static bool in_table(const struct bed *bed, enum pst_table_id table,
                     const unsigned char *at)
{
    return is_in(pst_table_at(bed->set, table),
                 pst_table_count(bed->set, table) * element_size(table), at);
}

/* A crowd says "surely not", and may say it less often. What one says here has
 * been tried with requests as well. */
static const char *row_of(const struct bed *bed, const struct place *place)
{
    const postern_acp_set *set = bed->set;
    const struct pst_crowd_ref *ref =
        PST_TABLE(set, CROWDS, struct pst_crowd_ref);
    const uint64_t *crowd = PST_TABLE(set, CROWD_WORDS, uint64_t) + ref->at;

    for (uint32_t i = 0; i < pst_crowd_block_count(crowd); i++) {
        const struct pst_crowd_block *block = &pst_crowd_blocks(crowd)[i];
        size_t words = (size_t)block->rows * pst_block_words(block);

        if (is_in(crowd + block->rows_at, words * sizeof *crowd, place->was)) {
            return *place->is > *place->was
                       ? "a row of a crowd that lets more through"
                       : "a row of a crowd that let more through than it must";
        }
        if (IN(place, block->reserved)) {
            return "reserved";
        }
    }
    return "a value of a crowd that leads elsewhere, not to less";
}

static const char *of_tables(const struct bed *bed, const struct place *place)
{
    size_t offset =
        (size_t)(place->was - (const unsigned char *)pst_block_of(bed->set));

    if (in_table(bed, PST_TABLE_ORIGINATORS, place->was) && offset % 4 == 0 &&
        ((*place->is ^ *place->was) & 15)) {
        return "number of a rule where none is read";
    }
    if (in_table(bed, PST_TABLE_CROWD_WORDS, place->was)) {
        return row_of(bed, place);
    }
    return NULL;
}

static const char *reason_of(const struct bed *bed, size_t at)
{
    const unsigned char *block = (const unsigned char *)pst_block_of(bed->set);
    struct place place = {block + at, bed->copy + at};
    const char *reason = bed->reasons[at];

    if (!reason) {
        reason = summary(bed, &place);
    }
    if (!reason) {
        reason = flag(bed, &place);
    }
    if (!reason) {
        reason = of_condition(bed, &place);
    }
    return reason ? reason : of_tables(bed, &place);
}

/* ---- decisions ----------------------------------------------------------- */

static const char *const originators[] = {
    "Ccrowd", "Cpump7",   "Cmany3", "Ca3x", "Cnear7", "//partner.example/x/C1",
    "Caxb5",  "/other/C1"};

static void draw(postern_request *request, const postern_cse *cse,
                 struct rng *rng)
{
    static const char *const countries[] = {"NL", "BE", "AA", "MQ"};

    postern_request_init(request);
    (void)!postern_id_parse_entity(
        &request->originator, cse,
        postern_str_of(originators[rng_below(rng, 2) ? rng_below(rng, 8) : 0]));
    request->operation = (postern_operation)(1 + rng_below(rng, 6));
    request->authenticated = rng_below(rng, 4) > 0;
    request->time_known = rng_below(rng, 8) > 0;
    request->time_s = 1767225600 + rng_below(rng, 31536000);
    request->ip = (postern_ip){
        4, {(uint8_t)rng_below(rng, 224), (uint8_t)rng_below(rng, 256)}};
    request->location = (postern_location){true, rng_unit(rng) * 160 - 80,
                                           rng_unit(rng) * 360 - 180, ""};
    memcpy(request->location.country, countries[rng_below(rng, 4)], 3);
    request->target_type = 14 + rng_below(rng, 14);
    request->child_type = 1 + rng_below(rng, 40);
}

static bool answers_alike(const struct bed *bed, const postern_acp_set *other)
{
    struct rng rng = {11};

    for (uint32_t i = 0; i < REQUESTS; i++) {
        postern_request request;

        draw(&request, postern_policy_cse(bed->policy), &rng);
        if (postern_decide(bed->set, &request).effect !=
            postern_decide(other, &request).effect) {
            return false;
        }
    }
    return true;
}

/* ---- turning ------------------------------------------------------------- */

static void count_harmless(struct bed *bed, const char *reason)
{
    uint32_t i = 0;

    while (i < REASONS_MAX - 1 && bed->harmless[i].reason &&
           strcmp(bed->harmless[i].reason, reason) != 0) {
        i++;
    }
    bed->harmless[i].reason = reason;
    bed->harmless[i].count++;
}

/* Whether the copy is accepted as it is now. */
static bool is_accepted(struct bed *bed)
{
    struct pst_block *block = (struct pst_block *)(void *)bed->copy;
    postern_acp_set *opened;
    postern_status status;
    bool is_whole = block->size == bed->size;

    if (is_whole) {
        block->checksum = pst_block_checksum(block);
    }
    if (postern_acp_set_open_image(&opened, bed->copy, bed->size, NULL, NULL) !=
        POSTERN_OK) {
        bed->by_image++;
        return false;
    }
    status = postern_policy_verify(bed->policy, opened, NULL);
    if (status == POSTERN_OK && !answers_alike(bed, opened)) {
        puts("what was proved answers in another way");
        bed->wrong++;
    }
    postern_acp_set_free(opened);
    bed->by_proof += status != POSTERN_OK;
    return status == POSTERN_OK;
}

static bool turn(struct bed *bed, size_t at, uint32_t bit)
{
    const unsigned char *block = (const unsigned char *)pst_block_of(bed->set);
    const char *reason = "";

    bed->copy[at] ^= (unsigned char)(1u << bit);
    if (is_accepted(bed)) {
        reason = reason_of(bed, at);
        if (reason) {
            count_harmless(bed, reason);
        } else {
            uint32_t t = 0;

            while (t < PST_TABLE_COUNT && !in_table(bed, t, block + at)) {
                t++;
            }
            printf("byte %zu bit %u (table %u, byte %zu of it) is noticed by"
                   " nobody\n",
                   at, bit, t,
                   t < PST_TABLE_COUNT
                       ? at - (size_t)pst_block_of(bed->set)->tables[t].at * 8
                       : at);
        }
    }
    bed->copy[at] = block[at];
    return reason != NULL;
}

static bool turn_all(struct bed *bed, bool all)
{
    const unsigned char *block = (const unsigned char *)pst_block_of(bed->set);
    uint32_t failures = 0;

    for (size_t at = 0; at < bed->size; at++) {
        size_t step = !all && bed->size > LARGE ? OTHERS_EVERY : 1;

        if (in_table(bed, PST_TABLE_CROWD_WORDS, block + at)) {
            step = CROWD_EVERY;
        }
        if (at % step) {
            continue;
        }
        for (uint32_t bit = 0; bit < 8; bit++) {
            if (all || bit == (at * 5 + at / 8) % 8) {
                failures += !turn(bed, at, bit);
            }
        }
        if (failures > 40) {
            break;
        }
    }
    return failures == 0;
}

/* ---- beds ---------------------------------------------------------------- */

static void start(struct bed *bed, uint32_t crowd)
{
    char *text = proof_document(crowd, 7);
    void *copy;

    if (postern_policy_load(&bed->policy, postern_str_of(text), NULL, NULL) !=
        POSTERN_OK) {
        abort();
    }
    free(text);
    bed->set = postern_policy_acps(bed->policy);
    (void)postern_acp_set_image(bed->set, &bed->size);
    bed->reasons = calloc(bed->size, sizeof *bed->reasons);
    if (!bed->reasons || posix_memalign(&copy, ALIGN, bed->size) != 0) {
        abort();
    }
    bed->copy = copy;
    memcpy(copy, pst_block_of(bed->set), bed->size);
    mark_all(bed);
}

static bool run(uint32_t crowd, bool all)
{
    struct bed bed = {.policy = NULL};
    bool found;

    start(&bed, crowd);
    found = is_accepted(&bed) && turn_all(&bed, all) && !bed.wrong;
    printf("%zu bytes: %llu noticed by the checks of an image, %llu by the"
           " proof\n",
           bed.size, (unsigned long long)bed.by_image,
           (unsigned long long)bed.by_proof);
    for (uint32_t i = 0; i < REASONS_MAX && bed.harmless[i].reason; i++) {
        printf("  %8llu harmless: %s\n",
               (unsigned long long)bed.harmless[i].count,
               bed.harmless[i].reason);
    }
    free(bed.copy);
    free(bed.reasons);
    postern_policy_free(bed.policy);
    return found;
}

int main(int argc, char **argv)
{
    bool all = argc > 1 && strcmp(argv[1], "--all") == 0;
    bool small = run(0, all);

    return run(200, all) && small ? 0 : 1;
}
