/*
 * The members of an object, which stand in the order in which they are written:
 * each is asked for by its name, and what is not asked for is refused.
 */
#ifndef PST_CUSTOMISED_MEMBERS_H
#define PST_CUSTOMISED_MEMBERS_H

#include "customised/document.h"
#include "policy-lang/node.h"

struct pst_customised_reader {
    postern_customised *made;
    struct pst_document document;
    struct pst_arena arena; /* of the nodes */
    postern_diag *diag;
};

/* An object, and the member that comes next. */
struct pst_customised_cursor {
    const struct pst_node *object;
    const struct pst_node *next;
};

/* The words that a number may stand as. */
struct pst_customised_words {
    const char *(*word)(unsigned number);
    unsigned count;
};

/* Refuses what stands at a node. POSTERN_ERR_POLICY, as all of these; and
 * POSTERN_ERR_LIMIT and _MEMORY where texts are copied. */
postern_status pst_customised_refuse(const struct pst_customised_reader *in,
                                     const struct pst_node *node,
                                     const char *message);

POSTERN_NODISCARD postern_status pst_customised_open_object(
    const struct pst_customised_reader *in, const struct pst_node *node,
    struct pst_customised_cursor *cursor);
/* No member is left. */
POSTERN_NODISCARD postern_status
pst_customised_end_object(const struct pst_customised_reader *in,
                          const struct pst_customised_cursor *cursor);

/* The next member if it has this name, else NULL. */
const struct pst_node *pst_customised_may(struct pst_customised_cursor *cursor,
                                          const char *name);
POSTERN_NODISCARD postern_status
pst_customised_must(const struct pst_customised_reader *in,
                    struct pst_customised_cursor *cursor, const char *name,
                    const struct pst_node **node);

/* A text of some length, copied: the nodes do not live as long as the document.
 */
POSTERN_NODISCARD postern_status
pst_customised_text_of(const struct pst_customised_reader *in,
                       const struct pst_node *node, postern_str *text);
POSTERN_NODISCARD postern_status pst_customised_must_text(
    const struct pst_customised_reader *in,
    struct pst_customised_cursor *cursor, const char *name, postern_str *text);
POSTERN_NODISCARD postern_status pst_customised_may_text(
    const struct pst_customised_reader *in,
    struct pst_customised_cursor *cursor, const char *name, postern_str *text);

/* A number from 0 on and below another; a text; one of several words; a list of
 * at most `max` entries. */
POSTERN_NODISCARD postern_status
pst_customised_must_number(const struct pst_customised_reader *in,
                           struct pst_customised_cursor *cursor,
                           const char *name, uint32_t below, uint32_t *number);
POSTERN_NODISCARD postern_status pst_customised_must_be(
    const struct pst_customised_reader *in,
    struct pst_customised_cursor *cursor, const char *name, const char *value);
POSTERN_NODISCARD postern_status pst_customised_must_word(
    const struct pst_customised_reader *in,
    struct pst_customised_cursor *cursor, const char *name,
    const struct pst_customised_words *words, unsigned *number);
POSTERN_NODISCARD postern_status
pst_customised_must_list(const struct pst_customised_reader *in,
                         struct pst_customised_cursor *cursor, const char *name,
                         uint32_t max, const struct pst_node **list);

#endif
