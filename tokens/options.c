/* Structs of <postern/token.h> that grow from release to release. */
#include "base/sized.h"

#include <postern/token.h>

void postern_issuers_options_init_sized(postern_issuers_options *options,
                                        size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

void postern_token_cache_options_init_sized(
    postern_token_cache_options *options, size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

void postern_token_check_init_sized(postern_token_check *check,
                                    size_t struct_size)
{
    pst_sized_init(check, struct_size);
}
