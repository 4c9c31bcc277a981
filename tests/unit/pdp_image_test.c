/* Images: what was written is what decides, and nothing else is opened. */
#include "pdp/crowd.h"
#include "pdp/hashed.h"
#include "pdp/image.h"
#include "pdp/name.h"
#include "pdp/pattern_words.h"
#include "support/compare.h"
#include "support/faulty.h"
#include "support/generate.h"
#include "support/images.h"
#include "support/sets.h"
#include "support/translate.h"

#include <stdio.h>

enum {
    MANY_RULES = 20,
    NEAR_ORIGINATORS = 30,
    POLICIES = 40,
    ASKED_EACH = 5, /* of those that are opened */
    REQUESTS = 25,
    POLICY_BYTES = 1024
};

/* ---- sets with something in every table --------------------------------- */

static const postern_str windows[] = {{"* 0-30 8-17 * * 1-5 *", 21},
                                      {"0 0 0 1 1 * 2026-2030", 21}};
static const postern_str addresses[] = {
    {"10.0.0.0/8", 10}, {"192.168.0.0/16", 14}, {"2001:db8::/32", 13}};
static const postern_circle circles[] = {{52.09, 5.12, 1000}};
static const postern_str countries[] = {{"NL", 2}, {"BE", 2}};
static const postern_context contexts[] = {
    {.windows = windows,
     .window_count = 2,
     .addresses = addresses,
     .address_count = 3,
     .circles = circles,
     .circle_count = 1,
     .countries = countries,
     .country_count = 2},
    {.addresses = addresses, .address_count = 1}};
static const uint32_t child_types[] = {4, 23, 28};
static const postern_object_details details[] = {
    {.resource_type = 3, .child_types = child_types, .child_type_count = 3},
    {.resource_type = 28,
     .specialization_kind = POSTERN_SPECIALIZATION_CONTAINER,
     .specialization = {"org.example.def", 15},
     .child_types = child_types,
     .child_type_count = 1}};
static const postern_str attributes[] = {{"con", 3}, {"lbl", 3}};

static void add_acp(postern_acp_builder *builder, const char *id,
                    int64_t expires_s)
{
    cr_assert_eq(postern_acp_builder_add_acp(builder, S(id), expires_s),
                 POSTERN_OK);
}

static void add_rule(postern_acp_builder *builder, postern_privileges which,
                     const postern_rule *rule)
{
    postern_diag diag;

    cr_assert_eq(postern_acp_builder_add_rule(builder, which, rule, &diag),
                 POSTERN_OK, "%s %s", diag.path, diag.message);
}

static void add_originators(postern_acp_builder *builder,
                            const postern_str *originators, size_t count)
{
    postern_rule rule = {.originators = originators,
                         .originator_count = count,
                         .operations = POSTERN_ACOP_RETRIEVE,
                         .authentication_flag = true};

    add_rule(builder, POSTERN_PRIVILEGES, &rule);
}

/* Everything a rule can have, in a slot of its own. */
static void add_conditions(postern_acp_builder *builder)
{
    const postern_str some[] = {S("Cpump1"), S("//sp.example"), S("admin@x.y")};
    const postern_rule rules[] = {{.originators = some,
                                   .originator_count = 3,
                                   .operations = POSTERN_ACOP_ALL,
                                   .contexts = contexts,
                                   .context_count = 2,
                                   .object_details = details,
                                   .object_details_count = 2},
                                  {.originators = some,
                                   .originator_count = 1,
                                   .operations = POSTERN_ACOP_UPDATE,
                                   .attributes = attributes,
                                   .attribute_count = 2},
                                  {.never = "it was malformed"}};

    add_acp(builder, "acpConditions", 1773742830);
    for (size_t i = 0; i < COUNT(rules); i++) {
        add_rule(builder, POSTERN_PRIVILEGES, &rules[i]);
    }
    add_rule(builder, POSTERN_SELF_PRIVILEGES, &rules[1]);
}

/* More patterns than are tried one by one, a group, a long name. */
static void add_names(postern_acp_builder *builder)
{
    const postern_str some[] = {
        S("Cpump*"),
        S("C*valve"),
        S("/cse2/C*"),
        S("//other.example/cse*/Cx"),
        S("Sgate*7"),
        S("/cse3/Ca*b*c"),
        S("all"),
        S("cnt/the-group-of-the-pumps"),
        S("//a-very-long-domain-name.of-a-provider.example/cse-with-a-name/"
          "C-and-an-application-entity")};

    add_acp(builder, "acpNames", INT64_MAX);
    add_originators(builder, some, COUNT(some));
}

static void add_near(postern_acp_builder *builder)
{
    char texts[NEAR_ORIGINATORS][24];
    postern_str some[NEAR_ORIGINATORS];

    for (int i = 0; i < NEAR_ORIGINATORS; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "Cnear%d", i);
        some[i] = postern_str_of(texts[i]);
    }
    add_acp(builder, "acpNear", INT64_MAX);
    add_originators(builder, some, NEAR_ORIGINATORS);
}

static void add_hashed(postern_acp_builder *builder, uint32_t rules)
{
    const postern_str one = S("Cpump1");
    const postern_str two[] = {S("Cpump2"), S("admin@x.y")};

    add_acp(builder, "acpHashed", INT64_MAX);
    for (uint32_t i = 0; i < rules; i++) {
        postern_rule rule = {.originators = i % 5 ? &one : two,
                             .originator_count = i % 5 ? 1 : 2,
                             .operations = POSTERN_ACOP_RETRIEVE,
                             .contexts = contexts + i % 2,
                             .context_count = 1};

        add_rule(builder, POSTERN_PRIVILEGES, &rule);
    }
}

static postern_acp_builder *new_builder(const postern_allocator *allocator)
{
    postern_cse cse = test_cse();
    postern_builder_options options;
    postern_acp_builder *builder;

    postern_builder_options_init(&options);
    options.allocator = allocator;
    cr_assert_eq(postern_acp_builder_new(&builder, &cse, &options), POSTERN_OK);
    return builder;
}

/* Small, with something in every table but those of crowds. */
static postern_acp_set *rich_set(void)
{
    postern_acp_builder *builder = new_builder(NULL);

    add_conditions(builder);
    add_names(builder);
    add_near(builder);
    add_hashed(builder, MANY_RULES);
    cr_assert_eq(postern_acp_builder_add_originator(builder, S("Cpump77")),
                 POSTERN_OK);
    return test_finish(builder);
}

static postern_acp_set *crowded_set(void)
{
    postern_acp_builder *builder = new_builder(NULL);

    add_hashed(builder, PST_CROWD_MIN + PST_CROWD_MIN / 2);
    return test_finish(builder);
}

/* ---- copies ------------------------------------------------------------ */

struct copy {
    void *bytes;
    size_t size;
};

static struct copy copy_of(const postern_acp_set *set)
{
    struct copy copy;
    const void *bytes = postern_acp_set_image(set, &copy.size);

    copy.bytes = image_copy(bytes, copy.size);
    return copy;
}

static struct copy rich_copy(void)
{
    postern_acp_set *set = rich_set();
    struct copy copy = copy_of(set);

    postern_acp_set_free(set);
    return copy;
}

static postern_status open_copy(const struct copy *copy, postern_acp_set **set,
                                postern_diag *diag)
{
    return postern_acp_set_open_image(set, copy->bytes, copy->size, NULL, diag);
}

/* The set must not be opened, and the sentence must hold these words. */
static void expect_refused(const struct copy *copy, const char *words)
{
    postern_acp_set *set;
    postern_diag diag;

    cr_expect_eq(open_copy(copy, &set, &diag), POSTERN_ERR_SYNTAX, "%s", words);
    cr_expect_null(set);
    cr_expect_eq(diag.status, POSTERN_ERR_SYNTAX);
    cr_expect_not_null(strstr(diag.message, words), "\"%s\" is not in: %s",
                       words, diag.message);
}

