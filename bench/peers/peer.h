/*
 * What the engines that are called from C have in common: the rules and
 * requests that workload.py writes, the time of each decision beside the
 * yardsticks, and the line that says what was found. Every answer is compared
 * with the one in the file.
 */
#ifndef BENCH_PEERS_PEER_H
#define BENCH_PEERS_PEER_H

#include "bench/measure.h"

/* The texts end in NUL and live as long as the case. */
struct peer_rule {
    postern_str target;
    postern_str originator;
    uint32_t operations; /* POSTERN_ACOP_* */
    uint32_t first;      /* minute of the day */
    uint32_t end;        /* minute after the last */
    postern_str prefix;  /* "10.1.0.0/16" */
    uint32_t address;
    uint32_t bits;
    postern_str windows; /* crontab, "|" between two */
};

struct peer_request {
    postern_str target;
    postern_str originator;
    uint32_t operation; /* one of POSTERN_ACOP_* */
    uint32_t minute;
    int64_t time_s;
    postern_str address_text;
    uint32_t address;
    bool expected;    /* permit */
    postern_str kind; /* what it was built as */
};

struct peer_case {
    struct peer_rule *rules;
    size_t rule_count;
    struct peer_request *requests;
    size_t request_count;
    double budget_s; /* of one series of decisions */
    struct bench_clock clock;
    struct bench_yardsticks yardsticks;
    struct bench_samples samples;
    bool *wrong;    /* of each request: it was answered wrongly */
    char *texts[2]; /* the two files */
};

/* Arguments: RULES REQUESTS BUDGET_S. False, and why is on standard error. */
bool peer_case_open(struct peer_case *peers, int argc, char **argv);
void peer_case_close(struct peer_case *peers);

enum { PEER_LOT_MAX = 16 };

/* What is measured. `stage` makes a request ready as the caller of such an
 * engine would, untimed, at a place in the lot that is decided at once.
 * `decide` answers one bit for each of the lot, the first in the lowest: 1 is
 * permit. */
struct peer_engine {
    const char *engine;
    const char *variant;
    const char *version;
    const char *timed; /* what the time is of, in words */
    const char *bytes_by;
    double load_s;
    size_t bytes;
    uint32_t lot; /* decisions of one call, among which its time is divided */
    void (*stage)(void *subject, const struct peer_request *request,
                  uint32_t place);
    bench_call *decide;
    void *subject;
};

/* Decides every request while there is time, and prints what was found as a
 * JSON object on one line. */
void peer_measure(struct peer_case *peers, const struct peer_engine *engine);

double peer_now_s(void);

#endif
