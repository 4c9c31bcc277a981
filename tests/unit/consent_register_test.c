#include "support/jose_keys.h"
#include "support/managed.h"

#include "base/str.h"

#include <criterion/criterion.h>

#define NOBODY "kind: user\nowner: s9\nrows: {6.0/month: 3}\n"

static void refused(struct managed *it, const char *text, const char *code)
{
    size_t before = memory_storage_count(&it->kept, "current");

    cr_expect_eq(managed_register(it, text), POSTERN_ERR_POLICY, "%s", text);
    cr_expect_str_eq(it->diag.lint, code, "%s: %s", text, it->diag.message);
    cr_expect_eq(memory_storage_count(&it->kept, "current"), before);
}

static void taken(struct managed *it, const char *text)
{
    cr_expect_eq(managed_register(it, text), POSTERN_OK, "%s: %s", text,
                 it->diag.message);
}

/* ---- who may say what ---------------------------------------------------- */

Test(consent_register, takes_a_provider_a_subscriber_terms_and_wishes)
{
    struct managed it;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK, "%s", it.diag.message);
    cr_assert(pst_str_is(it.registered.kind, "user"));
    cr_assert(pst_str_is(it.registered.owner, "s0"));
    cr_assert_null(it.registered.id.data);
    cr_assert_eq(it.registered.version, 1);
    cr_assert(it.registered.changed);
    cr_assert_eq(strlen(it.registered.hash), 64);
    cr_assert_eq(it.kept.misuses, 0);
    managed_stop(&it);
}

Test(consent_register, wants_the_owner_to_be_known)
{
    struct managed it;

    managed_start(&it);
    refused(&it, MANAGED_TERMS("  6.0/month: 3\n"), "E_UNKNOWN_OWNER");
    refused(&it, MANAGED_USER("  6.0/month: 3\n"), "E_UNKNOWN_OWNER");
    taken(&it, managed_asp);
    taken(&it, managed_subscriber);
    refused(&it, NOBODY, "E_UNKNOWN_OWNER");
    refused(&it, "kind: parental\nowner: s9\nrows: {6.0/month: {cap: 3}}\n",
            "E_UNKNOWN_OWNER");
    taken(&it, MANAGED_TERMS("  6.0/month: 3\n"));
    taken(&it, MANAGED_USER("  6.0/month: 3\n"));
    taken(&it, "kind: parental\nowner: s0\nrows: {6.0/month: {cap: 3}}\n");
    managed_stop(&it);
}

Test(consent_register, wants_an_owner)
{
    struct managed it;

    managed_start(&it);
    refused(&it, "kind: legal_country\nrows: {6.0/month: {cap: 3}}\n",
            "E_OWNER_MISSING");
    cr_assert_eq(it.diag.line, 1);
    taken(&it, "kind: legal_country\nowner: NL\nrows: {6.0/month: {cap: 3}}\n");
    managed_stop(&it);
}

Test(consent_register, wants_the_country_of_a_law_to_be_one)
{
    struct managed it;

    managed_start(&it);
    refused(&it, "kind: legal_country\nowner: nl\nrows: {8.0/post: no}\n",
            "E_PLACE");
    cr_assert_eq(it.diag.line, 2);
    taken(&it, "kind: legal_country\nowner: NL\nrows: {8.0/post: no}\n");
    taken(&it, "kind: legal_region\nowner: Benelux\nrows: {8.0/post: no}\n");
    managed_stop(&it);
}

Test(consent_register, wants_terms_to_name_an_app_id_of_the_provider)
{
    struct managed it;

    managed_start(&it);
    taken(&it, managed_asp);
    refused(&it, "kind: provider\nowner: p0\nrows: {6.0/month: 3}\n",
            "E_APP_ID");
    refused(&it, "kind: provider\nowner: p0\nrows: {1.1/app_id: R01.p1.app}\n",
            "E_APP_ID");
    cr_assert_eq(it.diag.line, 3);
    refused(&it,
            "kind: provider\nowner: p0\nrows: {1.1/app_id: R01.p0.app}\n"
            "columns: [{device: d, rows: {1.1/app_id: R01.p1.app}}]\n",
            "E_APP_ID");
    taken(&it, "kind: provider\nowner: p0\nrows: {1.1/app_id: R01.p0.app}\n");
    managed_stop(&it);
}

