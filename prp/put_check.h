/* What a store refuses, and in which words. Nothing here changes anything. */
#ifndef PST_PUT_CHECK_H
#define PST_PUT_CHECK_H

#include "prp/version.h"

/* One segment of unreserved characters. "-" is the CSEBase's, so it is no
 * resource ID. [ID-04] [ID-06] */
bool pst_is_name(postern_str text);
bool pst_is_resource_id(postern_str text);

/* Where a resource is, or is to be. */
struct pst_place {
    uint32_t number; /* PST_NO_NUMBER: not there yet */
    uint32_t parent; /* PST_NO_NUMBER: of the CSEBase */
};

/* A resource by itself: its identifiers, its type, what goes with the type, the
 * length of its texts. POSTERN_OK, POSTERN_ERR_ARGUMENT (a slice without
 * bytes), POSTERN_ERR_LIMIT, POSTERN_ERR_POLICY. */
POSTERN_NODISCARD postern_status
pst_check_resource(const struct pst_store_settings *settings,
                   const postern_resource *resource, postern_diag *diag);

/* Its place: that the parent is there and not below it, how deep it would be,
 * that no sibling has its name. POSTERN_OK, POSTERN_ERR_POLICY. [PRP-10] */
POSTERN_NODISCARD postern_status pst_check_place(
    const struct pst_version *version, const postern_resource *resource,
    struct pst_place *place, postern_diag *diag);

/* The resource of that ID, for one that is to be moved or deleted. POSTERN_OK,
 * POSTERN_ERR_POLICY. */
POSTERN_NODISCARD postern_status
pst_check_there(const struct pst_version *version, postern_str id,
                uint32_t *number, postern_diag *diag);

#endif
