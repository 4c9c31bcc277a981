/* postern jose: opens and makes JWS, JWE and nested tokens, whatever they
 * say. */
#include "cli/cmd_jose.h"

#include "base/str.h"
#include "cli/arguments.h"
#include "cli/json_out.h"
#include "cli/plain.h"
#include "cli/source.h"

#include <openssl/crypto.h>

#include <getopt.h>
#include <string.h>

static const char help[] =
    "usage: postern jose open --keys KEYS [OPTIONS] TOKEN\n"
    "       postern jose seal --keys KEYS --kind KIND [OPTIONS] PAYLOAD\n"
    "\n"
    "Opens a token in the compact serialization of JOSE and prints what is in\n"
    "it, byte by byte, or puts what is in a file into one. What claims mean "
    "is\n"
    "not looked at. Algorithms are those of TS-0003 8.5.3: HS, RS and ES with\n"
    "256, 384, 512; dir, A128KW, A192KW, A256KW, RSA-OAEP-256, "
    "ECDH-ES+A128KW,\n"
    "+A192KW and +A256KW with A128GCM, A192GCM, A256GCM.\n"
    "\n"
    "TOKEN is the text of a token, or \"-\": it is on standard input, where\n"
    "other users of the machine do not see it. PAYLOAD is a file, or \"-\".\n"
    "KEYS is a file: a JWK set, one JWK, or PEM.\n"
    "\n"
    "A key that does not say its algorithm is taken for --alg, or, when that\n"
    "is not given, for every one that its type, size and use allow: those of\n"
    "signatures for a JWS, those of encryption for a JWE, both for --kind\n"
    "nested. Who verifies tokens for a decision should not leave that open.\n"
    "\n"
    "      --keys KEYS        the keys\n"
    "      --kind KIND        jws, jwe or nested; any other kind is refused\n"
    "      --alg ALG          the algorithm; any other is refused\n"
    "      --kid NAME         the key, when there are several; the name of a\n"
    "                         key in PEM, which has none of its own\n"
    "      --onem2m           the oneM2M profile: typ is \"JWT\", there is a\n"
    "                         kid\n"
    "      --now TIME         what time it is: YYYYMMDDThhmmss in UTC\n"
    "      --format FORMAT    of refusals: text (default) or json\n"
    "  -h, --help             this text\n"
    "\n"
    "For seal only:\n"
    "      --enc ENC          encryption of the content; default: A256GCM\n"
    "                         where the key allows it\n"
    "      --sign-keys KEYS   for nested: the keys to sign with; --kid and\n"
    "                         --alg are of the signature\n"
    "      --encrypt-keys KEYS, --encrypt-kid NAME, --encrypt-alg ALG\n"
    "                         for nested: the same of the encryption\n"
    "\n"
    "Exit status: 0 done, 1 the token is refused (\"refused: WORD: why\" on\n"
    "standard error), 2 keys or arguments cannot be used.\n";

static const struct option long_options[] = {
    {"keys", required_argument, NULL, PST_OPTION_KEYS},
    {"kind", required_argument, NULL, PST_OPTION_KIND},
    {"alg", required_argument, NULL, PST_OPTION_ALG},
    {"enc", required_argument, NULL, PST_OPTION_ENC},
    {"kid", required_argument, NULL, PST_OPTION_KID},
    {"onem2m", no_argument, NULL, PST_OPTION_ONEM2M},
    {"now", required_argument, NULL, PST_OPTION_NOW},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"sign-keys", required_argument, NULL, PST_OPTION_SIGN_KEYS},
    {"encrypt-keys", required_argument, NULL, PST_OPTION_ENCRYPT_KEYS},
    {"encrypt-kid", required_argument, NULL, PST_OPTION_ENCRYPT_KID},
    {"encrypt-alg", required_argument, NULL, PST_OPTION_ENCRYPT_ALG},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* ---- options ------------------------------------------------------------ */

static bool take_kind(struct pst_jose_options *self, const char *argument)
{
    static const char *const words[] = {"jws", "jwe", "nested"};

    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(argument, words[i]) == 0) {
            self->kind = (postern_jose_kind)(POSTERN_JOSE_JWS + i);
            return true;
        }
    }
    (void)pst_misused(&pst_command_jose, "--kind is jws, jwe or nested, not",
                      argument);
    return false;
}

static bool take_alg(const char *argument, postern_jose_alg *alg)
{
    *alg = postern_jose_alg_of(postern_str_of(argument));
    if (*alg == POSTERN_ALG_NONE) {
        (void)pst_misused(&pst_command_jose,
                          "there is no algorithm in the profile called",
                          argument);
    }
    return *alg != POSTERN_ALG_NONE;
}