Test(consent_register, refuses_a_frame_that_is_wrong_with_its_code_and_place)
{
    struct managed it;
    postern_ppm_load_options options;

    managed_start(&it);
    postern_ppm_load_options_init(&options);
    options.source = "law.yaml";
    cr_assert_eq(postern_ppm_register(
                     it.manager,
                     postern_str_of("kind: legal_country\nowner: NL\nrows:\n"
                                    "  6.0/month: {cap: 13}\n"),
                     &options, MANAGED_NOW, &it.registered, &it.diag),
                 POSTERN_ERR_POLICY);
    cr_assert_str_eq(it.diag.lint, "E_RANGE");
    cr_assert_str_eq(it.diag.source, "law.yaml");
    cr_assert_eq(it.diag.line, 4);
    cr_assert_eq(managed_register(&it, "kind: [\n"), POSTERN_ERR_SYNTAX);
    managed_stop(&it);
}

Test(consent_register, refuses_keys_that_cannot_be_used)
{
    struct managed it;

    managed_start(&it);
    refused(&it,
            "kind: asp\nowner: p0\napplications: []\n"
            "keys: {keys: [{kty: EC, crv: P-256, x: AAAA, y: AAAA}]}\n",
            "E_KEYS");
    cr_assert_eq(it.diag.line, 4);
    taken(&it, "kind: asp\nowner: p0\napplications: []\n");
    managed_stop(&it);
}

/* ---- versions ------------------------------------------------------------ */

Test(consent_register, counts_versions_and_not_what_is_there_already)
{
    struct managed it;
    char hash[65];

    managed_start(&it);
    taken(&it, MANAGED_LAW("  6.0/month: {cap: 3}\n"));
    memcpy(hash, it.registered.hash, sizeof hash);
    taken(&it, MANAGED_LAW("  6.0/month: {cap: 3}\n"));
    cr_assert_eq(it.registered.version, 1);
    cr_assert_not(it.registered.changed);
    cr_assert_str_eq(it.registered.hash, hash);
    taken(&it, MANAGED_LAW("  6.0/month: {cap: 2}\n"));
    cr_assert_eq(it.registered.version, 2);
    cr_assert(it.registered.changed);
    cr_assert_str_neq(it.registered.hash, hash);
    taken(&it, MANAGED_LAW("  6.0/month: {cap: 3}\n"));
    cr_assert_eq(it.registered.version, 3, "back to what it was is a change");
    cr_assert(it.registered.changed);
    cr_assert_eq(memory_storage_count(&it.kept, "text"), 2);
    cr_assert_eq(memory_storage_count(&it.kept, "former"), 3);
    cr_assert_eq(memory_storage_count(&it.kept, "current"), 1);
    managed_stop(&it);
}

Test(consent_register, tells_documents_of_one_owner_apart_by_their_ids)
{
    struct managed it;

    managed_start(&it);
    taken(&it, MANAGED_LAW("  6.0/month: {cap: 3}\n"));
    taken(&it, "kind: legal_country\nowner: NL\nid: other\nrows: "
               "{8.0/post: no}\n");
    cr_assert_eq(it.registered.version, 1);
    cr_assert(pst_str_is(it.registered.id, "other"));
    taken(&it, "kind: legal_country\nowner: DE\nid: act\nrows: "
               "{8.0/post: no}\n");
    cr_assert_eq(it.registered.version, 1);
    cr_assert_eq(memory_storage_count(&it.kept, "current"), 3);
    managed_stop(&it);
}

Test(consent_register, a_person_has_one_frame_whatever_its_id)
{
    struct managed it;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    taken(&it, "kind: user\nowner: s0\nid: new\nrows: {6.0/month: 6}\n");
    cr_assert_eq(it.registered.version, 2);
    cr_assert(pst_str_is(it.registered.id, "new"));
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW), POSTERN_OK);
    managed_stop(&it);
}

Test(consent_register, names_with_slashes_and_percents_are_not_mixed_up)
{
    struct managed it;

    managed_start(&it);
    taken(&it, "kind: legal_city\nowner: a/b\nid: c\nrows: {8.0/post: no}\n");
    taken(&it, "kind: legal_city\nowner: a\nid: b/c\nrows: {8.0/post: no}\n");
    cr_assert_eq(it.registered.version, 1);
    taken(&it, "kind: legal_city\nowner: a%2Fb\nid: c\nrows: {8.0/post: no}\n");
    cr_assert_eq(it.registered.version, 1);
    cr_assert_eq(memory_storage_count(&it.kept, "current"), 3);
    managed_stop(&it);
}

Test(consent_register, keeps_what_it_is_written_in)
{
    struct managed it;
    postern_ppm_load_options options;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    postern_ppm_load_options_init(&options);
    options.format = POSTERN_FORMAT_YAML;
    /* It begins as JSON does, and is none. */
    cr_assert_eq(
        postern_ppm_register(it.manager,
                             postern_str_of("{kind: user, owner: s0, rows: "
                                            "{6.0/month: 4}}\n"),
                             &options, MANAGED_NOW, &it.registered, &it.diag),
        POSTERN_OK, "%s", it.diag.message);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW), POSTERN_OK, "%s",
                 it.diag.message);
    managed_stop(&it);
}

