/*
 * Every combination of what the five terms can be, one rule and one request
 * each. [DEC-13] [DEC-04] [DEC-06]
 */
#include "property/property.h"

#include "support/compare.h"
#include "support/translate.h"

#include <stdio.h>

enum ctx { CTX_ABSENT, CTX_TRUE, CTX_FALSE, CTX_UNKNOWN, CTX_COUNT };
enum objd { OBJD_ABSENT, OBJD_TRUE, OBJD_FALSE, OBJD_NOT_CREATE, OBJD_COUNT };

struct cell {
    bool flag;
    bool authn;
    bool orig;
    bool ops;
    enum ctx ctx;
    enum objd objd;
};

enum { CREATE = 1, RETRIEVE = 2, ACOP_CREATE = 1, ACOP_RETRIEVE = 2 };

static const char *const listed[] = {"Cpump7"};
static const char *const others[] = {"Cpump8", "/gate/Cpump7"};
static const char *const addresses[] = {"10.0.0.0/8"};
static const uint32_t child_types[] = {4};

static bool should_permit(const struct cell *cell)
{
    return (!cell->flag || cell->authn) && cell->orig && cell->ops &&
           (cell->ctx == CTX_ABSENT || cell->ctx == CTX_TRUE) &&
           cell->objd != OBJD_FALSE;
}

static struct ref_request request_of(const struct cell *cell)
{
    return (struct ref_request){
        .from = "Cpump7",
        .operation = cell->objd == OBJD_NOT_CREATE ? RETRIEVE : CREATE,
        .authenticated = cell->authn,
        .ip = cell->ctx == CTX_UNKNOWN ? NULL
              : cell->ctx == CTX_FALSE ? "11.1.2.3"
                                       : "10.1.2.3",
        .target_type = 3,
        .child_type = cell->objd == OBJD_TRUE ? 4 : 3,
    };
}

static struct ref_rule rule_of(const struct cell *cell,
                               const struct ref_context *context,
                               const struct ref_details *details)
{
    uint32_t asked =
        cell->objd == OBJD_NOT_CREATE ? ACOP_RETRIEVE : ACOP_CREATE;

    return (struct ref_rule){
        .originators = {cell->orig ? listed : others, cell->orig ? 1 : 2},
        .operations = cell->ops ? asked : 63 - asked,
        .authentication_flag = cell->flag,
        .contexts = context,
        .context_count = cell->ctx != CTX_ABSENT,
        .details = details,
        .details_count = cell->objd != OBJD_ABSENT,
    };
}

static bool wrong(const struct cell *cell, const char *what)
{
    fprintf(stderr,
            "%s is wrong for flag %d authn %d orig %d ops %d ctx %d objd %d\n",
            what, cell->flag, cell->authn, cell->orig, cell->ops, cell->ctx,
            cell->objd);
    return false;
}

/* The explanation tells what is false from what is not known. [DEC-11] */
static void keep_ctxts(void *user, const postern_rule_explanation *rule)
{
    *(postern_truth *)user = rule->ctxts;
}

static bool explains_ctxts(const postern_acp_set *set,
                           const postern_request *rq, const struct cell *cell)
{
    static const postern_truth truths[CTX_COUNT] = {
        [CTX_ABSENT] = POSTERN_TRUE,
        [CTX_TRUE] = POSTERN_TRUE,
        [CTX_FALSE] = POSTERN_FALSE,
        [CTX_UNKNOWN] = POSTERN_UNKNOWN,
    };
    postern_truth ctxts = (postern_truth)-1;

    postern_explain(set, rq, keep_ctxts, &ctxts);
    return ctxts == truths[cell->ctx];
}

static bool try_cell(const struct cell *cell)
{
    const struct ref_context context = {.addresses = {addresses, 1}};
    const struct ref_details details = {.child_types = child_types,
                                        .child_type_count = 1};
    const struct ref_rule rule = rule_of(cell, &context, &details);
    const struct ref_acp acp = {
        "acp", REF_NEVER_EXPIRES, {&rule, 1}, {NULL, 0}};
    const struct ref_policy policy = {
        {"//sp.example", "/plant"}, &acp, 1, NULL, 0};
    const struct ref_request rq = request_of(cell);
    struct translated_request translated;
    postern_cse cse;
    postern_acp_set *set = translate_policy(&policy, &cse);
    const struct pair pair = {&policy, set, &cse, &set};
    bool permits = false;
    bool right;

    if (!set) {
        return wrong(cell, "building the policy");
    }
    translate_request(&translated, &cse, &rq);
    right = (postern_decide(set, &translated.rq).effect == POSTERN_PERMIT) ==
                should_permit(cell) &&
            explains_ctxts(set, &translated.rq, cell) &&
            compare_all(&pair, &rq, &permits) && permits == should_permit(cell);
    postern_acp_set_free(set);
    return right ? true : wrong(cell, "the decision");
}

bool every_cell_is_as_the_standard_says(struct rng *rng, size_t count)
{
    size_t cells = 0;

    (void)rng;
    (void)count;
    for (unsigned bits = 0; bits < 16; bits++) {
        for (int i = 0; i < CTX_COUNT * OBJD_COUNT; i++) {
            struct cell cell = {bits & 1,
                                bits & 2,
                                bits & 4,
                                bits & 8,
                                (enum ctx)(i / OBJD_COUNT),
                                (enum objd)(i % OBJD_COUNT)};

            cells++;
            if (!try_cell(&cell)) {
                return false;
            }
        }
    }
    return cells == 256;
}
