/*
 * The worst case of a set is an upper bound: what decisions do is counted (see
 * support/probe.h) and never exceeds it, on random policies and on such as an
 * adversary would write. And it is not silly: for those it is reached but for a
 * factor.
 */
#include "pdp/cost.h"

#include "pdp/crowd.h"
#include "pdp/name.h"
#include "pdp/pattern_index.h"
#include "pdp/principal.h"
#include "support/colliding.h"
#include "support/crowd_world.h"
#include "support/generate.h"
#include "support/probe.h"
#include "support/probed.h"
#include "support/sets.h"
#include "support/translate.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT = 300, POLICIES = 1500, REQUESTS = 12, POLICY_BYTES = 4096 };

/* ---- a decision and its bound -------------------------------------------- */

struct bed {
    postern_acp_set *set;
    postern_cost cost;
    struct probe_count most;
};

static void bed_of(struct bed *bed, postern_acp_set *set,
                   const postern_cost_options *options)
{
    *bed = (struct bed){.set = set};
    cr_assert_eq(postern_acp_set_cost(set, options, &bed->cost), POSTERN_OK);
}

static void keep_most(struct probe_count *most, struct probe_count count)
{
    most->lines = count.lines > most->lines ? count.lines : most->lines;
    most->runs = count.runs > most->runs ? count.runs : most->runs;
}

static void expect_within(struct probe_count count, postern_work work,
                          const char *what)
{
    cr_expect_leq(count.lines, work.lines, "%s: %llu lines, %llu at most", what,
                  (unsigned long long)count.lines,
                  (unsigned long long)work.lines);
    cr_expect_leq(count.runs, work.steps * PST_STEP_RUNS,
                  "%s: %llu runs, %llu steps at most", what,
                  (unsigned long long)count.runs,
                  (unsigned long long)work.steps);
}

static void begin(const postern_acp_set *set)
{
    const struct pst_block *block = pst_block_of(set);

    probe_begin(block, block->size);
}

static postern_decision decide(struct bed *bed, const postern_acp_ref *refs,
                               size_t count, const postern_request *request)
{
    postern_decision decision;
    struct probe_count counted;

    begin(bed->set);
    decision = postern_decide_acps(bed->set, refs, count, request);
    counted = probe_end();
    expect_within(counted, bed->cost.decision, "a decision");
    keep_most(&bed->most, counted);
    return decision;
}

/* Bound and what was reached, and that it is within a factor. */
static void expect_reached(const struct bed *bed, uint64_t factor,
                           const char *what)
{
    const postern_work *bound = &bed->cost.decision;
    uint64_t runs = bound->steps * PST_STEP_RUNS;

    (void)printf("%s: lines %llu of %llu, runs %llu of %llu\n", what,
                 (unsigned long long)bed->most.lines,
                 (unsigned long long)bound->lines,
                 (unsigned long long)bed->most.runs, (unsigned long long)runs);
    cr_expect_leq(bound->lines, factor * bed->most.lines, "%s", what);
    cr_expect_leq(runs, factor * PST_STEP_RUNS * bed->most.runs, "%s", what);
}

/* ---- random policies ------------------------------------------------------
 */

static size_t longest_of(const postern_id *id)
{
    size_t length = id->domain.len;

    length = id->first.len > length ? id->first.len : length;
    return id->second.len > length ? id->second.len : length;
}

/* Exactly what the request brings. */
static postern_cost_options options_for(const postern_request *request,
                                        size_t links)
{
    postern_cost_options options;

    postern_cost_options_init(&options);
    options.groups = (uint32_t)request->group_count;
    options.roles = (uint32_t)request->role_count;
    options.links = (uint32_t)links;
    options.attributes = (uint32_t)request->attribute_count;
    options.text = (uint32_t)longest_of(&request->originator);
    /* 0 means the default: as few as can be said */
    options.groups += options.groups == 0;
    options.roles += options.roles == 0;
    options.attributes += options.attributes == 0;
    options.links += options.links == 0;
    options.text += options.text == 0;
    return options;
}

static void compare_request(postern_acp_set *set, const postern_cse *cse,
                            const struct generated_policy *policy,
                            struct bytes *bytes)
{
    struct generated_request generated;
    struct translated_request request;
    postern_acp_ref refs[GENERATED_LINKS];
    size_t count = 1 + bytes_below(bytes, GENERATED_LINKS);
    postern_cost_options options;
    struct bed bed;

    for (size_t i = 0; i < count; i++) {
        refs[i] = (postern_acp_ref){bytes_below(bytes, GENERATED_ACPS),
                                    (postern_privileges)bytes_below(bytes, 2)};
    }
    generate_request(&generated, policy, bytes);
    translate_request(&request, cse, &generated.rq);
    options = options_for(&request.rq, count);
    bed_of(&bed, set, &options);
    (void)decide(&bed, refs, count, &request.rq);
}

