/*
 * Rows that are steps of one scale: how intrusive a value is, as one number. A
 * longer retention, a shorter interval, a larger part of the history have a
 * higher rank; two spellings of one period have the same. [ANJ-07] [PPM-22]
 */
#ifndef PST_PPM_SCALE_H
#define PST_PPM_SCALE_H

#include "ppm/value.h"

/* Below and above every rank. */
#define PST_PPM_LOWEST INT64_MIN
#define PST_PPM_HIGHEST INT64_MAX

/* Whether a row is a step of the scale of its tag. "event" and "feed" stand in
 * such tags and have no place on the scale. */
bool pst_ppm_is_ranked(uint32_t row);

/* The rank of a number in a ranked row; of a row without numbers its rank. */
int64_t pst_ppm_rank(uint32_t row, int64_t number);

/* Of all values of a row. */
int64_t pst_ppm_least_rank(uint32_t row);
int64_t pst_ppm_most_rank(uint32_t row);

/* The highest and the lowest rank of a value of a row that is not below `low`
 * and not above `high`; false when there is none. */
bool pst_ppm_highest(uint32_t row, int64_t low, int64_t high, int64_t *rank);
bool pst_ppm_lowest(uint32_t row, int64_t low, int64_t high, int64_t *rank);

/* The numbers a row may hold; a ceiling where annex J has none. */
int64_t pst_ppm_most_number(uint32_t row);

#endif
