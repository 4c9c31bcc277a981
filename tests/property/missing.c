/* What is missing: as the twin says, enough to reach every permit, and what
 * suffices suffices. [ARC-03] [DEC-09] */
#include "property/property.h"

#include "support/compare.h"
#include "support/generate.h"
#include "support/show.h"
#include "support/translate.h"

#include <stdio.h>
#include <string.h>

enum { REQUESTS_PER_POLICY = 8, IDS = 2 * GENERATED_IDS, ROUNDS = 64 };

/* A request that lists of its own can be taken from and added to. */
struct knowledge {
    struct ref_request rq;
    const char *roles[IDS];
    const char *groups[IDS];
};

/* A policy compiled ACP by ACP, some links, a request with all its facts and
 * one that lacks some of them. */
struct scene {
    struct generated_policy generated;
    postern_cse cse;
    postern_acp_set *sets[REF_ACPS_MAX];
    struct pair pair;
    struct ref_link links[GENERATED_LINKS];
    struct compared_links compared;
    size_t link_count;
    struct generated_request request;
    struct knowledge full;
    struct knowledge less;
    bool failed;
};

/* How often a claim had something to say. */
static size_t occasions;

static bool enough_occasions(size_t count)
{
    printf("  %zu occasions\n", occasions);
    return count < 1000 || occasions > count / 100;
}

/* ---- facts that are known or not --------------------------------------- */

static void know_ids(struct ref_list *list, const char **texts,
                     const struct ref_list *given)
{
    memcpy(texts, given->items, given->count * sizeof *texts);
    *list = (struct ref_list){texts, given->count};
}

static void know(struct knowledge *out, const struct ref_request *rq)
{
    out->rq = *rq;
    know_ids(&out->rq.roles, out->roles, &rq->roles);
    know_ids(&out->rq.groups, out->groups, &rq->groups);
}

/* The facts of one kind are those of another request. */
static void learn(struct ref_request *rq, const struct ref_request *from,
                  int kind)
{
    switch ((postern_missing_kind)kind) {
    case POSTERN_MISSING_TIME:
        rq->time_known = from->time_known;
        break;
    case POSTERN_MISSING_ADDRESS:
        rq->ip = from->ip;
        break;
    case POSTERN_MISSING_POINT:
        rq->has_point = from->has_point;
        break;
    case POSTERN_MISSING_COUNTRY:
        rq->country = from->country;
        break;
    case POSTERN_MISSING_TYPES:
        rq->target_type = from->target_type;
        rq->child_type = from->child_type;
        rq->container_definition = from->container_definition;
        rq->mgmt_definition = from->mgmt_definition;
        break;
    case POSTERN_MISSING_ATTRIBUTES:
        rq->attributes = from->attributes;
        break;
    case POSTERN_MISSING_GROUP:
    case POSTERN_MISSING_ROLE:
    default:
        break;
    }
}

/* What has its types known has no specialization that is not. */
static void forget_types(struct ref_request *rq, struct bytes *bytes)
{
    if (bytes_chance(bytes, 50)) {
        rq->target_type = 0;
    }
    if (bytes_chance(bytes, 50)) {
        rq->child_type = 0;
    }
    if (!(rq->target_type && rq->child_type) && bytes_chance(bytes, 50)) {
        rq->container_definition = NULL;
        rq->mgmt_definition = 0;
    }
}

static void forget_ids(struct ref_list *list, const char **texts,
                       struct bytes *bytes)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (!bytes_chance(bytes, 60)) {
            texts[count++] = texts[i];
        }
    }
    list->count = count;
}

static void forget(struct knowledge *out, const struct knowledge *full,
                   struct bytes *bytes)
{
    static const struct ref_request nothing;

    know(out, &full->rq);
    forget_ids(&out->rq.roles, out->roles, bytes);
    forget_ids(&out->rq.groups, out->groups, bytes);
    for (int kind = POSTERN_MISSING_TIME; kind <= POSTERN_MISSING_ATTRIBUTES;
         kind++) {
        if (kind != POSTERN_MISSING_TYPES && bytes_chance(bytes, 35)) {
            learn(&out->rq, &nothing, kind);
        }
    }
    if (bytes_chance(bytes, 50)) {
        forget_types(&out->rq, bytes);
    }
}

/* ---- scenes ------------------------------------------------------------ */

static bool open_scene(struct scene *scene, struct bytes *bytes)
{
    generate_policy(&scene->generated, bytes);
    scene->pair =
        (struct pair){&scene->generated.policy, NULL, &scene->cse, scene->sets};
    return postern_cse_init(
               &scene->cse, postern_str_of(scene->generated.policy.cse.sp_id),
               postern_str_of(scene->generated.policy.cse.cse_id)) ==
               POSTERN_OK &&
           translate_acps(scene->sets, &scene->generated.policy);
}

