#define _POSIX_C_SOURCE 200809L /* inet_pton */

#include "support/translate.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool fits, const char *what)
{
    if (!fits) {
        (void)fprintf(stderr, "translate: not as it should be: %s\n", what);
        abort();
    }
}

#define MUST(fits) must((fits), #fits)

/* ---- rules ------------------------------------------------------------- */

/* NULL stays NULL: absent is not the same as empty. */
static const postern_str *translate_list(struct translated_rule *out,
                                         const struct ref_list *list)
{
    postern_str *first = out->texts + out->text_count;

    MUST(out->text_count + list->count < TRANSLATED_TEXTS);
    for (size_t i = 0; i < list->count; i++) {
        out->texts[out->text_count++] = postern_str_of(list->items[i]);
    }
    return list->items ? first : NULL;
}

static const postern_circle *translate_circles(struct translated_rule *out,
                                               const struct ref_context *given)
{
    postern_circle *first = out->circles + out->circle_count;

    MUST(out->circle_count + given->circle_count < TRANSLATED_CIRCLES);
    for (size_t i = 0; i < given->circle_count; i++) {
        out->circles[out->circle_count++] = (postern_circle){
            given->circles[i].latitude_deg, given->circles[i].longitude_deg,
            given->circles[i].radius_m};
    }
    return given->circles ? first : NULL;
}

static void translate_context(struct translated_rule *out, size_t m,
                              const struct ref_context *given)
{
    out->contexts[m] = (postern_context){
        .windows = translate_list(out, &given->windows),
        .window_count = given->windows.count,
        .addresses = translate_list(out, &given->addresses),
        .address_count = given->addresses.count,
        .circles = translate_circles(out, given),
        .circle_count = given->circle_count,
        .countries = translate_list(out, &given->countries),
        .country_count = given->countries.count,
    };
}

static void translate_details(struct translated_rule *out, size_t m,
                              const struct ref_details *given)
{
    static const postern_specialization kinds[] = {
        [REF_SPECIALIZATION_NONE] = POSTERN_SPECIALIZATION_NONE,
        [REF_SPECIALIZATION_CONTAINER] = POSTERN_SPECIALIZATION_CONTAINER,
        [REF_SPECIALIZATION_MGMT] = POSTERN_SPECIALIZATION_MGMT,
        [REF_SPECIALIZATION_ANY] = POSTERN_SPECIALIZATION_ANY,
    };

    out->details[m] = (postern_object_details){
        .resource_type = given->resource_type,
        .specialization_kind = kinds[given->specialization_kind],
        .specialization = postern_str_of(given->specialization),
        .child_types = given->child_types,
        .child_type_count = given->child_type_count,
    };
}

void translate_rule(struct translated_rule *out, const struct ref_rule *given)
{
    out->text_count = 0;
    out->circle_count = 0;
    MUST(given->context_count <= TRANSLATED_CONTEXTS);
    MUST(given->details_count <= TRANSLATED_DETAILS);
    for (size_t m = 0; m < given->context_count; m++) {
        translate_context(out, m, &given->contexts[m]);
    }
    for (size_t m = 0; m < given->details_count; m++) {
        translate_details(out, m, &given->details[m]);
    }
    out->rule = (postern_rule){
        .originators = translate_list(out, &given->originators),
        .originator_count = given->originators.count,
        .operations = given->operations,
        .authentication_flag = given->authentication_flag,
        .contexts = out->contexts,
        .context_count = given->context_count,
        .object_details = out->details,
        .object_details_count = given->details_count,
        .attributes = translate_list(out, &given->attributes),
        .attribute_count = given->attributes.count,
        .never = given->never ? "it holds what nobody can evaluate" : NULL,
    };
}

/* ---- policies ---------------------------------------------------------- */

struct resolver {
    const struct ref_policy *policy;
    const postern_cse *cse;
};

/* Whether what the builder takes is judged by the twin, too. */
enum judging { JUDGED, JUDGED_BEFORE };

static bool resolve_group(void *user, postern_str entry, postern_id *group)
{
    const struct resolver *resolver = user;

    for (size_t i = 0; i < resolver->policy->group_name_count; i++) {
        const struct ref_group_name *name = &resolver->policy->group_names[i];

        if (strlen(name->entry) == entry.len &&
            memcmp(name->entry, entry.data, entry.len) == 0) {
            return postern_id_parse_resource(group, resolver->cse,
                                             postern_str_of(name->resource)) ==
                   POSTERN_OK;
        }
    }
    return false;
}

