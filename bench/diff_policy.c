#include "bench/diff_policy.h"

#include <math.h>
#include <string.h>

/* ---- texts ------------------------------------------------------------- */

char *diff_store_text(struct diff_store *store, const char *text, size_t len)
{
    char *out = store->texts + store->text_bytes;

    if (len >= sizeof store->texts - store->text_bytes) {
        return NULL;
    }
    memcpy(out, text, len);
    out[len] = '\0';
    store->text_bytes += len + 1;
    return out;
}

const char **diff_store_list(struct diff_store *store, size_t count)
{
    const char **list = store->entries + store->entry_count;

    if (count > DIFF_ENTRIES - store->entry_count) {
        return NULL;
    }
    store->entry_count += count;
    return list;
}

enum { WRITTEN = 128 };

/* One text in the making; longer ones than this are not made. */
struct written {
    char text[WRITTEN];
    size_t len;
};

static void put(struct written *out, const char *text)
{
    size_t len = strlen(text);

    if (len < WRITTEN - out->len) {
        memcpy(out->text + out->len, text, len + 1);
        out->len += len;
    }
}

static void put_number(struct written *out, uint32_t number)
{
    char digits[11] = {0};
    size_t at = sizeof digits - 1;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put(out, digits + at);
}

static const char *done(struct diff_store *store, const struct written *out)
{
    return diff_store_text(store, out->text, out->len);
}

static bool one_in(struct rng *rng, uint32_t count)
{
    return rng_below(rng, count) == 0;
}

enum { LEAST_BYTES = 2048 };

struct bytes *diff_bytes(struct diff_policy *policy, struct rng *rng)
{
    struct bytes *bytes = &policy->bytes;

    if (bytes->size - bytes->at < LEAST_BYTES) {
        for (size_t i = 0; i < sizeof policy->drawn; i += sizeof(uint64_t)) {
            uint64_t bits = rng_bits(rng);

            memcpy(policy->drawn + i, &bits, sizeof bits);
        }
        *bytes = (struct bytes){policy->drawn, sizeof policy->drawn, 0};
    }
    return bytes;
}

/* ---- who there is ------------------------------------------------------ */

static void put_domain(struct written *out, uint32_t world, struct rng *rng)
{
    static const char *const domains[] = {"//sp.example",  "//sp.example",
                                          "//SP.Example.", "//other.example",
                                          "//p.example",   "//sp.example.org"};
    uint32_t number = rng_below(rng, world + 6);

    if (number < GENERATE_COUNT(domains)) {
        put(out, domains[number]);
        return;
    }
    put(out, "//p");
    put_number(out, number);
    put(out, ".example");
}

static void put_site(struct written *out, uint32_t world, struct rng *rng)
{
    static const char *const sites[] = {"/plant", "/plant", "/gate", "/Plant"};
    uint32_t number = rng_below(rng, world + 4);

    if (number < GENERATE_COUNT(sites)) {
        put(out, sites[number]);
        return;
    }
    put(out, "/site-");
    put_number(out, number);
}

/* "pump7" */
static void put_device(struct written *out, uint32_t world, struct rng *rng)
{
    static const char *const devices[] = {"pump", "valve", "pump.x", "p"};

    put(out, devices[rng_below(rng, GENERATE_COUNT(devices))]);
    put_number(out, rng_below(rng, world * 4));
}

static void put_entity(struct written *out, uint32_t world, struct rng *rng)
{
    switch (rng_below(rng, 8)) {
    case 0:
    case 1: /* AE of the hosting CSE */
        put(out, "C");
        put_device(out, world, rng);
        return;
    case 2: /* of the service provider */
        put(out, one_in(rng, 2) ? "S" : "//sp.example/S");
        put_device(out, world, rng);
        return;
    case 3:
        put_domain(out, world, rng);
        put_site(out, world, rng);
        return;
    case 4:
        put_site(out, world, rng);
        return;
    case 5:
        put_domain(out, world, rng);
        break;
    default:
        break;
    }
    put_site(out, world, rng);
    put(out, "/C");
    put_device(out, world, rng);
}

const char *diff_entity_draw(struct diff_store *store, uint32_t world,
                             struct rng *rng)
{
    struct written out = {{0}, 0};

    put_entity(&out, world, rng);
    return done(store, &out);
}

/* An identifier with one or two runs of characters made a star: of its last
 * segment behind the letter, or of any segment. */
