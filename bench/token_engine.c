/* Whole requests that carry a token: from texts to the answer. */
#include "bench/token_bed.h"

#include <stdio.h>

/* A container with a policy that lets only the owner in. */
struct scene {
    postern_store *store;
    postern_token_cache *cache;
    postern_engine *engine;
    postern_reader *reader;
};

#define OWNER "//sp.example/plant-cse/Cowner"

static postern_acp_set *compile(struct bench_token_bed *bed)
{
    postern_str owner = postern_str_of(OWNER);
    postern_rule rule = {
        .originators = &owner, .originator_count = 1, .operations = 63};
    postern_acp_builder *builder;
    postern_acp_set *set = NULL;

    if (postern_acp_builder_new(&builder, &bed->world.cse, NULL) !=
        POSTERN_OK) {
        return NULL;
    }
    if (postern_acp_builder_add_acp(builder, postern_str_of("acp1"),
                                    INT64_MAX) != POSTERN_OK ||
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule,
                                     NULL) != POSTERN_OK ||
        postern_acp_builder_finish(builder, &set, NULL) != POSTERN_OK) {
        set = NULL;
    }
    postern_acp_builder_free(builder);
    return set;
}

static bool put(struct scene *scene, postern_resource *resource, const char *id)
{
    postern_diag diag = {0};

    resource->id = postern_str_of(id);
    resource->name = resource->id;
    resource->parent_id = postern_str_of("cb0");
    if (postern_store_put(scene->store, resource, NULL, &diag) != POSTERN_OK) {
        (void)fprintf(stderr, "postern-bench: %s: %s\n", id, diag.message);
        return false;
    }
    return true;
}

static bool fill(struct bench_token_bed *bed, struct scene *scene)
{
    postern_str link = postern_str_of("acp1");
    postern_resource resource;

    postern_resource_init(&resource);
    resource.type = 1;
    resource.acp_set = compile(bed);
    if (!put(scene, &resource, "acp1")) {
        postern_acp_set_free((postern_acp_set *)(uintptr_t)resource.acp_set);
        return false;
    }
    postern_resource_init(&resource);
    resource.type = 3;
    resource.policy_ids = (postern_texts){&link, 1};
    if (!put(scene, &resource, BENCH_TOKEN_TARGET)) {
        return false;
    }
    postern_resource_init(&resource);
    resource.type = 2;
    return put(scene, &resource, "Cpump7") && put(scene, &resource, "Cowner");
}

/* The engine takes the issuers, so the world gets others. */
static bool start_engine(struct bench_token_bed *bed, struct scene *scene)
{
    postern_engine_options options;
    postern_token_cache_options quotas;

    postern_token_cache_options_init(&quotas);
    quotas.max_per_holder = BENCH_TOKENS * 2;
    if (postern_token_cache_new(&scene->cache, &quotas) != POSTERN_OK) {
        return false;
    }
    postern_engine_options_init(&options);
    options.prp = postern_store_prp(scene->store);
    options.token_cache = scene->cache;
    if (postern_engine_new(&scene->engine, &options) != POSTERN_OK ||
        postern_engine_set_issuers(scene->engine, bed->world.issuers) !=
            POSTERN_OK) {
        return false;
    }
    bed->world.issuers = NULL;
    return postern_reader_new(scene->engine, &scene->reader) == POSTERN_OK;
}

static bool start(struct bench_token_bed *bed, struct scene *scene)
{
    postern_store_options options;
    postern_diag diag = {0};

    postern_store_options_init(&options);
    options.cse = &bed->world.cse;
    options.base_id = postern_str_of("cb0");
    return postern_store_new(&scene->store, &options, &diag) == POSTERN_OK &&
           fill(bed, scene) && start_engine(bed, scene);
}

static void stop(struct scene *scene)
{
    postern_reader_free(scene->reader);
    postern_engine_free(scene->engine);
    postern_token_cache_free(scene->cache);
    postern_store_free(scene->store);
}

/* ---- requests ----------------------------------------------------------- */

static uint32_t ask(struct bench_token_subject *subject, const char *from,
                    postern_texts tokens)
{
    postern_primitive primitive;
    postern_answer answer;

    postern_primitive_init(&primitive);
    primitive.from = postern_str_of(from);
    primitive.to = postern_str_of(BENCH_TOKEN_TARGET);
    primitive.operation = 2;
    primitive.tokens = tokens;
    primitive.time_known = true;
    primitive.time_s = BENCH_TOKEN_NOW;
    postern_authorize(subject->reader, &primitive, NULL, &answer);
    subject->wrong = subject->wrong || answer.effect != POSTERN_PERMIT;
    return (uint32_t)answer.effect;
}

static uint32_t ask_with_token(void *user)
{
    struct bench_token_subject *subject = user;

    return ask(subject, "Cpump7", (postern_texts){&subject->token->text, 1});
}

static uint32_t ask_without(void *user)
{
    return ask(user, "Cowner", (postern_texts){NULL, 0});
}

bool bench_token_in_requests(struct bench_token_bed *bed)
{
    static const struct {
        const char *words;
        bench_call *call;
    } rows[] = {
        {"a request that a remembered token permits", ask_with_token},
        {"a request that an ACP permits, without a token", ask_without},
    };
    struct bench_token_wish wish = {.sort = &bench_sorts[6], .grants = true};
    struct scene scene = {NULL, NULL, NULL, NULL};
    bool wanted = bench_token_is_wanted(bed, rows[0].words) ||
                  bench_token_is_wanted(bed, rows[1].words);
    bool done =
        !wanted || (bench_token_draw(bed, &wish, false) && start(bed, &scene));

    for (size_t i = 0; wanted && done && i < 2; i++) {
        struct bench_token_subject subject = {.bed = bed,
                                              .reader = scene.reader};
        struct bench_token_row row = {.words = rows[i].words, .alg = "ES256"};

        if (bench_token_is_wanted(bed, row.words)) {
            bench_token_time(&subject, rows[i].call, false, &row);
            bench_token_print(bed, &row);
        }
        done = !subject.wrong;
    }
    stop(&scene);
    return done;
}
