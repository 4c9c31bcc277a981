#include "property/world.h"

#include "base/str.h"
#include "base/text.h"
#include "policy-lang/policy.h"

#include <stdio.h>

const char *const world_froms[WORLD_FROMS] = {"Ca", "Cb", "Cc", "/gate"};
const char *const world_groups[WORLD_GROUPS] = {
    "//sp.example/o/g0", "//sp.example/o/g1", "//sp.example/o/g2",
    "//sp.example/o/g3"};
const char *const world_roles[WORLD_ROLES] = {"r0@a.example", "r1@a.example",
                                              "r2@a.example"};

static const char *const attributes[WORLD_ATTRIBUTES] = {"lbl", "cni", "mni"};
static const char *const countries[] = {"NL", "DE", "KR"};

enum {
    CONTAINERS = 8,
    ACPS = 6,
    LOCAL_GROUPS = 2,
    NOW = 1773742830, /* 2026-03-17T10:20:30 */
    AGE = 60
};

#define ONE_OF(rng, pool)                                                      \
    ((pool)[rng_below((rng), sizeof(pool) / sizeof *(pool))])

/* ---- the document ---------------------------------------------------------
 */

static void add(struct pst_text *out, const char *json)
{
    for (; *json; json++) {
        pst_text_add_str(out, (postern_str){*json == '\'' ? "\"" : json, 1});
    }
}

static void add_number(struct pst_text *out, const char *before, uint32_t value)
{
    add(out, before);
    pst_text_add_uint(out, value);
}

static void add_originators(struct pst_text *out, struct rng *rng)
{
    static const char *const pool[] = {
        "Ca",           "Cb",           "Cc",           "/gate",
        "all",          "C*",           "/o/g0",        "/o/g1",
        "/o/g2",        "/o/g3",        "lg0",          "base/lg1",
        "r0@a.example", "r1@a.example", "r2@a.example", "Cother",
        "//x.example",  "/o/g1",        "/o/g2",        "r0@a.example"};
    uint32_t count = 1 + rng_below(rng, 3);

    add(out, "'acor':[");
    for (uint32_t i = 0; i < count; i++) {
        add(out, i ? ",'" : "'");
        add(out, ONE_OF(rng, pool));
        add(out, "'");
    }
    add(out, "]");
}

static void add_context(struct pst_text *out, struct rng *rng)
{
    static const char *const pool[] = {
        "{'aclr':{'accr':[52.0,5.0,1000]}}",
        "{'aclr':{'accc':['NL']}}",
        "{'aclr':{'accc':['NL','KR']}}",
        "{'actw':['* * 8-17 * * * *']}",
        "{'actw':['* * 0-3 * * * *']}",
        "{'acip':{'ipv4':['192.0.2.0/24']}}",
        "{'actw':['* * 8-17 * * * *'],'aclr':{'accr':[52.0,5.0,1000]}}",
        "{'acip':{'ipv4':['192.0.2.0/24']},'aclr':{'accc':['DE']}}",
    };
    uint32_t count = rng_below(rng, 3);

    if (count) {
        add(out, ",'acco':[");
        for (uint32_t i = 0; i < count; i++) {
            add(out, i ? "," : "");
            add(out, ONE_OF(rng, pool));
        }
        add(out, "]");
    }
}

static void add_rule(struct pst_text *out, struct rng *rng)
{
    static const char *const details[] = {
        "[{'chty':[3]}]", "[{'ty':3,'chty':[4,23]}]", "[{'ty':9,'chty':[3]}]",
        "[{'ty':3,'chty':[28],'spty':{'cnd':'org.a'}}]"};
    static const char *const limits[] = {"['lbl']", "['cni']", "['lbl','mni']"};

    add(out, "{");
    add_originators(out, rng);
    add_number(out, ",'acop':", 1 + rng_below(rng, 63));
    add(out, rng_below(rng, 4) ? "" : ",'acaf':true");
    add_context(out, rng);
    if (rng_below(rng, 5) == 0) {
        add(out, ",'acod':");
        add(out, ONE_OF(rng, details));
    }
    if (rng_below(rng, 3) == 0) {
        add(out, ",'aca':");
        add(out, ONE_OF(rng, limits));
    }
    add(out, "}");
}

void world_add_rules(struct pst_text *out, const char *name, uint32_t count,
                     struct rng *rng)
{
    add(out, name);
    add(out, "{'acr':[");
    for (uint32_t i = 0; i < count; i++) {
        add(out, i ? "," : "");
        add_rule(out, rng);
    }
    add(out, "]}");
}

