/* postern jose seal: a file becomes a token. */
#include "cli/cmd_jose.h"

#include "base/diag.h"
#include "cli/source.h"

#include <openssl/crypto.h>

/* Keys of the two sides; one of them alone unless nested. */
struct sides {
    postern_keys *sign;
    postern_keys *encrypt;
};

static uint32_t only(postern_jose_alg alg, uint32_t otherwise)
{
    return alg == POSTERN_ALG_NONE ? otherwise : UINT32_C(1) << alg;
}

static postern_keys *signers(const struct pst_jose_options *self)
{
    struct pst_key_file file = {
        .path = self->sign_keys ? self->sign_keys : self->keys,
        .kid = self->kid,
        .algs_if_untold = only(self->alg, pst_signing_algs)};

    return pst_key_file_read(&file);
}

static bool nests(const struct pst_jose_options *self)
{
    return self->kind == POSTERN_JOSE_NESTED;
}

static postern_keys *encrypters(const struct pst_jose_options *self)
{
    struct pst_key_file file = {
        .path = nests(self) ? self->encrypt_keys : self->keys,
        .kid = nests(self) ? self->encrypt_kid : self->kid,
        .algs_if_untold = only(nests(self) ? self->encrypt_alg : self->alg,
                               pst_encrypting_algs)};

    return pst_key_file_read(&file);
}

/* False: reported. */
static bool read_sides(const struct pst_jose_options *self, struct sides *sides)
{
    if (self->kind != POSTERN_JOSE_JWE) {
        sides->sign = signers(self);
        if (!sides->sign) {
            return false;
        }
    }
    if (self->kind != POSTERN_JOSE_JWS) {
        sides->encrypt = encrypters(self);
        return sides->encrypt != NULL;
    }
    return true;
}

static postern_jose_recipe recipe_of(const struct pst_jose_options *self,
                                     const struct sides *sides)
{
    postern_jose_recipe recipe;

    postern_jose_recipe_init(&recipe);
    recipe.kind = self->kind;
    recipe.sign_keys = sides->sign;
    recipe.sign_kid = self->kid;
    recipe.sign_alg = self->alg;
    recipe.encrypt_keys = sides->encrypt;
    recipe.encrypt_kid = nests(self) ? self->encrypt_kid : self->kid;
    recipe.encrypt_alg = nests(self) ? self->encrypt_alg : self->alg;
    recipe.enc = self->enc;
    recipe.onem2m = self->onem2m;
    recipe.time_known = self->time_known;
    recipe.time_s = self->time_s;
    return recipe;
}

static int seal(const struct pst_jose_options *self, const struct sides *sides,
                postern_str payload)
{
    postern_jose_recipe recipe = recipe_of(self, sides);
    postern_jose *jose = NULL;
    postern_str token = {NULL, 0};
    postern_diag diag;
    postern_status status = postern_jose_new(&jose, NULL);

    pst_diag_clear(&diag);
    status = status == POSTERN_OK
                 ? postern_jose_seal(jose, &recipe, payload, &token, &diag)
                 : pst_diag_plain(&diag, status);
    if (status == POSTERN_OK) {
        (void)fwrite(token.data, 1, token.len, stdout);
        (void)fputc('\n', stdout);
    } else {
        pst_print_diag(stderr, &diag);
    }
    postern_jose_free(jose);
    return status == POSTERN_OK ? pst_finish(&pst_command_jose, PST_EXIT_YES)
                                : PST_EXIT_UNUSABLE;
}

static int seal_input(const struct pst_jose_options *self,
                      const struct sides *sides)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_vec bytes;
    postern_diag diag;
    int result = PST_EXIT_UNUSABLE;

    if (pst_source_read(&bytes, self->input, &diag) == POSTERN_OK) {
        result = seal(self, sides, (postern_str){bytes.data, bytes.count});
    } else {
        pst_print_diag(stderr, &diag);
    }
    if (bytes.data) {
        OPENSSL_cleanse(bytes.data, bytes.count);
    }
    pst_vec_release(&bytes, &heap);
    return result;
}

static const char *what_is_missing(const struct pst_jose_options *self)
{
    if (self->kind == POSTERN_JOSE_ANY) {
        return "--kind is missing";
    }
    if (nests(self) && !self->encrypt_keys) {
        return "a nested token needs --encrypt-keys";
    }
    if (!self->keys && !(nests(self) && self->sign_keys)) {
        return "--keys is missing";
    }
    return NULL;
}

int pst_jose_seal_file(const struct pst_jose_options *self)
{
    struct sides sides = {NULL, NULL};
    const char *missing = what_is_missing(self);
    int result;

    if (missing) {
        return pst_misused(&pst_command_jose, missing, NULL);
    }
    result =
        read_sides(self, &sides) ? seal_input(self, &sides) : PST_EXIT_UNUSABLE;
    postern_keys_free(sides.sign);
    postern_keys_free(sides.encrypt);
    return result;
}
