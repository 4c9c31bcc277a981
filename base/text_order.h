/*
 * Numbers of texts in the order of the texts, however many there are and
 * however they arrive: n log n on every input, and most comparisons look at
 * eight bytes that lie in a row.
 */
#ifndef PST_TEXT_ORDER_H
#define PST_TEXT_ORDER_H

#include "base/memory.h"

/* The text of a number. */
typedef postern_str pst_text_of_fn(const void *texts, uint32_t number);

/* Fills order[0..count): lexicographic by bytes, shorter first, of equal texts
 * the lower number first. POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status
pst_text_order(uint32_t *order, uint32_t count, pst_text_of_fn *text_of,
               const void *texts, const postern_allocator *allocator);

#endif
