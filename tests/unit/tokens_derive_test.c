/* Derived keys against the vectors of tests/vectors/kdf-vectors.json, which
 * were computed apart from this library. [KDF-17] */
#include "base/str.h"
#include "policy-lang/node.h"
#include "support/file_text.h"
#include "tokens/hmac.h"

#include <postern/credential.h>

#include <criterion/criterion.h>
#include <stdio.h>

#define VECTORS POSTERN_VECTORS "/kdf-vectors.json"
#define FULL_WIDTH_ID                                                          \
    "//sp.example.com/cse1/C\xEF\xBC\xA1\xEF\xBC\xA5\xEF\xBC\x91"

struct vectors {
    char *text;
    struct pst_arena arena;
    struct pst_document document;
};

static struct vectors open_vectors(void)
{
    struct vectors v;
    size_t size = 0;

    v.text = file_text(VECTORS, &size);
    cr_assert(v.text, "%s", VECTORS);
    v.document = (struct pst_document){
        .source = VECTORS, .text = {v.text, size}, .format = PST_FORMAT_JSON};
    pst_arena_init(&v.arena, NULL, (size_t)1 << 20);
    cr_assert_eq(pst_json_read(&v.document, &v.arena, NULL, NULL), POSTERN_OK);
    return v;
}

static void close_vectors(struct vectors *v)
{
    pst_arena_release(&v->arena);
    free(v->text);
}

static const struct pst_node *member(const struct pst_node *node,
                                     const char *name)
{
    const struct pst_node *found = pst_node_member(node, name);

    cr_assert(found, "no vector %s", name);
    return found;
}

static void expect_bytes(const uint8_t *bytes, size_t size,
                         const struct pst_node *node, const char *what)
{
    char hex[2 * POSTERN_DERIVED_SIZE + 1] = "";

    for (size_t i = 0; i < size; i++) {
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    }
    cr_expect(pst_str_is(node->text, hex), "%s: %s", what, hex);
}

static void expect_key(const postern_derived_key *key,
                       const struct pst_node *node, const char *name)
{
    expect_bytes(key->bytes, key->size, member(node, name), name);
}

static void fill_exported(uint8_t exported[POSTERN_EXPORTED_SIZE])
{
    for (unsigned i = 0; i < POSTERN_EXPORTED_SIZE; i++) {
        exported[i] = (uint8_t)i;
    }
}

static postern_derived_key ke(void)
{
    uint8_t exported[POSTERN_EXPORTED_SIZE];
    uint8_t relative[POSTERN_RELATIVE_ID_SIZE];
    postern_derived_key key;

    fill_exported(exported);
    cr_assert_eq(postern_derived_key_of_exported(&key, POSTERN_ORIGIN_KE, 0,
                                                 exported, relative),
                 POSTERN_OK);
    return key;
}

/* 00 01 ... 1f, as Kpsa and as the pairwise key of the vectors. */
static postern_derived_key counting(postern_key_origin origin,
                                    postern_suid suid)
{
    uint8_t exported[POSTERN_EXPORTED_SIZE];
    postern_derived_key key;

    fill_exported(exported);
    cr_assert_eq(
        postern_derived_key_of(&key, origin, suid,
                               (postern_str){(const char *)exported, 32}),
        POSTERN_OK);
    return key;
}

/* ---- vectors ----------------------------------------------------------- */

/* [KDF-01] [KDF-03] [CRED-06] */
Test(tokens_derive, cuts_what_was_exported)
{
    struct vectors v = open_vectors();
    uint8_t exported[POSTERN_EXPORTED_SIZE];
    uint8_t relative[POSTERN_RELATIVE_ID_SIZE];
    char id[POSTERN_KEY_ID_SIZE];
    postern_derived_key key;

    fill_exported(exported);
    cr_assert_eq(postern_derived_key_of_exported(&key, POSTERN_ORIGIN_KE, 0,
                                                 exported, relative),
                 POSTERN_OK);
    expect_bytes(relative, sizeof relative,
                 member(v.document.root, "RelativeKeID(16 MSB)"), "KeID");
    expect_key(&key, v.document.root, "Ke(32 LSB)");
    cr_assert_gt(
        postern_key_id_of_bytes(relative, PST_STR("mef.example.com"), id), 0);
    cr_expect(pst_str_is(member(v.document.root, "KeID upper")->text, id));
    close_vectors(&v);
}

