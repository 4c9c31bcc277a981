/* The structs that a caller of the manager fills in. */
#include "base/sized.h"

#include <postern/consent.h>

void postern_ppm_manager_options_init_sized(
    postern_ppm_manager_options *options, size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

void postern_ppm_acceptance_init_sized(postern_ppm_acceptance *acceptance,
                                       size_t struct_size)
{
    pst_sized_init(acceptance, struct_size);
    acceptance->until_s = INT64_MAX;
}

void postern_receipt_query_init_sized(postern_receipt_query *query,
                                      size_t struct_size)
{
    pst_sized_init(query, struct_size);
}

void postern_deletion_wish_init_sized(postern_deletion_wish *wish,
                                      size_t struct_size)
{
    pst_sized_init(wish, struct_size);
}

void postern_deletion_answer_init_sized(postern_deletion_answer *answer,
                                        size_t struct_size)
{
    pst_sized_init(answer, struct_size);
}