/* ---- what is opened ---------------------------------------------------- */

Test(image, decides_as_the_set_it_was_taken_from)
{
    postern_acp_set *(*const makers[])(void) = {rich_set, crowded_set};

    for (size_t i = 0; i < COUNT(makers); i++) {
        postern_acp_set *set = makers[i]();
        struct copy copy = copy_of(set);
        postern_acp_set *opened;
        postern_diag diag;

        cr_assert_eq(open_copy(&copy, &opened, &diag), POSTERN_OK, "%s",
                     diag.message);
        cr_expect(image_asking(set));
        cr_expect(image_asking(opened));
        cr_expect_eq(postern_acp_set_size(opened), copy.size);
        cr_expect_eq(postern_acp_set_count(opened), postern_acp_set_count(set));
        postern_acp_set_free(opened);
        postern_acp_set_free(set);
        free(copy.bytes);
    }
}

/* The tests above mean little when a table is empty. */
Test(image, has_something_in_every_table)
{
    postern_acp_set *rich = rich_set();
    postern_acp_set *crowded = crowded_set();

    for (uint32_t i = 0; i < PST_TABLE_COUNT; i++) {
        bool is_crowd = i == PST_TABLE_CROWDS || i == PST_TABLE_CROWD_WORDS;

        cr_expect_gt(
            pst_table_count(is_crowd ? crowded : rich, (enum pst_table_id)i), 0,
            "table %u", (unsigned)i);
    }
    postern_acp_set_free(rich);
    postern_acp_set_free(crowded);
}

Test(image, is_the_same_bytes_for_the_same_policy)
{
    struct copy first = rich_copy();
    struct copy second = rich_copy();

    cr_assert_eq(first.size, second.size);
    cr_expect_eq(memcmp(first.bytes, second.bytes, first.size), 0);
    free(first.bytes);
    free(second.bytes);
}

Test(image, of_no_acp_is_one)
{
    postern_acp_set *set = test_finish(test_builder());
    struct copy copy = copy_of(set);
    postern_acp_set *opened;

    cr_assert_eq(open_copy(&copy, &opened, NULL), POSTERN_OK);
    cr_expect(image_asking(opened));
    cr_expect_eq(postern_acp_set_count(opened), 0);
    postern_acp_set_free(opened);
    postern_acp_set_free(set);
    free(copy.bytes);
}

static void compare_policy(struct rng *rng)
{
    uint8_t data[POLICY_BYTES];
    struct bytes bytes = {data, sizeof data, 0};
    struct generated_policy generated;
    postern_cse cse;
    struct pair pair = {&generated.policy, NULL, &cse, NULL};
    postern_acp_set *set;
    postern_acp_set *opened;
    struct copy copy;

    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)rng_bits(rng);
    }
    generate_policy(&generated, &bytes);
    set = translate_policy(&generated.policy, &cse);
    cr_assert_not_null(set);
    copy = copy_of(set);
    postern_acp_set_free(set);
    cr_assert_eq(open_copy(&copy, &opened, NULL), POSTERN_OK);
    pair.set = opened;
    for (int i = 0; i < REQUESTS; i++) {
        struct generated_request request;

        bytes.at = (size_t)rng_bits(rng) % sizeof data;
        generate_request(&request, &generated, &bytes);
        cr_expect(compare_all(&pair, &request.rq, NULL));
    }
    postern_acp_set_free(opened);
    free(copy.bytes);
}

/* [DEC-01] */
Test(image, of_random_policies_decides_as_the_twin)
{
    struct rng rng = {20260317};

    for (int i = 0; i < POLICIES; i++) {
        compare_policy(&rng);
    }
}

/* ---- what is not an image ----------------------------------------------- */

Test(image, is_refused_when_it_ends_early_or_late)
{
    struct copy whole = rich_copy();
    char *longer = image_copy(whole.bytes, whole.size);

    for (size_t size = 0; size < whole.size; size++) {
        struct copy cut = {image_copy(whole.bytes, size), size};
        postern_acp_set *set;

        cr_expect_eq(open_copy(&cut, &set, NULL), POSTERN_ERR_SYNTAX,
                     "%zu bytes", size);
        if (size >= sizeof(struct pst_block) && size % 8 == 0) {
            image_repair(cut.bytes, size);
            cr_expect_eq(open_copy(&cut, &set, NULL), POSTERN_ERR_SYNTAX,
                         "%zu bytes, repaired", size);
        }
        free(cut.bytes);
    }
    free(longer);
    free(whole.bytes);
}