/* [KDF-04] [KDF-05] [KDF-07] */
Test(tokens_derive, derives_km_and_kpsa)
{
    struct vectors v = open_vectors();
    postern_derived_key from = ke();
    postern_derived_key key;

    cr_assert_eq(postern_derive_km(&key, &from, PST_STR("maf.example.com")),
                 POSTERN_OK);
    expect_key(&key, v.document.root, "Km  (MAF-ID=maf.example.com)");
    cr_assert_eq(
        postern_derive_kpsa(&key, &from, PST_STR("//sp.example.com/cse1")),
        POSTERN_OK);
    expect_key(&key, v.document.root, "Kpsa(B=//sp.example.com/cse1)");
    cr_assert_eq(postern_derive_kpsa(&key, &from, PST_STR(FULL_WIDTH_ID)),
                 POSTERN_OK);
    expect_key(&key, v.document.root, "Kpsa(B=" FULL_WIDTH_ID ") NFKC");
    close_vectors(&v);
}

/* [KDF-06] */
Test(tokens_derive, derives_keys_for_one_use)
{
    static const char *const names[] = {
        "UCK(SUID=21 as ASCII \"21\", target=maf.example.com)",
        "UCK alt (SUID as one byte 0x15)"};
    struct vectors v = open_vectors();
    postern_derived_key from = ke();
    postern_derived_key key;

    for (int i = 0; i < 2; i++) {
        cr_assert_eq(postern_derive_usage_constrained(
                         &key, &from, POSTERN_SUID_RSPF_MAF,
                         (postern_suid_octets)i, PST_STR("maf.example.com")),
                     POSTERN_OK);
        expect_key(&key, v.document.root, names[i]);
    }
    close_vectors(&v);
}

/* [KDF-09] [KDF-10] [KDF-11] [KDF-12] [KDF-13] */
Test(tokens_derive, derives_end_to_end_keys)
{
    static const char salt[16] = {11, 11, 11, 11, 11, 11, 11, 11,
                                  11, 11, 11, 11, 11, 11, 11, 11};
    static const struct {
        const char *name;
        postern_hash hash;
        postern_str salt;
    } rows[] = {
        {"E2E sha256 salt=0b*16", POSTERN_SHA256, {salt, sizeof salt}},
        {"E2E sha256 salt absent => HashLen zeros", POSTERN_SHA256, {NULL, 0}},
        {"E2E sha512 salt=0b*16", POSTERN_SHA512, {salt, sizeof salt}},
        {"E2E sha512 salt absent => HashLen zeros", POSTERN_SHA512, {NULL, 0}},
    };
    struct vectors v = open_vectors();
    postern_derived_key kpsa =
        counting(POSTERN_ORIGIN_KPSA, POSTERN_SUID_RSPF_SAEF);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct pst_node *expected = member(v.document.root, rows[i].name);
        postern_end_to_end_keys keys;

        cr_assert_eq(
            postern_derive_end_to_end(&keys, &kpsa, rows[i].hash, rows[i].salt),
            POSTERN_OK);
        expect_key(&keys.master, expected, "Ke2e_master");
        expect_key(&keys.msg_auth, expected, "Ke2e_msg_auth");
        expect_key(&keys.msg_conf, expected, "Ke2e_msg_conf");
        expect_key(&keys.att_auth, expected, "Ke2e_att_auth");
        expect_key(&keys.att_conf, expected, "Ke2e_att_conf");
    }
    close_vectors(&v);
}

/* [KDF-15] */
Test(tokens_derive, derives_the_session_key_of_esprim_in_both_readings)
{
    struct vectors v = open_vectors();
    const struct pst_node *a =
        member(v.document.root, "ESPrim reading A (compact JSON octets)");
    postern_derived_key pairwise =
        counting(POSTERN_ORIGIN_GIVEN, POSTERN_SUID_PSK_ESPRIM);
    uint8_t values[POSTERN_EXPORTED_SIZE];
    const char *at = (const char *)values;
    postern_derived_key key;

    fill_exported(values);
    cr_assert_eq(postern_derive_esprim_session(
                     &key, &pairwise, POSTERN_ESPRIM_OBJECTS,
                     member(a, "rro")->text, member(a, "oro")->text),
                 POSTERN_OK);
    expect_key(&key, a, "sessionESPrimKey");
    cr_assert_eq(postern_derive_esprim_session(
                     &key, &pairwise, POSTERN_ESPRIM_VALUES,
                     (postern_str){at, 16}, (postern_str){at + 16, 16}),
                 POSTERN_OK);
    expect_key(&key, v.document.root,
               "ESPrim reading B (16-byte esprimRandValues only)");
    close_vectors(&v);
}

