/*
 * What an address leads to: a resource, or a virtual one behind it that no
 * store holds. [ID-06]
 */
#ifndef PST_TARGET_H
#define PST_TARGET_H

#include "prp/view.h"

enum pst_target_kind {
    PST_TARGET_RESOURCE,
    PST_TARGET_INSTANCE, /* latest, oldest */
    PST_TARGET_FAN_OUT,  /* fanOutPoint, semanticFanOutPoint */
    PST_TARGET_POLLING   /* pollingChannelURI */
};

struct pst_target {
    enum pst_target_kind kind;
    postern_resource resource; /* or the parent of the virtual one */
    postern_str behind;        /* virtual: the address from its name on */
};

/*
 * Resolves an unstructured, structured ("-" or the name of the CSEBase first),
 * SP-relative or absolute address, with a virtual resource at its end or not.
 * Behind a fan-out point may stand what its members shall append.
 *
 * POSTERN_FOUND_NOT when it leads to nothing here: another CSE, no such
 * resource, or a text that is no address.
 */
postern_found pst_target_find(const struct pst_view *view, postern_str address,
                              struct pst_target *target);

#endif
