#include "bench/token_raw.h"

#include "base/str.h"
#include "jose/base64url.h"
#include "jose/key.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <string.h>

enum { POINT = 1 + 2 * 66, CEK = 32, WRAP_EXTRA = 8, TAG = 16 };

static const EVP_MD *hash_of(const char *alg)
{
    if (strcmp(alg + 2, "256") == 0) {
        return EVP_sha256();
    }
    return strcmp(alg + 2, "384") == 0 ? EVP_sha384() : EVP_sha512();
}

static const EVP_CIPHER *gcm_of(size_t size)
{
    return size == 16   ? EVP_aes_128_gcm()
           : size == 24 ? EVP_aes_192_gcm()
                        : EVP_aes_256_gcm();
}

static const EVP_CIPHER *wrap_of(size_t size)
{
    return size == 16   ? EVP_aes_128_wrap()
           : size == 24 ? EVP_aes_192_wrap()
                        : EVP_aes_256_wrap();
}

static const uint8_t *bytes_of(postern_str text)
{
    return (const uint8_t *)text.data;
}

/* ---- signatures --------------------------------------------------------- */

static bool check_mac(const struct bench_raw *raw)
{
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    return HMAC(hash_of(raw->sort->alg), raw->signer->secret,
                (int)raw->signer->size, bytes_of(raw->input), raw->input.len,
                mac, &size) &&
           size == raw->signature.len &&
           CRYPTO_memcmp(mac, raw->signature.data, size) == 0;
}

static bool check_signature(const struct bench_raw *raw)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good =
        context &&
        EVP_DigestVerifyInit(context, NULL, hash_of(raw->sort->alg), NULL,
                             raw->signer->pkey) == 1 &&
        EVP_DigestVerify(context, bytes_of(raw->signature), raw->signature.len,
                         bytes_of(raw->input), raw->input.len) == 1;

    EVP_MD_CTX_free(context);
    return good;
}

static bool check(const struct bench_raw *raw)
{
    return raw->signer->type == PST_KEY_OCT ? check_mac(raw)
                                            : check_signature(raw);
}

/* ---- encryption --------------------------------------------------------- */

struct cek {
    uint8_t bytes[PST_RSA_MAX];
    size_t size;
};

static bool unwrap(const struct bench_raw *raw, const uint8_t *kek, size_t size,
                   struct cek *cek)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    bool done;

    if (!context) {
        return false;
    }
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    done =
        EVP_DecryptInit_ex(context, wrap_of(size), NULL, kek, NULL) == 1 &&
        EVP_DecryptUpdate(context, cek->bytes, &written, bytes_of(raw->wrapped),
                          (int)raw->wrapped.len) == 1;
    EVP_CIPHER_CTX_free(context);
    cek->size = (size_t)written;
    return done;
}

static bool decrypt_cek(const struct bench_raw *raw, struct cek *cek)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(raw->receiver->pkey, NULL);
    bool done;

    cek->size = sizeof cek->bytes;
    done = context && EVP_PKEY_decrypt_init(context) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
           EVP_PKEY_decrypt(context, cek->bytes, &cek->size,
                            bytes_of(raw->wrapped), raw->wrapped.len) == 1;
    EVP_PKEY_CTX_free(context);
    return done;
}

static bool agree(const struct bench_raw *raw, uint8_t *secret, size_t *size)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(raw->receiver->pkey, NULL);
    bool done = context && EVP_PKEY_derive_init(context) == 1 &&
                EVP_PKEY_derive_set_peer(context, raw->point) == 1 &&
                EVP_PKEY_derive(context, secret, size) == 1;

    EVP_PKEY_CTX_free(context);
    return done;
}

static uint8_t *put_number(uint8_t *at, size_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        *at++ = (uint8_t)(number >> shift);
    }
    return at;
}

static const char *encryption_of(const struct bench_sort *sort)
{
    return sort->kind == POSTERN_JOSE_NESTED ? "ECDH-ES+A128KW" : sort->alg;
}