/* RFC 4231: a key shorter than a block, one longer, and text in pieces. */
Test(tokens_derive, computes_the_hmac_of_rfc_4231)
{
    static const struct {
        int key_byte;
        size_t key_size;
        const char *pieces[2];
        const char *sha256; /* the first bytes */
        const char *sha512;
    } rows[] = {
        {0x0B, 20, {"Hi There", ""}, "b0344c61d8db3853", "87aa7cdea5ef619d"},
        {0x0B, 20, {"Hi ", "There"}, "b0344c61d8db3853", "87aa7cdea5ef619d"},
        {0xAA,
         131,
         {"Test Using Larger Than Block-Size Key", " - Hash Key First"},
         "60e431591ee0b67f",
         "80b24263c7c1a3eb"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t out[POSTERN_DERIVED_SIZE];
        char key[131];
        char hex[17];

        memset(key, rows[i].key_byte, sizeof key);
        for (int hash = POSTERN_SHA256; hash <= POSTERN_SHA512; hash++) {
            postern_str pieces[2] = {postern_str_of(rows[i].pieces[0]),
                                     postern_str_of(rows[i].pieces[1])};

            cr_assert_eq(pst_hmac((postern_hash)hash,
                                  (postern_str){key, rows[i].key_size}, pieces,
                                  2, out),
                         POSTERN_OK);
            for (size_t k = 0; k < 8; k++) {
                snprintf(hex + 2 * k, 3, "%02x", out[k]);
            }
            cr_expect_str_eq(hex, hash == POSTERN_SHA256 ? rows[i].sha256
                                                         : rows[i].sha512);
        }
    }
}

/* ---- identifiers ------------------------------------------------------- */

static bool same_kpsa(const char *a, const char *b)
{
    postern_derived_key from = ke();
    postern_derived_key x;
    postern_derived_key y;

    cr_assert_eq(postern_derive_kpsa(&x, &from, postern_str_of(a)), POSTERN_OK);
    cr_assert_eq(postern_derive_kpsa(&y, &from, postern_str_of(b)), POSTERN_OK);
    return memcmp(x.bytes, y.bytes, x.size) == 0;
}

/* [KDF-07] [KDF-17] */
Test(tokens_derive, takes_a_name_however_it_was_typed)
{
    cr_expect(same_kpsa(FULL_WIDTH_ID, "//sp.example.com/cse1/CAE1"));
    cr_expect(same_kpsa("//a/\xEF\xAC\x81", "//a/fi"), "a ligature");
    cr_expect(same_kpsa("//a/\xC3\xA9", "//a/e\xCC\x81"), "an accent");
    cr_expect_not(same_kpsa("//a/\xC3\xA9", "//a/e"));
    cr_expect_not(same_kpsa("//a/C1", "//a/c1"), "case is not folded");
    cr_expect_not(same_kpsa("//a/C1", "//a/C2"));
}

/* [KDF-08] */
Test(tokens_derive, refuses_names_that_are_none)
{
    static const struct {
        const char *text;
        size_t len;
        postern_status status;
    } rows[] = {
        {"", 0, POSTERN_ERR_SYNTAX},
        {"/cse1", 5, POSTERN_ERR_SYNTAX},
        {"//", 2, POSTERN_ERR_SYNTAX},
        {"//a\0b", 5, POSTERN_ERR_SYNTAX},
        {"//a\nb", 5, POSTERN_ERR_SYNTAX},
        {"//a\xFF", 4, POSTERN_ERR_SYNTAX},
        {"//a\xC3", 4, POSTERN_ERR_SYNTAX},
        {"//a\xED\xA0\x80", 6, POSTERN_ERR_SYNTAX}, /* half a pair */
        {"//a", 3, POSTERN_OK},
    };
    postern_derived_key from = ke();
    postern_derived_key key;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(postern_derive_kpsa(
                         &key, &from, (postern_str){rows[i].text, rows[i].len}),
                     rows[i].status, "%zu", i);
        cr_expect_eq(key.size, rows[i].status == POSTERN_OK ? 32 : 0);
    }
}

