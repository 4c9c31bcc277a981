/*
 * Keys for tests, one of each sort, as JWKs (made for this purpose: they
 * protect nothing), and the sets that opening and sealing need.
 */
#ifndef TESTS_SUPPORT_JOSE_KEYS_H
#define TESTS_SUPPORT_JOSE_KEYS_H

#include <postern/jose.h>

#include <stdio.h>
#include <stdlib.h>

/* clang-format off */
#define RSA_N \
    "qTcv_QAuekR3g7jeUiuIrLV3sN_RNwEA71myP1MqXyErB_8M94DkaXNl3wxrunnHxP" \
    "t647ltSL8TqD-4lN2YgA2VK108IdPMSZGVsNMQpkZCoPlKhg9gdA_28iUXIag37QGM" \
    "7rF8DQHTbA-GlAg6u5SqHc7_jbHcsQF_3LvT1k9yoKxf4xX5lY_XAIEZzpF75pKaBF" \
    "X6-fQx000igZQX-RNwjSm4QarmBVxpyOdNk5A4hGhNWgr3djj9HlEo7OEJ69KzQA6Y" \
    "Gy8-RYme2DazxaCfUlb-JrUZEv0tixVavfhFPYe_FU_Eabwz02P9Gf3tHTTEk2hirg" \
    "sUS509txDD8w"
#define RSA_E \
    "AQAB"
#define RSA_D \
    "CrxjoQun5z38zzClelUkwMBqraAlp_W6V3U7Z-Ug5RQ3pLQ74GAfHcmihvpEw3oCgK" \
    "7r5xLWqizlVGFmlptQl59E_ZFWxVaouWoxMxzRC5udkpT-c276UaLJqidMRmhj0_er" \
    "N2GvWyvofAyoHzA-ebQ-7tE5SYYlWF2d_SU1lX0ugGPWy_1WkaG3ydkZ3HESqea0Nj" \
    "XXoGDR9yAu6WkdiSKGti2oGjm5txl4hXdM5O9MNXesLD9tvlR1W57boVOLjOsIWJ0v" \
    "rZl1PZ_eggEkrbmTWJ4b45yizTLWmzxfL5iZwQoQ-Nwzm_4uFBX9FWIaQBOLqGNsD7" \
    "AQnD8CfNaWwQ"
#define RSA_P \
    "1AwS4qqdREaBZaYofdN5S1vqBrHKlfGVggbEKyEmeKBu0z56kn13ZQyhcihtKvyeQJ" \
    "hlHCYOjfiXglgOueoArw2NBrbVXGprwkvUeDVoC8eUhSEytWtoIcQMXY6N_TcITekb" \
    "FMieVoadSCwmkf2gIqQMk_Rqar9gVL1DCm0SrwM"
#define RSA_Q \
    "zEpT2BsInrcWuoXCJ6U2Cyvh8zButsgQuGv8tkM-R6hucax9wK3NDuWSO4pS1R9eQg" \
    "C05ldZv_J5esUDzbEKqOh04WIYVnxcXhweDgQ6uklEjkwkYESQqlvE3WdZx20XiGgD" \
    "oSFmaRKqD1isyNsngqyEb2yvoFBt5pIxZak7zFE"
#define RSA_DP \
    "C8Yr2kgs-ViM4M8MGoh-iK-u2_ZNUGwcqB6mD9sEXthRrwseFTpAQe0kncke3q8uPl" \
    "n360s1ra5rA0LOdoZGyXGQLhpC2KHUH_LD9nTItTa8yXOhdC9lldJj-WHsAm5m2KSj" \
    "61CEcjuBSjuhXKPfm2zOgfylWA4OVEY6Db8mtW8"
#define RSA_DQ \
    "qhkZRs77lmuMGTJWPvxoy1R2hi7FgJuEkIoZmQjUSoYLr8qXyl7sZoLwB3NdFOdRbF" \
    "N6THBe4lvamkaArDvFTG6BI0iySxCxOArhW3paC9IFqxXrE90DN1XBzTfIoSxMc99n" \
    "ZjqRMtu_jZegBn2zoDJU8xHkCe_uEhWX27XVfIE"
