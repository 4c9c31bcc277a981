#include "cli/cost.h"

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/plain.h"
#include "pdp/facts.h"
#include "policy-lang/policy.h"
#include "policy-lang/vocabulary.h"

#include <getopt.h>
#include <stdio.h>

const char pst_cost_help[] =
    "\n"
    "      --cost             prints the worst case of a decision, whatever "
    "the\n"
    "                         request: cache lines, steps, and time by the "
    "speed\n"
    "                         of this machine, measured for a moment\n"
    "      --groups N         groups that a requester may be in (16)\n"
    "      --roles N          roles that a requester may have (16)\n"
    "      --links N          ACPs that one decision is by (8)\n"
    "      --attributes N     attributes that a request may name (64)\n"
    "      --id-length N      bytes of the longest part of an identifier "
    "(256)\n"
    "      --max-lines N      more lines make the exit status 1\n"
    "      --max-ns N         more nanoseconds make the exit status 1\n"
    "      --line-ns N        of a line, instead of measuring\n"
    "      --step-ns N        of a step, instead of measuring\n"
    "\n"
    "Exit status: 0 usable, 1 warnings with --strict or more than --max-lines\n"
    "or --max-ns, 2 errors.\n";

/* ---- options --------------------------------------------------------------
 */

struct number {
    int option;
    const char *name;
    uint32_t *value;
};

bool pst_cost_take(struct pst_cost_words *words,
                   const struct pst_command *command, int option)
{
    const struct number numbers[] = {
        {PST_OPTION_GROUPS, "--groups", &words->groups},
        {PST_OPTION_ROLES, "--roles", &words->roles},
        {PST_OPTION_LINKS, "--links", &words->links},
        {PST_OPTION_ATTRIBUTES, "--attributes", &words->attributes},
        {PST_OPTION_ID_LENGTH, "--id-length", &words->text},
        {PST_OPTION_MAX_LINES, "--max-lines", &words->max_lines},
        {PST_OPTION_MAX_NS, "--max-ns", &words->max_ns},
        {PST_OPTION_LINE_NS, "--line-ns", &words->line_ns},
        {PST_OPTION_STEP_NS, "--step-ns", &words->step_ns},
    };

    words->wanted = true;
    if (option == PST_OPTION_COST) {
        return true;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i].option == option) {
            return pst_take_number(command, numbers[i].name, optarg, UINT32_MAX,
                                   numbers[i].value);
        }
    }
    return false;
}

/* ---- what is found --------------------------------------------------------
 */

struct found {
    const struct pst_cost_asked *asked;
    struct pst_speed speed;
    postern_cost_options options; /* with the defaults filled in */
    postern_cost cost;
    /* The dearest ACP and its dearest rule, NULL when there is none. */
    const struct pst_resource *acp;
    const struct pst_node *rule;
};

static double time_of(const struct found *found, postern_work work)
{
    return (double)work.lines * found->speed.line_ns +
           (double)work.steps * found->speed.step_ns;
}

static bool find_speed(const struct pst_cost_words *words,
                       struct pst_speed *speed)
{
    bool known = words->line_ns && words->step_ns;

    if (!known && speed->line_ns <= 0 && !pst_speed_measure(speed)) {
        return false;
    }
    speed->line_ns = words->line_ns ? words->line_ns : speed->line_ns;
    speed->step_ns = words->step_ns ? words->step_ns : speed->step_ns;
    return true;
}

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value ? value : otherwise;
}

static void set_options(struct found *found)
{
    const struct pst_cost_words *words = found->asked->words;
    double line_steps = found->speed.line_ns / found->speed.step_ns;

    postern_cost_options_init(&found->options);
    found->options.groups = or_default(words->groups, 16);
    found->options.roles = or_default(words->roles, 16);
    found->options.links = or_default(words->links, 8);
    found->options.attributes = or_default(words->attributes, 64);
    found->options.text = or_default(words->text, 256);
    found->options.line_steps =
        line_steps > 1 && line_steps < 1e6 ? (uint32_t)line_steps : 1;
}

static void find_place(struct found *found)
{
    const postern_policy *policy = found->asked->policy;

    for (uint32_t i = 0; i < policy->resource_count; i++) {
        const struct pst_resource *resource = &policy->resources[i];
        const struct pst_rule_set *rules =
            found->cost.which == POSTERN_PRIVILEGES
                ? &resource->privileges
                : &resource->self_privileges;

        if (resource->ty != 1 || resource->acp != found->cost.acp) {
            continue;
        }
        found->acp = resource;
        if (found->cost.rule < rules->count) {
            found->rule = rules->nodes[found->cost.rule];
        }
    }
}

