/*
 * An access control rule of a document as a postern_rule: the form is checked
 * here; what its texts mean is for pdp/ to parse.
 */
#ifndef PST_RULE_READER_H
#define PST_RULE_READER_H

#include "policy-lang/reader.h"

/*
 * Reads a rule. What the standard does not allow refuses it, or disables it if
 * the options say so; a foreign member disables it always. A rule that is
 * disabled has its reason in `never` and is reported.
 *
 * POSTERN_OK; POSTERN_ERR_POLICY with the defect noted; POSTERN_ERR_MEMORY,
 * POSTERN_ERR_LIMIT.
 */
POSTERN_NODISCARD postern_status pst_read_rule(struct pst_reader *in,
                                               const struct pst_node *node,
                                               postern_rule *rule);

/* Makes a rule false for that reason, and reports it at `node`. */
POSTERN_NODISCARD postern_status pst_disable_rule(
    struct pst_reader *in, const struct pst_node *node, const char *lint,
    const char *clause, const char *message, postern_rule *rule);

/* accessControlContexts (context_reader.c), for pst_read_rule(). */
POSTERN_NODISCARD postern_status pst_read_contexts(struct pst_reader *in,
                                                   const struct pst_node *node,
                                                   postern_rule *rule);

/* accessControlObjectDetails (details_reader.c), for pst_read_rule(). */
POSTERN_NODISCARD postern_status pst_read_details(struct pst_reader *in,
                                                  const struct pst_node *node,
                                                  postern_rule *rule);

#endif
