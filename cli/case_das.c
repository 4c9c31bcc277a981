#include "cli/case_das.h"

#include "policy-lang/emit.h"

#include <postern/dynauth.h>

enum { RESPONSE_MAX = 1 << 20 };

/* The response as a DAS would send it; released by the caller. */
static void write_response(struct pst_emitter *out, const struct pst_node *node)
{
    postern_allocator heap = pst_allocator_of(NULL);

    pst_emit_init(out, PST_FORMAT_JSON, &heap, RESPONSE_MAX);
    pst_emit_node(out, (postern_str){NULL, 0}, node);
    pst_emit_end(out);
}

/* With what this DAS grants. False: it does not permit the request. */
static bool decide_again(const struct pst_host *host,
                         const postern_dynauth *dynauth,
                         const postern_primitive *primitive,
                         postern_answer *answer)
{
    postern_primitive again = *primitive;

    postern_dynauth_apply(dynauth, &again);
    postern_authorize(host->reader, &again, NULL, answer);
    return answer->effect == POSTERN_PERMIT;
}

/* Every DAS there is to ask gives the same answer. */
static bool ask_all(const struct pst_host *host, postern_dynauth *dynauth,
                    const postern_primitive *primitive, postern_str response,
                    postern_answer *answer)
{
    while (postern_dynauth_state_of(dynauth) == POSTERN_DYNAUTH_ASK) {
        if (postern_dynauth_answer(dynauth, response, primitive->time_s,
                                   NULL) != POSTERN_OK) {
            continue; /* it is the next one's turn */
        }
        if (decide_again(host, dynauth, primitive, answer)) {
            return true;
        }
        postern_dynauth_failed(dynauth);
    }
    return false;
}

static bool is_permitted_by_das(const struct pst_host *host,
                                const postern_primitive *primitive,
                                const struct pst_node *response,
                                postern_answer *answer)
{
    struct pst_emitter text;
    postern_dynauth *dynauth;
    bool permitted;

    if (postern_dynauth_begin(&dynauth, host->reader, primitive, NULL) !=
        POSTERN_OK) {
        return false;
    }
    write_response(&text, response);
    permitted = ask_all(host, dynauth, primitive,
                        (postern_str){text.out.data, text.out.len}, answer);
    pst_buffer_release(&text.out);
    postern_dynauth_free(dynauth);
    return permitted;
}

void pst_case_authorize(const struct pst_case *of, const struct pst_host *host,
                        const postern_primitive *primitive,
                        postern_answer *answer)
{
    const struct pst_node *response = pst_node_member(of->node, "das_response");

    postern_authorize(host->reader, primitive, NULL, answer);
    if (answer->effect == POSTERN_PERMIT || !response ||
        response->type == PST_NODE_NULL ||
        is_permitted_by_das(host, primitive, response, answer)) {
        return;
    }
    postern_authorize(host->reader, primitive, NULL, answer);
}
