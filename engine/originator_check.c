/* The two independent checks of clause 7.2, and what TS-0004 asks besides. */
#include "engine/originator_check.h"

#include "base/str.h"
#include "prp/attribute.h"

static const struct pst_refusal accepted = {0, NULL, NULL};

static bool registers_ae(const struct pst_primitive *primitive)
{
    return postern_operation_of_primitive(primitive->operation, 0) ==
               POSTERN_OP_CREATE &&
           primitive->child_type == PST_TYPE_AE;
}

/* From is the one identity of the association, or one of its list of AE-IDs.
 * [IMP-02] [IMP-03] */
static struct pst_refusal check_ae(const postern_id *from,
                                   const postern_cse *cse,
                                   const struct pst_primitive *primitive)
{
    postern_id associated;

    for (uint32_t i = 0; i < primitive->associated.count; i++) {
        if (postern_id_parse_entity(&associated, cse,
                                    primitive->associated.items[i]) !=
                POSTERN_OK ||
            !postern_id_equal(&associated, from)) {
            continue;
        }
        if (pst_str_find(primitive->from, 0, '/') < primitive->from.len) {
            return (struct pst_refusal){
                PST_RSC_BAD_REQUEST, "originator",
                "an AE gives its registrar the stem of its AE-ID as From"};
        }
        return accepted;
    }
    return (struct pst_refusal){PST_RSC_NOT_AUTHENTICATED, "association",
                                "From is not an identity of the security "
                                "association the request came in by"};
}

/* The CSE that an AE-ID of the form /cse/Cx names, or From itself. */
static const struct pst_resource *
find_registrar(const struct pst_registry *registry, const postern_cse *cse,
               const struct pst_primitive *primitive, const postern_id *from)
{
    size_t end = primitive->from.len;
    postern_id registrar = *from;

    if (from->second.len) {
        end -= from->second.len + 1;
        if (postern_id_parse_entity(&registrar, cse,
                                    pst_str_slice(primitive->from, 0, end)) !=
            POSTERN_OK) {
            return NULL;
        }
    }
    return pst_registry_find(registry, &registrar);
}

static bool is_own(const postern_id *from, const postern_cse *cse)
{
    return pst_str_fold_equal(from->domain, cse->domain) &&
           pst_str_equal(from->first, cse->name);
}

/* A CSE may forward for whoever is behind it, and for nobody whom the receiver
 * knows to be elsewhere. [IMP-05] */
static struct pst_refusal check_cse(const postern_id *from,
                                    const struct pst_registry *registry,
                                    const postern_cse *cse,
                                    const struct pst_primitive *primitive)
{
    static const struct pst_refusal elsewhere = {
        PST_RSC_NOT_AUTHENTICATED, "association",
        "From is registered here or with another registree, and the request "
        "came in by the security association of this one"};
    const struct pst_resource *registrar;
    postern_id peer;

    if (postern_id_parse_entity(&peer, cse, primitive->associated.items[0]) !=
        POSTERN_OK) {
        return (struct pst_refusal){PST_RSC_BAD_REQUEST, "malformed",
                                    "the identity of the security association "
                                    "is no CSE-ID"};
    }
    if (is_own(from, cse)) {
        return elsewhere; /* this CSE, or an AE that has it as registrar */
    }
    registrar = find_registrar(registry, cse, primitive, from);
    return !registrar || registrar == pst_registry_find(registry, &peer)
               ? accepted
               : elsewhere;
}

static bool is_over(const struct pst_resource *resource,
                    const struct pst_primitive *primitive)
{
    return resource->expires_s != INT64_MAX &&
           (!primitive->time_known || resource->expires_s <= primitive->time_s);
}

/* Outside of an association: only AEs that are registered or register. */
static struct pst_refusal check_outside(const postern_id *from,
                                        const struct pst_registry *registry,
                                        const struct pst_primitive *primitive)
{
    const struct pst_resource *known = pst_registry_find(registry, from);
    bool is_cse = known ? known->ty == PST_TYPE_REMOTE_CSE
                        : !from->second.len && from->first.data[0] != 'S';

    if (is_cse) {
        return (struct pst_refusal){PST_RSC_NO_ASSOCIATION, "association",
                                    "a CSE-ID as From needs a security "
                                    "association"};
    }
    if (registers_ae(primitive) || (known && !is_over(known, primitive))) {
        return accepted;
    }
    return (struct pst_refusal){PST_RSC_NOT_AUTHENTICATED, "not-registered",
                                "From is not an AE that is registered here"};
}

