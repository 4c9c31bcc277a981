/*
 * Requests in a text: JSON Lines, one object a line, blank lines between; or
 * one object written over several lines.
 */
#ifndef PST_REQUESTS_H
#define PST_REQUESTS_H

#include "base/vec.h"
#include "policy-lang/node.h"

/* Of one string: a token may be longer than what stands in a policy. */
enum { PST_REQUEST_TEXT_LENGTH = 65535 };

struct pst_request_text {
    postern_str text;
    uint32_t line; /* of its first byte, from 1 */
};

struct pst_requests {
    const char *source;
    struct pst_vec items; /* struct pst_request_text */
};

/*
 * Finds the requests and makes sure that each is JSON; what it says is not
 * looked at. Slices point into `text`. Release with pst_requests_release(),
 * whatever the answer.
 *
 * POSTERN_OK; POSTERN_ERR_SYNTAX or _LIMIT with source and line; _MEMORY.
 */
POSTERN_NODISCARD postern_status
pst_requests_find(struct pst_requests *requests, const char *source,
                  postern_str text, postern_diag *diag);
void pst_requests_release(struct pst_requests *requests);

static inline const struct pst_request_text *
pst_request_at(const struct pst_requests *requests, uint32_t i)
{
    return (const struct pst_request_text *)requests->items.data + i;
}

/* Reads one of them into the arena. As pst_json_read(), lines counted in the
 * whole text. */
POSTERN_NODISCARD postern_status pst_request_read(
    struct pst_document *document, const struct pst_requests *requests,
    const struct pst_request_text *request, struct pst_arena *arena,
    postern_diag *diag);

#endif
