/* postern token inspect: what a token says, of which nothing is verified. */
#include "cli/token.h"

#include "base/str.h"
#include "base/time_text.h"
#include "cli/plain.h"
#include "jose/base64url.h"
#include "jose/json.h"

#include <getopt.h>
#include <stdlib.h>

enum { PARTS_MAX = 5, VALUES = 4096, MEMBERS = 64 };

struct inspect {
    enum pst_output output;
    postern_str parts[PARTS_MAX];
    size_t count;
    uint8_t *bytes; /* of the part that is looked at */
    char *scratch;
    struct pst_json_value *values;
};

static const struct option long_options[] = {
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* False: more parts than a token has. */
static bool cut(struct inspect *self, postern_str token)
{
    size_t from = 0;

    self->count = 0;
    while (from <= token.len) {
        size_t dot = pst_str_find(token, from, '.');

        if (self->count == PARTS_MAX) {
            return false;
        }
        self->parts[self->count++] = pst_str_slice(token, from, dot);
        from = dot + 1;
    }
    return self->count == 3 || self->count == PARTS_MAX;
}

static bool decode(struct inspect *self, postern_str part, postern_str *text)
{
    *text =
        (postern_str){(const char *)self->bytes, pst_base64url_bytes(part.len)};
    return pst_base64url_decode(part, self->bytes);
}

static bool parse(struct inspect *self, postern_str text, struct pst_json *json)
{
    *json = (struct pst_json){.values = self->values,
                              .capacity = VALUES,
                              .scratch = self->scratch,
                              .scratch_size = text.len,
                              .depth = 16,
                              .members = MEMBERS};
    return pst_json_parse(json, text) == POSTERN_OK;
}

/* ---- for people ---------------------------------------------------------- */

static bool is_time(postern_str name)
{
    return pst_str_is(name, "nbf") || pst_str_is(name, "exp") ||
           pst_str_is(name, "iat");
}

static void show_member(const struct pst_json_value *member)
{
    int64_t seconds;
    bool more;

    printf("  ");
    pst_plain(stdout, member->name);
    printf("  ");
    pst_plain(stdout, member->text);
    if (is_time(member->name) && pst_json_seconds(member, &seconds, &more)) {
        char date[PST_TIME_TEXT];

        pst_time_text(date, PST_TIME_PLAIN, seconds);
        printf("  (%s)", date);
    }
    printf("\n");
}

static bool show_part(struct inspect *self, const char *title, postern_str part)
{
    struct pst_json json;
    postern_str text;

    printf("%s\n", title);
    if (!decode(self, part, &text)) {
        printf("  is not base64url\n");
        return false;
    }
    if (!parse(self, text, &json)) {
        printf("  is not one strict JSON object: %s\n", json.problem);
        return false;
    }
    for (const struct pst_json_value *member =
             pst_json_first(pst_json_root(&json));
         member; member = pst_json_beside(&json, member)) {
        show_member(member);
    }
    return true;
}

static bool show(struct inspect *self)
{
    bool good;

    printf("NOT VERIFIED: anybody can have written this. \"postern token "
           "verify\" verifies.\n");
    good = show_part(self, "header", self->parts[0]);
    if (self->count == PARTS_MAX) {
        printf("claims\n  are encrypted\n");
        return good;
    }
    return show_part(self, "claims", self->parts[1]) && good;
}

/* ---- for programs -------------------------------------------------------- */

static bool json_part(struct inspect *self, struct pst_json_out *out,
                      const char *name, postern_str part)
{
    struct pst_json json;
    postern_str text;

    pst_json_out_name(out, name);
    if (!decode(self, part, &text) || !parse(self, text, &json)) {
        pst_buffer_add_word(&out->text, "null");
        out->wants_comma = true;
        return false;
    }
    pst_json_out_as_it_is(out, text);
    return true;
}

static bool show_json(struct inspect *self)
{
    struct pst_json_out out;
    bool good;

    pst_json_out_init(&out);
    pst_json_out_open(&out, '{');
    pst_json_out_name(&out, "verified");
    pst_json_out_bool(&out, false);
    good = json_part(self, &out, "header", self->parts[0]);
    if (self->count != PARTS_MAX) {
        good = json_part(self, &out, "claims", self->parts[1]) && good;
    }
    pst_json_out_close(&out, '}');
    (void)pst_json_out_line(&out, stdout); /* pst_finish() notices */
    pst_json_out_release(&out);
    return good;
}

/* ---- the whole ----------------------------------------------------------- */

static int inspect(struct inspect *self, postern_str token)
{
    const struct pst_command *command = &pst_command_token;
    int result = PST_EXIT_UNUSABLE;

    if (!cut(self, token)) {
        fprintf(stderr, "postern token: a token has three or five parts with "
                        "dots between them\n");
        return result;
    }
    self->bytes = malloc(token.len + 1);
    self->scratch = malloc(token.len + 1);
    self->values = malloc(VALUES * sizeof *self->values);
    if (self->bytes && self->scratch && self->values) {
        bool good =
            self->output == PST_OUTPUT_JSON ? show_json(self) : show(self);

        result = pst_finish(command, good ? PST_EXIT_YES : PST_EXIT_UNUSABLE);
    }
    free(self->bytes);
    free(self->scratch);
    free(self->values);
    return result;
}

static bool read_option(void *user, int option)
{
    struct inspect *self = user;

    return option == PST_OPTION_FORMAT &&
           pst_read_output(&pst_command_token, optarg, &self->output);
}

static const struct pst_options options = {&pst_command_token, ":h",
                                           long_options, read_option};

int pst_token_inspect(int argc, char **argv)
{
    const struct pst_command *command = &pst_command_token;
    postern_allocator heap = pst_allocator_of(NULL);
    struct inspect self = {.output = PST_OUTPUT_TEXT};
    int result = PST_EXIT_UNUSABLE;
    struct pst_vec bytes;
    postern_str token;
    int status;

    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    if (optind + 1 != argc) {
        return pst_misused(command, "one token is expected", NULL);
    }
    if (pst_read_token(argv[optind], &bytes, &token)) {
        result = inspect(&self, token);
    }
    pst_vec_release(&bytes, &heap);
    return result;
}