Test(cost, of_random_policies_is_never_exceeded)
{
    struct rng rng = {20261123};

    for (int i = 0; i < POLICIES; i++) {
        uint8_t data[POLICY_BYTES];
        struct bytes bytes = bytes_random(data, sizeof data, &rng);
        struct generated_policy policy;
        postern_cse cse;
        postern_acp_set *set;

        generate_policy(&policy, &bytes);
        set = translate_policy(&policy.policy, &cse);
        cr_assert_not_null(set);
        for (int k = 0; k < REQUESTS; k++) {
            bytes.at = (size_t)rng_bits(&rng) % sizeof data;
            compare_request(set, &cse, &policy, &bytes);
        }
        postern_acp_set_free(set);
    }
}

/* ---- policies of adversaries: helpers -------------------------------------
 */

static const postern_acp_ref FIRST = {0, POSTERN_PRIVILEGES};

static postern_acp_builder *one_acp(void)
{
    postern_acp_builder *builder = test_builder();

    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acpA"), INT64_MAX),
                 POSTERN_OK);
    return builder;
}

static void add_rule(postern_acp_builder *builder, const postern_rule *rule)
{
    postern_diag diag = {.message = ""};

    cr_assert_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, rule, &diag),
        POSTERN_OK, "%s %s", diag.path, diag.message);
}

/* A rule of one originator for a Retrieve. */
static void add_entry(postern_acp_builder *builder, const char *text,
                      const postern_context *context)
{
    postern_str originator = S(text);
    postern_rule rule = {.originators = &originator,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE,
                         .contexts = context,
                         .context_count = context ? 1 : 0};

    add_rule(builder, &rule);
}

static void done(struct bed *bed)
{
    postern_acp_set_free(bed->set);
}

static postern_cost_options small(void)
{
    postern_cost_options options;

    postern_cost_options_init(&options);
    options.groups = 1;
    options.roles = 1;
    options.links = 1;
    options.attributes = 1;
    options.text = 64;
    return options;
}

/* ---- patterns -------------------------------------------------------------
 */

/* Walks the index alone: parts of a bound may not lend each other. */
static void compare_patterns(struct bed *bed, const postern_id *id,
                             uint32_t length)
{
    struct pst_patterns patterns = pst_patterns_of(bed->set);
    postern_allocator allocator = pst_allocator_of(NULL);
    struct pst_pattern_search search;
    struct pst_pattern_cost worst;
    struct probe_count count;
    uint64_t found = 0;

    cr_assert_eq(pst_pattern_index_worst(&patterns, length, &allocator, &worst),
                 POSTERN_OK);
    begin(bed->set);
    pst_pattern_search_begin(&search, &patterns, id);
    while (pst_pattern_search_next(&search) != PST_NO_PATTERN) {
        found++;
    }
    count = probe_end();
    expect_within(count, worst.work, "a search for patterns");
    cr_expect_leq(found, worst.found);
    keep_most(&bed->most, count);
}

/* "Cz" and then pairs of characters, none twice as long as that is possible: it
 * has all that the patterns look for, but "z" before it and not behind it. */
static void write_pairs(char *out, size_t length)
{
    static const char letters[] = "0123456789abcdef";
    size_t len = 0;

    out[len++] = 'C';
    out[len++] = 'z';
    for (size_t i = 0; len < length; i++) {
        out[len++] = letters[i / 16 % 16];
        out[len++] = letters[i % 16];
    }
    out[length] = '\0';
}

/* 20,000 patterns with several stars and nothing at either end. */
Test(cost, of_twenty_thousand_patterns_with_many_stars_is_nearly_reached)
{
    enum { MANY = 20000, LENGTH = 250 };
    postern_cse cse = test_cse();
    postern_cost_options options = small();
    postern_acp_builder *builder = one_acp();
    postern_request request;
    struct bed bed;
    char text[TEXT];

    for (uint32_t i = 0; i < MANY; i++) {
        (void)snprintf(text, sizeof text, "C*%x%x*%x%x*%x%x*z*", i & 15,
                       i >> 4 & 15, i >> 8 & 15, i >> 12 & 15, i & 15,
                       i >> 14 & 15);
        add_entry(builder, text, NULL);
    }
    options.text = LENGTH;
    bed_of(&bed, test_finish(builder), &options);
    write_pairs(text, LENGTH);
    request = test_request(&cse, text);
    (void)decide(&bed, &FIRST, 1, &request);
    expect_reached(&bed, 4, "20,000 patterns");
    done(&bed);
}

