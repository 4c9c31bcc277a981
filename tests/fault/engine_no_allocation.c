/*
 * Once there is a reader the allocator of the engine, of the store and of the
 * token cache ends the program when it is called: decisions of every kind do
 * not call it, with tokens that were shown before or without any.
 */
#include "property/world.h"

#include "base/str.h"
#include "support/claim.h"

#include <stdlib.h>

enum { WORLDS = 20, REQUESTS = 200, TARGETS_MAX = 64, LINE = 4096 };

static bool sealed;

static void *alloc(void *user, size_t size)
{
    (void)user;
    if (sealed) {
        abort();
    }
    return malloc(size);
}

static void release(void *user, void *block, size_t size)
{
    (void)user;
    (void)size;
    if (sealed) {
        abort();
    }
    free(block);
}

static const postern_allocator allocator = {NULL, alloc, release};

/* Whatever is asked, "later" and "yes" in turn. */
static postern_reply tell_group(void *user, const postern_id *originator,
                                const postern_id *group)
{
    unsigned *calls = user;

    (void)originator;
    (void)group;
    return (*calls)++ % 2 ? POSTERN_REPLY_YES : POSTERN_REPLY_LATER;
}

static postern_reply tell_location(void *user, const postern_id *originator,
                                   postern_whereabouts *whereabouts)
{
    (void)user;
    (void)originator;
    whereabouts->location = (postern_location){true, 52.0, 5.0, "NL"};
    return POSTERN_REPLY_YES;
}

static size_t heard;

static void hear_rule(void *user, const char *operation,
                      const postern_rule_explanation *rule)
{
    (void)user;
    (void)operation;
    (void)rule;
    heard++;
}

static void hear_note(void *user, const char *text)
{
    (void)user;
    (void)text;
    heard++;
}

static bool hear_grant(void *user, const postern_grant *grant)
{
    (void)user;
    (void)grant;
    return true;
}

static bool hear_entry(void *user, const postern_holder_entry *entry)
{
    (void)user;
    (void)entry;
    return true;
}

static void hear_role(void *user, const postern_id *role)
{
    (void)user;
    (void)role;
}

static void ask(postern_reader *reader, const struct world *world,
                struct world_request *request, bool explain)
{
    const postern_listener listener = {NULL, hear_rule, hear_note};
    postern_str targets[TARGETS_MAX];
    bool permitted[TARGETS_MAX];
    postern_answer answer;
    char line[LINE];
    size_t count = 0;

    postern_authorize(reader, &request->primitive, explain ? &listener : NULL,
                      &answer);
    claim(answer.rsc != 5000, "%s", answer.message.data);
    claim(postern_decision_line(&request->primitive, &answer, line,
                                sizeof line) < sizeof line,
          "a line is too long");
    while (count < world->fake.count && count < TARGETS_MAX) {
        targets[count] = world->fake.resources[count].id;
        count++;
    }
    (void)postern_authorize_each(reader, &request->primitive, targets, count,
                                 permitted);
    (void)postern_permitted(reader, &request->primitive, hear_grant, NULL);
    (void)postern_roles_that_help(reader, &request->primitive, hear_role, NULL);
    (void)postern_who(reader, request->primitive.to, POSTERN_OP_RETRIEVE,
                      INT64_MIN, hear_entry, NULL);
}

static size_t remembered;

/* Each token once, by its holder. */
static void show_tokens(postern_reader *reader, struct world *world,
                        struct rng *rng)
{
    for (size_t i = 0; i < WORLD_TOKENS; i++) {
        const struct world_token *token = &world->tokens[i];
        postern_str text = {token->text, token->len};
        struct world_request request;
        postern_answer answer;

        world_ask(&request, world, rng);
        request.primitive.from = postern_str_of(world_froms[token->holder]);
        request.primitive.time_known = true;
        request.primitive.tokens = (postern_texts){&text, 1};
        postern_authorize(reader, &request.primitive, NULL, &answer);
        remembered += answer.assigned_count;
    }
}

static void decide(postern_reader *reader, struct world *world, struct rng *rng)
{
    show_tokens(reader, world, rng);
    sealed = true;
    for (int i = 0; i < REQUESTS; i++) {
        struct world_request request;

        world_ask(&request, world, rng);
        ask(reader, world, &request, i % 2);
    }
    sealed = false;
}

static bool run(struct world *world, struct rng *rng)
{
    unsigned calls = 0;
    const postern_pip pip = {.struct_size = sizeof pip,
                             .user = &calls,
                             .group = tell_group,
                             .location = tell_location};
    postern_engine_options options = world->options;
    postern_token_cache_options caching;
    postern_token_cache *cache = NULL;
    postern_store_options storing;
    postern_engine *engine = NULL;
    postern_reader *reader = NULL;
    postern_store *store = NULL;
    bool made;

    postern_store_options_init(&storing);
    storing.allocator = &allocator;
    options.allocator = &allocator;
    options.pip = &pip;
    postern_token_cache_options_init(&caching);
    caching.allocator = &allocator;
    made = postern_token_cache_new(&cache, &caching) == POSTERN_OK;
    options.token_cache = cache;
    made = made && postern_store_of_policy(&store, world->policy, &storing,
                                           NULL) == POSTERN_OK;
    options.prp = made ? postern_store_prp(store) : NULL;
    made = made && postern_engine_new(&engine, &options) == POSTERN_OK &&
           postern_engine_set_trust_of(engine, world->policy, NULL) ==
               POSTERN_OK &&
           postern_engine_set_issuers(engine, world_issuers(world)) ==
               POSTERN_OK &&
           postern_reader_new(engine, &reader) == POSTERN_OK;
    if (made) {
        decide(reader, world, rng);
    }
    postern_reader_free(reader);
    postern_engine_free(engine);
    postern_token_cache_free(cache);
    postern_store_free(store);
    return made;
}

int main(void)
{
    static struct world world;
    struct rng rng = {7};

    for (int i = 0; i < WORLDS; i++) {
        if (claim(world_make(&world, &rng), "a document does not load")) {
            claim(run(&world, &rng), "an engine cannot be made");
        }
        world_free(&world);
    }
    claim(heard > REQUESTS, "nothing was explained");
    claim(remembered == WORLDS * WORLD_TOKENS, "%zu tokens are remembered",
          remembered);
    return claims_failed();
}
