#define _POSIX_C_SOURCE 200809L /* mkstemp, fdopen */

#include "prp/loading.h"

#include "base/str.h"
#include "prp/attribute.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

enum { TEXT = 8 * 1024, NAME = 64 };

#define CSE                                                                    \
    "'cse':{'spid':'//sp.example','csi':'/plant-cse','cb_ri':'cb0',"           \
    "'cb_rn':'base'}"
#define PVS "'pvs':{'acr':[{'acor':['Cadmin'],'acop':63}]}"
#define ACP(ri, who)                                                           \
    "{'m2m:acp':{'ri':'" ri "','rn':'" ri "','pi':'cb0','pv':{'acr':["         \
    "{'acor':['" who "'],'acop':2}]}," PVS "}}"

/* ' as " */
static void quote(char out[TEXT], const char *text)
{
    size_t len = strlen(text);

    cr_assert_lt(len, TEXT);
    for (size_t i = 0; i <= len; i++) {
        out[i] = text[i] == '\'' ? '"' : text[i];
    }
}

static postern_policy *load(const char *document)
{
    char text[TEXT];
    postern_policy *policy;
    postern_load_options options;
    postern_diag diag;

    quote(text, document);
    postern_load_options_init(&options);
    options.source = "doc.json";
    cr_assert_eq(
        postern_policy_load(&policy, postern_str_of(text), &options, &diag),
        POSTERN_OK, "%s at %s", diag.message, diag.path);
    return policy;
}

/* A store with a reader that has entered. */
struct shelf {
    postern_store *store;
    const postern_prp *prp;
    void *reader;
};

static void look(struct shelf *self)
{
    self->prp = postern_store_prp(self->store);
    cr_assert_eq(self->prp->reader_new(self->prp->user, &self->reader),
                 POSTERN_OK);
    (void)self->prp->enter(self->prp->user, self->reader);
}

static void stop_looking(struct shelf *self)
{
    if (self->reader) {
        self->prp->leave(self->prp->user, self->reader);
        self->prp->reader_free(self->prp->user, self->reader);
        self->reader = NULL;
    }
}

static void drop(struct shelf *self)
{
    stop_looking(self);
    postern_store_free(self->store);
}

/* An empty one for //sp.example/plant-cse. */
static struct shelf new_shelf(void)
{
    struct shelf self = {.store = NULL};
    postern_store_options options;
    postern_cse cse;

    cr_assert_eq(
        postern_cse_init(&cse, PST_STR("//sp.example"), PST_STR("/plant-cse")),
        POSTERN_OK);
    postern_store_options_init(&options);
    options.cse = &cse;
    options.base_id = PST_STR("cb0");
    options.base_name = PST_STR("base");
    cr_assert_eq(postern_store_new(&self.store, &options, NULL), POSTERN_OK);
    return self;
}

static postern_change *begin(struct shelf *self)
{
    postern_change *change;

    cr_assert_eq(postern_change_begin(self->store, &change), POSTERN_OK);
    return change;
}

/* Puts a document; the change is over then. */
static postern_status put(struct shelf *self, const char *document,
                          postern_diag *diag)
{
    postern_policy *policy = load(document);
    postern_change *change = begin(self);
    postern_status status = postern_change_put_policy(change, policy, diag);

    postern_policy_free(policy); /* the store keeps nothing of it */
    if (status != POSTERN_OK) {
        cr_expect_eq(postern_change_commit(change, NULL), status,
                     "a refusal can only be aborted");
        return status;
    }
    return postern_change_commit(change, NULL);
}

static postern_status put_text(struct shelf *self, const char *json,
                               const postern_load_options *options,
                               postern_diag *diag)
{
    char text[TEXT];
    postern_change *change = begin(self);
    postern_status status;
    postern_status committed;

    quote(text, json);
    status =
        postern_change_put_text(change, postern_str_of(text), options, diag);
    committed = postern_change_commit(change, NULL);
    cr_expect_eq(committed, POSTERN_OK, "the change is as before");
    return status;
}

static struct shelf shelf_of(const char *document)
{
    struct shelf self = new_shelf();
    postern_diag diag;

    cr_assert_eq(put(&self, document, &diag), POSTERN_OK, "%s at %s",
                 diag.message, diag.path);
    look(&self);
    return self;
}

static bool find(const struct shelf *self, const char *address,
                 postern_resource *resource)
{
    postern_resource_init(resource);
    return self->prp->find(self->prp->user, self->reader,
                           postern_str_of(address), resource) == POSTERN_FOUND;
}