/* Some are over at NOW, some will be. */
static void add_expiry(struct pst_text *out, struct rng *rng)
{
    static const char *const pool[] = {
        "", "", "", "", ",'et':'20260101T000000'", ",'et':'20261231T000000'"};

    add(out, ONE_OF(rng, pool));
}

static void add_acp(struct pst_text *out, uint32_t number, struct rng *rng)
{
    add_number(out, ",{'m2m:acp':{'ri':'p", number);
    add_number(out, "','rn':'p", number);
    add(out, "','pi':'cb0'");
    add_expiry(out, rng);
    world_add_rules(out, ",'pv':", rng_below(rng, 4), rng);
    world_add_rules(out, ",'pvs':", 1 + rng_below(rng, 2), rng);
    add(out, "}}");
}

static void add_links(struct pst_text *out, struct rng *rng)
{
    static const char *const pool[] = {"p0", "p1",      "p2",   "p3", "p4",
                                       "p5", "base/p1", "gone", "g9", "c0"};
    uint32_t count = rng_below(rng, 5);

    add(out, ",'acpi':[");
    for (uint32_t i = 0; i < count; i++) {
        add(out, i ? ",'" : "'");
        add(out, ONE_OF(rng, pool));
        add(out, "'");
    }
    add(out, "]");
}

static void add_container(struct pst_text *out, uint32_t number,
                          struct rng *rng)
{
    static const char *const representations[] = {
        "", ",'_attrs':['lbl']", ",'_attrs':['lbl','cni']",
        ",'_attrs':['mni','cni','lbl']"};

    add_number(out, ",{'ri':'c", number);
    add_number(out, "','rn':'c", number);
    if (number > 0 && rng_below(rng, 2)) {
        add_number(out, "','pi':'c", rng_below(rng, number));
    } else {
        add(out, "','pi':'cb0");
    }
    add(out, "','ty':3,'_creator':'");
    add(out, ONE_OF(rng, world_froms));
    add(out, "'");
    add_links(out, rng);
    add(out, ONE_OF(rng, representations));
    for (uint32_t i = 0; i < 3; i++) { /* siblings */
        add_number(out, i ? "'},{'ri':'i" : "},{'ri':'i", number + 10 * i);
        add_number(out, "','rn':'i", i);
        add_number(out, "','ty':4,'pi':'c", number);
    }
    add(out, "'}");
}

static void add_members(struct pst_text *out, uint32_t number, struct rng *rng)
{
    static const char *const pool[] = {"Ca", "base/ae-Cb", "csr", "c0", "gone"};
    uint32_t count = rng_below(rng, 4);

    add_number(out, ",{'ri':'lg", number);
    add_number(out, "','rn':'lg", number);
    add(out, "','pi':'cb0','ty':9");
    add_expiry(out, rng);
    add(out, ",'mid':[");
    for (uint32_t i = 0; i < count; i++) {
        add(out, i ? ",'" : "'");
        add(out, ONE_OF(rng, pool));
        add(out, "'");
    }
    add(out, "]}");
}

static void add_role(struct pst_text *out, uint32_t number, struct rng *rng)
{
    static const char *const issuers[] = {"/auth", "/auth", "/rival"};
    static const char *const ends[] = {"20261231T235959", "20261231T235959",
                                       "20260301T000000"};

    add_number(out, ",{'ri':'role", number);
    add(out, "','ty':31,'rlid':'");
    add(out, ONE_OF(rng, world_roles));
    add(out, "','tkis':'");
    add(out, ONE_OF(rng, issuers));
    add(out, "','tkhd':'");
    add(out, ONE_OF(rng, world_froms));
    add(out, "','tknb':'20260101T000000','tkna':'");
    add(out, ONE_OF(rng, ends));
    add(out, "'");
    add_expiry(out, rng);
    add(out, "}");
}

