/* Keys that come as PEM, as EVP_PKEY, and as operations. [SE-03] */
#include "support/jose_keys.h"

#include "base/str.h"
#include "jose/key.h"

#include <criterion/criterion.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

enum { PEM_SIZE = 8192 };

/* PEM of a key, made by OpenSSL. */
struct pem {
    char bytes[PEM_SIZE];
    size_t len;
};

static struct pem take(BIO *bio)
{
    struct pem pem;
    char *bytes = NULL;
    long len = BIO_get_mem_data(bio, &bytes);

    cr_assert(len > 0 && len < PEM_SIZE);
    memcpy(pem.bytes, bytes, (size_t)len);
    pem.len = (size_t)len;
    BIO_free(bio);
    return pem;
}

static struct pem public_pem(EVP_PKEY *pkey)
{
    BIO *bio = BIO_new(BIO_s_mem());

    cr_assert_eq(PEM_write_bio_PUBKEY(bio, pkey), 1);
    return take(bio);
}

static struct pem private_pem(EVP_PKEY *pkey, const char *passphrase)
{
    BIO *bio = BIO_new(BIO_s_mem());

    cr_assert_eq(PEM_write_bio_PKCS8PrivateKey(
                     bio, pkey, passphrase ? EVP_aes_128_cbc() : NULL,
                     passphrase, passphrase ? (int)strlen(passphrase) : 0, NULL,
                     NULL),
                 1);
    return take(bio);
}

static struct pem traditional_pem(EVP_PKEY *pkey, bool encrypted)
{
    BIO *bio = BIO_new(BIO_s_mem());

    cr_assert_eq(PEM_write_bio_PrivateKey_traditional(
                     bio, pkey, encrypted ? EVP_aes_128_cbc() : NULL,
                     (const unsigned char *)"abcd", 4, NULL, NULL),
                 1);
    return take(bio);
}

static struct pem certificate_pem(EVP_PKEY *pkey)
{
    BIO *bio = BIO_new(BIO_s_mem());
    X509 *certificate = X509_new();

    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 1);
    X509_set_pubkey(certificate, pkey);
    cr_assert_gt(X509_sign(certificate, pkey, EVP_sha256()), 0);
    cr_assert_eq(PEM_write_bio_X509(bio, certificate), 1);
    X509_free(certificate);
    return take(bio);
}

static struct pem joined(const struct pem *a, const struct pem *b)
{
    struct pem both = *a;

    cr_assert_lt(a->len + b->len, PEM_SIZE);
    memcpy(both.bytes + a->len, b->bytes, b->len);
    both.len += b->len;
    return both;
}

static postern_str text_of(const struct pem *pem)
{
    return (postern_str){pem->bytes, pem->len};
}

static postern_key_facts facts_of(const char *kid, postern_jose_alg alg)
{
    postern_key_facts facts;

    postern_key_facts_init(&facts);
    facts.kid = postern_str_of(kid);
    facts.alg = alg;
    return facts;
}

static postern_keys *new_keys(void)
{
    postern_keys *keys;

    cr_assert_eq(postern_keys_new(&keys, NULL), POSTERN_OK);
    return keys;
}

enum verdict { TAKEN_PUBLIC, TAKEN_PRIVATE, REFUSED };

static void expect(const postern_keys *keys, postern_status status,
                   enum verdict verdict, const char *what,
                   const postern_diag *diag)
{
    cr_expect_eq(status, verdict == REFUSED ? POSTERN_ERR_POLICY : POSTERN_OK,
                 "%s: %s", what, diag->message);
    cr_expect_eq(postern_keys_count(keys), verdict == REFUSED ? 0 : 1, "%s",
                 what);
    if (status == POSTERN_OK) {
        cr_expect_eq(keys->keys->is_private, verdict == TAKEN_PRIVATE, "%s",
                     what);
    }
}

static void try_pem(const char *what, postern_str text, postern_jose_alg alg,
                    enum verdict verdict)
{
    postern_key_facts facts = facts_of("a", alg);
    postern_keys *keys = new_keys();
    postern_diag diag;

    expect(keys, postern_keys_add_pem(keys, text, &facts, &diag), verdict, what,
           &diag);
    postern_keys_free(keys);
}