#define RSA_QI \
    "WVTiF4AvhsMA0IRti4Nn4SosortiZJUNfBaXz-gZsWtTwSzNFG33_VNiiUYouA8B7q" \
    "wOja4psSPXZlJ7pDkwup6RSw_mnmkSPFoq_A2NNkXBsf_YPBt7Pni0pbixTYwK_xPr" \
    "qTVe2EM2DcUrOur1eTn9F8wdV5r5asbws0bOE2o"
#define P256_X \
    "ZisiUt-lhtRj7VZkfhO3jpprstuxyjvTc-pUiYMdzqk"
#define P256_Y \
    "zFxkSdTZ95A2JQndelu_pi6aG-Dk0f8BBFYeDEgbP7E"
#define P256_D \
    "o8fRK4nhkmUhAzb3TstCa5SOJXZu_EXs5jwbyPiYsVs"
#define P384_X \
    "gQ1UJTCvmNHxalqUYwaPS9qLuUWAUvnizaOd6fvJubGXGLfmtMS45m96ieh00emB"
#define P384_Y \
    "ugBDp3_aOGDW8c9sCcP2zJMA7bjIvvvKi4r_usjPSR93Au0jq5rX8CAy0HIB3r1l"
#define P384_D \
    "YO1K5rOoVjx1ldWFgjh6c6fYB5QRjS3BU6LOPOqh80CRGcXYbmHp48giiQbU4uWQ"
#define P521_X \
    "AU3HYSBmsfJgk9sZcM8ZQhb25I-bALwVsW9gto9UdTTGdNZacvnvz2zf71yAiW0CX8" \
    "EcvkvfepjYG6wtsh0k_Wrh"
#define P521_Y \
    "AZtwRs2hpE7tWOR_U7kxgfHpomxd4zx7P8Bj1uLUu1WdziG6HyqIShEBsbLMAOAfSn" \
    "XvU1ySG7RP1WNQ0zZyh6Dn"
#define P521_D \
    "AZkn5eY79StUjK8YkPHnGslszhyLXudruE8mvqVqqwGlB2_pBCiwAXl5QD5iIkyDcY" \
    "uq2yeGMSrA2TQ2UnmTX_5L"
#define OCT_16 \
    "H2uATuH6N8ylw3rXycks6A"
#define OCT_24 \
    "S0PDvTFBrdpAuEyjGhz6micsSUJ5w8C6"
#define OCT_32 \
    "5Vx_Kc9SFkAw7M8tBrqmxJCLoVV5Xe_OkIobePDbFR8"
#define OCT_48 \
    "Ekl3gQWyGBAnJy9TgIqheT3yw6ZDxLSl3UmJNuRXSdF30QPX8d5-W9_6lTFSSTje"
#define OCT_64 \
    "nWl_zRaikq2H1rNetBYB8o1jFmW6trppG42VV2PzEEwCi6lA6P_1-5e0JG5sxxI5NK" \
    "oL8-5Tg_ZjTcpW7Nchlg"
/* clang-format on */

#define OCT_KEY(kid, alg, k)                                                   \
    "{\"kty\":\"oct\",\"kid\":\"" kid "\",\"alg\":\"" alg "\",\"k\":\"" k "\"" \
    "}"
#define EC_PUBLIC(kid, rest, crv, x, y)                                        \
    "{\"kty\":\"EC\",\"kid\":\"" kid "\"," rest ",\"crv\":\"" crv              \
    "\",\"x\":\"" x "\",\"y\":\"" y "\"}"
#define EC_PRIVATE(kid, rest, crv, x, y, d)                                    \
    EC_PUBLIC(kid, rest ",\"d\":\"" d "\"", crv, x, y)
#define RSA_PUBLIC(kid, rest)                                                  \
    "{\"kty\":\"RSA\",\"kid\":\"" kid "\"," rest ",\"n\":\"" RSA_N             \
    "\",\"e\":\"" RSA_E "\"}"
