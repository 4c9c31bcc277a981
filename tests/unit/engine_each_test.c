/* One request for many targets, and what a request is permitted for. */
#include "support/engines.h"
#include "support/fake_prp.h"
#include "support/pips.h"

#include <stdio.h>

enum { TARGETS_MAX = 64 };

static postern_primitive request(const char *from, int operation)
{
    postern_primitive primitive;

    postern_primitive_init(&primitive);
    primitive.from = postern_str_of(from);
    primitive.operation = operation;
    primitive.child_type = operation == 1 ? 4 : 0;
    primitive.time_known = true;
    return primitive;
}

/* Each target as a single decision says it is; "10110" for those in order. */
static const char *each(struct plant *plant, const postern_primitive *primitive,
                        const char *const *addresses, size_t count)
{
    static char found[TARGETS_MAX + 1];
    postern_str targets[TARGETS_MAX];
    bool permitted[TARGETS_MAX];
    size_t said;
    size_t permits = 0;

    plant_start_engine(plant);
    for (size_t i = 0; i < count; i++) {
        targets[i] = postern_str_of(addresses[i]);
    }
    memset(permitted, 1, sizeof permitted);
    said = postern_authorize_each(plant->reader, primitive, targets, count,
                                  permitted);
    for (size_t i = 0; i < count; i++) {
        plant->primitive = *primitive;
        plant->primitive.to = targets[i];
        cr_expect_eq(plant_authorize(plant).effect == POSTERN_PERMIT,
                     permitted[i], "%s", addresses[i]);
        found[i] = permitted[i] ? '1' : '0';
        permits += permitted[i];
    }
    found[count] = '\0';
    cr_expect_eq(said, permits);
    return found;
}

#define EACH(plant, primitive, addresses)                                      \
    each((plant), (primitive), (addresses),                                    \
         sizeof(addresses) / sizeof *(addresses))

#define TREE                                                                   \
    AE("Cx")                                                                   \
    "," AE("Cy") ",{'ri':'g1','rn':'g1','pi':'cb0','ty':9,'mid':['Cx'],"       \
                 "'acpi':['acpA'],'macp':['acpB']},"                           \
                 "{'ri':'c1','rn':'c1','ty':3,'pi':'cb0','acpi':['acpA']},"    \
                 "{'ri':'c2','rn':'c2','ty':3,'pi':'cb0','acpi':['acpA',"      \
                 "'gone','acpB']},"                                            \
                 "{'ri':'c3','rn':'c3','ty':3,'pi':'cb0','acpi':['gone']},"    \
                 "{'ri':'c4','rn':'c4','ty':3,'pi':'cb0','_creator':'Cy'},"    \
                 "{'ri':'c5','rn':'c5','ty':3,'pi':'c4','acpi':['base/acpA']"  \
                 ",'_attrs':['lbl']},"                                         \
                 "{'ri':'c6','rn':'c6','ty':3,'pi':'c4','acpi':['acpL'],"      \
                 "'_attrs':['lbl']},"                                          \
                 "{'ri':'c7','rn':'c7','ty':3,'pi':'c4','acpi':['acpL'],"      \
                 "'_attrs':['lbl','cni']},"                                    \
                 "{'ri':'cin1','rn':'i1','ty':4,'pi':'c1'}," ACP(              \
                     "acpA", "g1", "34", "Cx",                                 \
                     "2") "," ACP("acpB", "Cy", "3", "Cy",                     \
                                  "63") ",{'m2m:acp':{'ri':'acpL','pv':{"      \
                                        "'acr':[{'acor':['Cx'],'acop':2,"      \
                                        "'aca':['lbl']}]},'pvs':{'acr':[{"     \
                                        "'acor':['Cx'],'acop':4}]}}}"

static const char *const everything[] = {
    "c1",   "c2",    "c3",      "c4",   "c5",   "c6",      "c7",
    "cin1", "c1/la", "g1/fopt", "acpA", "acpB", "base/c2", "gone",
    "",     "base",  "acpL",    "c1",   "c2",   "c7",      "//x.example/y/z"};