Test(image, must_be_aligned)
{
    struct copy copy = rich_copy();
    char *bytes = image_copy(copy.bytes, copy.size);
    postern_acp_set *set;

    cr_expect_eq(
        postern_acp_set_open_image(&set, bytes + 8, copy.size - 8, NULL, NULL),
        POSTERN_ERR_ARGUMENT);
    cr_expect_null(set);
    cr_expect_eq(postern_acp_set_open_image(&set, NULL, 0, NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(set);
    free(bytes);
    free(copy.bytes);
}

Test(image, takes_no_memory_when_there_is_none)
{
    struct copy copy = rich_copy();

    for (size_t n = 1;; n++) {
        struct faulty heap = {.fail_at = n};
        postern_allocator allocator = faulty_allocator(&heap);
        postern_acp_set *set;
        postern_diag diag;
        postern_status status = postern_acp_set_open_image(
            &set, copy.bytes, copy.size, &allocator, &diag);

        if (status == POSTERN_OK) {
            postern_acp_set_free(set);
        }
        cr_assert_eq(heap.live, 0, "leak when allocation %zu fails", n);
        cr_assert_eq(heap.wrong_sizes, 0);
        if (heap.calls < n) {
            cr_expect_eq(status, POSTERN_OK);
            break;
        }
        cr_assert_eq(status, POSTERN_ERR_MEMORY);
        cr_expect_null(set);
    }
    free(copy.bytes);
}

/* The checksum as it was. */
Test(image, with_any_bit_turned_is_damaged)
{
    struct copy copy = rich_copy();
    unsigned char *bytes = copy.bytes;

    for (size_t bit = 0; bit < copy.size * 8; bit += 7) {
        postern_acp_set *set;

        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        cr_expect_eq(open_copy(&copy, &set, NULL), POSTERN_ERR_SYNTAX,
                     "bit %zu", bit);
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    free(copy.bytes);
}

/* Also when what was damaged is seen before all of the checksum was taken. */
Test(image, that_was_damaged_is_called_so_whatever_else_it_is)
{
    const enum pst_table_id tables[] = {
        PST_TABLE_SLOTS, PST_TABLE_HOMES,    PST_TABLE_NAMES,
        PST_TABLE_LISTS, PST_TABLE_PATTERNS, PST_TABLE_CONDITIONS};

    for (size_t i = 0; i < COUNT(tables); i++) {
        struct copy copy = rich_copy();
        const struct pst_block *block = copy.bytes;
        unsigned char *table = (unsigned char *)copy.bytes +
                               (size_t)block->tables[tables[i]].at * 8;

        memset(table, 0xFF, 4);
        expect_refused(&copy, "the image is damaged");
        free(copy.bytes);
    }
}

enum { MOST_WORDS = 9 };

/* However many words there are, and in however many pieces it is taken. */
Test(image, has_a_checksum_of_each_word)
{
    struct {
        struct pst_block block;
        uint64_t words[MOST_WORDS];
    } all = {.words = {0}};

    for (size_t words = 1; words <= MOST_WORDS; words++) {
        const char *bytes = (const char *)&all;
        struct pst_checksum pieces;
        uint64_t before;

        all.block.size = sizeof all.block + words * sizeof *all.words;
        before = pst_block_checksum(&all.block);
        pieces = pst_checksum_of(&all.block);
        for (size_t at = 0; at <= all.block.size; at += 24) {
            pst_checksum_upto(&pieces, bytes + at);
        }
        cr_expect_eq(pst_checksum_end(&pieces), before, "%zu", words);
        for (size_t i = 0; i < words; i++) {
            all.words[i] = 1;
            cr_expect_neq(pst_block_checksum(&all.block), before, "%zu", i);
            all.words[i] = 0;
        }
    }
}

/* Every bit, and the checksum made to fit: refused or harmless. */
static void turn_each_bit(postern_acp_set *set, size_t step)
{
    struct copy copy = copy_of(set);
    unsigned char *bytes = copy.bytes;
    size_t opened = 0;

    postern_acp_set_free(set);
    for (size_t bit = sizeof(struct pst_block) * 8 -
                      PST_TABLE_COUNT * sizeof(struct pst_table) * 8;
         bit < copy.size * 8; bit += step) {
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        image_repair(copy.bytes, copy.size);
        if (open_copy(&copy, &set, NULL) == POSTERN_OK) {
            if (opened++ % ASKED_EACH == 0) {
                (void)image_asking(set);
            }
            postern_acp_set_free(set);
        }
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    cr_expect_gt(opened, 0); /* some say something else, well formed */
    free(copy.bytes);
}

Test(image, with_any_bit_turned_reads_nothing_outside)
{
    turn_each_bit(rich_set(), 1);
}

Test(image, with_a_crowd_and_any_bit_turned_reads_nothing_outside)
{
    turn_each_bit(crowded_set(), 11);
}

/* ---- what is checked ---------------------------------------------------- */

/* Writes `value` into an element and expects a sentence with these words. */
struct patch {
    enum pst_table_id table;
    uint32_t element;
    size_t offset; /* in bytes, from the element on */
    size_t size;
    uint64_t value;
    const char *words;
};

#define MEMBER(type, member)                                                   \
    offsetof(struct type, member), sizeof(((struct type *)NULL)->member)
#define HASHED(member)                                                         \
    offsetof(struct pst_slot, words) + offsetof(struct pst_hashed, member), 4
#define CONTEXT(number, member)                                                \
    sizeof(struct pst_condition) + (number) * sizeof(struct pst_context) +     \
        offsetof(struct pst_context, member),                                  \
        4
#define DETAILS(number, member)                                                \
    sizeof(struct pst_condition) + 2 * sizeof(struct pst_context) +            \
        (number) * sizeof(struct pst_object_details) +                         \
        offsetof(struct pst_object_details, member),                           \
        4
/* The lists of the first context begin behind the parts. */
enum {
    FIRST_LIST = sizeof(struct pst_condition) + 2 * sizeof(struct pst_context) +
                 2 * sizeof(struct pst_object_details),
    FIRST_RANGE = FIRST_LIST + 2 * sizeof(struct pst_time_window),
    FIRST_RANGE6 = FIRST_RANGE + 2 * sizeof(struct pst_ip4_range),
    FIRST_CIRCLE = FIRST_RANGE6 + sizeof(struct pst_ip6_range),
    FIRST_COUNTRY = FIRST_CIRCLE + sizeof(struct pst_circle)
};

/* ACPs of the rich set, and so its slots. */
enum { CONDITIONS, NAMES, NEAR, HASHED, SELF };

static const struct patch patches[] = {
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, form), 3, "it is of form 3"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, rules), 17,
     "slot 0: it has 17 rules"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, rules), 2,
     "bits of more than its 2 rules"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, authn), 1 << 3,
     "bits of more than its 3 rules"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, operations[5]), 1 << 15,
     "bits of more than its 3 rules"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, lanes), 25,
     "25 lanes and 3 conditions do not fit"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, lanes), 255, "do not fit"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, lanes), 3,
     "is not used and not zero"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, lanes), 5,
     "lane 4 names atom 0"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, expires), 0,
     "ACP 0: its slot says 0 on whether it expires"},
    {PST_TABLE_SLOTS, SELF, MEMBER(pst_slot, expires), 0,
     "ACP 0: its slot says 0 on whether it expires"},
    {PST_TABLE_SLOTS, NAMES, MEMBER(pst_slot, expires), 1,
     "ACP 1: its slot says 1 on whether it expires"},
    {PST_TABLE_SLOTS, NAMES, MEMBER(pst_slot, words[0]), 4095u << 4,
     "slot 1: lane 0 names atom 4095 of"},
    {PST_TABLE_SLOTS, NAMES, MEMBER(pst_slot, words[0]), 0xFFFFFFF0,
     "slot 1: lane 0 names atom 268435455 of"},
    {PST_TABLE_SLOTS, NAMES, MEMBER(pst_slot, words[0]), 1 << 4 | 1,
     "lane 0 is of rule 1 of 1"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, words[0]), 2 << 4 | 1,
     "lane 1 is of rule 0 of 3, behind 1"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, words[26]), 1,
     "word 26 is a condition at 1, where none begins"},
    {PST_TABLE_SLOTS, CONDITIONS, MEMBER(pst_slot, words[24]), UINT32_MAX,
     "word 24 is a condition at 4294967295"},
    {PST_TABLE_SLOTS, NEAR, MEMBER(pst_slot, words[0]), 1,
     "slot 2: its 30 lanes are at 1 of 30, not at 0"},
    {PST_TABLE_SLOTS, NEAR, MEMBER(pst_slot, words[1]), 65,
     "its 65 lanes are at 0"},
    {PST_TABLE_SLOTS, NEAR, MEMBER(pst_slot, words[1]), 29, "lane"},
    {PST_TABLE_SLOTS, NEAR, MEMBER(pst_slot, words[2]), 1,
     "word 2 is not used and not zero"},
    {PST_TABLE_LANES, 7, 0, 4, 0, "slot 2: lane 7 names atom 0"},
    {PST_TABLE_LANES, 29, 0, 4, 2 << 4 | 1,
     "slot 2: lane 29 is of rule 1 of 1"},
    {PST_TABLE_SLOTS, HASHED, MEMBER(pst_slot, rules), 1,
     "slot 3: it is hashed and has what others have"},
    {PST_TABLE_SLOTS, HASHED, MEMBER(pst_slot, words[26]), 1,
     "slot 3: it is hashed and has what others have"},
    {PST_TABLE_SLOTS, HASHED, MEMBER(pst_slot, operations[0]), 1,
     "vector 0 is 1 where its rules say 0"},
    {PST_TABLE_SLOTS, HASHED, MEMBER(pst_slot, operations[1]), 0,
     "vector 1 is 0 where its rules say 1"},
    {PST_TABLE_SLOTS, HASHED, HASHED(first_rule), 1, "rules are at 1, not"},
    {PST_TABLE_SLOTS, HASHED, HASHED(rules), 21, "its 21 rules are at 0"},
    {PST_TABLE_SLOTS, HASHED, HASHED(rules), UINT32_MAX, "rules are at 0"},
    {PST_TABLE_SLOTS, HASHED, HASHED(head_bits), 27, "its heads have 27 bits"},
    {PST_TABLE_SLOTS, HASHED, HASHED(head_bits), 20, "heads and 24 entries"},
    {PST_TABLE_SLOTS, HASHED, HASHED(first_head), 1, "heads and 24 entries"},
    {PST_TABLE_SLOTS, HASHED, HASHED(first_entry), 1, "heads and 24 entries"},
    {PST_TABLE_SLOTS, HASHED, HASHED(entries), 25, "heads and 25 entries"},
    {PST_TABLE_SLOTS, HASHED, HASHED(entries), 23, "head "},
    {PST_TABLE_SLOTS, HASHED, HASHED(first_member), 1, "members are at 1"},
    {PST_TABLE_SLOTS, HASHED, HASHED(members), 5, "its 5 members are at 0"},
    {PST_TABLE_SLOTS, HASHED, HASHED(crowds), 1, "its 1 crowds are at 0"},
    {PST_TABLE_HEADS, 0, 0, 4, 1, "slot 3: head 0 is 1"},
    {PST_TABLE_HEADS, 1, 0, 4, UINT32_MAX, "slot 3: head 1 is 4294967295"},
    {PST_TABLE_ENTRIES, 0, MEMBER(pst_entry, atom), 0, "entry 0 is of atom 0"},
    {PST_TABLE_ENTRIES, 0, MEMBER(pst_entry, rule), 20, "rule 20 of 20"},
    {PST_TABLE_ENTRIES, 0, MEMBER(pst_entry, rule), 19, "slot 3: "},
    {PST_TABLE_RULES, 3, MEMBER(pst_rule, condition), 1,
     "rule 3 has a condition at 1"},
    {PST_TABLE_RULES, 3, MEMBER(pst_rule, first_originator), 0,
     "rule 3 has 1 originators at 0"},
    {PST_TABLE_RULES, 3, MEMBER(pst_rule, originators), UINT32_MAX,
     "rule 3 has 4294967295 originators"},
    {PST_TABLE_RULES, 3, MEMBER(pst_rule, operations), 64,
     "rule 3 has operations 64"},
    {PST_TABLE_RULES, 3, MEMBER(pst_rule, authn), 2, "flag 2"},
    {PST_TABLE_RULES, 3, MEMBER(pst_rule, reserved), 1,
     "rule 3 has operations"},
    {PST_TABLE_ORIGINATORS, 3, 0, 4, 0, "names atom 0"},
    {PST_TABLE_ORIGINATORS, 3, 0, 4, 2 << 4 | 1, "originator 0 of rule 2"},
    {PST_TABLE_ORIGINATORS, 3, 0, 4, 2 << 4,
     "its entries are not its originators"},
    {PST_TABLE_MEMBERS, 0, 0, 4, 20, "member 0 is rule 20 of 20"},
    {PST_TABLE_MEMBERS, 1, 0, 4, 0, "member 1 is rule 0"},
    {PST_TABLE_NAMES, 0, MEMBER(pst_name, hash), 1, "hash"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, kind), 1,
     "it is of kind 1, there is none"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, kind), 6, "it is of kind 6"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, domain), UINT32_MAX,
     "atom 4294967295 is not its domain"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, domain), 2 + 4,
     "atom 6 is not its domain"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, domain), 1,
     "atom 1 is not its domain"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, patterns), 4000000000,
     "no list of patterns begins at 4000000000"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, lens[0]), 200,
     "characters are more than 44"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, lens[0]), 255, "its text 0 is not"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, text[43]), 'x',
     "what follows its texts is not zero"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, text[0]), 'S',
     "its domain is not in lower case"},
    {PST_TABLE_NAMES, 4, MEMBER(pst_name, text[0]), 't',
     "its hash is not that of its texts"},
    {PST_TABLE_LISTS, 0, 0, 4, UINT32_MAX, "list 0: its 4294967295 patterns"},
    {PST_TABLE_LISTS, 2, 0, 4, 0, "list 1: entry 1 is atom 0"},
    {PST_TABLE_LISTS, 2, 0, 4, 1 << 20, "list 1: entry 1 is atom 1048576"},
    {PST_TABLE_PATTERNS, 2, MEMBER(pst_pattern, segments), 3,
     "pattern 2: it has 3 segments"},
    {PST_TABLE_PATTERNS, 2, MEMBER(pst_pattern, segments), 0, "0 segments"},
    {PST_TABLE_PATTERNS, 2, MEMBER(pst_pattern, failures), 0,
     "its failures are at 0, not at"},
    {PST_TABLE_PATTERNS, 2, MEMBER(pst_pattern, domain.offset), UINT32_MAX,
     "a text is not within the pool"},
    {PST_TABLE_PATTERNS, 2, MEMBER(pst_pattern, first.len), UINT32_MAX,
     "a text is not within the pool"},
    {PST_TABLE_PATTERNS, 2, MEMBER(pst_pattern, second.len), 1, "failures"},
    {PST_TABLE_FAILURES, 5, 0, 2, 6, "pattern 0: its failures are not those"},
    {PST_TABLE_PATTERN_INDEX, 0, 0, 4, UINT32_MAX,
     "it is not an index of the patterns"},
    {PST_TABLE_CONDITIONS, 0, MEMBER(pst_condition, size), 0,
     "condition 0: its size is 0"},
    {PST_TABLE_CONDITIONS, 0, MEMBER(pst_condition, size), 28,
     "its size is 28"},
    {PST_TABLE_CONDITIONS, 0, MEMBER(pst_condition, size), 24,
     "condition 0: its parts take"},
    {PST_TABLE_CONDITIONS, 0, MEMBER(pst_condition, size), 0xFFFFFFF8,
     "condition 0: its size is 4294967288"},
    {PST_TABLE_CONDITIONS, 0, MEMBER(pst_condition, flags), 2,
     "its flags 2 are not those"},
    {PST_TABLE_CONDITIONS, 0, MEMBER(pst_condition, flags), 1,
     "its flags 1 are not those"},
    {PST_TABLE_CONDITIONS, 0, MEMBER(pst_condition, contexts), UINT32_MAX,
     "its parts take"},
    {PST_TABLE_CONDITIONS, 0, MEMBER(pst_condition, contexts), 0,
     "its flags 6 are not those of 0 contexts"},
    {PST_TABLE_CONDITIONS, 0, MEMBER(pst_condition, reserved), 1, "its flags"},
    {PST_TABLE_CONDITIONS, 0, CONTEXT(0, windows.at), 0,
     "a list of 2 elements"},
    {PST_TABLE_CONDITIONS, 0, CONTEXT(0, windows.count), UINT32_MAX,
     "a list of 4294967295 elements"},
    {PST_TABLE_CONDITIONS, 0, CONTEXT(0, windows.count), 0,
     "an empty list is at byte"},
    {PST_TABLE_CONDITIONS, 0, CONTEXT(1, ranges4.at), 0,
     "a list of 1 elements"},
    {PST_TABLE_CONDITIONS, 0, DETAILS(0, reserved), 1, "object details"},
    {PST_TABLE_CONDITIONS, 0, DETAILS(0, specialization_kind), 4,
     "object details with a specialization of kind 4"},
    {PST_TABLE_CONDITIONS, 0, DETAILS(1, specialization_kind), 0,
     "object details with a specialization of kind 0"},
    {PST_TABLE_CONDITIONS, 0, DETAILS(1, specialization.offset), UINT32_MAX,
     "a specialization is not within the pool"},
    {PST_TABLE_CONDITIONS, 0, DETAILS(1, mgmt_definition), 1, "object details"},
    {PST_TABLE_CONDITIONS, 0, DETAILS(1, child_types.count), 0,
     "object details"},
    {PST_TABLE_CONDITIONS, 0, FIRST_LIST, 8, 0,
     "window 0 of a context is none"},
    {PST_TABLE_CONDITIONS, 0, FIRST_LIST, 8, UINT64_MAX, "window 0"},
    {PST_TABLE_CONDITIONS, 0, FIRST_LIST + MEMBER(pst_time_window, days),
     UINT32_MAX, "window 0"},
    {PST_TABLE_CONDITIONS, 0, FIRST_LIST + MEMBER(pst_time_window, any_year), 2,
     "window 0"},
    {PST_TABLE_CONDITIONS, 0, FIRST_LIST + MEMBER(pst_time_window, any_year), 0,
     NULL},
    {PST_TABLE_CONDITIONS, 0,
     FIRST_LIST + sizeof(struct pst_time_window) +
         MEMBER(pst_time_window, years),
     1, "window 1"},
    {PST_TABLE_CONDITIONS, 0, FIRST_RANGE, 4, UINT32_MAX, "IPv4 range 0"},
    {PST_TABLE_CONDITIONS, 0, FIRST_RANGE + 4, 4, 0xC0A7FFFF, "IPv4 range 1"},
    {PST_TABLE_CONDITIONS, 0, FIRST_RANGE6, 8, UINT64_MAX, "IPv6 range 0"},
    {PST_TABLE_CONDITIONS, 0, FIRST_CIRCLE, 8, UINT64_C(0x7FF8000000000000),
     "circle 0 of a context is none"},
    {PST_TABLE_CONDITIONS, 0, FIRST_CIRCLE, 8, UINT64_C(0x7FF0000000000001),
     "circle 0 of a context is none"},
    {PST_TABLE_CONDITIONS, 0, FIRST_CIRCLE + 24, 8,
     UINT64_C(0x7FF0000000000000), "circle 0"},
    {PST_TABLE_CONDITIONS, 0, FIRST_CIRCLE + 24, 8,
     UINT64_C(0xBFF0000000000000), "circle 0"},
    {PST_TABLE_CONDITIONS, 0, FIRST_COUNTRY, 2, 0x6E6C, "country 0"},
    {PST_TABLE_CONDITIONS, 0, FIRST_COUNTRY, 2, 0x4E40, "country 0"},
    {PST_TABLE_ACPS, 1, MEMBER(pst_acp, id.offset), UINT32_MAX,
     "ACP 1: its name is not within the pool"},
    {PST_TABLE_ACPS, 1, MEMBER(pst_acp, self), 4,
     "ACP 1: its self-privileges are slot 4, the next is 5"},
    {PST_TABLE_ACPS, 0, MEMBER(pst_acp, self), 0,
     "ACP 0: its self-privileges are slot 0, the next is 4"},
    {PST_TABLE_ACPS, 0, MEMBER(pst_acp, self), UINT32_MAX,
     "table of each slot: 4 are used of 5"},
    {PST_TABLE_ACPS, 0, MEMBER(pst_acp, reserved), 1, "ACP 0"},
    {PST_TABLE_ACP_ORDER, 1, 0, 4, 4, "ACP in order 1: it is ACP 4 of 4"},
    {PST_TABLE_ACP_ORDER, 1, 0, 4, 0, "does not belong behind"},
};

