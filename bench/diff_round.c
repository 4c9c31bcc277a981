#include "bench/diff_round.h"

#include "bench/diff_parts.h"
#include "bench/diff_ways.h"
#include "support/show.h"

#include <stdlib.h>
#include <string.h>

enum {
    COUNTED_EVERY = 16,
    RULES_FOR_ONCE_MORE = 8, /* what takes its time is done less with many */
    THOROUGHLY = 256,        /* so many times as often */
    FEW_REQUESTS = 240,      /* to three of four policies */
    MANY_REQUESTS = 4080,
    LINKS = 8
};

struct diff_round {
    struct rng rng;
    struct diff_policy policy;
    struct diff_parts parts;
    struct ref_sheet sheet;
    struct diff_features features;
    struct diff_subject subject;
    struct translated_request asked[REF_PARTS][REF_PARTS_MAX];
    struct diff_case cases[DIFF_BATCH];
    struct diff_counts *counts;
    enum diff_care care;
    uint64_t number; /* of the case, in all rounds: what is done now and then */
    /* What differs, NULL so far, and where. */
    const char *difference;
    const char *way;
    struct diff_case differing;
    bool has_case;
};

struct diff_round *diff_round_new(enum diff_care care)
{
    struct diff_round *round = calloc(1, sizeof *round);

    if (round) {
        round->care = care;
    }
    return round;
}

void diff_round_free(struct diff_round *round)
{
    free(round);
}

static bool differ(struct diff_round *round, const struct diff_case *one,
                   const char *way, const char *difference)
{
    round->difference = difference;
    round->way = way;
    round->has_case = one != NULL;
    if (one) {
        round->differing = *one;
    }
    return false;
}

/* ---- requests ---------------------------------------------------------- */

/* Each part in the form of the library, once. */
static void translate_parts(struct diff_round *round)
{
    const struct ref_parts *parts = &round->parts.parts;

    for (size_t part = 0; part < REF_PARTS; part++) {
        for (size_t n = 0; n < parts->counts[part]; n++) {
            struct ref_request only = {.from_unknown = true};

            if (part == REF_WHO) {
                only = parts->of[part][n];
                only.attributes = (struct ref_list){NULL, 0};
            } else {
                struct ref_choice choice = {{0}};

                choice.of[part] = (uint8_t)n;
                ref_sheet_request(parts, &choice, &only);
                only.from = NULL;
                only.roles = only.groups = (struct ref_list){NULL, 0};
            }
            translate_request(&round->asked[part][n], &round->subject.cse,
                              &only);
        }
    }
}

static const postern_request *asked(const struct diff_round *round,
                                    const struct ref_choice *choice,
                                    enum ref_part part)
{
    return &round->asked[part][choice->of[part]].rq;
}

static void put_together(const struct diff_round *round,
                         const struct ref_choice *choice, postern_request *rq)
{
    const postern_request *when = asked(round, choice, REF_WHEN);
    const postern_request *what = asked(round, choice, REF_WHAT);
    const postern_request *attributes = asked(round, choice, REF_ATTRIBUTES);

    *rq = *asked(round, choice, REF_WHO);
    rq->time_known = when->time_known;
    rq->time_s = when->time_s;
    rq->ip = asked(round, choice, REF_ADDRESS)->ip;
    rq->location = asked(round, choice, REF_PLACE)->location;
    rq->operation = what->operation;
    rq->target_type = what->target_type;
    rq->child_type = what->child_type;
    rq->container_definition = what->container_definition;
    rq->mgmt_definition = what->mgmt_definition;
    rq->attributes = attributes->attributes;
    rq->attribute_count = attributes->attribute_count;
}

static void draw_links(struct diff_round *round, struct diff_case *one)
{
    uint32_t acps = (uint32_t)round->policy.policy.acp_count;
    uint32_t draw = rng_below(&round->rng, 64);

    one->all = draw < (acps > LINKS ? 2 : 16);
    one->link_count = draw < 40 ? 1 : 2 + draw % 3;
    if (draw >= 61) {
        one->link_count = draw == 61 ? 0 : LINKS;
    }
    if (one->all) {
        one->link_count = acps;
    }
    for (size_t i = 0; i < one->link_count; i++) {
        uint64_t bits = rng_bits(&round->rng);

        one->links[i] = one->all
                            ? (struct ref_link){i, false}
                            : (struct ref_link){bits % acps, bits >> 62 == 0};
        if (!one->all && (bits >> 40) % 32 == 0) {
            one->links[i].acp = acps; /* is not there */
        }
        one->refs[i] = (postern_acp_ref){
            (uint32_t)one->links[i].acp,
            one->links[i].self ? POSTERN_SELF_PRIVILEGES : POSTERN_PRIVILEGES};
    }
}

