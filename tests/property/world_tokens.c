/* Tokens of random CSEs. What a token says is there three times: signed, as an
 * ACP that nothing links to (t0, t1 ...), and as a struct; the plain decision
 * looks at the last two. */
#include "property/world.h"

#include "base/str.h"
#include "base/text.h"
#include "support/one_token.h"

#include <stdio.h>

enum { CLAIMS_SIZE = 8 * 1024 };

/* ---- what they say ------------------------------------------------------- */

/* "c3", however it is written. */
static void choose_target(struct world_permission *permission, struct rng *rng)
{
    static const char *const forms[] = {"", "/plant/", "//sp.example/plant/"};
    static const char letters[] = "cccip";
    size_t n = permission->target_count++;
    char letter = letters[rng_below(rng, 5)];
    unsigned number = rng_below(rng, 6);

    (void)snprintf(permission->ids[n], sizeof permission->ids[n], "%c%u",
                   letter, number);
    (void)snprintf(permission->targets[n], sizeof permission->targets[n],
                   "%s%c%u", forms[rng_below(rng, 3)], letter, number);
}

/* Rules come with the resources they are for. [TOK-09] */
static void choose_permission(struct world_permission *permission,
                              struct rng *rng)
{
    bool scoped = rng_below(rng, 4) > 0;
    struct pst_text rules;

    permission->scoped = scoped;
    for (uint32_t i = scoped ? 1 + rng_below(rng, WORLD_SCOPE) : 0; i > 0;
         i--) {
        choose_target(permission, rng);
    }
    for (size_t i = 0; i < WORLD_ROLES; i++) {
        permission->roles[i] = rng_below(rng, 3) == 0;
    }
    permission->roles[rng_below(rng, WORLD_ROLES)] = true;
    permission->has_rules = scoped && rng_below(rng, 3) > 0;
    if (permission->has_rules) {
        pst_text_init(&rules, permission->rules, sizeof permission->rules);
        world_add_rules(&rules, "", 1 + rng_below(rng, 2), rng);
    }
}

void world_choose_tokens(struct world *world, struct rng *rng)
{
    for (size_t i = 0; i < WORLD_TOKENS; i++) {
        struct world_token *token = &world->tokens[i];

        memset(token, 0, sizeof *token);
        token->holder = i % WORLD_FROMS;
        token->count = 1 + rng_below(rng, WORLD_PERMISSIONS);
        for (size_t k = 0; k < token->count; k++) {
            choose_permission(&token->permissions[k], rng);
        }
    }
}

void world_add_token_acps(struct pst_text *out, const struct world *world)
{
    for (size_t i = 0; i < WORLD_TOKENS; i++) {
        for (size_t k = 0; k < world->tokens[i].count; k++) {
            const struct world_permission *it =
                &world->tokens[i].permissions[k];

            if (it->has_rules) {
                pst_text_add(out, ",{\"m2m:acp\":{\"ri\":\"t");
                pst_text_add_uint(out, i * WORLD_PERMISSIONS + k);
                pst_text_add(out, "\",\"pi\":\"cb0\",\"pv\":");
                pst_text_add(out, it->rules);
                pst_text_add(out, ",\"pvs\":{\"acr\":[{\"acor\":[\"Cown\"],"
                                  "\"acop\":63}]}}}");
            }
        }
    }
}

/* ---- signing ------------------------------------------------------------- */

static void add_list(struct pst_text *out, const char *name, size_t *count)
{
    pst_text_add(out, *count ? "" : name);
    pst_text_add(out, (*count)++ ? ",\"" : "\"");
}

static void add_permission(struct pst_text *out,
                           const struct world_permission *it)
{
    size_t count = 0;

    pst_text_add(out, "{");
    for (size_t i = 0; i < it->target_count; i++) {
        add_list(out, "\"ris\":[", &count);
        pst_text_add(out, it->targets[i]);
        pst_text_add(out, "\"");
    }
    pst_text_add(out, count ? "]," : "");
    if (it->has_rules) {
        pst_text_add(out, "\"pv\":");
        pst_text_add(out, it->rules);
        pst_text_add(out, ",");
    }
    count = 0;
    for (size_t i = 0; i < WORLD_ROLES; i++) {
        if (it->roles[i]) {
            add_list(out, "\"rids\":[", &count);
            pst_text_add(out, world_roles[i]);
            pst_text_add(out, "\"");
        }
    }
    pst_text_add(out, "]}");
}

static size_t write_claims(char *buffer, const struct world_token *token,
                           size_t number)
{
    static const char *const holders[WORLD_FROMS] = {
        "//sp.example/plant/Ca", "//sp.example/plant/Cb",
        "//sp.example/plant/Cc", "//sp.example/gate"};
    struct pst_text out;

    pst_text_init(&out, buffer, CLAIMS_SIZE);
    pst_text_add(&out, ONE_HEAD "\"jti\":\"t");
    pst_text_add_uint(&out, number);
    pst_text_add(&out, "@das.example\",\"azp\":\"");
    pst_text_add(&out, holders[token->holder]);
    pst_text_add(&out, "\",\"tkps\":{\"pm\":[");
    for (size_t i = 0; i < token->count; i++) {
        pst_text_add(&out, i ? "," : "");
        add_permission(&out, &token->permissions[i]);
    }
    pst_text_add(&out, "]}}");
    return out.len;
}

bool world_sign_tokens(struct world *world)
{
    static char claims[CLAIMS_SIZE];

    for (size_t i = 0; i < WORLD_TOKENS; i++) {
        struct world_token *token = &world->tokens[i];

        if (write_claims(claims, token, i) >= sizeof claims) {
            return false;
        }
        token->len = one_token(token->text, claims);
        if (token->len == 0) {
            return false;
        }
    }
    return true;
}

postern_issuers *world_issuers(const struct world *world)
{
    return one_issuer(postern_policy_cse(world->policy));
}

/* ---- the plain decision -------------------------------------------------- */

static bool counts(const struct world_permission *permission,
                   const postern_resource *target)
{
    bool named = !permission->scoped;

    for (size_t i = 0; i < permission->target_count; i++) {
        named |= pst_str_is(target->id, permission->ids[i]);
    }
    return named;
}

bool world_token_gives(const struct world *world,
                       const struct world_request *request,
                       const postern_resource *target, size_t role)
{
    bool gives = false;

    for (size_t i = 0; i < request->token_count; i++) {
        const struct world_token *token =
            &world->tokens[request->token_numbers[i]];

        for (size_t k = 0; k < token->count; k++) {
            gives |= counts(&token->permissions[k], target) &&
                     token->permissions[k].roles[role];
        }
    }
    return gives;
}

size_t world_token_refs(const struct world *world,
                        const struct world_request *request,
                        const postern_resource *target, postern_acp_ref *refs)
{
    const postern_acp_set *acps = postern_policy_acps(world->policy);
    size_t count = 0;

    for (size_t i = 0; i < request->token_count; i++) {
        size_t number = request->token_numbers[i];
        const struct world_token *token = &world->tokens[number];

        for (size_t k = 0; k < token->count; k++) {
            char id[16];

            (void)snprintf(id, sizeof id, "t%zu",
                           number * WORLD_PERMISSIONS + k);
            if (token->permissions[k].has_rules &&
                counts(&token->permissions[k], target)) {
                refs[count++] = (postern_acp_ref){
                    postern_acp_set_find(acps, postern_str_of(id)),
                    POSTERN_PRIVILEGES};
            }
        }
    }
    return count;
}
