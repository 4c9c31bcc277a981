#include "engine/lease.h"

#include "tokens/verifier.h"

void pst_lease_begin(struct pst_run *run)
{
    run->edge_s = INT64_MAX;
    if (run->leases && run->primitive.wants_lease && run->now.known) {
        run->now.edge_s = &run->edge_s;
    }
}

/* Other links might go on permitting; that would be for another decision. */
void pst_lease_permit(struct pst_run *run)
{
    postern_lease lease;

    if (run->now.edge_s) {
        (void)postern_decide_links_until(run->links.links, run->links.count,
                                         &run->request, &lease);
        pst_edge_at(&run->now, lease.until_s);
    }
}

static void note_opening(struct pst_run *run)
{
    pst_edge_at(&run->now,
                postern_next_opening_links(run->links.links, run->links.count,
                                           &run->request));
}

/* Groups, roles and places were found out only for the rules that are open now.
 * Whatever opens next may want others. */
void pst_lease_denial(struct pst_run *run)
{
    struct pst_link_context context = {.view = &run->view, .now = run->now};

    if (!run->now.edge_s || run->rounds == 0) {
        return;
    }
    if (run->rounds == 1) { /* the links are those there are */
        note_opening(run);
        return;
    }
    pst_rules_rewind(run);
    while (pst_rules_next(run, &context)) {
        note_opening(run);
    }
}

/* What has not been found out, or went wrong, may be otherwise at once. */
static bool is_final(const postern_answer *answer)
{
    return answer->stage != POSTERN_STAGE_WAITING &&
           answer->rsc != POSTERN_RSC_INTERNAL;
}

void pst_lease_end(struct pst_run *run)
{
    if (run->tokens.begun) {
        pst_edge_at(&run->now, run->tokens.verifier->edge_s);
    }
    if (run->primitive.wants_lease && is_final(&run->answer)) {
        run->answer.until_s = run->edge_s;
    }
    run->leases = false;
}