Test(each, target_is_decided_as_by_itself)
{
    static const struct {
        const char *from;
        int operation;
        int filter_usage;
        const char *permits;
    } rows[] = {
        {"Cx", 2, 0, "110011011010100001100"},
        {"Cx", 2, 1, "110010011000100001100"},
        {"Cy", 2, 0, "010100000101100000100"},
        {"Cy", 1, 0, "010100000101100000100"},
        {"Cz", 2, 0, "000000000000000000000"},
        {"Cx", 4, 0, "000000000000000000000"},
    };
    struct plant plant;

    plant_open(&plant, TREE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_primitive primitive = request(rows[i].from, rows[i].operation);

        primitive.filter_usage = rows[i].filter_usage;
        cr_expect_str_eq(EACH(&plant, &primitive, everything), rows[i].permits,
                         "row %zu", i);
    }
    plant_close(&plant);
}

Test(each, update_of_the_links_goes_by_self_privileges)
{
    static const postern_str acpi[] = {{"acpi", 4}};
    static const postern_str label[] = {{"lbl", 3}};
    struct plant plant;
    postern_primitive primitive = request("Cx", 3);

    plant_open(&plant, TREE);
    primitive.attributes = (postern_texts){acpi, 1};
    cr_expect_str_eq(EACH(&plant, &primitive, everything),
                     "000001100000000000010");
    primitive.attributes = (postern_texts){label, 1};
    cr_expect_str_eq(EACH(&plant, &primitive, everything),
                     "000000000000000010000");
    plant_close(&plant);
}

/* One link is used in two ways: the virtual resource has no links to update. */
Test(each, link_counts_by_what_it_is_used_for)
{
    static const postern_str acpi[] = {{"acpi", 4}};
    static const char *const targets[] = {"c8",    "c8/la", "c8",    "c8/la",
                                          "c9/la", "c9",    "c9/la", "c9"};
    struct plant plant;
    postern_primitive primitive = request("Cx", 3);

    plant_open(&plant, "{'ri':'c8','ty':3,'acpi':['acpP']},"
                       "{'ri':'c9','ty':3,'acpi':['acpS']}," ACP(
                           "acpP", "Cx", "4", "Ca",
                           "63") "," ACP("acpS", "Ca", "4", "Cx", "4"));
    primitive.attributes = (postern_texts){acpi, 1};
    cr_expect_str_eq(EACH(&plant, &primitive, targets), "01010101");
    plant_close(&plant);
}

/* [PRP-06] */
Test(each, subscription_takes_two_decisions)
{
    struct plant plant;
    postern_primitive primitive = request("Cy", 1);

    plant_open(&plant, TREE ",{'ri':'c8','ty':3,'acpi':['acpC']}," ACP(
                           "acpC", "Cy", "1", "Cy", "1"));
    primitive.child_type = 23;
    cr_expect_str_eq(
        EACH(&plant, &primitive, ((const char *const[]){"c8", "c2", "c1"})),
        "010");
    primitive.child_type = 3;
    cr_expect_str_eq(
        EACH(&plant, &primitive, ((const char *const[]){"c8", "c2", "c1"})),
        "110");
    plant_close(&plant);
}

/* Object details look at the type of each target, or at its definition. */
Test(each, target_has_a_type_of_its_own)
{
    struct plant plant;
    postern_primitive primitive = request("Cx", 1);
    static const char *const targets[] = {"t1", "t2", "t3", "t1", "t2"};

    plant_open(&plant,
               "{'ri':'t1','ty':3,'acpi':['acpD']},"
               "{'ri':'t2','ty':28,'cnd':'org.a','acpi':['acpD']},"
               "{'ri':'t3','ty':28,'cnd':'org.b','acpi':['acpD']},"
               "{'m2m:acp':{'ri':'acpD','pv':{'acr':[{'acor':['Cx'],'acop':1,"
               "'acod':[{'ty':28,'chty':[4],'spty':{'cnd':'org.b'}},"
               "{'ty':3,'chty':[4]}]}]},'pvs':{'acr':[{'acor':['Ca'],"
               "'acop':63}]}}}");
    cr_expect_str_eq(EACH(&plant, &primitive, targets), "10010");
    primitive.container_definition = PST_STR("org.b");
    cr_expect_str_eq(EACH(&plant, &primitive, targets), "11111");
    plant.options.specialization_of_target = true;
    cr_expect_str_eq(EACH(&plant, &primitive, targets), "10110");
    plant_close(&plant);
}

/* Siblings that share policies, and what else decides about each of them. */
#define POLICY(id, rule)                                                       \
    "{'m2m:acp':{'ri':'" id "','rn':'" id "','pi':'cb0','pv':{'acr':[{"        \
    "'acor':['Cx'],'acop':63" rule "}]},"                                      \
    "'pvs':{'acr':[{'acor':['Cadmin'],'acop':63}]}}},"