/* Patterns that one originator matches, all of them: batches. */
Test(cost, counts_every_pattern_that_matches)
{
    enum { MANY = 1200 };
    postern_cse cse = test_cse();
    postern_cost_options options = small();
    postern_acp_builder *builder = one_acp();
    postern_request request;
    struct bed bed;
    char text[TEXT];

    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t before = 1 + i % 40;
        uint32_t behind = 1 + i / 40;

        memset(text, 'a', before + behind + 2);
        text[0] = 'C';
        text[before] = '*';
        text[before + behind + 1] = '\0';
        add_entry(builder, text, NULL);
    }
    bed_of(&bed, test_finish(builder), &options);
    cr_expect_geq(bed.cost.pattern_matches, MANY);
    memset(text, 'a', 64);
    text[0] = 'C';
    text[64] = '\0';
    request = test_request(&cse, text);
    request.operation = POSTERN_OP_UPDATE; /* and nothing comes of it */
    (void)decide(&bed, &FIRST, 1, &request);
    request.operation = POSTERN_OP_RETRIEVE;
    (void)decide(&bed, &FIRST, 1, &request);
    compare_patterns(&bed, &request.originator, 64);
    done(&bed);
}

/* A text so long that every piece is tried, whether it is in it or not. */
Test(cost, of_texts_that_are_longer_than_any_is_not_exceeded)
{
    enum { MANY = 3000, LENGTH = 290 };
    postern_cse cse = test_cse();
    postern_cost_options options = small();
    postern_acp_builder *builder = one_acp();
    postern_request request;
    struct bed bed;
    char text[TEXT];

    for (uint32_t i = 0; i < MANY; i++) {
        (void)snprintf(text, sizeof text, "C*%x%x%x%x*z*", i & 15, i >> 4 & 15,
                       i >> 8 & 15, i & 15);
        add_entry(builder, text, NULL);
    }
    options.text = LENGTH;
    bed_of(&bed, test_finish(builder), &options);
    write_pairs(text, LENGTH);
    request = test_request(&cse, text);
    compare_patterns(&bed, &request.originator, LENGTH);
    (void)decide(&bed, &FIRST, 1, &request);
    expect_reached(&bed, 4, "longer texts");
    done(&bed);
}

/* The conditions of one rule are judged for each batch that has one of its
 * originators. */
Test(cost, of_rules_that_are_found_in_many_batches_is_not_exceeded)
{
    enum { MANY = 900, LISTED = 20, WINDOWS_EACH = 400 };
    static char texts[MANY][64];
    static postern_str windows[WINDOWS_EACH];
    postern_str listed[LISTED];
    postern_context context = {.windows = windows,
                               .window_count = WINDOWS_EACH};
    postern_rule rule = {.originators = listed,
                         .originator_count = LISTED,
                         .operations = POSTERN_ACOP_RETRIEVE,
                         .contexts = &context,
                         .context_count = 1};
    postern_cse cse = test_cse();
    postern_cost_options options = small();
    postern_acp_builder *builder = one_acp();
    postern_request request;
    struct bed bed;
    char text[TEXT];

    for (uint32_t i = 0; i < MANY; i++) {
        memset(texts[i], 'a', 62);
        texts[i][0] = 'C';
        texts[i][1 + i % 30] = '*';
        texts[i][2 + i % 30 + i / 30] = '\0';
        add_entry(builder, texts[i], NULL);
    }
    for (uint32_t i = 0; i < WINDOWS_EACH; i++) {
        windows[i] = S("* * * * * * 2001");
    }
    for (uint32_t i = 0; i < LISTED; i++) {
        listed[i] = S(texts[i * (MANY / LISTED)]);
    }
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acpB"), INT64_MAX),
                 POSTERN_OK);
    for (uint32_t k = 0; k < 3; k++) { /* 60 lanes: beside the slot */
        add_rule(builder, &rule);
    }
    bed_of(&bed, test_finish(builder), &options);
    memset(text, 'a', 64);
    text[0] = 'C';
    text[64] = '\0';
    request = test_request(&cse, text);
    (void)decide(&bed, (postern_acp_ref[]){{1, POSTERN_PRIVILEGES}}, 1,
                 &request);
    done(&bed);
}