static void *element_of(const struct copy *copy, const struct patch *patch)
{
    static const size_t sizes[PST_TABLE_COUNT] = {
        [PST_TABLE_SLOTS] = sizeof(struct pst_slot),
        [PST_TABLE_HOMES] = sizeof(struct pst_homes),
        [PST_TABLE_NAMES] = sizeof(struct pst_name),
        [PST_TABLE_LISTS] = 4,
        [PST_TABLE_LANES] = 4,
        [PST_TABLE_CONDITIONS] = 8,
        [PST_TABLE_HEADS] = 4,
        [PST_TABLE_ENTRIES] = sizeof(struct pst_entry),
        [PST_TABLE_RULES] = sizeof(struct pst_rule),
        [PST_TABLE_PATTERNS] = sizeof(struct pst_pattern),
        [PST_TABLE_FAILURES] = 2,
        [PST_TABLE_PATTERN_INDEX] = 4,
        [PST_TABLE_ORIGINATORS] = 4,
        [PST_TABLE_MEMBERS] = 4,
        [PST_TABLE_ACPS] = sizeof(struct pst_acp),
        [PST_TABLE_ACP_ORDER] = 4};
    const struct pst_block *block = copy->bytes;

    cr_assert_neq(sizes[patch->table], 0);
    cr_assert_lt(patch->element, block->tables[patch->table].count);
    return (char *)copy->bytes + (size_t)block->tables[patch->table].at * 8 +
           patch->element * sizes[patch->table] + patch->offset;
}

