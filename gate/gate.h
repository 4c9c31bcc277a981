/* A gate and its readers. */
#ifndef PST_GATE_H
#define PST_GATE_H

#include "gate/label.h"
#include "gate/model.h"

#include <postern/dynauth.h>

#include <stdatomic.h>

struct postern_gate {
    postern_allocator allocator;
    postern_gate_options options; /* its allocator is the one above */
    postern_ppm_manager *manager;
    postern_store *store;
    const postern_prp *prp;
    struct pst_gate_model model; /* of the manager's thread */
    /* What the manager knows could not be made visible: nothing is permitted
     * any more. */
    _Atomic bool broken;
};

/* What a decision found out besides its answer. */
struct pst_gate_findings {
    enum pst_data_class data_class;
    int64_t ends_s;
    char nations[2 * 26 * 26]; /* codes of two letters, or "*" */
    size_t nation_bytes;
};

/* Texts of answers: those of a head, of a card, and two resource IDs. */
enum { PST_GATE_TEXTS = 3 * PST_GATE_NAMES + 256 };

struct postern_gate_reader {
    const postern_gate *gate;
    void *prp_reader;
    postern_das_codec *codec; /* NULL until something was asked as of a DAS */
    size_t used;              /* bytes of texts */
    char texts[PST_GATE_TEXTS];
    struct pst_gate_findings found;
    postern_str countries[26 * 26]; /* of an answer as a DAS */
};

/* What to do about a country that is not told. */
enum pst_gate_context {
    PST_GATE_CONTEXT_IS_ASKED,  /* it is none of those accepted */
    PST_GATE_CONTEXT_IS_GRANTED /* whoever asked will see to it, by the
                                   context that it is granted */
};

/* Decides, and leaves in reader->found what it found. */
void pst_gate_decide(postern_gate_reader *reader,
                     const postern_gate_question *question,
                     enum pst_gate_context context,
                     postern_gate_answer *answer);

#endif
