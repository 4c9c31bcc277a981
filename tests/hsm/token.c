/* The token by the C API of PKCS#11, which has no OpenSSL in it. */
#include "hsm/hsm.h"

#include <dirent.h>
#include <dlfcn.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 512, MAX_SLOTS = 16, OPEN_FILES = 8 };

const char *const hsm_labels[HSM_KEYS] = {"sign-ec", "agree-ec", "rsa"};

static char folder[PATH_SIZE];

const char *hsm_module(void)
{
    static const char *const places[] = {
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/softhsm/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (access(places[i], R_OK) == 0) {
            return places[i];
        }
    }
    return NULL;
}

/* ---- the folder -------------------------------------------------------- */

static bool write_configuration(void)
{
    char name[2 * PATH_SIZE];
    FILE *file;

    snprintf(name, sizeof name, "%s/softhsm2.conf", folder);
    file = fopen(name, "w");
    if (!file) {
        return false;
    }
    fprintf(file, "directories.tokendir = %s\nlog.level = ERROR\n", folder);
    return fclose(file) == 0 && setenv("SOFTHSM2_CONF", name, 1) == 0;
}

static bool run(char *const arguments[])
{
    extern char **environ;
    pid_t child;
    int status;

    return posix_spawnp(&child, arguments[0], NULL, NULL, arguments, environ) ==
               0 &&
           waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

bool hsm_begin(void)
{
    char program[] = "softhsm2-util";
    char init[] = "--init-token";
    char free_slot[] = "--free";
    char label[] = "--label=" HSM_TOKEN;
    char so_pin[] = "--so-pin=13579";
    char pin[] = "--pin=" HSM_PIN;
    char *const arguments[] = {program, init, free_slot, label,
                               so_pin,  pin,  NULL};
    const char *parent = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/postern-hsm-XXXXXX",
             parent ? parent : "/tmp");
    return mkdtemp(folder) && write_configuration() && run(arguments);
}

static int remove_one(const char *name, const struct stat *about, int flag,
                      struct FTW *where)
{
    (void)about;
    (void)flag;
    (void)where;
    return remove(name);
}

void hsm_end(void)
{
    nftw(folder, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS);
}

/* ---- the module -------------------------------------------------------- */

/* ISO C has no cast from an object to a function; POSIX has dlsym(). */
static bool find(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);

    if (symbol) {
        memcpy(function, &symbol, size);
    }
    return symbol;
}

#define FIND(c, name, member)                                                  \
    find((c)->library, (name), &(c)->member, sizeof(c)->member)

static bool load(struct cryptoki *c)
{
    c->library = dlopen(hsm_module(), RTLD_NOW | RTLD_LOCAL);
    return c->library && FIND(c, "C_Initialize", initialize) &&
           FIND(c, "C_Finalize", finalize) &&
           FIND(c, "C_GetSlotList", slot_list) &&
           FIND(c, "C_GetTokenInfo", token_info) &&
           FIND(c, "C_OpenSession", open_session) &&
           FIND(c, "C_Login", login) &&
           FIND(c, "C_GenerateKeyPair", generate_pair) &&
           FIND(c, "C_GetAttributeValue", get_attribute) &&
           FIND(c, "C_SetAttributeValue", set_attribute);
}

static bool find_slot(struct cryptoki *c, ck_ulong *slot)
{
    ck_ulong slots[MAX_SLOTS];
    ck_ulong count = MAX_SLOTS;
    struct ck_token_info info;

    if (c->slot_list(1, slots, &count) != CKR_OK) {
        return false;
    }
    for (ck_ulong i = 0; i < count; i++) {
        if (c->token_info(slots[i], &info) == CKR_OK &&
            memcmp(info.label, HSM_TOKEN " ", sizeof HSM_TOKEN) == 0) {
            *slot = slots[i];
            return true;
        }
    }
    return false;
}

static bool log_in(struct hsm *hsm)
{
    unsigned char pin[] = HSM_PIN;
    ck_ulong slot;

    return hsm->c.initialize(NULL) == CKR_OK && find_slot(&hsm->c, &slot) &&
           hsm->c.open_session(slot, CKF_RW_SESSION | CKF_SERIAL_SESSION, NULL,
                               NULL, &hsm->session) == CKR_OK &&
           hsm->c.login(hsm->session, CKU_USER, pin, sizeof pin - 1) == CKR_OK;
}