static void next_request(struct scene *scene, struct bytes *bytes)
{
    generate_request(&scene->request, &scene->generated, bytes);
    know(&scene->full, &scene->request.rq);
    forget(&scene->less, &scene->full, bytes);
    scene->link_count = generate_links(scene->links, &scene->generated, bytes);
    translate_links(&scene->compared, &scene->pair, scene->links,
                    scene->link_count);
}

static bool broken(const struct scene *scene, const char *what)
{
    fprintf(stderr, "what is missing: %s\n", what);
    show_policy(stderr, &scene->generated.policy);
    fputs("known:\n", stderr);
    show_request(stderr, &scene->less.rq);
    fputs("all there is to know:\n", stderr);
    show_request(stderr, &scene->full.rq);
    for (size_t i = 0; i < scene->link_count; i++) {
        fprintf(stderr, "link %zu to ACP %zu%s\n", i, scene->links[i].acp,
                scene->links[i].self ? ", self" : "");
    }
    return false;
}

static bool permits(const struct scene *scene, const struct ref_request *rq)
{
    struct translated_request translated;

    translate_request(&translated, &scene->cse, rq);
    return postern_decide_links(scene->compared.links, scene->compared.count,
                                &translated.rq)
               .effect == POSTERN_PERMIT;
}

/* Tries a claim on requests of generated policies. */
static bool try_scenes(struct rng *rng, size_t count,
                       bool (*claim)(struct scene *scene))
{
    static struct scene scene;
    static uint8_t buffer[GENERATED_BYTES];
    bool holds = true;

    occasions = 0;
    for (size_t i = 0; holds && i < count; i += REQUESTS_PER_POLICY) {
        struct bytes bytes = bytes_random(buffer, sizeof buffer, rng);

        if (!open_scene(&scene, &bytes)) {
            return false;
        }
        for (int k = 0; holds && k < REQUESTS_PER_POLICY; k++) {
            next_request(&scene, &bytes);
            holds = claim(&scene);
        }
        free_acps(scene.sets, &scene.generated.policy);
    }
    return holds && enough_occasions(count);
}

/* ---- as the twin says -------------------------------------------------- */

static bool agrees(struct scene *scene)
{
    return compare_missing(&scene->pair, scene->links, scene->link_count,
                           &scene->less.rq, &occasions);
}

bool what_is_missing_agrees(struct rng *rng, size_t count)
{
    return try_scenes(rng, count, agrees);
}

/* ---- learning ---------------------------------------------------------- */

/* What was reported, by kind, and of identifiers which. */
struct reported {
    bool kinds[POSTERN_MISSING_ATTRIBUTES + 1];
    const struct scene *scene;
    bool roles[IDS]; /* of the full request */
    bool groups[IDS];
};

static void mark_ids(struct reported *reported, const postern_missing *missing)
{
    const struct scene *scene = reported->scene;
    struct translated_request full;

    translate_request(&full, &scene->cse, &scene->full.rq);
    for (size_t i = 0; i < full.rq.role_count; i++) {
        reported->roles[i] = reported->roles[i] ||
                             (missing->kind == POSTERN_MISSING_ROLE &&
                              postern_id_equal(&full.roles[i], missing->id));
    }
    for (size_t i = 0; i < full.rq.group_count; i++) {
        reported->groups[i] = reported->groups[i] ||
                              (missing->kind == POSTERN_MISSING_GROUP &&
                               postern_id_equal(&full.groups[i], missing->id));
    }
}

static bool mark(void *user, const postern_missing *missing)
{
    struct reported *reported = user;

    reported->kinds[missing->kind] = true;
    if (missing->id) {
        mark_ids(reported, missing);
    }
    return true;
}

static size_t ask(struct reported *reported, const struct scene *scene,
                  const struct ref_request *rq)
{
    struct translated_request translated;

    *reported = (struct reported){.scene = scene};
    translate_request(&translated, &scene->cse, rq);
    return postern_missing_links(scene->compared.links, scene->compared.count,
                                 &translated.rq, mark, reported);
}

static void add_marked(struct ref_list *list, const char **texts,
                       const struct ref_list *full, const bool marked[IDS])
{
    for (size_t i = 0; i < full->count; i++) {
        bool known = false;

        for (size_t k = 0; k < list->count; k++) {
            known = known || texts[k] == full->items[i];
        }
        if (marked[i] && !known) {
            texts[list->count++] = full->items[i];
        }
    }
}