static void write_document(struct pst_text *out, const struct world *world,
                           struct rng *rng)
{
    add(out, "{'cse':{'spid':'//sp.example','csi':'/plant','cb_ri':'cb0',"
             "'cb_rn':'base'},'trust':{'role_issuers':['/auth']},"
             "'resources':[{'ri':'cb0','rn':'base','ty':5},"
             "{'ri':'Ca','rn':'ae-Ca','ty':2,'pi':'cb0','aei':'Ca'");
    add_expiry(out, rng);
    add(out, "},{'ri':'aeb','rn':'ae-Cb','ty':2,'pi':'cb0','aei':'Cb'");
    add_expiry(out, rng);
    add(out, "},{'ri':'csr','rn':'csr','ty':16,'pi':'cb0','csi':'/gate'}");
    for (uint32_t i = 0; i < ACPS; i++) {
        add_acp(out, i, rng);
    }
    for (uint32_t i = 0; i < CONTAINERS; i++) {
        add_container(out, i, rng);
    }
    for (uint32_t i = 0; i < LOCAL_GROUPS; i++) {
        add_members(out, i, rng);
    }
    for (uint32_t i = 0; i < 3; i++) {
        add_role(out, i, rng);
    }
    world_add_token_acps(out, world);
    add(out, "]}");
}

/* ---- what else is true ------------------------------------------------------
 */

static void choose_country(char country[3], struct rng *rng)
{
    memset(country, 0, 3);
    if (rng_below(rng, 3)) {
        memcpy(country, ONE_OF(rng, countries), 2);
    }
}

static void choose_whereabouts(postern_whereabouts *out, struct rng *rng)
{
    memset(out, 0, sizeof *out);
    if (rng_below(rng, 3) == 0) {
        return;
    }
    out->location.has_point = rng_below(rng, 4) > 0;
    out->location.latitude_deg = rng_below(rng, 2) ? 52.0 : 53.0;
    out->location.longitude_deg = 5.0;
    if (rng_below(rng, 3) == 0) {
        choose_country(out->location.country, rng);
    }
    out->source = (postern_location_source)rng_below(rng, 3);
    out->dated = rng_below(rng, 3) == 0;
    out->observed_s = NOW - (int64_t)rng_below(rng, 2 * AGE);
}

static void choose_truth(struct world_truth *truth, struct rng *rng)
{
    for (size_t i = 0; i < WORLD_GROUPS; i++) {
        truth->groups[i] = rng_below(rng, 2);
    }
    for (size_t i = 0; i < WORLD_ROLES; i++) {
        truth->roles[i] = rng_below(rng, 2);
        truth->allowed[i] = rng_below(rng, 2);
    }
    choose_whereabouts(&truth->whereabouts, rng);
    choose_country(truth->ip_country, rng);
    choose_country(truth->point_country, rng);
}

bool world_make(struct world *world, struct rng *rng)
{
    struct pst_text out;

    pst_text_init(&out, world->text, sizeof world->text);
    world_choose_tokens(world, rng);
    write_document(&out, world, rng);
    for (size_t i = 0; i < WORLD_FROMS; i++) {
        choose_truth(&world->truth[i], rng);
    }
    world->has_profile = rng_below(rng, 2);
    postern_engine_options_init(&world->options);
    world->options.max_location_age_s = AGE;
    world->options.trust_device_location = rng_below(rng, 2);
    world->options.inherit_parent = rng_below(rng, 3) == 0;
    return out.len < sizeof world->text &&
           postern_policy_load(&world->policy, postern_str_of(world->text),
                               NULL, NULL) == POSTERN_OK &&
           world_sign_tokens(world) &&
           fake_prp_open(&world->fake, world->policy);
}

void world_free(struct world *world)
{
    fake_prp_close(&world->fake);
    postern_policy_free(world->policy);
}

size_t world_tell(const struct world *world, size_t from,
                  postern_known known[WORLD_KNOWN])
{
    const struct world_truth *truth = &world->truth[from];
    size_t count = 0;

    memset(known, 0, WORLD_KNOWN * sizeof *known);
    for (size_t i = 0; i < WORLD_GROUPS; i++) {
        known[count].kind = POSTERN_NEED_GROUP;
        known[count].id = postern_str_of(world_groups[i]);
        known[count++].reply =
            truth->groups[i] ? POSTERN_REPLY_YES : POSTERN_REPLY_NO;
    }
    for (size_t i = 0; i < 2 * WORLD_ROLES; i++) {
        bool whether_held = i < WORLD_ROLES;
        size_t role = i % WORLD_ROLES;
        bool yes = whether_held ? truth->roles[role]
                                : !world->has_profile || truth->allowed[role];

        known[count].kind =
            whether_held ? POSTERN_NEED_ROLE : POSTERN_NEED_ROLE_ALLOWED;
        known[count].id = postern_str_of(world_roles[role]);
        known[count++].reply = yes ? POSTERN_REPLY_YES : POSTERN_REPLY_NO;
    }
    known[count].kind = POSTERN_NEED_LOCATION;
    known[count].reply = POSTERN_REPLY_YES;
    known[count++].whereabouts = truth->whereabouts;
    known[count].kind = POSTERN_NEED_COUNTRY_OF_IP;
    known[count].reply = POSTERN_REPLY_YES;
    memcpy(known[count++].country, truth->ip_country, 3);
    known[count].kind = POSTERN_NEED_COUNTRY_OF_POINT;
    known[count].reply = POSTERN_REPLY_YES;
    memcpy(known[count++].country, truth->point_country, 3);
    for (size_t i = 0; i < count; i++) {
        known[i].valid_until_s = INT64_MAX;
    }
    return count;
}