static postern_resource get(const struct shelf *self, const char *address)
{
    postern_resource resource;

    cr_assert(find(self, address, &resource), "%s is not there", address);
    return resource;
}

/* ---- attributes -------------------------------------------------------- */

static bool lists(const postern_texts *texts, const char *words)
{
    size_t i = 0;

    if (!texts->count) {
        return !texts->items && !*words;
    }
    while (*words && i < texts->count) {
        size_t len = strcspn(words, " ");
        postern_str word = {words, len};

        if (len == 1 && *words == '?' ? texts->items[i].data != NULL
                                      : !pst_str_equal(texts->items[i], word)) {
            return false;
        }
        words += len + (words[len] == ' ');
        i++;
    }
    return !*words && i == texts->count;
}

struct list_row {
    const char *json;
    const char *words; /* "?" for an entry that is no text */
};

/* [PRP-03] [PRP-07] */
static const struct list_row policy_ids[] = {
    {"'lbl':['x']", ""},
    {"'acpi':[]", ""},
    {"'acpi':null", ""},
    {"'acpi':['a1']", "a1"},
    {"'acpi':['a1','-/a2']", "a1 -/a2"},
    {"'acpi':['a1',7,null,{}]", "a1 ? ? ?"},
    {"'acpi':'a1'", "a1"},
    {"'acpi':7", "?"},
    {"'acpi':{}", "?"},
    {"'accessControlPolicyIDs':['a1']", "a1"},
    {"'acpi':['a1'],'accessControlPolicyIDs':['a2']", "a1"},
    {"'acpi':null,'accessControlPolicyIDs':['a2']", "a2"},
};

static const struct list_row members[] = {
    {"'lbl':['x']", ""},        {"'mid':[]", ""},
    {"'mid':null", ""},         {"'mid':['a','-/b']", "a -/b"},
    {"'mid':['a',7]", "a ?"},   {"'mid':'a'", ""},
    {"'memberIDs':['a']", "a"},
};

static const struct list_row representations[] = {
    {"'lbl':['x']", ""},
    {"'_attrs':[]", ""},
    {"'_attrs':['lbl','cni']", "lbl cni"},
    {"'_attrs':['lbl',7]", ""},
    {"'_attrs':'lbl'", ""},
};

/* What the store has of a resource with these members. */
static postern_resource store_one(struct shelf *self, int type,
                                  const char *json)
{
    char document[TEXT];

    snprintf(document, sizeof document,
             "{" CSE ",'resources':[{'ri':'x','ty':%d,%s}]}", type, json);
    *self = shelf_of(document);
    return get(self, "x");
}

Test(prp_load, reads_lists_as_the_decision_needs_them)
{
    struct shelf shelf;

#define EACH(rows, type, member)                                               \
    for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++) {               \
        postern_resource one = store_one(&shelf, type, (rows)[i].json);        \
                                                                               \
        cr_expect(lists(&one.member, (rows)[i].words), "%s", (rows)[i].json);  \
        drop(&shelf);                                                          \
    }
    EACH(policy_ids, 3, policy_ids)
    EACH(members, 9, members)
    EACH(representations, 3, attributes)
#undef EACH
}

struct text_row {
    int type;
    const char *json;
    const char *text; /* NULL: absent; "": there, and nobody */
};

/* [PRP-04] */
static const struct text_row creators[] = {
    {3, "'lbl':[]", NULL},
    {3, "'cr':'Ca'", "Ca"},
    {3, "'creator':'Ca'", "Ca"},
    {3, "'_creator':'Ca'", "Ca"},
    {3, "'_creator':'Ca','cr':'Cb'", "Ca"},
    {3, "'_creator':null,'cr':'Cb'", "Cb"},
    {3, "'_creator':7,'cr':'Cb'", ""},
    {3, "'_creator':'','cr':'Cb'", ""},
    {3, "'cr':['Cb']", ""},
};

static const struct text_row custodians[] = {
    {3, "'cr':'Ca'", NULL},        {3, "'cstn':'Cb'", "Cb"},
    {3, "'custodian':'Cb'", "Cb"}, {3, "'cstn':7", ""},
    {3, "'cstn':null", NULL},
};

static const struct text_row entities[] = {
    {2, "'aei':'Cae'", "Cae"},      {2, "'AE-ID':'Cae'", "Cae"},
    {2, "'aei':7", NULL},           {2, "'lbl':[]", NULL},
    {16, "'csi':'/gate'", "/gate"}, {16, "'aei':'Cae'", NULL},
    {3, "'aei':'Cae'", NULL},
};

static bool is_text(postern_str text, const char *expected)
{
    return expected ? text.data && pst_str_is(text, expected) : !text.data;
}

