/* What holds between decisions, whatever each of them is. */
#include "property/property.h"

#include "support/generate.h"
#include "support/show.h"
#include "support/translate.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A policy, the library's form of it, and a request. */
struct scene {
    uint8_t buffer[GENERATED_BYTES];
    struct bytes bytes;
    struct generated_policy generated;
    struct generated_request request;
    struct translated_request translated;
    postern_cse cse;
    postern_acp_set *set;
};

static bool open_scene(struct scene *scene, struct rng *rng)
{
    scene->bytes = bytes_random(scene->buffer, sizeof scene->buffer, rng);
    generate_policy(&scene->generated, &scene->bytes);
    generate_request(&scene->request, &scene->generated, &scene->bytes);
    scene->set = translate_policy(&scene->generated.policy, &scene->cse);
    if (!scene->set) {
        return false;
    }
    translate_request(&scene->translated, &scene->cse, &scene->request.rq);
    return true;
}

static void close_scene(struct scene *scene)
{
    postern_acp_set_free(scene->set);
    scene->set = NULL;
}

static bool permits(const postern_acp_set *set, const postern_request *rq)
{
    return postern_decide(set, rq).effect == POSTERN_PERMIT;
}

static bool broken(const struct scene *scene, const char *law)
{
    fprintf(stderr, "%s is broken\n", law);
    show_policy(stderr, &scene->generated.policy);
    show_request(stderr, &scene->request.rq);
    return false;
}

/* ---- one more rule ----------------------------------------------------- */

/* Puts the rule anywhere among those of one ACP. The set is the scene's own, so
 * there is no room: the larger one is `rules`. */
static void insert_rule(struct ref_rules *acrs,
                        struct ref_rule rules[GENERATED_RULES + 1],
                        const struct ref_rule *rule, size_t at)
{
    for (size_t k = 0; k <= acrs->count; k++) {
        rules[k] = k < at    ? acrs->rules[k]
                   : k == at ? *rule
                             : acrs->rules[k - 1];
    }
    acrs->rules = rules;
    acrs->count++;
}

static bool try_one_more_rule(struct scene *scene)
{
    bool before = permits(scene->set, &scene->translated.rq);
    struct generated_rule extra;
    struct ref_rule rules[GENERATED_RULES + 1];
    struct ref_rules *acrs =
        &scene->generated
             .acps[bytes_below(&scene->bytes,
                               (uint32_t)scene->generated.policy.acp_count)]
             .privileges;
    bool after;

    generate_rule(&extra, &scene->generated, &scene->bytes);
    insert_rule(acrs, rules, &extra.rule,
                bytes_below(&scene->bytes, (uint32_t)acrs->count + 1));
    close_scene(scene);
    scene->set = translate_policy(&scene->generated.policy, &scene->cse);
    if (!scene->set) {
        return false;
    }
    translate_request(&scene->translated, &scene->cse, &scene->request.rq);
    after = permits(scene->set, &scene->translated.rq);
    return !before || after ? true
                            : broken(scene, "one more rule never denies");
}

/* [DEC-03] */
bool one_more_rule_never_denies(struct rng *rng, size_t count)
{
    static struct scene scene;
    bool holds = true;

    for (size_t i = 0; holds && i < count; i++) {
        holds = open_scene(&scene, rng) && try_one_more_rule(&scene);
        close_scene(&scene);
    }
    return holds;
}

/* ---- order ------------------------------------------------------------- */

static void shuffle_rules(struct ref_rule *rules, size_t count, struct rng *rng)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = rng_below(rng, (uint32_t)i);
        struct ref_rule kept = rules[i - 1];

        rules[i - 1] = rules[k];
        rules[k] = kept;
    }
}

