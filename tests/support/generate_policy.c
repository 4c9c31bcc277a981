/* ACPs and their rules. */
#include "support/generate.h"

#include <string.h>

#define TEN(d)                                                                 \
    "a" d "0", "a" d "1", "a" d "2", "a" d "3", "a" d "4", "a" d "5",          \
        "a" d "6", "a" d "7", "a" d "8", "a" d "9"

const char *const generated_wide[GENERATED_WIDE] = {
    TEN("0"), TEN("1"), TEN("2"), TEN("3"),
    TEN("4"), TEN("5"), TEN("6"), TEN("7")};

/* Spellings of the hosting CSE: one and the same. [ID-03] */
static const struct ref_cse hosts[] = {
    {"//sp.example", "/plant"},
    {"//SP.Example", "/plant"},
    {"//sp.example.", "/plant"},
};

static const struct ref_group_name group_names[GENERATED_GROUP_NAMES] = {
    {"Cgrp", "grp-ri"},
    {"//sp.example/plant/Cteam", "/gate/team"},
};

static const char *const entities[] = {
    "Cpump7",
    "/plant/Cpump7",
    "//sp.example/plant/Cpump7",
    "//SP.example./plant/Cpump7",
    "Cpump8",
    "cpump7",
    "/gate/Cpump7",
    "//other.example/plant/Cpump7",
    "/plant",
    "//sp.example/plant",
    "/gate",
    "//other.example/gate",
    "Spump7",
    "/Spump7",
    "//sp.example/Spump7",
    "/plant/Spump7",
};

static const char *const domains[] = {
    "//sp.example", "//SP.Example.", "//other.example",
    "//example",    "//p.example",   "//sp.example.org",
};

static const char *const patterns[] = {
    "Cpump*",        "C*",
    "C*7",           "Cp*p*7",
    "Cpump7*",       "*Cpump7",
    "/plant/*",      "/plant/Cp*",
    "/pl*",          "/*",
    "/*t",           "/*/Cpump7",
    "//*/plant",     "//*/plant/C*",
    "//*/*/Cpump7",  "//*.example/plant/Cpump*",
    "//sp.*/gate/*", "//*/*",
    "//*/*/*",       "S*",
    "/S*7",          "//other.example/*",
    "Cpump7*7",      "//sp.example*/plant/Cpump7",
};

static const char *const roles[] = {
    "12-op@auth.example", "12-op@AUTH.example.",    "12-OP@auth.example",
    "9-op@auth.example",  "12-op@auth.example.org",
};

static const char *const groups[] = {
    "grp-ops",   "/plant/grp-ops", "//sp.example/plant/grp-ops",
    "-/grp-ops", "base/x/grp-ops", "/gate/grp-ops",
    "Cgrp",      "Grp-ops",        "//sp.example/plant/Cteam",
};

static const char *const bad_originators[] = {
    "*",
    "//*",
    "//sp.*",
    "grp-*",
    "12-*@auth.example",
    "",
    "/",
    "//",
    "/plant/",
    "C%2a",
    "//sp.example/",
    "/plant/x*",
    "all*",
    "12@op@auth.example",
    "C pump",
    "Cpump7/",
    "//sp..example/plant",
    "/plant/Cp*/x",
    "@auth.example",
    "12-op@",
};

static const char *generate_originator(struct bytes *bytes)
{
    switch (bytes_below(bytes, 10)) {
    case 0:
        return bytes_chance(bytes, 50) ? "all" : "All";
    case 1:
        return GENERATE_ONE_OF(bytes, domains);
    case 2:
    case 3:
        return GENERATE_ONE_OF(bytes, patterns);
    case 4:
        return GENERATE_ONE_OF(bytes, roles);
    case 5:
        return GENERATE_ONE_OF(bytes, groups);
    case 6:
        return bytes_chance(bytes, 15) ? GENERATE_ONE_OF(bytes, bad_originators)
                                       : GENERATE_ONE_OF(bytes, entities);
    default:
        return GENERATE_ONE_OF(bytes, entities);
    }
}

static void generate_details(struct generated_rule *out, size_t m,
                             struct bytes *bytes)
{
    static const uint32_t types[] = {0, 3, 2, 13, 28, 4};
    static const uint32_t child_types[] = {4, 3, 28, 13, 23, 0};
    static const char *const definitions[] = {
        "org.example.valve", "1006", "1001", "org.example.Valve", "01006", "",
        "4294967302"};
    struct ref_details *details = &out->details[m];

    details->resource_type = GENERATE_ONE_OF(bytes, types);
    details->specialization_kind = REF_SPECIALIZATION_NONE;
    details->specialization = NULL;
    if (bytes_chance(bytes, 45)) {
        details->specialization_kind = 1 + bytes_below(bytes, 3);
        details->specialization = GENERATE_ONE_OF(bytes, definitions);
    }
    details->child_types = out->child_types[m];
    details->child_type_count =
        bytes_chance(bytes, 3) ? 0 : 1 + bytes_below(bytes, GENERATED_LIST);
    for (size_t j = 0; j < details->child_type_count; j++) {
        /* The last, no type at all, is to be rare. */
        out->child_types[m][j] = bytes_chance(bytes, 5)
                                     ? GENERATE_ONE_OF(bytes, child_types)
                                     : child_types[bytes_below(bytes, 4)];
    }
}

