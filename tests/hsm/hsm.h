/*
 * A token of SoftHSM2 in a folder of its own, with three pairs of keys that
 * were generated inside and cannot be taken out.
 */
#ifndef TESTS_HSM_HSM_H
#define TESTS_HSM_HSM_H

#include "hsm/cryptoki.h"

#include <openssl/evp.h>

#include <stdbool.h>
#include <stddef.h>

#define HSM_TOKEN "postern"
#define HSM_PIN "2468"

enum hsm_key { HSM_SIGN_EC, HSM_AGREE_EC, HSM_RSA, HSM_KEYS };

/* Their labels in the token. */
extern const char *const hsm_labels[HSM_KEYS];

/* ---- hsm/token.c ------------------------------------------------------- */

/* Where SoftHSM is; NULL: it is not installed. */
const char *hsm_module(void);

/* Makes an empty token below a new folder, and has SOFTHSM2_CONF name it. */
bool hsm_begin(void);
void hsm_end(void);

struct hsm {
    struct cryptoki c;
    ck_ulong session;
    ck_ulong private_keys[HSM_KEYS];
    ck_ulong public_keys[HSM_KEYS];
};

/* Opens the token by the API of PKCS#11 and generates the keys. */
bool hsm_open(struct hsm *hsm);
void hsm_close(struct hsm *hsm);

/* What the token answers when it is asked for an attribute. */
ck_ulong hsm_attribute(struct hsm *hsm, ck_ulong object, ck_ulong type);
/* ... and when it is told to give a private key away from now on. */
ck_ulong hsm_make_extractable(struct hsm *hsm, ck_ulong object);

/* ---- hsm/engine_keys.c ------------------------------------------------- */

/* The engine of PKCS#11, logged in; false: it is not installed. */
bool hsm_engine_begin(void);
void hsm_engine_end(void);

/* A private key of the token, used through the engine; NULL: none. */
EVP_PKEY *hsm_engine_key(enum hsm_key key);

#endif