static void try_each_pem(EVP_PKEY *pkey, postern_jose_alg alg)
{
    struct pem public_text = public_pem(pkey);
    struct pem private_text = private_pem(pkey, NULL);
    struct pem locked = private_pem(pkey, "abcd");
    struct pem old = traditional_pem(pkey, false);
    struct pem old_locked = traditional_pem(pkey, true);
    struct pem certificate = certificate_pem(pkey);
    struct pem two = joined(&public_text, &public_text);
    struct pem cut = public_text;

    cut.len = cut.len / 2;
    try_pem("public", text_of(&public_text), alg, TAKEN_PUBLIC);
    try_pem("private", text_of(&private_text), alg, TAKEN_PRIVATE);
    try_pem("old private", text_of(&old), alg, TAKEN_PRIVATE);
    try_pem("certificate", text_of(&certificate), alg, TAKEN_PUBLIC);
    try_pem("locked", text_of(&locked), alg, REFUSED);
    try_pem("old locked", text_of(&old_locked), alg, REFUSED);
    try_pem("two", text_of(&two), alg, REFUSED);
    try_pem("cut", text_of(&cut), alg, REFUSED);
    try_pem("another algorithm", text_of(&public_text), POSTERN_ALG_HS256,
            REFUSED);
    try_pem("several algorithms", text_of(&public_text), POSTERN_ALG_NONE,
            REFUSED);
}

Test(jose_key_forms, takes_keys_and_certificates_in_pem)
{
    EVP_PKEY *rsa = EVP_RSA_gen(2048);
    EVP_PKEY *ec = EVP_EC_gen("P-384");

    try_each_pem(rsa, POSTERN_ALG_RS256);
    try_each_pem(ec, POSTERN_ALG_ES384);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
}

Test(jose_key_forms, refuses_pem_of_other_keys)
{
    EVP_PKEY *weak = EVP_RSA_gen(1024);
    EVP_PKEY *koblitz = EVP_EC_gen("secp256k1");
    EVP_PKEY *edwards = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    EVP_PKEY *const pkeys[] = {weak, koblitz, edwards};

    for (size_t i = 0; i < sizeof pkeys / sizeof *pkeys; i++) {
        struct pem pem = public_pem(pkeys[i]);

        try_pem("other", text_of(&pem), POSTERN_ALG_ES256, REFUSED);
        EVP_PKEY_free(pkeys[i]);
    }
    try_pem("nothing", PST_STR(""), POSTERN_ALG_ES256, REFUSED);
    try_pem("JSON", PST_STR("{}"), POSTERN_ALG_ES256, REFUSED);
    try_pem("empty",
            PST_STR("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"),
            POSTERN_ALG_ES256, REFUSED);
    try_pem("parameters alone",
            PST_STR("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
                    "-----END EC PARAMETERS-----\n"),
            POSTERN_ALG_ES256, REFUSED);
}

/* The parameters of a curve written out, which may be those of P-256 but for
 * the generator (CVE-2020-0601). */
Test(jose_key_forms, refuses_curves_that_are_written_out)
{
    EVP_PKEY *ec = EVP_EC_gen("P-256");
    struct pem named = public_pem(ec);
    struct pem explicit_curve;

    cr_assert_eq(EVP_PKEY_set_utf8_string_param(ec, "encoding", "explicit"), 1);
    explicit_curve = public_pem(ec);
    try_pem("named", text_of(&named), POSTERN_ALG_ES256, TAKEN_PUBLIC);
    try_pem("explicit", text_of(&explicit_curve), POSTERN_ALG_ES256, REFUSED);
    EVP_PKEY_free(ec);
}

