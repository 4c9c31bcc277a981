/*
 * What a benchmark found, as a table for people or as one JSON object per line
 * for programs.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench/measure.h"

enum bench_format { BENCH_FORMAT_TEXT, BENCH_FORMAT_JSON };

/* The exit status of the program. */
enum bench_result {
    BENCH_DONE = 0,
    BENCH_FAILED = 1, /* a wrong answer, or no memory */
    BENCH_USAGE = 2
};

struct bench_options {
    size_t size; /* distinct cold requests; policies are at most a quarter */
    uint64_t seed;
    const char *only; /* cases with this in their name; "" for all */
    enum bench_format format;
    const char *db;     /* a country database, or NULL */
    uint64_t seconds;   /* diff: how long; 0: as many cases as `size` says */
    const char *replay; /* diff: "SEED:ROUND", or NULL */
    const char *build;  /* peers: where the engines are built, or NULL */
};

/* What the rows of one case have in common. */
struct bench_subject {
    const char *bench;
    const char *words; /* "one ACP of 10 rules" */
    uint32_t acps;
    uint32_t rules;
    uint32_t originators;
    uint32_t prefixes;  /* of the one context; 0: not about them */
    size_t requests;    /* distinct */
    double overhead_ns; /* of the timing, taken off */
    double permit_share;
    double compile_rules_per_s;
    double bytes_per_rule;
    double bytes_per_originator; /* not counted among those of rules; 0: they
                                    are */
    size_t bytes;                /* of the compiled set */
    /* Agreement: requests of which the effect was compared with the reference
     * evaluator's, and those for which that took too long: there a permit was
     * confirmed by its evaluation of the rule named, a deny by the explaining
     * path. */
    size_t checked_by_reference;
    size_t checked_otherwise;
    double reference_ns; /* p50 of the reference evaluator */
};

struct bench_row {
    const char *call;  /* "decide" or "explain" */
    const char *state; /* "hot" or "cold" */
    bool string_to_decision;
    size_t calls; /* timed */
    struct bench_times times;
    double hash_ns;
    double miss_ns;
    uint64_t allocations;
};

/* The machine and how its time is measured. */
void bench_report_begin(const struct bench_options *options,
                        const struct bench_clock *clock, size_t chain_bytes);
void bench_report_subject(const struct bench_options *options,
                          const struct bench_subject *subject);
void bench_report_row(const struct bench_options *options,
                      const struct bench_subject *subject,
                      const struct bench_row *row);

#endif