/* ---- keys -------------------------------------------------------------- */

#define ATTRIBUTE(type, value)                                                 \
    {                                                                          \
        (type), &(value), sizeof(value)                                        \
    }

/* What is asked of the public part, besides its name. */
struct request {
    ck_ulong mechanism;
    struct ck_attribute attributes[2];
    ck_ulong count;
};

/* Sensitive, and not to be extracted: set here, never to be unset. */
static bool generate(struct hsm *hsm, enum hsm_key key,
                     const struct request *request)
{
    static ck_bool yes = 1;
    static ck_bool no = 0;
    char label[16] = "";
    ck_ulong label_size;
    unsigned char id = (unsigned char)(key + 1);
    ck_bool agrees = key == HSM_AGREE_EC;
    ck_bool decrypts = key == HSM_RSA;
    struct ck_mechanism mechanism = {request->mechanism, NULL, 0};

    label_size = (ck_ulong)snprintf(label, sizeof label, "%s", hsm_labels[key]);
    struct ck_attribute public_part[] = {{CKA_LABEL, label, label_size},
                                         ATTRIBUTE(CKA_ID, id),
                                         ATTRIBUTE(CKA_TOKEN, yes),
                                         ATTRIBUTE(CKA_VERIFY, yes),
                                         ATTRIBUTE(CKA_ENCRYPT, decrypts),
                                         request->attributes[0],
                                         request->attributes[1]};
    struct ck_attribute private_part[] = {
        {CKA_LABEL, label, label_size},   ATTRIBUTE(CKA_ID, id),
        ATTRIBUTE(CKA_TOKEN, yes),        ATTRIBUTE(CKA_PRIVATE, yes),
        ATTRIBUTE(CKA_SENSITIVE, yes),    ATTRIBUTE(CKA_EXTRACTABLE, no),
        ATTRIBUTE(CKA_SIGN, yes),         ATTRIBUTE(CKA_DERIVE, agrees),
        ATTRIBUTE(CKA_DECRYPT, decrypts),
    };
    return hsm->c.generate_pair(
               hsm->session, &mechanism, public_part, 5 + request->count,
               private_part, sizeof private_part / sizeof *private_part,
               &hsm->public_keys[key], &hsm->private_keys[key]) == CKR_OK;
}

static bool generate_all(struct hsm *hsm)
{
    static unsigned char p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48,
                                   0xCE, 0x3D, 0x03, 0x01, 0x07};
    static unsigned char exponent[] = {1, 0, 1};
    static ck_ulong bits = 2048;
    struct request ec = {
        CKM_EC_KEY_PAIR_GEN, {{CKA_EC_PARAMS, p256, sizeof p256}}, 1};
    struct request rsa = {CKM_RSA_PKCS_KEY_PAIR_GEN,
                          {ATTRIBUTE(CKA_MODULUS_BITS, bits),
                           {CKA_PUBLIC_EXPONENT, exponent, sizeof exponent}},
                          2};

    return generate(hsm, HSM_SIGN_EC, &ec) &&
           generate(hsm, HSM_AGREE_EC, &ec) && generate(hsm, HSM_RSA, &rsa);
}

bool hsm_open(struct hsm *hsm)
{
    *hsm = (struct hsm){.session = 0};
    return load(&hsm->c) && log_in(hsm) && generate_all(hsm);
}

void hsm_close(struct hsm *hsm)
{
    hsm->c.finalize(NULL);
    dlclose(hsm->c.library);
}

ck_ulong hsm_attribute(struct hsm *hsm, ck_ulong object, ck_ulong type)
{
    unsigned char value[1024];
    struct ck_attribute attribute = {type, value, sizeof value};

    return hsm->c.get_attribute(hsm->session, object, &attribute, 1);
}

ck_ulong hsm_make_extractable(struct hsm *hsm, ck_ulong object)
{
    ck_bool yes = 1;
    struct ck_attribute attribute = ATTRIBUTE(CKA_EXTRACTABLE, yes);

    return hsm->c.set_attribute(hsm->session, object, &attribute, 1);
}
