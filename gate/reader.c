/* What each thread decides with. */
#include "gate/gate.h"

postern_status postern_gate_reader_new(postern_gate_reader **reader,
                                       postern_gate *gate)
{
    postern_gate_reader *made = pst_alloc(&gate->allocator, sizeof *made);
    postern_status status;

    *reader = NULL;
    if (!made) {
        return POSTERN_ERR_MEMORY;
    }
    made->gate = gate;
    made->codec = NULL;
    made->used = 0;
    status = gate->prp->reader_new(gate->prp->user, &made->prp_reader);
    if (status != POSTERN_OK) {
        pst_release(&gate->allocator, made, sizeof *made);
        return status;
    }
    *reader = made;
    return POSTERN_OK;
}

void postern_gate_reader_free(postern_gate_reader *reader)
{
    const postern_gate *gate;

    if (!reader) {
        return;
    }
    gate = reader->gate;
    gate->prp->reader_free(gate->prp->user, reader->prp_reader);
    postern_das_codec_free(reader->codec);
    pst_release(&gate->allocator, reader, sizeof *reader);
}
