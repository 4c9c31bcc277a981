/*
 * The engine on random CSEs, against decisions made plainly. For each request:
 *
 * - what is asked for lazily comes to the same as everything told at the start,
 *   and as every answer put off and given later; [ARC-03]
 * - one rule or ACP that permits permits, whatever the others say; [ARC-02]
 * - a store and a host's array are decided alike;
 * - many targets at once come to the same as one by one;
 * - an explanation changes nothing and agrees;
 * - what tokens bring is as if it were linked to the targets they name, and
 *   whether they are remembered does not matter. [TOK-08] to [TOK-11] [IDA-16]
 */
#include "property/world.h"

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORLDS = 400, REQUESTS = 40, ROUNDS = 20, TARGETS_MAX = 64 };

/* An engine, and the CSE behind it that answers. */
struct actor {
    const struct world *world;
    size_t from; /* whom the request is by */
    bool later;  /* it never knows at once */
    postern_pip pip;
    postern_token_cache *cache;
    postern_engine *engine;
    postern_reader *reader;
};

static struct {
    unsigned long decisions;
    unsigned long permits;
    unsigned long waits;
    unsigned long by_tokens;
    unsigned long wrong;
} tally;

/* ---- the CSE
 * ------------------------------------------------------------------ */

static postern_reply reply(const struct actor *self, bool yes)
{
    return self->later ? POSTERN_REPLY_LATER
                       : (yes ? POSTERN_REPLY_YES : POSTERN_REPLY_NO);
}

static size_t number_of(const postern_id *id, const char *const *pool,
                        size_t count)
{
    char text[128];
    size_t i = 0;

    (void)postern_id_text(id, text, sizeof text);
    while (i < count && !pst_str_is(postern_str_of(pool[i]), text)) {
        i++;
    }
    return i;
}

static postern_reply tell_group(void *user, const postern_id *originator,
                                const postern_id *group)
{
    const struct actor *self = user;
    size_t i = number_of(group, world_groups, WORLD_GROUPS);

    (void)originator;
    return i < WORLD_GROUPS
               ? reply(self, self->world->truth[self->from].groups[i])
               : POSTERN_REPLY_UNKNOWN;
}

static postern_reply tell_role(void *user, const postern_id *originator,
                               const postern_id *role)
{
    const struct actor *self = user;
    size_t i = number_of(role, world_roles, WORLD_ROLES);

    (void)originator;
    return i < WORLD_ROLES
               ? reply(self, self->world->truth[self->from].roles[i])
               : POSTERN_REPLY_UNKNOWN;
}

static postern_reply tell_allowed(void *user, const postern_id *originator,
                                  const postern_id *role)
{
    const struct actor *self = user;
    size_t i = number_of(role, world_roles, WORLD_ROLES);

    (void)originator;
    return i < WORLD_ROLES
               ? reply(self, self->world->truth[self->from].allowed[i])
               : POSTERN_REPLY_UNKNOWN;
}

static postern_reply tell_location(void *user, const postern_id *originator,
                                   postern_whereabouts *whereabouts)
{
    const struct actor *self = user;

    (void)originator;
    *whereabouts = self->world->truth[self->from].whereabouts;
    return reply(self, true);
}

static postern_reply tell_country_of_ip(void *user, const postern_ip *ip,
                                        char country[3])
{
    const struct actor *self = user;

    (void)ip;
    memcpy(country, self->world->truth[self->from].ip_country, 3);
    return reply(self, true);
}

static postern_reply tell_country_of_point(void *user, double latitude_deg,
                                           double longitude_deg,
                                           char country[3])
{
    const struct actor *self = user;

    (void)latitude_deg;
    (void)longitude_deg;
    memcpy(country, self->world->truth[self->from].point_country, 3);
    return reply(self, true);
}

/* ---- engines
 * ------------------------------------------------------------------- */

static void must(bool done, const char *what)
{
    if (!done) {
        fprintf(stderr, "cannot %s\n", what);
        exit(1);
    }
}

