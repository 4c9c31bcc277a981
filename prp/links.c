/* From the entries of accessControlPolicyIDs to ACPs. One that leads nowhere
 * contributes no rule and brings no default policy back: a value is a value.
 * [PRP-02] [PRP-07] */
#include "prp/selection.h"

#include "prp/attribute.h"

static void remark(const struct pst_link_context *context, const char *what,
                   postern_str name, const char *why)
{
    if (context->remark) {
        context->remark(context->user, what, name, why);
    }
}

static bool drop(const struct pst_link_context *context, postern_str address,
                 const char *why)
{
    remark(context, "policy link", address, why);
    return false;
}

static void link_to(const struct pst_link_context *context,
                    const postern_resource *acp, postern_privileges which,
                    postern_acp_link *link)
{
    *link = (postern_acp_link){acp->acp_set, {acp->acp, which}};
    if (!acp->acp_set) {
        remark(context, "policy", acp->id,
               "could not be compiled: it has no rules");
    } else if (pst_is_over(acp->expires_s, &context->now)) {
        link->set = NULL;
        remark(context, "policy", acp->id,
               context->now.known
                   ? "has expired: it has no rules"
                   : "expires, and the time of the request is not known: it "
                     "has no rules");
    }
}

bool pst_link_find(const struct pst_link_context *context, postern_str address,
                   postern_privileges which, postern_acp_link *link,
                   postern_str *id)
{
    postern_resource acp;

    if (!address.data) {
        return drop(context, address, "is not an address");
    }
    switch (pst_view_find(context->view, address, &acp)) {
    case POSTERN_FOUND:
        break;
    case POSTERN_FOUND_NOT:
        return drop(context, address, "leads to no resource of this CSE");
    case POSTERN_FOUND_FAILED:
    default:
        return drop(context, address, "could not be looked up");
    }
    if (acp.type != PST_TYPE_ACP) {
        return drop(context, address, "is not an <accessControlPolicy>");
    }
    link_to(context, &acp, which, link);
    *id = acp.id;
    return true;
}

/* The target is the ACP. */
static bool take_self(struct pst_links *links,
                      const struct pst_selection *selection,
                      const struct pst_link_context *context)
{
    if (links->next > 0) {
        return false;
    }
    links->next = 1;
    links->count = 1;
    links->ids[0] = selection->decider.id;
    link_to(context, &selection->decider, selection->which, &links->links[0]);
    return true;
}

bool pst_links_next(struct pst_links *links,
                    const struct pst_selection *selection,
                    const struct pst_link_context *context)
{
    const postern_texts *entries = &selection->links;

    if (selection->self) {
        return take_self(links, selection, context);
    }
    if (links->next >= entries->count) {
        return false;
    }
    links->count = 0;
    while (links->next < entries->count && links->count < PST_LINKS_AT_ONCE) {
        size_t at = links->count;

        links->count +=
            pst_link_find(context, entries->items[links->next],
                          selection->which, &links->links[at], &links->ids[at]);
        links->next++;
    }
    return true;
}
