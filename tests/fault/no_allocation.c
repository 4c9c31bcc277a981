/*
 * After a policy is loaded its allocator ends the program when it is called: a
 * million decisions, as many explanations, and what else is asked of it do not.
 */
#include <postern/policy.h>

#include "support/claim.h"
#include "support/file_text.h"
#include "support/rng.h"

#include <string.h>

enum { DECISIONS = 1000000 };

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

struct facts {
    postern_request request;
    postern_id role;
    postern_id group;
    postern_str attribute;
};

static void draw(struct facts *facts, const postern_cse *cse, struct rng *rng)
{
    static const char *const who[] = {"Cpanel", "Cpump7", "/gate-cse/C987",
                                      "//partner.example/Sx", "Cother"};
    static const postern_operation operations[] = {
        POSTERN_OP_CREATE, POSTERN_OP_RETRIEVE,  POSTERN_OP_UPDATE,
        POSTERN_OP_NOTIFY, POSTERN_OP_DISCOVERY, POSTERN_OP_DELETE};
    postern_request *request = &facts->request;

    postern_request_init(request);
    (void)!postern_id_parse_entity(&request->originator, cse,
                                   postern_str_of(who[rng_below(rng, 5)]));
    (void)!postern_id_parse_role(&facts->role,
                                 postern_str_of("12-op@auth.example"));
    (void)!postern_id_parse_resource(&facts->group, cse,
                                     postern_str_of("grp5"));
    (void)!postern_ip_parse(
        &request->ip,
        postern_str_of(rng_below(rng, 2) ? "10.1.2.3" : "2001:db8::9"));
    request->operation = operations[rng_below(rng, 6)];
    request->authenticated = rng_below(rng, 2);
    request->time_known = rng_below(rng, 8) > 0;
    request->time_s = rng_between(rng, 1767225600, 1767225600 + 31536000);
    request->location.has_point = rng_below(rng, 2);
    request->location.latitude_deg = 52.09 + rng_unit(rng) / 100;
    request->location.longitude_deg = 5.12;
    memcpy(request->location.country, rng_below(rng, 2) ? "NL" : "DE", 3);
    request->target_type = 3;
    request->child_type = rng_below(rng, 2) ? 4 : 28;
    request->container_definition = postern_str_of("org.example.valve");
    request->roles = &facts->role;
    request->role_count = rng_below(rng, 2);
    request->groups = &facts->group;
    request->group_count = rng_below(rng, 2);
    facts->attribute = postern_str_of("lbl");
    request->attributes = &facts->attribute;
    request->attribute_count = rng_below(rng, 2);
}

static void count(void *user, const postern_rule_explanation *rule)
{
    size_t *rules = user;

    (void)rule;
    (*rules)++;
}

static bool count_missing(void *user, const postern_missing *missing)
{
    size_t *facts = user;

    (void)missing;
    (*facts)++;
    return true;
}

static bool count_originator(void *user, const postern_originator *originator)
{
    size_t *originators = user;

    (void)originator;
    (*originators)++;
    return true;
}

/* The same links, one by one: no other decision, and the other questions. */
static void ask_links(const postern_acp_set *acps,
                      const postern_acp_ref refs[3],
                      const postern_request *request, size_t *answers)
{
    postern_acp_link links[3];
    postern_decision decision;
    postern_decision explained;

    for (size_t i = 0; i < 3; i++) {
        links[i] = (postern_acp_link){acps, refs[i]};
        (void)postern_acp_set_originators(acps, refs[i], request->operation,
                                          count_originator, answers);
    }
    decision = postern_decide_links(links, 3, request);
    explained = postern_explain_links(links, 3, request, NULL, NULL);
    claim(decision.effect == explained.effect &&
              decision.effect ==
                  postern_decide_acps(acps, refs, 3, request).effect,
          "the decision by links differs");
    (void)postern_missing_links(links, 3, request, count_missing, answers);
}

static void decide(const postern_policy *policy)
{
    const postern_acp_set *acps = postern_policy_acps(policy);
    postern_acp_ref refs[] = {{0, POSTERN_PRIVILEGES},
                              {1, POSTERN_SELF_PRIVILEGES},
                              {99, POSTERN_PRIVILEGES}};
    struct rng rng = {1};
    size_t permits = 0;
    size_t rules = 0;
    size_t answers = 0;

    for (int i = 0; i < DECISIONS; i++) {
        postern_decision short_way;
        postern_decision long_way;
        struct facts facts;

        draw(&facts, postern_policy_cse(policy), &rng);
        short_way = i % 2 ? postern_decide(acps, &facts.request)
                          : postern_decide_acps(acps, refs, 3, &facts.request);
        long_way = i % 2 ? postern_explain(acps, &facts.request, count, &rules)
                         : postern_explain_acps(acps, refs, 3, &facts.request,
                                                count, &rules);
        claim(short_way.effect == long_way.effect, "decision %d differs", i);
        if (i % 8 == 0) {
            ask_links(acps, refs, &facts.request, &answers);
        }
        permits += short_way.effect == POSTERN_PERMIT;
    }
    claim(permits > DECISIONS / 100 && permits < DECISIONS / 100 * 99,
          "the requests are no test: %zu permits", permits);
    claim(rules > DECISIONS, "hardly any rule was explained");
    claim(answers > DECISIONS / 8, "hardly anything was answered");
}

int main(void)
{
    postern_allocator allocator = {NULL, alloc, release};
    postern_load_options options;
    postern_policy *policy;
    postern_diag diag;
    postern_str text;
    char *bytes = file_text(POSTERN_TEST_DATA "/plant-policy.json", &text.len);

    text.data = bytes;
    postern_load_options_init(&options);
    options.allocator = &allocator;
    if (claim(postern_policy_load(&policy, text, &options, &diag) == POSTERN_OK,
              "%s", diag.message)) {
        sealed = true;
        decide(policy);
        sealed = false;
    }
    postern_policy_free(policy);
    free(bytes);
    return claims_failed();
}
