#include "cli/requests.h"

#include "base/str.h"
#include "policy-lang/lines.h"

void pst_requests_release(struct pst_requests *requests)
{
    postern_allocator heap = pst_allocator_of(NULL);

    pst_vec_release(&requests->items, &heap);
}

static postern_status add(struct pst_requests *requests, postern_str text,
                          uint32_t line)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_request_text item = {text, line};

    return pst_vec_push(&requests->items, &heap, &item, 1);
}

static postern_status split(struct pst_requests *requests, postern_str text)
{
    size_t from = 0;
    uint32_t line = 1;

    while (from < text.len) {
        size_t end = pst_str_find(text, from, '\n');
        postern_str slice = pst_str_slice(text, from, end);

        if (!pst_line_is_blank(slice)) {
            PST_TRY(add(requests, slice, line));
        }
        from = end + 1;
        line++;
    }
    return POSTERN_OK;
}

postern_status pst_request_read(struct pst_document *document,
                                const struct pst_requests *requests,
                                const struct pst_request_text *request,
                                struct pst_arena *arena, postern_diag *diag)
{
    postern_limits limits = pst_limits_of(NULL);

    limits.text_length = PST_REQUEST_TEXT_LENGTH;
    *document = (struct pst_document){.format = PST_FORMAT_JSON,
                                      .source = requests->source,
                                      .text = request->text,
                                      .lines_before = request->line - 1};
    return pst_json_read(document, arena, &limits, diag);
}

/* Whether a text is JSON, and if so of what type. */
static postern_status try_read(const struct pst_requests *requests,
                               const struct pst_request_text *request,
                               enum pst_node_type *type, postern_diag *diag)
{
    struct pst_document document;
    struct pst_arena arena;
    postern_status status;

    pst_diag_clear(diag);
    pst_arena_init(&arena, NULL, SIZE_MAX);
    status = pst_request_read(&document, requests, request, &arena, diag);
    *type = status == POSTERN_OK ? document.root->type : PST_NODE_NULL;
    pst_arena_release(&arena);
    return status;
}

/* Whether the whole text is one object. */
static bool is_one(const struct pst_requests *requests, postern_str text)
{
    struct pst_request_text whole = {text, 1};
    enum pst_node_type type;
    postern_diag diag;

    return try_read(requests, &whole, &type, &diag) == POSTERN_OK &&
           type == PST_NODE_OBJECT;
}

postern_status pst_requests_find(struct pst_requests *requests,
                                 const char *source, postern_str text,
                                 postern_diag *diag)
{
    requests->source = source;
    pst_vec_init(&requests->items, sizeof(struct pst_request_text));
    PST_TRY(split(requests, text));
    for (uint32_t i = 0; i < requests->items.count; i++) {
        enum pst_node_type type;
        postern_status status =
            try_read(requests, pst_request_at(requests, i), &type, diag);

        if (status != POSTERN_OK && i == 0 && is_one(requests, text)) {
            requests->items.count = 0;
            return add(requests, text, 1);
        }
        if (status != POSTERN_OK) {
            return status;
        }
    }
    return POSTERN_OK;
}
