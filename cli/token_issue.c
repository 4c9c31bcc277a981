/* postern token issue */
#include "cli/token.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/arguments.h"
#include "cli/key_file.h"
#include "cli/source.h"

#include <getopt.h>

struct issue {
    const char *keys;
    const char *encrypt_keys;
    const char *claims;
    postern_jose_recipe recipe;
    postern_keys *signing;
    postern_keys *encrypting;
};

static const struct option long_options[] = {
    {"kind", required_argument, NULL, PST_OPTION_KIND},
    {"keys", required_argument, NULL, PST_OPTION_KEYS},
    {"kid", required_argument, NULL, PST_OPTION_KID},
    {"alg", required_argument, NULL, PST_OPTION_ALG},
    {"encrypt-keys", required_argument, NULL, PST_OPTION_ENCRYPT_KEYS},
    {"encrypt-kid", required_argument, NULL, PST_OPTION_ENCRYPT_KID},
    {"encrypt-alg", required_argument, NULL, PST_OPTION_ENCRYPT_ALG},
    {"enc", required_argument, NULL, PST_OPTION_ENC},
    {"now", required_argument, NULL, PST_OPTION_NOW},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* ---- issuing ------------------------------------------------------------- */

/* The DAS has identities of its own, all absolute: which CSE reads the claims
 * does not matter. */
static postern_status open_verifier(postern_verifier **verifier)
{
    postern_cse cse;

    return postern_cse_init(&cse, PST_STR("//das.invalid"), PST_STR("/das")) ==
                   POSTERN_OK
               ? postern_verifier_new(verifier, &cse, NULL, NULL)
               : POSTERN_ERR_INTERNAL;
}

static postern_status issue_text(const struct issue *self,
                                 postern_verifier *verifier, postern_str json,
                                 postern_diag *diag)
{
    postern_claims claims;
    postern_str token;

    PST_TRY(postern_claims_read(verifier, json, &claims, diag));
    PST_TRY(
        postern_token_issue(verifier, &self->recipe, &claims, &token, diag));
    (void)fwrite(token.data, 1, token.len, stdout);
    (void)fputs("\n", stdout); /* pst_finish() notices */
    return POSTERN_OK;
}

static int issue_by(const struct issue *self, postern_verifier *verifier)
{
    postern_allocator heap = pst_allocator_of(NULL);
    postern_diag diag;
    struct pst_vec bytes;
    postern_status status = pst_source_read(&bytes, self->claims, &diag);

    if (status == POSTERN_OK) {
        status = issue_text(self, verifier,
                            (postern_str){bytes.data, bytes.count}, &diag);
    }
    pst_vec_release(&bytes, &heap);
    if (status == POSTERN_OK) {
        return pst_finish(&pst_command_token, PST_EXIT_YES);
    }
    pst_diag_copy(diag.source, sizeof diag.source, self->claims);
    pst_print_diag(stderr, &diag);
    return PST_EXIT_UNUSABLE;
}

/* A kid or alg that is told goes for the one key of a PEM as well. */
static bool read_keys(const char *name, postern_str kid, uint32_t algs,
                      postern_keys **keys)
{
    struct pst_key_file file = {name, kid, algs};

    if (!name) {
        return true;
    }
    *keys = pst_key_file_read(&file);
    return *keys != NULL;
}

static uint32_t algs_of(postern_jose_alg alg, uint32_t any)
{
    return alg == POSTERN_ALG_NONE ? any : UINT32_C(1) << alg;
}

static int issue(struct issue *self)
{
    postern_jose_recipe *recipe = &self->recipe;
    postern_verifier *verifier = NULL;
    int result = PST_EXIT_UNUSABLE;

    if (read_keys(self->keys, recipe->sign_kid,
                  algs_of(recipe->sign_alg, pst_signing_algs),
                  &self->signing) &&
        read_keys(self->encrypt_keys, recipe->encrypt_kid,
                  algs_of(recipe->encrypt_alg, pst_encrypting_algs),
                  &self->encrypting)) {
        recipe->sign_keys = self->signing;
        recipe->encrypt_keys = self->encrypting;
        if (open_verifier(&verifier) == POSTERN_OK) {
            result = issue_by(self, verifier);
        }
        postern_verifier_free(verifier);
    }
    postern_keys_free(self->signing);
    postern_keys_free(self->encrypting);
    return result;
}

/* ---- the command line ---------------------------------------------------- */

static bool take_kind(const char *argument, postern_jose_kind *kind)
{
    static const struct {
        const char *word;
        postern_jose_kind kind;
    } kinds[] = {
        {"jws", POSTERN_JOSE_JWS},
        {"jwe", POSTERN_JOSE_JWE},
        {"nested", POSTERN_JOSE_NESTED},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (pst_str_is(postern_str_of(argument), kinds[i].word)) {
            *kind = kinds[i].kind;
            return true;
        }
    }
    (void)pst_misused(&pst_command_token, "--kind is jws, jwe or nested, not",
                      argument);
    return false;
}

static bool take_alg(const char *argument, postern_jose_alg *alg)
{
    *alg = postern_jose_alg_of(postern_str_of(argument));
    if (*alg == POSTERN_ALG_NONE) {
        (void)pst_misused(&pst_command_token, "there is no algorithm",
                          argument);
    }
    return *alg != POSTERN_ALG_NONE;
}

static bool take_enc(const char *argument, postern_jose_enc *enc)
{
    *enc = postern_jose_enc_of(postern_str_of(argument));
    if (*enc == POSTERN_ENC_NONE) {
        (void)pst_misused(&pst_command_token,
                          "--enc is A128GCM, A192GCM or A256GCM, not",
                          argument);
    }
    return *enc != POSTERN_ENC_NONE;
}

static bool read_encryption(struct issue *self, int option)
{
    switch (option) {
    case PST_OPTION_ENCRYPT_KEYS:
        self->encrypt_keys = optarg;
        return true;
    case PST_OPTION_ENCRYPT_KID:
        self->recipe.encrypt_kid = postern_str_of(optarg);
        return true;
    case PST_OPTION_ENCRYPT_ALG:
        return take_alg(optarg, &self->recipe.encrypt_alg);
    case PST_OPTION_ENC:
        return take_enc(optarg, &self->recipe.enc);
    default:
        return false;
    }
}

static bool read_option(void *user, int option)
{
    struct issue *self = user;
    switch (option) {
    case PST_OPTION_KIND:
        return take_kind(optarg, &self->recipe.kind);
    case PST_OPTION_KEYS:
        self->keys = optarg;
        return true;
    case PST_OPTION_KID:
        self->recipe.sign_kid = postern_str_of(optarg);
        return true;
    case PST_OPTION_ALG:
        return take_alg(optarg, &self->recipe.sign_alg);
    case PST_OPTION_NOW:
        self->recipe.time_known = true;
        return pst_take_time(&pst_command_token, "--now", optarg,
                             &self->recipe.time_s);
    default:
        return read_encryption(self, option);
    }
}

static int check_use(struct issue *self, int argc, char **argv)
{
    const struct pst_command *command = &pst_command_token;
    postern_jose_kind kind = self->recipe.kind;

    if (kind == POSTERN_JOSE_ANY) {
        return pst_misused(command, "--kind is missing", NULL);
    }
    if ((kind == POSTERN_JOSE_JWE) == (self->keys != NULL)) {
        return pst_misused(command,
                           self->keys ? "--keys sign, and jwe does not"
                                      : "--keys is missing",
                           NULL);
    }
    if ((kind == POSTERN_JOSE_JWS) == (self->encrypt_keys != NULL)) {
        return pst_misused(command,
                           self->encrypt_keys
                               ? "--encrypt-keys encrypt, and jws does not"
                               : "--encrypt-keys is missing",
                           NULL);
    }
    if (optind + 1 != argc) {
        return pst_misused(command, "one file of claims is expected", NULL);
    }
    self->claims = argv[optind];
    return PST_EXIT_YES;
}

static const struct pst_options options = {&pst_command_token, ":h",
                                           long_options, read_option};

int pst_token_issue(int argc, char **argv)
{
    struct issue self = {.keys = NULL};
    int result;

    postern_jose_recipe_init(&self.recipe);
    result = pst_take_options(&options, argc, argv, &self);
    if (result != PST_GO_ON) {
        return result;
    }
    result = check_use(&self, argc, argv);
    return result == PST_EXIT_YES ? issue(&self) : result;
}