/* ---- text -----------------------------------------------------------------
 */

static void print_time(double ns)
{
    if (ns < 1e4) {
        (void)printf("%.0f ns", ns);
    } else if (ns < 1e7) {
        (void)printf("%.1f us", ns / 1e3);
    } else {
        (void)printf("%.1f ms", ns / 1e6);
    }
}

static void print_work(const struct found *found, const char *what,
                       postern_work work)
{
    (void)printf("  %-12s %12llu lines %14llu steps  ", what,
                 (unsigned long long)work.lines,
                 (unsigned long long)work.steps);
    print_time(time_of(found, work));
    (void)printf("\n");
}

static const char *operation_word(postern_operation operation)
{
    return pst_operation_word(pst_operation_bit(operation));
}

static void print_place(const struct found *found, const struct pst_node *node)
{
    if (found->acp && node) {
        pst_plain(stdout, postern_str_of(found->acp->document->source));
        (void)printf(":%u:%u: ", node->line, node->column);
    }
}

static void print_dearest(const struct found *found)
{
    const postern_cost *cost = &found->cost;

    if (!found->acp) {
        return;
    }
    (void)printf("dearest:\n");
    print_work(found, "ACP", cost->acp_work);
    (void)printf("    ");
    print_place(found, found->acp->node);
    pst_plain(stdout, found->acp->ri);
    (void)printf(", %s, %s\n",
                 cost->which == POSTERN_PRIVILEGES ? "privileges"
                                                   : "selfPrivileges",
                 operation_word(cost->operation));
    if (cost->rule != POSTERN_NO_RULE) {
        print_work(found, "rule", cost->rule_work);
        (void)printf("    ");
        print_place(found, found->rule);
        (void)printf("rule %u\n", cost->rule);
    }
    if (cost->originator[0]) {
        print_work(found, "originator", cost->originator_work);
        (void)printf("    ");
        pst_plain(stdout, postern_str_of(cost->originator));
        (void)printf(" in %u rules\n", cost->originator_rules);
    }
}

static void print_text(const struct found *found)
{
    const postern_cost *cost = &found->cost;
    char acps[32];

    (void)snprintf(acps, sizeof acps, "%u ACPs", found->options.links);
    pst_plain(stdout, postern_str_of(found->asked->name));
    (void)printf(": the worst case of one decision\n");
    print_work(found, "names", cost->names);
    print_work(found, "patterns", cost->patterns);
    print_work(found, acps, cost->acps);
    print_work(found, "together", cost->decision);
    print_dearest(found);
    (void)printf("  an originator matches at most %llu wildcards: %llu "
                 "lookups, %llu tried\n"
                 "  a requester answers to at most %llu originators of rules\n",
                 (unsigned long long)cost->pattern_matches,
                 (unsigned long long)cost->pattern_lookups,
                 (unsigned long long)cost->pattern_trials,
                 (unsigned long long)cost->answers);
    (void)printf("  for requests of %u groups, %u roles, %u attributes, parts "
                 "of identifiers up to %u bytes\n",
                 found->options.groups, found->options.roles,
                 found->options.attributes, found->options.text);
    (void)printf("  lines and steps are bounds; times are these by %.1f ns a "
                 "line and %.1f ns a step%s\n",
                 found->speed.line_ns, found->speed.step_ns,
                 found->asked->words->line_ns && found->asked->words->step_ns
                     ? ""
                     : ", measured on this machine now");
}

/* ---- JSON -----------------------------------------------------------------
 */

/* Beyond what JSON readers take for whole numbers there is one number. */
static void json_number(struct pst_json_out *out, const char *name,
                        uint64_t value)
{
    pst_json_out_number(out, name,
                        value < INT64_MAX ? (int64_t)value : INT64_MAX);
}

static void json_work(const struct found *found, const char *name,
                      postern_work work)
{
    struct pst_json_out *out = found->asked->json;
    double ns = time_of(found, work);

    pst_json_out_name(out, name);
    pst_json_out_open(out, '{');
    json_number(out, "lines", work.lines);
    json_number(out, "steps", work.steps);
    json_number(out, "ns", ns < 9e18 ? (uint64_t)ns : UINT64_MAX);
    pst_json_out_close(out, '}');
}

