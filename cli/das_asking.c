/* postern das request and decide: the CSE that asks. */
#include "cli/das.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/plain.h"
#include "cli/render.h"
#include "cli/requests.h"
#include "cli/source.h"
#include "engine/primitive.h"

/* ---- the request --------------------------------------------------------- */

/* One request of a file, and what it was read from. */
struct reading {
    struct pst_vec bytes;
    struct pst_requests requests;
    struct pst_document document;
    struct pst_arena arena;
    postern_primitive primitive;
};

static postern_status read_one(struct reading *self, const char *source,
                               postern_diag *diag)
{
    postern_str text = {self->bytes.data, self->bytes.count};

    PST_TRY(pst_requests_find(&self->requests, source, text, diag));
    if (self->requests.items.count != 1) {
        pst_diag_copy(diag->source, sizeof diag->source, source);
        return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "",
                               "one request is expected", NULL);
    }
    PST_TRY(pst_request_read(&self->document, &self->requests,
                             pst_request_at(&self->requests, 0), &self->arena,
                             diag));
    return pst_primitive_read(&self->primitive, &self->document,
                              self->document.root, PST_PRIMITIVE_PLAIN,
                              &self->arena, diag);
}

/* False, and reported. Close it whatever the answer. */
static bool open_request(struct reading *self, const char *source)
{
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    pst_vec_init(&self->requests.items, sizeof(struct pst_request_text));
    pst_arena_init(&self->arena, NULL, SIZE_MAX);
    status = pst_source_read(&self->bytes, source, &diag);
    if (status == POSTERN_OK) {
        status = read_one(self, source, &diag);
    }
    if (status != POSTERN_OK) {
        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
    }
    return status == POSTERN_OK;
}

static void close_request(struct reading *self)
{
    postern_allocator heap = pst_allocator_of(NULL);

    pst_arena_release(&self->arena);
    pst_requests_release(&self->requests);
    pst_vec_release(&self->bytes, &heap);
}

/* ---- the CSE ------------------------------------------------------------- */

struct cse {
    const struct pst_das_words *words;
    struct pst_host host;
    struct reading request;
    postern_str point;
    postern_str domain;
    postern_das_server server;
    postern_dynauth *dynauth;
};

static void note(void *user, const char *text)
{
    (void)user;
    fputs("note: ", stderr);
    pst_plain(stderr, postern_str_of(text));
    fputs("\n", stderr);
}

static postern_status begin(struct cse *self)
{
    const struct pst_das_words *words = self->words;
    postern_dynauth_options options;

    postern_dynauth_options_init(&options);
    options.note = note;
    options.clamp_to_request = words->clamps;
    if (words->server) {
        self->point = postern_str_of(words->point);
        self->domain = postern_str_of(words->domain);
        self->server = (postern_das_server){
            .identity = postern_str_of(words->server),
            .points = {&self->point, 1},
            .domains = {&self->domain, 1},
            .tell_ip = true,
            .tell_location = true,
        };
        options.servers = &self->server;
        options.server_count = 1;
    }
    return postern_dynauth_begin(&self->dynauth, self->host.reader,
                                 &self->request.primitive, &options);
}

/* Opens all, runs `then`, closes all. */
static int with_cse(const struct pst_das_words *words,
                    int (*then)(struct cse *self))
{
    struct cse self = {.words = words};
    int result = PST_EXIT_UNUSABLE;

    if (!pst_host_open(&self.host, &words->settings)) {
        return result;
    }
    if (open_request(&self.request, words->request)) {
        if (begin(&self) == POSTERN_OK) {
            result = then(&self);
        } else {
            fputs("postern das: out of memory\n", stderr);
        }
    }
    postern_dynauth_free(self.dynauth);
    close_request(&self.request);
    pst_host_close(&self.host);
    return pst_finish(&pst_command_das, result);
}

/* ---- request ------------------------------------------------------------- */

static int print_request(struct cse *self)
{
    size_t len = postern_dynauth_request(self->dynauth, NULL, 0);
    char *text;

    if (postern_dynauth_state_of(self->dynauth) != POSTERN_DYNAUTH_ASK) {
        fputs("postern das: there is nobody to ask about this request\n",
              stderr);
        return PST_EXIT_NO;
    }
    text = pst_arena_alloc(&self->request.arena, len + 1, 1);
    if (!text) {
        fputs("postern das: out of memory\n", stderr);
        return PST_EXIT_UNUSABLE;
    }
    (void)postern_dynauth_request(self->dynauth, text, len + 1);
    puts(text);
    return PST_EXIT_YES;
}

int pst_das_request(const struct pst_das_words *words)
{
    return with_cse(words, print_request);
}

/* ---- decide -------------------------------------------------------------- */

static bool print_decision(const struct cse *self,
                           const postern_primitive *primitive,
                           const postern_answer *answer)
{
    struct pst_json_out out;
    bool written;

    if (self->words->output == PST_OUTPUT_TEXT) {
        pst_render_text(stdout, pst_may_colour(stdout), primitive, answer,
                        NULL);
        return true;
    }
    pst_json_out_init(&out);
    pst_render_json(&out, answer, NULL);
    written = pst_json_out_line(&out, stdout);
    pst_json_out_release(&out);
    return written;
}

/* What of the answer does not count is told, and the decision is made without
 * it. */
static void take_answer(struct cse *self, postern_str text)
{
    postern_diag diag = {.status = POSTERN_OK};

    if (postern_dynauth_state_of(self->dynauth) == POSTERN_DYNAUTH_ASK &&
        postern_dynauth_answer(self->dynauth, text, self->words->now_s,
                               &diag) != POSTERN_OK) {
        pst_diag_copy(diag.source, sizeof diag.source, self->words->answer);
        diag.severity = POSTERN_SEVERITY_WARNING;
        pst_print_diag(stderr, &diag);
    }
}

static int decide(struct cse *self)
{
    postern_allocator heap = pst_allocator_of(NULL);
    postern_primitive primitive = self->request.primitive;
    postern_answer answer;
    struct pst_vec bytes;
    postern_diag diag = {.status = POSTERN_OK};
    bool told =
        pst_source_read(&bytes, self->words->answer, &diag) == POSTERN_OK;

    if (told) {
        take_answer(self, (postern_str){bytes.data, bytes.count});
        postern_dynauth_apply(self->dynauth, &primitive);
        postern_authorize(self->host.reader, &primitive, NULL, &answer);
        told = print_decision(self, &primitive, &answer);
    } else {
        pst_print_diag(stderr, &diag);
    }
    pst_vec_release(&bytes, &heap);
    if (!told) {
        return PST_EXIT_UNUSABLE;
    }
    return answer.effect == POSTERN_PERMIT ? PST_EXIT_YES : PST_EXIT_NO;
}

int pst_das_decide(const struct pst_das_words *words)
{
    return with_cse(words, decide);
}