Test(prp_load, tells_what_is_absent_from_what_is_nobody)
{
    struct shelf shelf;

#define EACH(rows, member)                                                     \
    for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++) {               \
        postern_resource one =                                                 \
            store_one(&shelf, (rows)[i].type, (rows)[i].json);                 \
                                                                               \
        cr_expect(is_text(one.member, (rows)[i].text), "%s", (rows)[i].json);  \
        drop(&shelf);                                                          \
    }
    EACH(creators, creator)
    EACH(custodians, custodian)
    EACH(entities, entity)
#undef EACH
}

/* [ROLE-05] */
Test(prp_load, a_role_is_dated_by_both_of_its_times)
{
    static const char both[] =
        "'rlid':'op@a.example','tkhd':'Cx','tkis':'//sp.example/auth',"
        "'tknb':'20260101T000000','tkna':'20261231T235959'";
    static const char one[] = "'rlid':'op@a.example','tkhd':7,"
                              "'tknb':'20260101T000000','tkna':'soon'";
    struct shelf shelf;
    postern_resource resource = store_one(&shelf, 31, both);

    cr_assert_not_null(resource.role);
    cr_expect(pst_str_is(resource.role->role_id, "op@a.example"));
    cr_expect(pst_str_is(resource.role->holder, "Cx"));
    cr_expect(pst_str_is(resource.role->issuer, "//sp.example/auth"));
    cr_expect(resource.role->dated);
    cr_expect_eq(resource.role->not_before_s, 1767225600);
    cr_expect_eq(resource.role->not_after_s, 1798761599);
    drop(&shelf);
    resource = store_one(&shelf, 31, one);
    cr_assert_not_null(resource.role);
    cr_expect_not(resource.role->dated);
    cr_expect_null(resource.role->holder.data);
    drop(&shelf);
    resource = store_one(&shelf, 3, both);
    cr_expect_null(resource.role);
    drop(&shelf);
}

/* [DDA-05] [DDA-25] */
Test(prp_load, a_consultation_is_enabled_by_true_alone)
{
    static const struct {
        const char *json;
        bool enabled, has_lifetime;
        int64_t lifetime_s;
        size_t points;
    } rows[] = {
        {"'dae':true,'dap':['https://a.example','mqtt://a.example']", true,
         false, 0, 2},
        {"'dynamicAuthorizationEnabled':true,'dynamicAuthorizationPoA':['x'],"
         "'dynamicAuthorizationLifetime':'20260101T000000'",
         true, true, 1767225600, 1},
        {"'dae':false,'dap':'x','dal':'20260101T000000'", false, true,
         1767225600, 1},
        {"'dae':'true','dal':'soon'", false, true, INT64_MIN, 0},
        {"'dae':1,'dal':20260101", false, true, INT64_MIN, 0},
        {"'dae':null,'dap':[],'dal':null", false, false, 0, 0},
        {"'lbl':['x']", false, false, 0, 0},
    };
    struct shelf shelf;
    postern_resource resource;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        resource = store_one(&shelf, 34, rows[i].json);
        cr_assert_not_null(resource.consultation, "%s", rows[i].json);
        cr_expect_eq(resource.consultation->enabled, rows[i].enabled);
        cr_expect_eq(resource.consultation->has_lifetime, rows[i].has_lifetime);
        cr_expect_eq(resource.consultation->lifetime_s, rows[i].lifetime_s);
        cr_expect_eq(resource.consultation->points.count, rows[i].points, "%s",
                     rows[i].json);
        drop(&shelf);
    }
    resource = store_one(&shelf, 3, "'dae':true,'daci':['dac1','dac2']");
    cr_expect_null(resource.consultation);
    cr_assert_eq(resource.consultation_ids.count, 2);
    cr_expect(pst_str_is(resource.consultation_ids.items[1], "dac2"));
    drop(&shelf);
    resource = store_one(&shelf, 3, "'daci':[]");
    cr_expect_null(resource.consultation_ids.items);
    drop(&shelf);
}