static void shuffle_policy(struct generated_policy *generated, struct rng *rng)
{
    size_t count = generated->policy.acp_count;

    for (size_t i = 0; i < count; i++) {
        shuffle_rules(generated->rules[i][0],
                      generated->acps[i].privileges.count, rng);
        shuffle_rules(generated->rules[i][1],
                      generated->acps[i].self_privileges.count, rng);
    }
    for (size_t i = count; i > 1; i--) {
        size_t k = rng_below(rng, (uint32_t)i);
        struct ref_acp kept = generated->acps[i - 1];

        generated->acps[i - 1] = generated->acps[k];
        generated->acps[k] = kept;
    }
}

/* [DEC-05] [DEC-12] */
bool order_makes_no_difference(struct rng *rng, size_t count)
{
    static struct scene scene;
    bool holds = true;

    for (size_t i = 0; holds && i < count; i++) {
        bool before;

        if (!open_scene(&scene, rng)) {
            return false;
        }
        before = permits(scene.set, &scene.translated.rq);
        close_scene(&scene);
        shuffle_policy(&scene.generated, rng);
        scene.set = translate_policy(&scene.generated.policy, &scene.cse);
        if (!scene.set) {
            return false;
        }
        translate_request(&scene.translated, &scene.cse, &scene.request.rq);
        if (permits(scene.set, &scene.translated.rq) != before) {
            holds = broken(&scene, "order makes no difference");
        }
        close_scene(&scene);
    }
    return holds;
}

/* ---- facts ------------------------------------------------------------- */

enum fact {
    FACT_ORIGINATOR, /* set -> absent: only "all" is left */
    FACT_ORIGINATOR_AT_ALL,
    FACT_OPERATION,
    FACT_AUTHENTICATED,
    FACT_TIME,
    FACT_IP,
    FACT_POINT,
    FACT_COUNTRY,
    FACT_TARGET_TYPE,
    FACT_CHILD_TYPE,
    FACT_CONTAINER_DEFINITION,
    FACT_MGMT_DEFINITION,
    FACT_ROLES,
    FACT_ONE_ROLE,
    FACT_GROUPS,
    FACT_ONE_GROUP,
    FACT_ATTRIBUTES, /* all: fewer of them is asking for less */
    FACT_COUNT
};

static void forget_who_or_what(postern_request *rq, enum fact fact)
{
    switch (fact) {
    case FACT_ORIGINATOR:
        if (rq->originator.kind == POSTERN_ID_ENTITY) {
            postern_id_set_absent(&rq->originator);
        }
        break;
    case FACT_ORIGINATOR_AT_ALL:
        rq->originator = (postern_id){.kind = POSTERN_ID_UNSET};
        break;
    case FACT_OPERATION:
        rq->operation = POSTERN_OP_NONE;
        break;
    case FACT_AUTHENTICATED:
        rq->authenticated = false;
        break;
    case FACT_ROLES:
        rq->role_count = 0;
        break;
    case FACT_ONE_ROLE:
        rq->role_count -= rq->role_count > 0;
        break;
    case FACT_GROUPS:
        rq->group_count = 0;
        break;
    case FACT_ONE_GROUP:
        rq->group_count -= rq->group_count > 0;
        break;
    default:
        rq->attribute_count = 0;
        break;
    }
}

static void forget(postern_request *rq, enum fact fact)
{
    switch (fact) {
    case FACT_TIME:
        rq->time_known = false;
        break;
    case FACT_IP:
        rq->ip = (postern_ip){0};
        break;
    case FACT_POINT:
        rq->location.has_point = false;
        break;
    case FACT_COUNTRY:
        memset(rq->location.country, 0, sizeof rq->location.country);
        break;
    case FACT_TARGET_TYPE:
        rq->target_type = 0;
        break;
    case FACT_CHILD_TYPE:
        rq->child_type = 0;
        break;
    case FACT_CONTAINER_DEFINITION:
        rq->container_definition = (postern_str){NULL, 0};
        break;
    case FACT_MGMT_DEFINITION:
        rq->mgmt_definition = 0;
        break;
    default:
        forget_who_or_what(rq, fact);
        break;
    }
}

