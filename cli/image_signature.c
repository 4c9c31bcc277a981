/* Signatures of images: a compact JWS beside the file, over what the file is
 * known by. */
#include "cli/image.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/key_file.h"
#include "cli/new_file.h"
#include "cli/source.h"
#include "jose/digest.h"

#include <stdlib.h>

enum { STATEMENT = 160 };

/* The payload: the same for the same bytes, and for no other use of the key. */
static bool state(postern_str bytes, char out[STATEMENT])
{
    char digits[PST_DIGEST_HEX];
    struct pst_text text;

    if (!pst_text_hash(bytes, digits)) {
        return false;
    }
    pst_text_init(&text, out, STATEMENT);
    pst_text_add(&text, "{\"postern\":\"image\",\"size\":");
    pst_text_add_uint(&text, bytes.len);
    pst_text_add(&text, ",\"sha256\":\"");
    pst_text_add(&text, digits);
    pst_text_add(&text, "\"}");
    return text.len < STATEMENT;
}

static bool refuse(const char *path, postern_status status, const char *message)
{
    postern_diag diag = {.status = POSTERN_OK};

    (void)pst_diag_refuse(&diag, status, "", message, NULL);
    pst_diag_copy(diag.source, sizeof diag.source, path);
    pst_print_diag(stderr, &diag);
    return false;
}

/* FILE.sig; NULL without memory. */
static char *signature_name(const char *path)
{
    static const char end[] = ".sig";
    size_t len = strlen(path);
    char *name = malloc(len + sizeof end);

    if (name) {
        memcpy(name, path, len);
        memcpy(name + len, end, sizeof end);
    }
    return name;
}

/* What both sides need; open_tools() is undone whatever it answers. */
struct tools {
    char *path; /* of the signature */
    postern_keys *keys;
    postern_jose *jose;
    char statement[STATEMENT];
};

static bool open_tools(struct tools *tools, const char *path, postern_str bytes,
                       const char *keys, postern_str kid)
{
    struct pst_key_file file = {
        .path = keys, .kid = kid, .algs_if_untold = pst_signing_algs};

    *tools = (struct tools){.path = signature_name(path)};
    if (!tools->path || postern_jose_new(&tools->jose, NULL) != POSTERN_OK ||
        !state(bytes, tools->statement)) {
        return refuse(path, POSTERN_ERR_MEMORY, "out of memory");
    }
    tools->keys = pst_key_file_read(&file);
    return tools->keys != NULL;
}

static void close_tools(struct tools *tools)
{
    postern_keys_free(tools->keys);
    postern_jose_free(tools->jose);
    free(tools->path);
}

/* ---- signing ----------------------------------------------------------- */

static bool write_signature(struct tools *tools, postern_str kid)
{
    postern_jose_recipe recipe;
    postern_str token;
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    postern_jose_recipe_init(&recipe);
    recipe.kind = POSTERN_JOSE_JWS;
    recipe.sign_keys = tools->keys;
    recipe.sign_kid = kid;
    status = postern_jose_seal(tools->jose, &recipe,
                               postern_str_of(tools->statement), &token, &diag);
    if (status == POSTERN_OK) {
        status = pst_new_file_write(tools->path, token, &diag);
    }
    if (status != POSTERN_OK) {
        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
    }
    return status == POSTERN_OK;
}

bool pst_image_sign(const char *path, postern_str bytes, const char *keys,
                    postern_str kid)
{
    struct tools tools;
    bool done = open_tools(&tools, path, bytes, keys, kid) &&
                write_signature(&tools, kid);

    close_tools(&tools);
    return done;
}

/* ---- verifying --------------------------------------------------------- */

/* A text editor may have put a line end behind it. */
static postern_str without_line_end(const struct pst_vec *bytes)
{
    postern_str text = {bytes->data, bytes->count};

    while (text.len && (text.data[text.len - 1] == '\n' ||
                        text.data[text.len - 1] == '\r')) {
        text.len--;
    }
    return text;
}

static bool is_good(const struct tools *tools, postern_str token)
{
    postern_jose_rules rules;
    postern_opened opened;
    postern_refusal refusal;

    postern_jose_rules_init(&rules);
    rules.kind = POSTERN_JOSE_JWS;
    refusal =
        postern_jose_open(tools->jose, tools->keys, &rules, token, &opened);
    if (refusal != POSTERN_REFUSAL_NONE) {
        char message[POSTERN_DIAG_MESSAGE_SIZE];
        struct pst_text text;

        pst_text_init(&text, message, sizeof message);
        pst_text_add(&text, "the signature is refused: ");
        pst_text_add(&text, postern_refusal_word(refusal));
        return refuse(tools->path, POSTERN_ERR_POLICY, message);
    }
    return pst_str_is(opened.payload, tools->statement) ||
           refuse(tools->path, POSTERN_ERR_POLICY,
                  "the signature is that of something else");
}

static bool verify(const struct tools *tools)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_vec bytes;
    postern_diag diag;
    bool good = false;

    if (pst_source_read(&bytes, tools->path, &diag) == POSTERN_OK) {
        good = is_good(tools, without_line_end(&bytes));
    } else {
        pst_print_diag(stderr, &diag);
    }
    pst_vec_release(&bytes, &heap);
    return good;
}

bool pst_image_is_signed(const char *path, postern_str bytes, const char *keys)
{
    struct tools tools;
    bool good = open_tools(&tools, path, bytes, keys, (postern_str){NULL, 0}) &&
                verify(&tools);

    close_tools(&tools);
    return good;
}