static void put_pattern(struct written *out, uint32_t world, struct rng *rng)
{
    uint32_t stars = 1 + rng_below(rng, 2);

    put_entity(out, world, rng);
    for (uint32_t i = 0; i < stars; i++) {
        const char *slash = strrchr(out->text, '/');
        size_t low = slash ? (size_t)(slash - out->text) + 1 : 1;
        size_t at;
        size_t span;

        if (one_in(rng, 4)) {
            low = slash ? 1 : 0;
        }
        at = low + rng_below(rng, (uint32_t)(out->len - low + 1));
        span = rng_below(rng, 6);
        while (span > 0 &&
               (at + span > out->len || memchr(out->text + at, '/', span))) {
            span--;
        }
        if (out->len + 2 > WRITTEN) {
            return;
        }
        memmove(out->text + at + 1, out->text + at + span,
                out->len - at - span + 1);
        out->text[at] = '*';
        out->len += 1 - span;
    }
}

const char *diff_role_draw(struct diff_store *store, uint32_t world,
                           struct rng *rng)
{
    struct written out = {{0}, 0};

    put_number(&out, rng_below(rng, world));
    put(&out, one_in(rng, 4) ? "-op@Auth.Example" : "-op@auth.example");
    return done(store, &out);
}

const char *diff_group_draw(struct diff_store *store, uint32_t world,
                            struct rng *rng)
{
    static const char *const before[] = {"", "/plant/", "//sp.example/plant/",
                                         "-/", "/gate/"};
    struct written out = {{0}, 0};

    put(&out, before[rng_below(rng, GENERATE_COUNT(before))]);
    put(&out, "grp-");
    put_number(&out, rng_below(rng, world));
    return done(store, &out);
}

const char *diff_entry_draw(struct diff_store *store, uint32_t world,
                            struct rng *rng)
{
    struct written out = {{0}, 0};
    uint32_t kind = rng_below(rng, 100);

    if (kind < 50) {
        put_entity(&out, world, rng);
    } else if (kind < 72) {
        put_pattern(&out, world, rng);
    } else if (kind < 78) {
        put_domain(&out, world, rng);
    } else if (kind < 88) {
        return diff_group_draw(store, world, rng);
    } else if (kind < 98) {
        return diff_role_draw(store, world, rng);
    } else {
        put(&out, "all");
    }
    return done(store, &out);
}

/* ---- rules ------------------------------------------------------------- */

/* How a policy comes out. */
struct shape {
    uint32_t acps; /* 1 to, or `least_acps` to */
    uint32_t least_acps;
    uint32_t rules; /* 0 to, or `least` to */
    uint32_t least;
    uint32_t self_rules; /* 0 to: of self-privileges, in half of them */
    uint32_t world;      /* how many of each sort of inhabitants */
    uint32_t entries;    /* of a rule: 0 to */
    bool crowd;          /* one rule has many of them */
    bool attributed;     /* every rule has accessControlAttributes */
    /* Nearly all rules are about this one, under conditions; NULL: about
     * whom they like. */
    const char *for_one;
};

static void draw_entries(struct diff_policy *out, struct generated_rule *rule,
                         const struct shape *shape, uint32_t count,
                         struct rng *rng)
{
    const char **list = diff_store_list(&out->store, count);

    rule->rule.originators.count = 0;
    for (uint32_t i = 0; list && i < count; i++) {
        list[i] = diff_entry_draw(&out->store, shape->world, rng);
        if (!list[i]) {
            break;
        }
        rule->rule.originators.count++;
    }
    rule->rule.originators.items = list ? list : rule->originators;
}

/* The circle ends a hand's breadth, or some metres, before or behind the place
 * that everything is about. */
static void draw_edges(struct ref_rule *rule, struct generated_rule *part,
                       const struct generated_place *place, struct rng *rng)
{
    static const double beside_m[] = {-3.0, 3.0, -0.02, 0.02, 0.02, -1.2};

    for (size_t m = 0; m < rule->context_count; m++) {
        for (size_t i = 0; i < part->contexts[m].circle_count; i++) {
            struct ref_circle *circle = &part->context_parts[m].circles[i];
            double distance_m =
                ref_distance_m(circle->latitude_deg, circle->longitude_deg,
                               place->latitude_deg, place->longitude_deg);

            if (one_in(rng, 3) && ref_circle_is_valid(circle) &&
                distance_m > 4.0 && distance_m < 1e7) {
                circle->radius_m =
                    distance_m +
                    beside_m[rng_below(rng, GENERATE_COUNT(beside_m))];
            }
        }
    }
}

