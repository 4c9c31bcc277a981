/* What is asked about the worst case, and finding it out. */
#include "cli/cost_found.h"

#include "cli/arguments.h"
#include "policy-lang/policy.h"

#include <getopt.h>

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
    "Without a limit, more than 1000000 ns by 100 ns a line and 8 ns a step "
    "are\n"
    "a warning, with --cost or without it.\n"
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

double pst_cost_ns(const struct pst_cost_found *found, postern_work work)
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

static void set_options(struct pst_cost_found *found)
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

static void find_place(struct pst_cost_found *found)
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

static postern_status find_out(struct pst_cost_found *found)
{
    postern_status status;

    set_options(found);
    status = postern_acp_set_cost(postern_policy_acps(found->asked->policy),
                                  &found->options, &found->cost);
    if (status == POSTERN_OK) {
        find_place(found);
    }
    return status;
}

/* Who asks for other limits has no need of the ceiling. */
bool pst_cost_print(const struct pst_cost_asked *asked, struct pst_speed *speed,
                    postern_status *status)
{
    struct pst_cost_found found = {.asked = asked};

    *status = POSTERN_ERR_MEMORY;
    if (!find_speed(asked->words, speed)) {
        return false;
    }
    found.speed = *speed;
    *status = find_out(&found);
    if (*status != POSTERN_OK) {
        return false;
    }
    pst_cost_show(&found);
    if (!asked->words->max_lines && !asked->words->max_ns) {
        pst_cost_warn(&found);
    }
    return pst_cost_is_within(&found);
}

bool pst_cost_hold(const struct pst_cost_asked *asked, postern_status *status)
{
    struct pst_cost_found found = {
        .asked = asked, .speed = {PST_COST_LINE_NS, PST_COST_STEP_NS}};

    *status = find_out(&found);
    if (*status != POSTERN_OK) {
        return false;
    }
    if (asked->words->max_ns) {
        return pst_cost_refuse(&found);
    }
    pst_cost_warn(&found);
    return true;
}