Test(prp_load, keeps_the_rest_of_what_decisions_look_at)
{
    struct shelf shelf;
    postern_resource resource =
        store_one(&shelf, 28,
                  "'rn':'lamp','pi':'cb0','cnd':'org.lamp','mgd':1001,"
                  "'macp':['a1'],'lbl':['l1','l2'],'et':'20300101T000000'");

    cr_expect(pst_str_is(resource.name, "lamp"));
    cr_expect(pst_str_is(resource.parent_id, "cb0"));
    cr_expect(pst_str_is(resource.container_definition, "org.lamp"));
    cr_expect_eq(resource.mgmt_definition, 1001);
    cr_expect(lists(&resource.members_policy_ids, "a1"));
    cr_expect(lists(&resource.labels, "l1 l2"));
    cr_expect_eq(resource.expires_s, 1893456000);
    cr_expect(pst_str_is(get(&shelf, "base/lamp").id, "x"));
    drop(&shelf);
    resource = store_one(&shelf, 3, "'cnd':7,'mgd':-1,'pi':''");
    cr_expect_null(resource.container_definition.data);
    cr_expect_eq(resource.mgmt_definition, 0);
    cr_expect_eq(resource.expires_s, INT64_MAX);
    cr_expect_eq(resource.parent_id.len, 0, "free-standing");
    drop(&shelf);
}

/* ---- order ------------------------------------------------------------- */

static const char backwards[] = "{" CSE ",'policies':[" ACP(
    "acpA",
    "Cteam") "],'resources':["
             "{'ri':'leaf','rn':'leaf','ty':3,'pi':'twig','acpi':['acpA']},"
             "{'ri':'sub','rn':'sub','ty':23,'pi':'acpA'},"
             "{'ri':'twig','rn':'twig','ty':3,'pi':'stem'},"
             "{'ri':'stem','rn':'stem','ty':3,'pi':'cb0'},"
             "{'ri':'Cteam','rn':'team','ty':9,'pi':'stem','mid':['Cx']},"
             "{'ri':'cb0','rn':'base','ty':5}]}";

Test(prp_load, the_order_of_a_document_does_not_matter)
{
    struct shelf shelf = shelf_of(backwards);

    cr_expect(pst_str_is(get(&shelf, "base/stem/twig/leaf").id, "leaf"));
    cr_expect(pst_str_is(get(&shelf, "-/acpA/sub").id, "sub"));
    drop(&shelf);
}

static postern_effect ask(const postern_acp_set *set, const postern_cse *cse,
                          const char *from, const char *group)
{
    postern_request request;
    postern_id groups[1];

    postern_request_init(&request);
    request.operation = POSTERN_OP_RETRIEVE;
    cr_assert_eq(
        postern_id_parse_entity(&request.originator, cse, postern_str_of(from)),
        POSTERN_OK);
    if (group) {
        cr_assert_eq(
            postern_id_parse_resource(&groups[0], cse, postern_str_of(group)),
            POSTERN_OK);
        request.groups = groups;
        request.group_count = 1;
    }
    return postern_decide(set, &request).effect;
}

static postern_effect ask_acp(const struct shelf *self, const char *acp,
                              const char *from, const char *group)
{
    return ask(get(self, acp).acp_set, self->prp->cse, from, group);
}

/* "Cteam" could be an AE, and is a group. [ORI-14] */
Test(prp_load, groups_are_there_before_the_policies_that_name_them)
{
    struct shelf shelf = shelf_of(backwards);

    cr_expect_eq(ask_acp(&shelf, "acpA", "Cx", "Cteam"), POSTERN_PERMIT);
    cr_expect_eq(ask_acp(&shelf, "acpA", "Cx", NULL), POSTERN_DENY);
    cr_expect_eq(ask_acp(&shelf, "acpA", "Cteam", NULL), POSTERN_DENY);
    drop(&shelf);
}

/* [ID-06] [ORI-14] */
Test(prp_load, a_group_is_known_by_every_form_of_its_address)
{
    static const char *const forms[] = {
        "g1",
        "-/stem/team",
        "base/stem/team",
        "/plant-cse/g1",
        "/plant-cse/-/stem/team",
        "//sp.example/plant-cse/base/stem/team",
        "//SP.example/plant-cse/g1",
    };
    char document[TEXT];

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct shelf shelf;

        snprintf(document, sizeof document,
                 "{" CSE ",'resources':[%s%s%s"
                 "{'ri':'g1','rn':'team','ty':9,'pi':'stem'},"
                 "{'ri':'stem','rn':'stem','ty':3,'pi':'cb0'}]}",
                 "{'m2m:acp':{'ri':'acpA','pv':{'acr':[{'acor':['", forms[i],
                 "'],'acop':2}]}," PVS "}},");
        shelf = shelf_of(document);
        cr_expect_eq(ask_acp(&shelf, "acpA", "Cx", "g1"), POSTERN_PERMIT, "%s",
                     forms[i]);
        cr_expect_eq(ask_acp(&shelf, "acpA", "Cx", "g2"), POSTERN_DENY, "%s",
                     forms[i]);
        drop(&shelf);
    }
}

