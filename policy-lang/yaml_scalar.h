/* What a plain scalar is by the core schema of YAML 1.2 (chapter 10.3). */
#ifndef PST_YAML_SCALAR_H
#define PST_YAML_SCALAR_H

#include "policy-lang/node.h"

enum pst_yaml_scalar {
    PST_YAML_SCALAR_OK,
    PST_YAML_SCALAR_NOT_FINITE, /* .inf and .nan: the schema has them, we
                                   do not */
    PST_YAML_SCALAR_TOO_LARGE   /* an integer beyond 64 bits, a real beyond
                                   double */
};

/* Sets type, boolean, integer and real of *node. "no", "NO", "yes", "on" are
 * strings, and so is everything else that the schema does not name. */
enum pst_yaml_scalar pst_yaml_scalar_read(struct pst_node *node,
                                          postern_str text);

#endif