static void json_place(const struct found *found, const struct pst_node *node)
{
    struct pst_json_out *out = found->asked->json;

    if (node) {
        pst_json_out_text(out, "file", found->acp->document->source);
        pst_json_out_number(out, "line", node->line);
        pst_json_out_number(out, "column", node->column);
    }
}

static void json_dearest(const struct found *found)
{
    struct pst_json_out *out = found->asked->json;
    const postern_cost *cost = &found->cost;

    pst_json_out_name(out, "acp");
    pst_json_out_open(out, '{');
    pst_json_out_name(out, "ri");
    pst_json_out_str(out, found->acp->ri);
    pst_json_out_text(out, "which",
                      cost->which == POSTERN_PRIVILEGES ? "pv" : "pvs");
    pst_json_out_text(out, "operation", operation_word(cost->operation));
    json_place(found, found->acp->node);
    json_work(found, "cost", cost->acp_work);
    pst_json_out_close(out, '}');
    if (cost->rule != POSTERN_NO_RULE) {
        pst_json_out_name(out, "rule");
        pst_json_out_open(out, '{');
        pst_json_out_number(out, "number", cost->rule);
        json_place(found, found->rule);
        json_work(found, "cost", cost->rule_work);
        pst_json_out_close(out, '}');
    }
    if (cost->originator[0]) {
        pst_json_out_name(out, "originator");
        pst_json_out_open(out, '{');
        pst_json_out_text(out, "id", cost->originator);
        pst_json_out_number(out, "rules", cost->originator_rules);
        json_work(found, "cost", cost->originator_work);
        pst_json_out_close(out, '}');
    }
}

static void print_json(const struct found *found)
{
    struct pst_json_out *out = found->asked->json;
    const postern_cost *cost = &found->cost;

    pst_json_out_open(out, '{');
    pst_json_out_text(out, "cost", found->asked->name);
    json_work(found, "decision", cost->decision);
    json_work(found, "names", cost->names);
    json_work(found, "patterns", cost->patterns);
    json_work(found, "acps", cost->acps);
    if (found->acp) {
        json_dearest(found);
    }
    json_number(out, "matches", cost->pattern_matches);
    json_number(out, "lookups", cost->pattern_lookups);
    json_number(out, "trials", cost->pattern_trials);
    json_number(out, "answers", cost->answers);
    json_number(out, "links", found->options.links);
    json_number(out, "groups", found->options.groups);
    json_number(out, "roles", found->options.roles);
    json_number(out, "attributes", found->options.attributes);
    json_number(out, "id_length", found->options.text);
    json_number(out, "line_ps", (uint64_t)(found->speed.line_ns * 1e3));
    json_number(out, "step_ps", (uint64_t)(found->speed.step_ns * 1e3));
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout); /* pst_finish() notices */
}

/* ---- limits ---------------------------------------------------------------
 */

/* The part of a decision that takes longest is the reason. */
enum reason { REASON_NAMES, REASON_PATTERNS, REASON_ACP };

static enum reason reason_of(const struct found *found)
{
    double names = time_of(found, found->cost.names);
    double patterns = time_of(found, found->cost.patterns);
    double acps = time_of(found, found->cost.acps);

    if (found->acp && acps >= names && acps >= patterns) {
        return REASON_ACP;
    }
    return patterns >= names ? REASON_PATTERNS : REASON_NAMES;
}

static void write_acp(const struct found *found, struct pst_text *text)
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

static void write_reason(const struct found *found, struct pst_text *text)
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

static void report_limit(const struct found *found, uint64_t value,
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

static bool is_within(const struct found *found)
{
    const struct pst_cost_words *words = found->asked->words;
    double ns = time_of(found, found->cost.decision);
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

bool pst_cost_print(const struct pst_cost_asked *asked, struct pst_speed *speed,
                    postern_status *status)
{
    struct found found = {.asked = asked};

    *status = POSTERN_ERR_MEMORY;
    if (!find_speed(asked->words, speed)) {
        return false;
    }
    found.speed = *speed;
    set_options(&found);
    *status = postern_acp_set_cost(postern_policy_acps(asked->policy),
                                   &found.options, &found.cost);
    if (*status != POSTERN_OK) {
        return false;
    }
    find_place(&found);
    if (asked->as_json) {
        print_json(&found);
    } else {
        print_text(&found);
    }
    return is_within(&found);
}
