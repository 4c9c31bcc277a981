#include "support/das.h"

#define RULES                                                                  \
    "{'m2m:acp':{'ri':'acpA','pi':'cb0','pv':{'acr':["                         \
    "{'acor':['op@das.example'],'acop':2},"                                    \
    "{'acor':['guest@other.example'],'acop':2},"                               \
    "{'acor':['x@unknown.example'],'acop':2}]},"                               \
    "'pvs':{'acr':[{'acor':['Cowner'],'acop':63}]}}},"                         \
    "{'m2m:dac':{'ri':'dac1','pi':'cb0','dae':true,"                           \
    "'dap':['https://consult.example']}},"                                     \
    "{'ri':'cnt1','ty':3,'pi':'cb0','acpi':['acpA'],'daci':['dac1']}"
#define READ "{'fr':'Cpump','to':'cnt1','op':2,'tqi':true," ASKING_TIME "}"

/* RFC 7515 A.1: a secret that is no secret. */
static const char shared_key[] =
    "{\"kty\":\"oct\",\"kid\":\"k1\",\"alg\":\"A256KW\",\"k\":"
    "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}";

static const postern_str das_points[] = {{"https://das.example", 19}};
static const postern_str das_domains[] = {{"das.example", 11}};
static const postern_str other_points[] = {{"https://other.example", 21}};
static const postern_str other_domains[] = {{"other.example", 13}};

static const postern_das_server plain_servers[] = {
    {.identity = {"//sp.example/das-cse", 20},
     .points = {das_points, 1},
     .domains = {das_domains, 1}},
    {.identity = {"//sp.example/other-cse", 22},
     .points = {other_points, 1},
     .domains = {other_domains, 1}},
};

struct sealing {
    struct asking asking;
    postern_das_server servers[2];
    postern_keys *keys;
    postern_jose *jose;
    postern_jose_recipe recipe;
};

static void open_all(struct sealing *self)
{
    postern_diag diag;

    asking_open(&self->asking, RULES);
    memcpy(self->servers, plain_servers, sizeof self->servers);
    self->asking.options.servers = self->servers;
    self->asking.options.server_count = 2;
    cr_assert_eq(postern_keys_new(&self->keys, NULL), POSTERN_OK);
    cr_assert_eq(postern_keys_add_jwks(self->keys, postern_str_of(shared_key),
                                       NULL, &diag),
                 POSTERN_OK, "%s", diag.message);
    cr_assert_eq(postern_jose_new(&self->jose, NULL), POSTERN_OK);
    postern_jose_recipe_init(&self->recipe);
    self->recipe.kind = POSTERN_JOSE_JWE;
    self->recipe.encrypt_keys = self->keys;
    self->recipe.onem2m = true;
}

static void close_all(struct sealing *self)
{
    asking_close(&self->asking);
    postern_jose_free(self->jose);
    postern_keys_free(self->keys);
}

/* The text, "" when there is none. */
static const char *info_of(struct asking *asking)
{
    postern_str json;

    cr_assert_eq(
        postern_dynauth_token_info(asking->dynauth, &json, &asking->diag),
        POSTERN_OK, "%s", asking->diag.message);
    return json.data ? json.data : "";
}

#define DREQ(roles)                                                            \
    "\"dreq\":{\"or\":\"//sp.example/plant-cse/Cpump\",\"trt\":3,\"op\":2,"    \
    "\"rts\":\"20260317T102030\",\"trid\":\"//sp.example/plant-cse/cnt1\","    \
    "\"ppl\":\"20260317T112030\",\"rfa\":[\"" roles "\"]}"

/* [IDA-02] [IDA-03] [IDA-05]: servers whose roles would help, and they alone */
Test(indirect, tells_whom_to_ask_for_which_roles)
{
    struct sealing self;

    open_all(&self);
    (void)asking_begin(&self.asking, READ);
    cr_expect_str_eq(
        info_of(&self.asking),
        "{\"dasi\":[{\"uri\":\"https://das.example\"," DREQ(
            "op@das.example") "},{\"uri\":\"https://"
                              "other.example\"," DREQ("guest@"
                                                      "other."
                                                      "example") "}]}");
    close_all(&self);
}

/* [IDA-06]: nothing without the wish, nothing where nothing was denied */
Test(indirect, tells_nothing_to_who_did_not_ask)
{
    static const char *const others[] = {
        "{'fr':'Cpump','to':'cnt1','op':2," ASKING_TIME "}",
        "{'fr':'Cpump','to':'cnt1','op':2,'tqi':false," ASKING_TIME "}",
        "{'fr':'Cpump','to':'nowhere','op':2,'tqi':true," ASKING_TIME "}",
        "{'fr':'Cpump','to':'cnt1','op':4,'tqi':true," ASKING_TIME "}",
    };
    struct sealing self;

    open_all(&self);
    (void)asking_begin(&self.asking, READ);
    cr_assert_str_neq(info_of(&self.asking), "");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        (void)asking_begin(&self.asking, others[i]);
        cr_expect_str_eq(info_of(&self.asking), "", "%s", others[i]);
    }
    close_all(&self);
}