Test(prp_load, a_group_below_a_policy_is_a_group_as_well)
{
    struct shelf shelf = shelf_of("{" CSE ",'resources':[" ACP(
        "acpA",
        "Cteam") ","
                 "{'ri':'Cteam','rn':'team','ty':9,'pi':'acpA','mid':[]}]}");

    cr_expect_eq(ask_acp(&shelf, "acpA", "Cx", "Cteam"), POSTERN_PERMIT);
    cr_expect_eq(ask_acp(&shelf, "acpA", "Cteam", NULL), POSTERN_DENY);
    drop(&shelf);
}

/* [PRP-11] */
Test(prp_load, every_policy_is_compiled_by_itself)
{
    struct shelf shelf = shelf_of(
        "{" CSE ",'resources':[" ACP("acpA", "Cx") "," ACP("acpB", "Cy") "]}");
    const postern_acp_set *a = get(&shelf, "acpA").acp_set;
    const postern_acp_set *b = get(&shelf, "acpB").acp_set;

    cr_expect_neq(a, b);
    cr_expect_eq(postern_acp_set_count(a), 1);
    cr_expect(pst_str_is(postern_acp_set_name(a, 0), "acpA"));
    stop_looking(&shelf);
    cr_assert_eq(put_text(&shelf, ACP("acpB", "Cz"), NULL, NULL), POSTERN_OK);
    look(&shelf);
    cr_expect_eq(get(&shelf, "acpA").acp_set, a);
    cr_expect_eq(ask_acp(&shelf, "acpB", "Cz", NULL), POSTERN_PERMIT);
    cr_expect_eq(ask_acp(&shelf, "acpB", "Cy", NULL), POSTERN_DENY);
    drop(&shelf);
}

/* ---- refusals ---------------------------------------------------------- */

struct refused {
    const char *document;
    const char *path;
    uint32_t line;
    uint32_t column;
    const char *word; /* in the message */
};

/* [PRP-10] */
static const struct refused refused[] = {
    {"{" CSE ",\n'resources':[{'ri':'a','ty':3,\n 'pi':'gone'}]}",
     "/resources/0/pi", 3, 7, "parent"},
    {"{" CSE ",'resources':[\n{'ri':'a','ty':3,'pi':'b'},"
     "{'ri':'b','ty':3,'pi':'c'},{'ri':'c','ty':3,'pi':'a'}]}",
     "/resources/0/pi", 2, 23, "circle"},
    {"{" CSE ",'resources':[\n{'ri':'a','ty':3,'pi':'a'}]}", "/resources/0/pi",
     2, 23, "circle"},
    {"{" CSE ",'resources':[\n{'ri':'a','rn':'n','ty':3,'pi':'cb0'},\n"
     "{'ri':'b','rn':'n','ty':3,'pi':'cb0'}]}",
     "/resources/1/rn", 3, 16, "name"},
    {"{" CSE ",'resources':[{'ri':'cb0','ty':5},\n{'ri':'cb1','ty':5}]}",
     "/resources/1/ri", 2, 7, "CSEBase"},
    {"{" CSE ",'policies':[\n{'ri':'a','pi':'gone'," PVS "}]}",
     "/policies/0/pi", 2, 16, "parent"},
    {"{" CSE ",'policies':[\n{'id':'a','parent':'gone',"
     "'self privileges':[{'originators':'Cx','operations':'all'}]}]}",
     "/policies/0/parent", 2, 20, "parent"},
    {"{'cse':{'spid':'//sp.example','csi':'/plant-cse'},'resources':[\n"
     "{'ri':'a','ty':3,'pi':'gone'}]}",
     "/resources/0/pi", 2, 23, "cb_ri"},
    {"{'cse':{'spid':'//sp.example','csi':'/other'}}", "", 1, 1, "another CSE"},
};

Test(prp_load, refuses_with_the_place_in_the_document)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const struct refused *row = &refused[i];
        struct shelf shelf = new_shelf();
        postern_diag diag;

        cr_expect_eq(put(&shelf, row->document, &diag), POSTERN_ERR_POLICY,
                     "%s", row->document);
        cr_expect_str_eq(diag.path, row->path, "%s: %s", row->document,
                         diag.message);
        cr_expect_eq(diag.line, row->line, "%s: %u", row->document,
                     (unsigned)diag.line);
        cr_expect(!row->column || diag.column == row->column, "%s: %u",
                  row->document, (unsigned)diag.column);
        cr_expect_str_eq(diag.source, "doc.json");
        cr_expect_not_null(strstr(diag.message, row->word), "%s: %s",
                           row->document, diag.message);
        cr_expect_eq(postern_store_revision(shelf.store), 1);
        drop(&shelf);
    }
}