/* In one case of four, all parts are about the same rule. */
static void draw_choice(struct diff_round *round, struct ref_choice *choice)
{
    const struct ref_parts *parts = &round->parts.parts;
    uint64_t bits = rng_bits(&round->rng);

    if (bits >> 62 == 0) {
        bits = (bits >> 8) % DIFF_PARTS_LEAST * UINT64_C(0x010101010101);
    }
    for (size_t part = 0; part < REF_PARTS; part++) {
        choice->of[part] =
            (uint8_t)((bits >> 8 * part & 255) % parts->counts[part]);
    }
}

static void draw_case(struct diff_round *round, struct diff_case *one)
{
    draw_choice(round, &one->choice);
    draw_links(round, one);
    put_together(round, &one->choice, &one->rq);
    one->expected = ref_sheet_res_acrs(&round->sheet, one->links,
                                       one->link_count, &one->choice);
}

/* ---- judging ----------------------------------------------------------- */

/* A denial names nothing, and says whether there was a request at all. */
static const char *judge_denial(const struct diff_round *round,
                                const struct diff_case *one,
                                const postern_decision *decision)
{
    bool valid = ref_sheet_is_valid(&round->sheet, &one->choice);

    return decision->acp == POSTERN_NO_ACP &&
                   decision->rule == POSTERN_NO_RULE &&
                   decision->reason == (valid ? POSTERN_REASON_NO_RULE
                                              : POSTERN_REASON_BAD_REQUEST)
               ? NULL
               : "the reason of a denial";
}

static bool is_linked(const struct diff_case *one, const struct ref_link *link)
{
    for (size_t i = 0; i < one->link_count; i++) {
        if (one->links[i].acp == link->acp &&
            one->links[i].self == link->self) {
            return true;
        }
    }
    return false;
}

/* A permit names a rule that holds, of an ACP that is linked. */
static const char *judge_permit(const struct diff_round *round,
                                const struct diff_case *one,
                                const postern_decision *decision)
{
    const struct ref_policy *policy = &round->policy.policy;
    struct ref_link link = {decision->acp,
                            decision->which == POSTERN_SELF_PRIVILEGES};
    struct ref_terms terms;
    size_t rules;

    if (link.acp >= policy->acp_count || !is_linked(one, &link)) {
        return "the ACP of a permit";
    }
    rules = link.self ? policy->acps[link.acp].self_privileges.count
                      : policy->acps[link.acp].privileges.count;
    if (decision->rule >= rules) {
        return "the rule named is not there";
    }
    terms = ref_sheet_terms(&round->sheet, &link, decision->rule, &one->choice);
    if (decision->reason == POSTERN_REASON_RULE) {
        return terms.res_acr && terms.attrs ? NULL
                                            : "the rule named does not hold";
    }
    return decision->reason == POSTERN_REASON_RULES && terms.res_acr &&
                   (!terms.attrs || one->rq.attribute_count > 64)
               ? NULL
               : "the reason of a permit";
}

static bool judge(struct diff_round *round, const struct diff_case *one,
                  const char *way, const postern_decision *decision)
{
    const char *difference;

    if ((decision->effect == POSTERN_PERMIT) != one->expected) {
        return differ(round, one, way,
                      one->expected ? "denied, the reference permits"
                                    : "permitted, the reference denies");
    }
    difference = one->expected ? judge_permit(round, one, decision)
                               : judge_denial(round, one, decision);
    return difference ? differ(round, one, way, difference) : true;
}

/* ---- what is done now and then ----------------------------------------- */

