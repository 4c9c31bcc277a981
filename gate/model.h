/*
 * What the gate's store holds, as far as a change of one consent has to know:
 * what each consent opens, how many lead to each policy and each resource.
 *
 * Everything is there twice, as it is and as it is going to be; a change makes
 * the second, and committing or aborting it takes no memory. Changes come one
 * at a time, from the thread of the manager.
 */
#ifndef PST_GATE_MODEL_H
#define PST_GATE_MODEL_H

#include "gate/opening.h"
#include "gate/table.h"

#include <postern/gate.h>

struct pst_gate_stage; /* an opening with its arena */

/* How many lead to something; `touched` while the two may differ. */
struct pst_gate_count {
    uint32_t now;
    uint32_t next;
};

struct pst_gate_known_policy {
    struct pst_gate_entry entry; /* its id */
    postern_str key;
    struct pst_gate_count links; /* openings that have it */
    uint64_t now_mark;           /* of its originators */
    uint64_t next_mark;
    bool touched;
    struct pst_gate_known_policy *next_touched;
};

struct pst_gate_known_subscriber;

struct pst_gate_known_resource {
    struct pst_gate_entry entry; /* its id */
    /* Whose it is; NULL: nobody's. While no consent in force has it, it is
     * for anybody to take. */
    struct pst_gate_known_subscriber *now_owner;
    struct pst_gate_known_subscriber *next_owner;
    struct pst_gate_count links; /* openings in force that have it */
    bool touched;
    struct pst_gate_known_resource *next_touched;
};

/* One subscriber with one provider. */
struct pst_gate_known_pair {
    postern_str provider;
    struct pst_gate_known_pair *after; /* of the same subscriber */
    struct pst_gate_stage *now;        /* NULL: never heard of */
    struct pst_gate_stage *next;
    bool touched;
    struct pst_gate_known_pair *next_touched;
};

struct pst_gate_known_subscriber {
    struct pst_gate_entry entry; /* pseudonym */
    struct pst_gate_known_pair *pairs;
};

struct pst_gate_model {
    postern_allocator allocator;
    const postern_gate_options *options;
    postern_store *store;
    struct pst_arena arena; /* of what is known; it only grows */
    struct pst_gate_table policies;
    struct pst_gate_table resources;
    struct pst_gate_table subscribers;
    postern_change *change; /* NULL: none is being made */
    struct pst_gate_known_policy *touched_policies;
    struct pst_gate_known_resource *touched_resources;
    struct pst_gate_known_pair *touched_pairs;
};

/* `options`, its allocator not NULL, and `store` outlive the model. */
void pst_gate_model_init(struct pst_gate_model *model,
                         const postern_gate_options *options,
                         postern_store *store);
void pst_gate_model_release(struct pst_gate_model *model);

/*
 * Adds to the change, or begins one, that a consent stands as it says. After a
 * refusal there is no change any more, and all is as it is.
 *
 * POSTERN_OK; as pst_gate_opening_make(), postern_change_put(); POSTERN_ERR_
 * POLICY (a resource of two subscribers).
 */
POSTERN_NODISCARD postern_status pst_gate_model_prepare(
    struct pst_gate_model *model, const struct pst_standing *standing,
    const postern_consent *consent, int64_t now_s, postern_diag *diag);

/*
 * The same of a consent that opens nothing any more. It needs no more than is
 * known here, so that nothing is in the way of closing.
 *
 * POSTERN_OK; as postern_change_put().
 */
POSTERN_NODISCARD postern_status
pst_gate_model_close(struct pst_gate_model *model,
                     const postern_consent *consent, postern_diag *diag);

/* False: it could not be made visible, which prepare rules out. */
bool pst_gate_model_commit(struct pst_gate_model *model);
void pst_gate_model_abort(struct pst_gate_model *model);

#endif