/* The low bytes of the value, in the order of the machine. */
static void write_value(void *at, uint64_t value, size_t size)
{
    uint8_t byte = (uint8_t)value;
    uint16_t half = (uint16_t)value;
    uint32_t word = (uint32_t)value;

    memcpy(at,
           size == 1   ? (void *)&byte
           : size == 2 ? (void *)&half
           : size == 4 ? (void *)&word
                       : (void *)&value,
           size);
}

Test(image, with_a_number_that_leads_astray_is_refused)
{
    for (size_t i = 0; i < COUNT(patches); i++) {
        struct copy copy = rich_copy();
        postern_acp_set *set = NULL;

        write_value(element_of(&copy, &patches[i]), patches[i].value,
                    patches[i].size);
        image_repair(copy.bytes, copy.size);
        if (patches[i].words) {
            expect_refused(&copy, patches[i].words);
        } else {
            cr_expect_eq(open_copy(&copy, &set, NULL), POSTERN_OK);
            postern_acp_set_free(set);
        }
        free(copy.bytes);
    }
}

/* ---- homes of names ----------------------------------------------------- */

static struct pst_homes *homes_of(const struct copy *copy)
{
    const struct pst_block *block = copy->bytes;

    return (void *)((char *)copy->bytes +
                    (size_t)block->tables[PST_TABLE_HOMES].at * 8);
}

static struct pst_homes *last_homes(const struct copy *copy)
{
    const struct pst_block *block = copy->bytes;

    return homes_of(copy) + block->tables[PST_TABLE_HOMES].count - 1;
}

/* Everything but the checksum is right, and somebody is not found. */
static void swap_two_names(const struct copy *copy)
{
    const struct pst_block *block = copy->bytes;
    struct pst_name *names =
        (void *)((char *)copy->bytes +
                 (size_t)block->tables[PST_TABLE_NAMES].at * 8);
    struct pst_name kept = names[7];

    names[7] = names[8];
    names[8] = kept;
}

static void leave_home(const struct copy *copy)
{
    struct pst_homes *homes = homes_of(copy);

    while (!homes->used) {
        homes++;
    }
    homes->used &= homes->used - 1;
}

/* To the next home, which is free. */
static void stand_elsewhere(const struct copy *copy)
{
    struct pst_homes *homes = homes_of(copy);
    uint32_t last;

    while (!homes->used || homes->used >> 31) {
        homes++;
    }
    last = 31u - (uint32_t)__builtin_clz(homes->used);
    homes->used ^= 3u << last;
}

static void stand_behind_all(const struct copy *copy)
{
    last_homes(copy)->used |= 1u << 31;
}

static void miscount(const struct copy *copy)
{
    last_homes(copy)->before++;
}

static const struct homes_patch {
    void (*change)(const struct copy *copy);
    const char *words;
} homes_patches[] = {
    {swap_two_names, "name 8: it does not belong behind the one before it"},
    {leave_home, "it stands at home "},
    {stand_elsewhere, "it stands at home "},
    {stand_behind_all, "somebody stands behind the last name"},
    {miscount, "names are before it, not "},
};

