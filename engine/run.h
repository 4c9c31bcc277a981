/*
 * The state of one call, for the files that share the work. It is part of a
 * reader and holds all that a decision needs, so that none allocates.
 *
 * Slices point into the caller's primitive, into the settings, and into what
 * the prp gives between enter and leave. What the answer keeps is copied.
 */
#ifndef PST_RUN_H
#define PST_RUN_H

#include "engine/association.h"
#include "engine/engine.h"
#include "engine/inquiry.h"
#include "engine/rules.h"
#include "engine/tokens.h"
#include "prp/selection.h"

enum { PST_MESSAGE_SIZE = 512, PST_NOTE_SIZE = 256, PST_SHELF_SIZE = 2560 };

/* Texts that last as long as the answer. */
struct pst_shelf {
    size_t used;
    char bytes[PST_SHELF_SIZE];
};

struct pst_memo;

/* Who asks. */
struct pst_asker {
    postern_id id;   /* POSTERN_ID_ABSENT: an AE that registers [REQ-02] */
    bool registered; /* an AE that is registered here, and not over */
    postern_authn_record record; /* [AUTHN-05] */
};

/* The rule that permits. */
struct pst_grounds {
    postern_decision decision;
    enum pst_origin origin;
    postern_str acp; /* resource ID; of a token, its tokenID */
};

struct pst_run {
    postern_engine *engine;
    struct pst_epoch_slot *slot; /* of the settings */

    /* Set when the call begins. */
    const struct pst_settings *settings;
    struct pst_view view;
    postern_primitive primitive;
    const postern_listener *listener; /* NULL: no explanation is wanted */
    bool terse; /* only the effect and its reason are wanted, no message */
    struct pst_memo *memo; /* NULL: each decision is made by itself */
    struct pst_now now;
    bool leases;    /* the answer of this call says until when it holds, if the
                       primitive asks for it */
    int64_t edge_s; /* until when, as far as is known */
    postern_operation operation;
    struct pst_association association;
    struct pst_asker asker;
    struct pst_tokens tokens;

    /* Of the target. */
    struct pst_target target;
    struct pst_selection selection;
    struct pst_links links;
    struct pst_extra extra;
    size_t rounds;     /* that it took to look at every link */
    size_t link_count; /* of all rounds together */
    bool remarked;     /* the links had their notes */

    postern_request request; /* to the pdp */
    struct pst_inquiry inquiry;

    postern_answer answer; /* its slices are not copied yet */
    char message[PST_MESSAGE_SIZE];
    struct pst_shelf told;      /* what the answer names */
    struct pst_shelf needed;    /* groups, roles and tokens to ask for */
    struct pst_shelf of_tokens; /* tokenIDs and Local-Token-IDs */
};

/* Makes the answer a refusal; false, for the caller to return. */
bool pst_deny(struct pst_run *run, postern_stage stage, int rsc,
              const char *reason, const char *message);

/* What could not be read or was not right in Postern itself: 5000. */
bool pst_deny_internal(struct pst_run *run, postern_stage stage,
                       const char *message);

/* A copy that ends in NUL; absent when it does not fit. */
postern_str pst_shelve(struct pst_shelf *shelf, postern_str text);

/* A remark for the listener: `what`, then `name` in quotes, then `why`. */
void pst_note(struct pst_run *run, const char *what, postern_str name,
              const char *why);

bool pst_is_explained(const struct pst_run *run);

/* "create", "retrieve" ... of a decision. */
const char *pst_verb_of(postern_operation operation);

#endif