/* ---- requests
 * ----------------------------------------------------------------- */

static void choose_attributes(struct world_request *request, struct rng *rng)
{
    size_t count = rng_below(rng, WORLD_ATTRIBUTES + 1);

    for (size_t i = 0; i < count; i++) {
        request->attributes[i] = postern_str_of(attributes[i]);
    }
    request->primitive.attributes = (postern_texts){request->attributes, count};
}

static void choose_roles(struct world_request *request, struct rng *rng)
{
    size_t count = 0;

    for (size_t i = 0; i < WORLD_ROLES; i++) {
        if (rng_below(rng, 2)) {
            request->roles[count++] = postern_str_of(world_roles[i]);
        }
    }
    if (rng_below(rng, 4) == 0) {
        request->roles[count++] = PST_STR("no-role");
    }
    request->primitive.role_ids = (postern_texts){request->roles, count};
}

/* Of the originator; in half of the requests none. */
static void choose_carried(struct world_request *request,
                           const struct world *world, struct rng *rng)
{
    bool some = rng_below(rng, 2);

    request->token_count = 0;
    for (size_t i = 0; some && i < WORLD_TOKENS; i++) {
        const struct world_token *token = &world->tokens[i];
        size_t n = request->token_count;

        if (token->holder == request->from && n < WORLD_CARRIED) {
            request->token_numbers[n] = i;
            request->tokens[n] = (postern_str){token->text, token->len};
            request->token_count++;
        }
    }
    request->primitive.tokens =
        (postern_texts){request->tokens, request->token_count};
}

void world_ask(struct world_request *request, const struct world *world,
               struct rng *rng)
{
    static const uint32_t types[] = {3, 4, 23, 28};
    static const char letters[] = "ccip";
    postern_primitive *primitive = &request->primitive;
    char letter = letters[rng_below(rng, 4)];

    postern_primitive_init(primitive);
    request->from = rng_below(rng, WORLD_FROMS);
    primitive->from = postern_str_of(world_froms[request->from]);
    primitive->operation = 1 + (int)rng_below(rng, 5);
    primitive->child_type = primitive->operation == 1 ? ONE_OF(rng, types) : 0;
    primitive->filter_usage =
        primitive->operation == 2 && rng_below(rng, 3) == 0;
    if (primitive->child_type == 28 && rng_below(rng, 2)) {
        primitive->container_definition = PST_STR("org.a");
    }
    primitive->time_known = rng_below(rng, 5) > 0;
    primitive->time_s = NOW;
    primitive->authn = (postern_stated_authn)rng_below(rng, 3);
    if (rng_below(rng, 3)) {
        primitive->ip = (postern_ip){4, {192, 0, (uint8_t)rng_below(rng, 3)}};
    }
    choose_whereabouts(&primitive->whereabouts, rng);
    choose_attributes(request, rng);
    choose_roles(request, rng);
    choose_carried(request, world, rng);
    snprintf(request->to, sizeof request->to, "%c%u", letter,
             rng_below(rng, letter == 'p' ? ACPS : CONTAINERS));
    primitive->to = postern_str_of(request->to);
}

/* ---- the plain decision
 * -------------------------------------------------------- */

struct facts {
    postern_request request;
    postern_id groups[WORLD_GROUPS + LOCAL_GROUPS];
    postern_id roles[WORLD_ROLES];
};

static const postern_resource *at(const struct world *world, postern_str id)
{
    postern_str rest = pst_str_slice(id, 5, id.len);

    id = pst_str_is(pst_str_slice(id, 0, 5), "base/") ? rest : id;
    for (size_t i = 0; i < world->fake.count; i++) {
        const postern_resource *resource = &world->fake.resources[i];

        if (pst_str_equal(resource->id, id) ||
            (rest.len && pst_str_equal(resource->name, id))) {
            return resource;
        }
    }
    return NULL;
}