#define NOBODYS                                                                \
    "{'m2m:acp':{'ri':'shut','rn':'shut','pi':'cb0','pv':{'acr':[]},"          \
    "'pvs':{'acr':[{'acor':['Cadmin'],'acop':63}]}}},"
#define PARENT "{'ri':'c1','rn':'c1','ty':3,'pi':'cb0','acpi':['open']},"

/* [PRP-03] [PRP-02] */
Test(each, sibling_with_policies_of_its_own_goes_by_these)
{
    static const char *const targets[] = {"open1", "shut1", "i1", "open1",
                                          "shut1"};
    postern_primitive primitive = request("Cx", 2);
    struct plant plant;

    plant_open(&plant, POLICY("open", "") NOBODYS PARENT
               "{'ri':'open1','rn':'a','ty':3,'pi':'c1','acpi':['open']},"
               "{'ri':'shut1','rn':'b','ty':3,'pi':'c1','acpi':['shut']},"
               "{'ri':'i1','rn':'c','ty':4,'pi':'c1'}");
    cr_expect_str_eq(EACH(&plant, &primitive, targets), "10110");
    plant_close(&plant);
}

Test(each, sibling_has_attributes_of_its_own)
{
    static const char *const targets[] = {"some", "more", "none", "some",
                                          "more"};
    postern_primitive primitive = request("Cx", 2);
    struct plant plant;

    plant_open(&plant, POLICY("open", ",'aca':['con']") PARENT
               "{'ri':'some','rn':'a','ty':4,'pi':'c1','_attrs':['con']},"
               "{'ri':'more','rn':'b','ty':4,'pi':'c1','_attrs':['con','cr']},"
               "{'ri':'none','rn':'c','ty':4,'pi':'c1'}");
    cr_expect_str_eq(EACH(&plant, &primitive, targets), "10010");
    plant_close(&plant);
}

/* [PRP-03] */
Test(each, sibling_has_a_type_of_its_own)
{
    static const char *const targets[] = {"i1", "announced", "i1"};
    postern_primitive primitive = request("Cx", 2);
    struct plant plant;

    plant_open(&plant, POLICY("open", "") PARENT
               "{'ri':'i1','rn':'a','ty':4,'pi':'c1'},"
               "{'ri':'announced','rn':'b','ty':10001,'pi':'c1'}");
    cr_expect_str_eq(EACH(&plant, &primitive, targets), "101");
    plant_close(&plant);
}

/* [OBJ-06] */
Test(each, sibling_has_a_definition_of_its_own)
{
    static const char *const targets[] = {"a", "b", "a"};
    postern_primitive primitive = request("Cx", 1);
    struct plant plant;

    plant_open(&plant,
               POLICY("open", ",'acod':[{'chty':[4],'spty':{'cnd':'org.a'}}]")
                   PARENT "{'ri':'a','rn':'a','ty':4,'pi':'c1','cnd':'org.a'},"
                          "{'ri':'b','rn':'b','ty':4,'pi':'c1','cnd':'org.b'}");
    plant.options.specialization_of_target = true;
    cr_expect_str_eq(EACH(&plant, &primitive, targets), "101");
    plant_close(&plant);
}

/* A group that inherits, and what fans out from it. */
Test(each, fan_out_goes_by_the_policies_for_members)
{
    static const char *const targets[] = {"g1", "g1/fopt", "g1", "g1/fopt"};
    postern_primitive primitive = request("Cx", 2);
    struct plant plant;

    plant_open(&plant, POLICY("open", "") NOBODYS PARENT
               "{'ri':'g1','rn':'g','ty':9,'pi':'c1','macp':['shut']}");
    plant.options.inherit_parent = true;
    cr_expect_str_eq(EACH(&plant, &primitive, targets), "1010");
    plant_close(&plant);
}

