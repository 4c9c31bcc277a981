/*
 * Random CSEs: a document with resources and policies, what is true of the
 * originators besides, requests, and a decision on each of them that is made
 * plainly. Everything is drawn from small pools, so that rules hold often.
 */
#ifndef TESTS_PROPERTY_WORLD_H
#define TESTS_PROPERTY_WORLD_H

#include "support/fake_prp.h"
#include "support/rng.h"

#include <postern/engine.h>

enum {
    WORLD_TEXT = 64 * 1024,
    WORLD_GROUPS = 4, /* of another CSE */
    WORLD_ROLES = 3,
    WORLD_FROMS = 4,
    WORLD_ATTRIBUTES = 3,
    WORLD_TOKENS = 6,
    WORLD_CARRIED = 2, /* of them, in a request */
    WORLD_PERMISSIONS = 2,
    WORLD_SCOPE = 6,
    WORLD_KNOWN = WORLD_GROUPS + 2 * WORLD_ROLES + 3
};

/* What a CSE would answer about one originator. */
struct world_truth {
    bool groups[WORLD_GROUPS];
    bool roles[WORLD_ROLES];
    bool allowed[WORLD_ROLES];
    postern_whereabouts whereabouts; /* without point and country: not known */
    char ip_country[3];
    char point_country[3];
};

struct world_permission {
    bool scoped; /* to the resources that are named */
    size_t target_count;
    char targets[WORLD_SCOPE][40]; /* as written */
    char ids[WORLD_SCOPE][8];
    bool roles[WORLD_ROLES];
    bool has_rules;
    char rules[2048];
};

struct world_token {
    size_t holder;
    size_t count;
    struct world_permission permissions[WORLD_PERMISSIONS];
    char text[12 * 1024];
    size_t len;
};

struct world {
    char text[WORLD_TEXT];
    postern_policy *policy;
    struct fake_prp fake;
    struct world_truth truth[WORLD_FROMS];
    struct world_token tokens[WORLD_TOKENS];
    bool has_profile; /* roles have to be allowed */
    postern_engine_options options;
};

struct world_request {
    postern_primitive primitive;
    size_t from; /* its number */
    postern_str attributes[WORLD_ATTRIBUTES];
    postern_str roles[WORLD_ROLES + 1];
    postern_str tokens[WORLD_CARRIED];
    size_t token_numbers[WORLD_CARRIED];
    size_t token_count;
    char to[64];
};

extern const char *const world_froms[WORLD_FROMS];
extern const char *const world_groups[WORLD_GROUPS]; /* canonical */
extern const char *const world_roles[WORLD_ROLES];

/* False: the document does not load. */
bool world_make(struct world *world, struct rng *rng);
void world_free(struct world *world);

/* The result points into itself. */
void world_ask(struct world_request *request, const struct world *world,
               struct rng *rng);

/* The effect on a target that is an ordinary resource: with every fact there is
 * from the start. */
postern_effect world_decide(const struct world *world,
                            const struct world_request *request,
                            const postern_resource *target);

/* Everything true of the originator, as answers to needs. Returns how many. */
size_t world_tell(const struct world *world, size_t from,
                  postern_known known[WORLD_KNOWN]);

/* Those whose tokens count; NULL: no memory. */
postern_issuers *world_issuers(const struct world *world);

/* ---- between world.c and world_tokens.c ---------------------------------- */

struct pst_text;

/* {"acr":[...]}, behind `name`. */
void world_add_rules(struct pst_text *out, const char *name, uint32_t count,
                     struct rng *rng);
void world_choose_tokens(struct world *world, struct rng *rng);
void world_add_token_acps(struct pst_text *out, const struct world *world);
bool world_sign_tokens(struct world *world);
/* What the tokens of a request come to, for a target. */
bool world_token_gives(const struct world *world,
                       const struct world_request *request,
                       const postern_resource *target, size_t role);
size_t world_token_refs(const struct world *world,
                        const struct world_request *request,
                        const postern_resource *target, postern_acp_ref *refs);

#endif