/* Beginnings that differ and have one hash. */
Test(cost, of_patterns_that_collide_is_not_exceeded)
{
    enum { BITS = 11, COLLIDING = 1 << BITS, SAME = 160 };
    char twins[BITS][2][5];
    uint32_t hash = PST_ANCHOR_HASH_START;
    postern_cse cse = test_cse();
    postern_cost_options options = small();
    postern_acp_builder *builder = one_acp();
    struct bed bed;
    char text[TEXT];

    memset(text, 'C', SAME);
    for (int i = 0; i < SAME; i++) {
        hash = pst_anchor_hash_add(hash, 'C');
    }
    options.text = 256;
    for (int k = 0; k < BITS; k++) {
        cr_assert(find_twins(twins[k], hash));
        for (int c = 0; c < 4; c++) {
            hash = pst_anchor_hash_add(hash, twins[k][0][c]);
        }
    }
    for (uint32_t i = 0; i < COLLIDING; i++) {
        for (int k = 0; k < BITS; k++) {
            memcpy(text + SAME + k * 4, twins[k][i >> k & 1], 4);
        }
        memcpy(text + SAME + BITS * 4, "*", 2);
        add_entry(builder, text, NULL);
    }
    bed_of(&bed, test_finish(builder), &options);
    for (uint32_t i = 0; i < COLLIDING; i += 37) {
        postern_request request;

        for (int k = 0; k < BITS; k++) {
            memcpy(text + SAME + k * 4, twins[k][i >> k & 1], 4);
        }
        memcpy(text + SAME + BITS * 4, "x", 2);
        request = test_request(&cse, text);
        (void)decide(&bed, &FIRST, 1, &request);
        compare_patterns(&bed, &request.originator, 256);
    }
    done(&bed);
}

/* Random patterns of every form, in domains and segments. */
static void draw_part(struct rng *rng, char *out, uint32_t longest,
                      const char *letters, uint32_t stars)
{
    uint32_t length = 1 + rng_below(rng, longest);
    uint32_t many = (uint32_t)strlen(letters);

    for (uint32_t i = 0; i < length; i++) {
        out[i] = letters[rng_below(rng, many)];
    }
    for (uint32_t i = 0; i < stars; i++) {
        out[rng_below(rng, length)] = '*';
    }
    out[length] = '\0';
}

static void compare_random_patterns(struct rng *rng)
{
    postern_cse cse = test_cse();
    postern_acp_builder *builder = one_acp();
    uint32_t many = 1 + rng_below(rng, rng_below(rng, 3) ? 400 : 8);
    uint32_t longest = 1 + rng_below(rng, 20);
    postern_cost_options options = small();
    struct bed bed;
    char first[TEXT];
    char second[TEXT];
    char text[3 * TEXT];

    for (uint32_t i = 0; i < many; i++) {
        draw_part(rng, first, longest, "ab", rng_below(rng, 4));
        draw_part(rng, second, longest, "ab", rng_below(rng, 5));
        (void)snprintf(text, sizeof text, rng_below(rng, 3) ? "/%s/C%s" : "/%s",
                       first, second);
        add_entry(builder, text, NULL);
    }
    options.text = 10 + 2 * longest + (rng_below(rng, 4) ? 0 : 300);
    bed_of(&bed, test_finish(builder), &options);
    for (uint32_t i = 0; i < 20; i++) {
        postern_request request;

        draw_part(rng, first, longest, "ab", 0);
        draw_part(rng, second,
                  options.text - 1 < TEXT - 2 ? options.text - 1 : TEXT - 2,
                  "ab", 0);
        (void)snprintf(text, sizeof text, i % 4 ? "/%s/C%s" : "/%s", first,
                       second);
        request = test_request(&cse, text);
        compare_patterns(&bed, &request.originator, options.text);
        (void)decide(&bed, &FIRST, 1, &request);
    }
    done(&bed);
}

Test(cost, of_random_patterns_is_never_exceeded)
{
    struct rng rng = {77};

    for (int i = 0; i < 300; i++) {
        compare_random_patterns(&rng);
    }
}

/* ---- names ----------------------------------------------------------------
 */

/* As in hash.c: eight bytes after another. */
static uint64_t mixed(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15U;
    return hash ^ (hash >> 29);
}

static bool is_text(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!strchr(COLLIDING_LETTERS, text[i]) || text[i] == '\0') {
            return false;
        }
    }
    return true;
}

/* Texts of 24 characters with one hash: whatever the first eight are, the next
 * are made to undo it, until they are characters. */
static size_t draw_colliding(char texts[][25], size_t wanted)
{
    uint64_t start = mixed(24 + 1);
    uint64_t target = 0;
    size_t count = 0;

    for (uint64_t i = 0; count < wanted && i < 40000000; i++) {
        uint64_t rest = i;
        uint64_t first;
        uint64_t second;
        char text[25] = "";

        text[0] = 'C';
        for (size_t k = 1; k < 8; k++) {
            text[k] = COLLIDING_LETTERS[rest % 66];
            rest /= 66;
        }
        memcpy(&first, text, 8);
        if (count == 0) {
            memcpy(text + 8, "abcdefgh", 8);
            memcpy(&second, text + 8, 8);
            target = mixed(start ^ first) ^ second;
        }
        second = mixed(start ^ first) ^ target;
        memcpy(text + 8, &second, 8);
        memcpy(text + 16, "ijklmnop", 9);
        if (is_text(text + 8, 8)) {
            memcpy(texts[count++], text, 25);
        }
    }
    return count;
}