Test(each, request_that_is_refused_is_permitted_nowhere)
{
    struct plant plant;
    postern_primitive primitive = request("Cx", 2);
    bool permitted[] = {true, true};
    postern_str targets[] = {PST_STR("c1"), PST_STR("c2")};

    plant_open(&plant, TREE);
    cr_expect_eq(
        postern_authorize_each(plant.reader, &primitive, targets, 2, permitted),
        2);
    primitive.tokens = (postern_texts){&PST_STR("not.a.token"), 1};
    cr_expect_eq(
        postern_authorize_each(plant.reader, &primitive, targets, 2, permitted),
        0);
    cr_expect(!permitted[0] && !permitted[1]);
    primitive.tokens = (postern_texts){NULL, 0};
    primitive.has_esprim = true;
    primitive.esprim_id = PST_STR("Cy");
    permitted[0] = permitted[1] = true;
    cr_expect_eq(
        postern_authorize_each(plant.reader, &primitive, targets, 2, permitted),
        0);
    cr_expect(!permitted[0] && !permitted[1]);
    primitive.has_esprim = false;
    primitive.min_revision = UINT64_MAX;
    cr_expect_eq(
        postern_authorize_each(plant.reader, &primitive, targets, 2, permitted),
        0);
    primitive.min_revision = 0;
    primitive.operation = 9;
    cr_expect_eq(
        postern_authorize_each(plant.reader, &primitive, targets, 2, permitted),
        0);
    cr_expect_eq(
        postern_authorize_each(plant.reader, NULL, targets, 2, permitted), 0);
    cr_expect_eq(
        postern_authorize_each(plant.reader, &primitive, NULL, 0, NULL), 0);
    plant_close(&plant);
}

/* Asked once for all of them, and whatever would wait is denied. [ARC-03] */
Test(each, fact_is_found_out_once)
{
    struct oracle oracle = {.group = POSTERN_REPLY_YES};
    postern_pip pip = oracle_pip(&oracle);
    struct plant plant;
    postern_primitive primitive = request("Cx", 2);
    postern_str targets[] = {PST_STR("c1"), PST_STR("c2"), PST_STR("c3"),
                             PST_STR("c4")};
    bool permitted[4];

    plant_open(&plant,
               "{'ri':'c1','ty':3,'acpi':['acpA']},"
               "{'ri':'c2','ty':3,'acpi':['acpB']},"
               "{'ri':'c3','ty':3,'acpi':['acpA','acpB']},"
               "{'ri':'c4','ty':3,'acpi':['acpC']}," ACP(
                   "acpA", "/o/grp9", "2", "Ca",
                   "63") "," ACP("acpB",
                                 "/o/"
                                 "grp9",
                                 "6", "Ca",
                                 "6"
                                 "3") "," ACP("acpC", "Cx", "2", "Ca", "63"));
    plant.options.pip = &pip;
    plant_start_engine(&plant);
    cr_expect_eq(
        postern_authorize_each(plant.reader, &primitive, targets, 4, permitted),
        4);
    cr_expect_eq(oracle_calls(&oracle), 1);
    oracle.group = POSTERN_REPLY_LATER;
    cr_expect_eq(
        postern_authorize_each(plant.reader, &primitive, targets, 4, permitted),
        1);
    cr_expect(permitted[3]);
    cr_expect_eq(oracle_calls(&oracle), 2);
    plant_close(&plant);
}

/* ---- more than is remembered
 * ------------------------------------------------- */

enum { POLICIES = 900, DISTINCT = 300 };

static postern_reply odd_groups(void *user, const postern_id *originator,
                                const postern_id *group)
{
    struct oracle *self = user;

    (void)oracle_group(user, originator, group);
    return (self->last_group[strlen(self->last_group) - 1] - '0') % 2
               ? POSTERN_REPLY_YES
               : POSTERN_REPLY_NO;
}

/* More policies than the memo has room for, and more groups that the originator
 * is in than are kept. */
