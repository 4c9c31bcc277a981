#include "base/sort.h"

#include <string.h>

struct heap {
    unsigned char *base;
    size_t size;
    pst_order_fn *order;
    const void *context;
};

static unsigned char *at(const struct heap *heap, size_t i)
{
    return heap->base + i * heap->size;
}

static void swap(const struct heap *heap, size_t i, size_t k)
{
    unsigned char held[PST_SORT_MAX_ELEMENT];

    memcpy(held, at(heap, i), heap->size);
    memcpy(at(heap, i), at(heap, k), heap->size);
    memcpy(at(heap, k), held, heap->size);
}

/* Moves element `i` down until none of its children is larger. */
static void sift(const struct heap *heap, size_t i, size_t count)
{
    size_t child = 2 * i + 1;

    while (child < count) {
        if (child + 1 < count &&
            heap->order(at(heap, child), at(heap, child + 1), heap->context) <
                0) {
            child++;
        }
        if (heap->order(at(heap, i), at(heap, child), heap->context) >= 0) {
            return;
        }
        swap(heap, i, child);
        i = child;
        child = 2 * i + 1;
    }
}

void pst_sort(void *base, size_t count, size_t size, pst_order_fn *order,
              const void *context)
{
    struct heap heap = {base, size, order, context};

    for (size_t i = count / 2; i > 0; i--) {
        sift(&heap, i - 1, count);
    }
    for (size_t end = count; end > 1; end--) {
        swap(&heap, 0, end - 1);
        sift(&heap, 0, end - 1);
    }
}