#define RSA_PRIVATE(kid, rest)                                                 \
    RSA_PUBLIC(kid, rest ",\"d\":\"" RSA_D "\",\"p\":\"" RSA_P                 \
                         "\",\"q\":\"" RSA_Q "\",\"dp\":\"" RSA_DP             \
                         "\",\"dq\":\"" RSA_DQ "\",\"qi\":\"" RSA_QI "\"")

#define SIG(alg) "\"use\":\"sig\",\"alg\":\"" alg "\""
#define ENC(alg) "\"use\":\"enc\",\"alg\":\"" alg "\""
#define AGREE "\"use\":\"enc\""

#define EC256_PUBLIC(kid, rest) EC_PUBLIC(kid, rest, "P-256", P256_X, P256_Y)
#define EC384_PUBLIC(kid, rest) EC_PUBLIC(kid, rest, "P-384", P384_X, P384_Y)
#define EC521_PUBLIC(kid, rest) EC_PUBLIC(kid, rest, "P-521", P521_X, P521_Y)
#define EC256_PRIVATE(kid, rest)                                               \
    EC_PRIVATE(kid, rest, "P-256", P256_X, P256_Y, P256_D)
#define EC384_PRIVATE(kid, rest)                                               \
    EC_PRIVATE(kid, rest, "P-384", P384_X, P384_Y, P384_D)
#define EC521_PRIVATE(kid, rest)                                               \
    EC_PRIVATE(kid, rest, "P-521", P521_X, P521_Y, P521_D)

/* The named sets: texts of one JWK each, ending with NULL. */
#define SECRET_KEYS                                                            \
    ((const char *const[]){                                                    \
        OCT_KEY("hs256", "HS256", OCT_32), OCT_KEY("hs384", "HS384", OCT_48),  \
        OCT_KEY("hs512", "HS512", OCT_64), OCT_KEY("dir128", "dir", OCT_16),   \
        OCT_KEY("dir192", "dir", OCT_24), OCT_KEY("dir256", "dir", OCT_32),    \
        OCT_KEY("kw128", "A128KW", OCT_16),                                    \
        OCT_KEY("kw192", "A192KW", OCT_24),                                    \
        OCT_KEY("kw256", "A256KW", OCT_32), NULL})

#define PAIRED_KEYS(RSA, EC256, EC384, EC521)                                  \
    ((const char *const[]){                                                    \
        RSA("rs256", SIG("RS256")), RSA("rs384", SIG("RS384")),                \
        RSA("rs512", SIG("RS512")), RSA("oaep", ENC("RSA-OAEP-256")),          \
        EC256("es256", SIG("ES256")), EC384("es384", SIG("ES384")),            \
        EC521("es512", SIG("ES512")), EC256("ecdh256", AGREE),                 \
        EC384("ecdh384", AGREE), EC521("ecdh521", AGREE), NULL})
#define PRIVATE_KEYS                                                           \
    PAIRED_KEYS(RSA_PRIVATE, EC256_PRIVATE, EC384_PRIVATE, EC521_PRIVATE)
#define PUBLIC_KEYS                                                            \
    PAIRED_KEYS(RSA_PUBLIC, EC256_PUBLIC, EC384_PUBLIC, EC521_PUBLIC)

/* Any algorithm is fine for a key that does not say its own. */
static inline postern_keys *jose_keys(const char *const *texts)
{
    postern_key_facts facts;
    postern_keys *keys;
    postern_diag diag;

    postern_key_facts_init(&facts);
    facts.algs_if_untold = UINT32_MAX;
    if (postern_keys_new(&keys, NULL) != POSTERN_OK) {
        abort();
    }
    for (; *texts; texts++) {
        if (postern_keys_add_jwks(keys, postern_str_of(*texts), &facts,
                                  &diag) != POSTERN_OK) {
            fprintf(stderr, "%s: %s\n", *texts, diag.message);
            abort();
        }
    }
    return keys;
}

#endif