Test(jose_key_forms, wants_a_kid_for_what_has_none_inside)
{
    EVP_PKEY *ec = EVP_EC_gen("P-256");
    struct pem pem = public_pem(ec);
    postern_key_facts facts;
    postern_keys *keys = new_keys();

    postern_key_facts_init(&facts);
    facts.alg = POSTERN_ALG_ES256;
    cr_expect_eq(postern_keys_add_pem(keys, text_of(&pem), &facts, NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_keys_add_pkey(keys, ec, &facts, NULL),
                 POSTERN_ERR_POLICY);
    facts.kid = PST_STR("a");
    cr_expect_eq(postern_keys_add_pem(keys, text_of(&pem), &facts, NULL),
                 POSTERN_OK);
    EVP_PKEY_free(ec);
    postern_keys_free(keys);
}

/* ---- EVP_PKEY ---------------------------------------------------------- */

static EVP_PKEY *public_half(EVP_PKEY *pkey)
{
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(pkey, &der);
    const unsigned char *at = der;
    EVP_PKEY *half = d2i_PUBKEY(NULL, &at, size);

    OPENSSL_free(der);
    return half;
}

static void try_pkey(const char *what, EVP_PKEY *pkey, postern_jose_alg alg,
                     enum verdict verdict)
{
    postern_key_facts facts = facts_of("a", alg);
    postern_keys *keys = new_keys();
    postern_diag diag;

    expect(keys, postern_keys_add_pkey(keys, pkey, &facts, &diag), verdict,
           what, &diag);
    postern_keys_free(keys);
}

Test(jose_key_forms, finds_out_whether_a_key_of_openssl_is_private)
{
    static const postern_jose_alg rsa_algs[] = {POSTERN_ALG_RS512,
                                                POSTERN_ALG_RSA_OAEP_256};
    static const postern_jose_alg ec_algs[] = {POSTERN_ALG_ES512,
                                               POSTERN_ALG_ECDH_ES_A256KW};
    EVP_PKEY *rsa = EVP_RSA_gen(2048);
    EVP_PKEY *ec = EVP_EC_gen("P-521");
    EVP_PKEY *rsa_half = public_half(rsa);
    EVP_PKEY *ec_half = public_half(ec);

    for (int i = 0; i < 2; i++) {
        try_pkey("RSA", rsa, rsa_algs[i], TAKEN_PRIVATE);
        try_pkey("half of RSA", rsa_half, rsa_algs[i], TAKEN_PUBLIC);
        try_pkey("EC", ec, ec_algs[i], TAKEN_PRIVATE);
        try_pkey("half of EC", ec_half, ec_algs[i], TAKEN_PUBLIC);
        try_pkey("RSA as EC", rsa, ec_algs[i], REFUSED);
        try_pkey("EC as RSA", ec, rsa_algs[i], REFUSED);
    }
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(rsa_half);
    EVP_PKEY_free(ec_half);
}

Test(jose_key_forms, takes_a_reference_of_its_own)
{
    EVP_PKEY *ec = EVP_EC_gen("P-256");
    postern_key_facts facts = facts_of("a", POSTERN_ALG_ES256);
    postern_keys *keys = new_keys();

    cr_assert_eq(postern_keys_add_pkey(keys, ec, &facts, NULL), POSTERN_OK);
    EVP_PKEY_free(ec);
    cr_expect_eq(EVP_PKEY_get_bits(keys->keys->pkey), 256);
    cr_expect_eq(postern_keys_add_pkey(keys, NULL, &facts, NULL),
                 POSTERN_ERR_ARGUMENT);
    postern_keys_free(keys);
}

/* ---- operations -------------------------------------------------------- */

static postern_status answer(void *user, postern_jose_alg alg,
                             postern_str input, uint8_t *out, size_t *size)
{
    (void)user;
    (void)alg;
    (void)input;
    memset(out, 0, *size);
    return POSTERN_OK;
}

static postern_status answer_derive(void *user, postern_str point, uint8_t *out,
                                    size_t *size)
{
    (void)user;
    (void)point;
    memset(out, 0, *size);
    return POSTERN_OK;
}

static void count(void *user)
{
    ++*(int *)user;
}

Test(jose_key_forms, takes_operations_that_the_algorithm_needs)
{
    enum { SIGN = 1, MAC = 2, UNWRAP = 4, DERIVE = 8, ALL = 15 };
    static const struct {
        postern_jose_alg alg;
        const char *text; /* NULL: none */
        unsigned offered;
        bool taken;
    } rows[] = {
        {POSTERN_ALG_ES256, EC256_PUBLIC("a", SIG("ES256")), SIGN, true},
        {POSTERN_ALG_ES256, EC256_PUBLIC("a", SIG("ES256")), ALL - SIGN, false},
        {POSTERN_ALG_RS256, RSA_PUBLIC("a", SIG("RS256")), SIGN, true},
        {POSTERN_ALG_RSA_OAEP_256, RSA_PUBLIC("a", AGREE), UNWRAP, true},
        {POSTERN_ALG_RSA_OAEP_256, RSA_PUBLIC("a", AGREE), ALL - UNWRAP, false},
        {POSTERN_ALG_ECDH_ES_A128KW, EC256_PUBLIC("a", AGREE), DERIVE, true},
        {POSTERN_ALG_ECDH_ES_A128KW, EC256_PUBLIC("a", AGREE), ALL - DERIVE,
         false},
        {POSTERN_ALG_HS256, NULL, MAC, true},
        {POSTERN_ALG_HS256, NULL, ALL - MAC, false},
        {POSTERN_ALG_A128KW, NULL, UNWRAP, true},
        {POSTERN_ALG_A128KW, NULL, ALL - UNWRAP, false},
        {POSTERN_ALG_DIR, NULL, ALL, false}, /* it would be the key itself */
        {POSTERN_ALG_NONE, NULL, ALL, false},
        {POSTERN_ALG_ES256, EC256_PRIVATE("a", SIG("ES256")), ALL, false},
        {POSTERN_ALG_RS256, RSA_PRIVATE("a", SIG("RS256")), ALL, false},
        {POSTERN_ALG_HS256, OCT_KEY("a", "HS256", OCT_32), ALL, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_key_facts facts = facts_of("a", rows[i].alg);
        int destroyed = 0;
        postern_key_ops ops = {
            .user = &destroyed,
            .sign = rows[i].offered & SIGN ? answer : NULL,
            .mac = rows[i].offered & MAC ? answer : NULL,
            .unwrap = rows[i].offered & UNWRAP ? answer : NULL,
            .derive = rows[i].offered & DERIVE ? answer_derive : NULL,
            .destroy = count};
        postern_keys *keys = new_keys();
        postern_diag diag;
        postern_status status = postern_keys_add_ops(
            keys, postern_str_of(rows[i].text), &ops, &facts, &diag);

        cr_expect_eq(status == POSTERN_OK, rows[i].taken, "%zu: %s", i,
                     diag.message);
        cr_expect_eq(destroyed, 0, "%zu", i);
        postern_keys_free(keys);
        cr_expect_eq(destroyed, rows[i].taken, "%zu", i);
    }
}

Test(jose_key_forms, takes_the_public_part_of_operations_in_pem)
{
    postern_key_ops ops = {.sign = answer};
    EVP_PKEY *ec = EVP_EC_gen("P-256");
    struct pem public_text = public_pem(ec);
    struct pem private_text = private_pem(ec, NULL);
    postern_key_facts facts = facts_of("a", POSTERN_ALG_ES256);
    postern_keys *keys = new_keys();

    cr_expect_eq(
        postern_keys_add_ops(keys, text_of(&private_text), &ops, &facts, NULL),
        POSTERN_ERR_POLICY);
    cr_expect_eq(
        postern_keys_add_ops(keys, text_of(&public_text), &ops, &facts, NULL),
        POSTERN_OK);
    cr_expect(keys->keys->may_sign);
    cr_expect_eq(
        postern_keys_add_ops(keys, text_of(&public_text), NULL, &facts, NULL),
        POSTERN_ERR_ARGUMENT);
    EVP_PKEY_free(ec);
    postern_keys_free(keys);
}

Test(jose_key_forms, wraps_by_no_secret_that_is_elsewhere)
{
    postern_key_ops ops = {.unwrap = answer};
    postern_key_facts facts = facts_of("a", POSTERN_ALG_A128KW);
    postern_keys *keys = new_keys();

    cr_assert_eq(
        postern_keys_add_ops(keys, (postern_str){NULL, 0}, &ops, &facts, NULL),
        POSTERN_OK);
    cr_expect(pst_key_may(keys->keys, PST_DECRYPT, false, 0));
    cr_expect_not(pst_key_may(keys->keys, PST_ENCRYPT, false, 0));
    postern_keys_free(keys);
}