static bool is_over(const struct world_request *request, int64_t expires_s)
{
    return expires_s != INT64_MAX && (!request->primitive.time_known ||
                                      expires_s <= request->primitive.time_s);
}

static bool names(const struct world *world, postern_str text,
                  const postern_id *entity)
{
    postern_id id;

    return postern_id_parse_entity(&id, &world->policy->host.cse, text) ==
               POSTERN_OK &&
           postern_id_equal(&id, entity);
}

static bool lists(const struct world *world,
                  const struct world_request *request,
                  const postern_resource *group, const postern_id *originator)
{
    for (size_t i = 0; i < group->members.count; i++) {
        const postern_resource *member = at(world, group->members.items[i]);

        if (member && (member->type == 2 || member->type == 16) &&
            !is_over(request, member->expires_s) &&
            names(world, member->entity, originator)) {
            return true;
        }
    }
    return false;
}

static void add_group(struct facts *facts, const struct world *world,
                      const char *text)
{
    (void)!postern_id_parse_resource(
        &facts->groups[facts->request.group_count++], &world->policy->host.cse,
        postern_str_of(text));
}

static void set_groups(struct facts *facts, const struct world *world,
                       const struct world_request *request)
{
    static const char *const local[LOCAL_GROUPS] = {"lg0", "lg1"};

    facts->request.groups = facts->groups;
    for (size_t i = 0; i < WORLD_GROUPS; i++) {
        if (world->truth[request->from].groups[i]) {
            add_group(facts, world, world_groups[i]);
        }
    }
    for (size_t i = 0; i < LOCAL_GROUPS; i++) {
        const postern_resource *group = at(world, postern_str_of(local[i]));

        if (!is_over(request, group->expires_s) &&
            lists(world, request, group, &facts->request.originator)) {
            add_group(facts, world, local[i]);
        }
    }
}

static bool is_granted(const struct world *world,
                       const struct world_request *request,
                       const postern_id *originator, const char *role)
{
    const postern_primitive *primitive = &request->primitive;

    for (size_t i = 0; i < world->fake.count; i++) {
        const postern_resource *resource = &world->fake.resources[i];

        if (resource->type == 31 && pst_str_is(resource->role->role_id, role) &&
            pst_str_is(resource->role->issuer, "/auth") &&
            names(world, resource->role->holder, originator) &&
            primitive->time_known &&
            primitive->time_s <= resource->role->not_after_s &&
            !is_over(request, resource->expires_s)) {
            return true;
        }
    }
    return false;
}

static void set_roles(struct facts *facts, const struct world *world,
                      const struct world_request *request,
                      const postern_resource *target)
{
    const struct world_truth *truth = &world->truth[request->from];

    facts->request.roles = facts->roles;
    for (size_t i = 0; i < WORLD_ROLES; i++) {
        bool presented = false;

        for (size_t k = 0; k < request->primitive.role_ids.count; k++) {
            presented |= pst_str_is(request->roles[k], world_roles[i]);
        }
        if ((!world->has_profile || truth->allowed[i]) &&
            (world_token_gives(world, request, target, i) ||
             (presented &&
              (truth->roles[i] ||
               is_granted(world, request, &facts->request.originator,
                          world_roles[i]))))) {
            (void)!postern_id_parse_role(
                &facts->roles[facts->request.role_count++],
                postern_str_of(world_roles[i]));
        }
    }
}

static bool is_believed(const struct world *world,
                        const struct world_request *request,
                        const postern_whereabouts *whereabouts)
{
    int64_t age_s = request->primitive.time_s - whereabouts->observed_s;

    return (whereabouts->source != POSTERN_SOURCE_DEVICE ||
            world->options.trust_device_location) &&
           (!whereabouts->dated ||
            (request->primitive.time_known && age_s >= 0 && age_s <= AGE));
}

static void set_place(struct facts *facts, const struct world *world,
                      const struct world_request *request)
{
    const struct world_truth *truth = &world->truth[request->from];
    const postern_location *other = &truth->whereabouts.location;
    postern_location *place = &facts->request.location;
    bool asked = false;

    if (is_believed(world, request, &request->primitive.whereabouts)) {
        *place = request->primitive.whereabouts.location;
    }
    if (!place->has_point && is_believed(world, request, &truth->whereabouts)) {
        place->has_point = other->has_point;
        place->latitude_deg = other->latitude_deg;
        place->longitude_deg = other->longitude_deg;
        asked = true;
    }
    if (!place->country[0] && request->primitive.ip.family) {
        memcpy(place->country, truth->ip_country, 3);
    }
    if (!place->country[0] && asked) {
        memcpy(place->country, other->country, 3);
    }
    if (!place->country[0] && place->has_point) {
        memcpy(place->country, truth->point_country, 3);
    }
}