static bool add_rule(postern_acp_builder *builder, postern_privileges which,
                     const struct ref_policy *policy,
                     const struct ref_rule *given, enum judging judging)
{
    static const postern_rule never = {.never = "refused by the builder"};
    struct translated_rule translated;
    postern_diag diag;
    postern_status status;

    translate_rule(&translated, given);
    status =
        postern_acp_builder_add_rule(builder, which, &translated.rule, &diag);
    if (status == POSTERN_OK) {
        if (judging == JUDGED_BEFORE || given->never ||
            ref_rule_is_valid(policy, given)) {
            return true;
        }
        fputs("the builder takes a rule that the twin refuses\n", stderr);
        return false;
    }
    if (status != POSTERN_ERR_POLICY || given->never ||
        ref_rule_is_valid(policy, given)) {
        fprintf(stderr, "the builder refuses a rule: %s at \"%s\": %s\n",
                postern_status_name(status), diag.path, diag.message);
        return false;
    }
    return postern_acp_builder_add_rule(builder, which, &never, NULL) ==
           POSTERN_OK;
}

static bool add_rules(postern_acp_builder *builder, postern_privileges which,
                      const struct ref_policy *policy,
                      const struct ref_rules *rules, enum judging judging)
{
    for (size_t k = 0; k < rules->count; k++) {
        if (!add_rule(builder, which, policy, &rules->rules[k], judging)) {
            return false;
        }
    }
    return true;
}

static bool add_acps(postern_acp_builder *builder,
                     const struct ref_policy *policy, enum judging judging)
{
    for (size_t i = 0; i < policy->acp_count; i++) {
        const struct ref_acp *acp = &policy->acps[i];

        if (postern_acp_builder_add_acp(builder, postern_str_of(acp->id),
                                        acp->expires_s) != POSTERN_OK ||
            !add_rules(builder, POSTERN_PRIVILEGES, policy, &acp->privileges,
                       judging) ||
            !add_rules(builder, POSTERN_SELF_PRIVILEGES, policy,
                       &acp->self_privileges, judging)) {
            return false;
        }
    }
    return true;
}

/* The builder is to know some of those who will ask. What is no originator it
 * refuses. */
static bool add_expected(postern_acp_builder *builder, const postern_cse *cse,
                         const struct ref_list *expected)
{
    for (size_t i = 0; i < expected->count; i++) {
        postern_str text = postern_str_of(expected->items[i]);
        postern_id id;
        postern_status is_one = postern_id_parse_entity(&id, cse, text);

        if (postern_acp_builder_add_originator(builder, text) != is_one) {
            fputs("the builder is wrong about an originator\n", stderr);
            return false;
        }
    }
    return true;
}

static postern_acp_set *translate(const postern_allocator *allocator,
                                  const struct ref_policy *policy,
                                  postern_cse *cse,
                                  const struct ref_list *expected,
                                  enum judging judging)
{
    struct resolver resolver = {policy, cse};
    postern_builder_options options;
    postern_acp_builder *builder = NULL;
    postern_acp_set *set = NULL;

    postern_builder_options_init(&options);
    options.resolve_group = resolve_group;
    options.user = &resolver;
    options.allocator = allocator;
    if (postern_cse_init(cse, postern_str_of(policy->cse.sp_id),
                         postern_str_of(policy->cse.cse_id)) != POSTERN_OK ||
        postern_acp_builder_new(&builder, cse, &options) != POSTERN_OK) {
        fputs("there is no builder for this CSE\n", stderr);
        return NULL;
    }
    if (add_acps(builder, policy, judging) &&
        add_expected(builder, cse, expected) &&
        postern_acp_builder_finish(builder, &set, NULL) != POSTERN_OK) {
        fputs("the builder does not finish\n", stderr);
    }
    postern_acp_builder_free(builder);
    return set;
}

static const struct ref_list nobody = {NULL, 0};

postern_acp_set *translate_policy(const struct ref_policy *policy,
                                  postern_cse *cse)
{
    return translate(NULL, policy, cse, &nobody, JUDGED);
}

postern_acp_set *translate_policy_in(const postern_allocator *allocator,
                                     const struct ref_policy *policy,
                                     postern_cse *cse)
{
    return translate(allocator, policy, cse, &nobody, JUDGED);
}

postern_acp_set *translate_policy_for(const struct ref_policy *policy,
                                      postern_cse *cse,
                                      const struct ref_list *expected)
{
    return translate(NULL, policy, cse, expected, JUDGED);
}

