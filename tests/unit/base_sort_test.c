#include "support/rng.h"
#include "support/sets.h"

#include "base/sort.h"

static int order(const void *left, const void *right, const void *context)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    int sign = *(const int *)context;

    return sign * ((*a > *b) - (*a < *b));
}

static size_t count_of(const uint32_t *values, size_t count, uint32_t value)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        found += values[i] == value;
    }
    return found;
}

Test(base_sort, orders_everything_and_loses_nothing)
{
    struct rng rng = {.state = 7};

    for (size_t count = 0; count < 60; count++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            uint32_t values[60];
            uint32_t before[60];

            for (size_t i = 0; i < count; i++) {
                values[i] = before[i] = rng_below(&rng, 20);
            }
            pst_sort(values, count, sizeof *values, order, &sign);
            for (size_t i = 1; i < count; i++) {
                cr_assert_leq(order(&values[i - 1], &values[i], &sign), 0);
            }
            for (size_t i = 0; i < count; i++) {
                cr_assert_eq(count_of(values, count, before[i]),
                             count_of(before, count, before[i]));
            }
        }
    }
}
