/*
 * What holds between one subscriber and one provider at one time: the frames as
 * they are registered, the newest consent, and which columns it opens.
 *
 * A column is open when the consent is active or suspended, the time is within
 * it, and every point is green by the profile sound (and by the one that is
 * shown), or was accepted as red and is so still, in what the provider states
 * and in who is against it. One that was closed at acceptance, or suspended
 * since, stays closed until the person accepts anew; so does one that was in no
 * document that was accepted.
 */
#ifndef PST_STANDING_H
#define PST_STANDING_H

#include "consent/records.h"

#include <postern/consent.h>

struct pst_standing {
    struct pst_asp asp;
    struct pst_subscriber subscriber;
    postern_ppm_stack *stack;
    postern_consent consent; /* texts as long as this */
    const bool *open;        /* by column of the stack */
};

/*
 * POSTERN_OK; POSTERN_ERR_POLICY when one of them, terms or preferences are not
 * registered; _MEMORY, _LIMIT; as the storage. Within a transaction that was
 * begun it sees that; else it begins and ends one.
 */
POSTERN_NODISCARD postern_status pst_standing_load(
    postern_ppm_manager *manager, postern_str subscriber, postern_str provider,
    int64_t now_s, struct pst_standing **standing, postern_diag *diag);
void pst_standing_free(struct pst_standing *standing);

/* Every pair that ever had a consent, until `take` returns false; `take` makes
 * no call of the manager. */
POSTERN_NODISCARD postern_status pst_standing_pairs(
    postern_ppm_manager *manager,
    bool (*take)(void *user, postern_str subscriber, postern_str provider),
    void *user, postern_diag *diag);

#endif
