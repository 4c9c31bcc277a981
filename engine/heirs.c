#include "engine/heirs.h"

#include "engine/memo.h"
#include "engine/run.h"

void pst_heirs_clear(struct pst_heirs *heirs)
{
    heirs->turn = 0;
    for (size_t i = 0; i < PST_HEIRS; i++) {
        heirs->entries[i].parent.data = NULL;
    }
}

static bool is_heir(const struct pst_run *run)
{
    return run->memo && run->target.kind == PST_TARGET_RESOURCE &&
           run->target.resource.parent_id.len > 0 &&
           run->operation != POSTERN_OP_CREATE &&
           run->request.attribute_count == 0 &&
           pst_inherits(&run->target.resource, pst_inheritance_of(run->engine));
}

/* By the place of the text: the same ID at another place is only not known. */
static bool is_of(const struct pst_heir *heir, const postern_resource *target)
{
    return heir->parent.data == target->parent_id.data &&
           heir->parent.len == target->parent_id.len &&
           heir->type == target->type;
}

bool pst_heirs_recall(struct pst_run *run)
{
    const struct pst_heirs *heirs;

    if (!is_heir(run)) {
        return false;
    }
    heirs = &run->memo->heirs;
    for (uint32_t i = 1; i <= PST_HEIRS; i++) { /* the last one kept first */
        const struct pst_heir *heir =
            &heirs->entries[(heirs->turn - i) % PST_HEIRS];

        if (is_of(heir, &run->target.resource)) {
            run->answer = heir->answer;
            return true;
        }
    }
    return false;
}

void pst_heirs_keep(struct pst_run *run)
{
    struct pst_heirs *heirs;

    if (is_heir(run)) {
        heirs = &run->memo->heirs;
        heirs->entries[heirs->turn++ % PST_HEIRS] =
            (struct pst_heir){.parent = run->target.resource.parent_id,
                              .type = run->target.resource.type,
                              .answer = run->answer};
    }
}