/* The Concat KDF with SHA-256, as RFC 7518 section 4.6.2 has it. */
static bool concat(const struct bench_raw *raw, const uint8_t *secret,
                   size_t size, uint8_t *kek)
{
    uint8_t input[256];
    uint8_t digest[EVP_MAX_MD_SIZE];
    const char *alg = encryption_of(raw->sort);
    size_t name = strlen(alg);
    uint8_t *at = put_number(input, 1);

    memcpy(at, secret, size);
    at = put_number(at + size, name);
    memcpy(at, alg, name);
    at = put_number(at + name, 0);
    at = put_number(at, 0);
    at = put_number(at, (raw->wrapped.len - WRAP_EXTRA) * 8);
    if (EVP_Digest(input, (size_t)(at - input), digest, NULL, EVP_sha256(),
                   NULL) != 1) {
        return false;
    }
    memcpy(kek, digest, raw->wrapped.len - WRAP_EXTRA);
    return true;
}

static bool find_cek(const struct bench_raw *raw, struct cek *cek)
{
    uint8_t secret[72];
    uint8_t kek[CEK];
    size_t size = sizeof secret;

    if (raw->point) {
        return agree(raw, secret, &size) && concat(raw, secret, size, kek) &&
               unwrap(raw, kek, raw->wrapped.len - WRAP_EXTRA, cek);
    }
    if (raw->receiver->type == PST_KEY_RSA) {
        return decrypt_cek(raw, cek);
    }
    if (raw->wrapped.len > 0) {
        return unwrap(raw, raw->receiver->secret, raw->receiver->size, cek);
    }
    memcpy(cek->bytes, raw->receiver->secret, raw->receiver->size);
    cek->size = raw->receiver->size;
    return true;
}

static bool decrypt_content(const struct bench_raw *raw, const struct cek *cek,
                            char *plain)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t tag[TAG];
    int written = 0;
    bool good;

    memcpy(tag, raw->tag.data, TAG);
    good =
        context &&
        EVP_DecryptInit_ex(context, gcm_of(cek->size), NULL, cek->bytes,
                           bytes_of(raw->iv)) == 1 &&
        EVP_DecryptUpdate(context, NULL, &written, bytes_of(raw->aad),
                          (int)raw->aad.len) == 1 &&
        EVP_DecryptUpdate(context, (uint8_t *)plain, &written,
                          bytes_of(raw->content), (int)raw->content.len) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
        EVP_DecryptFinal_ex(context, (uint8_t *)plain + written, &written) == 1;
    EVP_CIPHER_CTX_free(context);
    return good;
}

static bool decrypt(const struct bench_raw *raw, char *plain)
{
    struct cek cek;

    return find_cek(raw, &cek) && decrypt_content(raw, &cek, plain);
}

bool bench_raw_open(const struct bench_raw *raw)
{
    char plain[BENCH_RAW_BYTES];

    return (!raw->receiver || decrypt(raw, plain)) &&
           (!raw->signer || check(raw));
}

/* ---- taking apart ------------------------------------------------------- */

struct parts {
    postern_str all[BENCH_RAW_PARTS];
    size_t count;
};

static struct parts split(postern_str token)
{
    struct parts parts = {.count = 0};
    size_t from = 0;

    while (from <= token.len && parts.count < BENCH_RAW_PARTS) {
        size_t end = pst_str_find(token, from, '.');

        parts.all[parts.count++] = pst_str_slice(token, from, end);
        from = end + 1;
    }
    return parts;
}

/* Decodes behind what was decoded before. */
static postern_str decode(struct bench_raw *raw, size_t *used, postern_str text)
{
    uint8_t *at = raw->bytes + *used;
    size_t size = pst_base64url_bytes(text.len);

    if (*used + size > sizeof raw->bytes || !pst_base64url_decode(text, at)) {
        return (postern_str){NULL, 0};
    }
    *used += size;
    return (postern_str){(const char *)at, size};
}

