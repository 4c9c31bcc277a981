/* Resources as callers make them. */
#include "base/sized.h"

#include <postern/prp.h>

/* What nobody gives an end to has none: every resource of a CSE that does not
 * use expirationTime would be over in 1970. */
void postern_resource_init_sized(postern_resource *resource, size_t struct_size)
{
    pst_sized_init(resource, struct_size);
    resource->expires_s = INT64_MAX;
}
