#include "pdp/largest.h"

void pst_largest_init(struct pst_largest *largest, uint64_t *numbers,
                      uint64_t room)
{
    *largest = (struct pst_largest){numbers, room, 0};
}

static void swap(uint64_t *a, uint64_t *b)
{
    uint64_t was = *a;

    *a = *b;
    *b = was;
}

static void rise(struct pst_largest *largest, uint64_t at)
{
    uint64_t *numbers = largest->numbers;

    while (at > 0 && numbers[at] < numbers[(at - 1) / 2]) {
        swap(&numbers[at], &numbers[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void sink(struct pst_largest *largest, uint64_t at)
{
    uint64_t *numbers = largest->numbers;

    for (;;) {
        uint64_t least = at;

        for (uint64_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
            if (child < largest->count && numbers[child] < numbers[least]) {
                least = child;
            }
        }
        if (least == at) {
            return;
        }
        swap(&numbers[at], &numbers[least]);
        at = least;
    }
}

void pst_largest_add(struct pst_largest *largest, uint64_t number)
{
    if (largest->count < largest->room) {
        largest->numbers[largest->count++] = number;
        rise(largest, largest->count - 1);
    } else if (largest->room && number > largest->numbers[0]) {
        largest->numbers[0] = number;
        sink(largest, 0);
    }
}

uint64_t pst_largest_sum(const struct pst_largest *largest)
{
    uint64_t sum = 0;

    for (uint64_t i = 0; i < largest->count; i++) {
        sum = pst_bound_add(sum, largest->numbers[i]);
    }
    return sum;
}