static void compare_name(struct bed *bed, postern_work work,
                         const postern_id *id)
{
    struct pst_name_key key = pst_name_key_of_id(id);
    struct probe_count count;

    begin(bed->set);
    (void)probed_name_find(bed->set, &key);
    count = probe_end();
    expect_within(count, work, "finding a name");
    keep_most(&bed->most, count);
}

Test(cost, of_names_that_collide_is_not_exceeded)
{
    static char texts[200][25];
    size_t count = draw_colliding(texts, 200);
    postern_cse cse = test_cse();
    postern_acp_builder *builder = one_acp();
    postern_cost_options options = small();
    postern_id first;
    struct bed bed;

    cr_assert_geq(count, 100);
    for (size_t i = 0; i + 1 < count; i++) {
        add_entry(builder, texts[i], NULL);
    }
    bed_of(&bed, test_finish(builder), &options);
    cr_assert_eq(postern_id_parse_entity(&first, &cse, S(texts[0])),
                 POSTERN_OK);
    for (size_t i = 0; i < count; i++) {
        postern_request request = test_request(&cse, texts[i]);

        cr_expect_eq(request.originator.hash, first.hash);
        compare_name(&bed, pst_cost_of_name(bed.set), &request.originator);
        (void)decide(&bed, &FIRST, 1, &request);
    }
    done(&bed);
}

/* Whoever asks, with groups and roles, and nothing else. */
static void compare_asking(struct bed *bed, const postern_request *request)
{
    postern_work work = bed->cost.names;
    struct pst_asking asking;
    struct pst_atoms atoms;
    struct probe_count count;
    uint64_t answers = 0;

    pst_work_add(&work, bed->cost.patterns);
    begin(bed->set);
    pst_asking_begin(&asking, bed->set, request);
    while (pst_asking_next(&asking, &atoms)) {
        answers += atoms.count;
    }
    count = probe_end();
    expect_within(count, work, "asking");
    cr_expect_leq(answers, bed->cost.answers);
}

/* Some stand behind their homes. */
Test(cost, of_many_names_is_not_exceeded)
{
    enum { MANY = 6000 };
    postern_cse cse = test_cse();
    postern_acp_builder *builder = one_acp();
    postern_cost_options options = small();
    postern_work work;
    struct bed bed;
    char text[TEXT];

    for (uint32_t i = 0; i < MANY; i++) {
        (void)snprintf(text, sizeof text, "Cmeter%u", i);
        add_entry(builder, text, NULL);
    }
    bed_of(&bed, test_finish(builder), &options);
    work = pst_cost_of_name(bed.set);
    for (uint32_t i = 0; i < 2 * MANY; i++) {
        postern_id id;

        (void)snprintf(text, sizeof text, "Cmeter%u", i);
        cr_assert_eq(postern_id_parse_entity(&id, &cse, S(text)), POSTERN_OK);
        compare_name(&bed, work, &id);
    }
    cr_expect_geq(bed.most.lines, 3);
    cr_expect_leq(work.lines, 4 * bed.most.lines);
    done(&bed);
}

/* Too long for a line of names, in domains of any case. */
Test(cost, of_long_names_is_not_exceeded)
{
    postern_cse cse = test_cse();
    postern_acp_builder *builder = one_acp();
    postern_cost_options options = small();
    struct bed bed;
    char text[3 * TEXT];

    for (uint32_t i = 0; i < 60; i++) {
        (void)snprintf(text, sizeof text, "//a%0*u.example/%0*u/C%0*u",
                       (int)(1 + i), i, (int)(1 + 6 * i), i, (int)(1 + 6 * i),
                       i);
        add_entry(builder, text, NULL);
    }
    options.text = 360;
    bed_of(&bed, test_finish(builder), &options);
    for (uint32_t i = 0; i < 60; i++) {
        postern_request request;

        (void)snprintf(text, sizeof text, "//A%0*u.EXAMPLE/%0*u/C%0*u",
                       (int)(1 + i), i, (int)(1 + 6 * i), i, (int)(1 + 6 * i),
                       i);
        request = test_request(&cse, text);
        compare_name(&bed, pst_cost_of_name(bed.set), &request.originator);
        cr_expect_eq(decide(&bed, &FIRST, 1, &request).effect, POSTERN_PERMIT);
    }
    done(&bed);
}

/* ---- crowds ---------------------------------------------------------------
 */

