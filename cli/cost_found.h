/* The worst case of a policy as it was found out (cost.c), to be printed
 * (cost_print.c) and compared with limits (cost_limit.c). */
#ifndef PST_COST_FOUND_H
#define PST_COST_FOUND_H

#include "cli/cost.h"

struct pst_cost_found {
    const struct pst_cost_asked *asked;
    struct pst_speed speed;
    postern_cost_options options; /* with the defaults filled in */
    postern_cost cost;
    /* The dearest ACP and its dearest rule, NULL when there is none. */
    const struct pst_resource *acp;
    const struct pst_node *rule;
};

double pst_cost_ns(const struct pst_cost_found *found, postern_work work);

/* As text, or as JSON where that was asked for. */
void pst_cost_show(const struct pst_cost_found *found);

/* False: it is above a limit that was asked for, and that is reported. */
bool pst_cost_is_within(const struct pst_cost_found *found);

/* Reports when it is above the ceiling, by the speed that goes with that. */
void pst_cost_warn(const struct pst_cost_found *found);

/* False: it is above --max-ns, and that is reported as an error. */
bool pst_cost_refuse(const struct pst_cost_found *found);

#endif
