/* Target functions: pst_requests_find, pst_request_read, pst_cases_find,
 * pst_case_next, pst_case_load
 *
 * A text as requests, and as decision cases: what is found of each lies in the
 * text, is JSON, and says what is expected; a case is a policy or is refused
 * with a reason. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "cli/cases.h"
#include "cli/requests.h"

static void look_at_requests(postern_str text)
{
    struct pst_requests requests;
    postern_diag diag;
    postern_status status;
    uint32_t line = 0;

    pst_diag_clear(&diag);
    status = pst_requests_find(&requests, "input", text, &diag);
    if (status != POSTERN_OK) {
        FUZZ_CLAIM(diag.status == status && diag.message[0]);
        FUZZ_CLAIM(diag.line > 0 || status == POSTERN_ERR_LIMIT);
    }
    for (uint32_t i = 0; status == POSTERN_OK && i < requests.items.count;
         i++) {
        const struct pst_request_text *item = pst_request_at(&requests, i);
        struct pst_document document;
        struct pst_arena arena;

        FUZZ_CLAIM(item->line > line);
        line = item->line;
        FUZZ_CLAIM(item->text.data >= text.data &&
                   item->text.data + item->text.len <= text.data + text.len);
        pst_arena_init(&arena, NULL, SIZE_MAX);
        FUZZ_CLAIM(pst_request_read(&document, &requests, item, &arena, NULL) ==
                   POSTERN_OK);
        pst_arena_release(&arena);
    }
    pst_requests_release(&requests);
}

static void look_at_case(const struct pst_node *node,
                         const struct pst_document *document,
                         struct pst_arena *arena)
{
    struct pst_case one = pst_case_of(node);
    struct pst_expectation expectation;
    const struct pst_node *request = NULL;
    postern_policy *policy;
    postern_diag diag;
    postern_status status;

    while ((request = pst_case_next(&one, request, &expectation)) != NULL) {
        FUZZ_CLAIM(expectation.request != NULL);
        FUZZ_CLAIM(expectation.effect == POSTERN_PERMIT ||
                   expectation.effect == POSTERN_DENY);
        FUZZ_CLAIM(expectation.rsc >= 0 && expectation.rsc < 10000);
    }
    pst_diag_clear(&diag);
    status = pst_case_load(&policy, &one, document, arena, &diag);
    FUZZ_CLAIM((status == POSTERN_OK) == (policy != NULL));
    FUZZ_CLAIM(status == POSTERN_OK || diag.message[0]);
    postern_policy_free(policy);
}

static void look_at_cases(postern_str text, enum pst_format format)
{
    postern_limits limits = pst_limits_of(NULL);
    struct pst_document document = {
        .format = format, .source = "input", .text = text};
    const struct pst_node *list = NULL;
    struct pst_arena arena;
    postern_diag diag;
    postern_status status;

    pst_diag_clear(&diag);
    pst_arena_init(&arena, NULL, SIZE_MAX);
    status = pst_document_read(&document, &arena, &limits, &diag);
    if (status == POSTERN_OK) {
        status = pst_cases_find(&document, &list, &diag);
    }
    FUZZ_CLAIM(diag.status == status);
    FUZZ_CLAIM((status == POSTERN_OK) == (list != NULL));
    for (const struct pst_node *node = list ? list->children : NULL; node;
         node = node->next) {
        look_at_case(node, &document, &arena);
    }
    pst_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};

    look_at_requests(text);
    look_at_cases(text, PST_FORMAT_JSON);
    look_at_cases(text, PST_FORMAT_YAML);
    return 0;
}
