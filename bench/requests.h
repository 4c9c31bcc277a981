/*
 * Requests for a policy of the benchmarks: kept small, as numbers, and written
 * out only when one is staged for its decision. So a request is always at hand
 * when it is decided, as one that was just received is; what a cold decision
 * has to wait for is the policies.
 *
 * About a third fit a rule of the ACPs that protect their target; as many fail
 * by one fact; the others come from originators that only other rules name, or
 * none.
 */
#ifndef BENCH_REQUESTS_H
#define BENCH_REQUESTS_H

#include "bench/workload.h"

enum {
    BENCH_LINKS = 4,
    BENCH_GROUPS = 3,
    BENCH_ROLES = 2,
    BENCH_SHORT_TEXT_SIZE = 40
};

struct bench_request {
    struct bench_name from;
    uint32_t groups[BENCH_GROUPS];
    uint32_t roles[BENCH_ROLES];
    uint32_t acps[BENCH_LINKS];
    int64_t time_s;
    double latitude_deg;
    double longitude_deg;
    uint32_t ip;
    uint8_t group_count;
    uint8_t role_count;
    uint8_t acp_count;
    uint8_t operation; /* POSTERN_ACOP_* */
    bool authenticated;
    bool has_ip;
    bool has_point;
    uint8_t country; /* number + 1; 0 unknown */
    uint8_t target_type;
    uint8_t child_type;
};

/* One request as the library is given it. */
struct bench_stage {
    postern_request request;
    postern_acp_ref refs[BENCH_LINKS];
    size_t ref_count;
    postern_str from;
    postern_id groups[BENCH_GROUPS];
    postern_id roles[BENCH_ROLES];
    char from_text[BENCH_NAME_SIZE];
    char group_texts[BENCH_GROUPS][BENCH_SHORT_TEXT_SIZE];
    char role_texts[BENCH_ROLES][BENCH_SHORT_TEXT_SIZE];
    /* Where decisions about it are made. */
    const postern_acp_set *set;
    const postern_cse *cse;
};

/* The same request as the reference evaluator is given it; the texts of the
 * stage are used. */
struct bench_twin {
    struct ref_request request;
    struct ref_link links[BENCH_LINKS];
    size_t link_count;
    const char *groups[BENCH_GROUPS];
    const char *roles[BENCH_ROLES];
    char ip[BENCH_SHORT_TEXT_SIZE];
};

void bench_request_draw(struct bench_request *request,
                        const struct bench_workload *workload, struct rng *rng);

/* The result points into itself. */
void bench_request_stage(struct bench_stage *stage,
                         const struct bench_workload *workload,
                         const struct bench_request *request);
void bench_request_twin(struct bench_twin *twin,
                        const struct bench_stage *stage,
                        const struct bench_request *request);

#endif
