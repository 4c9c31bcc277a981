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

/* A limit, and what is more. */
struct excess {
    uint64_t value;
    const char *unit;
    uint64_t limit;
    postern_severity severity;
    bool held; /* against a ceiling that may be unknown to who reads it */
};

static void write_excess(const struct pst_cost_found *found,
                         const struct excess *excess, struct pst_text *text)
{
    pst_text_add(text, "a decision may take ");
    pst_text_add_uint(text, excess->value);
    pst_text_add(text, excess->unit);
    pst_text_add(text, ", more than ");
    pst_text_add_uint(text, excess->limit);
    if (excess->held) {
        pst_text_add(text, " (see postern check --cost)");
    }
    write_reason(found, text);
    if (excess->held && found->acp && reason_of(found) != REASON_ACP) {
        write_acp(found, text);
    }
}

static void report_limit(const struct pst_cost_found *found,
                         const struct excess *excess)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_finding finding = {.lint = "cost", .message = message};
    struct pst_text text;
    postern_diag diag = {.status = POSTERN_OK};

    pst_text_init(&text, message, sizeof message);
    write_excess(found, excess, &text);
    if (reason_of(found) == REASON_ACP) {
        finding.document = found->acp->document;
        finding.node = found->rule ? found->rule : found->acp->node;
        pst_finding_describe(&finding, &diag);
    } else {
        pst_diag_copy(diag.source, sizeof diag.source, found->asked->name);
        pst_diag_copy(diag.lint, sizeof diag.lint, finding.lint);
        pst_diag_copy(diag.message, sizeof diag.message, message);
    }
    diag.severity = excess->severity;
    found->asked->report(found->asked->user, &diag);
}

static uint64_t whole(double ns)
{
    return ns < 1e18 ? (uint64_t)ns : UINT64_MAX;
}

bool pst_cost_is_within(const struct pst_cost_found *found)
{
    const struct pst_cost_words *words = found->asked->words;
    uint64_t cache_lines = found->cost.decision.lines;
    double ns = pst_cost_ns(found, found->cost.decision);
    bool few = !words->max_lines || cache_lines <= words->max_lines;
    bool fast = !words->max_ns || ns <= words->max_ns;
    struct excess lines = {.value = cache_lines,
                           .unit = " cache lines",
                           .limit = words->max_lines,
                           .severity = POSTERN_SEVERITY_WARNING};
    struct excess time = {.value = whole(ns),
                          .unit = " ns",
                          .limit = words->max_ns,
                          .severity = POSTERN_SEVERITY_WARNING};

    if (!few) {
        report_limit(found, &lines);
    }
    if (!fast) {
        report_limit(found, &time);
    }
    return few && fast;
}

static bool is_under(const struct pst_cost_found *found, uint32_t limit,
                     postern_severity severity)
{
    struct pst_cost_found usual = *found;
    struct excess excess = {
        .unit = " ns", .limit = limit, .severity = severity, .held = true};
    double ns;

    usual.speed = (struct pst_speed){PST_COST_LINE_NS, PST_COST_STEP_NS};
    ns = pst_cost_ns(&usual, found->cost.decision);
    if (ns <= limit) {
        return true;
    }
    excess.value = whole(ns);
    report_limit(&usual, &excess);
    return false;
}

void pst_cost_warn(const struct pst_cost_found *found)
{
    (void)is_under(found, PST_COST_CEILING_NS, POSTERN_SEVERITY_WARNING);
}

bool pst_cost_refuse(const struct pst_cost_found *found)
{
    return is_under(found, found->asked->words->max_ns, POSTERN_SEVERITY_ERROR);
}
