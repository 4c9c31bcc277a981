/*
 * Threads decide while one thread replaces the trust settings, another the
 * issuers of tokens and a third the country database: each decision is that of
 * some version, and what was replaced is freed when nobody can be looking at
 * it. ThreadSanitizer and AddressSanitizer say whether that is so. [ARC-07]
 * [AUTHN-01] [JWT-10] [LOC-07]
 */
#include <postern/engine.h>

#include "base/str.h"
#include "support/one_country.h"
#include "support/one_token.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { DECIDERS = 4, DECISIONS = 4000, REPLACERS = 3 };

static const char policy_text[] =
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\",\"cb_ri\":"
    "\"cb0\"},\"resources\":["
    "{\"ri\":\"c1\",\"ty\":3,\"acpi\":[\"acpA\"]},"
    "{\"m2m:acp\":{\"ri\":\"acpA\",\"pv\":{\"acr\":["
    "{\"acor\":[\"Cx\",\"Cy\"],\"acop\":2,\"acaf\":true},"
    "{\"acor\":[\"Cx\"],\"acop\":4,\"acco\":[{\"aclr\":{\"accc\":[\"NL\"]}}]},"
    "{\"acor\":[\"op@a.example\"],\"acop\":8}"
    "]},\"pvs\":{\"acr\":[{\"acor\":[\"Cx\"],\"acop\":63}]}}}]}";

static const char claims[] =
    ONE_HEAD "\"jti\":\"t1@das.example\","
             "\"azp\":\"//sp.example/plant-cse/Cx\","
             "\"tkps\":{\"pm\":[{\"rids\":[\"op@a.example\"]}]}}";

static struct {
    postern_engine *engine;
    postern_token_cache *cache;
    const postern_cse *cse;
    char token[ONE_TOKEN_SIZE];
    atomic_int deciding; /* threads that have not finished */
    atomic_ulong permits;
    atomic_ulong denials;
    atomic_ulong wrong;
} stage;

static void must(bool done, const char *what)
{
    if (!done) {
        printf("cannot %s\n", what);
        exit(1);
    }
}

/* ---- those who decide ------------------------------------------------------
 */

static void count(const postern_answer *answer, int permitted, int denied)
{
    if (answer->rsc == permitted) {
        atomic_fetch_add(&stage.permits, 1);
    } else if (answer->rsc == denied) {
        atomic_fetch_add(&stage.denials, 1);
    } else {
        atomic_fetch_add(&stage.wrong, 1);
    }
}

/* The credential stands for Cx now, for Cy then. */
static void ask_by_credential(postern_reader *reader)
{
    postern_primitive primitive;
    postern_answer answer;

    postern_primitive_init(&primitive);
    primitive.from = PST_STR("Cx");
    primitive.to = PST_STR("c1");
    primitive.operation = 2;
    primitive.association.kind = POSTERN_ASSOCIATION_CREDENTIAL;
    primitive.association.credential = PST_STR("31-key");
    postern_authorize(reader, &primitive, NULL, &answer);
    count(&answer, 2000, 4106);
    if (answer.rsc == 2000 && !pst_str_is(answer.authn.identity, "Cx")) {
        atomic_fetch_add(&stage.wrong, 1);
    }
}

/* The address is in NL now, in DE then. */
static void ask_by_address(postern_reader *reader)
{
    postern_primitive primitive;
    postern_answer answer;

    postern_primitive_init(&primitive);
    primitive.from = PST_STR("Cx");
    primitive.to = PST_STR("c1");
    primitive.operation = 3;
    primitive.ip = (postern_ip){4, {192, 0, 2, 1}};
    postern_authorize(reader, &primitive, NULL, &answer);
    count(&answer, 2004, 4103);
}

/* Its issuer is trusted now, and not then. */
static void ask_by_token(postern_reader *reader)
{
    postern_str token = postern_str_of(stage.token);
    postern_primitive primitive;
    postern_answer answer;

    postern_primitive_init(&primitive);
    primitive.from = PST_STR("Cx");
    primitive.to = PST_STR("c1");
    primitive.operation = 4;
    primitive.time_known = true;
    primitive.time_s = 1773742830;
    primitive.tokens = (postern_texts){&token, 1};
    postern_authorize(reader, &primitive, NULL, &answer);
    count(&answer, 2002, 4103);
}