/* Of the full request, what was reported. */
static void learn_reported(struct knowledge *known, const struct scene *scene,
                           const struct reported *reported)
{
    const struct ref_request *full = &scene->full.rq;

    for (int kind = POSTERN_MISSING_TIME; kind <= POSTERN_MISSING_ATTRIBUTES;
         kind++) {
        if (reported->kinds[kind]) {
            learn(&known->rq, full, kind);
        }
    }
    add_marked(&known->rq.roles, known->roles, &full->roles, reported->roles);
    add_marked(&known->rq.groups, known->groups, &full->groups,
               reported->groups);
}

/* Asks, learns what is reported and known to somebody, asks again, until it is
 * permitted or there is nothing to be learned. */
static bool reaches_a_permit(const struct scene *scene)
{
    struct knowledge known;
    struct reported reported;

    know(&known, &scene->less.rq);
    for (int round = 0; round < ROUNDS; round++) {
        if (permits(scene, &known.rq)) {
            return true;
        }
        if (ask(&reported, scene, &known.rq) == 0) {
            return false;
        }
        learn_reported(&known, scene, &reported);
    }
    return false;
}

static bool one_learns_enough(struct scene *scene)
{
    if (!permits(scene, &scene->full.rq) || permits(scene, &scene->less.rq)) {
        return true;
    }
    occasions++;
    return reaches_a_permit(scene)
               ? true
               : broken(scene, "a permit is not reached by what is reported");
}

bool learning_what_is_missing_permits(struct rng *rng, size_t count)
{
    return try_scenes(rng, count, one_learns_enough);
}

/* The full request but for what was reported: everything else is learned. */
static void learn_others(struct knowledge *known, const struct scene *scene,
                         const struct reported *reported)
{
    struct reported others = {.scene = scene};

    know(known, &scene->less.rq);
    for (int kind = POSTERN_MISSING_TIME; kind <= POSTERN_MISSING_ATTRIBUTES;
         kind++) {
        others.kinds[kind] = !reported->kinds[kind];
    }
    for (size_t i = 0; i < IDS; i++) {
        others.roles[i] = !reported->roles[i];
        others.groups[i] = !reported->groups[i];
    }
    learn_reported(known, scene, &others);
}

static bool others_do_not_permit(struct scene *scene)
{
    struct knowledge known;
    struct reported reported;

    if (permits(scene, &scene->less.rq)) {
        return true;
    }
    (void)ask(&reported, scene, &scene->less.rq);
    learn_others(&known, scene, &reported);
    occasions += permits(scene, &scene->full.rq);
    return permits(scene, &known.rq)
               ? broken(scene, "facts permit that were not reported")
               : true;
}

bool learning_anything_else_does_not_permit(struct rng *rng, size_t count)
{
    return try_scenes(rng, count, others_do_not_permit);
}

/* ---- what suffices ----------------------------------------------------- */

/* One report, and whether some value of the fact permits. */
struct trial {
    const struct scene *scene;
    const struct ref_rule *rule;
    bool tried;
    bool permitted;
    bool unsure; /* there are values that are not tried */
};

static void try_request(struct trial *trial, const struct ref_request *rq)
{
    trial->tried = true;
    trial->permitted = trial->permitted || permits(trial->scene, rq);
}

static void try_addresses(struct trial *trial, const struct ref_context *given)
{
    for (size_t i = 0; i < given->addresses.count; i++) {
        struct ref_request rq = trial->scene->less.rq;
        char address[GENERATED_TEXT];
        char *slash;

        (void)snprintf(address, sizeof address, "%s",
                       given->addresses.items[i]);
        slash = strchr(address, '/');
        if (slash) {
            *slash = '\0';
        }
        rq.ip = address;
        try_request(trial, &rq);
        /* Of IPv6, but its first address is one of IPv4. */
        trial->unsure = trial->unsure || strncmp(address, "::ffff:", 7) == 0;
    }
}

static void try_points(struct trial *trial, const struct ref_context *given)
{
    for (size_t i = 0; i < given->circle_count; i++) {
        struct ref_request rq = trial->scene->less.rq;

        rq.has_point = true;
        rq.latitude_deg = given->circles[i].latitude_deg;
        rq.longitude_deg = given->circles[i].longitude_deg;
        try_request(trial, &rq);
        trial->unsure = trial->unsure || given->circles[i].radius_m < 1.0;
    }
}

