/*
 * rq_authn: whether the originator counts as authenticated, and why (TS-0003
 * 7.1.2). From has passed the checks of clause 7.2 by now, so whatever
 * authenticates at all authenticates From. [AUTHN-04] [AUTHN-06]
 */
#include "engine/originator_check.h"

static void because(struct pst_run *run, postern_authn_level level,
                    const char *why, postern_str identity)
{
    run->asker.record = (postern_authn_record){
        .level = level, .why = why, .identity = identity};
}

static void not_because(struct pst_run *run, const char *why)
{
    because(run, POSTERN_AUTHN_LEVEL_NONE, why, (postern_str){NULL, 0});
}

/* What the caller says of its own goes before. Nobody is not authenticated.
 * [REQ-09] */
static void take_statement(struct pst_run *run)
{
    if (run->primitive.authn == POSTERN_AUTHN_TRUE) {
        because(run, POSTERN_AUTHN_LEVEL_STATED,
                "the caller says that it is authenticated",
                run->primitive.from);
    } else {
        not_because(run, "the caller says that it is not authenticated");
    }
}

/* A local AE by its session, a registered CSE as the peer of its own session.
 * [AUTHN-01] [AUTHN-02] [SAEF-13] */
static bool take_session(struct pst_run *run)
{
    const struct pst_association *association = &run->association;
    bool is_ae = association->kind == POSTERN_ASSOCIATION_AE;
    postern_str identity;

    if (!is_ae && association->kind != POSTERN_ASSOCIATION_CSE) {
        return false;
    }
    if (!pst_association_names(association, &run->asker.id, run->view.prp->cse,
                               &identity)) {
        return false; /* a CSE that forwards */
    }
    because(run, POSTERN_AUTHN_LEVEL_SESSION,
            is_ae ? "it is the AE of the security association it came in by"
                  : "it is the CSE of the security association it came in by",
            identity);
    run->asker.record.credential = association->credential;
    run->asker.record.expires = association->expires;
    run->asker.record.expires_s = association->expires_s;
    return true;
}

/* End to end, whoever forwarded it. [AUTHN-03] [IMP-06] */
static bool take_esprim(struct pst_run *run)
{
    if (!run->primitive.has_esprim) {
        return false;
    }
    because(run, POSTERN_AUTHN_LEVEL_ESPRIM,
            "it is the entity whose key has protected the primitive",
            run->primitive.esprim_id);
    return true;
}

/* [AUTHN-01] */
static bool take_listener(struct pst_run *run)
{
    if (run->association.local_trust != POSTERN_LOCAL_TRUSTED ||
        run->association.kind != POSTERN_ASSOCIATION_NONE ||
        !run->asker.registered) {
        return false;
    }
    because(run, POSTERN_AUTHN_LEVEL_TRUSTED,
            "it is registered here, and the listener it came in by is trusted",
            run->primitive.from);
    return true;
}

static const char *why_not(const struct pst_run *run)
{
    const struct pst_association *association = &run->association;

    if (association->lapsed) {
        return association->lapsed;
    }
    switch (association->kind) {
    case POSTERN_ASSOCIATION_CSE:
        return "a CSE forwarded the request, and it is not protected end to "
               "end";
    case POSTERN_ASSOCIATION_UNSTATED:
        return "nothing is known of the security association it came in by";
    case POSTERN_ASSOCIATION_NONE:
    case POSTERN_ASSOCIATION_AE:
    case POSTERN_ASSOCIATION_CREDENTIAL:
    default:
        return "it came in outside of a security association";
    }
}

void pst_authenticate(struct pst_run *run)
{
    const struct pst_association *association = &run->association;

    if (!run->primitive.from.data) {
        not_because(run, "From is missing");
    } else if (run->primitive.authn != POSTERN_AUTHN_UNSTATED) {
        take_statement(run);
    } else if (association->local_trust == POSTERN_LOCAL_NEVER &&
               association->kind != POSTERN_ASSOCIATION_CSE) {
        not_because(run, "AEs of the listener it came in by never count as "
                         "authenticated");
    } else if (!take_session(run) && !take_esprim(run) && !take_listener(run)) {
        not_because(run, why_not(run));
    }
}