/* The plain evaluator, and every rule and term as the explanation has it. */
static bool compare_explanations(struct diff_round *round,
                                 const struct diff_case *one)
{
    const struct pair pair = {&round->policy.policy, round->subject.set,
                              &round->subject.cse, round->subject.sets};
    struct ref_request request;
    bool permits = false;

    ref_sheet_request(&round->parts.parts, &one->choice, &request);
    if (!compare_links(&pair, one->links, one->link_count, &request,
                       &permits)) {
        return differ(round, one, "the explanation", "a term of a rule");
    }
    return permits == one->expected
               ? true
               : differ(round, one, "the sheet",
                        "the plain evaluator differs from it");
}

/* Which facts could still make a rule true. [DEC-09] */
static bool compare_what_is_missing(struct diff_round *round,
                                    const struct diff_case *one)
{
    const struct pair pair = {&round->policy.policy, round->subject.set,
                              &round->subject.cse, round->subject.sets};
    struct ref_request request;
    size_t reports = 0;

    ref_sheet_request(&round->parts.parts, &one->choice, &request);
    return compare_missing(&pair, one->links, one->link_count, &request,
                           &reports)
               ? true
               : differ(round, one, "postern_missing_links", "what is missing");
}

static bool effect_at(const struct diff_round *round,
                      const struct diff_case *one, int64_t time_s)
{
    struct ref_request request;

    ref_sheet_request(&round->parts.parts, &one->choice, &request);
    request.time_s = time_s;
    return ref_res_acrs(&round->policy.policy, one->links, one->link_count,
                        &request);
}

/* Windows know the years 2000 to 9999; that they end then counts as no change.
 */
#define WINDOWS_BEGIN_S 946684800
#define WINDOWS_END_S 253402300800

/* Until then the effect is that of now, and then it is another: tried at the
 * end, just before it, and somewhere between. */
static const char *judge_lease(struct diff_round *round,
                               const struct diff_case *one,
                               const postern_lease *lease)
{
    int64_t now_s = one->rq.time_s;
    int64_t end_s =
        lease->until_s < WINDOWS_END_S ? lease->until_s : WINDOWS_END_S;

    if (!one->rq.time_known ||
        !ref_sheet_is_valid(&round->sheet, &one->choice)) {
        return lease->until_s == INT64_MAX ? NULL : "its end, without time";
    }
    if (now_s < WINDOWS_BEGIN_S || now_s >= WINDOWS_END_S) {
        return NULL;
    }
    if (end_s <= now_s) {
        return "it is over before it begins";
    }
    if (lease->exact && lease->until_s < WINDOWS_END_S &&
        effect_at(round, one, end_s) == one->expected) {
        return "nothing changes at its end";
    }
    for (int i = 0; i < 4; i++) {
        int64_t spread_s = (end_s - now_s) >> 8 * i;
        int64_t between_s =
            i == 0 ? end_s - 1
                   : now_s +
                         (int64_t)(rng_bits(&round->rng) >> 1) % (spread_s + 1);

        if (between_s < end_s &&
            effect_at(round, one, between_s) != one->expected) {
            return "a change before its end";
        }
    }
    return NULL;
}

/* Denied as it is until then, at the least; tried as the end of a lease is. */
static bool compare_opening(struct diff_round *round,
                            const struct diff_case *one)
{
    postern_lease bound = {diff_opening(&round->subject, one), false};
    const char *difference;

    if (one->expected) {
        return true;
    }
    difference = judge_lease(round, one, &bound);
    return difference
               ? differ(round, one, "postern_next_opening_links", difference)
               : true;
}

static bool compare_lease(struct diff_round *round, const struct diff_case *one)
{
    static const char *const ways[2] = {"postern_decide_until",
                                        "postern_decide_links_until"};
    postern_lease leases[2];

    diff_lease(&round->subject, one, leases);
    for (size_t i = 0; i < 2; i++) {
        const char *difference = judge_lease(round, one, &leases[i]);

        if (difference) {
            return differ(round, one, ways[i], difference);
        }
    }
    return compare_opening(round, one);
}

enum { SCAN_WORDS = REF_ACPS_MAX / 64 + 2 };

/* Each ACP by itself. Bits beyond the last one are cleared, words beyond the
 * last one are left alone. */
