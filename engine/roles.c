/*
 * Which Role-IDs of a request count: those that an authority we trust has
 * issued to this originator and that are valid now, as a <role> resource says,
 * or a token that counts for the target, or the CSE. [ROLE-01] [ROLE-02]
 * [ROLE-03] [ROLE-04] [ROLE-06] [ROLE-12] [REQ-10]
 */
#include "engine/run.h"

#include "base/str.h"

/* What a Role-ID looks like that could be this one, before it is parsed: the
 * local part, then "@". */
static bool resembles(postern_str text, const postern_id *role)
{
    size_t len = role->second.len;

    return text.len > len && text.data[len] == '@' &&
           pst_str_equal(pst_str_slice(text, 0, len), role->second);
}

bool pst_is_presented(const struct pst_run *run, const postern_id *role)
{
    const postern_texts *claims = &run->primitive.role_ids;

    for (size_t i = 0; claims->items && i < claims->count; i++) {
        postern_id claim;

        if (claims->items[i].data && resembles(claims->items[i], role) &&
            postern_id_parse_role(&claim, claims->items[i]) == POSTERN_OK &&
            postern_id_equal(&claim, role)) {
            return true;
        }
    }
    return pst_tokens_give(run, role);
}

/* An entity as a <role> names it. */
static bool names(const struct pst_run *run, postern_str text, postern_id *id)
{
    return text.data &&
           postern_id_parse_entity(id, run->view.prp->cse, text) == POSTERN_OK;
}

/* NULL when the role counts for this request, else why not. [ROLE-05] */
static const char *defect_of(const struct pst_run *run,
                             const postern_resource *resource)
{
    const postern_role *role = resource->role;
    const struct pst_now *now = &run->now;
    postern_id issuer;
    postern_id holder;

    if (!role || !names(run, role->issuer, &issuer) ||
        !pst_trusts_issuer(run->settings->trust, &issuer)) {
        return "does not count: its issuer is no role issuer we trust";
    }
    if (!names(run, role->holder, &holder) ||
        !postern_id_equal(&holder, &run->asker.id)) {
        return "does not count: another entity holds it";
    }
    if (!role->dated) {
        return "does not count: it says not when it is valid";
    }
    if (!now->known) {
        return "does not count: the time of the request is not known";
    }
    pst_edge_at(now, role->not_before_s);
    pst_edge_after(now, role->not_after_s);
    if (now->time_s < role->not_before_s || now->time_s > role->not_after_s ||
        pst_is_over(resource->expires_s, now)) {
        return "does not count: it is not valid at the time of the request";
    }
    return NULL;
}

/* One valid source is enough. [ROLE-11] */
static postern_reply find_resource(const struct pst_run *run,
                                   const postern_id *role, const char **defect)
{
    *defect = "does not count: there is no such <role>";
    for (uint32_t n = 0; n < UINT32_MAX; n++) {
        postern_resource resource;
        postern_found found = pst_view_role(&run->view, role, n, &resource);

        if (found != POSTERN_FOUND) {
            return found == POSTERN_FOUND_NOT ? POSTERN_REPLY_NO
                                              : POSTERN_REPLY_UNKNOWN;
        }
        *defect = defect_of(run, &resource);
        if (!*defect) {
            return POSTERN_REPLY_YES;
        }
    }
    return POSTERN_REPLY_UNKNOWN;
}

/* From what the request tells, or else from a function of the CSE. */
static postern_reply ask(struct pst_run *run, postern_need_kind kind,
                         const postern_id *role, enum pst_sources sources)
{
    const postern_pip *pip = &run->engine->pip;
    bool whether_allowed = kind == POSTERN_NEED_ROLE_ALLOWED;
    postern_known told;
    postern_reply reply;

    if (pst_is_told(run, kind, role, &told)) {
        return told.reply;
    }
    if (whether_allowed && !pip->role_allowed) {
        return POSTERN_REPLY_YES; /* there is no profile */
    }
    if (sources == PST_FROM_RESOURCES || (!whether_allowed && !pip->role)) {
        return POSTERN_REPLY_UNKNOWN;
    }
    reply = whether_allowed ? pip->role_allowed(pip->user, &run->asker.id, role)
                            : pip->role(pip->user, &run->asker.id, role);
    if (reply == POSTERN_REPLY_LATER) {
        pst_need(run, kind, role);
    }
    return reply;
}

void pst_note_role(struct pst_run *run, postern_str role, const char *why)
{
    if (!run->inquiry.roles_noted) {
        pst_note(run, "role", role, why);
    }
}

static void note(struct pst_run *run, const postern_id *role, const char *why)
{
    char text[PST_NOTE_SIZE];
    size_t len;

    if (pst_is_explained(run)) {
        len = postern_id_text(role, text, sizeof text);
        len = len < sizeof text ? len : sizeof text - 1;
        pst_note_role(run, (postern_str){text, len}, why);
    }
}

/* Whether it was issued to the originator. */
static postern_reply find_source(struct pst_run *run, const postern_id *role,
                                 enum pst_sources sources)
{
    const char *defect;
    postern_reply reply;

    if (pst_tokens_give(run, role)) {
        return POSTERN_REPLY_YES; /* [TOK-11] */
    }
    reply = find_resource(run, role, &defect);
    if (reply == POSTERN_REPLY_UNKNOWN) {
        note(run, role, "does not count: it could not be looked up");
        return reply;
    }
    if (reply == POSTERN_REPLY_NO) {
        reply = ask(run, POSTERN_NEED_ROLE, role, sources);
    }
    if (reply != POSTERN_REPLY_YES) {
        note(run, role, defect);
    }
    return reply;
}

postern_reply pst_find_role(struct pst_run *run, const postern_id *role,
                            enum pst_sources sources)
{
    postern_reply reply = find_source(run, role, sources);

    if (reply != POSTERN_REPLY_YES) {
        return reply;
    }
    reply = ask(run, POSTERN_NEED_ROLE_ALLOWED, role, sources);
    if (reply != POSTERN_REPLY_YES) {
        note(run, role,
             "does not count: the service subscription of the originator does "
             "not allow it");
    }
    return reply;
}