/* Of three bytes, U+FDFA becomes 33 in form KC. */
Test(tokens_derive, refuses_names_that_are_too_long)
{
    static char text[2048];
    postern_derived_key from = ke();
    postern_derived_key key;

    memset(text, 'a', sizeof text);
    text[0] = text[1] = '/';
    cr_expect_eq(postern_derive_kpsa(&key, &from, (postern_str){text, 1024}),
                 POSTERN_OK);
    cr_expect_eq(postern_derive_kpsa(&key, &from, (postern_str){text, 1025}),
                 POSTERN_ERR_LIMIT);
    for (size_t i = 2; i + 3 <= 302; i += 3) {
        text[i] = '\xEF';
        text[i + 1] = '\xB7';
        text[i + 2] = '\xBA';
    }
    cr_expect_eq(postern_derive_kpsa(&key, &from, (postern_str){text, 302}),
                 POSTERN_ERR_LIMIT);
    cr_expect_eq(postern_derive_kpsa(&key, &from, (postern_str){text, 62}),
                 POSTERN_OK);
}

Test(tokens_derive, refuses_an_identifier_where_a_domain_is_wanted)
{
    postern_derived_key from = ke();
    postern_derived_key key;

    cr_expect_eq(postern_derive_usage_constrained(
                     &key, &from, POSTERN_SUID_RSPF_SAEF, POSTERN_SUID_DECIMAL,
                     PST_STR("//sp.example.com/cse1")),
                 POSTERN_ERR_SYNTAX);
    cr_expect_eq(postern_derive_usage_constrained(
                     &key, &from, POSTERN_SUID_RSPF_SAEF, POSTERN_SUID_DECIMAL,
                     PST_STR("cse1.sp.example.com")),
                 POSTERN_OK);
}

/* ---- what is known of a key -------------------------------------------- */

/* [KDF-14] [KDF-16] */
Test(tokens_derive, says_where_a_key_comes_from_and_what_it_is_for)
{
    postern_derived_key from = ke();
    postern_end_to_end_keys keys;
    postern_derived_key kpsa;

    cr_expect_eq(from.origin, POSTERN_ORIGIN_KE);
    cr_expect_eq(from.suid, 0);
    cr_assert_eq(postern_derive_km(&kpsa, &from, PST_STR("m.example")),
                 POSTERN_OK);
    cr_expect_eq(kpsa.origin, POSTERN_ORIGIN_KM);
    cr_expect_eq(kpsa.suid, POSTERN_SUID_RSPF_MAF);
    cr_assert_eq(postern_derive_kpsa(&kpsa, &from, PST_STR("//a/b")),
                 POSTERN_OK);
    cr_expect_eq(kpsa.origin, POSTERN_ORIGIN_KPSA);
    cr_expect_eq(kpsa.suid, POSTERN_SUID_RSPF_SAEF);
    cr_assert_eq(postern_derive_end_to_end(&keys, &kpsa, POSTERN_SHA256,
                                           (postern_str){NULL, 0}),
                 POSTERN_OK);
    cr_expect_eq(keys.master.suid, 0);
    cr_expect_eq(keys.msg_auth.suid, POSTERN_SUID_RSPF_ESPRIM);
    cr_expect_eq(keys.msg_conf.suid, POSTERN_SUID_RSPF_ESPRIM);
    cr_expect_eq(keys.att_auth.suid, POSTERN_SUID_RSPF_SIGNATURE);
    cr_expect_eq(keys.att_conf.suid, POSTERN_SUID_RSPF_ENCRYPTION);
    cr_expect_eq(keys.msg_conf.origin, POSTERN_ORIGIN_E2E_MSG_CONF);
}

/* [KEY-04] [KEY-05] */
Test(tokens_derive, lets_no_key_outlive_the_one_it_comes_from)
{
    postern_derived_key from = ke();
    postern_derived_key km;

    postern_derived_key_limit(&from, 1000);
    cr_assert_eq(postern_derive_km(&km, &from, PST_STR("m.example")),
                 POSTERN_OK);
    cr_expect_eq(km.expires_s, 1000);
    postern_derived_key_limit(&km, 2000);
    cr_expect_eq(km.expires_s, 1000, "a lifetime is never raised");
    postern_derived_key_limit(&km, 500);
    cr_expect_eq(postern_derived_key_state(&km, true, 499), POSTERN_KEY_VALID);
    cr_expect_eq(postern_derived_key_state(&km, true, 500),
                 POSTERN_KEY_EXPIRED);
    cr_expect_eq(postern_derived_key_state(&km, true, 999),
                 POSTERN_KEY_EXPIRED);
    cr_expect_eq(postern_derived_key_state(&km, true, 1000),
                 POSTERN_KEY_RE_ENROL);
    cr_expect_eq(postern_derived_key_state(&km, false, 0), POSTERN_KEY_UNKNOWN);
    cr_expect_eq(postern_derived_key_state(&from, true, 1000),
                 POSTERN_KEY_RE_ENROL);
}

