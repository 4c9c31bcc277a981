/*
 * A condition while it is made, as in condition.h, and what keeps equal ones
 * once: the texts and the sets of years that it refers to are kept once as
 * well, so that equal conditions have equal bytes.
 *
 * What was kept stays when a rule is refused later: nothing refers to it.
 */
#ifndef PST_CONDITION_DRAFT_H
#define PST_CONDITION_DRAFT_H

#include "base/vec.h"
#include "pdp/condition.h"
#include "pdp/intern.h"

#include <postern/pdp.h>

struct pst_conditions_draft {
    struct pst_vec bytes;   /* char: the condition that is being made */
    struct pst_vec ranges4; /* of the context that is being read */
    struct pst_vec ranges6;
    struct pst_vec texts; /* struct pst_text_ref: each text once */
    struct pst_intern text_numbers;
    struct pst_intern year_numbers;      /* of tables[PST_TABLE_YEARS] */
    struct pst_intern condition_numbers; /* places */
};

void pst_conditions_draft_init(struct pst_conditions_draft *draft);
void pst_conditions_draft_release(struct pst_conditions_draft *draft,
                                  const postern_allocator *allocator);

/* All below: POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT; nothing is kept then. */

POSTERN_NODISCARD postern_status pst_condition_text(
    postern_acp_builder *builder, postern_str text, struct pst_text_ref *ref);

POSTERN_NODISCARD postern_status
pst_condition_years(postern_acp_builder *builder,
                    const struct pst_year_set *years, uint32_t *number);

/* Begins a condition: its parts are zero, its lists are to be appended. */
POSTERN_NODISCARD postern_status pst_condition_begin(
    postern_acp_builder *builder, const struct pst_condition *head);

/* Fill in the parts; each number is below the count in the head. */
void pst_condition_put_context(postern_acp_builder *builder, uint32_t number,
                               const struct pst_context *context);
void pst_condition_put_details(postern_acp_builder *builder, uint32_t number,
                               const struct pst_object_details *details);
void pst_condition_put_attribute(postern_acp_builder *builder, uint32_t number,
                                 struct pst_text_ref attribute);

/* Appends elements of 2, 4 or a multiple of 8 bytes to the list that was begun
 * last, or to an empty one. */
POSTERN_NODISCARD postern_status
pst_condition_append(postern_acp_builder *builder, struct pst_list *list,
                     const void *elements, uint32_t count, uint32_t size);

/* Ends it: its place in the table of conditions, in units of 8 bytes. */
POSTERN_NODISCARD postern_status pst_condition_end(postern_acp_builder *builder,
                                                   uint32_t *place);

#endif
