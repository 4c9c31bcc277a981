/* The sum of the few largest of many numbers. */
#ifndef PST_LARGEST_H
#define PST_LARGEST_H

#include "pdp/work.h"

/* A heap whose root is the least of those that are kept. */
struct pst_largest {
    uint64_t *numbers;
    uint64_t room;
    uint64_t count;
};

/* `numbers` has room for `room` of them. */
void pst_largest_init(struct pst_largest *largest, uint64_t *numbers,
                      uint64_t room);

void pst_largest_add(struct pst_largest *largest, uint64_t number);

uint64_t pst_largest_sum(const struct pst_largest *largest);

#endif
