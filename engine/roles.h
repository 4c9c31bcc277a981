/*
 * Which Role-IDs of a request count: those for which the document holds a
 * <role> that an authority we trust has issued to this originator and that is
 * valid now. [ROLE-01] [ROLE-02] [ROLE-03] [ROLE-04] [ROLE-06]
 * [ROLE-12] [REQ-10]
 */
#ifndef PST_ROLES_H
#define PST_ROLES_H

#include "engine/note.h"
#include "engine/primitive.h"
#include "engine/registry.h"

/* A <role> resource. [ROLE-05] */
struct pst_role {
    postern_id role;
    postern_id holder;
    bool trusted; /* its issuer is listed in the document */
    bool dated;   /* both of the next are known */
    int64_t not_before_s;
    int64_t not_after_s; /* the last second in which it is valid */
    int64_t expires_s;   /* of the resource */
};

struct pst_role_index {
    const struct pst_role **roles; /* by Role-ID, pst_id_order() */
    uint32_t count;
};

/* POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_role_index_init(
    struct pst_role_index *index, const struct pst_resource_tree *tree,
    struct pst_arena *arena);

/* The valid ones of the Role-IDs that a request presents; each that is not gets
 * a note. POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status
pst_roles_of(const struct pst_role_index *index, const postern_id *originator,
             const struct pst_primitive *primitive, struct pst_arena *arena,
             struct pst_ids *roles, struct pst_notes *notes);

#endif
