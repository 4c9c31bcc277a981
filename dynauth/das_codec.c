/* The messages of a DAS by themselves. [DDA-07] [DDA-09] [PPM-06] */
#include "base/civil_time.h"
#include "dynauth/das_privileges.h"
#include "dynauth/das_request.h"
#include "dynauth/dynauth.h"

struct postern_das_codec {
    postern_allocator allocator;
    struct pst_arena arena;
};

postern_status postern_das_codec_new(postern_das_codec **codec,
                                     const postern_allocator *allocator)
{
    postern_allocator own = pst_allocator_of(allocator);

    *codec = pst_alloc(&own, sizeof **codec);
    if (!*codec) {
        return POSTERN_ERR_MEMORY;
    }
    (*codec)->allocator = own;
    pst_arena_init(&(*codec)->arena, &own, SIZE_MAX);
    return POSTERN_OK;
}

void postern_das_codec_free(postern_das_codec *codec)
{
    postern_allocator allocator;

    if (!codec) {
        return;
    }
    allocator = codec->allocator;
    pst_arena_release(&codec->arena);
    pst_release(&allocator, codec, sizeof *codec);
}

static postern_status read(postern_das_codec *codec, postern_str text,
                           struct pst_das_request *request, postern_diag *diag)
{
    struct pst_message message = {.arena = &codec->arena, .diag = diag};
    const struct pst_node *body;

    PST_TRY(pst_message_open(&message, text, PST_DAS_REQUEST, &body));
    return pst_das_request_read(request, &message, body);
}

postern_status postern_das_codec_read(postern_das_codec *codec,
                                      postern_str text,
                                      postern_das_request *request,
                                      postern_diag *diag)
{
    struct pst_das_request own;
    postern_status status;

    *request = (postern_das_request){.operation = 0};
    pst_diag_clear(diag);
    pst_arena_release(&codec->arena);
    status = read(codec, text, &own, diag);
    if (status != POSTERN_OK) {
        return pst_diag_plain(diag, status);
    }
    *request = (postern_das_request){.originator = own.originator,
                                     .operation = own.operation,
                                     .target = own.target,
                                     .target_type = own.target_type,
                                     .ip = own.ip,
                                     .location = own.location,
                                     .time_known = own.dated,
                                     .time_s = own.time_s,
                                     .has_lifetime = own.has_lifetime,
                                     .lifetime_s = own.lifetime_s,
                                     .role_ids = own.role_ids,
                                     .helping_ids = own.helping_ids,
                                     .token_ids = own.token_ids};
    return POSTERN_OK;
}

static bool is_grantable(const postern_das_privileges *privileges)
{
    return privileges->originator.len > 0 && privileges->operations > 0 &&
           privileges->operations <= POSTERN_ACOP_ALL &&
           !(privileges->countries.items && !privileges->countries.count) &&
           privileges->expires_s >= PST_CIVIL_MIN_S &&
           privileges->expires_s <= PST_CIVIL_MAX_S;
}

postern_status
postern_das_codec_answer(postern_das_codec *codec,
                         const postern_das_privileges *privileges,
                         postern_str *text)
{
    *text = (postern_str){NULL, 0};
    if (privileges && !is_grantable(privileges)) {
        return POSTERN_ERR_ARGUMENT;
    }
    return pst_das_response_write(&codec->arena, privileges,
                                  (postern_str){NULL, 0}, text);
}
