/* The table of members, and looking things up in it. */
#include "policy-lang/vocabulary.h"

#include <postern/pdp.h>

/* Members in the order in which canonical documents have them. Names are those
 * of TS-0004 8.2, and of TS-0003 where the two differ. */
static const struct pst_word words[PST_TERMS] = {
    [PST_TERM_CSE] = {PST_SCOPE_DOCUMENT, "cse", {NULL}, NULL, false},
    [PST_TERM_POLICIES] = {PST_SCOPE_DOCUMENT, NULL, {NULL}, "policies", false},
    [PST_TERM_RESOURCES] =
        {PST_SCOPE_DOCUMENT, "resources", {NULL}, NULL, false},
    [PST_TERM_TRUST] = {PST_SCOPE_DOCUMENT, "trust", {NULL}, NULL, false},

    [PST_TERM_SPID] =
        {PST_SCOPE_CSE, "spid", {NULL}, "service provider", false},
    [PST_TERM_CSI] = {PST_SCOPE_CSE, "csi", {NULL}, "cse id", false},
    [PST_TERM_CB_RI] = {PST_SCOPE_CSE, "cb_ri", {NULL}, "base id", false},
    [PST_TERM_CB_RN] = {PST_SCOPE_CSE, "cb_rn", {NULL}, "base name", false},

    [PST_TERM_RI] = {PST_SCOPE_ACP, "ri", {"resourceID"}, "id", false},
    [PST_TERM_RN] = {PST_SCOPE_ACP, "rn", {"resourceName"}, "name", false},
    [PST_TERM_PI] = {PST_SCOPE_ACP, "pi", {"parentID"}, "parent", false},
    [PST_TERM_TY] = {PST_SCOPE_ACP, "ty", {"resourceType"}, NULL, false},
    [PST_TERM_ET] = {PST_SCOPE_ACP, "et", {"expirationTime"}, "expires", false},
    [PST_TERM_PV] = {PST_SCOPE_ACP, "pv", {"privileges"}, NULL, false},
    [PST_TERM_PVS] =
        {PST_SCOPE_ACP, "pvs", {"selfPrivileges"}, "self privileges", false},
    [PST_TERM_ADRI] = {PST_SCOPE_ACP,
                       "adri",
                       {"authorizationDecisionResourceIDs"},
                       NULL,
                       true},
    [PST_TERM_APRI] =
        {PST_SCOPE_ACP, "apri", {"authorizationPolicyResourceIDs"}, NULL, true},
    [PST_TERM_AIRI] = {PST_SCOPE_ACP,
                       "airi",
                       {"authorizationInformationResourceIDs"},
                       NULL,
                       true},

    [PST_TERM_ACR] = {PST_SCOPE_RULES,
                      "acr",
                      {"accessControlRule", "accessControlRules"},
                      NULL,
                      false},

    [PST_TERM_ACOR] = {PST_SCOPE_RULE,
                       "acor",
                       {"accessControlOriginators"},
                       "originators",
                       false},
    [PST_TERM_ACOP] = {PST_SCOPE_RULE,
                       "acop",
                       {"accessControlOperations"},
                       "operations",
                       false},
    [PST_TERM_ACCO] = {PST_SCOPE_RULE,
                       "acco",
                       {"accessControlContexts", "accessControlContext"},
                       "contexts",
                       false},
    [PST_TERM_ACAF] = {PST_SCOPE_RULE,
                       "acaf",
                       {"accessControlAuthenticationFlag"},
                       "authenticated",
                       false},
    [PST_TERM_ACOD] = {PST_SCOPE_RULE,
                       "acod",
                       {"accessControlObjectDetails"},
                       "object details",
                       false},
    [PST_TERM_ACA] = {PST_SCOPE_RULE,
                      "aca",
                      {"accessControlAttributes"},
                      "attributes",
                      false},
    [PST_TERM_RULE_ACL] =
        {PST_SCOPE_RULE, "acl", {"accessControlLimit"}, "limit", true},

    [PST_TERM_ACTW] = {PST_SCOPE_CONTEXT,
                       "actw",
                       {"accessControlWindow", "accessControlTimeWindow"},
                       "time windows",
                       false},
    [PST_TERM_ACIP] = {PST_SCOPE_CONTEXT,
                       "acip",
                       {"accessControlIpAddresses", "accessControlIpAddress"},
                       "ip",
                       false},
    [PST_TERM_ACLR] = {PST_SCOPE_CONTEXT,
                       "aclr",
                       {"accessControlLocationRegion",
                        "accessControlLocationRegions"},
                       "region",
                       false},
    [PST_TERM_ACUI] =
        {PST_SCOPE_CONTEXT, "acui", {"accessControlUserIDs"}, NULL, true},
    [PST_TERM_ACEC] =
        {PST_SCOPE_CONTEXT, "acec", {"accessControlEvalCriteria"}, NULL, true},
    [PST_TERM_ACL] =
        {PST_SCOPE_CONTEXT, "acl", {"accessControlLimit"}, "limit", true},

    [PST_TERM_IPV4] =
        {PST_SCOPE_ADDRESSES, "ipv4", {"ipv4Addresses"}, NULL, false},
    [PST_TERM_IPV6] =
        {PST_SCOPE_ADDRESSES, "ipv6", {"ipv6Addresses"}, NULL, false},

    [PST_TERM_ACCC] =
        {PST_SCOPE_REGION, "accc", {"countryCode"}, "countries", false},
    [PST_TERM_ACCR] = {PST_SCOPE_REGION, "accr", {"circRegion"}, NULL, false},
    [PST_TERM_COUNTRY] = {PST_SCOPE_REGION, NULL, {NULL}, "country", false},
    [PST_TERM_LATITUDE] = {PST_SCOPE_REGION, NULL, {NULL}, "latitude", false},
    [PST_TERM_LONGITUDE] = {PST_SCOPE_REGION, NULL, {NULL}, "longitude", false},
    [PST_TERM_RADIUS] = {PST_SCOPE_REGION, NULL, {NULL}, "radius", false},

    [PST_TERM_DETAILS_TY] =
        {PST_SCOPE_DETAILS, "ty", {"resourceType"}, "parent type", false},
    [PST_TERM_SPTY] = {PST_SCOPE_DETAILS,
                       "spty",
                       {"specializationType"},
                       "specialization",
                       false},
    [PST_TERM_DETAILS_SPID] =
        {PST_SCOPE_DETAILS, "spid", {"specializationID"}, NULL, false},
    [PST_TERM_CHTY] = {PST_SCOPE_DETAILS,
                       "chty",
                       {"childResourceType"},
                       "child types",
                       false},

    [PST_TERM_CND] =
        {PST_SCOPE_SPECIALIZATION, "cnd", {"containerDefinition"}, NULL, false},
    [PST_TERM_MGD] =
        {PST_SCOPE_SPECIALIZATION, "mgd", {"mgmtDefinition"}, NULL, false},
};

