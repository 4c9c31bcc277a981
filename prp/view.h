/*
 * The resources as one decision sees them: a postern_prp that was entered. What
 * it leaves out answers "not known", and an answer that is none counts as
 * "could not be found out", so that a careless host can only deny.
 */
#ifndef PST_VIEW_H
#define PST_VIEW_H

#include <postern/prp.h>

struct pst_view {
    const postern_prp *prp;
    void *reader;
};

/* The time of a request. */
struct pst_now {
    bool known;
    int64_t time_s;
    int64_t *edge_s; /* becomes the next instant at which something that was
                        compared with this time begins or ends, if that is
                        earlier; NULL: nobody wants to know */
};

/* Notes what is compared with the time; an instant that is past is none. */
static inline void pst_edge_at(const struct pst_now *now, int64_t at_s)
{
    if (now->edge_s && at_s > now->time_s && at_s < *now->edge_s) {
        *now->edge_s = at_s;
    }
}

static inline void pst_edge_after(const struct pst_now *now, int64_t last_s)
{
    pst_edge_at(now, last_s < INT64_MAX ? last_s + 1 : INT64_MAX);
}

/* What expires is over from that instant on, and while the time is not known.
 * [PRP-09] */
static inline bool pst_is_over(int64_t expires_s, const struct pst_now *now)
{
    pst_edge_at(now, expires_s);
    return expires_s != INT64_MAX && (!now->known || expires_s <= now->time_s);
}

/* Each fills in *resource when it answers POSTERN_FOUND, and clears it else. */
postern_found pst_view_find(const struct pst_view *view, postern_str address,
                            postern_resource *resource);
postern_found pst_view_parent(const struct pst_view *view,
                              const postern_resource *resource,
                              postern_resource *parent);
postern_found pst_view_registree(const struct pst_view *view,
                                 const postern_id *entity, uint32_t n,
                                 postern_resource *resource);
postern_found pst_view_role(const struct pst_view *view, const postern_id *role,
                            uint32_t n, postern_resource *resource);
/* Addresses that will be looked up next; some at a time. */
enum { PST_ANNOUNCED = 16 };
void pst_view_announce(const struct pst_view *view,
                       const postern_str *addresses, size_t count);
postern_found pst_view_next(const struct pst_view *view, postern_str root,
                            postern_cursor *cursor, postern_resource *resource);

/* Whether `member` is among the members of `group`: asked of the prp, or, when
 * it has no such function, found out member by member. [ORI-11] */
postern_truth pst_view_has_member(const struct pst_view *view,
                                  const postern_resource *group,
                                  const postern_resource *member);

#endif