static const char *const accepted[] = {
    "{" CSE "}",
    "{" CSE ",'resources':[{'ri':'a','ty':3},{'ri':'b','ty':3,'pi':''}]}",
    "{" CSE ",'resources':[{'ri':'a','rn':'n','ty':3,'pi':'cb0'},"
    "{'ri':'b','rn':'n','ty':3,'pi':'a'}]}",
    "{" CSE ",'resources':[{'ri':'a','rn':'n','ty':3},"
    "{'ri':'b','rn':'n','ty':3}]}",
    /* links that lead to no policy: dropped when it is decided [PRP-07] */
    "{" CSE ",'resources':[{'ri':'a','ty':3,'acpi':['gone','a',7]}]}",
};

Test(prp_load, accepts_what_a_decision_can_live_with)
{
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        struct shelf shelf = new_shelf();
        postern_diag diag;

        cr_expect_eq(put(&shelf, accepted[i], &diag), POSTERN_OK, "%s: %s",
                     accepted[i], diag.message);
        drop(&shelf);
    }
}

Test(prp_load, parents_may_be_in_the_store_already)
{
    struct shelf shelf = shelf_of(
        "{" CSE ",'resources':[{'ri':'a','rn':'a','ty':3,'pi':'cb0'}]}");

    stop_looking(&shelf);
    cr_assert_eq(put(&shelf,
                     "{" CSE ",'resources':[{'ri':'b','rn':'b','ty':3,"
                     "'pi':'a'}]}",
                     NULL),
                 POSTERN_OK);
    look(&shelf);
    cr_expect(pst_str_is(get(&shelf, "base/a/b").id, "b"));
    drop(&shelf);
}

/* ---- a document that does not say what its CSEBase is ------------------ */

Test(prp_load, a_store_can_be_made_for_any_document)
{
    static const char unnamed[] =
        "{'cse':{'spid':'//sp.example','csi':'/plant-cse'},"
        "'resources':[{'ri':'a','rn':'a','ty':3}]}";
    static const char held[] =
        "{'cse':{'spid':'//sp.example','csi':'/plant-cse'},'resources':["
        "{'ri':'a','rn':'a','ty':3,'pi':'root'},{'ri':'root','rn':'r','ty':5}]"
        "}";
    const char *const documents[] = {unnamed, held};

    for (size_t i = 0; i < 2; i++) {
        postern_policy *policy = load(documents[i]);
        struct shelf shelf;
        postern_resource resource;
        postern_change *change;

        cr_assert_eq(pst_store_for(&shelf.store, policy, NULL), POSTERN_OK);
        change = begin(&shelf);
        cr_assert_eq(postern_change_put_policy(change, policy, NULL),
                     POSTERN_OK);
        cr_assert_eq(postern_change_commit(change, NULL), POSTERN_OK);
        look(&shelf);
        cr_expect(find(&shelf, "a", &resource));
        cr_expect_eq(find(&shelf, "-/a", &resource), i == 1);
        cr_expect_eq(find(&shelf, "r/a", &resource), i == 1);
        cr_expect_eq(find(&shelf, "-", &resource), i == 1);
        drop(&shelf);
        postern_policy_free(policy);
    }
}

/* ---- one at a time ----------------------------------------------------- */

static const struct refused refused_texts[] = {
    {"", "", 1, 1, ""},
    {"{", "", 1, 2, ""},
    {"[]", "", 1, 1, ""},
    {"{'ri':'a'}", "", 1, 1, "type"},
    {"{'m2m:cnt':{\n'rn':'a'}}", "/m2m:cnt", 1, 12, "ri"},
    {"{'m2m:cnt':{'ri':'a',\n'pi':'gone'}}", "/m2m:cnt/pi", 2, 6, "parent"},
    {"{'m2m:acp':{'ri':'a','pv':{'acr':[{'acor':['Cx'],'acop':64}]}," PVS "}}",
     "/m2m:acp/pv/acr/0/acop", 1, 57, ""},
    {"{'m2m:acp':{'ri':'a'}}", "/m2m:acp", 1, 12, "self-privileges"},
    {"{'ri':'a','ty':3}{}", "", 1, 18, ""},
};

