/* The structs that a caller of the gate fills in. */
#include "base/sized.h"

#include <postern/gate.h>

void postern_gate_options_init_sized(postern_gate_options *options,
                                     size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

void postern_gate_question_init_sized(postern_gate_question *question,
                                      size_t struct_size)
{
    pst_sized_init(question, struct_size);
    question->last_s = INT64_MIN;
}