/* By a crowd alone, as a decision goes through it. */
static void compare_crowd(const struct crowd_world *world,
                          struct pst_crowd_cost worst,
                          const postern_request *request)
{
    const uint64_t *crowd = crowd_world_crowd(world);
    postern_request copy;
    struct pst_facts facts;
    struct probe_count count;

    if (!pst_facts_init(&facts, request, &copy)) {
        return;
    }
    /* Facts are the request's, not the crowd's. */
    (void)pst_facts_civil(&facts);
    (void)pst_facts_ip(&facts);
    (void)pst_facts_point(&facts);
    probe_begin(crowd, world->words.count * sizeof *crowd);
    for (uint32_t rule = 0; rule != PST_NO_RULE;) {
        rule = pst_crowd_next(world->set, crowd, world->slot, &facts, rule);
        if (rule != PST_NO_RULE) {
            worst.work.steps += worst.steps_again;
            rule++;
        }
    }
    count = probe_end();
    worst.work.lines += worst.lines_again;
    /* What judging takes is counted, and no part of this bound. */
    worst.work.steps += worst.tests * 400;
    expect_within(count, worst.work, "a crowd");
}

Test(cost, of_random_crowds_is_never_exceeded)
{
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct rng rng = {seed};
        struct crowd_world world;
        struct bed bed;
        struct pst_crowd_cost worst;
        postern_cost_options options = small();
        uint32_t count = 200 + rng_below(&rng, 4000);

        crowd_world_start(&world);
        for (uint32_t i = 0; i < count; i++) {
            crowd_world_add_random(&world, &rng);
        }
        crowd_world_finish(&world);
        options.attributes = 8;
        bed_of(&bed, world.set, &options);
        cr_expect_str_eq(bed.cost.originator, "//sp.example/cse/Cmeter");
        cr_expect_leq(bed.cost.originator_rules, world.count);
        cr_expect_geq(bed.cost.originator_rules, world.count / 2);
        worst = pst_crowd_worst(crowd_world_crowd(&world));
        for (int i = 0; i < 60; i++) {
            postern_request request = crowd_world_request(&rng);

            compare_crowd(&world, worst, &request);
            (void)decide(&bed, &FIRST, 1, &request);
        }
        crowd_world_stop(&world);
    }
}

/* Years that no row tells apart: every rule has to be judged. */
Test(cost, of_a_crowd_that_sees_no_difference_is_nearly_reached)
{
    enum { RULES = 20000 };
    postern_cse cse = test_cse();
    postern_acp_builder *builder = one_acp();
    postern_cost_options options = small();
    postern_request request = test_request(&cse, "Cmeter");
    struct bed bed;
    char text[TEXT];

    for (uint32_t i = 0; i < RULES; i++) {
        postern_str window = {text, 0};
        postern_context context = {.windows = &window, .window_count = 1};

        window.len = (size_t)snprintf(text, sizeof text, "* * * * * * %u,%u",
                                      2101 + i / 79 % 7800, 2200 + i % 79);
        add_entry(builder, "Cmeter", &context);
    }
    bed_of(&bed, test_finish(builder), &options);
    request.time_s = INT64_C(4102444800); /* 2100-01-01 */
    (void)decide(&bed, &FIRST, 1, &request);
    cr_expect_eq(bed.cost.originator_rules, RULES);
    expect_reached(&bed, 4, "a crowd without a difference");
    done(&bed);
}

/* Rules that are true and not enough: the search begins again after each. */
Test(cost, of_rules_that_are_true_in_vain_is_not_exceeded)
{
    enum { RULES = 1500 };
    postern_cse cse = test_cse();
    postern_acp_builder *builder = one_acp();
    postern_cost_options options = small();
    postern_request request = test_request(&cse, "Cmeter");
    postern_str asked[2] = {S("con"), S("lbl")};
    postern_str originator = S("Cmeter");
    struct bed bed;
    char text[TEXT];

    for (uint32_t i = 0; i < RULES; i++) {
        postern_str window = {text, 0};
        postern_context context = {.windows = &window, .window_count = 1};
        postern_rule rule = {.originators = &originator,
                             .originator_count = 1,
                             .operations = POSTERN_ACOP_RETRIEVE,
                             .attributes = asked,
                             .attribute_count = 1};

        if (i % 3) {
            rule.contexts = &context;
            rule.context_count = 1;
        }
        window.len = (size_t)snprintf(text, sizeof text, "* * 0-%u * * * *",
                                      10 + i % 14);
        add_rule(builder, &rule);
    }
    options.attributes = 2;
    bed_of(&bed, test_finish(builder), &options);
    request.attributes = asked;
    request.attribute_count = 2;
    cr_expect_eq(decide(&bed, &FIRST, 1, &request).effect, POSTERN_DENY);
    expect_reached(&bed, 12, "rules that are true in vain");
    done(&bed);
}