static bool try_facts(const struct scene *scene)
{
    bool before = permits(scene->set, &scene->translated.rq);

    for (int fact = 0; fact < FACT_COUNT; fact++) {
        postern_request rq = scene->translated.rq;

        forget(&rq, (enum fact)fact);
        if (!before && permits(scene->set, &rq)) {
            fprintf(stderr, "without fact %d:\n", fact);
            return broken(scene, "a fact less never permits");
        }
    }
    return true;
}

/* [CTX-03] [DEC-02] */
bool a_fact_less_never_permits(struct rng *rng, size_t count)
{
    static struct scene scene;
    bool holds = true;

    for (size_t i = 0; holds && i < count; i++) {
        holds = open_scene(&scene, rng) && try_facts(&scene);
        close_scene(&scene);
    }
    return holds;
}

/* ---- nothing known ----------------------------------------------------- */

/* Everybody may do everything, and the request is still denied. */
static postern_acp_set *open_to_all(postern_cse *cse)
{
    static const char *const all[] = {"all"};
    static const struct ref_rule rule = {.originators = {all, 1},
                                         .operations = 63};
    static const struct ref_acp acp = {
        "acp", REF_NEVER_EXPIRES, {&rule, 1}, {&rule, 1}};
    static const struct ref_policy policy = {
        {"//sp.example", "/plant"}, &acp, 1, NULL, 0};

    return translate_policy(&policy, cse);
}

static bool denies_nothing_known(const postern_acp_set *set)
{
    postern_request zeroed;
    postern_request fresh;
    postern_request newer;

    memset(&zeroed, 0, sizeof zeroed);
    postern_request_init(&fresh);
    newer = fresh;
    newer.struct_size = 0;
    postern_id_set_absent(&newer.originator);
    newer.operation = POSTERN_OP_RETRIEVE;
    return !permits(set, &zeroed) && !permits(set, &fresh) &&
           !permits(set, NULL) && !permits(NULL, &newer) &&
           !permits(set, &newer);
}

bool a_request_without_facts_is_denied(struct rng *rng, size_t count)
{
    static struct scene scene;
    bool holds = true;
    postern_cse cse;
    postern_acp_set *set = open_to_all(&cse);

    holds = set && denies_nothing_known(set);
    postern_acp_set_free(set);
    for (size_t i = 0; holds && i < count; i++) {
        holds = open_scene(&scene, rng) && denies_nothing_known(scene.set);
        close_scene(&scene);
    }
    return holds;
}

/* ---- other releases ---------------------------------------------------- */

/* As a later release may have it: with one more fact. */
struct later_request {
    postern_request rq;
    uint64_t later_fact;
};

/* What a shorter struct lacks is unknown, what a longer one has besides is not
 * ignored. */
static bool try_sizes(const struct scene *scene)
{
    bool permitted = permits(scene->set, &scene->translated.rq);
    struct later_request later = {scene->translated.rq, 0};
    postern_request shorter = scene->translated.rq;
    postern_request without = scene->translated.rq;

    later.rq.struct_size = sizeof later;
    shorter.struct_size = offsetof(postern_request, attributes);
    without.attribute_count = 0;
    if (permits(scene->set, &later.rq) != permitted ||
        permits(scene->set, &shorter) != permits(scene->set, &without)) {
        return broken(scene, "a known fact counts in every release");
    }
    later.later_fact = 1;
    return permits(scene->set, &later.rq)
               ? broken(scene, "a later fact is not ignored")
               : true;
}

bool requests_of_other_releases_are_not_guessed_at(struct rng *rng,
                                                   size_t count)
{
    static struct scene scene;
    bool holds = true;

    for (size_t i = 0; holds && i < count; i++) {
        holds = open_scene(&scene, rng) && try_sizes(&scene);
        close_scene(&scene);
    }
    return holds;
}

static bool is_operation(int number)
{
    return number == POSTERN_OP_CREATE || number == POSTERN_OP_RETRIEVE ||
           number == POSTERN_OP_UPDATE || number == POSTERN_OP_DELETE ||
           number == POSTERN_OP_NOTIFY || number == POSTERN_OP_DISCOVERY;
}

