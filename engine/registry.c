#include "engine/registry.h"

#include "prp/attribute.h"

struct pst_registration pst_registration_of(const struct pst_view *view,
                                            const postern_id *entity,
                                            const struct pst_now *now)
{
    struct pst_registration self = {.found = POSTERN_FOUND_NOT};

    for (uint32_t n = 0; n < UINT32_MAX; n++) {
        postern_resource resource;
        postern_found found = pst_view_registree(view, entity, n, &resource);

        if (found != POSTERN_FOUND) {
            self.found = found == POSTERN_FOUND_FAILED ? found : self.found;
            break;
        }
        self.found = POSTERN_FOUND;
        if (resource.type == PST_TYPE_REMOTE_CSE) {
            self.as_cse = true;
        } else if (resource.type == PST_TYPE_AE &&
                   !pst_is_over(resource.expires_s, now)) {
            self.as_ae = true;
        }
    }
    return self;
}