/* Without a CSE behind it nobody answers. */
static void open_actor(struct actor *self, const struct world *world,
                       const postern_prp *prp, bool answers)
{
    postern_engine_options options = world->options;
    postern_issuers *issuers = world_issuers(world);

    *self = (struct actor){.world = world};
    self->pip =
        (postern_pip){.struct_size = sizeof self->pip,
                      .user = self,
                      .group = tell_group,
                      .role = tell_role,
                      .role_allowed = world->has_profile ? tell_allowed : NULL,
                      .location = tell_location,
                      .country_of_ip = tell_country_of_ip,
                      .country_of_point = tell_country_of_point};
    options.prp = prp;
    options.pip = answers ? &self->pip : NULL;
    must(issuers != NULL, "have issuers");
    must(postern_token_cache_new(&self->cache, NULL) == POSTERN_OK,
         "have a cache");
    options.token_cache = answers ? self->cache : NULL;
    must(postern_engine_new(&self->engine, &options) == POSTERN_OK &&
             postern_engine_set_trust_of(self->engine, world->policy, NULL) ==
                 POSTERN_OK &&
             postern_engine_set_issuers(self->engine, issuers) == POSTERN_OK &&
             postern_reader_new(self->engine, &self->reader) == POSTERN_OK,
         "make an engine");
}

static void close_actor(struct actor *self)
{
    postern_reader_free(self->reader);
    postern_engine_free(self->engine);
    postern_token_cache_free(self->cache);
}

/* ---- what holds
 * ------------------------------------------------------------------ */

static void claim(bool holds, const char *what, const struct world *world,
                  const struct world_request *request)
{
    char line[4096];
    postern_answer answer = {.reason = ""};

    if (holds) {
        return;
    }
    if (tally.wrong++ < 5) {
        (void)postern_decision_line(&request->primitive, &answer, line,
                                    sizeof line);
        fprintf(stderr, "%s\n%s\n%s", what, world->text, line);
    }
}

static void hear_rule(void *user, const char *operation,
                      const postern_rule_explanation *rule)
{
    (void)user;
    (void)operation;
    (void)rule;
}

static void hear_note(void *user, const char *text)
{
    (void)user;
    (void)text;
}

static postern_answer ask(struct actor *actor,
                          const struct world_request *request, bool explain)
{
    const postern_listener listener = {NULL, hear_rule, hear_note};
    postern_answer answer;

    actor->from = request->from;
    postern_authorize(actor->reader, &request->primitive,
                      explain ? &listener : NULL, &answer);
    return answer;
}

/* Everything told from the start, with nobody there to ask. */
static postern_effect ask_told(struct actor *actor,
                               const struct world_request *request)
{
    struct world_request told = *request;
    postern_known known[WORLD_KNOWN];

    told.primitive.known_count = world_tell(actor->world, request->from, known);
    told.primitive.known = known;
    return ask(actor, &told, false).effect;
}

static bool find_known(postern_known *out, const postern_need *need,
                       const postern_known *known, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (known[i].kind == need->kind &&
            pst_str_equal(known[i].id, need->id)) {
            *out = known[i];
            return true;
        }
    }
    return false;
}

/* Needs, one round after another. Each is new: that ends. */
static postern_effect ask_later(struct actor *actor,
                                const struct world_request *request)
{
    struct world_request asked = *request;
    postern_known all[WORLD_KNOWN];
    postern_known given[WORLD_KNOWN];
    size_t count = world_tell(actor->world, request->from, all);
    postern_answer answer;

    actor->later = true;
    asked.primitive.known = given;
    for (int round = 0; round < ROUNDS; round++) {
        answer = ask(actor, &asked, false);
        if (answer.stage != POSTERN_STAGE_WAITING) {
            break;
        }
        tally.waits++;
        for (size_t i = 0; i < answer.need_count; i++) {
            postern_known unused;

            claim(!find_known(&unused, &answer.needs[i], given,
                              asked.primitive.known_count),
                  "a need is new", actor->world, request);
            if (asked.primitive.known_count == WORLD_KNOWN ||
                !find_known(&given[asked.primitive.known_count],
                            &answer.needs[i], all, count)) {
                break;
            }
            asked.primitive.known_count++;
        }
    }
    claim(answer.stage != POSTERN_STAGE_WAITING, "waiting ends", actor->world,
          request);
    actor->later = false;
    return answer.effect;
}

struct cast {
    struct actor of_store;
    struct actor of_array;
    struct actor silent; /* of_array, and nobody answers */
};