static void generate_attributes(struct generated_rule *out, struct bytes *bytes)
{
    static const char *const names[] = {"lbl", "mni", "et", "con"};
    struct ref_list *list = &out->rule.attributes;

    if (bytes_chance(bytes, 15)) { /* a run of many */
        size_t from = bytes_below(bytes, GENERATED_WIDE / 2);

        list->items = generated_wide + from;
        list->count = GENERATED_WIDE - from - bytes_below(bytes, 20);
        return;
    }
    list->items = out->attributes;
    list->count =
        bytes_chance(bytes, 3) ? 0 : 1 + bytes_below(bytes, GENERATED_LIST);
    for (size_t i = 0; i < list->count; i++) {
        out->attributes[i] =
            bytes_chance(bytes, 1) ? "" : GENERATE_ONE_OF(bytes, names);
    }
}

static uint32_t generate_operations(struct bytes *bytes)
{
    static const uint32_t bad[] = {0, 64, 66, 127, 0x102, 0x80000002};

    if (bytes_chance(bytes, 2)) {
        return GENERATE_ONE_OF(bytes, bad);
    }
    return bytes_chance(bytes, 40) ? 63 : 1 + bytes_below(bytes, 63);
}

void generate_rule(struct generated_rule *out,
                   const struct generated_policy *policy, struct bytes *bytes)
{
    struct ref_rule *rule = &out->rule;

    memset(rule, 0, sizeof *rule);
    rule->originators.items = out->originators;
    rule->originators.count = bytes_below(bytes, GENERATED_ORIGINATORS + 1);
    for (size_t i = 0; i < rule->originators.count; i++) {
        out->originators[i] = generate_originator(bytes);
    }
    rule->operations = generate_operations(bytes);
    rule->authentication_flag = bytes_chance(bytes, 25);
    rule->contexts = out->contexts;
    if (bytes_chance(bytes, 45)) {
        rule->context_count = bytes_below(bytes, GENERATED_CONTEXTS + 1);
    }
    for (size_t i = 0; i < rule->context_count; i++) {
        generate_context(&out->contexts[i], &out->context_parts[i], policy,
                         bytes);
    }
    rule->details = out->details;
    if (bytes_chance(bytes, 25)) {
        rule->details_count = 1 + bytes_below(bytes, GENERATED_DETAILS);
    }
    for (size_t i = 0; i < rule->details_count; i++) {
        generate_details(out, i, bytes);
    }
    if (bytes_chance(bytes, 20)) {
        generate_attributes(out, bytes);
    }
    rule->never = bytes_chance(bytes, 3);
}

static int64_t generate_expiry(const struct generated_moment *moment,
                               struct bytes *bytes)
{
    const int64_t expiries[] = {moment->time_s,
                                moment->time_s + 1,
                                moment->time_s - 1,
                                moment->time_s + 5000,
                                INT64_MAX - 1,
                                INT64_MIN,
                                0,
                                moment->time_s + 100000};

    return bytes_chance(bytes, 25)
               ? expiries[bytes_below(bytes, GENERATE_COUNT(expiries))]
               : REF_NEVER_EXPIRES;
}

static void generate_acp(struct generated_policy *out, size_t number,
                         struct bytes *bytes)
{
    static const char *const ids[GENERATED_ACPS] = {"acp-b", "acp-a", "acp",
                                                    "acp-c"};
    struct ref_acp *acp = &out->acps[number];
    struct ref_rules *sets[2] = {&acp->privileges, &acp->self_privileges};

    acp->id = ids[number];
    acp->expires_s = generate_expiry(out->moment, bytes);
    for (size_t i = 0; i < 2; i++) {
        sets[i]->rules = out->rules[number][i];
        sets[i]->count = i == 0 ? bytes_below(bytes, GENERATED_RULES + 1)
                                : bytes_below(bytes, 3);
        for (size_t k = 0; k < sets[i]->count; k++) {
            generate_rule(&out->parts[number][i][k], out, bytes);
            out->rules[number][i][k] = out->parts[number][i][k].rule;
        }
    }
}

void generate_around(struct generated_policy *out, struct bytes *bytes)
{
    out->moment = &GENERATE_ONE_OF(bytes, generated_moments);
    out->place = &GENERATE_ONE_OF(bytes, generated_places);
    out->address = GENERATE_ONE_OF(bytes, generated_addresses);
    out->policy = (struct ref_policy){
        .cse = GENERATE_ONE_OF(bytes, hosts),
        .acps = out->acps,
        .acp_count = 0,
        .group_names = group_names,
    };
}

void generate_policy(struct generated_policy *out, struct bytes *bytes)
{
    generate_around(out, bytes);
    out->policy.acp_count = 1 + bytes_below(bytes, GENERATED_ACPS);
    out->policy.group_name_count =
        bytes_chance(bytes, 50) ? GENERATED_GROUP_NAMES : 0;
    for (size_t i = 0; i < out->policy.acp_count; i++) {
        generate_acp(out, i, bytes);
    }
}

size_t generate_links(struct ref_link links[GENERATED_LINKS],
                      const struct generated_policy *policy,
                      struct bytes *bytes)
{
    size_t count = bytes_below(bytes, GENERATED_LINKS + 1);

    for (size_t i = 0; i < count; i++) {
        links[i].acp =
            bytes_below(bytes, (uint32_t)policy->policy.acp_count + 1);
        links[i].self = bytes_chance(bytes, 35);
    }
    return count;
}
