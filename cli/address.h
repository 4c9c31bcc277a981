/* Structured addresses of resources, for people. */
#ifndef PST_CLI_ADDRESS_H
#define PST_CLI_ADDRESS_H

#include "policy-lang/address_index.h"
#include "prp/view.h"

enum { PST_ADDRESS_SIZE = 1024 };

/*
 * Writes "base/plant/data", from the names of the resource and of those above
 * it; where the CSEBase has no name known "-" stands for it. False, and "",
 * when one of them has no name, the way up does not lead to the CSEBase, or the
 * address is too long.
 */
bool pst_structured_address(const struct pst_view *view,
                            const struct pst_base *base,
                            const postern_resource *resource,
                            char address[PST_ADDRESS_SIZE]);

#endif
