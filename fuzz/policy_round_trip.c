#include "fuzz/policy_round_trip.h"

#include "fuzz/fuzz.h"
#include "support/faulty.h"

#include <string.h>

/* Enough for any policy that is worth a look, and soon over. */
static const postern_limits limits = {
    .text_bytes = 1 << 18, .depth = 32, .values = 20000, .rules = 500};

struct loaded {
    postern_policy *policy;
    postern_status status;
    postern_diag diag;
    size_t reports;
};

static void count_report(void *user, const postern_diag *diag)
{
    size_t *reports = user;

    FUZZ_CLAIM(diag->message[0] != '\0');
    FUZZ_CLAIM(memchr(diag->message, '\0', sizeof diag->message));
    ++*reports;
}

static void load(struct loaded *out, postern_str text, postern_format format,
                 postern_rule_errors rule_errors,
                 const postern_allocator *allocator)
{
    postern_load_options options;

    memset(out, 0, sizeof *out);
    postern_load_options_init(&options);
    options.allocator = allocator;
    options.limits = limits;
    options.format = format;
    options.rule_errors = rule_errors;
    options.source = "input";
    options.report = count_report;
    options.user = &out->reports;
    out->status = postern_policy_load(&out->policy, text, &options, &out->diag);
    FUZZ_CLAIM((out->status == POSTERN_OK) == (out->policy != NULL));
    if (out->status != POSTERN_OK) {
        FUZZ_CLAIM(out->status == POSTERN_ERR_SYNTAX ||
                   out->status == POSTERN_ERR_POLICY ||
                   out->status == POSTERN_ERR_LIMIT);
        FUZZ_CLAIM(out->diag.status == out->status);
        FUZZ_CLAIM(out->diag.message[0] != '\0');
    }
}

static postern_str write(const postern_policy *policy, postern_format format)
{
    postern_str text = {NULL, 0};

    FUZZ_CLAIM(postern_policy_write(policy, format, &text) == POSTERN_OK);
    FUZZ_CLAIM(text.data && text.data[text.len] == '\0');
    return text;
}

