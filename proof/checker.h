/*
 * Whether a set means what its source says, part by part. All functions that
 * return a status return POSTERN_OK or, with the sentence in the diagnostic,
 * the first difference. The set has passed the checks of an image.
 */
#ifndef PST_PROOF_CHECKER_H
#define PST_PROOF_CHECKER_H

#include "base/diag.h"
#include "base/vec.h"
#include "proof/reading.h"

struct pst_proof {
    const postern_acp_set *set;
    const postern_acp_source *source;
    postern_allocator allocator;
    postern_diag *diag;
    /* What is being looked at, for sentences. */
    const postern_source_acp *acp; /* NULL: what all ACPs share */
    postern_privileges which;
    size_t rule; /* SIZE_MAX: the rule set as a whole */
    /* Of the rule set. */
    struct pst_vec entries; /* struct pst_entry: what its rules list */
    uint32_t kinds;         /* as in the block: what all rules list */
    /* Scratch. */
    struct pst_vec ranges;  /* struct pst_proof_range */
    struct pst_vec clauses; /* of one rule of a crowd */
};

/* POSTERN_ERR_INTERNAL with a sentence; each "#" of it is a number. */
postern_status pst_proof_differs(const struct pst_proof *proof,
                                 const char *sentence, const uint64_t *numbers);

#define PST_PROOF_NUMBERS(...) ((const uint64_t[]){__VA_ARGS__})

/* All names: each is found by its own texts, and by what else an originator of
 * that name matches. */
postern_status pst_proof_names(const struct pst_proof *proof);

/* The atom stands for this entry of the rule, and for nothing else. */
postern_status pst_proof_atom(struct pst_proof *proof, uint32_t atom,
                              postern_str entry, size_t number);

/* `condition` NULL: none. */
postern_status pst_proof_condition(struct pst_proof *proof,
                                   const struct pst_condition *condition,
                                   const postern_rule *rule);

/* One rule set; slot NULL: there is none. */
postern_status pst_proof_rule_set(struct pst_proof *proof,
                                  const struct pst_slot *slot,
                                  const postern_rule *rules, size_t count);

/* A crowd leaves out no rule of the entries, which are those of its
 * originator, when that holds. */
postern_status pst_proof_crowd(struct pst_proof *proof,
                               const struct pst_slot *slot,
                               const struct pst_crowd_ref *ref);

#endif