Test(tokens_derive, wipes_all_of_a_key)
{
    static const postern_derived_key nothing;
    postern_derived_key key = ke();

    postern_derived_key_wipe(&key);
    cr_expect_arr_eq((const char *)&key, (const char *)&nothing, sizeof key);
    cr_expect_eq(postern_derived_key_state(&key, true, 0), POSTERN_KEY_UNKNOWN);
    postern_derived_key_wipe(NULL);
}

Test(tokens_derive, derives_only_from_keys_that_are_for_it)
{
    postern_derived_key given = counting(POSTERN_ORIGIN_GIVEN, 14);
    postern_derived_key kpsa = counting(POSTERN_ORIGIN_KPSA, 22);
    postern_derived_key from = ke();
    postern_end_to_end_keys keys;
    postern_derived_key key;
    postern_str none = {NULL, 0};

    cr_expect_eq(postern_derive_km(&key, &kpsa, PST_STR("m.example")),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_derive_kpsa(&key, &given, PST_STR("//a/b")),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_derive_end_to_end(&keys, &from, POSTERN_SHA256, none),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_derive_esprim_session(&key, &given,
                                               POSTERN_ESPRIM_OBJECTS,
                                               PST_STR("{}"), PST_STR("{}")),
                 POSTERN_ERR_ARGUMENT, "a key for encryption of ESData");
    given.suid = 13;
    cr_expect_eq(postern_derive_esprim_session(&key, &given,
                                               POSTERN_ESPRIM_OBJECTS,
                                               PST_STR("{}"), PST_STR("{}")),
                 POSTERN_OK);
    cr_expect_eq(postern_derive_esprim_session(&key, &given,
                                               POSTERN_ESPRIM_VALUES,
                                               PST_STR("{}"), PST_STR("{}")),
                 POSTERN_ERR_SYNTAX, "values have 16 bytes");
    postern_derived_key_wipe(&from);
    cr_expect_eq(postern_derive_km(&key, &from, PST_STR("m.example")),
                 POSTERN_ERR_ARGUMENT, "it was wiped");
}

Test(tokens_derive, gives_no_suid_to_a_key_that_cannot_have_it)
{
    static const struct {
        postern_key_origin origin;
        postern_suid suid;
        postern_status status;
    } rows[] = {
        {POSTERN_ORIGIN_KE, 0, POSTERN_OK},
        {POSTERN_ORIGIN_KE, 21, POSTERN_ERR_ARGUMENT},
        {POSTERN_ORIGIN_KC, 32, POSTERN_OK},
        {POSTERN_ORIGIN_KC, 35, POSTERN_OK},
        {POSTERN_ORIGIN_KC, 22, POSTERN_ERR_ARGUMENT},
        {POSTERN_ORIGIN_PAIRWISE, 43, POSTERN_OK},
        {POSTERN_ORIGIN_PAIRWISE, 13, POSTERN_ERR_ARGUMENT},
        {POSTERN_ORIGIN_KM, 21, POSTERN_ERR_ARGUMENT},
    };
    uint8_t exported[POSTERN_EXPORTED_SIZE];
    uint8_t relative[POSTERN_RELATIVE_ID_SIZE];
    postern_derived_key from = ke();
    postern_derived_key key;

    fill_exported(exported);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(postern_derived_key_of_exported(&key, rows[i].origin,
                                                     rows[i].suid, exported,
                                                     relative),
                     rows[i].status, "%zu", i);
    }
    cr_expect_eq(postern_derive_usage_constrained(&key, &from, 20,
                                                  POSTERN_SUID_DECIMAL,
                                                  PST_STR("m.example")),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_derive_usage_constrained(&key, &from, 15,
                                                  POSTERN_SUID_DECIMAL,
                                                  PST_STR("m.example")),
                 POSTERN_ERR_ARGUMENT);
}