static void try_countries(struct trial *trial, const struct ref_context *given)
{
    for (size_t i = 0; i < given->countries.count; i++) {
        struct ref_request rq = trial->scene->less.rq;

        rq.country = given->countries.items[i];
        try_request(trial, &rq);
    }
}

static void try_contexts(struct trial *trial, postern_missing_kind kind)
{
    for (size_t m = 0; m < trial->rule->context_count; m++) {
        const struct ref_context *context = &trial->rule->contexts[m];

        if (kind == POSTERN_MISSING_ADDRESS) {
            try_addresses(trial, context);
        } else if (kind == POSTERN_MISSING_POINT) {
            try_points(trial, context);
        } else {
            try_countries(trial, context);
        }
    }
}

static uint32_t decimal(const char *text)
{
    uint32_t value = 0;

    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (uint32_t)(*text - '0');
    }
    return value;
}

/* What the element asks for, where the request leaves room. */
static void try_types(struct trial *trial, const struct ref_details *details)
{
    for (size_t j = 0; j < details->child_type_count; j++) {
        struct ref_request rq = trial->scene->less.rq;
        bool special = (rq.container_definition && *rq.container_definition) ||
                       rq.mgmt_definition;
        bool open = !special && (!rq.target_type || !rq.child_type);

        rq.target_type =
            rq.target_type ? rq.target_type : details->resource_type;
        rq.child_type = rq.child_type ? rq.child_type : details->child_types[j];
        if (open && details->specialization_kind == REF_SPECIALIZATION_MGMT) {
            rq.mgmt_definition = decimal(details->specialization);
        } else if (open) {
            rq.container_definition = details->specialization;
        }
        try_request(trial, &rq);
    }
}

static void try_ids(struct trial *trial, const postern_missing *missing)
{
    struct translated_request translated;
    postern_id ids[TRANSLATED_IDS + 1];
    bool role = missing->kind == POSTERN_MISSING_ROLE;
    size_t count;

    translate_request(&translated, &trial->scene->cse, &trial->scene->less.rq);
    count = role ? translated.rq.role_count : translated.rq.group_count;
    memcpy(ids, role ? translated.roles : translated.groups,
           count * sizeof *ids);
    ids[count++] = *missing->id;
    if (role) {
        translated.rq.roles = ids;
        translated.rq.role_count = count;
    } else {
        translated.rq.groups = ids;
        translated.rq.group_count = count;
    }
    trial->tried = true;
    trial->permitted =
        postern_decide_links(trial->scene->compared.links,
                             trial->scene->compared.count, &translated.rq)
            .effect == POSTERN_PERMIT;
}

static void try_kind(struct trial *trial, const postern_missing *missing)
{
    struct ref_request rq = trial->scene->less.rq;

    switch (missing->kind) {
    case POSTERN_MISSING_GROUP:
    case POSTERN_MISSING_ROLE:
        try_ids(trial, missing);
        break;
    case POSTERN_MISSING_ATTRIBUTES:
        rq.attributes = trial->rule->attributes;
        try_request(trial, &rq);
        break;
    case POSTERN_MISSING_TYPES:
        for (size_t m = 0; m < trial->rule->details_count; m++) {
            try_types(trial, &trial->rule->details[m]);
        }
        break;
    case POSTERN_MISSING_TIME: /* a window may never open */
        break;
    case POSTERN_MISSING_ADDRESS:
    case POSTERN_MISSING_POINT:
    case POSTERN_MISSING_COUNTRY:
    default:
        try_contexts(trial, missing->kind);
        break;
    }
}

/* Breaks off at the first report that does not hold what it says. */
static bool try_report(void *user, const postern_missing *missing)
{
    struct scene *scene = user;
    const struct ref_link *link = &scene->links[missing->link];
    const struct ref_acp *acp = &scene->generated.acps[link->acp];
    struct trial trial = {.scene = scene,
                          .rule = (link->self ? acp->self_privileges.rules
                                              : acp->privileges.rules) +
                                  missing->rule};

    if (!missing->suffices) {
        return true;
    }
    try_kind(&trial, missing);
    occasions += trial.permitted;
    scene->failed = trial.tried && !trial.permitted && !trial.unsure;
    return !scene->failed;
}

static bool suffices(struct scene *scene)
{
    struct translated_request translated;

    translate_request(&translated, &scene->cse, &scene->less.rq);
    scene->failed = false;
    (void)postern_missing_links(scene->compared.links, scene->compared.count,
                                &translated.rq, try_report, scene);
    return scene->failed ? broken(scene, "a fact does not suffice") : true;
}

bool what_suffices_permits(struct rng *rng, size_t count)
{
    return try_scenes(rng, count, suffices);
}
