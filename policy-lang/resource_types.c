/* Numbers and names of resource types: TS-0004 6.3.4.2.1 and 8.2.4. */
#include "policy-lang/vocabulary.h"

#include "base/text.h"

/* A type without short name has representations under other names: those of
 * its specializations. Announced types are not listed: their number is 10000
 * more, their names end in "Annc" and "A". */
static const struct {
    uint32_t ty;
    const char *long_name;
    const char *short_name;
} types[] = {
    {1, "accessControlPolicy", "acp"},
    {2, "AE", "ae"},
    {3, "container", "cnt"},
    {4, "contentInstance", "cin"},
    {5, "CSEBase", "cb"},
    {6, "delivery", "dlv"},
    {7, "eventConfig", "evcg"},
    {8, "execInstance", "exin"},
    {9, "group", "grp"},
    {10, "locationPolicy", "lcp"},
    {11, "m2mServiceSubscriptionProfile", "mssp"},
    {12, "mgmtCmd", "mgc"},
    {13, "mgmtObj", NULL},
    {14, "node", "nod"},
    {15, "pollingChannel", "pch"},
    {16, "remoteCSE", "csr"},
    {17, "request", "req"},
    {18, "schedule", "sch"},
    {19, "serviceSubscribedAppRule", "asar"},
    {20, "serviceSubscribedNode", "svsn"},
    {21, "statsCollect", "stcl"},
    {22, "statsConfig", "stcg"},
    {23, "subscription", "sub"},
    {24, "semanticDescriptor", "smd"},
    {25, "notificationTargetMgmtPolicyRef", "ntpr"},
    {26, "notificationTargetPolicy", "ntp"},
    {27, "policyDeletionRules", "pdr"},
    {28, "flexContainer", NULL},
    {29, "timeSeries", "ts"},
    {30, "timeSeriesInstance", "tsi"},
    {31, "role", "rol"},
    {32, "token", "tk"},
    {34, "dynamicAuthorizationConsultation", "dac"},
    {35, "authorizationDecision", "auds"},
    {36, "authorizationPolicy", "aupy"},
    {37, "authorizationInformation", "auif"},
    {38, "ontologyRepository", "ontr"},
    {39, "ontology", "ont"},
    {40, "semanticMashupJobProfile", "smjp"},
    {41, "semanticMashupInstance", "smi"},
    {42, "semanticMashupResult", "smr"},
    {43, "AEContactList", "alst"},
    {44, "AEContactListPerCSE", "alpc"},
    {45, "localMulticastGroup", "lmg"},
    {46, "multimediaSession", "mms"},
    {47, "triggerRequest", "tgr"},
    {48, "crossResourceSubscription", "crs"},
    {49, "backgroundDataTransfer", "bdt"},
    {50, "transactionMgmt", "tram"},
    {51, "transaction", "trac"},
    /* Release 4; numbers between these are taken as numbers only. */
    {58, "flexContainerInstance", NULL},
    {60, "timeSyncBeacon", "tsb"},
    {62, "primitiveProfile", NULL},
    {63, "processManagement", NULL},
    {64, "state", NULL},
    {65, "action", "actr"},
    {66, "dependency", "depr"},
};

enum { TYPES = sizeof types / sizeof types[0] };

static const postern_str ROOT_PREFIX = {"m2m:", 4};
static const char ANNOUNCED_LONG[] = "Annc";
static const char ANNOUNCED_SHORT[] = "A";

static bool ends_in(postern_str name, const char *end)
{
    size_t len = strlen(end);

    return name.len > len && memcmp(name.data + name.len - len, end, len) == 0;
}

static uint32_t of_long(postern_str name)
{
    for (size_t i = 0; i < TYPES; i++) {
        if (pst_str_is(name, types[i].long_name)) {
            return types[i].ty;
        }
    }
    return 0;
}

static uint32_t of_short(postern_str name)
{
    for (size_t i = 0; i < TYPES; i++) {
        if (types[i].short_name && pst_str_is(name, types[i].short_name)) {
            return types[i].ty;
        }
    }
    return 0;
}

/* By `find`, or what is left without `end` and then announced. */
static uint32_t of_name(uint32_t (*find)(postern_str), postern_str name,
                        const char *end)
{
    uint32_t ty = find(name);

    if (ty == 0 && ends_in(name, end)) {
        ty = find(pst_str_slice(name, 0, name.len - strlen(end)));
        ty += ty ? PST_TY_ANNOUNCED : 0;
    }
    return ty;
}

uint32_t pst_type_of_name(postern_str name)
{
    uint32_t ty = of_name(of_long, name, ANNOUNCED_LONG);

    return ty ? ty : of_name(of_short, name, ANNOUNCED_SHORT);
}

uint32_t pst_type_of_root(postern_str name)
{
    if (!pst_str_equal(pst_str_slice(name, 0, ROOT_PREFIX.len), ROOT_PREFIX)) {
        return 0;
    }
    return of_name(of_short, pst_str_slice(name, ROOT_PREFIX.len, name.len),
                   ANNOUNCED_SHORT);
}

static size_t row_of(uint32_t ty)
{
    uint32_t original = ty > PST_TY_ANNOUNCED ? ty - PST_TY_ANNOUNCED : ty;
    size_t i = 0;

    while (i < TYPES && types[i].ty != original) {
        i++;
    }
    return i;
}

bool pst_type_name(uint32_t ty, char name[PST_TYPE_NAME_SIZE])
{
    size_t row = row_of(ty);
    struct pst_text text;

    pst_text_init(&text, name, PST_TYPE_NAME_SIZE);
    if (row == TYPES) {
        return false;
    }
    pst_text_add(&text, types[row].long_name);
    pst_text_add(&text, ty > PST_TY_ANNOUNCED ? ANNOUNCED_LONG : "");
    return true;
}

bool pst_type_root(uint32_t ty, char name[PST_TYPE_NAME_SIZE])
{
    size_t row = row_of(ty);
    struct pst_text text;

    pst_text_init(&text, name, PST_TYPE_NAME_SIZE);
    if (row == TYPES || !types[row].short_name) {
        return false;
    }
    pst_text_add_str(&text, ROOT_PREFIX);
    pst_text_add(&text, types[row].short_name);
    pst_text_add(&text, ty > PST_TY_ANNOUNCED ? ANNOUNCED_SHORT : "");
    return true;
}
