/* Indirect dynamic authorization: what a refusal tells the originator, and what
 * a response tells it about tokens it has shown. */
#include "dynauth/dynauth.h"

#include "base/str.h"

/* ---- Token Request Information ------------------------------------------- */

/* Set 1 alone, as 7.3.2.3 step 2.2 has it. [IDA-02] [IDA-03] */
static bool is_told_about(const struct pst_candidate *candidate)
{
    return candidate->server && candidate->helping_ids.count &&
           candidate->points.items && candidate->points.count;
}

static size_t write_request(const postern_dynauth *self,
                            const struct pst_candidate *candidate, char *buffer,
                            size_t size)
{
    struct pst_das_request request = pst_request_to(self, candidate);
    struct pst_sink sink;

    pst_sink_open(&sink, buffer, size);
    pst_das_request_write(&sink.json, NULL, &request);
    return sink.json.text.len;
}

/* dreq, so that its DAS alone can read it. [IDA-04] */
static postern_status seal(postern_dynauth *self,
                           const struct pst_candidate *candidate,
                           postern_str *sealed, postern_diag *diag)
{
    size_t len = write_request(self, candidate, NULL, 0);
    char *buffer = pst_arena_alloc(&self->arena, len + 1, 1);
    postern_str token;

    if (!buffer) {
        return POSTERN_ERR_MEMORY;
    }
    if (!self->options.jose) {
        return POSTERN_ERR_ARGUMENT;
    }
    (void)write_request(self, candidate, buffer, len + 1);
    PST_TRY(postern_jose_seal(self->options.jose, candidate->server->seal,
                              (postern_str){buffer, len}, &token, diag));
    *sealed = pst_arena_copy(&self->arena, token);
    return sealed->data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

/* sealed[i] is absent for what goes in clear. */
static postern_status seal_all(postern_dynauth *self, postern_str *sealed,
                               postern_diag *diag)
{
    for (size_t i = 0; i < self->candidate_count; i++) {
        const struct pst_candidate *candidate = &self->candidates[i];

        if (is_told_about(candidate) && candidate->server->seal) {
            PST_TRY(seal(self, candidate, &sealed[i], diag));
        }
    }
    return POSTERN_OK;
}

static void write_entry(const postern_dynauth *self,
                        const struct pst_candidate *candidate,
                        postern_str sealed, struct pst_json_text *json)
{
    struct pst_das_request request = pst_request_to(self, candidate);

    pst_json_open(json, NULL, '{');
    pst_json_str(json, "uri", candidate->points.items[0]);
    if (sealed.data) {
        pst_json_str(json, "sdr", sealed);
    } else {
        pst_das_request_write(json, "dreq", &request);
    }
    pst_json_close(json, '}');
}

static size_t write_info(const postern_dynauth *self, const postern_str *sealed,
                         char *buffer, size_t size)
{
    struct pst_sink sink;

    pst_sink_open(&sink, buffer, size);
    pst_json_open(&sink.json, NULL, '{');
    pst_json_open(&sink.json, "dasi", '[');
    for (size_t i = 0; i < self->candidate_count; i++) {
        if (is_told_about(&self->candidates[i])) {
            write_entry(self, &self->candidates[i], sealed[i], &sink.json);
        }
    }
    pst_json_close(&sink.json, ']');
    pst_json_close(&sink.json, '}');
    return sink.json.text.len;
}

static bool has_anything_to_tell(const postern_dynauth *self)
{
    for (size_t i = 0; i < self->candidate_count; i++) {
        if (is_told_about(&self->candidates[i])) {
            return self->wants_token_info; /* [IDA-06] */
        }
    }
    return false;
}

static postern_status make_info(postern_dynauth *self, postern_str *json,
                                postern_diag *diag)
{
    postern_str *sealed =
        pst_arena_alloc(&self->arena, self->candidate_count, sizeof *sealed);
    char *buffer;
    size_t len;

    if (!sealed) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(seal_all(self, sealed, diag));
    len = write_info(self, sealed, NULL, 0);
    buffer = pst_arena_alloc(&self->arena, len + 1, 1);
    if (!buffer) {
        return POSTERN_ERR_MEMORY;
    }
    (void)write_info(self, sealed, buffer, len + 1);
    *json = (postern_str){buffer, len};
    return POSTERN_OK;
}

/* [IDA-05] */
postern_status postern_dynauth_token_info(postern_dynauth *dynauth,
                                          postern_str *json, postern_diag *diag)
{
    postern_status status;

    *json = (postern_str){NULL, 0};
    pst_diag_clear(diag);
    if (!has_anything_to_tell(dynauth)) {
        return POSTERN_OK;
    }
    status = make_info(dynauth, json, diag);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}

/* ---- Assigned Token Identifiers ------------------------------------------ */

/* [IDA-14] */
size_t postern_assigned_tokens(const postern_answer *answer, char *buffer,
                               size_t size)
{
    struct pst_sink sink;

    pst_sink_open(&sink, buffer, size);
    if (answer->assigned_count == 0) {
        return 0;
    }
    pst_json_open(&sink.json, NULL, '{');
    pst_json_open(&sink.json, "ltia", '[');
    for (size_t i = 0; i < answer->assigned_count; i++) {
        pst_json_open(&sink.json, NULL, '{');
        pst_json_str(&sink.json, "lti", answer->assigned[i].local_id);
        pst_json_str(&sink.json, "tkid", answer->assigned[i].token_id);
        pst_json_close(&sink.json, '}');
    }
    pst_json_close(&sink.json, ']');
    pst_json_close(&sink.json, '}');
    return sink.json.text.len;
}