static bool compare_scan(struct diff_round *round, const struct diff_case *one)
{
    size_t acps = round->policy.policy.acp_count;
    uint64_t permitted[SCAN_WORDS];
    uint64_t expected[SCAN_WORDS];
    uint32_t expected_count = 0;
    uint32_t count;

    memset(permitted, 0xff, sizeof permitted);
    memset(expected, 0xff, sizeof expected);
    memset(expected, 0, (acps + 63) / 64 * sizeof *expected);
    for (size_t i = 0; i < acps; i++) {
        const struct ref_link link = {i, false};
        bool permits =
            ref_sheet_res_acrs(&round->sheet, &link, 1, &one->choice);

        expected[i / 64] |= (uint64_t)permits << i % 64;
        expected_count += permits;
    }
    count = diff_scan(&round->subject, one, round->number / 2 % 2, permitted);
    return memcmp(permitted, expected, sizeof expected) == 0 &&
                   count == expected_count
               ? true
               : differ(round, one, "postern_scan", "the ACPs that permit");
}

/* Whether this case is one of those that are decided this way. */
static bool is_due(const struct diff_round *round, size_t way, uint64_t weight)
{
    uint64_t every = diff_ways[way].every * weight;

    if (round->care == DIFF_THOROUGHLY) {
        every = every / THOROUGHLY;
    }
    return every <= 1 || (round->number + 5 * way) % every == 0;
}

typedef bool compare_function(struct diff_round *round,
                              const struct diff_case *one);

static bool compare_now_and_then(struct diff_round *round,
                                 const struct diff_case *one)
{
    static const struct {
        size_t way;
        compare_function *compare;
        bool by_rules;
    } all[] = {
        {DIFF_BY_SCAN, compare_scan, false},
        {DIFF_BY_TERMS, compare_explanations, true},
        {DIFF_BY_MISSING, compare_what_is_missing, true},
        {DIFF_BY_LEASE, compare_lease, true},
    };
    uint64_t rules = 1 + round->sheet.rule_count / RULES_FOR_ONCE_MORE;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!is_due(round, all[i].way, all[i].by_rules ? rules : 1)) {
            continue;
        }
        round->counts->ways[all[i].way]++;
        if (!all[i].compare(round, one)) {
            return false;
        }
    }
    return true;
}

/* ---- a round ----------------------------------------------------------- */

static bool compare_ways(struct diff_round *round, const struct diff_case *one,
                         postern_decision *first)
{
    for (size_t way = 0; way < DIFF_BY_BATCH; way++) {
        postern_decision decision;

        if (!is_due(round, way, 1) || (diff_ways[way].all_only && !one->all)) {
            continue;
        }
        round->counts->ways[way]++;
        decision = diff_ways[way].decide(&round->subject, one);
        if (!judge(round, one, diff_ways[way].name, &decision)) {
            return false;
        }
        if (way == 0) {
            *first = decision;
        }
    }
    return true;
}

static void count_case(struct diff_round *round, const struct diff_case *one,
                       const postern_decision *decision)
{
    const struct diff_outcome outcome = {
        .links = one->links,
        .link_count = one->link_count,
        .choice = &one->choice,
        .permits = one->expected,
        .together = decision->reason == POSTERN_REASON_RULES,
        .link = {decision->acp, decision->which == POSTERN_SELF_PRIVILEGES},
        .rule = decision->rule,
    };

    diff_count_case(round->counts, &round->features, &round->sheet, &outcome);
}

static bool compare_case(struct diff_round *round, struct diff_case *one)
{
    postern_decision decision = {.rule = 0};

    draw_case(round, one);
    if (!compare_ways(round, one, &decision) ||
        !compare_now_and_then(round, one)) {
        return false;
    }
    round->counts->cases++;
    round->counts->permits += one->expected;
    if (round->number % COUNTED_EVERY == 0) {
        count_case(round, one, &decision);
    }
    round->number++;
    return true;
}

/* The last ones again, together. */
static bool compare_together(struct diff_round *round, size_t count)
{
    postern_decision decisions[DIFF_BATCH];

    round->counts->ways[DIFF_BY_BATCH] += count;
    diff_decide_batch(&round->subject, round->cases, count, decisions);
    for (size_t i = 0; i < count; i++) {
        if (!judge(round, &round->cases[i], diff_ways[DIFF_BY_BATCH].name,
                   &decisions[i])) {
            return false;
        }
    }
    return true;
}

