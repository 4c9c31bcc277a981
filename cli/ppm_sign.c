/* postern ppm sign: terms become a compact JWS of their provider. [PPM-18] */
#include "cli/key_file.h"
#include "cli/ppm.h"
#include "cli/source.h"

#include "base/diag.h"

#include <postern/consent.h>

#include <getopt.h>

static const struct option long_options[] = {
    {"keys", required_argument, NULL, PST_OPTION_KEYS},
    {"kid", required_argument, NULL, PST_OPTION_KID},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct sign {
    const char *keys;
    postern_str kid;
    const char *terms;
};

/* With the key, and on standard output. False: reported. */
static bool sign(const struct sign *self, const postern_keys *keys,
                 postern_jose *jose, postern_str terms)
{
    postern_ppm_load_options options;
    postern_jose_recipe signer;
    postern_str token = {NULL, 0};
    postern_diag diag;

    postern_ppm_load_options_init(&options);
    options.source = self->terms;
    postern_jose_recipe_init(&signer);
    signer.sign_keys = keys;
    signer.sign_kid = self->kid;
    if (postern_ppm_terms_sign(jose, &signer, terms, &options, &token, &diag) !=
        POSTERN_OK) {
        pst_print_diag(stderr, &diag);
        return false;
    }
    (void)fwrite(token.data, 1, token.len, stdout); /* pst_finish() notices */
    (void)fputc('\n', stdout);
    return true;
}

static bool sign_file(const struct sign *self, const postern_keys *keys,
                      postern_jose *jose)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_vec bytes;
    postern_diag diag;
    bool done = false;

    if (pst_source_read(&bytes, self->terms, &diag) == POSTERN_OK) {
        done = sign(self, keys, jose, (postern_str){bytes.data, bytes.count});
    } else {
        pst_print_diag(stderr, &diag);
    }
    pst_vec_release(&bytes, &heap);
    return done;
}

static int run(const struct sign *self)
{
    struct pst_key_file file = {.path = self->keys,
                                .kid = self->kid,
                                .algs_if_untold = pst_terms_signing_algs};
    postern_keys *keys = pst_key_file_read(&file);
    postern_jose *jose = NULL;
    postern_diag diag;
    bool done = false;

    pst_diag_clear(&diag);
    if (keys && postern_jose_new(&jose, NULL) != POSTERN_OK) {
        (void)pst_diag_plain(&diag, POSTERN_ERR_MEMORY);
        pst_print_diag(stderr, &diag);
    }
    if (keys && jose) {
        done = sign_file(self, keys, jose);
    }
    postern_jose_free(jose);
    postern_keys_free(keys);
    return done ? pst_finish(&pst_command_ppm, PST_EXIT_YES)
                : PST_EXIT_UNUSABLE;
}

static bool read_option(void *user, int option)
{
    struct sign *self = user;

    if (option == PST_OPTION_KEYS) {
        self->keys = optarg;
        return true;
    }
    self->kid = postern_str_of(optarg);
    return option == PST_OPTION_KID;
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_sign_run(int argc, char **argv)
{
    struct sign self = {.keys = NULL};
    int status = pst_take_options(&options, argc, argv, &self);

    if (status != PST_GO_ON) {
        return status;
    }
    if (!self.keys) {
        return pst_misused(&pst_command_ppm, "sign needs --keys", NULL);
    }
    if (argc - optind != 1) {
        return pst_misused(&pst_command_ppm, "sign takes one file of terms",
                           NULL);
    }
    self.terms = argv[optind];
    return run(&self);
}
