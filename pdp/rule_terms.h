/*
 * The terms of a rule that the compiled form does not answer by itself:
 * contexts, object details, attributes. [DEC-04]
 *
 * Each answers "true" only when the facts are known and fit: an unknown fact
 * makes its term false. [CTX-03]
 */
#ifndef PST_RULE_TERMS_H
#define PST_RULE_TERMS_H

#include "pdp/facts.h"

/* PST_CONDITION_* of the conditions of a rule. */
static inline uint32_t pst_rule_flags(const struct pst_rule_view *rule)
{
    return rule->condition ? rule->condition->flags : 0;
}

/* OR over the contexts. [CTX-02] */
bool pst_res_ctxts(const postern_acp_set *set,
                   const struct pst_condition *condition,
                   struct pst_facts *facts);

/* TRUE for everything but Create; OR over the elements. [OBJ-01] [OBJ-03] */
bool pst_res_objd(const postern_acp_set *set,
                  const struct pst_condition *condition,
                  const struct pst_facts *facts);

/* The Content of a Create has what the element asks for, or it asks for
 * nothing. [OBJ-06] */
bool pst_res_specialization(const postern_acp_set *set,
                            const struct pst_object_details *details,
                            const postern_request *request);

enum { PST_ATTRIBUTES_AT_ONCE = 64 };

/* One bit for each of up to 64 attributes of the request, from number `first`
 * on. */
static inline uint64_t pst_attributes_asked(const postern_request *request,
                                            size_t first)
{
    size_t rest = request->attribute_count - first;

    return rest >= PST_ATTRIBUTES_AT_ONCE ? ~(uint64_t)0
                                          : ((uint64_t)1 << rest) - 1;
}

/* Which of these the rule's accessControlAttributes list. */
uint64_t pst_attributes_covered(const postern_acp_set *set,
                                const struct pst_condition *condition,
                                const postern_request *request, size_t first);

#endif