static bool take_enc(const char *argument, postern_jose_enc *enc)
{
    *enc = postern_jose_enc_of(postern_str_of(argument));
    if (*enc == POSTERN_ENC_NONE) {
        (void)pst_misused(&pst_command_jose,
                          "--enc is A128GCM, A192GCM or A256GCM, not",
                          argument);
    }
    return *enc != POSTERN_ENC_NONE;
}

static bool take_of_seal(struct pst_jose_options *self, int option)
{
    if (!self->seals) {
        (void)pst_misused(&pst_command_jose,
                          "--enc, --sign-keys and --encrypt-... are for seal",
                          NULL);
        return false;
    }
    switch (option) {
    case PST_OPTION_ENC:
        return take_enc(optarg, &self->enc);
    case PST_OPTION_SIGN_KEYS:
        self->sign_keys = optarg;
        return true;
    case PST_OPTION_ENCRYPT_KEYS:
        self->encrypt_keys = optarg;
        return true;
    case PST_OPTION_ENCRYPT_KID:
        self->encrypt_kid = postern_str_of(optarg);
        return true;
    case PST_OPTION_ENCRYPT_ALG:
        return take_alg(optarg, &self->encrypt_alg);
    default:
        return false; /* reported */
    }
}

static bool take(void *user, int option)
{
    struct pst_jose_options *self = user;
    switch (option) {
    case PST_OPTION_KEYS:
        self->keys = optarg;
        return true;
    case PST_OPTION_KIND:
        return take_kind(self, optarg);
    case PST_OPTION_ALG:
        return take_alg(optarg, &self->alg);
    case PST_OPTION_KID:
        self->kid = postern_str_of(optarg);
        return true;
    case PST_OPTION_ONEM2M:
        self->onem2m = true;
        return true;
    case PST_OPTION_NOW:
        self->time_known = true;
        return pst_take_time(&pst_command_jose, "--now", optarg, &self->time_s);
    case PST_OPTION_FORMAT:
        return pst_read_output(&pst_command_jose, optarg, &self->output);
    case '?':
        return false;
    default:
        return take_of_seal(self, option);
    }
}

static bool is_stdin(const char *name)
{
    return name && pst_is_stdin(name);
}

/* What is left on the command line is one word; standard input is one text. */
static bool take_rest(struct pst_jose_options *self, int argc, char **argv)
{
    int count = argc - optind;

    if (count != 1) {
        (void)pst_misused(&pst_command_jose,
                          self->seals ? "one PAYLOAD is expected"
                                      : "one TOKEN is expected",
                          NULL);
        return false;
    }
    self->input = argv[optind];
    if (is_stdin(self->input) + is_stdin(self->keys) +
            is_stdin(self->sign_keys) + is_stdin(self->encrypt_keys) >
        1) {
        (void)pst_misused(&pst_command_jose,
                          "standard input can be one thing only", NULL);
        return false;
    }
    return true;
}

/* ---- open --------------------------------------------------------------- */

static void tell_text(postern_refusal refusal)
{
    fprintf(stderr, "refused: %s: %s\n", postern_refusal_word(refusal),
            postern_refusal_text(refusal));
}

static void tell_json(postern_refusal refusal)
{
    struct pst_json_out out;

    pst_json_out_init(&out);
    pst_json_out_open(&out, '{');
    pst_json_out_text(&out, "refused", postern_refusal_word(refusal));
    pst_json_out_text(&out, "message", postern_refusal_text(refusal));
    pst_json_out_close(&out, '}');
    (void)pst_json_out_line(&out, stderr);
    pst_json_out_release(&out);
}

static int refused(const struct pst_jose_options *self, postern_refusal refusal)
{
    if (self->output == PST_OUTPUT_JSON) {
        tell_json(refusal);
    } else {
        tell_text(refusal);
    }
    return PST_EXIT_NO;
}

static postern_refusal open_by(const struct pst_jose_options *self,
                               postern_jose *jose, const postern_keys *keys,
                               postern_str token, postern_opened *opened)
{
    postern_jose_rules rules;
    postern_refusal refusal;

    postern_jose_rules_init(&rules);
    rules.kind = self->kind;
    rules.onem2m = self->onem2m;
    rules.time_known = self->time_known;
    rules.time_s = self->time_s;
    refusal = postern_jose_open(jose, keys, &rules, token, opened);
    if (refusal == POSTERN_REFUSAL_NONE && self->alg != POSTERN_ALG_NONE &&
        self->alg != opened->signature.alg &&
        self->alg != opened->encryption.alg) {
        return POSTERN_REFUSAL_ALG_NOT_PERMITTED;
    }
    return refusal;
}