static bool limits_much(const struct ref_context *context)
{
    return context->windows.count > 0 && context->addresses.items &&
           (context->circles || context->countries.items);
}

static void keep_one(struct ref_list *list)
{
    list->count = list->count > 0 ? 1 : 0;
}

/* One element of each sort: few of many rules hold at once. */
static void narrow(struct ref_context *context, struct rng *rng)
{
    keep_one(&context->windows);
    keep_one(&context->addresses);
    keep_one(&context->countries);
    if (context->circle_count > 1) {
        context->circle_count = 1;
    }
    if (context->circles && context->countries.items && one_in(rng, 2)) {
        context->circles = NULL;
        context->circle_count = 0;
    }
}

/* For one that all rules are about: a context that does not always hold. */
static void draw_for_one(struct diff_policy *out, struct generated_rule *part,
                         const struct shape *shape, struct rng *rng)
{
    const char **list = diff_store_list(&out->store, 1);

    if (list) {
        *list = shape->for_one;
        part->rule.originators = (struct ref_list){list, 1};
    }
    part->rule.context_count = 1;
    part->rule.operations = 1U << rng_below(rng, 6);
    do {
        generate_context(&part->contexts[0], &part->context_parts[0],
                         &out->base, diff_bytes(out, rng));
    } while (!limits_much(&part->contexts[0]));
    narrow(&part->contexts[0], rng);
    if (one_in(rng, 2)) { /* then the others decide */
        part->contexts[0].windows = (struct ref_list){NULL, 0};
    }
    if (one_in(rng, 2)) {
        part->contexts[0].addresses = (struct ref_list){NULL, 0};
    }
}

static bool draw_rule(struct diff_policy *out, const struct shape *shape,
                      struct rng *rng)
{
    struct generated_rule *part = &out->parts[out->rule_count];
    uint32_t entries = rng_below(rng, shape->entries + 1);

    if (out->rule_count == DIFF_RULES) {
        return false;
    }
    do {
        generate_rule(part, &out->base, diff_bytes(out, rng));
    } while (shape->attributed && !part->rule.attributes.items);
    if (shape->for_one && !one_in(rng, 20)) {
        draw_for_one(out, part, shape, rng);
    } else if (!one_in(rng, 4)) {
        draw_entries(out, part, shape, entries, rng);
    }
    draw_edges(&part->rule, part, out->base.place, rng);
    out->rules[out->rule_count++] = part->rule;
    return true;
}

static void draw_rules(struct diff_policy *out, struct ref_rules *acrs,
                       const struct shape *shape, struct rng *rng)
{
    uint32_t count =
        shape->least + rng_below(rng, shape->rules - shape->least + 1);

    acrs->rules = out->rules + out->rule_count;
    acrs->count = 0;
    while (acrs->count < count && draw_rule(out, shape, rng)) {
        acrs->count++;
    }
}

static void draw_crowd(struct diff_policy *out, const struct shape *shape,
                       struct rng *rng)
{
    uint32_t number = rng_below(rng, (uint32_t)out->rule_count);
    struct generated_rule *part = &out->parts[number];

    draw_entries(
        out, part, shape,
        DIFF_MANY_ENTRIES + 1 +
            rng_below(rng, DIFF_ENTRIES_OF_RULE - DIFF_MANY_ENTRIES - 1),
        rng);
    out->rules[number].originators = part->rule.originators;
}

static int64_t draw_expiry(const struct diff_policy *out, struct rng *rng)
{
    static const int64_t after_s[] = {0, 1, -1, 2, 60, 3600, 86400, -86400};

    if (!one_in(rng, 4)) {
        return REF_NEVER_EXPIRES;
    }
    return out->base.moment->time_s +
           after_s[rng_below(rng, GENERATE_COUNT(after_s))];
}

/* Each another one, in no order. */
static const char *acp_id(struct diff_store *store, size_t number)
{
    static const char *const few[] = {"acp-b", "acp-a", "acp",
                                      "acp-c", "b",     "acp-a2"};
    struct written out = {{0}, 0};
    const char *id;

    if (number < GENERATE_COUNT(few)) {
        return few[number];
    }
    put(&out, "acp-");
    put_number(&out, (uint32_t)number * 7919 % 1009); /* a prime */
    id = done(store, &out);
    return id ? id : "";
}

