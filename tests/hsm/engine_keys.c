/*
 * Keys of the token as EVP_PKEY, through the engine of OpenSC. Engines are
 * deprecated in OpenSSL 3 in favour of providers, and Debian 12 has no provider
 * for PKCS#11: so this one file of the tests, and none of the library, is
 * compiled without the warning of that.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "hsm/hsm.h"

#include <openssl/engine.h>

#include <stdio.h>

static ENGINE *engine;

static bool set_up(void)
{
    return ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", hsm_module(), 0) ==
               1 &&
           ENGINE_ctrl_cmd_string(engine, "PIN", HSM_PIN, 0) == 1 &&
           ENGINE_init(engine) == 1;
}

bool hsm_engine_begin(void)
{
    ENGINE_load_builtin_engines();
    engine = ENGINE_by_id("pkcs11");
    if (engine && !set_up()) {
        ENGINE_free(engine);
        engine = NULL;
    }
    return engine;
}

void hsm_engine_end(void)
{
    ENGINE_finish(engine);
    ENGINE_free(engine);
    engine = NULL;
}

EVP_PKEY *hsm_engine_key(enum hsm_key key)
{
    char uri[128];

    snprintf(uri, sizeof uri, "pkcs11:token=%s;object=%s;type=private",
             HSM_TOKEN, hsm_labels[key]);
    return ENGINE_load_private_key(engine, uri, NULL, NULL);
}