static bool compare_batch(struct diff_round *round)
{
    for (size_t i = 0; i < DIFF_BATCH; i++) {
        if (!compare_case(round, &round->cases[i])) {
            return false;
        }
    }
    if (round->care == DIFF_AT_VOLUME &&
        rng_below(&round->rng, diff_ways[DIFF_BY_BATCH].every / 2) != 0) {
        return true;
    }
    return compare_together(round, 1 + rng_below(&round->rng, DIFF_BATCH));
}

/* Originators that requests come from, for the builder of some policies. */
static struct ref_list expected_of(struct diff_round *round)
{
    size_t count = round->parts.parts.counts[REF_WHO];
    const char **names = diff_store_list(&round->parts.store, count);
    struct ref_list list = {names, 0};

    for (size_t n = 0; names && n < count; n++) {
        const char *from = round->parts.parts.of[REF_WHO][n].from;

        if (from && rng_below(&round->rng, 2) == 0) {
            names[list.count++] = from;
        }
    }
    return list;
}

static bool make_subject(struct diff_round *round)
{
    struct ref_list expected = {NULL, 0};
    const char *failure;

    if (rng_below(&round->rng, 3) == 0) {
        expected = expected_of(round);
    }
    failure =
        diff_subject_make(&round->subject, &round->policy.policy, &expected);
    if (failure) {
        return differ(round, NULL, "the builder", failure);
    }
    translate_parts(round);
    for (size_t n = 0; n < round->parts.parts.counts[REF_WHO]; n++) {
        failure = diff_subject_resolve(&round->subject, n,
                                       &round->asked[REF_WHO][n].rq,
                                       &round->parts.parts.of[REF_WHO][n]);
        if (failure) {
            return differ(round, NULL, "postern_principal_new", failure);
        }
    }
    return true;
}

/* Most policies meet few requests, so that there are many policies; the others
 * meet very many. */
static size_t request_count(struct diff_round *round)
{
    if (round->care == DIFF_THOROUGHLY) {
        return FEW_REQUESTS / 2;
    }
    return rng_below(&round->rng, 4) ? FEW_REQUESTS : MANY_REQUESTS;
}

static bool compare_round(struct diff_round *round)
{
    size_t requests = request_count(round);

    if (!make_subject(round)) {
        return false;
    }
    if (!ref_sheet_fill(&round->sheet, &round->policy.policy,
                        &round->parts.parts)) {
        return differ(round, NULL, "the generator",
                      "a policy too large for the sheet");
    }
    diff_features_of(&round->features, &round->sheet, &round->policy);
    diff_count_policy(round->counts, &round->policy.policy);
    for (size_t i = 0; i < requests; i += DIFF_BATCH) {
        if (!compare_batch(round)) {
            return false;
        }
    }
    return true;
}

bool diff_round_run(struct diff_round *round, uint64_t seed, uint64_t number,
                    struct diff_counts *counts)
{
    bool same;

    round->rng = (struct rng){seed};
    round->rng.state = rng_bits(&round->rng) ^ number * 0xD1342543DE82EF95u;
    round->number = rng_below(&round->rng, 1U << 20);
    round->counts = counts;
    round->difference = NULL;
    round->subject = (struct diff_subject){.policy = NULL};
    diff_policy_draw(&round->policy, (enum diff_kind)(number % DIFF_KINDS),
                     &round->rng);
    diff_parts_draw(&round->parts, &round->policy, &round->rng);
    same = compare_round(round);
    diff_subject_free(&round->subject);
    return same;
}

void diff_round_show_difference(const struct diff_round *round, FILE *out)
{
    struct ref_request request;

    fprintf(out, "%s: %s\n", round->way, round->difference);
    show_policy(out, &round->policy.policy);
    if (!round->has_case) {
        return;
    }
    ref_sheet_request(&round->parts.parts, &round->differing.choice, &request);
    show_request(out, &request);
    fputs("    linked:", out);
    for (size_t i = 0; i < round->differing.link_count; i++) {
        fprintf(out, " acp %zu %s", round->differing.links[i].acp,
                round->differing.links[i].self ? "pvs" : "pv");
    }
    fputs("\n", out);
}

void diff_round_show_policy(const struct diff_round *round, FILE *out)
{
    show_policy(out, &round->policy.policy);
}