static struct pst_refusal
check_association(const postern_id *from, const struct pst_registry *registry,
                  const postern_cse *cse, const struct pst_primitive *primitive)
{
    switch (primitive->association) {
    case PST_ASSOCIATION_AE:
        return check_ae(from, cse, primitive);
    case PST_ASSOCIATION_CSE:
        return check_cse(from, registry, cse, primitive);
    case PST_ASSOCIATION_NONE:
        return check_outside(from, registry, primitive);
    case PST_ASSOCIATION_UNSTATED:
    default:
        return accepted; /* not the registrar, or not told [IMP-01] */
    }
}

/* [IMP-06] */
static struct pst_refusal check_esprim(const postern_id *from,
                                       const postern_cse *cse,
                                       const struct pst_primitive *primitive)
{
    postern_id keyed;

    if (!primitive->has_esprim ||
        (postern_id_parse_entity(&keyed, cse, primitive->esprim_id) ==
             POSTERN_OK &&
         postern_id_equal(&keyed, from))) {
        return accepted;
    }
    return (struct pst_refusal){PST_RSC_IMPERSONATION, "esprim",
                                "From is not the identity that the key of the "
                                "protected primitive belongs to"};
}

/* Where rq_authn is not stated it follows from the checks that From has passed:
 * a direct peer by its association, others by ESPrim. [AUTHN-01] [AUTHN-02]
 * [AUTHN-03] [AUTHN-04] */
static bool is_authenticated(const postern_id *from, const postern_cse *cse,
                             const struct pst_primitive *primitive)
{
    postern_id peer;

    if (primitive->authn != PST_AUTHN_UNSTATED) {
        return primitive->authn == PST_AUTHN_TRUE;
    }
    if (primitive->has_esprim || primitive->association == PST_ASSOCIATION_AE) {
        return true;
    }
    return primitive->association == PST_ASSOCIATION_CSE &&
           postern_id_parse_entity(
               &peer, cse, primitive->associated.items[0]) == POSTERN_OK &&
           postern_id_equal(&peer, from);
}

/* [REQ-02]: an AE that registers need not have an identity yet. */
static struct pst_refusal check_absent(struct pst_asker *asker,
                                       const struct pst_primitive *primitive)
{
    postern_id_set_absent(&asker->id);
    if (!registers_ae(primitive)) {
        return (struct pst_refusal){PST_RSC_BAD_REQUEST, "no-originator",
                                    "From is missing, and this is not the "
                                    "Create of an AE"};
    }
    if (primitive->association == PST_ASSOCIATION_CSE ||
        primitive->has_esprim) {
        return (struct pst_refusal){PST_RSC_NOT_AUTHENTICATED, "association",
                                    "From is missing, and an AE registers "
                                    "directly with its registrar"};
    }
    return accepted;
}

struct pst_refusal pst_check_originator(struct pst_asker *asker,
                                        const struct pst_registry *registry,
                                        const postern_cse *cse,
                                        const struct pst_primitive *primitive)
{
    struct pst_refusal refusal;

    *asker = (struct pst_asker){.id = {.kind = POSTERN_ID_UNSET}};
    if (!primitive->has_from) {
        return check_absent(asker, primitive);
    }
    if (postern_id_parse_entity(&asker->id, cse, primitive->from) !=
        POSTERN_OK) {
        return (struct pst_refusal){PST_RSC_NO_PRIVILEGE, "originator",
                                    "From is not an AE-ID or CSE-ID"};
    }
    refusal = check_association(&asker->id, registry, cse, primitive);
    if (refusal.rsc) {
        return refusal;
    }
    refusal = check_esprim(&asker->id, cse, primitive);
    asker->authenticated =
        !refusal.rsc && is_authenticated(&asker->id, cse, primitive);
    return refusal;
}