static void set_target(struct facts *facts, const struct world_request *request,
                       const postern_resource *target)
{
    const postern_primitive *primitive = &request->primitive;
    postern_request *rq = &facts->request;
    bool reads = rq->operation == POSTERN_OP_RETRIEVE;
    bool writes = rq->operation == POSTERN_OP_CREATE ||
                  rq->operation == POSTERN_OP_UPDATE;

    rq->target_type = target->type;
    rq->child_type = primitive->child_type;
    rq->container_definition = primitive->container_definition;
    if (reads && primitive->attributes.count == 0) {
        rq->attributes = target->attributes.items;
        rq->attribute_count = target->attributes.count;
    } else if (reads || writes) {
        rq->attributes = primitive->attributes.items;
        rq->attribute_count = primitive->attributes.count;
    }
}

/* With the rules that tokens bring for the target. [TOK-10] */
static postern_effect decide_by_links(const struct world *world,
                                      const struct world_request *request,
                                      const postern_resource *target,
                                      const postern_texts *links,
                                      const postern_request *rq)
{
    postern_acp_ref refs[8 + WORLD_CARRIED * WORLD_PERMISSIONS];
    size_t count = world_token_refs(world, request, target, refs);

    for (size_t i = 0; i < links->count; i++) {
        const postern_resource *acp = at(world, links->items[i]);

        if (acp && acp->type == 1 && !is_over(request, acp->expires_s)) {
            refs[count++] = (postern_acp_ref){acp->acp, POSTERN_PRIVILEGES};
        }
    }
    return postern_decide_acps(postern_policy_acps(world->policy), refs, count,
                               rq)
        .effect;
}

static postern_effect decide_once(const struct world *world,
                                  const struct world_request *request,
                                  const postern_resource *target,
                                  const postern_request *rq)
{
    postern_acp_ref self = {target->acp, POSTERN_SELF_PRIVILEGES};
    const postern_resource *addressed = target;

    if (target->type == 1) {
        return is_over(request, target->expires_s)
                   ? POSTERN_DENY
                   : postern_decide_acps(postern_policy_acps(world->policy),
                                         &self, 1, rq)
                         .effect;
    }
    while (target->type == 4 ||
           (world->options.inherit_parent && target->parent_id.len &&
            target->policy_ids.count == 0)) {
        target = at(world, target->parent_id);
    }
    if (target->policy_ids.count == 0 && target->creator.data &&
        names(world, target->creator, &rq->originator)) {
        return POSTERN_PERMIT;
    }
    return decide_by_links(world, request, addressed, &target->policy_ids, rq);
}

static void set_facts(struct facts *facts, const struct world *world,
                      const struct world_request *request,
                      const postern_resource *target)
{
    const postern_primitive *primitive = &request->primitive;
    postern_request *rq = &facts->request;

    postern_request_init(rq);
    (void)!postern_id_parse_entity(&rq->originator, &world->policy->host.cse,
                                   primitive->from);
    rq->operation = postern_operation_of_primitive(primitive->operation,
                                                   primitive->filter_usage);
    rq->authenticated = primitive->authn == POSTERN_AUTHN_TRUE;
    rq->time_known = primitive->time_known;
    rq->time_s = primitive->time_s;
    rq->ip = primitive->ip;
    set_groups(facts, world, request);
    set_roles(facts, world, request, target);
    set_place(facts, world, request);
    set_target(facts, request, target);
}

postern_effect world_decide(const struct world *world,
                            const struct world_request *request,
                            const postern_resource *target)
{
    struct facts facts;
    postern_effect effect;

    if (request->token_count > 0 && !request->primitive.time_known) {
        return POSTERN_DENY; /* nobody knows whether they are valid */
    }
    memset(&facts, 0, sizeof facts);
    set_facts(&facts, world, request, target);
    effect = decide_once(world, request, target, &facts.request);
    if (effect == POSTERN_DENY || request->primitive.child_type != 23) {
        return effect;
    }
    facts.request.operation = POSTERN_OP_RETRIEVE; /* [PRP-06] */
    facts.request.child_type = 0;
    facts.request.attributes = target->attributes.items;
    facts.request.attribute_count = target->attributes.count;
    return decide_once(world, request, target, &facts.request);
}