Test(each, of_very_many_policies_counts)
{
    static char text[400000];
    struct oracle oracle = {.group = POSTERN_REPLY_NO};
    postern_pip pip = oracle_pip(&oracle);
    postern_load_options load;
    struct plant plant;
    postern_primitive primitive = request("Cx", 2);
    static postern_str targets[POLICIES];
    static char names[POLICIES][16];
    static bool permitted[POLICIES];
    size_t at = (size_t)snprintf(
        text, sizeof text,
        "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\",\"cb_ri\":"
        "\"cb0\",\"cb_rn\":\"base\"},\"resources\":[{\"ri\":\"cb0\",\"rn\":"
        "\"base\",\"ty\":5}");

    for (int i = 0; i < POLICIES; i++) {
        snprintf(names[i], sizeof names[i], "c%d", i);
        targets[i] = postern_str_of(names[i]);
        at += (size_t)snprintf(
            text + at, sizeof text - at,
            ",{\"ri\":\"c%d\",\"ty\":3,\"acpi\":[\"p%d\"]},{\"m2m:acp\":{"
            "\"ri\":\"p%d\",\"pv\":{\"acr\":[{\"acor\":[\"/o/g%d\"],"
            "\"acop\":2}]},\"pvs\":{\"acr\":[{\"acor\":[\"Ca\"],\"acop\":63}]}"
            "}}",
            i, i, i, i % DISTINCT);
    }
    snprintf(text + at, sizeof text - at, "]}");
    memset(&plant, 0, sizeof plant);
    postern_load_options_init(&load);
    cr_assert_eq(
        postern_policy_load(&plant.policy, postern_str_of(text), &load, NULL),
        POSTERN_OK);
    postern_engine_options_init(&plant.options);
    plant_start(&plant);
    pip.group = odd_groups;
    plant.options.pip = &pip;
    plant_start_engine(&plant);
    cr_expect_eq(postern_authorize_each(plant.reader, &primitive, targets,
                                        POLICIES, permitted),
                 POLICIES / 2);
    for (int i = 0; i < POLICIES; i++) {
        cr_expect_eq(permitted[i], i % 2, "%d", i);
    }
    plant_close(&plant);
}

/* ---- what is permitted
 * -------------------------------------------------------- */

struct grants {
    char text[512];
    size_t limit; /* 0: all */
    size_t count;
};

static bool add_grant(void *user, const postern_grant *grant)
{
    struct grants *grants = user;
    struct pst_text text;
    size_t at = strlen(grants->text);

    pst_text_init(&text, grants->text + at, sizeof grants->text - at);
    pst_text_add(&text, at ? " " : "");
    pst_text_add_str(&text, grant->resource->id);
    pst_text_add(&text, ":");
    pst_text_add_str(&text, grant->acp.data ? grant->acp
                                            : postern_str_of(grant->reason));
    pst_text_add(&text, grant->which == POSTERN_SELF_PRIVILEGES ? "!" : "");
    cr_expect_eq(grant->acp.data != NULL, grant->rule != POSTERN_NO_RULE);
    grants->count++;
    return grants->limit == 0 || grants->count < grants->limit;
}

static const char *permitted_of(struct plant *plant, const char *from,
                                const char *root, size_t limit)
{
    static struct grants grants;
    postern_primitive primitive = request(from, 2);
    size_t count;

    memset(&grants, 0, sizeof grants);
    grants.limit = limit;
    primitive.to = postern_str_of(root);
    count = postern_permitted(plant->reader, &primitive, add_grant, &grants);
    cr_expect_eq(count, grants.count);
    return grants.text;
}

Test(permitted, lists_what_a_request_is_permitted_for)
{
    struct plant plant;
    struct fake_prp fake;

    plant_open(&plant, TREE);
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    plant_start_engine(&plant);
    cr_expect_str_eq(permitted_of(&plant, "Cx", NULL, 0),
                     "Cx:creator g1:acpA c1:acpA c2:acpA acpA:acpA! c5:acpA "
                     "c6:acpL cin1:acpA");
    cr_expect_str_eq(permitted_of(&plant, "Cx", "c4", 0), "c5:acpA c6:acpL");
    cr_expect_str_eq(permitted_of(&plant, "Cx", "base/c4", 1), "c5:acpA");
    cr_expect_str_eq(permitted_of(&plant, "Cx", "gone", 0), "");
    cr_expect_str_eq(permitted_of(&plant, "Cx", "c1/la", 0), "");
    cr_expect_str_eq(permitted_of(&plant, "Cy", "c4", 0), "c4:creator");
    cr_expect_str_eq(permitted_of(&plant, "Cz", NULL, 0), "");
    fake.prp.next = NULL;
    plant_start_engine(&plant);
    cr_expect_str_eq(permitted_of(&plant, "Cx", NULL, 0), "");
    plant_close(&plant);
    fake_prp_close(&fake);
}

/* The same of a store, in whatever order it has siblings. */
Test(permitted, lists_as_much_of_a_store)
{
    struct plant plant;
    struct fake_prp fake;
    size_t in_store;

    plant_open(&plant, TREE);
    in_store = strlen(permitted_of(&plant, "Cx", NULL, 0));
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    plant_start_engine(&plant);
    cr_expect_eq(strlen(permitted_of(&plant, "Cx", NULL, 0)), in_store);
    plant_close(&plant);
    fake_prp_close(&fake);
}