/* ---- slots ----------------------------------------------------------------
 */

/* Everything that a context can hold, and none of it true. */
struct conditions {
    postern_str windows[200];
    postern_str addresses[200];
    postern_circle circles[200];
    char texts[400][64];
    postern_context context;
};

static void fill_conditions(struct conditions *all)
{
    for (uint32_t i = 0; i < 200; i++) {
        (void)snprintf(all->texts[i], 64, "* * * * * * %u", 2000 + i);
        (void)snprintf(all->texts[200 + i], 64, "10.%u.0.0/24", i);
        all->windows[i] = S(all->texts[i]);
        all->addresses[i] = S(all->texts[200 + i]);
        all->circles[i] = (postern_circle){(double)i / 10, 5.0, 10.0};
    }
    all->context = (postern_context){.windows = all->windows,
                                     .window_count = 200,
                                     .circles = all->circles,
                                     .circle_count = 200};
}

enum parts { WINDOWS, CIRCLES, BOTH };

/* `lanes` originators in each of the rules, the first that of the request. */
static void compare_slot(uint32_t lanes, uint32_t rules, uint64_t factor,
                         enum parts parts)
{
    static struct conditions all;
    postern_cse cse = test_cse();
    postern_acp_builder *builder = one_acp();
    postern_cost_options options = small();
    postern_request request = test_request(&cse, "Cmeter");
    postern_str originators[64];
    char texts[64][16];
    struct bed bed;

    fill_conditions(&all);
    for (uint32_t i = 0; i < lanes; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "Cmeter%u", i);
        originators[i] = S(i ? texts[i] : "Cmeter");
    }
    for (uint32_t k = 0; k < rules; k++) {
        postern_rule rule = {.originators = originators,
                             .originator_count = lanes,
                             .operations = POSTERN_ACOP_ALL,
                             .contexts = &all.context,
                             .context_count = 1};

        all.circles[0].radius_m += 1; /* no two are kept once */
        all.context.window_count = parts == CIRCLES ? 0 : 200 - k;
        all.context.circle_count = parts == WINDOWS ? 0 : 200;
        all.context.circles = parts == WINDOWS ? NULL : all.circles;
        add_rule(builder, &rule);
    }
    bed_of(&bed, test_finish(builder), &options);
    request.time_s = INT64_C(11000000000); /* in the year 2318 */
    request.location = (postern_location){
        .has_point = true, .latitude_deg = -50, .longitude_deg = 100};
    (void)decide(&bed, &FIRST, 1, &request);
    request.operation = POSTERN_OP_CREATE;
    (void)decide(&bed, &FIRST, 1, &request);
    expect_reached(&bed, factor, "a slot");
    done(&bed);
}

Test(cost, of_slots_full_of_conditions_is_nearly_reached)
{
    compare_slot(1, 1, 3, WINDOWS);
    compare_slot(1, 1, 3, CIRCLES);
    compare_slot(1, 13, 5, BOTH);
    compare_slot(4, 16, 4, WINDOWS);
    compare_slot(64, 1, 3, WINDOWS);
}

/* Many originators, many of which the requester is. */
Test(cost, of_groups_and_roles_is_not_exceeded)
{
    enum { IDS = 50, LINKS = 12 };
    postern_cse cse = test_cse();
    postern_acp_builder *builder = one_acp();
    postern_cost_options options = small();
    postern_request request = test_request(&cse, "Cmeter");
    static postern_id groups[IDS];
    static postern_id roles[IDS];
    static char texts[2 * IDS][32];
    postern_str never = S("0 0 0 1 1 * 2001");
    postern_context context = {.windows = &never, .window_count = 1};
    postern_acp_ref links[LINKS] = {FIRST};
    struct bed bed;

    for (uint32_t i = 0; i < IDS; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "groups/g%u", i);
        (void)snprintf(texts[IDS + i], sizeof texts[i], "r%u@sp.example", i);
        cr_assert_eq(postern_id_parse_resource(&groups[i], &cse, S(texts[i])),
                     POSTERN_OK);
        cr_assert_eq(postern_id_parse_role(&roles[i], S(texts[IDS + i])),
                     POSTERN_OK);
        for (uint32_t k = 0; k < 20; k++) {
            add_entry(builder, texts[i], &context);
            add_entry(builder, texts[IDS + i], &context);
        }
    }
    options.groups = IDS;
    options.roles = IDS;
    options.links = LINKS;
    bed_of(&bed, test_finish(builder), &options);
    request.groups = groups;
    request.group_count = IDS;
    request.roles = roles;
    request.role_count = IDS;
    compare_asking(&bed, &request);
    /* The same again and again, as links and as groups. */
    (void)decide(&bed, links, LINKS, &request);
    for (uint32_t i = 0; i < IDS; i++) {
        groups[i] = groups[0];
        roles[i] = roles[0];
    }
    (void)decide(&bed, links, LINKS, &request);
    expect_reached(&bed, 6, "groups and roles");
    done(&bed);
}

