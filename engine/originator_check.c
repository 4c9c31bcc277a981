/* The two independent checks of clause 7.2, and what TS-0004 asks besides.
 * [IMP-01] [IMP-02] [IMP-05] [IMP-06] [IMP-08] */
#include "engine/originator_check.h"

#include "base/str.h"
#include "engine/registry.h"
#include "prp/attribute.h"

static bool refuse(struct pst_run *run, int rsc, const char *reason,
                   const char *message)
{
    return pst_deny(run, POSTERN_STAGE_ORIGINATOR, rsc, reason, message);
}

/* [IMP-04] */
static bool refuse_identity(struct pst_run *run, const char *message)
{
    return refuse(run, POSTERN_RSC_NOT_AUTHENTICATED, "association", message);
}

static bool registers_ae(const struct pst_run *run)
{
    return run->operation == POSTERN_OP_CREATE &&
           run->primitive.child_type == PST_TYPE_AE;
}

/* From is the one identity of the association, or one of its list of AE-IDs.
 * [IMP-02] [IMP-03] */
static bool check_ae(struct pst_run *run)
{
    postern_str from = run->primitive.from;

    if (!pst_association_names(&run->association, &run->asker.id,
                               run->view.prp->cse, NULL)) {
        return refuse_identity(run, "From is not an identity of the security "
                                    "association the request came in by");
    }
    if (pst_str_find(from, 0, '/') < from.len) {
        return refuse(run, POSTERN_RSC_BAD_REQUEST, "originator",
                      "an AE gives its registrar the stem of its AE-ID as "
                      "From");
    }
    return true;
}

/* The CSE that an AE-ID of the form /cse/Cx names, or From itself. */
static bool registrar_of(const struct pst_run *run, postern_id *registrar)
{
    const postern_id *from = &run->asker.id;
    postern_str text = run->primitive.from;

    *registrar = *from;
    return !from->second.len ||
           postern_id_parse_entity(
               registrar, run->view.prp->cse,
               pst_str_slice(text, 0, text.len - from->second.len - 1)) ==
               POSTERN_OK;
}

static bool is_own(const postern_id *from, const postern_cse *cse)
{
    return pst_str_fold_equal(from->domain, cse->domain) &&
           pst_str_equal(from->first, cse->name);
}

/* A CSE may forward for whoever is behind it, and for nobody whom the receiver
 * knows to be elsewhere. [IMP-05] */
static bool check_cse(struct pst_run *run)
{
    static const char elsewhere[] =
        "From is registered here or with another registree, and the request "
        "came in by the security association of this one";
    const postern_cse *cse = run->view.prp->cse;
    const postern_texts *identities = &run->association.identities;
    struct pst_registration registration;
    postern_id registrar;
    postern_id peer;

    if (!identities->items || identities->count != 1 ||
        postern_id_parse_entity(&peer, cse, identities->items[0]) !=
            POSTERN_OK) {
        return refuse(run, POSTERN_RSC_BAD_REQUEST, "malformed",
                      "the identity of the security association is no CSE-ID");
    }
    if (is_own(&run->asker.id, cse)) {
        return refuse_identity(run, elsewhere); /* this CSE, or an AE of it */
    }
    if (!registrar_of(run, &registrar) || postern_id_equal(&registrar, &peer)) {
        return true;
    }
    registration = pst_registration_of(&run->view, &registrar, &run->now);
    if (registration.found == POSTERN_FOUND_FAILED) {
        return pst_deny_internal(run, POSTERN_STAGE_ORIGINATOR,
                                 "who is registered could not be read");
    }
    return registration.found == POSTERN_FOUND_NOT ||
           refuse_identity(run, elsewhere);
}

/* Outside of an association: only AEs that are registered or register.
 * [SAEF-14] */
static bool check_outside(struct pst_run *run)
{
    const postern_id *from = &run->asker.id;
    struct pst_registration registration =
        pst_registration_of(&run->view, from, &run->now);
    bool is_cse = registration.as_cse;

    if (registration.found == POSTERN_FOUND_FAILED) {
        return pst_deny_internal(run, POSTERN_STAGE_ORIGINATOR,
                                 "who is registered could not be read");
    }
    if (registration.found == POSTERN_FOUND_NOT) {
        is_cse = !from->second.len && from->first.data[0] != 'S';
    }
    if (is_cse) {
        return refuse(run, POSTERN_RSC_ASSOCIATION_REQUIRED, "association",
                      "a CSE-ID as From needs a security association");
    }
    run->asker.registered = registration.as_ae;
    return registration.as_ae || registers_ae(run) ||
           refuse(run, POSTERN_RSC_NOT_AUTHENTICATED, "not-registered",
                  "From is not an AE that is registered here");
}

static bool check_association(struct pst_run *run)
{
    switch (run->association.kind) {
    case POSTERN_ASSOCIATION_AE:
        return check_ae(run);
    case POSTERN_ASSOCIATION_CSE:
        return check_cse(run);
    case POSTERN_ASSOCIATION_UNSTATED:
        return true; /* not the registrar, or not told [IMP-01] */
    case POSTERN_ASSOCIATION_NONE:
    case POSTERN_ASSOCIATION_CREDENTIAL:
    default:
        return check_outside(run);
    }
}

/* [IMP-06] */
static bool check_esprim(struct pst_run *run)
{
    postern_id keyed;

    if (!run->primitive.has_esprim ||
        (postern_id_parse_entity(&keyed, run->view.prp->cse,
                                 run->primitive.esprim_id) == POSTERN_OK &&
         postern_id_equal(&keyed, &run->asker.id))) {
        return true;
    }
    return refuse(run, POSTERN_RSC_IMPERSONATION, "esprim",
                  "From is not the identity that the key of the protected "
                  "primitive belongs to");
}

/* [REQ-02]: an AE that registers need not have an identity yet. */
static bool check_absent(struct pst_run *run)
{
    postern_id_set_absent(&run->asker.id);
    if (!registers_ae(run)) {
        return refuse(run, POSTERN_RSC_BAD_REQUEST, "no-originator",
                      "From is missing, and this is not the Create of an AE");
    }
    if (run->association.kind == POSTERN_ASSOCIATION_CSE ||
        run->primitive.has_esprim) {
        return refuse_identity(run, "From is missing, and an AE registers "
                                    "directly with its registrar");
    }
    return true;
}

static bool check_present(struct pst_run *run)
{
    if (postern_id_parse_entity(&run->asker.id, run->view.prp->cse,
                                run->primitive.from) != POSTERN_OK) {
        return refuse(run, POSTERN_RSC_NO_PRIVILEGE, "originator",
                      "From is not an AE-ID or CSE-ID");
    }
    return check_association(run) && check_esprim(run);
}

bool pst_check_originator(struct pst_run *run)
{
    const postern_primitive *primitive = &run->primitive;

    run->association = pst_association_of(&primitive->association,
                                          run->settings->trust, &run->now);
    run->asker =
        (struct pst_asker){.id = {.kind = POSTERN_ID_UNSET},
                           .record = {.why = "the request was refused before"}};
    if (!(primitive->from.data ? check_present(run) : check_absent(run))) {
        return false;
    }
    pst_authenticate(run);
    return true;
}
