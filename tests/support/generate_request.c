/* Requests that fit, or miss by one fact. */
#include "support/generate.h"

#include <math.h>
#include <string.h>

static const char *const originators[] = {
    "Cpump7",
    "/plant/Cpump7",
    "//sp.example/plant/Cpump7",
    "//SP.Example./plant/Cpump7",
    "Cpump8",
    "Cpump77",
    "Cpump",
    "/gate/Cpump7",
    "//other.example/plant/Cpump7",
    "/plant",
    "//sp.example/plant",
    "/gate",
    "//other.example/gate",
    "Spump7",
    "//sp.example/Spump7",
    "//other.example/Spump7",
    "/Plant/Cpump7",
    "//p.example/plant/Cpump7",
    "Cgrp",
    "Cteam",
};

static const char *const bad_originators[] = {
    "cpump7",
    "//sp.example",
    "",
    "all",
    "Cpump7/x",
    "C%70",
    "Cpump*",
    "/plant/",
    "/plant/Spump7",
    "/plant/Cpump7/x",
    "Cpump7 ",
    "grp-ops",
    "12-op@auth.example",
    "//sp..example/plant",
};

static const char *const roles[] = {
    "12-op@auth.example", "12-op@Auth.Example.",
    "9-op@auth.example",  "12-OP@auth.example",
    "bad role",           "Cpump7",
};

static const char *const groups[] = {
    "grp-ops",   "/plant/grp-ops", "//SP.example/plant/grp-ops",
    "-/grp-ops", "/gate/grp-ops",  "grp-ri",
    "Cpump7",    "/gate/team",     "bad//group",
};

static const char *generate_from(struct bytes *bytes)
{
    if (bytes_chance(bytes, 4)) {
        return NULL;
    }
    if (bytes_chance(bytes, 4)) {
        return GENERATE_ONE_OF(bytes, bad_originators);
    }
    /* The first of them are meant to be frequent. */
    return bytes_chance(bytes, 50) ? originators[bytes_below(bytes, 4)]
                                   : GENERATE_ONE_OF(bytes, originators);
}

static void generate_time(struct ref_request *rq,
                          const struct generated_moment *moment,
                          struct bytes *bytes)
{
    static const int64_t deltas[] = {0,
                                     0,
                                     1,
                                     -1,
                                     60,
                                     -60,
                                     3600,
                                     -3600,
                                     0,
                                     86400,
                                     -86400,
                                     13,
                                     7 * 86400L,
                                     31 * 86400L,
                                     366 * 86400L,
                                     -365 * 86400L};
    static const int64_t extremes[] = {INT64_MIN, INT64_MAX,    -1,
                                       0,         946684799,    253402300800,
                                       7,         253402300799, -62167219201};

    rq->time_known = !bytes_chance(bytes, 10);
    rq->time_s = moment->time_s + GENERATE_ONE_OF(bytes, deltas);
    if (bytes_chance(bytes, 3)) {
        rq->time_s = GENERATE_ONE_OF(bytes, extremes);
    }
}

static void generate_ip(struct generated_request *out, const char *address,
                        struct bytes *bytes)
{
    static const char *const others[] = {
        "::ffff:10.1.2.3", "::10.1.2.3",  "10.1.2",     "10.1.2.3/32",
        "0.0.0.0",         "2001:db8::2", "::ffff:0:0", "255.255.255.255"};

    if (bytes_chance(bytes, 10)) {
        return;
    }
    out->rq.ip = address;
    if (bytes_chance(bytes, 20)) {
        out->rq.ip = GENERATE_ONE_OF(bytes, others);
    } else if (bytes_chance(bytes, 40)) {
        generate_near_address(out->address_text, address, false, bytes);
        out->rq.ip = out->address_text;
    }
}

/* Nearer than a metre to the edge of some circle? */
static bool is_on_an_edge(const struct ref_request *rq,
                          const struct ref_rules *acrs)
{
    for (size_t k = 0; k < acrs->count; k++) {
        for (size_t m = 0; m < acrs->rules[k].context_count; m++) {
            const struct ref_context *context = &acrs->rules[k].contexts[m];

            for (size_t i = 0; i < context->circle_count; i++) {
                const struct ref_circle *circle = &context->circles[i];
                double distance_m =
                    ref_distance_m(circle->latitude_deg, circle->longitude_deg,
                                   rq->latitude_deg, rq->longitude_deg);

                if (fabs(distance_m - circle->radius_m) < 1.0 &&
                    distance_m > 0.0) {
                    return true;
                }
            }
        }
    }
    return false;
}

