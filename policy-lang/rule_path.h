/*
 * From a path into a rule by short names, as the builder gives it, to the node
 * that was meant, under whatever name and in whatever form it was written.
 */
#ifndef PST_RULE_PATH_H
#define PST_RULE_PATH_H

#include "policy-lang/node.h"

/* The node, or the nearest one around it that is there; never NULL. */
const struct pst_node *pst_rule_path_node(const struct pst_node *rule,
                                          const char *path);

#endif