static void draw_acps(struct diff_policy *out, const struct shape *shape,
                      struct rng *rng)
{
    const struct shape self = {
        .rules = one_in(rng, 2) ? shape->self_rules : 0,
        .world = shape->world,
        .entries = shape->entries,
    };

    out->policy.acps = out->acps;
    out->policy.acp_count =
        shape->least_acps + rng_below(rng, shape->acps - shape->least_acps + 1);
    for (size_t i = 0; i < out->policy.acp_count; i++) {
        out->acps[i].id = acp_id(&out->store, i);
        out->acps[i].expires_s = draw_expiry(out, rng);
        draw_rules(out, &out->acps[i].privileges, shape, rng);
        draw_rules(out, &out->acps[i].self_privileges, &self, rng);
    }
    if (shape->crowd && out->rule_count > 0) {
        draw_crowd(out, shape, rng);
    }
}

/* Many rules in an ACP; a third of them nearly all about one originator. */
static struct shape draw_big(struct rng *rng)
{
    static const uint32_t rules[] = {40, 80, 300};
    struct shape shape = {.acps = 2,
                          .least_acps = 1,
                          .rules = rules[rng_below(rng, 3)],
                          .least = 20,
                          .self_rules = 2,
                          .world = 60,
                          .entries = 4,
                          .crowd = one_in(rng, 4)};

    if (one_in(rng, 3)) {
        shape.acps = 1;
        shape.rules = 300;
        shape.least = 200;
        shape.world = 8;
        shape.entries = 2;
        shape.crowd = false;
        shape.for_one = one_in(rng, 2) ? "all" : "C*p*7";
    }
    return shape;
}

/* More than one word of a scan, but for some. */
static struct shape draw_many_acps(struct rng *rng)
{
    return (struct shape){.acps = DIFF_ACPS,
                          .least_acps = 50,
                          .rules = 2 + rng_below(rng, 2),
                          .self_rules = 1,
                          .world = 5,
                          .entries = 2};
}

static struct shape draw_small(struct rng *rng)
{
    uint32_t draw = rng_below(rng, 1000);
    struct shape shape = {.acps = 2,
                          .least_acps = 1,
                          .rules = 4,
                          .self_rules = 2,
                          .world = 5,
                          .entries = 3};

    if (draw == 0) { /* very many rules */
        shape.acps = 1;
        shape.rules = 300;
        shape.least = 200;
        shape.world = 40;
    } else if (draw < 12) { /* more than most have */
        shape.rules = 40;
        shape.least = DIFF_MANY_RULES + 1;
        shape.world = 12;
    } else if (draw < 30) {
        shape.least = 1;
        shape.world = 60;
        shape.crowd = true;
    } else if (draw < 100) { /* as many as a slot takes, and a few more */
        shape.rules = 16;
        shape.least = 6;
        shape.world = 8;
        shape.entries = 1 + rng_below(rng, 6);
    } else if (draw < 150) {
        shape.least = 2;
        shape.entries = 5;
        shape.attributed = true;
    } else if (one_in(rng, 6)) {
        shape.acps = 4;
        shape.rules = 6;
        shape.entries = 4;
    }
    return shape;
}

static struct shape draw_shape(enum diff_kind kind, struct rng *rng)
{
    switch (kind) {
    case DIFF_BIG:
        return draw_big(rng);
    case DIFF_MANY_ACPS:
        return draw_many_acps(rng);
    case DIFF_SMALL:
    default:
        return draw_small(rng);
    }
}

void diff_policy_draw(struct diff_policy *out, enum diff_kind kind,
                      struct rng *rng)
{
    struct shape shape = draw_shape(kind, rng);

    out->rule_count = 0;
    out->store.text_bytes = out->store.entry_count = 0;
    out->bytes = (struct bytes){out->drawn, 0, 0};
    if (kind == DIFF_SMALL && one_in(rng, 6)) {
        generate_policy(&out->base, diff_bytes(out, rng));
        out->policy = out->base.policy;
        return;
    }
    generate_around(&out->base, diff_bytes(out, rng));
    out->policy = out->base.policy;
    out->policy.group_name_count = one_in(rng, 2) ? GENERATED_GROUP_NAMES : 0;
    draw_acps(out, &shape, rng);
}
