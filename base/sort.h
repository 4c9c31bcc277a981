/*
 * Sorting in place: heap sort, so no memory, no recursion and n log n on every
 * input. Not stable: orders used with it leave no ties that matter.
 */
#ifndef PST_SORT_H
#define PST_SORT_H

#include <stddef.h>

/* Like that of qsort(), with something to look things up in. */
typedef int pst_order_fn(const void *a, const void *b, const void *context);

enum { PST_SORT_MAX_ELEMENT = 128 };

/* `size` at most PST_SORT_MAX_ELEMENT bytes. */
void pst_sort(void *base, size_t count, size_t size, pst_order_fn *order,
              const void *context);

#endif
