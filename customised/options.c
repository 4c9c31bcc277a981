/* The options of a customised privacy policy. */
#include "base/sized.h"

#include <postern/customised.h>

void postern_customised_options_init_sized(postern_customised_options *options,
                                           size_t struct_size)
{
    pst_sized_init(options, struct_size);
}
