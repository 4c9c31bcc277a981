/*
 * Reading values out of a document: what is expected where, and where it was
 * not found.
 *
 * A defect is found first and judged later: it refuses the document, or
 * disables the rule it stands in. So the readers of values note it in the
 * pst_reader and answer POSTERN_ERR_POLICY; only who knows the consequence
 * makes a diagnostic of it. Everything that is kept goes into the arena of the
 * policy.
 */
#ifndef PST_READER_H
#define PST_READER_H

#include "policy-lang/grammar.h"
#include "policy-lang/policy.h"
#include "policy-lang/vocabulary.h"

/* The first defect since pst_reader_forget(). */
struct pst_defect {
    const struct pst_node *node; /* NULL: none */
    const char *clause;          /* static, or NULL */
    char message[POSTERN_DIAG_MESSAGE_SIZE];
};

/* A member that makes a rule false whatever it says: one of a later release,
 * one that is never evaluated, or a misspelt one. */
struct pst_foreign {
    const struct pst_node *node; /* NULL: none */
    const char *lint;            /* static */
    char message[POSTERN_DIAG_MESSAGE_SIZE];
};

struct pst_reader {
    postern_policy *policy;
    const struct pst_document *document; /* that is being read */
    struct pst_grammar *grammar;
    const postern_load_options *options;
    const struct pst_finding **last_finding; /* where the next one is linked */
    struct pst_defect defect;
    struct pst_foreign foreign;
};

/* Members of an object by what they stand for. */
struct pst_members {
    const struct pst_node *of[PST_TERMS]; /* NULL: absent */
};

enum { PST_READ_ALL_FORMS = PST_GRAMMAR_FORMS }; /* any text will do */

void pst_reader_forget(struct pst_reader *in);

/* Notes a defect and returns POSTERN_ERR_POLICY. */
postern_status pst_defect(struct pst_reader *in, const struct pst_node *node,
                          const char *clause, const char *message);

/* "expected ..., found 7", or "found a list". */
postern_status pst_defect_expected(struct pst_reader *in,
                                   const struct pst_node *node,
                                   const char *expected);

/* Refuses the document for the defect that was noted. */
postern_status pst_refuse_defect(const struct pst_reader *in,
                                 postern_diag *diag);

/* Records a finding and reports it. `message` is copied. POSTERN_OK or
 * POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_warn(struct pst_reader *in,
                                          const struct pst_node *node,
                                          const char *lint, const char *clause,
                                          const char *message);

/* Zeroed memory for the life of the policy, also for a count of 0; NULL when
 * there is none. */
void *pst_keep(struct pst_reader *in, size_t count, size_t size);

/* A copy that ends in NUL. */
POSTERN_NODISCARD postern_status pst_keep_text(struct pst_reader *in,
                                               postern_str text,
                                               postern_str *copy);

/*
 * Sorts the members of an object. One that is there under two of its names is
 * a defect. The first that is unknown or unsupported goes to in->foreign.
 */
POSTERN_NODISCARD postern_status pst_read_members(struct pst_reader *in,
                                                  const struct pst_node *object,
                                                  enum pst_scope scope,
                                                  const char *expected,
                                                  struct pst_members *members);

/* A string of that form; PST_READ_ALL_FORMS: any but the empty one. */
POSTERN_NODISCARD postern_status pst_read_string(struct pst_reader *in,
                                                 const struct pst_node *node,
                                                 int form, postern_str *text);

struct pst_strings {
    const postern_str *texts; /* not NULL when it was read */
    size_t count;
};

/*
 * A list of strings. One string stands for a list of one where `term` was not
 * given by its short name.
 */
POSTERN_NODISCARD postern_status pst_read_strings(struct pst_reader *in,
                                                  const struct pst_node *node,
                                                  enum pst_term term, int form,
                                                  struct pst_strings *out);

/* A whole number from 1 to `max`. */
POSTERN_NODISCARD postern_status pst_read_count(struct pst_reader *in,
                                                const struct pst_node *node,
                                                uint32_t max,
                                                const char *expected,
                                                uint32_t *value);

POSTERN_NODISCARD postern_status pst_read_real(struct pst_reader *in,
                                               const struct pst_node *node,
                                               double *value);

POSTERN_NODISCARD postern_status pst_read_boolean(struct pst_reader *in,
                                                  const struct pst_node *node,
                                                  bool *value);

/* The number of a resource type, or its name. */
POSTERN_NODISCARD postern_status pst_read_type(struct pst_reader *in,
                                               const struct pst_node *node,
                                               uint32_t *ty);

/* Whether the member stands under a long name or a word for people, and may
 * then be in a form for people. */
static inline bool pst_for_people(const struct pst_node *node,
                                  enum pst_term term)
{
    return !pst_is_short_name(term, node->name);
}

/*
 * The entries of a list; what is no list is its own only entry (for people).
 * for (entry = pst_first_entry(node); entry; entry = pst_next_entry(...))
 */
static inline const struct pst_node *
pst_first_entry(const struct pst_node *node)
{
    return node->type == PST_NODE_LIST ? node->children : node;
}

static inline const struct pst_node *
pst_next_entry(const struct pst_node *node, const struct pst_node *entry)
{
    return node->type == PST_NODE_LIST ? entry->next : NULL;
}

static inline uint32_t pst_entry_count(const struct pst_node *node)
{
    return node->type == PST_NODE_LIST ? node->count : 1;
}

#endif
