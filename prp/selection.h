/*
 * Which rules protect a target (TS-0003 7.1.1, TS-0001 9.6.1.3.2, 10.2.3.1):
 * those of ACPs, or the default policy that lets one entity in. What allowed
 * the creation of the target plays no part. [OBJ-08]
 */
#ifndef PST_SELECTION_H
#define PST_SELECTION_H

#include "prp/target.h"

enum { PST_TREE_DEPTH = 64 }; /* no walk up takes more steps [PRP-10] */

enum pst_selection_kind {
    PST_SELECTION_NONE = 0, /* nobody: what protects the target is not known */
    PST_SELECTION_ACPS, /* who the rules of the links let in [PRP-01] [PRP-02]
                         */
    PST_SELECTION_ONE   /* `one` alone, whatever it does [PRP-04] */
};

struct pst_selection {
    enum pst_selection_kind kind;
    /* The resource whose policies count: the target or one above it. */
    postern_resource decider;
    bool self;           /* ACPS: the decider itself, which is one [PRP-01] */
    postern_texts links; /* ACPS, if not so: their addresses */
    postern_privileges which;
    postern_id one;       /* may be unset: then nobody */
    postern_str one_text; /* as written; absent: not known */
    const char *role;     /* what `one` is: "creator", "custodian", "owner" */
    const char *why;      /* NONE: what is not known */
};

enum pst_inheritance {
    PST_INHERIT_WITHOUT_ACPI = 0, /* types that have no acpi: the parent's */
    PST_INHERIT_ALWAYS            /* and resources that lack theirs: Release 1
                                     behaviour */
};

/* Whether a resource is protected by what protects its parent. [PRP-03] */
bool pst_inherits(const postern_resource *resource,
                  enum pst_inheritance inheritance);

/* What protects the target. */
void pst_select(struct pst_selection *selection, const struct pst_view *view,
                const struct pst_target *target,
                enum pst_inheritance inheritance);

/* What protects the attribute accessControlPolicyIDs itself: the
 * self-privileges of the ACPs linked now, by the default policy when there are
 * none. [PRP-05] */
void pst_select_for_acpi(struct pst_selection *selection,
                         const struct pst_view *view,
                         const postern_resource *target);

/* Whether resources of a type have accessControlPolicyIDs. */
bool pst_type_has_acpi(uint32_t type);

/* The AE-ID of an AE, the CSE-ID of a remoteCSE; POSTERN_ID_UNSET for any other
 * resource. `text` may be NULL. */
postern_id pst_entity_of(const struct pst_view *view,
                         const postern_resource *resource, postern_str *text);

/* ---- the ACPs of a selection, so many at a time ------------------------- */

enum { PST_LINKS_AT_ONCE = 256 };

struct pst_links {
    size_t next; /* entry of the selection to go on with, from 0 */
    size_t count;
    postern_acp_link links[PST_LINKS_AT_ONCE];
    postern_str ids[PST_LINKS_AT_ONCE]; /* resource IDs of these ACPs */
};

/* Hears of an entry, or an ACP, that contributes no rule: "policy link", its
 * text, why. */
typedef void pst_remark_fn(void *user, const char *what, postern_str name,
                           const char *why);

struct pst_link_context {
    const struct pst_view *view;
    struct pst_now now;
    pst_remark_fn *remark; /* NULL: nobody listens */
    void *user;
};

/*
 * One entry as a link, and the resource ID of its ACP. False when it leads to
 * no ACP. An ACP that is over or was never compiled is a link without a set: it
 * contributes no rule. [PRP-07] [PRP-09]
 */
bool pst_link_find(const struct pst_link_context *context, postern_str address,
                   postern_privileges which, postern_acp_link *link,
                   postern_str *id);

/* Fills `links` with the next ones; links->next is 0 before the first call.
 * False when none are left: then it stays as it is. */
bool pst_links_next(struct pst_links *links,
                    const struct pst_selection *selection,
                    const struct pst_link_context *context);

#endif