/* ---- what it says ---------------------------------------------------------
 */

Test(cost, names_the_dearest_acp_and_rule)
{
    static struct conditions all;
    postern_acp_builder *builder = one_acp();
    postern_cost cost;
    postern_acp_set *set;

    fill_conditions(&all);
    add_entry(builder, "Ca", NULL);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acpB"), INT64_MAX),
                 POSTERN_OK);
    add_entry(builder, "Ca", NULL);
    add_entry(builder, "Ca", &all.context);
    add_entry(builder, "Ca", NULL);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acpC"), INT64_MAX),
                 POSTERN_OK);
    set = test_finish(builder);
    cr_assert_eq(postern_acp_set_cost(set, NULL, &cost), POSTERN_OK);
    cr_expect_eq(cost.acp, 1);
    cr_expect_eq(cost.which, POSTERN_PRIVILEGES);
    cr_expect_eq(cost.operation, POSTERN_OP_RETRIEVE);
    cr_expect_eq(cost.rule, 1);
    cr_expect_gt(cost.rule_work.steps, 200);
    cr_expect_str_eq(cost.originator, "");
    cr_expect_leq(cost.decision.lines,
                  cost.names.lines + cost.patterns.lines + cost.acps.lines);
    cr_expect_leq(cost.decision.lines, pst_lines_of(pst_block_of(set)->size));
    cr_expect_eq(cost.decision.steps,
                 cost.names.steps + cost.patterns.steps + cost.acps.steps);
    postern_acp_set_free(set);
}

Test(cost, grows_with_what_a_request_may_bring)
{
    postern_acp_set *set = NULL;
    postern_acp_builder *builder = one_acp();
    postern_cost_options options;
    postern_cost few;
    postern_cost many;

    add_entry(builder, "groups/a", NULL);
    add_entry(builder, "r@sp.example", NULL);
    add_entry(builder, "C*a*b", NULL);
    set = test_finish(builder);
    for (int i = 0; i < 5; i++) {
        postern_cost_options_init(&options);
        cr_assert_eq(postern_acp_set_cost(set, &options, &few), POSTERN_OK);
        options.groups = i == 0 ? 100 : 0;
        options.roles = i == 1 ? 100 : 0;
        options.links = i == 2 ? 100 : 0;
        options.attributes = i == 3 ? 100 : 0;
        options.text = i == 4 ? 1000 : 0;
        cr_assert_eq(postern_acp_set_cost(set, &options, &many), POSTERN_OK);
        cr_expect_gt(many.decision.steps, few.decision.steps, "option %d", i);
    }
    postern_acp_set_free(set);
}

Test(cost, of_nothing_is_small_and_of_no_set_refused)
{
    postern_acp_set *set = test_finish(test_builder());
    postern_cost_options options;
    postern_cost cost;

    cr_expect_eq(postern_acp_set_cost(set, NULL, &cost), POSTERN_OK);
    cr_expect_eq(cost.acp, POSTERN_NO_ACP);
    cr_expect_eq(cost.rule, POSTERN_NO_RULE);
    cr_expect_eq(cost.acps.lines, 0);
    cr_expect_leq(cost.decision.lines, 20);
    cr_expect_eq(postern_acp_set_cost(NULL, NULL, &cost), POSTERN_ERR_ARGUMENT);
    cr_expect_eq(cost.decision.steps, 0);
    postern_cost_options_init(&options);
    options.struct_size = 0;
    cr_expect_eq(postern_acp_set_cost(set, &options, &cost),
                 POSTERN_ERR_ARGUMENT);
    postern_acp_set_free(set);
}

/* Numbers beyond counting stay at the end of counting. */
Test(cost, does_not_overflow)
{
    postern_acp_builder *builder = one_acp();
    postern_cost_options options;
    postern_cost cost;
    postern_acp_set *set;

    add_entry(builder, "groups/a", NULL);
    set = test_finish(builder);
    postern_cost_options_init(&options);
    options.groups = UINT32_MAX;
    options.links = UINT32_MAX;
    options.attributes = UINT32_MAX;
    options.text = UINT32_MAX;
    cr_assert_eq(postern_acp_set_cost(set, &options, &cost), POSTERN_OK);
    cr_expect_eq(cost.decision.steps, UINT64_MAX);
    postern_acp_set_free(set);
}
