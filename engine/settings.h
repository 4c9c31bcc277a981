/*
 * What can be replaced while others decide: whom to trust, the issuers of
 * tokens, and the country database. A decision sees one version of all from
 * beginning to end. Readers do not wait; those who replace wait for each other.
 */
#ifndef PST_SETTINGS_H
#define PST_SETTINGS_H

#include "base/epoch.h"
#include "engine/trust.h"

#include <postern/token.h>

#include <pthread.h>

/* A version. Versions share what did not change between them; the last one to
 * use something is the one that frees it. */
struct pst_settings {
    struct pst_trust *trust;        /* NULL: nobody */
    postern_issuers *issuers;       /* of tokens; NULL: none */
    postern_country_db *country_db; /* NULL: none */
    /* Once it is replaced: */
    struct pst_settings *next; /* replaced after it */
    uint64_t epoch;            /* in which it was replaced */
    bool last_with_trust;
    bool last_with_issuers;
    bool last_with_country_db;
};

struct pst_settings_board {
    postern_allocator allocator;
    struct pst_epochs epochs;
    pthread_mutex_t lock; /* of those who replace */
    struct pst_settings *_Atomic current;
    struct pst_settings *oldest; /* replaced and not freed, or NULL */
    struct pst_settings *newest; /* of these */
};

/* With a version that trusts nobody. POSTERN_OK, POSTERN_ERR_MEMORY: then there
 * is nothing to release. */
POSTERN_NODISCARD postern_status pst_settings_board_init(
    struct pst_settings_board *board, const postern_allocator *allocator,
    uint32_t max_readers);
/* Nobody may be reading. */
void pst_settings_board_release(struct pst_settings_board *board);

/* Takes ownership when it succeeds. POSTERN_OK, POSTERN_ERR_MEMORY: nothing has
 * changed. */
POSTERN_NODISCARD postern_status pst_settings_set_trust(
    struct pst_settings_board *board, struct pst_trust *trust);
POSTERN_NODISCARD postern_status pst_settings_set_issuers(
    struct pst_settings_board *board, postern_issuers *issuers);
/* Both in one step. */
POSTERN_NODISCARD postern_status pst_settings_set_trust_and_issuers(
    struct pst_settings_board *board, struct pst_trust *trust,
    postern_issuers *issuers);
POSTERN_NODISCARD postern_status pst_settings_set_country_db(
    struct pst_settings_board *board, postern_country_db *db);

/* Frees what nobody can be reading any more. */
void pst_settings_collect(struct pst_settings_board *board);

/* Between pst_epoch_enter() and pst_epoch_leave(). */
static inline const struct pst_settings *
pst_settings_now(struct pst_settings_board *board)
{
    return atomic_load(&board->current);
}

#endif