static void generate_location(struct ref_request *rq,
                              const struct generated_policy *policy,
                              struct bytes *bytes)
{
    static const double offsets_deg[] = {0.0,  0.0, 0.001, -0.001,
                                         0.02, 0.5, -2.0,  45.0};
    static const char *const countries[] = {"NL", "nl", "KR",  "be",
                                            "",   "N1", "NLX", "N"};

    rq->has_point = bytes_chance(bytes, 80);
    rq->latitude_deg =
        policy->place->latitude_deg - GENERATE_ONE_OF(bytes, offsets_deg);
    rq->longitude_deg =
        policy->place->longitude_deg - GENERATE_ONE_OF(bytes, offsets_deg);
    if (bytes_chance(bytes, 1)) {
        rq->latitude_deg = (double)NAN;
    }
    for (size_t i = 0; i < policy->policy.acp_count; i++) {
        const struct ref_acp *acp = &policy->acps[i];

        if (is_on_an_edge(rq, &acp->privileges) ||
            is_on_an_edge(rq, &acp->self_privileges)) {
            rq->has_point = false;
        }
    }
    if (bytes_chance(bytes, 80)) {
        rq->country = GENERATE_ONE_OF(bytes, countries);
    }
}

static void generate_operation(struct ref_request *rq, struct bytes *bytes)
{
    static const int operations[] = {1, 1, 1, 2, 2, 2, 3, 4, 5, 2};
    static const int bad[] = {0, 6, 32, -1, 63, 0x102};
    static const uint32_t types[] = {3, 2, 13, 28, 0, 4};
    static const uint32_t child_types[] = {4, 3, 28, 13, 0, 23};

    rq->operation = bytes_chance(bytes, 2) ? GENERATE_ONE_OF(bytes, bad)
                                           : GENERATE_ONE_OF(bytes, operations);
    rq->filter_usage = (int)bytes_below(bytes, 4);
    rq->target_type = GENERATE_ONE_OF(bytes, types);
    rq->child_type = GENERATE_ONE_OF(bytes, child_types);
    if (bytes_chance(bytes, 40)) {
        static const char *const definitions[] = {"org.example.valve", "1006",
                                                  "org.example.valv", ""};

        rq->container_definition = GENERATE_ONE_OF(bytes, definitions);
    }
    if (bytes_chance(bytes, 30)) {
        static const uint32_t definitions[] = {1006, 1001, 6, UINT32_MAX};

        rq->mgmt_definition = GENERATE_ONE_OF(bytes, definitions);
    }
}

static void generate_attributes(struct generated_request *out,
                                struct bytes *bytes)
{
    static const char *const names[] = {"lbl", "mni", "et", "con", "LBL"};
    struct ref_list *list = &out->rq.attributes;

    if (bytes_chance(bytes, 10)) { /* some 60 to 80: around one pass of 64 */
        size_t from = bytes_below(bytes, 20);

        list->items = generated_wide + from;
        list->count = GENERATED_WIDE - from;
        return;
    }
    list->items = out->attributes;
    list->count = 1 + bytes_below(bytes, GENERATED_LIST);
    for (size_t i = 0; i < list->count; i++) {
        out->attributes[i] = GENERATE_ONE_OF(bytes, names);
    }
}

void generate_request(struct generated_request *out,
                      const struct generated_policy *policy,
                      struct bytes *bytes)
{
    struct ref_request *rq = &out->rq;

    memset(rq, 0, sizeof *rq);
    rq->from = generate_from(bytes);
    rq->from_unknown = bytes_chance(bytes, 2);
    rq->authenticated = bytes_chance(bytes, 60);
    generate_operation(rq, bytes);
    generate_time(rq, policy->moment, bytes);
    generate_ip(out, policy->address, bytes);
    generate_location(rq, policy, bytes);
    rq->roles.items = out->roles;
    rq->roles.count = bytes_below(bytes, GENERATED_IDS + 1);
    for (size_t i = 0; i < rq->roles.count; i++) {
        out->roles[i] = GENERATE_ONE_OF(bytes, roles);
    }
    rq->groups.items = out->groups;
    rq->groups.count = bytes_below(bytes, GENERATED_IDS + 1);
    for (size_t i = 0; i < rq->groups.count; i++) {
        out->groups[i] = GENERATE_ONE_OF(bytes, groups);
    }
    if (bytes_chance(bytes, 50)) {
        generate_attributes(out, bytes);
    }
}