Test(image, with_a_name_that_nobody_finds_is_refused)
{
    for (size_t i = 0; i < COUNT(homes_patches); i++) {
        struct copy copy = rich_copy();

        homes_patches[i].change(&copy);
        image_repair(copy.bytes, copy.size);
        expect_refused(&copy, homes_patches[i].words);
        free(copy.bytes);
    }
}

/* ---- one name, whose hash and summaries fit whatever it is made ---------- */

static struct pst_name *rows_of(const struct copy *copy)
{
    const struct pst_block *block = copy->bytes;

    return (void *)((char *)copy->bytes +
                    (size_t)block->tables[PST_TABLE_NAMES].at * 8);
}

/* Of a set with one name only: it is the first whatever its hash. */
static struct copy lonely_copy(postern_str originator)
{
    postern_acp_builder *builder = new_builder(NULL);
    postern_acp_set *set;
    struct copy copy;

    cr_assert_eq(postern_acp_builder_add_originator(builder, originator),
                 POSTERN_OK);
    set = test_finish(builder);
    copy = copy_of(set);
    postern_acp_set_free(set);
    return copy;
}

/* Nobody stands at another home. */
static void stand_at(const struct copy *copy, uint32_t home)
{
    const struct pst_block *block = copy->bytes;
    struct pst_table table = block->tables[PST_TABLE_HOMES];
    struct pst_homes *homes =
        (void *)((char *)copy->bytes + (size_t)table.at * 8);

    for (uint32_t g = 0; g < table.count; g++) {
        bool is_there = g == home / PST_HOMES_AT_ONCE;

        homes[g].used = is_there ? 1u << home % PST_HOMES_AT_ONCE : 0;
        homes[g].before = g > home / PST_HOMES_AT_ONCE;
    }
}

/* `hash_domain`: pst_hash_domain(), or another that fits a hash to a domain
 * that is not in lower case. */
static void write_sums(const struct copy *copy,
                       uint64_t (*hash_domain)(postern_str text))
{
    struct pst_block *block = copy->bytes;
    struct pst_name *name = rows_of(copy);
    struct pst_name_texts texts = pst_name_texts_in(name, NULL);

    name->hash = pst_hash_join(name->kind, hash_domain(texts.domain),
                               pst_hash(texts.first), pst_hash(texts.second));
    block->hashes = pst_hash_bit(name->hash);
    block->kinds |= (uint32_t)1 << name->kind % 32;
    stand_at(copy, pst_name_home(name->hash, block->homes));
    image_repair(copy->bytes, copy->size);
}

static void write_lonely_sums(const struct copy *copy)
{
    write_sums(copy, pst_hash_domain);
}

static const struct lonely {
    size_t offset; /* of the byte that is changed, in the row */
    uint8_t value;
    const char *words; /* NULL: it is opened */
} lonely[] = {
    {offsetof(struct pst_name, kind), PST_NAME_ENTITY, NULL},
    {offsetof(struct pst_name, kind), 1, "it is of kind 1"},
    {offsetof(struct pst_name, kind), PST_NAME_DOMAIN + 1, "it is of kind 6"},
    {offsetof(struct pst_name, kind), 255, "it is of kind 255"},
    {offsetof(struct pst_name, kind), PST_NAME_RESOURCE, NULL},
    {offsetof(struct pst_name, kind), PST_NAME_DOMAIN,
     "a domain has more than a domain"},
    {offsetof(struct pst_name, domain), PST_ATOM_NAMES,
     "atom 2 is not its domain"},
    {offsetof(struct pst_name, domain), 1, "atom 1 is not its domain"},
    {offsetof(struct pst_name, patterns), 1, "no list of patterns begins at 1"},
};

Test(image, with_a_name_that_says_what_none_does_is_refused)
{
    for (size_t i = 0; i < COUNT(lonely); i++) {
        struct copy copy = lonely_copy(S("Cpump77"));
        postern_acp_set *set = NULL;

        ((uint8_t *)rows_of(&copy))[lonely[i].offset] = lonely[i].value;
        write_lonely_sums(&copy);
        if (lonely[i].words) {
            expect_refused(&copy, lonely[i].words);
        } else {
            cr_expect_eq(open_copy(&copy, &set, NULL), POSTERN_OK, "%zu", i);
            postern_acp_set_free(set);
        }
        free(copy.bytes);
    }
}

/* Texts that end, and domains that end, in each third of a row. */
static const postern_str ends[] = {
    {"//a.b/c/Cx", 10},
    {"Cpump77", 7},
    {"//a-domain-of.example/cse/C-pump-77", 35},
    {"//a-domain-of-many-characters.example/Cx", 40},
};

/* Each of its characters in upper case, and a character behind each. */
static void change_each_character(const struct copy *copy)
{
    struct pst_name *name = rows_of(copy);
    size_t domain = name->lens[0];
    size_t len = domain + name->lens[1] + name->lens[2];

    cr_assert(domain > 0 && len > domain && len < PST_NAME_TEXT);
    for (size_t i = 0; i < PST_NAME_TEXT; i++) {
        char kept = name->text[i];
        postern_acp_set *set;

        name->text[i] = i % 2 ? 'A' : 'Z';
        write_lonely_sums(copy);
        if (i >= domain && i < len) {
            cr_expect_eq(open_copy(copy, &set, NULL), POSTERN_OK, "%zu", i);
            postern_acp_set_free(set);
        } else {
            expect_refused(copy, i < domain ? "its domain is not in lower case"
                                            : "what follows its texts");
            write_sums(copy, pst_hash);
            expect_refused(copy, i < domain ? "its domain is not in lower case"
                                            : "what follows its texts");
        }
        name->text[i] = i % 2 ? '@' : '[';
        write_lonely_sums(copy);
        if (i < len) {
            cr_expect_eq(open_copy(copy, &set, NULL), POSTERN_OK, "%zu", i);
            postern_acp_set_free(set);
        }
        name->text[i] = kept;
    }
}

Test(image, with_a_character_that_no_name_has_is_refused)
{
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct copy copy = lonely_copy(ends[i]);

        change_each_character(&copy);
        free(copy.bytes);
    }
}

/* Only an entity answers to patterns; and the empty list has to be there. */
Test(image, with_patterns_of_a_name_that_has_none_is_refused)
{
    struct copy copy = lonely_copy(S("Cpump77"));
    struct pst_name *name = rows_of(&copy);
    struct pst_block *block = copy.bytes;
    postern_acp_set *set;

    name->patterns = (uint32_t)PST_LIST_WALK;
    write_lonely_sums(&copy);
    cr_expect_eq(open_copy(&copy, &set, NULL), POSTERN_OK);
    postern_acp_set_free(set);
    name->kind = PST_NAME_RESOURCE;
    write_lonely_sums(&copy);
    expect_refused(&copy, "it has a domain or patterns");
    name->kind = PST_NAME_ENTITY;
    name->patterns = 0;
    write_lonely_sums(&copy);
    cr_expect_eq(open_copy(&copy, &set, NULL), POSTERN_OK);
    postern_acp_set_free(set);
    block->tables[PST_TABLE_LISTS].count = 0;
    image_repair(copy.bytes, copy.size);
    expect_refused(&copy, "no list of patterns begins at 0");
    free(copy.bytes);
}

/* One more than there is room for; the hash fits the bytes that follow. */
Test(image, with_a_text_that_ends_behind_its_row_is_refused)
{
    struct copy copy = lonely_copy(S("Cpump77"));
    struct pst_name *name = rows_of(&copy);

    name->lens[1] = (uint8_t)(PST_NAME_TEXT + 1 - name->lens[0]);
    name->lens[2] = 0;
    memset(name->text + name->lens[0], 'x',
           (size_t)PST_NAME_TEXT - name->lens[0]);
    write_lonely_sums(&copy);
    expect_refused(&copy, "its 45 characters are more than 44");
    free(copy.bytes);
}

