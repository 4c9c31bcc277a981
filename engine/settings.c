#include "engine/settings.h"

postern_status pst_settings_board_init(struct pst_settings_board *board,
                                       const postern_allocator *allocator,
                                       uint32_t max_readers)
{
    struct pst_settings *first;
    postern_status status;

    board->allocator = pst_allocator_of(allocator);
    board->oldest = NULL;
    board->newest = NULL;
    first = pst_alloc(&board->allocator, sizeof *first);
    if (!first) {
        return POSTERN_ERR_MEMORY;
    }
    *first = (struct pst_settings){.trust = NULL};
    status = pst_epochs_init(&board->epochs, &board->allocator, max_readers);
    if (status != POSTERN_OK) {
        pst_release(&board->allocator, first, sizeof *first);
        return status;
    }
    if (pthread_mutex_init(&board->lock, NULL) != 0) {
        pst_epochs_release(&board->epochs);
        pst_release(&board->allocator, first, sizeof *first);
        return POSTERN_ERR_MEMORY;
    }
    atomic_init(&board->current, first);
    return POSTERN_OK;
}

static void free_version(const struct pst_settings_board *board,
                         struct pst_settings *version)
{
    if (version->last_with_trust) {
        pst_trust_free(version->trust);
    }
    if (version->last_with_issuers) {
        postern_issuers_free(version->issuers);
    }
    if (version->last_with_country_db) {
        postern_country_db_free(version->country_db);
    }
    pst_release(&board->allocator, version, sizeof *version);
}

/* With the lock held. */
static void free_before(struct pst_settings_board *board, uint64_t epoch)
{
    while (board->oldest && board->oldest->epoch < epoch) {
        struct pst_settings *version = board->oldest;

        board->oldest = version->next;
        free_version(board, version);
    }
    if (!board->oldest) {
        board->newest = NULL;
    }
}

void pst_settings_board_release(struct pst_settings_board *board)
{
    struct pst_settings *current = atomic_load(&board->current);

    free_before(board, UINT64_MAX);
    current->last_with_trust = true;
    current->last_with_issuers = true;
    current->last_with_country_db = true;
    free_version(board, current);
    pst_epochs_release(&board->epochs);
    pthread_mutex_destroy(&board->lock);
}

void pst_settings_collect(struct pst_settings_board *board)
{
    pthread_mutex_lock(&board->lock);
    free_before(board, pst_epochs_oldest(&board->epochs));
    pthread_mutex_unlock(&board->lock);
}

/* Publishes `fresh`; with the lock held. */
static void publish(struct pst_settings_board *board,
                    struct pst_settings *fresh)
{
    struct pst_settings *old = atomic_load(&board->current);

    atomic_store(&board->current, fresh);
    old->last_with_trust = old->trust != fresh->trust;
    old->last_with_issuers = old->issuers != fresh->issuers;
    old->last_with_country_db = old->country_db != fresh->country_db;
    old->epoch = pst_epochs_advance(&board->epochs);
    if (board->newest) {
        board->newest->next = old;
    } else {
        board->oldest = old;
    }
    board->newest = old;
    free_before(board, pst_epochs_oldest(&board->epochs));
}

enum { TRUST = 1, ISSUERS = 2, COUNTRY_DB = 4 };

/* The parts named become those of `with`, the others stay. */
static postern_status replace(struct pst_settings_board *board, unsigned parts,
                              const struct pst_settings *with)
{
    struct pst_settings *fresh = pst_alloc(&board->allocator, sizeof *fresh);
    const struct pst_settings *now;

    if (!fresh) {
        return POSTERN_ERR_MEMORY;
    }
    pthread_mutex_lock(&board->lock);
    now = atomic_load(&board->current);
    *fresh = (struct pst_settings){
        .trust = parts & TRUST ? with->trust : now->trust,
        .issuers = parts & ISSUERS ? with->issuers : now->issuers,
        .country_db = parts & COUNTRY_DB ? with->country_db : now->country_db};
    publish(board, fresh);
    pthread_mutex_unlock(&board->lock);
    return POSTERN_OK;
}

postern_status pst_settings_set_trust(struct pst_settings_board *board,
                                      struct pst_trust *trust)
{
    return replace(board, TRUST, &(struct pst_settings){.trust = trust});
}

postern_status pst_settings_set_issuers(struct pst_settings_board *board,
                                        postern_issuers *issuers)
{
    return replace(board, ISSUERS, &(struct pst_settings){.issuers = issuers});
}

postern_status
pst_settings_set_trust_and_issuers(struct pst_settings_board *board,
                                   struct pst_trust *trust,
                                   postern_issuers *issuers)
{
    struct pst_settings with = {.trust = trust, .issuers = issuers};

    return replace(board, TRUST | ISSUERS, &with);
}

postern_status pst_settings_set_country_db(struct pst_settings_board *board,
                                           postern_country_db *db)
{
    return replace(board, COUNTRY_DB, &(struct pst_settings){.country_db = db});
}
