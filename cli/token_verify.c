/* postern token verify */
#include "cli/token.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/arguments.h"
#include "cli/plain.h"
#include "cli/source.h"
#include "tokens/wiping.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

struct verify {
    const char *config;
    const char *originator;
    const char *cse_id;
    const char *token;
    postern_cse cse;
    enum pst_output output;
    postern_token_check check;
    struct pst_vec file; /* the key file that was read last */
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, PST_OPTION_CONFIG},
    {"originator", required_argument, NULL, PST_OPTION_ORIGINATOR},
    {"cse", required_argument, NULL, PST_OPTION_CSE},
    {"das", required_argument, NULL, PST_OPTION_DAS},
    {"now", required_argument, NULL, PST_OPTION_NOW},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* ---- issuers ------------------------------------------------------------- */

/* "keys/das.pem" of "etc/issuers.yaml" is "etc/keys/das.pem". NULL without
 * memory. */
static char *beside(const char *config, postern_str name)
{
    const char *slash = strrchr(config, '/');
    size_t folder = slash ? (size_t)(slash - config) + 1 : 0;
    char *path = malloc(folder + name.len + 1);

    if (!path) {
        return NULL;
    }
    if (name.len && name.data[0] == '/') {
        folder = 0;
    }
    memcpy(path, config, folder);
    memcpy(path + folder, name.data, name.len);
    path[folder + name.len] = '\0';
    return path;
}

/* Keys are secrets, perhaps. */
static void release_secret(struct pst_vec *bytes)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_wiping wiping;
    postern_allocator wiper = pst_wiping_allocator(&wiping, &heap);

    pst_vec_release(bytes, &wiper);
}

static postern_status read_file(void *user, postern_str name, postern_str *text,
                                postern_diag *diag)
{
    struct verify *self = user;
    char *path = beside(self->config, name);
    postern_status status = POSTERN_ERR_MEMORY;

    release_secret(&self->file);
    if (path) {
        status = pst_source_read(&self->file, path, diag);
        *text = (postern_str){self->file.data, self->file.count};
    }
    free(path);
    return status;
}

static postern_status
load_issuers(struct verify *self, postern_issuers **issuers, postern_diag *diag)
{
    postern_issuers_options options;
    struct pst_vec bytes;
    postern_status status = pst_source_read(&bytes, self->config, diag);

    *issuers = NULL;
    postern_issuers_options_init(&options);
    options.cse = &self->cse;
    options.source = self->config;
    options.read_file = read_file;
    options.user = self;
    pst_vec_init(&self->file, 1);
    if (status == POSTERN_OK) {
        status = postern_issuers_load(
            issuers, (postern_str){bytes.data, bytes.count}, &options, diag);
    }
    release_secret(&self->file);
    release_secret(&bytes);
    return status;
}

/* ---- the answer ---------------------------------------------------------- */

static void print_json(const postern_token *token, postern_refusal refusal)
{
    struct pst_json_out out;

    pst_json_out_init(&out);
    if (refusal == POSTERN_REFUSAL_NONE) {
        pst_show_token_json(&out, token);
    } else {
        pst_json_out_open(&out, '{');
        pst_json_out_name(&out, "good");
        pst_json_out_bool(&out, false);
        pst_json_out_text(&out, "refusal", postern_refusal_word(refusal));
        pst_json_out_text(&out, "reason", postern_refusal_text(refusal));
        pst_json_out_close(&out, '}');
    }
    (void)pst_json_out_line(&out, stdout); /* pst_finish() notices */
    pst_json_out_release(&out);
}

static void print(const struct verify *self, const postern_token *token,
                  postern_refusal refusal)
{
    if (self->output == PST_OUTPUT_JSON) {
        print_json(token, refusal);
    } else if (refusal == POSTERN_REFUSAL_NONE) {
        pst_show_token(token);
    } else {
        printf("refused: %s: %s\n", postern_refusal_word(refusal),
               postern_refusal_text(refusal));
    }
}