static void try_one(struct cast *cast, const struct world_request *request)
{
    const struct world *world = cast->of_store.world;
    const postern_resource *target =
        fake_prp_at((struct fake_prp *)(uintptr_t)&world->fake, request->to);
    postern_effect plain = world_decide(world, request, target);
    postern_answer lazy = ask(&cast->of_store, request, false);
    postern_answer host = ask(&cast->of_array, request, false);

    tally.decisions++;
    tally.permits += plain == POSTERN_PERMIT;
    tally.by_tokens += strcmp(lazy.reason, "token-rule") == 0;
    claim(lazy.effect == plain, "asked lazily", world, request);
    claim(lazy.rsc == host.rsc && strcmp(lazy.reason, host.reason) == 0 &&
              pst_str_equal(lazy.message, host.message),
          "a store and an array are decided alike", world, request);
    claim(lazy.rsc < 4000 || lazy.rsc == 4103, "the code", world, request);
    claim(ask_told(&cast->silent, request) == plain, "told at the start", world,
          request);
    claim(ask_later(&cast->of_array, request) == plain, "told later", world,
          request);
    claim(ask(&cast->of_store, request, true).rsc == lazy.rsc,
          "an explanation changes nothing", world, request);
}

/* ---- many targets
 * ------------------------------------------------------------------ */

static size_t add_targets(const struct world *world, postern_str *targets)
{
    size_t count = 0;

    for (size_t i = 0; i < world->fake.count && count < TARGETS_MAX - 2; i++) {
        targets[count++] = world->fake.resources[i].id;
    }
    targets[count++] = PST_STR("c0/la");
    targets[count++] = PST_STR("nowhere");
    return count;
}

static bool count_grant(void *user, const postern_grant *grant)
{
    size_t *count = user;

    (void)grant;
    (*count)++;
    return true;
}

static void try_each(struct actor *actor, const struct world_request *request)
{
    struct world_request one = *request;
    postern_str targets[TARGETS_MAX];
    bool permitted[TARGETS_MAX];
    size_t count = add_targets(actor->world, targets);
    size_t granted = 0;
    size_t permits;

    actor->from = request->from;
    permits = postern_authorize_each(actor->reader, &request->primitive,
                                     targets, count, permitted);
    for (size_t i = 0; i < count; i++) {
        one.primitive.to = targets[i];
        claim((ask(actor, &one, false).effect == POSTERN_PERMIT) ==
                  permitted[i],
              "many at once", actor->world, &one);
        permits -= permitted[i];
    }
    claim(permits == 0, "the count of many", actor->world, request);
    one.primitive.to = (postern_str){NULL, 0};
    permits =
        postern_permitted(actor->reader, &one.primitive, count_grant, &granted);
    for (size_t i = 0; i < count - 2; i++) {
        permits -= permitted[i];
    }
    claim(permits == 0, "what is permitted", actor->world, request);
}

static void try_world(struct world *world, struct rng *rng)
{
    postern_store *store;
    struct cast cast;

    must(world_make(world, rng), "load the document");
    must(postern_store_of_policy(&store, world->policy, NULL, NULL) ==
             POSTERN_OK,
         "store it");
    open_actor(&cast.of_store, world, postern_store_prp(store), true);
    open_actor(&cast.of_array, world, &world->fake.prp, true);
    open_actor(&cast.silent, world, &world->fake.prp, false);
    for (int i = 0; i < REQUESTS; i++) {
        struct world_request request;

        world_ask(&request, world, rng);
        try_one(&cast, &request);
        if (i % 8 == 0) {
            try_each(&cast.of_store, &request);
        }
    }
    close_actor(&cast.of_store);
    close_actor(&cast.of_array);
    close_actor(&cast.silent);
    postern_store_free(store);
    world_free(world);
}

int main(int argc, char **argv)
{
    static struct world world;
    struct rng rng = {20261122};
    int worlds = argc > 1 && argv[1][0] == 's' ? WORLDS / 4 : WORLDS;

    for (int i = 0; i < worlds && tally.wrong == 0; i++) {
        try_world(&world, &rng);
    }
    printf("%lu decisions, %lu permits, %lu by rules of tokens, %lu waits, %lu "
           "wrong\n",
           tally.decisions, tally.permits, tally.by_tokens, tally.waits,
           tally.wrong);
    return tally.wrong != 0 || tally.permits < tally.decisions / 20 ||
           tally.by_tokens == 0 || tally.waits == 0;
}
