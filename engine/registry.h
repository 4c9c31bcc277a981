/* Who is registered here: the <AE> and <remoteCSE> resources that stand for an
 * entity. */
#ifndef PST_REGISTRY_H
#define PST_REGISTRY_H

#include "prp/view.h"

struct pst_registration {
    postern_found found; /* FAILED: not all of them could be read */
    bool as_cse;         /* some <remoteCSE> stands for it */
    bool as_ae;          /* some <AE> that is not over does */
};

struct pst_registration pst_registration_of(const struct pst_view *view,
                                            const postern_id *entity,
                                            const struct pst_now *now);

#endif
