/*
 * The worst case of a policy set, in cache lines, steps and nanoseconds: what
 * postern check --cost prints, by the speed of this machine, and the ceiling
 * that every policy is held against by a speed that is always the same.
 */
#ifndef PST_COST_OF_POLICY_H
#define PST_COST_OF_POLICY_H

#include "cli/command.h"
#include "cli/json_out.h"
#include "cli/speed.h"

#include <postern/policy.h>

/* What the options say. */
struct pst_cost_words {
    bool wanted;
    uint32_t groups; /* 0: the default */
    uint32_t roles;
    uint32_t links;
    uint32_t attributes;
    uint32_t text;
    uint32_t max_lines; /* 0: none */
    uint32_t max_ns;    /* 0: none */
    uint32_t line_ns;   /* 0: as measured */
    uint32_t step_ns;   /* 0: as measured */
};

/* Above it a policy is warned of; by how long a line and a step are taken to
 * last for that, on whatever machine. */
enum {
    PST_COST_CEILING_NS = 1000000,
    PST_COST_LINE_NS = 100,
    PST_COST_STEP_NS = 8
};

#define PST_COST_OPTIONS                                                       \
    {"cost", no_argument, NULL, PST_OPTION_COST},                              \
        {"groups", required_argument, NULL, PST_OPTION_GROUPS},                \
        {"roles", required_argument, NULL, PST_OPTION_ROLES},                  \
        {"links", required_argument, NULL, PST_OPTION_LINKS},                  \
        {"attributes", required_argument, NULL, PST_OPTION_ATTRIBUTES},        \
        {"id-length", required_argument, NULL, PST_OPTION_ID_LENGTH},          \
        {"max-lines", required_argument, NULL, PST_OPTION_MAX_LINES},          \
        {"max-ns", required_argument, NULL, PST_OPTION_MAX_NS},                \
        {"line-ns", required_argument, NULL, PST_OPTION_LINE_NS},              \
    {                                                                          \
        "step-ns", required_argument, NULL, PST_OPTION_STEP_NS                 \
    }

extern const char pst_cost_help[];

/* Takes one of these options from optarg; false, and reported, when it cannot
 * be taken or is another. */
bool pst_cost_take(struct pst_cost_words *words,
                   const struct pst_command *command, int option);

/* What is printed of a policy, and by what. */
struct pst_cost_asked {
    const struct pst_cost_words *words;
    const postern_policy *policy;
    const char *name; /* of the policy, for people */
    bool as_json;
    struct pst_json_out *json;
    /* Gets each limit that the worst case is above, as a warning, or as an
     * error when it refuses the policy. */
    void (*report)(void *user, const postern_diag *diag);
    void *user;
};

/* Prints the worst case. `speed` is measured when it is zero. False: a limit
 * was exceeded. POSTERN_ERR_MEMORY in `status`. */
bool pst_cost_print(const struct pst_cost_asked *asked, struct pst_speed *speed,
                    postern_status *status);

/* Prints nothing, and measures nothing: the worst case and the ceiling. False:
 * it is above --max-ns, which takes the place of the ceiling and refuses.
 * POSTERN_ERR_MEMORY in `status`. */
bool pst_cost_hold(const struct pst_cost_asked *asked, postern_status *status);

#endif