/* R and S, as OpenSSL wants them. */
static postern_str in_der(struct bench_raw *raw, size_t *used, postern_str form)
{
    size_t half = form.len / 2;
    uint8_t *at = raw->bytes + *used;
    uint8_t *start = at;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(bytes_of(form), (int)half, NULL);
    BIGNUM *s = BN_bin2bn(bytes_of(form) + half, (int)half, NULL);
    int size = -1;

    if (signature && r && s && ECDSA_SIG_set0(signature, r, s) == 1) {
        size = i2d_ECDSA_SIG(signature, &at);
        r = s = NULL;
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(signature);
    *used += size > 0 ? (size_t)size : 0;
    return (postern_str){(const char *)start, size > 0 ? (size_t)size : 0};
}

static bool take_signed(struct bench_raw *raw, const postern_keys *keys,
                        size_t used, postern_str token)
{
    struct parts parts = split(token);

    if (parts.count != 3) {
        return false;
    }
    raw->signer = pst_keys_find(keys, postern_str_of(raw->sort->signer));
    raw->input = pst_str_slice(token, 0, token.len - parts.all[2].len - 1);
    raw->signature = decode(raw, &used, parts.all[2]);
    if (raw->signer && raw->signer->type == PST_KEY_EC) {
        raw->signature = in_der(raw, &used, raw->signature);
    }
    return raw->signer && raw->signature.len > 0;
}

/* A member of the header, by its name in quotes; as base64url. */
static postern_str coordinate(struct bench_raw *raw, size_t *used,
                              postern_str header, const char *name)
{
    char text[BENCH_RAW_BYTES];
    const char *at;

    memcpy(text, header.data, header.len);
    text[header.len] = '\0';
    at = strstr(text, name);
    return at ? decode(raw, used,
                       (postern_str){at + strlen(name),
                                     strcspn(at + strlen(name), "\"")})
              : (postern_str){NULL, 0};
}

static bool take_point(struct bench_raw *raw, size_t *used, postern_str header)
{
    static char *const groups[] = {"", "P-256", "P-384", "P-521"};
    postern_str text = decode(raw, used, header);
    postern_str x = coordinate(raw, used, text, "\"x\":\"");
    postern_str y = coordinate(raw, used, text, "\"y\":\"");
    uint8_t point[POINT] = {4};
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
                                         groups[raw->receiver->curve], 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point,
                                          1 + x.len + y.len),
        OSSL_PARAM_construct_end()};
    bool done = x.len > 0 && 1 + x.len + y.len <= POINT;

    if (done) {
        memcpy(point + 1, x.data, x.len);
        memcpy(point + 1 + x.len, y.data, y.len);
        done = context && EVP_PKEY_fromdata_init(context) == 1 &&
               EVP_PKEY_fromdata(context, &raw->point, EVP_PKEY_PUBLIC_KEY,
                                 parameters) == 1;
    }
    EVP_PKEY_CTX_free(context);
    return done;
}

static bool take_encrypted(struct bench_raw *raw, const postern_keys *keys,
                           size_t *used, postern_str token)
{
    struct parts parts = split(token);

    raw->receiver = pst_keys_find(keys, postern_str_of(raw->sort->receiver));
    if (parts.count != BENCH_RAW_PARTS || !raw->receiver) {
        return false;
    }
    raw->aad = parts.all[0];
    raw->wrapped = decode(raw, used, parts.all[1]);
    raw->iv = decode(raw, used, parts.all[2]);
    raw->content = decode(raw, used, parts.all[3]);
    raw->tag = decode(raw, used, parts.all[4]);
    return raw->tag.len == TAG && (raw->receiver->type != PST_KEY_EC ||
                                   take_point(raw, used, parts.all[0]));
}

bool bench_raw_start(struct bench_raw *raw, const struct bench_sort *sort,
                     const postern_keys *keys, postern_str token)
{
    size_t used = 0;

    *raw = (struct bench_raw){.sort = sort};
    if (sort->receiver && !take_encrypted(raw, keys, &used, token)) {
        return false;
    }
    if (sort->kind == POSTERN_JOSE_NESTED) {
        if (!decrypt(raw, raw->inner)) {
            return false;
        }
        token = (postern_str){raw->inner, raw->content.len};
    }
    return (!sort->signer || take_signed(raw, keys, used, token)) &&
           bench_raw_open(raw);
}

void bench_raw_end(struct bench_raw *raw)
{
    EVP_PKEY_free(raw->point);
    raw->point = NULL;
}
