#include "prp/view.h"

#include "base/str.h"

/* A resource that was not found says nothing. */
static postern_found settle(postern_found found, postern_resource *resource)
{
    if (found == POSTERN_FOUND) {
        return found;
    }
    postern_resource_init(resource);
    return found == POSTERN_FOUND_NOT ? found : POSTERN_FOUND_FAILED;
}

postern_found pst_view_find(const struct pst_view *view, postern_str address,
                            postern_resource *resource)
{
    const postern_prp *prp = view->prp;

    postern_resource_init(resource);
    if (address.len == 0) {
        return POSTERN_FOUND_NOT;
    }
    return settle(prp->find(prp->user, view->reader, address, resource),
                  resource);
}

postern_found pst_view_parent(const struct pst_view *view,
                              const postern_resource *resource,
                              postern_resource *parent)
{
    const postern_prp *prp = view->prp;

    if (!prp->parent) {
        return pst_view_find(view, resource->parent_id, parent);
    }
    postern_resource_init(parent);
    return settle(prp->parent(prp->user, view->reader, resource, parent),
                  parent);
}

postern_found pst_view_registree(const struct pst_view *view,
                                 const postern_id *entity, uint32_t n,
                                 postern_resource *resource)
{
    const postern_prp *prp = view->prp;

    postern_resource_init(resource);
    if (!prp->registree) {
        return POSTERN_FOUND_NOT;
    }
    return settle(prp->registree(prp->user, view->reader, entity, n, resource),
                  resource);
}

postern_found pst_view_role(const struct pst_view *view, const postern_id *role,
                            uint32_t n, postern_resource *resource)
{
    const postern_prp *prp = view->prp;

    postern_resource_init(resource);
    if (!prp->role) {
        return POSTERN_FOUND_NOT;
    }
    return settle(prp->role(prp->user, view->reader, role, n, resource),
                  resource);
}

postern_found pst_view_next(const struct pst_view *view, postern_str root,
                            postern_cursor *cursor, postern_resource *resource)
{
    const postern_prp *prp = view->prp;

    postern_resource_init(resource);
    if (!prp->next) {
        return POSTERN_FOUND_NOT;
    }
    return settle(prp->next(prp->user, view->reader, root, cursor, resource),
                  resource);
}

void pst_view_announce(const struct pst_view *view,
                       const postern_str *addresses, size_t count)
{
    const postern_prp *prp = view->prp;

    if (prp->announce) {
        prp->announce(prp->user, view->reader, addresses, count);
    }
}

/* A member that cannot be looked up may be the one. */
static postern_truth find_member(const struct pst_view *view,
                                 const postern_resource *group,
                                 const postern_resource *member)
{
    postern_truth found = POSTERN_FALSE;

    for (size_t i = 0; group->members.items && i < group->members.count; i++) {
        postern_resource entry;
        postern_found answer =
            pst_view_find(view, group->members.items[i], &entry);

        if (answer == POSTERN_FOUND && pst_str_equal(entry.id, member->id)) {
            return POSTERN_TRUE;
        }
        if (answer == POSTERN_FOUND_FAILED) {
            found = POSTERN_UNKNOWN;
        }
    }
    return found;
}

postern_truth pst_view_has_member(const struct pst_view *view,
                                  const postern_resource *group,
                                  const postern_resource *member)
{
    const postern_prp *prp = view->prp;
    postern_truth answer;

    if (!prp->has_member) {
        return find_member(view, group, member);
    }
    answer = prp->has_member(prp->user, view->reader, group, member);
    return answer == POSTERN_TRUE || answer == POSTERN_FALSE ? answer
                                                             : POSTERN_UNKNOWN;
}