static int verify_text(const struct verify *self, postern_verifier *verifier,
                       const postern_issuers *issuers, postern_str text)
{
    postern_refusal refusal;
    postern_token token;

    postern_verifier_begin(verifier);
    refusal =
        postern_token_verify(verifier, issuers, &self->check, text, &token);
    print(self, &token, refusal);
    postern_verifier_end(verifier);
    return pst_finish(&pst_command_token, refusal == POSTERN_REFUSAL_NONE
                                              ? PST_EXIT_YES
                                              : PST_EXIT_NO);
}

static int verify_by(const struct verify *self, const postern_issuers *issuers)
{
    postern_allocator heap = pst_allocator_of(NULL);
    postern_verifier *verifier;
    int result = PST_EXIT_UNUSABLE;
    struct pst_vec bytes;
    postern_str text;

    if (postern_verifier_new(&verifier, &self->cse, NULL, NULL) != POSTERN_OK) {
        fprintf(stderr, "postern token: out of memory\n");
        return result;
    }
    if (pst_read_token(self->token, &bytes, &text)) {
        result = verify_text(self, verifier, issuers, text);
    }
    pst_vec_release(&bytes, &heap);
    postern_verifier_free(verifier);
    return result;
}

static int verify(struct verify *self)
{
    postern_issuers *issuers;
    postern_diag diag;
    int result = PST_EXIT_UNUSABLE;

    if (load_issuers(self, &issuers, &diag) != POSTERN_OK) {
        pst_print_diag(stderr, &diag);
        return result;
    }
    if (postern_issuers_count(issuers) == 0) {
        fprintf(stderr, "%s: error: it lists nobody in token_issuers\n",
                self->config);
    } else {
        result = verify_by(self, issuers);
    }
    postern_issuers_free(issuers);
    return result;
}

/* ---- the command line ---------------------------------------------------- */

static bool read_option(void *user, int option)
{
    struct verify *self = user;
    const struct pst_command *command = &pst_command_token;

    switch (option) {
    case PST_OPTION_CONFIG:
        self->config = optarg;
        return true;
    case PST_OPTION_ORIGINATOR:
        self->originator = optarg;
        return true;
    case PST_OPTION_CSE:
        self->cse_id = optarg;
        return pst_take_cse(command, "--cse", optarg, &self->cse);
    case PST_OPTION_DAS:
        self->check.das = postern_str_of(optarg);
        return true;
    case PST_OPTION_NOW:
        self->check.time_known = true;
        return pst_take_time(command, "--now", optarg, &self->check.time_s);
    case PST_OPTION_FORMAT:
        return pst_read_output(command, optarg, &self->output);
    default:
        return false;
    }
}

static int check_use(struct verify *self, int argc, char **argv)
{
    const struct pst_command *command = &pst_command_token;

    if (!self->config) {
        return pst_misused(command, "--config is missing", NULL);
    }
    if (!self->cse_id) {
        return pst_misused(command, "--cse is missing", NULL);
    }
    if (!self->originator) {
        return pst_misused(command, "--originator is missing", NULL);
    }
    if (postern_id_parse_entity(&self->check.holder, &self->cse,
                                postern_str_of(self->originator)) !=
        POSTERN_OK) {
        return pst_misused(command, "--originator is an AE-ID or CSE-ID, not",
                           self->originator);
    }
    if (optind + 1 != argc) {
        return pst_misused(command, "one token is expected", NULL);
    }
    if (pst_is_stdin(argv[optind]) && pst_is_stdin(self->config)) {
        return pst_misused(command, "only one of them is standard input", NULL);
    }
    self->token = argv[optind];
    return PST_EXIT_YES;
}

static const struct pst_options options = {&pst_command_token, ":h",
                                           long_options, read_option};

int pst_token_verify(int argc, char **argv)
{
    struct verify self = {.output = PST_OUTPUT_TEXT};
    int result;

    postern_token_check_init(&self.check);
    /* Unless it is told. */
    self.check.time_known = pst_clock(&self.check.time_s);
    result = pst_take_options(&options, argc, argv, &self);
    if (result != PST_GO_ON) {
        return result;
    }
    result = check_use(&self, argc, argv);
    return result == PST_EXIT_YES ? verify(&self) : result;
}