static struct pst_name *row_of_kind(const struct copy *copy, uint32_t kind)
{
    struct pst_name *name = rows_of(copy);

    while (name->kind != kind) {
        name++;
    }
    return name;
}

/* As long as its own, longer, and the same but for what follows. */
Test(image, with_a_name_of_another_domain_is_refused)
{
    const postern_str some[] = {S("Cpump77"), S("//sp.example"),
                                S("//qq.example"), S("//sp.example.org"),
                                S("//longer.example.org")};
    postern_acp_builder *builder = new_builder(NULL);
    postern_acp_set *set;
    struct copy copy;
    uint32_t own;

    add_acp(builder, "acpDomains", INT64_MAX);
    add_originators(builder, some, COUNT(some));
    set = test_finish(builder);
    copy = copy_of(set);
    postern_acp_set_free(set);
    own = row_of_kind(&copy, PST_NAME_ENTITY)->domain;
    cr_assert_neq(own, PST_ATOM_NONE);
    for (uint32_t row = 0; row < COUNT(some); row++) {
        uint32_t atom = PST_ATOM_NAMES + row;

        row_of_kind(&copy, PST_NAME_ENTITY)->domain = atom;
        image_repair(copy.bytes, copy.size);
        if (atom != own) {
            expect_refused(&copy, "is not its domain");
            continue;
        }
        cr_expect_eq(open_copy(&copy, &set, NULL), POSTERN_OK);
        postern_acp_set_free(set);
    }
    free(copy.bytes);
}

/* As many names as homes: the last one would stand at the last home. */
static void crowd_homes(const struct copy *copy, uint32_t names)
{
    struct pst_block *block = copy->bytes;
    struct pst_table *table = &block->tables[PST_TABLE_HOMES];
    struct pst_homes *homes =
        (void *)((char *)copy->bytes + (size_t)table->at * 8);

    memset(homes, 0, (size_t)table->count * sizeof *homes);
    homes->used = UINT32_MAX >> (PST_HOMES_AT_ONCE - names);
    table->count = 1;
    block->homes = 1;
    image_repair(copy->bytes, copy->size);
}

Test(image, with_a_name_at_the_last_home_is_refused)
{
    for (uint32_t names = PST_HOMES_AT_ONCE - 1; names <= PST_HOMES_AT_ONCE;
         names++) {
        postern_acp_builder *builder = new_builder(NULL);
        postern_acp_set *set;
        struct copy copy;

        for (uint32_t i = 0; i < names; i++) {
            char text[24];

            (void)snprintf(text, sizeof text, "Chome%u", (unsigned)i);
            cr_assert_eq(postern_acp_builder_add_originator(
                             builder, postern_str_of(text)),
                         POSTERN_OK);
        }
        set = test_finish(builder);
        copy = copy_of(set);
        postern_acp_set_free(set);
        crowd_homes(&copy, names);
        if (names < PST_HOMES_AT_ONCE) {
            cr_expect_eq(open_copy(&copy, &set, NULL), POSTERN_OK);
            postern_acp_set_free(set);
        } else {
            expect_refused(&copy, "somebody stands behind the last name");
        }
        free(copy.bytes);
    }
}

Test(image, with_any_other_failure_is_refused)
{
    struct copy copy = rich_copy();
    const struct pst_block *block = copy.bytes;
    struct pst_table table = block->tables[PST_TABLE_FAILURES];
    uint16_t *failures = (void *)((char *)copy.bytes + (size_t)table.at * 8);

    for (uint32_t i = 0; i < table.count; i++) {
        failures[i]++;
        image_repair(copy.bytes, copy.size);
        expect_refused(&copy, "its failures are not those");
        failures[i]--;
    }
    free(copy.bytes);
}

/* Where a character begins a piece twice, not all failures are 0: near the
 * beginning, near the end, behind a "*". */
static const postern_str repeating[] = {
    {"CabCd*", 6},
    {"C*abab", 6},
    {"CCabcdefghijklmnop*", 19},
    {"C*ababcdefghijklmnop", 20},
    {"CabcdefghijklmnopCq*", 20},
    {"Cabcdefghijklmnop*qq", 20},
    {"/absa/C*", 8},
    {"/*cdcd/C1", 9},
};

Test(image, with_a_pattern_that_does_not_say_what_repeats_is_refused)
{
    for (size_t i = 0; i < COUNT(repeating); i++) {
        postern_acp_builder *builder = new_builder(NULL);
        postern_acp_set *set;
        const struct pst_block *block;
        struct copy copy;
        struct pst_table table;

        add_acp(builder, "acpRepeating", INT64_MAX);
        add_originators(builder, &repeating[i], 1);
        set = test_finish(builder);
        copy = copy_of(set);
        postern_acp_set_free(set);
        block = copy.bytes;
        table = block->tables[PST_TABLE_FAILURES];
        cr_assert_gt(table.count, 0);
        memset((char *)copy.bytes + (size_t)table.at * 8, 0,
               table.count * sizeof(uint16_t));
        image_repair(copy.bytes, copy.size);
        expect_refused(&copy, "its failures are not those");
        free(copy.bytes);
    }
}

/* An index whose last level is one group: whatever its hash, it is in order. */
static struct copy indexed_copy(postern_str last)
{
    const postern_str some[] = {last, S("Sa*"), S("Sb*"), S("Sc*"), S("Sd*")};
    postern_acp_builder *builder = new_builder(NULL);
    postern_acp_set *set;
    struct copy copy;

    add_acp(builder, "acpIndexed", INT64_MAX);
    add_originators(builder, some, COUNT(some));
    set = test_finish(builder);
    copy = copy_of(set);
    postern_acp_set_free(set);
    return copy;
}

/* The group of the last level becomes one of another kind of anchor, with the
 * hash of the text that is there now. */
static void anchor_otherwise(const struct copy *copy, uint32_t kind)
{
    const struct pst_block *block = copy->bytes;
    char *texts =
        (char *)copy->bytes + (size_t)block->tables[PST_TABLE_TEXTS].at * 8;
    uint32_t *index =
        (void *)((char *)copy->bytes +
                 (size_t)block->tables[PST_TABLE_PATTERN_INDEX].at * 8);
    struct pst_index_level at = *pst_index_level(index, 2);
    struct pst_index_group *group = (void *)(index + at.groups);
    uint32_t hash = PST_ANCHOR_HASH_START;

    cr_assert(at.group_count == 1 && at.shape_count == 1);
    group->owner = pst_owner(group->owner >> 2, kind);
    index[at.shapes] = pst_shape(kind, group->len);
    for (uint32_t i = 0; i < group->len; i++) {
        hash = pst_anchor_hash_add(hash, texts[group->text + i]);
    }
    group->hash = pst_anchor_hash_end(hash, group->owner);
    image_repair(copy->bytes, copy->size);
}

static const struct anchor_patch {
    postern_str pattern;
    const char *text; /* of its last segment, then the same with a change */
    const char *changed;
    uint32_t kind;
    bool is_sound;
} anchor_patches[] = {
    {{"/cs*/Cabq", 9}, "Cabq", "Cabq", PST_ANCHOR_WHOLE, true},
    {{"/cs*/Cabq", 9}, "Cabq", "Cabq", PST_ANCHOR_SUFFIX, false},
    {{"/cs*/Cabq", 9}, "Cabq", "C*bq", PST_ANCHOR_WHOLE, false},
    {{"/cs*/Cabq*", 10}, "Cabq*", "Cabq*", PST_ANCHOR_PREFIX, true},
    {{"/cs*/Cabq*", 10}, "Cabq*", "Cabqz", PST_ANCHOR_PREFIX, false},
    {{"/cs*/Cabq*", 10}, "Cabq*", "C*bq*", PST_ANCHOR_PREFIX, false},
};

