/* The sentence of an explanation: which term failed, and on what. */
#ifndef PST_EXPLAIN_WORDS_H
#define PST_EXPLAIN_WORDS_H

#include "pdp/facts.h"

/* What one accessControlContext says about a request. */
struct pst_context_truth {
    postern_truth time;
    postern_truth ip;
    postern_truth loc;
};

struct pst_rule_words {
    postern_rule_explanation *out; /* terms set, words to be filled in */
    const postern_acp_set *set;
    struct pst_rule_view rule;
    uint32_t originators;             /* how many it lists */
    struct pst_context_truth context; /* of the first context */
};

/* Fills first_failed and why. */
void pst_explain_in_words(struct pst_rule_words *words,
                          struct pst_facts *facts);

#endif
