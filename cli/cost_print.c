/* The worst case of a policy set, for people and for programs. */
#include "cli/cost_found.h"

#include "cli/plain.h"
#include "pdp/facts.h"
#include "policy-lang/policy.h"
#include "policy-lang/vocabulary.h"

#include <stdio.h>

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

static void print_work(const struct pst_cost_found *found, const char *what,
                       postern_work work)
{
    (void)printf("  %-12s %12llu lines %14llu steps  ", what,
                 (unsigned long long)work.lines,
                 (unsigned long long)work.steps);
    print_time(pst_cost_ns(found, work));
    (void)printf("\n");
}

static const char *operation_word(postern_operation operation)
{
    return pst_operation_word(pst_operation_bit(operation));
}

static void print_place(const struct pst_cost_found *found,
                        const struct pst_node *node)
{
    if (found->acp && node) {
        pst_plain(stdout, postern_str_of(found->acp->document->source));
        (void)printf(":%u:%u: ", node->line, node->column);
    }
}

static void print_dearest(const struct pst_cost_found *found)
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

static void print_text(const struct pst_cost_found *found)
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

static void json_work(const struct pst_cost_found *found, const char *name,
                      postern_work work)
{
    struct pst_json_out *out = found->asked->json;
    double ns = pst_cost_ns(found, work);

    pst_json_out_name(out, name);
    pst_json_out_open(out, '{');
    json_number(out, "lines", work.lines);
    json_number(out, "steps", work.steps);
    json_number(out, "ns", ns < 9e18 ? (uint64_t)ns : UINT64_MAX);
    pst_json_out_close(out, '}');
}

static void json_place(const struct pst_cost_found *found,
                       const struct pst_node *node)
{
    struct pst_json_out *out = found->asked->json;

    if (node) {
        pst_json_out_text(out, "file", found->acp->document->source);
        pst_json_out_number(out, "line", node->line);
        pst_json_out_number(out, "column", node->column);
    }
}

static void json_dearest(const struct pst_cost_found *found)
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

static void print_json(const struct pst_cost_found *found)
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

void pst_cost_show(const struct pst_cost_found *found)
{
    if (found->asked->as_json) {
        print_json(found);
    } else {
        print_text(found);
    }
}