Test(prp_load, a_text_is_refused_with_its_place_and_changes_nothing)
{
    struct shelf shelf = new_shelf();

    for (size_t i = 0; i < sizeof refused_texts / sizeof *refused_texts; i++) {
        const struct refused *row = &refused_texts[i];
        postern_diag diag;

        cr_expect_neq(put_text(&shelf, row->document, NULL, &diag), POSTERN_OK);
        cr_expect_str_eq(diag.path, row->path, "%s: %s", row->document,
                         diag.message);
        cr_expect_eq(diag.line, row->line, "%s: %u", row->document,
                     (unsigned)diag.line);
        cr_expect_eq(diag.column, row->column, "%s: %u", row->document,
                     (unsigned)diag.column);
        cr_expect_not_null(strstr(diag.message, row->word), "%s: %s",
                           row->document, diag.message);
    }
    look(&shelf);
    cr_expect_not(find(&shelf, "a", &(postern_resource){0}));
    drop(&shelf);
}

/* [ORI-14] */
Test(prp_load, a_policy_by_itself_sees_the_groups_of_the_change)
{
    struct shelf shelf = new_shelf();
    postern_change *change = begin(&shelf);
    char text[TEXT];

    quote(text, "{'m2m:grp':{'ri':'Cteam','rn':'team','pi':'cb0'}}");
    cr_assert_eq(
        postern_change_put_text(change, postern_str_of(text), NULL, NULL),
        POSTERN_OK);
    quote(text, ACP("acpA", "Cteam"));
    cr_assert_eq(
        postern_change_put_text(change, postern_str_of(text), NULL, NULL),
        POSTERN_OK);
    cr_assert_eq(postern_change_commit(change, NULL), POSTERN_OK);
    look(&shelf);
    cr_expect_eq(ask_acp(&shelf, "acpA", "Cx", "Cteam"), POSTERN_PERMIT);
    cr_expect_eq(ask_acp(&shelf, "acpA", "Cteam", NULL), POSTERN_DENY);
    drop(&shelf);
}

static void count_warning(void *user, const postern_diag *diag)
{
    ++*(int *)user;
    cr_expect_eq(diag->severity, POSTERN_SEVERITY_WARNING);
    cr_expect_str_eq(diag->source, "request");
}

Test(prp_load, a_lenient_load_disables_the_rule_and_says_so)
{
    static const char json[] =
        "{'m2m:acp':{'ri':'acpA','pv':{'acr':[{'acor':['Cx'],'acop':64},"
        "{'acor':['//bad domain'],'acop':2},{'acor':['Cy'],'acop':2}]}," PVS
        "}}";
    struct shelf shelf = new_shelf();
    postern_load_options options;
    int warnings = 0;

    postern_load_options_init(&options);
    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    options.source = "request";
    options.report = count_warning;
    options.user = &warnings;
    cr_assert_eq(put_text(&shelf, json, &options, NULL), POSTERN_OK);
    cr_expect_eq(warnings, 2);
    look(&shelf);
    cr_expect_eq(ask_acp(&shelf, "acpA", "Cx", NULL), POSTERN_DENY);
    cr_expect_eq(ask_acp(&shelf, "acpA", "Cy", NULL), POSTERN_PERMIT);
    drop(&shelf);
}

Test(prp_load, options_of_another_format_or_a_newer_release_are_refused)
{
    struct {
        postern_load_options options;
        char more;
    } newer;
    struct shelf shelf = new_shelf();

    postern_load_options_init_sized(&newer.options, sizeof newer);
    cr_expect_eq(put_text(&shelf, "{'ri':'a','ty':3}", &newer.options, NULL),
                 POSTERN_OK);
    newer.more = 1;
    cr_expect_eq(put_text(&shelf, "{'ri':'a','ty':3}", &newer.options, NULL),
                 POSTERN_ERR_ARGUMENT);
    newer.more = 0;
    newer.options.format = POSTERN_FORMAT_YAML;
    cr_expect_eq(put_text(&shelf, "{'ri':'a','ty':3}", &newer.options, NULL),
                 POSTERN_ERR_ARGUMENT);
    drop(&shelf);
}

/* ---- files of lines ---------------------------------------------------- */

struct file {
    char name[NAME];
};

static struct file write_file(const char *content)
{
    struct file file = {"prp-load-XXXXXX"};
    char text[TEXT];
    int descriptor = mkstemp(file.name);
    FILE *stream;

    cr_assert_geq(descriptor, 0);
    stream = fdopen(descriptor, "wb");
    cr_assert_not_null(stream);
    quote(text, content);
    cr_assert_geq(fputs(text, stream), 0);
    cr_assert_eq(fclose(stream), 0);
    return file;
}

static postern_status put_lines(struct shelf *self, const char *content,
                                postern_diag *diag)
{
    struct file file = write_file(content);
    postern_change *change = begin(self);
    postern_status status =
        postern_change_put_lines(change, file.name, NULL, diag);

    cr_expect(status == POSTERN_OK || strcmp(diag->source, file.name) == 0);
    cr_expect_eq(postern_change_commit(change, NULL), status);
    cr_expect_eq(remove(file.name), 0);
    return status;
}

