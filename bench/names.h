/*
 * The inhabitants of the benchmarks: gateways, and devices behind them, as
 * numbers that become identifiers when they are written. Nothing is stored, so
 * there can be as many of them as a policy can name.
 */
#ifndef BENCH_NAMES_H
#define BENCH_NAMES_H

#include "base/text.h"
#include "support/rng.h"

#include <stdint.h>

enum {
    BENCH_NAME_SIZE = 64,
    BENCH_NUMBERS = 1000000, /* numbers are written with six digits */
    BENCH_SERIALS_OF_RANGE = 100
};

#define BENCH_SP_ID "//sp.example"
#define BENCH_CSE_ID "/plant-cse"

enum bench_name_form {
    BENCH_NAME_AE,    /* AE of one CSE: "/plant-000012/Cpump-000123" */
    BENCH_NAME_SP_AE, /* AE of a service provider: "Spump-000123" */
    BENCH_NAME_CSE    /* "/plant-000012" */
};

struct bench_name {
    uint32_t domain; /* 0: the service provider of the hosting CSE */
    uint32_t site;   /* 0: the hosting CSE */
    uint32_t serial;
    uint8_t form;   /* enum bench_name_form */
    uint8_t device; /* of eight types */
};

/* How many of each there are; numbers run from 0 (sites and domains: from 1,
 * as 0 is the host) to the count - 1. */
struct bench_population {
    uint32_t domains;
    uint32_t sites;
    uint32_t groups;
    uint32_t roles;
};

/* Enough of everything that two rules seldom mean the same by chance. */
struct bench_population bench_population_for(uint32_t rules);

struct bench_name bench_name_draw(const struct bench_population *population,
                                  struct rng *rng);

/* What an originator entry of a policy can be a pattern of. */
enum bench_pattern {
    BENCH_PATTERN_SITE,   /* every AE of a CSE: "/plant-000012/C*" */
    BENCH_PATTERN_DEVICE, /* of one type there: "/plant-000012/Cpump-*" */
    BENCH_PATTERN_DOMAIN, /* "//sp-000003.example" + "/" + "*" + "/Cpump-*" */
    BENCH_PATTERN_SERIAL, /* "Spump-0001*" */
    BENCH_PATTERNS
};

/* Changes what the pattern leaves open, and whatever it cannot leave open. */
void bench_name_vary(struct bench_name *name, enum bench_pattern pattern,
                     const struct bench_population *population,
                     struct rng *rng);

void bench_name_write(struct pst_text *out, const struct bench_name *name);
void bench_pattern_write(struct pst_text *out, const struct bench_name *name,
                         enum bench_pattern pattern);
void bench_domain_write(struct pst_text *out, uint32_t domain);
void bench_group_write(struct pst_text *out, uint32_t group);
void bench_role_write(struct pst_text *out, uint32_t role);

#endif