/* It is the same after the direct way has failed. */
Test(indirect, tells_after_nobody_granted_anything)
{
    struct sealing self;

    open_all(&self);
    (void)asking_begin(&self.asking, READ);
    while (postern_dynauth_state_of(self.asking.dynauth) ==
           POSTERN_DYNAUTH_ASK) {
        postern_dynauth_failed(self.asking.dynauth);
    }
    cr_expect_not_null(strstr(info_of(&self.asking), "op@das.example"));
    close_all(&self);
}

/* [DDA-24] */
Test(indirect, tells_a_server_no_more_than_it_may_know)
{
    struct sealing self;

    open_all(&self);
    self.servers[1].tell_ip = true;
    (void)asking_begin(&self.asking,
                       "{'fr':'Cpump','to':'cnt1','op':2,'tqi':true,"
                       "'rq_ip':'203.0.113.9'," ASKING_TIME "}");
    cr_expect_not_null(strstr(info_of(&self.asking), "203.0.113.9"));
    self.servers[1].tell_ip = false;
    (void)asking_begin(&self.asking,
                       "{'fr':'Cpump','to':'cnt1','op':2,'tqi':true,"
                       "'rq_ip':'203.0.113.9'," ASKING_TIME "}");
    cr_expect_null(strstr(info_of(&self.asking), "203.0.113.9"));
    close_all(&self);
}

/* [IDA-04]: the originator cannot read it, the server can */
Test(indirect, protects_what_the_originator_carries)
{
    struct sealing self;
    postern_jose_rules rules;
    postern_opened opened;
    const char *info;
    const char *sealed;
    size_t len;

    open_all(&self);
    self.servers[0].seal = &self.recipe;
    self.asking.options.jose = self.jose;
    (void)asking_begin(&self.asking, READ);
    info = info_of(&self.asking);
    cr_expect_null(strstr(info, "op@das.example"), "%s", info);
    cr_expect_not_null(strstr(info, "guest@other.example"), "not protected");
    sealed = strstr(info, "\"sdr\":\"");
    cr_assert_not_null(sealed);
    sealed += strlen("\"sdr\":\"");
    len = strcspn(sealed, "\"");
    postern_jose_rules_init(&rules);
    rules.kind = POSTERN_JOSE_JWE;
    rules.onem2m = true;
    cr_assert_eq(postern_jose_open(self.jose, self.keys, &rules,
                                   (postern_str){sealed, len}, &opened),
                 POSTERN_REFUSAL_NONE);
    cr_expect(pst_str_equal(opened.payload,
                            PST_STR("{"
                                    "\"or\":\"//sp.example/plant-cse/Cpump"
                                    "\",\"trt\":3,\"op\":2,\"rts\":"
                                    "\"20260317T102030\",\"trid\":"
                                    "\"//sp.example/plant-cse/cnt1\",\"ppl\":"
                                    "\"20260317T112030\",\"rfa\":["
                                    "\"op@das.example\"]}")),
              "%.*s", (int)opened.payload.len, opened.payload.data);
    close_all(&self);
}

/* [IDA-04]: what cannot be protected is not told */
Test(indirect, never_tells_in_clear_what_it_cannot_protect)
{
    struct sealing self;
    postern_str json;

    open_all(&self);
    self.servers[0].seal = &self.recipe;
    (void)asking_begin(&self.asking, READ);
    cr_expect_eq(postern_dynauth_token_info(self.asking.dynauth, &json, NULL),
                 POSTERN_ERR_ARGUMENT, "nothing to protect it with");
    cr_expect_null(json.data);
    self.asking.options.jose = self.jose;
    self.recipe.encrypt_kid = PST_STR("another");
    (void)asking_begin(&self.asking, READ);
    cr_expect_eq(postern_dynauth_token_info(self.asking.dynauth, &json,
                                            &self.asking.diag),
                 POSTERN_ERR_POLICY);
    cr_expect(self.asking.diag.message[0]);
    cr_expect_null(json.data);
    close_all(&self);
}

/* [IDA-14] */
Test(indirect, tells_which_identifiers_were_assigned)
{
    static const postern_assigned_token assigned[] = {
        {{"t1", 2}, {"7@das.example", 13}},
        {{"t2", 2}, {"8\"@das.example", 14}},
    };
    static const char expected[] =
        "{\"ltia\":[{\"lti\":\"t1\",\"tkid\":\"7@das.example\"},"
        "{\"lti\":\"t2\",\"tkid\":\"8\\\"@das.example\"}]}";
    postern_answer answer = {.assigned = assigned, .assigned_count = 2};
    char buffer[sizeof expected];

    cr_expect_eq(postern_assigned_tokens(&answer, buffer, sizeof buffer),
                 sizeof expected - 1);
    cr_expect_str_eq(buffer, expected);
    cr_expect_eq(postern_assigned_tokens(&answer, buffer, 8),
                 sizeof expected - 1);
    cr_expect_str_eq(buffer, "{\"ltia\"");
    answer.assigned_count = 0;
    cr_expect_eq(postern_assigned_tokens(&answer, buffer, sizeof buffer), 0);
    cr_expect_str_eq(buffer, "");
}
