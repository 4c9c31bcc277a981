/* Names of keys, and what they are for. */
#include "base/str.h"
#include "jose/key_load.h"

#include <postern/credential.h>

#include <criterion/criterion.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

/* ---- Credential-IDs ---------------------------------------------------- */

/* [CRED-01] [CRED-02] [CRED-03] [CRED-10] */
Test(tokens_credential, cuts_a_credential_id_at_its_first_hyphen)
{
    static const struct {
        const char *text;
        uint32_t type; /* 0: it is none */
        const char *value;
    } rows[] = {
        {"10-thiskey@mymef.com", 10, "thiskey@mymef.com"},
        {"16-k-1@das.example.com", 16, "k-1@das.example.com"},
        {"41-ni:///sha-256;AA", 41, "ni:///sha-256;AA"},
        {"54-//sp.example/cse/C1", 54, "//sp.example/cse/C1"},
        {"55-n", 55, "n"},
        {"17-a", 0, NULL},
        {"34-a", 0, NULL},
        {"010-a", 0, NULL},
        {"1-a", 0, NULL},
        {"10a", 0, NULL},
        {"10-", 0, NULL},
        {"-a", 0, NULL},
        {"10", 0, NULL},
        {"", 0, NULL},
        {"1a-b", 0, NULL},
        {" 10-a", 0, NULL},
        {"10-a b", 0, NULL},
        {"10-\xC3\xA9", 0, NULL},
        {"10-a\"", 0, NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_credential_id id;
        char text[64];
        bool is_one =
            postern_credential_id_parse(&id, postern_str_of(rows[i].text));

        cr_expect_eq(is_one, rows[i].type != 0, "%s", rows[i].text);
        cr_expect_eq((uint32_t)id.type, rows[i].type);
        cr_expect(!is_one || pst_str_is(id.value, rows[i].value));
        cr_expect_eq(postern_credential_id_format(&id, text, sizeof text),
                     is_one ? strlen(rows[i].text) : 0);
        cr_expect_str_eq(text, is_one ? rows[i].text : "");
    }
}

/* ---- key identifiers --------------------------------------------------- */

#define HEX_32 "000102030405060708090a0B0C0D0E0F"
#define LABEL_63                                                               \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* [CRED-04] [CRED-05] [CRED-06] [CRED-07] [CRED-09] [CRED-10] */
Test(tokens_credential, reads_key_identifiers_by_their_kind)
{
    static const struct {
        postern_key_id_kind kind;
        const char *text;
        bool is_one;
    } rows[] = {
        {POSTERN_KEY_ID_KPSA, "my-key_name@sp.example", true},
        {POSTERN_KEY_ID_KPSA, "firstname.lastname@sp.example", true},
        {POSTERN_KEY_ID_KPSA, "1he83he@a", true},
        {POSTERN_KEY_ID_KPSA, "@sp.example", false},
        {POSTERN_KEY_ID_KPSA, "a@", false},
        {POSTERN_KEY_ID_KPSA, "a", false},
        {POSTERN_KEY_ID_KPSA, "a@b@c", false},
        {POSTERN_KEY_ID_KPSA, "a+b@c", false},
        {POSTERN_KEY_ID_KPSA, "a b@c", false},
        {POSTERN_KEY_ID_KPSA, "a@b..c", false},
        {POSTERN_KEY_ID_KPSA, "a@b.c.", false},
        {POSTERN_KEY_ID_KPSA, "a@-b", false},
        {POSTERN_KEY_ID_KPSA, "a@b-", false},
        {POSTERN_KEY_ID_KPSA, "a@b_c", false},
        {POSTERN_KEY_ID_KPSA, "a@" LABEL_63 ".b", true},
        {POSTERN_KEY_ID_KPSA, "a@" LABEL_63 "a.b", false},
        {POSTERN_KEY_ID_KPSA,
         "a@" LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_63, false},
        {POSTERN_KEY_ID_KM, "Km.1@maf.example", true},
        {POSTERN_KEY_ID_KM, "Km/1@maf.example", false},
        {POSTERN_KEY_ID_KE, HEX_32 "@mef.example", true},
        {POSTERN_KEY_ID_KE, "00" HEX_32 "@mef.example", false},
        {POSTERN_KEY_ID_KE, "0001@mef.example", false},
        {POSTERN_KEY_ID_KE, "g00102030405060708090a0b0c0d0e0f@m", false},
        {POSTERN_KEY_ID_KC, HEX_32 "@maf.example", true},
        {POSTERN_KEY_ID_KC, "chosen-by-maf@maf.example", true},
        {POSTERN_KEY_ID_KC, "two words@maf.example", false},
        {(postern_key_id_kind)0, "a@b", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_key_id id;
        char text[512];
        bool is_one = postern_key_id_parse(&id, rows[i].kind,
                                           postern_str_of(rows[i].text));

        cr_expect_eq(is_one, rows[i].is_one, "%s", rows[i].text);
        cr_expect_eq(postern_key_id_format(&id, text, sizeof text),
                     is_one ? strlen(rows[i].text) : 0);
        cr_expect_str_eq(text, is_one ? rows[i].text : "");
    }
}

static bool same(postern_key_id_kind kind, const char *a, const char *b)
{
    postern_key_id x;
    postern_key_id y;

    cr_assert(postern_key_id_parse(&x, kind, postern_str_of(a)));
    cr_assert(postern_key_id_parse(&y, kind, postern_str_of(b)));
    return postern_key_id_equal(&x, &y);
}

Test(tokens_credential, compares_key_identifiers_as_their_kind_has_it)
{
    cr_expect(same(POSTERN_KEY_ID_KPSA, "a@X.example", "a@x.EXAMPLE"));
    cr_expect_not(same(POSTERN_KEY_ID_KPSA, "A@x", "a@x"));
    cr_expect(same(POSTERN_KEY_ID_KM, "A@x", "a@x"));
    cr_expect_not(same(POSTERN_KEY_ID_KM, "a@x", "a@y"));
    cr_expect(same(POSTERN_KEY_ID_KE, "000102030405060708090A0B0C0D0E0F@m",
                   "000102030405060708090a0b0c0d0e0f@m"));
    cr_expect(same(POSTERN_KEY_ID_KC, "000102030405060708090A0B0C0D0E0F@m",
                   "000102030405060708090a0b0c0d0e0f@m"));
    cr_expect_not(same(POSTERN_KEY_ID_KC, "Chosen@m", "chosen@m"));
}

Test(tokens_credential, writes_no_key_identifier_without_a_domain)
{
    static const uint8_t bytes[POSTERN_RELATIVE_ID_SIZE];
    char text[POSTERN_KEY_ID_SIZE];

    cr_expect_eq(postern_key_id_of_bytes(bytes, PST_STR(""), text), 0);
    cr_expect_eq(postern_key_id_of_bytes(bytes, PST_STR("a b"), text), 0);
    cr_expect_str_eq(text, "");
}

/* ---- SUIDs ------------------------------------------------------------- */

/* [KEY-02] [KEY-03] */
Test(tokens_credential, permits_a_suid_its_own_use_alone)
{
    static const uint32_t known[] = {10, 11, 12, 13, 14, 15, 21, 22, 23, 24, 25,
                                     32, 33, 34, 35, 40, 41, 42, 43, 44, 45};
    size_t next = 0;

    for (uint32_t suid = 0; suid < 100; suid++) {
        bool is_known =
            next < sizeof known / sizeof *known && known[next] == suid;

        next += is_known;
        cr_expect_eq(postern_suid_is_known(suid), is_known, "%u", suid);
        for (uint32_t use = 0; use < 6; use++) {
            cr_expect_eq(postern_suid_permits(suid, (postern_suid_use)use),
                         is_known && suid % 10 == use, "%u %u", suid, use);
        }
    }
    cr_expect_not(postern_suid_is_known(UINT32_MAX));
}

Test(tokens_credential, agrees_with_the_keys_of_tokens)
{
    for (uint32_t suid = 0; suid < 100; suid++) {
        uint32_t algs = pst_suid_algs(suid);

        cr_expect_eq((algs & PST_ALGS_SIGNING) != 0,
                     postern_suid_permits(suid, POSTERN_USE_SIGNATURE));
        cr_expect_eq((algs & PST_ALGS_ENCRYPTING) != 0,
                     postern_suid_permits(suid, POSTERN_USE_ENCRYPTION) ||
                         postern_suid_permits(suid, POSTERN_USE_ESPRIM));
    }
}

/* ---- public key identifiers -------------------------------------------- */

/* clang-format off */
/* The public key of RFC 6920 section 8.2, in DER. */
static const char rfc_spki[] =
    "30820122300d06092a864886f70d01010105000382010f003082010a0282010100a25f83"
    "da9bd9f17a3a3667bafd5a940ecf16d55a553a5ed403b1658e6dcfa3b7dba4e7cc0f52c6"
    "7d351dc468c2bd7b9ddbe40ad710cdf95320ee0dd7566e5b7aae2c5f830a193c725896d6"
    "86e80ee694eb5cf2903ef3a88a8856b6cd3638762297b16b3c9c07f34f9708a1bc29389b"
    "81062b7460387a932f39be1234096e0b5710b7a37bf2c6eed6c1e5ecaec59c8314f46b58"
    "e2def2ffc97707e3f34c97cf1a289e38a1b3934175a1a4763f4d78d744d61ae3cee25dc5"
    "784cb531222ec74b8c6f56785ca1c4c01dcae5b944d7e9909cbceeb0a2b1dcda6da00ff6"
    "ad1e2c12a2a766603e36d49141c2f2e769392c9dd2dfb5a34495487c876489ddbf0501ee"
    "dd0203010001";
/* P-256, and the bytes 00 to 3f for a point. */
static const char counting_spki[] =
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
/* clang-format on */

static unsigned nibble(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static postern_str unhex(const char *hex, char *out)
{
    size_t len = strlen(hex) / 2;

    for (size_t i = 0; i < len; i++) {
        out[i] = (char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    }
    return (postern_str){out, len};
}

static postern_public_key_id id_of(const char *spki, postern_key_digest digest)
{
    char bytes[512];
    postern_public_key_id id;

    cr_assert_eq(postern_public_key_id_of_spki(&id, digest, unhex(spki, bytes)),
                 POSTERN_OK);
    return id;
}

/* [PKID-01] [PKID-05] */
Test(tokens_credential, names_public_keys_as_rfc_6920_does)
{
    static const struct {
        const char *spki;
        postern_key_digest digest;
        const char *text;
    } rows[] = {
        {rfc_spki, POSTERN_DIGEST_SHA256,
         "ni:///sha-256;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q"},
        {counting_spki, POSTERN_DIGEST_SHA256,
         "ni:///sha-256;ATHdqWVP74bVeBK5lg8mBSPCekDDoY-o7McwNRDnjCI"},
        {counting_spki, POSTERN_DIGEST_SHA256_128,
         "ni:///sha-256-128;ATHdqWVP74bVeBK5lg8mBQ"},
        {counting_spki, POSTERN_DIGEST_SHA256_120,
         "ni:///sha-256-120;ATHdqWVP74bVeBK5lg8m"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_public_key_id id = id_of(rows[i].spki, rows[i].digest);
        char text[POSTERN_PUBLIC_KEY_ID_TEXT];

        cr_expect_eq(postern_public_key_id_format(&id, text),
                     strlen(rows[i].text));
        cr_expect_str_eq(text, rows[i].text);
    }
}

Test(tokens_credential, names_the_text_of_rfc_6920)
{
    char text[POSTERN_PUBLIC_KEY_ID_TEXT];
    postern_public_key_id id;

    cr_assert_eq(postern_public_key_id_of_spki(&id, POSTERN_DIGEST_SHA256,
                                               PST_STR("Hello World!")),
                 POSTERN_OK);
    postern_public_key_id_format(&id, text);
    cr_expect_str_eq(
        text, "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk");
    cr_expect_eq(
        postern_public_key_id_of_spki(&id, POSTERN_DIGEST_SHA256, PST_STR("")),
        POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_public_key_id_of_spki(&id, (postern_key_digest)4,
                                               PST_STR("Hello World!")),
                 POSTERN_ERR_ARGUMENT);
}

#define NIH_120 "nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2;f"
#define NI_256 "ni:///sha-256;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q"

/* [PKID-03] [PKID-04] */
Test(tokens_credential, reads_every_form_of_a_public_key_identifier)
{
    static const struct {
        const char *text;
        int digest; /* of the key of the RFC; 0: it is none */
    } rows[] = {
        {NI_256, 1},
        {"ni://example.com/sha-256;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q",
         1},
        {NI_256 "?ct=text/plain", 1},
        {"NI:///sha-256;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q", 1},
        {NIH_120, 3},
        {"nih:3;532690-57e12f-e2b74b-a07c89-2560a2;f", 3},
        {"nih:3;53269057E12FE2B74BA07C892560A2", 3},
        {"nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2;e", 0},
        {"nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a3;f", 0},
        {"nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2;", 0},
        {"nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2;ff", 0},
        {"nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560;f", 0},
        {"nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a;f", 0},
        {"nih:sha-256-32;53269057;b", 0}, /* none that oneM2M uses */
        {"nih:6;53269057;b", 0},
        {"nih:sha-256-120;g326-9057-e12f-e2b7-4ba0-7c89-2560-a2;f", 0},
        {"ni:///sha-256;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q=", 0},
        {"ni:///sha-256;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-R", 0},
        {"ni:///sha-256;UyaQV-Ev4rdLoHyJJWCi1w", 0},
        {"ni:///sha-256-128;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q", 0},
        {"ni:///sha-512;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q", 0},
        {"ni:///sha-256", 0},
        {"ni:///", 0},
        {"ni://", 0},
        {"ni:", 0},
        {"", 0},
        {"sha-256;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q", 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_public_key_id id;
        bool is_one =
            postern_public_key_id_parse(&id, postern_str_of(rows[i].text));

        cr_expect_eq(is_one, rows[i].digest != 0, "%s", rows[i].text);
        if (is_one) {
            postern_public_key_id key =
                id_of(rfc_spki, (postern_key_digest)rows[i].digest);

            cr_expect(postern_public_key_id_equal(&id, &key), "%s",
                      rows[i].text);
        } else {
            cr_expect_eq(id.size, 0);
        }
    }
}

Test(tokens_credential, writes_what_it_reads)
{
    static const char binary_120[] = "\x03\x53\x26\x90\x57\xe1\x2f\xe2"
                                     "\xb7\x4b\xa0\x7c\x89\x25\x60\xa2";
    postern_public_key_id key = id_of(rfc_spki, POSTERN_DIGEST_SHA256_120);
    char text[POSTERN_PUBLIC_KEY_ID_TEXT];
    uint8_t binary[POSTERN_PUBLIC_KEY_ID_BINARY];
    postern_public_key_id id;

    postern_public_key_id_format_nih(&key, text);
    cr_expect_str_eq(text, NIH_120);
    cr_expect_eq(postern_public_key_id_format_binary(&key, binary), 16);
    cr_expect_arr_eq((const char *)binary, binary_120, 16);
    for (int digest = 1; digest <= 3; digest++) {
        key = id_of(counting_spki, (postern_key_digest)digest);
        postern_public_key_id_format(&key, text);
        cr_expect(postern_public_key_id_parse(&id, postern_str_of(text)));
        cr_expect(postern_public_key_id_equal(&id, &key));
        postern_public_key_id_format_nih(&key, text);
        cr_expect(postern_public_key_id_parse(&id, postern_str_of(text)));
        cr_expect(postern_public_key_id_equal(&id, &key));
        cr_expect(postern_public_key_id_parse_binary(
            &id,
            (postern_str){(const char *)binary,
                          postern_public_key_id_format_binary(&key, binary)}));
        cr_expect(postern_public_key_id_equal(&id, &key));
    }
}

Test(tokens_credential, reads_the_binary_form_strictly)
{
    char bytes[34] = {1};
    postern_public_key_id id;

    cr_expect(
        postern_public_key_id_parse_binary(&id, (postern_str){bytes, 33}));
    cr_expect_not(
        postern_public_key_id_parse_binary(&id, (postern_str){bytes, 32}));
    cr_expect_not(
        postern_public_key_id_parse_binary(&id, (postern_str){bytes, 34}));
    cr_expect_not(
        postern_public_key_id_parse_binary(&id, (postern_str){bytes, 0}));
    bytes[0] = 0x41; /* a reserved bit */
    cr_expect_not(
        postern_public_key_id_parse_binary(&id, (postern_str){bytes, 33}));
    bytes[0] = 4;
    cr_expect_not(
        postern_public_key_id_parse_binary(&id, (postern_str){bytes, 33}));
}

/* [PKID-02] [PKID-03] [PKID-04] */
Test(tokens_credential, matches_a_key_by_the_digest_of_the_trusted_id)
{
    postern_public_key_id whole = id_of(rfc_spki, POSTERN_DIGEST_SHA256);
    postern_public_key_id cut = id_of(rfc_spki, POSTERN_DIGEST_SHA256_120);
    char bytes[512];
    postern_str spki = unhex(rfc_spki, bytes);

    cr_expect(postern_public_key_id_matches(&whole, spki));
    cr_expect(postern_public_key_id_matches(&cut, spki));
    cr_expect_not(postern_public_key_id_equal(&whole, &cut),
                  "a prefix is another ID");
    cr_expect_null(postern_public_key_id_advice(&whole));
    cr_expect_not_null(postern_public_key_id_advice(&cut));
    bytes[20] ^= 1;
    cr_expect_not(postern_public_key_id_matches(&whole, spki));
    cr_expect_not(postern_public_key_id_matches(&cut, spki));
    whole.size = 0;
    cr_expect_not(postern_public_key_id_equal(&whole, &whole),
                  "nothing is equal to nothing");
}

Test(tokens_credential, names_a_key_of_openssl_by_its_der)
{
    char bytes[512];
    postern_str spki = unhex(rfc_spki, bytes);
    const unsigned char *at = (const unsigned char *)bytes;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, (long)spki.len);
    postern_public_key_id key = id_of(rfc_spki, POSTERN_DIGEST_SHA256);
    postern_public_key_id id;

    cr_assert(pkey);
    cr_assert_eq(
        postern_public_key_id_of_pkey(&id, POSTERN_DIGEST_SHA256, pkey),
        POSTERN_OK);
    cr_expect(postern_public_key_id_equal(&id, &key));
    cr_expect_eq(
        postern_public_key_id_of_pkey(&id, POSTERN_DIGEST_SHA256, NULL),
        POSTERN_ERR_ARGUMENT);
    EVP_PKEY_free(pkey);
}