static void *decide(void *user)
{
    postern_reader *reader = NULL;

    (void)user;
    for (int i = 0; i < DECISIONS; i++) {
        if (i % 500 == 0) { /* readers come and go */
            postern_reader_free(reader);
            must(postern_reader_new(stage.engine, &reader) == POSTERN_OK,
                 "have a reader");
        }
        ask_by_credential(reader);
        ask_by_address(reader);
        if (i % 4 == 0) {
            ask_by_token(reader);
        }
    }
    postern_reader_free(reader);
    atomic_fetch_sub(&stage.deciding, 1);
    return NULL;
}

/* ---- those who replace
 * ------------------------------------------------------- */

static void *replace_trust(void *user)
{
    static const postern_str names[] = {{"Cx", 2}, {"Cy", 2}};

    (void)user;
    for (unsigned turn = 0; atomic_load(&stage.deciding); turn++) {
        postern_credential row = {.id = PST_STR("31-key"),
                                  .kind = POSTERN_ASSOCIATION_AE,
                                  .identities = {&names[turn % 2], 1}};
        postern_trust trust = {.credentials = &row, .credential_count = 1};

        must(postern_engine_set_trust(stage.engine, &trust, NULL) == POSTERN_OK,
             "replace trust");
    }
    return NULL;
}

static void *replace_issuers(void *user)
{
    (void)user;
    for (unsigned turn = 0; atomic_load(&stage.deciding); turn++) {
        postern_issuers *issuers = turn % 2 ? one_issuer(stage.cse) : NULL;

        must(!(turn % 2) == !issuers &&
                 postern_engine_set_issuers(stage.engine, issuers) ==
                     POSTERN_OK,
             "replace the issuers");
    }
    return NULL;
}

static void *replace_database(void *user)
{
    (void)user;
    for (unsigned turn = 0; atomic_load(&stage.deciding); turn++) {
        postern_country_db *db = one_country(turn % 2 ? "NL" : "DE", NULL);

        must(db &&
                 postern_engine_set_country_db(stage.engine, db) == POSTERN_OK,
             "replace the database");
    }
    return NULL;
}

/* ---- the stage
 * ------------------------------------------------------------------ */

static void run(void)
{
    static void *(*const replacers[REPLACERS])(void *) = {
        replace_trust, replace_database, replace_issuers};
    pthread_t threads[DECIDERS + REPLACERS];

    atomic_store(&stage.deciding, DECIDERS);
    for (int i = 0; i < DECIDERS + REPLACERS; i++) {
        must(pthread_create(&threads[i], NULL,
                            i < REPLACERS ? replacers[i] : decide, NULL) == 0,
             "start a thread");
    }
    for (int i = 0; i < DECIDERS + REPLACERS; i++) {
        pthread_join(threads[i], NULL);
    }
}

int main(void)
{
    postern_engine_options options;
    postern_policy *policy;
    postern_store *store;

    must(postern_policy_load(&policy, PST_STR(policy_text), NULL, NULL) ==
             POSTERN_OK,
         "load the policy");
    must(postern_store_of_policy(&store, policy, NULL, NULL) == POSTERN_OK,
         "store it");
    postern_engine_options_init(&options);
    options.prp = postern_store_prp(store);
    must(one_token(stage.token, claims) > 0, "make a token");
    must(postern_token_cache_new(&stage.cache, NULL) == POSTERN_OK,
         "make a cache");
    stage.cse = postern_policy_cse(policy);
    options.token_cache = stage.cache;
    must(postern_engine_new(&stage.engine, &options) == POSTERN_OK, "start");
    run();
    printf("%lu permits, %lu denials, %lu wrong\n", atomic_load(&stage.permits),
           atomic_load(&stage.denials), atomic_load(&stage.wrong));
    postern_engine_free(stage.engine);
    postern_token_cache_free(stage.cache);
    postern_store_free(store);
    postern_policy_free(policy);
    return atomic_load(&stage.wrong) != 0 || atomic_load(&stage.permits) == 0 ||
           atomic_load(&stage.denials) == 0;
}