const struct pst_word *pst_word_of(enum pst_term term)
{
    return &words[term];
}

/* Where the words of a scope begin. */
static const uint8_t first_terms[] = {
    [PST_SCOPE_DOCUMENT] = PST_TERM_CSE,
    [PST_SCOPE_CSE] = PST_TERM_SPID,
    [PST_SCOPE_ACP] = PST_TERM_RI,
    [PST_SCOPE_RULES] = PST_TERM_ACR,
    [PST_SCOPE_RULE] = PST_TERM_ACOR,
    [PST_SCOPE_CONTEXT] = PST_TERM_ACTW,
    [PST_SCOPE_ADDRESSES] = PST_TERM_IPV4,
    [PST_SCOPE_REGION] = PST_TERM_ACCC,
    [PST_SCOPE_DETAILS] = PST_TERM_DETAILS_TY,
    [PST_SCOPE_SPECIALIZATION] = PST_TERM_CND,
};

/* Most words differ in their first letter: no call for each. */
static bool is_name(postern_str name, const char *word)
{
    size_t i = 0;

    if (!word) {
        return false;
    }
    while (i < name.len && word[i] != '\0' && word[i] == name.data[i]) {
        i++;
    }
    return i == name.len && word[i] == '\0';
}

static bool is_longer_name(postern_str name, const struct pst_word *word)
{
    return is_name(name, word->long_names[0]) ||
           is_name(name, word->long_names[1]) || is_name(name, word->people);
}

