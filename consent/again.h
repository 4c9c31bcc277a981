/*
 * Looking at consents again: after a document that they depend on, and after
 * time. Whatever has become red, and was not accepted as red, closes its column
 * until the person accepts anew. [PPM-17] [PPM-19]
 */
#ifndef PST_CONSENT_AGAIN_H
#define PST_CONSENT_AGAIN_H

#include "consent/manager.h"

/* What came of it, over all consents that were looked at. */
struct pst_again {
    int64_t now_s;
    bool tells_all;     /* the listener hears also of those that go on as they
                           are: what they are made of has changed */
    uint32_t carried;   /* they go on as they are */
    uint32_t suspended; /* columns were closed */
    uint32_t changed;   /* anything was written down */
};

/* Within a transaction. */
POSTERN_NODISCARD postern_status pst_again_pair(postern_ppm_manager *manager,
                                                const postern_str pair[2],
                                                struct pst_again *again,
                                                postern_diag *diag);

/* All consents of a subscriber, of a provider, of everybody. */
POSTERN_NODISCARD postern_status
pst_again_subscriber(postern_ppm_manager *manager, postern_str subscriber,
                     struct pst_again *again, postern_diag *diag);
POSTERN_NODISCARD postern_status
pst_again_provider(postern_ppm_manager *manager, postern_str provider,
                   struct pst_again *again, postern_diag *diag);
POSTERN_NODISCARD postern_status pst_again_all(postern_ppm_manager *manager,
                                               struct pst_again *again,
                                               postern_diag *diag);

/* Of all who are, or have a device, where a law of that kind holds. */
POSTERN_NODISCARD postern_status
pst_again_place(postern_ppm_manager *manager, const postern_str kind_place[2],
                struct pst_again *again, postern_diag *diag);

#endif