static int print_opened(const struct pst_jose_options *self,
                        const postern_keys *keys, postern_str token)
{
    postern_jose *jose;
    postern_opened opened;
    postern_refusal refusal;
    int result = PST_EXIT_YES;

    if (postern_jose_new(&jose, NULL) != POSTERN_OK) {
        return pst_misused(&pst_command_jose, "out of memory", NULL);
    }
    refusal = open_by(self, jose, keys, token, &opened);
    if (refusal != POSTERN_REFUSAL_NONE) {
        result = refused(self, refusal);
    } else {
        (void)fwrite(opened.payload.data, 1, opened.payload.len, stdout);
        result = pst_finish(&pst_command_jose, PST_EXIT_YES);
    }
    postern_jose_free(jose);
    return result;
}

/* Signatures for three parts, else encryptions; for nested tokens, both. */
static uint32_t algs_for(const struct pst_jose_options *self, postern_str token)
{
    size_t dots = 0;

    if (self->alg != POSTERN_ALG_NONE) {
        return UINT32_C(1) << self->alg;
    }
    for (size_t i = 0; i < token.len; i++) {
        dots += token.data[i] == '.';
    }
    if (self->kind == POSTERN_JOSE_NESTED) {
        return pst_signing_algs | pst_encrypting_algs;
    }
    return dots == 2 ? pst_signing_algs : pst_encrypting_algs;
}

static int open_token(const struct pst_jose_options *self, postern_str token)
{
    struct pst_key_file file = {.path = self->keys, .kid = self->kid};
    postern_keys *keys;
    int result;

    file.algs_if_untold = algs_for(self, token);
    keys = pst_key_file_read(&file);
    if (!keys) {
        return PST_EXIT_UNUSABLE;
    }
    result = print_opened(self, keys, token);
    postern_keys_free(keys);
    return result;
}

/* Without the line break that a text on standard input ends in. */
static postern_str trimmed(postern_str text)
{
    if (text.len && text.data[text.len - 1] == '\n') {
        text.len--;
    }
    if (text.len && text.data[text.len - 1] == '\r') {
        text.len--;
    }
    return text;
}

static int open_stdin(const struct pst_jose_options *self)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_vec bytes;
    postern_diag diag;
    int result = PST_EXIT_UNUSABLE;

    if (pst_source_read(&bytes, self->input, &diag) == POSTERN_OK) {
        result =
            open_token(self, trimmed((postern_str){bytes.data, bytes.count}));
    } else {
        pst_print_diag(stderr, &diag);
    }
    if (bytes.data) {
        OPENSSL_cleanse(bytes.data, bytes.count);
    }
    pst_vec_release(&bytes, &heap);
    return result;
}

static int open_any(const struct pst_jose_options *self)
{
    if (!self->keys) {
        return pst_misused(&pst_command_jose, "--keys is missing", NULL);
    }
    return pst_is_stdin(self->input)
               ? open_stdin(self)
               : open_token(self, postern_str_of(self->input));
}

/* ---- the verb ----------------------------------------------------------- */

static const struct pst_options options = {&pst_command_jose, ":h",
                                           long_options, take};

static int use(struct pst_jose_options *self, int argc, char **argv)
{
    int status;

    status = pst_take_options(&options, argc, argv, self);
    if (status != PST_GO_ON) {
        return status;
    }
    if (!take_rest(self, argc, argv)) {
        return PST_EXIT_UNUSABLE;
    }
    return self->seals ? pst_jose_seal_file(self) : open_any(self);
}

static int run(int argc, char **argv)
{
    struct pst_jose_options self = {.output = PST_OUTPUT_TEXT};

    if (argc < 2) {
        return pst_misused(&pst_command_jose, "open or seal is missing", NULL);
    }
    if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
        return pst_print_help(&pst_command_jose);
    }
    self.seals = strcmp(argv[1], "seal") == 0;
    if (!self.seals && strcmp(argv[1], "open") != 0) {
        return pst_misused(&pst_command_jose, "open or seal is expected, not",
                           argv[1]);
    }
    return use(&self, argc - 1, argv + 1);
}

const struct pst_command pst_command_jose = {
    "jose", "open or make a signed or encrypted token", help, run, NULL};
