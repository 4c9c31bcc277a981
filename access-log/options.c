/* The structs that a caller of the log fills in. */
#include "base/sized.h"

#include <postern/access_log.h>

void postern_access_init_sized(postern_access *access, size_t struct_size)
{
    pst_sized_init(access, struct_size);
    access->delete_by_s = INT64_MAX;
    access->granted_until_s = INT64_MAX;
}

void postern_access_log_options_init_sized(postern_access_log_options *options,
                                           size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

void postern_access_query_init_sized(postern_access_query *query,
                                     size_t struct_size)
{
    pst_sized_init(query, struct_size);
    query->from_s = INT64_MIN;
    query->until_s = INT64_MAX;
}
