/*
 * A simulated CSE for `postern-bench store`: groups of 100 resources, each an
 * <AE> with 10 ACPs and 9 containers of 80 content instances in all; a thousand
 * groups are in a hall. What a request should get follows from its numbers.
 *
 * Besides an archive: 1,000 containers of 99 instances each, protected by 100
 * of these ACPs.
 */
#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

#include "support/rng.h"

#include <postern/engine.h>

enum {
    WORLD_HALL = 1000, /* groups */
    WORLD_GROUP = 100, /* resources */
    WORLD_ACPS = 10,
    WORLD_CONTAINERS = 9,
    WORLD_INSTANCES = 80,
    WORLD_SHELVES = 1000, /* containers of the archive */
    WORLD_SHELF = 100,    /* resources: the container and its instances */
    WORLD_TEXT = 96
};

/* 2026-03-17T10:20:30Z: inside the windows of the rules. */
#define WORLD_TIME_S 1773742830

struct world {
    postern_store *store;
    postern_cse cse;
    uint32_t groups;
    uint64_t acp_bytes; /* of the compiled sets */
    uint64_t rules;
};

/* Makes the store and everything in it; false, after a complaint, when that
 * fails. Free world->store in any case. */
bool world_fill(struct world *world, uint32_t groups);

/* One request and what it should get. Texts are its own. */
struct world_request {
    char from[WORLD_TEXT];
    char to[WORLD_TEXT];
    bool permitted;
    postern_primitive primitive;
};

void world_draw(const struct world *world, struct rng *rng,
                struct world_request *request);

/* One small change: links of a container, an ACP compiled anew, a resource that
 * is created, moved or deleted. No drawn request is answered differently after
 * it. False, after a complaint, when it is refused. */
struct world_writer {
    struct rng rng;
    uint64_t round;
};

bool world_change(struct world *world, struct world_writer *writer);

/* Writes the ID of the i-th resource of a group. */
void world_id(char *text, uint32_t group, uint32_t i);
void world_hall_id(char *text, uint32_t hall);
/* ... of a shelf of the archive. */
void world_shelf_id(char *text, uint32_t shelf, uint32_t i);
#define WORLD_ARCHIVE "archive"
#define WORLD_HALL_0 "hall00000"

#endif
