/*
 * Which rules protect a target (TS-0003 7.1.1, TS-0001 9.6.1.3.2, 10.2.3.1):
 * those of ACPs, or the default policy that lets one entity in. What allowed
 * the creation of the target plays no part. [OBJ-08]
 */
#ifndef PST_SELECTION_H
#define PST_SELECTION_H

#include "prp/resource_tree.h"

enum pst_selection_kind {
    PST_SELECTION_NONE = 0, /* nobody: what protects the target is not known */
    PST_SELECTION_ACPS, /* who the rules of `refs` let in [PRP-01] [PRP-02]*/
    PST_SELECTION_ONE   /* `one` alone, whatever it does [PRP-04] */
};

/* An entry of acpi or macp that contributes no rule. [PRP-07] */
struct pst_dropped_link {
    postern_str link;
    const char *why;
};

struct pst_selection {
    enum pst_selection_kind kind;
    /* The resource whose policies count: the target or one above it. */
    const struct pst_resource *decider;
    postern_acp_ref *refs;
    uint32_t ref_count;
    struct pst_dropped_link *dropped;
    uint32_t dropped_count;
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

/* What protects the target. POSTERN_OK, or POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_select(
    struct pst_selection *selection, const struct pst_resource_tree *tree,
    const struct pst_target *target, enum pst_inheritance inheritance,
    struct pst_arena *arena);

/* What protects the attribute accessControlPolicyIDs itself: the
 * self-privileges of the ACPs linked now, by the default policy when there are
 * none. [PRP-05]
 */
POSTERN_NODISCARD postern_status pst_select_for_acpi(
    struct pst_selection *selection, const struct pst_resource_tree *tree,
    const struct pst_resource *target, struct pst_arena *arena);

/* Whether resources of a type have accessControlPolicyIDs. */
bool pst_type_has_acpi(uint32_t ty);

/* The AE-ID of an AE, the CSE-ID of a remoteCSE; POSTERN_ID_UNSET for any other
 * resource. `text` may be NULL. */
postern_id pst_entity_of(const struct pst_resource_tree *tree,
                         const struct pst_resource *resource,
                         postern_str *text);

#endif
