/*
 * Direct and indirect dynamic authorization at the hosting CSE: what one
 * request has come to. Everything that begin() finds is copied into an arena;
 * what an answer says lives in another, until the next one.
 *
 * Invariant: state is ASK exactly when candidates[at] is to be asked, DECIDE
 * when something of its answer counts.
 */
#ifndef PST_DYNAUTH_H
#define PST_DYNAUTH_H

#include "dynauth/das_request.h"
#include "tokens/wiping.h"

#include <postern/dynauth.h>

enum {
    PST_DYNAUTH_ASKED = 3,
    PST_DYNAUTH_ASKED_MAX = 16,
    PST_DYNAUTH_LIFETIME_S = 3600
};

/* A DAS that could permit. */
struct pst_candidate {
    const postern_das_server *server; /* NULL: a consultation names it alone */
    postern_texts points;
    postern_texts helping_ids; /* set 1: its Role-IDs in rules [DDA-02] */
    bool consulted;            /* set 2: a consultation names it [DDA-05] */
    bool has_lifetime;
    int64_t lifetime_s; /* the earliest that consultations say */
};

struct postern_dynauth {
    postern_allocator allocator;
    postern_dynauth_options options;
    postern_reader *reader;
    struct pst_arena arena;

    /* ---- the request ------------------------------------------------- */
    postern_cse cse;              /* that hosts the target */
    struct pst_das_request facts; /* what any of them may be told */
    postern_id originator;        /* of facts.originator */
    uint32_t operations;          /* that permitting it takes: POSTERN_ACOP_ */
    size_t token_count;           /* that it carries */
    size_t token_room;            /* for more */
    bool wants_token_info;

    /* ---- whom to ask --------------------------------------------------- */
    struct pst_candidate *candidates; /* options.servers, then others */
    size_t candidate_count;
    size_t at;
    uint32_t asked;
    postern_dynauth_state state;

    /* ---- the answer ---------------------------------------------------- */
    struct pst_wiping wiping; /* tokens are secrets */
    struct pst_arena said;
    postern_acp_set *set; /* NULL: no privileges */
    postern_acp_link link;
    postern_str *tokens; /* room for those of the request, then those of the
                            answer */
    postern_dynauth_grant grant;
};

/* Finds the candidates and what they are told (candidates.c). POSTERN_OK,
 * POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status
pst_find_candidates(postern_dynauth *self, postern_reader *reader,
                    const postern_primitive *primitive);

/* What a candidate is told. */
struct pst_das_request pst_request_to(const postern_dynauth *self,
                                      const struct pst_candidate *candidate);

/* Whether the text, a Role-ID or tokenID, is of a domain of the server. */
bool pst_is_of_server(const postern_das_server *server, postern_str id);

/*
 * Compiles granted privileges, and writes their ACP, into self->set and
 * self->grant (grant.c).
 *
 * POSTERN_OK, also when none of them counts; POSTERN_ERR_POLICY, _LIMIT: they
 * are not what the standard allows, and none counts; POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status
pst_take_privileges(postern_dynauth *self, const struct pst_node *privileges,
                    int64_t expires_s, postern_diag *diag);

/*
 * Verifies the tokens of an answer, as of the DAS that was asked: those that
 * count go to self->tokens (direct_tokens.c). [DDA-11] [DDA-12] [DDA-18]
 *
 * POSTERN_OK, also when none counts; POSTERN_ERR_LIMIT: there are more than one
 * request could carry; POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status pst_take_tokens(postern_dynauth *self,
                                                 const postern_texts *tokens,
                                                 int64_t now_s,
                                                 postern_diag *diag);

/* A remark for who listens: `what`, `name` in quotes unless it is absent,
 * `why`. (options.c) */
void pst_dynauth_note(const postern_dynauth *self, const char *what,
                      postern_str name, const char *why);

/* The number of bytes that a text takes, written with pst_json_text into a
 * buffer of `size` bytes, which may be 0. */
struct pst_sink {
    struct pst_json_text json;
    char none[1];
};

void pst_sink_open(struct pst_sink *sink, char *buffer, size_t size);

#endif