/* Short names first: most documents have no others. */
enum pst_term pst_term_of(enum pst_scope scope, postern_str name)
{
    int first = first_terms[scope];

    for (int i = first; i < PST_TERMS && words[i].scope == scope; i++) {
        if (is_name(name, words[i].short_name)) {
            return (enum pst_term)i;
        }
    }
    for (int i = first; i < PST_TERMS && words[i].scope == scope; i++) {
        if (is_longer_name(name, &words[i])) {
            return (enum pst_term)i;
        }
    }
    return PST_TERMS;
}

enum pst_term pst_term_of_next(enum pst_scope scope, postern_str name,
                               enum pst_term expected)
{
    if (expected < PST_TERMS && words[expected].scope == scope &&
        is_name(name, words[expected].short_name)) {
        return expected;
    }
    return pst_term_of(scope, name);
}

bool pst_is_short_name(enum pst_term term, postern_str name)
{
    return is_name(name, words[term].short_name);
}

const char *pst_people_name(enum pst_term term)
{
    const struct pst_word *word = &words[term];

    if (word->people) {
        return word->people;
    }
    return word->long_names[0] ? word->long_names[0] : word->short_name;
}

enum { WORD_MAX = 40, NEAR = 2 };

static unsigned lesser(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Insertions, deletions and replacements that make one of the other; both at
 * most WORD_MAX long. */
static unsigned distance(postern_str a, postern_str b)
{
    unsigned row[WORD_MAX + 1];

    for (unsigned j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (unsigned i = 1; i <= a.len; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= b.len; j++) {
            bool same = pst_fold(a.data[i - 1]) == pst_fold(b.data[j - 1]);
            unsigned replaced = diagonal + (same ? 0 : 1);

            diagonal = row[j];
            row[j] = lesser(replaced, lesser(row[j], row[j - 1]) + 1);
        }
    }
    return row[b.len];
}

static void try_word(const char *word, postern_str name, const char **nearest,
                     unsigned *best)
{
    postern_str text = postern_str_of(word);
    size_t longer = name.len > text.len ? name.len : text.len;
    size_t shorter = name.len + text.len - longer;
    unsigned far = WORD_MAX;

    if (word && longer <= WORD_MAX && longer - shorter <= NEAR) {
        far = distance(name, text);
    }
    /* A word of three letters is near to too much. */
    if (far < *best && far <= NEAR && far * 2 < text.len) {
        *nearest = word;
        *best = far;
    }
}

const char *pst_nearest_word(enum pst_scope scope, postern_str name)
{
    const char *nearest = NULL;
    unsigned best = WORD_MAX;

    for (int i = 0; i < PST_TERMS; i++) {
        if (words[i].scope == scope) {
            try_word(words[i].short_name, name, &nearest, &best);
            try_word(words[i].long_names[0], name, &nearest, &best);
            try_word(words[i].long_names[1], name, &nearest, &best);
            try_word(words[i].people, name, &nearest, &best);
        }
    }
    return nearest;
}

/* TS-0004 6.3.4.2.29. "discover" is written, "discovery" read as well. */
static const struct {
    uint32_t bits;
    const char *word;
} operations[] = {
    {POSTERN_ACOP_CREATE, "create"},       {POSTERN_ACOP_RETRIEVE, "retrieve"},
    {POSTERN_ACOP_UPDATE, "update"},       {POSTERN_ACOP_DELETE, "delete"},
    {POSTERN_ACOP_NOTIFY, "notify"},       {POSTERN_ACOP_DISCOVERY, "discover"},
    {POSTERN_ACOP_DISCOVERY, "discovery"}, {POSTERN_ACOP_ALL, "all"},
};

enum { OPERATIONS = sizeof operations / sizeof operations[0] };

uint32_t pst_operations_of_word(postern_str word)
{
    for (size_t i = 0; i < OPERATIONS; i++) {
        if (pst_str_is(word, operations[i].word)) {
            return operations[i].bits;
        }
    }
    return 0;
}

const char *pst_operation_word(uint32_t bit)
{
    for (size_t i = 0; i < OPERATIONS; i++) {
        if (operations[i].bits == bit) {
            return operations[i].word;
        }
    }
    return "";
}
