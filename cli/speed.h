/*
 * How fast this machine is at what a decision does: measured here and now, for
 * some tens of milliseconds, since the library reads no clock. As if nothing
 * else ran on it: the time of this process counts, and of some rounds the
 * fastest.
 */
#ifndef PST_SPEED_H
#define PST_SPEED_H

#include <stdbool.h>

/* Nanoseconds of postern_work. */
struct pst_speed {
    double line_ns; /* a load from memory that the next one waits for */
    double step_ns; /* one step of a search by halves in a table that is near,
                       whose branches cannot be foreseen */
};

/* False, and zeroed, when there is no clock or no memory. */
bool pst_speed_measure(struct pst_speed *speed);

#endif
