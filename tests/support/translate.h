/*
 * From the twin's form of policies and requests to the library's: what an
 * embedder would write. No judging is done on the way.
 */
#ifndef TESTS_SUPPORT_TRANSLATE_H
#define TESTS_SUPPORT_TRANSLATE_H

#include "reference/reference.h"

#include <postern/pdp.h>

enum {
    TRANSLATED_TEXTS = 1024,
    TRANSLATED_CONTEXTS = 8,
    TRANSLATED_CIRCLES = 64,
    TRANSLATED_DETAILS = 4,
    TRANSLATED_IDS = 256,
    TRANSLATED_ATTRIBUTES = 512
};

/* Where the pointers of `rule` lead. */
struct translated_rule {
    postern_rule rule;
    postern_str texts[TRANSLATED_TEXTS];
    size_t text_count;
    postern_context contexts[TRANSLATED_CONTEXTS];
    postern_circle circles[TRANSLATED_CIRCLES];
    size_t circle_count;
    postern_object_details details[TRANSLATED_DETAILS];
};

struct translated_request {
    postern_request rq;
    postern_id roles[TRANSLATED_IDS];
    postern_id groups[TRANSLATED_IDS];
    postern_str attributes[TRANSLATED_ATTRIBUTES];
};

void translate_rule(struct translated_rule *out, const struct ref_rule *rule);

/* Points into the policy's texts and into `cse`. */
void translate_request(struct translated_request *out, const postern_cse *cse,
                       const struct ref_request *rq);

/* Fills *cse. A rule that the builder refuses is added again as never true, as
 * a CSE does with a policy that is stored already. NULL, with a sentence on
 * standard error, when the builder disagrees with the twin about which rules
 * clause 7.1.3 allows, or fails altogether. */
postern_acp_set *translate_policy(const struct ref_policy *policy,
                                  postern_cse *cse);

/* Each ACP by itself, as a CSE compiles them whose policies change. Which rules
 * are allowed has been compared by translate_policy(). False when one of them
 * fails; then nothing is left to be freed. */
bool translate_acps(postern_acp_set *sets[REF_ACPS_MAX],
                    const struct ref_policy *policy);

void free_acps(postern_acp_set *sets[REF_ACPS_MAX],
               const struct ref_policy *policy);

/* The same with originators that requests will come from; what is none of the
 * texts has to be refused. */
postern_acp_set *translate_policy_for(const struct ref_policy *policy,
                                      postern_cse *cse,
                                      const struct ref_list *expected);

/* The same in other memory. */
postern_acp_set *translate_policy_in(const postern_allocator *allocator,
                                     const struct ref_policy *policy,
                                     postern_cse *cse);

#endif