bool translate_acps(postern_acp_set *sets[REF_ACPS_MAX],
                    const struct ref_policy *policy)
{
    bool all = true;

    MUST(policy->acp_count <= REF_ACPS_MAX);
    for (size_t i = 0; i < policy->acp_count; i++) {
        struct ref_policy one = *policy;
        postern_cse cse;

        one.acps += i;
        one.acp_count = 1;
        sets[i] = translate(NULL, &one, &cse, &nobody, JUDGED_BEFORE);
        all = all && sets[i];
    }
    if (!all) {
        free_acps(sets, policy);
    }
    return all;
}

void free_acps(postern_acp_set *sets[REF_ACPS_MAX],
               const struct ref_policy *policy)
{
    for (size_t i = 0; i < policy->acp_count; i++) {
        postern_acp_set_free(sets[i]);
    }
}

/* ---- requests ---------------------------------------------------------- */

static void translate_originator(postern_id *out, const postern_cse *cse,
                                 const struct ref_request *given)
{
    *out = (postern_id){.kind = POSTERN_ID_UNSET};
    if (given->from_unknown) {
        return;
    }
    if (!given->from) {
        postern_id_set_absent(out);
        return;
    }
    if (postern_id_parse_entity(out, cse, postern_str_of(given->from)) !=
        POSTERN_OK) {
        MUST(out->kind == POSTERN_ID_UNSET);
    }
}

/* What is no Role-ID stays in the list as an identifier that is not set. */
static void translate_roles(struct translated_request *out,
                            const struct ref_list *given)
{
    MUST(given->count <= TRANSLATED_IDS);
    for (size_t i = 0; i < given->count; i++) {
        if (postern_id_parse_role(&out->roles[i],
                                  postern_str_of(given->items[i])) !=
            POSTERN_OK) {
            MUST(out->roles[i].kind == POSTERN_ID_UNSET);
        }
    }
    out->rq.roles = out->roles;
    out->rq.role_count = given->count;
}

static void translate_groups(struct translated_request *out,
                             const postern_cse *cse,
                             const struct ref_list *given)
{
    MUST(given->count <= TRANSLATED_IDS);
    for (size_t i = 0; i < given->count; i++) {
        if (postern_id_parse_resource(&out->groups[i], cse,
                                      postern_str_of(given->items[i])) !=
            POSTERN_OK) {
            MUST(out->groups[i].kind == POSTERN_ID_UNSET);
        }
    }
    out->rq.groups = out->groups;
    out->rq.group_count = given->count;
}

/* The bytes of a socket address, as an embedder has them: an IPv4 peer of a
 * dual-stack socket comes as "::ffff:a.b.c.d" in sixteen bytes. */
static void translate_ip(postern_ip *out, const char *text)
{
    *out = (postern_ip){0};
    if (text && inet_pton(AF_INET, text, out->bytes) == 1) {
        out->family = 4;
    } else if (text && inet_pton(AF_INET6, text, out->bytes) == 1) {
        out->family = 6;
    }
}

static void translate_location(postern_location *out,
                               const struct ref_request *given)
{
    *out = (postern_location){.has_point = given->has_point,
                              .latitude_deg = given->latitude_deg,
                              .longitude_deg = given->longitude_deg};
    if (given->country) {
        size_t length = strlen(given->country);

        /* Three letters fill it without NUL: no country is written so. */
        memcpy(out->country, given->country,
               length < sizeof out->country ? length : sizeof out->country);
    }
}

void translate_request(struct translated_request *out, const postern_cse *cse,
                       const struct ref_request *given)
{
    postern_request *rq = &out->rq;

    postern_request_init(rq);
    translate_originator(&rq->originator, cse, given);
    rq->operation =
        postern_operation_of_primitive(given->operation, given->filter_usage);
    rq->authenticated = given->authenticated;
    rq->time_known = given->time_known;
    rq->time_s = given->time_s;
    translate_ip(&rq->ip, given->ip);
    translate_location(&rq->location, given);
    rq->target_type = given->target_type;
    rq->child_type = given->child_type;
    rq->container_definition = postern_str_of(given->container_definition);
    rq->mgmt_definition = given->mgmt_definition;
    translate_roles(out, &given->roles);
    translate_groups(out, cse, &given->groups);
    MUST(given->attributes.count <= TRANSLATED_ATTRIBUTES);
    for (size_t i = 0; i < given->attributes.count; i++) {
        out->attributes[i] = postern_str_of(given->attributes.items[i]);
    }
    rq->attributes = out->attributes;
    rq->attribute_count = given->attributes.count;
}