/* Codes of primitives and bits of a mask are no operations. [REQ-03] [REQ-04]
 */
bool other_operations_are_denied(struct rng *rng, size_t count)
{
    postern_cse cse;
    postern_acp_set *set = open_to_all(&cse);
    bool holds = set != NULL;

    (void)rng;
    (void)count;
    for (int number = 0; holds && number < 0x400; number++) {
        postern_request rq;

        postern_request_init(&rq);
        postern_id_set_absent(&rq.originator);
        rq.operation = (postern_operation)number;
        holds = permits(set, &rq) == is_operation(number);
        if (!holds) {
            fprintf(stderr, "operation %d\n", number);
        }
    }
    postern_acp_set_free(set);
    return holds;
}

/* ---- stars ------------------------------------------------------------- */

static size_t slashes(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += *text == '/';
    }
    return count;
}

/* Segments of stars and few letters: matches are frequent. */
static void write_absolute(char out[64], bool stars, struct rng *rng)
{
    static const char with[] = "a*b*";
    static const char without[] = "aabb";
    size_t length = (size_t)snprintf(out, 64, "//%s/",
                                     stars && rng_below(rng, 2) ? "*" : "ab");
    bool two = rng_below(rng, 2);

    for (int segment = 0; segment <= two; segment++) {
        size_t letters = 1 + rng_below(rng, 5);

        if (segment) {
            out[length++] = '/';
            out[length++] = 'C';
        }
        for (size_t i = 0; i < letters; i++) {
            out[length++] = (stars ? with : without)[rng_below(rng, 4)];
        }
    }
    out[length] = '\0';
}

static bool try_star(const char *pattern, const char *from)
{
    const struct ref_rule rule = {.originators = {&pattern, 1},
                                  .operations = 63};
    const struct ref_acp acp = {
        "acp", REF_NEVER_EXPIRES, {&rule, 1}, {NULL, 0}};
    const struct ref_policy policy = {
        {"//sp.example", "/plant"}, &acp, 1, NULL, 0};
    const struct ref_request rq = {.from = from, .operation = 1};
    struct translated_request translated;
    postern_cse cse;
    postern_acp_set *set = translate_policy(&policy, &cse);
    bool crosses;

    if (!set) {
        return false;
    }
    translate_request(&translated, &cse, &rq);
    crosses = permits(set, &translated.rq) && slashes(pattern) != slashes(from);
    postern_acp_set_free(set);
    if (crosses) {
        fprintf(stderr, "%s lets %s in\n", pattern, from);
    }
    return !crosses;
}

/* [ORI-04] [ORI-09] */
bool a_star_never_crosses_a_slash(struct rng *rng, size_t count)
{
    bool holds = true;

    for (size_t i = 0; holds && i < count; i++) {
        char pattern[64];
        char from[64];

        write_absolute(pattern, true, rng);
        write_absolute(from, false, rng);
        holds = try_star(pattern, from);
    }
    return holds;
}

/* ---- prefixes ---------------------------------------------------------- */

enum { MOST_BITS = 128 };

/* One ACP for each length: which of them let the address in? */
struct ladder {
    char ids[MOST_BITS + 1][16];
    char texts[MOST_BITS + 1][GENERATED_TEXT + 8];
    const char *items[MOST_BITS + 1];
    struct ref_context contexts[MOST_BITS + 1];
    struct ref_rule rules[MOST_BITS + 1];
    struct ref_acp acps[MOST_BITS + 1];
};

static void build_ladder(struct ladder *ladder, const char *address, int bits)
{
    static const char *const all[] = {"all"};

    for (int n = 0; n <= bits; n++) {
        snprintf(ladder->ids[n], sizeof ladder->ids[n], "n%d", n);
        snprintf(ladder->texts[n], sizeof ladder->texts[n], "%s/%d", address,
                 n);
        ladder->items[n] = ladder->texts[n];
        ladder->contexts[n] =
            (struct ref_context){.addresses = {&ladder->items[n], 1}};
        ladder->rules[n] = (struct ref_rule){.originators = {all, 1},
                                             .operations = 63,
                                             .contexts = &ladder->contexts[n],
                                             .context_count = 1};
        ladder->acps[n] = (struct ref_acp){ladder->ids[n],
                                           REF_NEVER_EXPIRES,
                                           {&ladder->rules[n], 1},
                                           {NULL, 0}};
    }
}