/* ---- signatures ---------------------------------------------------------- */

struct signer {
    postern_jose *jose;
    postern_keys *keys;
};

/* The last is of RFC 7515 A.3, and under the same name. */
static const char own_private[] = EC256_PRIVATE("k", SIG("ES256"));
static const char own_public[] = EC256_PUBLIC("k", SIG("ES256"));
static const char other_public[] = EC_PUBLIC(
    "k", SIG("ES256"), "P-256", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");

static const char signed_terms[] = MANAGED_TERMS("  6.0/month: 3\n");

static char *asp_with(const char *public_key)
{
    static char text[2048];

    (void)snprintf(text, sizeof text,
                   "kind: asp\nowner: p0\napplications: [{app_id: "
                   "R01.p0.app}]\nkeys: %s\n",
                   public_key);
    return text;
}

static postern_str sign(const char *private_key, const char *terms)
{
    static char token[8192];
    struct signer it = {NULL, NULL};
    postern_jose_recipe recipe;
    postern_str made = {NULL, 0};
    postern_diag diag;

    cr_assert_eq(postern_jose_new(&it.jose, NULL), POSTERN_OK);
    cr_assert_eq(postern_keys_new(&it.keys, NULL), POSTERN_OK);
    postern_jose_recipe_init(&recipe);
    recipe.sign_keys = it.keys;
    cr_assert_eq(postern_keys_add_jwks(it.keys, postern_str_of(private_key),
                                       NULL, &diag),
                 POSTERN_OK, "%s", diag.message);
    cr_assert_eq(postern_ppm_terms_sign(it.jose, &recipe, postern_str_of(terms),
                                        NULL, &made, &diag),
                 POSTERN_OK, "%s", diag.message);
    cr_assert_lt(made.len, sizeof token);
    memcpy(token, made.data, made.len);
    token[made.len] = '\0';
    made.data = token;
    postern_keys_free(it.keys);
    postern_jose_free(it.jose);
    return made;
}

/* As who does not mind what is signed would do it. */
static const char *seal(const char *private_key, const char *document)
{
    static char token[8192];
    struct signer it = {NULL, NULL};
    postern_jose_recipe recipe;
    postern_str made;

    cr_assert_eq(postern_jose_new(&it.jose, NULL), POSTERN_OK);
    cr_assert_eq(postern_keys_new(&it.keys, NULL), POSTERN_OK);
    cr_assert_eq(
        postern_keys_add_jwks(it.keys, postern_str_of(private_key), NULL, NULL),
        POSTERN_OK);
    postern_jose_recipe_init(&recipe);
    recipe.kind = POSTERN_JOSE_JWS;
    recipe.sign_keys = it.keys;
    cr_assert_eq(postern_jose_seal(it.jose, &recipe, postern_str_of(document),
                                   &made, NULL),
                 POSTERN_OK);
    cr_assert_lt(made.len, sizeof token);
    memcpy(token, made.data, made.len);
    token[made.len] = '\0';
    postern_keys_free(it.keys);
    postern_jose_free(it.jose);
    return token;
}

/* A good signature makes nobody a lawgiver. */
Test(consent_register, nothing_but_terms_of_a_named_provider_is_signed)
{
    static const struct {
        const char *document;
        const char *code;
    } rows[] = {
        {"kind: legal_region\nowner: p0\nrows: {8.0/post: no}\n", "E_KIND"},
        {"kind: asp\nowner: p0\napplications: []\n", "E_KIND"},
        {"kind: subscriber\nowner: p0\nresidence: {legal_country: NL}\n",
         "E_KIND"},
        {"kind: user\nowner: s0\nrows: {6.0/month: 3}\n", "E_KIND"},
        {"owner: p0\nrows: {1.1/app_id: R01.p0.app}\n", "E_KIND"},
        {"kind: provider\nrows: {1.1/app_id: R01.p0.app}\n", "E_OWNER_MISSING"},
        {"kind: provider\nowner: ''\nrows: {1.1/app_id: R01.p0.app}\n",
         "E_OWNER_MISSING"},
        {"kind: provider\nowner: [p0]\nrows: {1.1/app_id: R01.p0.app}\n",
         "E_OWNER_MISSING"},
    };
    struct managed it;

    managed_start(&it);
    taken(&it, asp_with(own_public));
    taken(&it, managed_subscriber);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        refused(&it, seal(own_private, rows[i].document), rows[i].code);
    }
    taken(&it, seal(own_private, "kind: provider\nowner: p0\n"
                                 "rows: {1.1/app_id: R01.p0.app}\n"));
    managed_stop(&it);
}

