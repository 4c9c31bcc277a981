/*
 * A request as the access decision needs it, read from a JSON object: the
 * parameters of a request primitive (TS-0003 7.1.2, TS-0004 short names), what
 * the CSE knows besides about the way it came in, and the names of the decision
 * request of TS-0003 Annex G. [REQ-01] [DRQ-01]
 *
 *   fr to op ty content attrs fc{fu}   the primitive
 *   rids tkns tids ltids tqi           roles and tokens it carries
 *   rq_time rq_ip rq_loc rq_authn      context, from the CSE [REQ-05] [REQ-06]
 *   sa{kind,id} esprim_id              how it was protected [IMP-01] [IMP-06]
 *   min_revision                       how new the resources must be
 */
#ifndef PST_PRIMITIVE_H
#define PST_PRIMITIVE_H

#include "policy-lang/node.h"

#include <postern/engine.h>

/* The content of a request; postern_primitive.content points to one. */
struct pst_content {
    const struct pst_document *document; /* that it stands in */
    const struct pst_node *node;         /* without "m2m:cnt" */
    postern_str type; /* the name it was wrapped in, or absent */
};

/* Reads what may be wrapped: {"m2m:cnt":{...}} is its only member. */
void pst_content_open(struct pst_content *content,
                      const struct pst_document *document,
                      const struct pst_node *node);

/* What may stand in a request besides its own members. */
enum pst_primitive_form {
    PST_PRIMITIVE_PLAIN,
    PST_PRIMITIVE_OF_CASE, /* the verdict that a decision case expects */
    PST_PRIMITIVE_OF_LOG   /* the verdict that a log has recorded */
};

/*
 * Reads a request. Its attributes are those asked for or written: attrs, with
 * what the content says besides so that no attribute goes unseen. Its content
 * is a struct pst_content, or NULL. Texts stay where they are; the rest goes to
 * the arena.
 *
 * POSTERN_ERR_POLICY, with path and sentence in diag, when it is malformed: a
 * member missing, unknown, of the wrong type or out of range; the primitive is
 * then fit for showing only (from, to, operation as far as they could be read).
 * POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status pst_primitive_read(
    postern_primitive *primitive, const struct pst_document *document,
    const struct pst_node *node, enum pst_primitive_form form,
    struct pst_arena *arena, postern_diag *diag);

/* "create", "retrieve" ..., "discover" for a retrieve with filterUsage 1,
 * "request" for none of these. */
const char *pst_primitive_operation_name(const postern_primitive *primitive);

/* The answer to a request that pst_primitive_read() has refused; its message is
 * in diag. */
void pst_answer_malformed(postern_answer *answer, const postern_diag *diag);

#endif
