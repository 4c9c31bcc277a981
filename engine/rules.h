/*
 * All the rules of a decision, so many links at a time: those of the ACPs
 * selected, then those that tokens or dynamic authorization bring. These count
 * as if linked to the target, also where it has no policy; but neither for the
 * self-privileges of an ACP nor where nobody but an owner is let in. [TOK-10]
 * [DDA-19] [DDA-21]
 */
#ifndef PST_RULES_H
#define PST_RULES_H

#include "prp/selection.h"

enum pst_origin { PST_ORIGIN_ACP, PST_ORIGIN_TOKEN, PST_ORIGIN_GRANT };

/* Besides the links of the selection. */
struct pst_extra {
    bool applies;
    size_t next;  /* to go on with: first those of tokens, then the granted */
    size_t first; /* in run->links: those before are of the selection */
    uint32_t numbers[PST_LINKS_AT_ONCE]; /* which they are, from `first` on */
};

struct pst_run;

/* After run->selection was made. */
void pst_rules_select(struct pst_run *run, bool acpi_is_target);

/* Before the first call of pst_rules_next(). */
void pst_rules_rewind(struct pst_run *run);

/* Fills run->links with the next ones. False when none are left: then it stays
 * as it is. */
bool pst_rules_next(struct pst_run *run,
                    const struct pst_link_context *context);

/* Whose rules run->links.links[link] are; run->links.ids has its name. */
enum pst_origin pst_rules_origin(const struct pst_run *run, size_t link);

#endif