Test(consent_register, wants_terms_to_be_signed_unless_it_is_told_not_to)
{
    struct managed it;

    managed_start(&it);
    postern_ppm_manager_close(it.manager);
    it.options.unsigned_terms = false;
    cr_assert_eq(managed_open(&it), POSTERN_OK);
    taken(&it, managed_asp);
    refused(&it, signed_terms, "E_UNSIGNED");
    postern_ppm_manager_close(it.manager);
    it.options.unsigned_terms = true;
    cr_assert_eq(managed_open(&it), POSTERN_OK);
    taken(&it, signed_terms);
    managed_stop(&it);
}

Test(consent_register, takes_terms_that_the_provider_has_signed)
{
    struct managed it;
    postern_str token = sign(own_private, signed_terms);
    char *text = (char *)(uintptr_t)token.data;

    managed_start(&it);
    postern_ppm_manager_close(it.manager);
    it.options.unsigned_terms = false;
    cr_assert_eq(managed_open(&it), POSTERN_OK);
    refused(&it, text, "E_UNKNOWN_OWNER");
    taken(&it, managed_asp);
    refused(&it, text, "E_SIGNATURE"); /* no keys */
    taken(&it, asp_with(other_public));
    refused(&it, text, "E_SIGNATURE");
    taken(&it, asp_with(own_public));
    text[token.len - 1] = text[token.len - 1] == 'A' ? 'Q' : 'A';
    refused(&it, text, "E_SIGNATURE");
    text = (char *)(uintptr_t)sign(own_private, signed_terms).data;
    taken(&it, text);
    cr_assert(pst_str_is(it.registered.kind, "provider"));
    cr_assert(pst_str_is(it.registered.owner, "p0"));
    cr_assert(pst_str_is(it.registered.id, "terms"));
    text[strlen(text) + 1] = '\0';
    text[strlen(text)] = '\n';
    taken(&it, text);
    cr_assert_not(it.registered.changed, "a line break changes nothing");
    managed_stop(&it);
}

Test(consent_register, what_was_signed_is_shown)
{
    struct managed it;

    managed_start(&it);
    taken(&it, asp_with(own_public));
    taken(&it, managed_subscriber);
    taken(&it, MANAGED_USER("  6.0/month: 3\n"));
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW),
                 POSTERN_ERR_POLICY);
    cr_assert_str_eq(it.diag.lint, "E_NO_TERMS");
    taken(&it, sign(own_private, signed_terms).data);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW), POSTERN_OK, "%s",
                 it.diag.message);
    managed_stop(&it);
}

/* ---- the manager --------------------------------------------------------- */

Test(consent_register, a_storage_of_a_newer_release_is_not_opened)
{
    struct managed it;
    const postern_storage *storage;

    managed_start(&it);
    postern_ppm_manager_close(it.manager);
    storage = &it.kept.storage;
    cr_assert_eq(storage->begin(storage->user, NULL), POSTERN_OK);
    cr_assert_eq(storage->put(storage->user, "meta", PST_STR("format"),
                              PST_STR("{\"number\": 2}"), NULL),
                 POSTERN_OK);
    cr_assert_eq(storage->commit(storage->user, NULL), POSTERN_OK);
    cr_assert_eq(managed_open(&it), POSTERN_ERR_POLICY);
    cr_assert_null(it.manager);
    managed_stop(&it);
}

Test(consent_register, options_that_are_none_are_refused)
{
    struct managed it;
    const postern_ppm_kind wrong[POSTERN_PPM_USER] = {
        POSTERN_PPM_LEGAL_REGION, POSTERN_PPM_LEGAL_REGION,
        POSTERN_PPM_LEGAL_CITY,   POSTERN_PPM_LEGAL_STATE,
        POSTERN_PPM_PARENTAL,     POSTERN_PPM_USER};

    managed_start(&it);
    postern_ppm_manager_close(it.manager);
    it.options.order = wrong;
    it.options.order_count = POSTERN_PPM_USER;
    cr_assert_eq(managed_open(&it), POSTERN_ERR_ARGUMENT);
    cr_assert_null(it.manager);
    it.options.order = NULL;
    it.options.order_count = 0;
    it.options.profile = (postern_ppm_profile)3;
    cr_assert_eq(managed_open(&it), POSTERN_ERR_ARGUMENT);
    managed_stop(&it);
}