static bool same(postern_str a, postern_str b)
{
    return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* ---- decisions --------------------------------------------------------- */

enum { PROBES = 6, OPERATIONS = 6 };

static const char *const probes[PROBES] = {
    "Cpump7",     "Cowner1", "/gate-cse/C9886", "//partner.example/Sx",
    "/plant-cse", NULL};

static const postern_operation operations[OPERATIONS] = {
    POSTERN_OP_CREATE, POSTERN_OP_RETRIEVE, POSTERN_OP_UPDATE,
    POSTERN_OP_DELETE, POSTERN_OP_NOTIFY,   POSTERN_OP_DISCOVERY};

static void make_probe(postern_request *rq, const postern_cse *cse,
                       const char *from, postern_operation operation)
{
    postern_request_init(rq);
    if (!from) {
        postern_id_set_absent(&rq->originator);
    } else {
        FUZZ_CLAIM(postern_id_parse_entity(&rq->originator, cse,
                                           postern_str_of(from)) == POSTERN_OK);
    }
    rq->operation = operation;
    rq->authenticated = true;
    rq->time_known = true;
    rq->time_s = 1773742830;
    rq->ip = (postern_ip){4, {10, 1, 2, 3}};
    rq->location = (postern_location){true, 52.09, 5.12, "NL"};
    rq->target_type = 3;
    rq->child_type = 4;
}

/* Two policies that say the same let the same in, by privileges and by
 * self-privileges. */
static void decide_the_same(const postern_policy *a, const postern_policy *b,
                            const postern_request *rq)
{
    const postern_acp_set *left = postern_policy_acps(a);
    const postern_acp_set *right = postern_policy_acps(b);
    postern_effect effect = postern_decide(left, rq).effect;

    FUZZ_CLAIM(postern_explain(left, rq, NULL, NULL).effect == effect);
    FUZZ_CLAIM(postern_decide(right, rq).effect == effect);
    for (uint32_t i = 0; i < postern_acp_set_count(left); i++) {
        postern_acp_ref ref = {i, POSTERN_SELF_PRIVILEGES};

        effect = postern_decide_acps(left, &ref, 1, rq).effect;
        FUZZ_CLAIM(postern_explain_acps(left, &ref, 1, rq, NULL, NULL).effect ==
                   effect);
        FUZZ_CLAIM(postern_decide_acps(right, &ref, 1, rq).effect == effect);
    }
}

static void compare_policies(const postern_policy *a, const postern_policy *b)
{
    postern_request rq;

    FUZZ_CLAIM(postern_acp_set_count(postern_policy_acps(a)) ==
               postern_acp_set_count(postern_policy_acps(b)));
    postern_request_init(&rq);
    FUZZ_CLAIM(postern_decide(postern_policy_acps(a), &rq).effect ==
               POSTERN_DENY);
    for (size_t i = 0; i < PROBES; i++) {
        for (size_t k = 0; k < OPERATIONS; k++) {
            make_probe(&rq, postern_policy_cse(a), probes[i], operations[k]);
            decide_the_same(a, b, &rq);
        }
    }
}

/* ---- the claims -------------------------------------------------------- */

/* What is written in a format loads again and is written the same. */
static void come_back(const postern_policy *policy, postern_format format,
                      postern_rule_errors rule_errors,
                      const postern_allocator *allocator)
{
    postern_str first = write(policy, format);
    postern_str json = write(policy, POSTERN_FORMAT_JSON);
    struct loaded again;
    postern_str second;

    load(&again, first, format, rule_errors, allocator);
    FUZZ_CLAIM(again.status == POSTERN_OK);
    second = write(again.policy, format);
    FUZZ_CLAIM(same(first, second));
    postern_text_free(again.policy, second);
    second = write(again.policy, POSTERN_FORMAT_JSON);
    FUZZ_CLAIM(same(json, second));
    postern_text_free(again.policy, second);
    compare_policies(policy, again.policy);
    postern_policy_free(again.policy);
    postern_text_free(policy, first);
    postern_text_free(policy, json);
}

static void check_twice(const postern_policy *policy)
{
    size_t reports = 0;
    size_t count =
        postern_policy_check(policy, 1773742830, count_report, &reports);

    FUZZ_CLAIM(count == reports);
    FUZZ_CLAIM(postern_policy_check(policy, 1773742830, count_report,
                                    &reports) == count);
    postern_policy_check(policy, INT64_MIN, count_report, &reports);
}

void fuzz_policy(postern_str text, postern_format format)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct loaded strict;
    struct loaded lenient;

    load(&strict, text, format, POSTERN_RULE_ERRORS_REFUSE, &allocator);
    if (!strict.policy) {
        FUZZ_CLAIM(heap.live == 0);
    }
    load(&lenient, text, format, POSTERN_RULE_ERRORS_DISABLE, &allocator);
    if (strict.policy) {
        FUZZ_CLAIM(lenient.policy != NULL);
        compare_policies(strict.policy, lenient.policy);
        come_back(strict.policy, POSTERN_FORMAT_JSON,
                  POSTERN_RULE_ERRORS_REFUSE, &allocator);
        come_back(strict.policy, POSTERN_FORMAT_YAML,
                  POSTERN_RULE_ERRORS_REFUSE, &allocator);
        check_twice(strict.policy);
    } else if (lenient.policy) {
        come_back(lenient.policy, POSTERN_FORMAT_JSON,
                  POSTERN_RULE_ERRORS_DISABLE, &allocator);
        come_back(lenient.policy, POSTERN_FORMAT_YAML,
                  POSTERN_RULE_ERRORS_DISABLE, &allocator);
        check_twice(lenient.policy);
    }
    postern_policy_free(strict.policy);
    postern_policy_free(lenient.policy);
    FUZZ_CLAIM(heap.live == 0);
    FUZZ_CLAIM(heap.wrong_sizes == 0);
}
