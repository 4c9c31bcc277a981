/* Policies written again, in canonical form. */
#ifndef PST_REWRITE_H
#define PST_REWRITE_H

#include "cli/source.h"

/* A policy document as it is and as it should be. */
struct pst_rewriting {
    const char *name;     /* of the file, "-" for standard input */
    struct pst_vec bytes; /* as read */
    postern_policy *policy;
    postern_format format; /* as read, never AUTO */
    postern_str text;      /* canonical */
};

/*
 * Reads a document and writes it again in `format`; AUTO: in its own, OTHER:
 * in the one that is not its own. Release it whatever the answer.
 *
 * As postern_policy_load(), with the name as source.
 */
enum { PST_FORMAT_OTHER = -1 };
POSTERN_NODISCARD postern_status pst_rewrite(struct pst_rewriting *rewriting,
                                             const char *name, int format,
                                             postern_diag *diag);
void pst_rewriting_release(struct pst_rewriting *rewriting);

/* Whether the text may hold comments, which a rewriting loses: YAML with a "#"
 * where a comment can begin. Says yes rather than no. */
bool pst_may_hold_comments(const struct pst_rewriting *rewriting);

#endif
