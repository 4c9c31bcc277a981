/* Every combination of verbs, for rows of each sort. */
#ifndef TESTS_PROPERTY_GRID_COMBINATIONS_H
#define TESTS_PROPERTY_GRID_COMBINATIONS_H

#include <stdbool.h>
#include <stdint.h>

/* At most `laws` combinations of laws for each row, evenly chosen; each with
 * every combination of parents, users and terms. *cells is increased by those
 * that were compared. */
bool grid_combinations_agree(uint64_t laws, uint64_t *cells);

#endif
