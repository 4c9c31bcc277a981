/*
 * Ranges of addresses and their countries drawn from a seed, about as uneven as
 * real ones, and a plain binary search in them.
 */
#ifndef BENCH_COUNTRY_RANGES_H
#define BENCH_COUNTRY_RANGES_H

#include "pip/country_db.h"
#include "support/rng.h"

struct bench_ranges {
    size_t count; /* of each family */
    struct bench_range *four;
    struct bench_range *six;
};

/* False when there is no memory. Free in any case. */
bool bench_ranges_draw(struct bench_ranges *ranges, size_t count,
                       uint64_t seed);
void bench_ranges_free(struct bench_ranges *ranges);

/* The same as a database; NULL when there is no memory. */
postern_country_db *bench_ranges_db(const struct bench_ranges *ranges);

/* As postern_country_of_ip(). */
bool bench_ranges_find(const struct bench_ranges *ranges, const postern_ip *ip,
                       char country[3]);

#endif
