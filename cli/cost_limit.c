/* A worst case above a limit: that it is, and why. */
#include "cli/cost_found.h"

#include "base/text.h"
#include "policy-lang/policy.h"

/* The part of a decision that takes longest is the reason. */
enum reason { REASON_NAMES, REASON_PATTERNS, REASON_ACP };

static enum reason reason_of(const struct pst_cost_found *found)
{
    double names = pst_cost_ns(found, found->cost.names);
    double patterns = pst_cost_ns(found, found->cost.patterns);
    double acps = pst_cost_ns(found, found->cost.acps);

    if (found->acp && acps >= names && acps >= patterns) {
        return REASON_ACP;
    }
    return patterns >= names ? REASON_PATTERNS : REASON_NAMES;
}

static void write_acp(const struct pst_cost_found *found, struct pst_text *text)
{
    const postern_cost *cost = &found->cost;

    pst_text_add(text, "; the dearest ACP is ");
    pst_text_add_quoted(text, found->acp->ri);
    if (cost->originator[0]) {
        pst_text_add(text, ", in it originator ");
        pst_text_add_quoted(text, postern_str_of(cost->originator));
    }
    if (cost->rule != POSTERN_NO_RULE) {
        pst_text_add(text, ", in it rule ");
        pst_text_add_uint(text, cost->rule);
    }
}

static void write_reason(const struct pst_cost_found *found,
                         struct pst_text *text)
{
    switch (reason_of(found)) {
    case REASON_ACP:
        write_acp(found, text);
        break;
    case REASON_PATTERNS:
        pst_text_add(text, "; most of it is finding which wildcards an "
                           "originator matches, of which ");
        pst_text_add_uint(text, found->cost.pattern_trials);
        pst_text_add(text, " may be tried");
        break;
    case REASON_NAMES:
    default:
        pst_text_add(text, "; most of it is finding names");
        break;
    }
}

static void report_limit(const struct pst_cost_found *found, uint64_t value,
                         const char *unit, uint64_t limit)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_finding finding = {.lint = "cost", .message = message};
    struct pst_text text;
    postern_diag diag = {.status = POSTERN_OK};

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, "a decision may take ");
    pst_text_add_uint(&text, value);
    pst_text_add(&text, unit);
    pst_text_add(&text, ", more than ");
    pst_text_add_uint(&text, limit);
    write_reason(found, &text);
    if (reason_of(found) == REASON_ACP) {
        finding.document = found->acp->document;
        finding.node = found->rule ? found->rule : found->acp->node;
        pst_finding_describe(&finding, &diag);
    } else {
        pst_diag_copy(diag.source, sizeof diag.source, found->asked->name);
        pst_diag_copy(diag.lint, sizeof diag.lint, finding.lint);
        pst_diag_copy(diag.message, sizeof diag.message, message);
    }
    diag.severity = POSTERN_SEVERITY_WARNING;
    found->asked->report(found->asked->user, &diag);
}

bool pst_cost_is_within(const struct pst_cost_found *found)
{
    const struct pst_cost_words *words = found->asked->words;
    double ns = pst_cost_ns(found, found->cost.decision);
    bool few =
        !words->max_lines || found->cost.decision.lines <= words->max_lines;
    bool fast = !words->max_ns || ns <= words->max_ns;

    if (!few) {
        report_limit(found, found->cost.decision.lines, " cache lines",
                     words->max_lines);
    }
    if (!fast) {
        report_limit(found, ns < 1e18 ? (uint64_t)ns : UINT64_MAX, " ns",
                     words->max_ns);
    }
    return few && fast;
}