Test(image, whose_index_says_more_than_a_pattern_is_refused)
{
    for (size_t i = 0; i < COUNT(anchor_patches); i++) {
        const struct anchor_patch *patch = &anchor_patches[i];
        struct copy copy = indexed_copy(patch->pattern);
        size_t len = strlen(patch->text);
        char *text = copy.bytes;
        postern_acp_set *set;

        while (memcmp(text, patch->text, len) != 0) {
            text++;
        }
        memcpy(text, patch->changed, len);
        anchor_otherwise(&copy, patch->kind);
        if (patch->is_sound) {
            cr_expect_eq(open_copy(&copy, &set, NULL), POSTERN_OK, "%zu", i);
            postern_acp_set_free(set);
        } else {
            expect_refused(&copy, "it is not an index of the patterns");
        }
        free(copy.bytes);
    }
}

/* Two patterns that end with the same text, in the level of that text: with two
 * domains, and with one that goes on as what follows the other does. */
static const struct ways {
    postern_str patterns[2];
    uint32_t level;
    const char *anchor;
} all_ways[] = {
    {{{"//a.b/Sq*", 9}, {"//c.d/Sq*", 9}}, 1, "Sq"},
    {{{"//a.b/c*/Cq*", 12}, {"//a.bc/c*/Cq*", 13}}, 2, "Cq"},
};

static struct copy copy_of_ways(const struct ways *ways)
{
    const postern_str some[] = {ways->patterns[0], ways->patterns[1], S("Sa*"),
                                S("Sbb*"), S("Sccc*")};
    postern_acp_builder *builder = new_builder(NULL);
    postern_acp_set *set;
    struct copy copy;

    add_acp(builder, "acpWays", INT64_MAX);
    add_originators(builder, some, COUNT(some));
    set = test_finish(builder);
    copy = copy_of(set);
    postern_acp_set_free(set);
    return copy;
}

/* Each leads to what the other one did, which says the same. */
static void swap_ways(const struct copy *copy, const struct ways *ways)
{
    const struct pst_block *block = copy->bytes;
    uint32_t *index =
        (void *)((char *)copy->bytes +
                 (size_t)block->tables[PST_TABLE_PATTERN_INDEX].at * 8);
    const char *texts =
        (char *)copy->bytes + (size_t)block->tables[PST_TABLE_TEXTS].at * 8;
    struct pst_index_level at = *pst_index_level(index, ways->level);
    struct pst_index_group *groups = (void *)(index + at.groups);
    struct pst_index_group *found[2] = {NULL, NULL};
    struct pst_index_group kept;

    for (uint32_t i = 0; i < at.group_count; i++) {
        if (groups[i].len == 2 &&
            memcmp(texts + groups[i].text, ways->anchor, 2) == 0) {
            found[found[0] != NULL] = &groups[i];
        }
    }
    cr_assert(found[0] && found[1]);
    kept = *found[0];
    found[0]->target = found[1]->target;
    found[0]->text = found[1]->text;
    found[1]->target = kept.target;
    found[1]->text = kept.text;
    image_repair(copy->bytes, copy->size);
}

Test(image, whose_index_leads_to_a_pattern_of_another_domain_is_refused)
{
    for (size_t i = 0; i < COUNT(all_ways); i++) {
        struct copy copy = copy_of_ways(&all_ways[i]);
        postern_acp_set *set;

        swap_ways(&copy, &all_ways[i]);
        expect_refused(&copy, "it is not an index of the patterns");
        swap_ways(&copy, &all_ways[i]);
        cr_expect_eq(open_copy(&copy, &set, NULL), POSTERN_OK);
        postern_acp_set_free(set);
        free(copy.bytes);
    }
}

/* Each of its characters another one, and nothing else. */
Test(image, with_a_hash_of_other_texts_is_refused)
{
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct copy copy = lonely_copy(ends[i]);
        struct pst_name *name = rows_of(&copy);
        size_t len = (size_t)name->lens[0] + name->lens[1] + name->lens[2];

        for (size_t k = 0; k < len; k++) {
            name->text[k] ^= 1;
            image_repair(copy.bytes, copy.size);
            expect_refused(&copy, "its hash is not that of its texts");
            name->text[k] ^= 1;
        }
        free(copy.bytes);
    }
}

struct header_patch {
    size_t offset;
    size_t size;
    uint64_t value;
    bool repaired; /* of what follows the checksum */
    const char *words;
};

#define TABLE_AT(table) offsetof(struct pst_block, tables[table].at), 4
#define TABLE_COUNT(table) offsetof(struct pst_block, tables[table].count), 4

static const struct header_patch header_patches[] = {
    {MEMBER(pst_block, magic[0]), 'P', false, "no image"},
    {MEMBER(pst_block, byte_order), 0x04030201, false, "other byte order"},
    {MEMBER(pst_block, byte_order), 0, false,
     "byte order of the image is none"},
    {MEMBER(pst_block, version), 3, false, "version 3, this release reads"},
    {MEMBER(pst_block, size), 0, false, "it has 0 bytes"},
    {MEMBER(pst_block, size), UINT64_MAX, false, "18446744073709551615 bytes"},
    {MEMBER(pst_block, checksum), 1, false, "damaged"},
    {MEMBER(pst_block, hashes), 1, true, "the summary of the hashes"},
    {MEMBER(pst_block, hashes), UINT64_MAX, true, "the summary of the hashes"},
    {MEMBER(pst_block, kinds), 0x3C, true, "is for all"},
    {MEMBER(pst_block, kinds), 0x3F, true, "the header says kinds 63"},
    {MEMBER(pst_block, kinds), 0x2D, true, "the header says kinds 45"},
    {MEMBER(pst_block, homes), 0, true, "0 homes by hash"},
    {MEMBER(pst_block, homes), UINT32_MAX, true, "4294967295 homes by hash"},
    {MEMBER(pst_block, homes), 1, true, "it stands at home "},
    {TABLE_AT(PST_TABLE_SLOTS), 0, true, "table of each slot: "},
    {TABLE_AT(PST_TABLE_SLOTS), UINT32_MAX, true, "table of each slot: "},
    {TABLE_AT(PST_TABLE_NAMES), 33, true, "table of each name: "},
    {TABLE_AT(PST_TABLE_ACP_ORDER), UINT32_MAX, true, "each ACP in order: "},
    {TABLE_COUNT(PST_TABLE_SLOTS), 3, true, "table of each "},
    {TABLE_COUNT(PST_TABLE_SLOTS), UINT32_MAX, true, "table of each "},
    {TABLE_COUNT(PST_TABLE_NAMES), UINT32_MAX, true, "table of each "},
    {TABLE_COUNT(PST_TABLE_ACPS), 5, true, "table of each "},
    {TABLE_COUNT(PST_TABLE_ACPS), 0, true, "table of each "},
    {TABLE_COUNT(PST_TABLE_EXPIRIES), 3, true, "table of each "},
    {TABLE_COUNT(PST_TABLE_PATTERNS), 1 << 28, true, "table of each pattern"},
};

Test(image, with_a_header_of_something_else_is_refused)
{
    for (size_t i = 0; i < COUNT(header_patches); i++) {
        const struct header_patch *patch = &header_patches[i];
        struct copy copy = rich_copy();

        write_value((char *)copy.bytes + patch->offset, patch->value,
                    patch->size);
        if (patch->repaired) {
            image_repair(copy.bytes, copy.size);
        }
        expect_refused(&copy, patch->words);
        free(copy.bytes);
    }
}