static bool try_ladder(const struct ladder *ladder, int bits,
                       const char *address)
{
    const struct ref_policy policy = {
        {"//sp.example", "/plant"}, ladder->acps, (size_t)bits + 1, NULL, 0};
    const struct ref_request rq = {.operation = 1, .ip = address};
    struct translated_request translated;
    postern_cse cse;
    postern_acp_set *set = translate_policy(&policy, &cse);
    bool holds = set != NULL;
    bool longer = false; /* does the next longer prefix hold the address? */

    translate_request(&translated, &cse, &rq);
    for (int n = bits; holds && n >= 0; n--) {
        postern_acp_ref ref = {(uint32_t)n, POSTERN_PRIVILEGES};
        bool inside =
            postern_decide_acps(set, &ref, 1, &translated.rq).effect ==
            POSTERN_PERMIT;

        holds = inside || !longer;
        longer = inside;
    }
    postern_acp_set_free(set);
    if (!holds || !longer) {
        fprintf(stderr, "prefixes of %s do not nest around %s\n",
                ladder->texts[0], address);
    }
    return holds && longer; /* "/0" holds every address of its family */
}

/* [CTX-20] */
bool a_longer_prefix_is_inside_a_shorter_one(struct rng *rng, size_t count)
{
    static struct ladder ladder;
    bool holds = true;

    for (size_t i = 0; holds && i < count; i++) {
        uint8_t buffer[16];
        struct bytes bytes = bytes_random(buffer, sizeof buffer, rng);
        const char *address = GENERATE_ONE_OF(&bytes, generated_addresses);
        int bits = strchr(address, ':') ? 128 : 32;
        char near[GENERATED_TEXT];

        generate_near_address(near, address, false, &bytes);
        build_ladder(&ladder, address, bits);
        holds = try_ladder(&ladder, bits, near);
    }
    return holds;
}

/* ---- building ---------------------------------------------------------- */

/* Memory that holds something else each time. */
static void *dirty_alloc(void *user, size_t size)
{
    void *block = malloc(size);

    if (block) {
        memset(block, *(const unsigned char *)user, size);
    }
    return block;
}

static void dirty_release(void *user, void *block, size_t size)
{
    (void)user;
    (void)size;
    free(block);
}

static postern_acp_set *build_in(const struct scene *scene,
                                 unsigned char *filling)
{
    postern_allocator allocator = {filling, dirty_alloc, dirty_release};
    postern_cse cse;

    return translate_policy_in(&allocator, &scene->generated.policy, &cse);
}

static bool same_image(const postern_acp_set *a, const postern_acp_set *b)
{
    size_t size_a;
    size_t size_b;
    const void *image_a = postern_acp_set_image(a, &size_a);
    const void *image_b = postern_acp_set_image(b, &size_b);

    return size_a == size_b && memcmp(image_a, image_b, size_a) == 0;
}

static bool try_building(const struct scene *scene)
{
    unsigned char zeros = 0;
    unsigned char ones = 0xFF;
    postern_acp_set *a = build_in(scene, &zeros);
    postern_acp_set *b = build_in(scene, &ones);
    bool same = a && b && same_image(a, b);

    postern_acp_set_free(a);
    postern_acp_set_free(b);
    return same ? true : broken(scene, "building is deterministic");
}

/* [DEC-12] */
bool building_is_deterministic(struct rng *rng, size_t count)
{
    static struct scene scene;
    bool holds = true;

    for (size_t i = 0; holds && i < count; i++) {
        holds = open_scene(&scene, rng) && try_building(&scene);
        close_scene(&scene);
    }
    return holds;
}