Test(prp_load, a_file_holds_one_resource_a_line)
{
    struct shelf shelf = new_shelf();
    postern_diag diag;

    cr_assert_eq(put_lines(&shelf,
                           "\n{'m2m:cnt':{'ri':'a','rn':'a','pi':'cb0'}}\r\n"
                           "  \t\n{'ri':'b','rn':'b','ty':3,'pi':'a'}\n"
                           "{'ri':'c','ty':3}",
                           &diag),
                 POSTERN_OK, "%s", diag.message);
    look(&shelf);
    cr_expect(pst_str_is(get(&shelf, "base/a/b").id, "b"));
    (void)get(&shelf, "c");
    drop(&shelf);
}

struct bad_lines {
    const char *content;
    postern_status status;
    uint32_t line;
    uint32_t column;
};

static const struct bad_lines bad_lines[] = {
    {"{'ri':'a','ty':3}\n\n{'ri':'b'\n", POSTERN_ERR_SYNTAX, 3, 10},
    {"{'ri':'b','ty':3,'pi':'a'}\n{'ri':'a','ty':3}\n", POSTERN_ERR_POLICY, 1,
     23},
    {"{'ri':'a','ty':3}\n{'ri':'b','ty':3,'pi':'gone'}", POSTERN_ERR_POLICY, 2,
     23},
    {"{'ri':'a','ty':3}\n\xff\n", POSTERN_ERR_SYNTAX, 2, 1},
    {"{'ri':'a','ty':3} {'ri':'b','ty':3}\n", POSTERN_ERR_SYNTAX, 1, 19},
};

Test(prp_load, a_line_is_refused_by_its_number_and_the_file_with_it)
{
    for (size_t i = 0; i < sizeof bad_lines / sizeof *bad_lines; i++) {
        const struct bad_lines *row = &bad_lines[i];
        struct shelf shelf = new_shelf();
        postern_diag diag;

        cr_expect_eq(put_lines(&shelf, row->content, &diag), row->status, "%s",
                     row->content);
        cr_expect_eq(diag.line, row->line, "%s: %u", row->content,
                     (unsigned)diag.line);
        cr_expect_eq(diag.column, row->column, "%s: %u", row->content,
                     (unsigned)diag.column);
        look(&shelf);
        cr_expect_not(find(&shelf, "a", &(postern_resource){0}));
        drop(&shelf);
    }
}

Test(prp_load, long_lines_are_read_and_too_long_ones_refused)
{
    static char content[TEXT];
    struct shelf shelf = new_shelf();
    postern_load_options options;
    postern_change *change = begin(&shelf);
    postern_diag diag;
    struct file file;

    /* Spaces beyond the size of a buffer, in front of a resource. */
    memset(content, ' ', TEXT - 64);
    memcpy(content + TEXT - 64, "{'ri':'a','ty':3}\n", 19);
    file = write_file(content);
    cr_expect_eq(postern_change_put_lines(change, file.name, NULL, &diag),
                 POSTERN_OK, "%s", diag.message);
    postern_change_abort(change);
    postern_load_options_init(&options);
    options.limits.text_bytes = 4096;
    change = begin(&shelf);
    cr_expect_eq(postern_change_put_lines(change, file.name, &options, &diag),
                 POSTERN_ERR_LIMIT);
    cr_expect_eq(diag.line, 1);
    postern_change_abort(change);
    cr_expect_eq(remove(file.name), 0);
    drop(&shelf);
}

Test(prp_load, an_empty_file_is_no_error_and_a_missing_one_is)
{
    struct shelf shelf = new_shelf();
    postern_change *change;
    postern_diag diag;

    cr_expect_eq(put_lines(&shelf, "", &diag), POSTERN_OK);
    change = begin(&shelf);
    cr_expect_eq(
        postern_change_put_lines(change, "/nonexistent/file", NULL, &diag),
        POSTERN_ERR_IO);
    cr_expect_str_eq(diag.source, "/nonexistent/file");
    cr_expect_eq(postern_change_commit(change, NULL), POSTERN_ERR_IO);
    change = begin(&shelf);
    cr_expect_eq(postern_change_put_lines(change, ".", NULL, &diag),
                 POSTERN_ERR_IO);
    postern_change_abort(change);
    change = begin(&shelf);
    cr_expect_eq(postern_change_put_lines(change, NULL, NULL, &diag),
                 POSTERN_ERR_ARGUMENT);
    postern_change_abort(change);
    drop(&shelf);
}
