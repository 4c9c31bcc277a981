#include "consent/accepted.h"

#include "consent/openness.h"

/* ---- frames -------------------------------------------------------------- */

static postern_status damaged(postern_diag *diag)
{
    return pst_diag_refuse(diag, POSTERN_ERR_IO, "",
                           "what was accepted is stored damaged", NULL);
}

static postern_status take_frames(postern_ppm_manager *manager,
                                  struct pst_accepted *accepted,
                                  postern_diag *diag)
{
    const struct pst_stored_consent *stored = accepted->stored;

    for (uint32_t i = 0; i < stored->source_count; i++) {
        const struct pst_stored_source *source = &stored->sources[i];
        postern_ppm_kind kind = postern_ppm_kind_of(source->kind);
        bool shared = kind != POSTERN_PPM_USER && kind != POSTERN_PPM_PARENTAL;

        if (kind == POSTERN_PPM_NOBODY) {
            continue; /* who a provider or a subscriber is */
        }
        if (accepted->held_count == POSTERN_PPM_MAX_FRAMES) {
            return damaged(diag);
        }
        PST_TRY(pst_frame_take(manager, source->hash, shared,
                               &accepted->held[accepted->held_count], diag));
        accepted->held_count++;
    }
    return POSTERN_OK;
}

/* ---- columns ------------------------------------------------------------- */

static bool was_opened(const struct pst_stored_consent *stored,
                       const postern_ppm_column *name)
{
    for (uint32_t i = 0; i < stored->column_count; i++) {
        const struct pst_stored_column *column = &stored->columns[i];

        if (pst_column_same(&column->name, name)) {
            return column->open || column->suspended;
        }
    }
    return false;
}

static postern_status find_columns(postern_ppm_manager *manager,
                                   struct pst_accepted *accepted)
{
    uint32_t count = postern_ppm_stack_columns(accepted->stack);
    bool *columns =
        pst_arena_alloc(pst_manager_memory(manager), count, sizeof *columns);

    if (!columns) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        postern_ppm_column name = postern_ppm_stack_column(accepted->stack, i);

        columns[i] = was_opened(accepted->stored, &name);
    }
    accepted->columns = columns;
    return POSTERN_OK;
}

/* ---- the stack ----------------------------------------------------------- */

/* Those by which columns were divided then, named by a frame or not. */
static postern_status find_devices(postern_ppm_manager *manager,
                                   const struct pst_accepted *accepted,
                                   postern_ppm_stack_options *options)
{
    const struct pst_stored_consent *stored = accepted->stored;
    postern_str *devices = pst_arena_alloc(
        pst_manager_memory(manager),
        stored->column_count ? stored->column_count : 1, sizeof *devices);

    if (!devices) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < stored->column_count; i++) {
        postern_str device = stored->columns[i].name.device;
        bool known = !device.data;

        for (size_t j = 0; j < options->device_count && !known; j++) {
            known = pst_str_equal(devices[j], device);
        }
        if (!known) {
            devices[options->device_count++] = device;
        }
    }
    options->devices = devices;
    return POSTERN_OK;
}

/* Nothing is evaluated: neither the order of the laws nor the day counts. */
static postern_status make_stack(postern_ppm_manager *manager,
                                 struct pst_accepted *accepted,
                                 postern_diag *diag)
{
    const postern_ppm_frame *frames[POSTERN_PPM_MAX_FRAMES];
    postern_ppm_stack_options options;
    postern_status status;

    for (uint32_t i = 0; i < accepted->held_count; i++) {
        frames[i] = accepted->held[i]->frame;
    }
    postern_ppm_stack_options_init(&options);
    options.allocator = &manager->allocator;
    PST_TRY(find_devices(manager, accepted, &options));
    status = postern_ppm_stack_new(&accepted->stack, frames,
                                   accepted->held_count, &options, NULL);
    return status == POSTERN_OK || status == POSTERN_ERR_MEMORY ? status
                                                                : damaged(diag);
}

postern_status pst_accepted_load(postern_ppm_manager *manager,
                                 const postern_str pair[2], uint32_t version,
                                 struct pst_accepted *accepted,
                                 postern_diag *diag)
{
    *accepted = (struct pst_accepted){.stored = NULL};
    PST_TRY(pst_stored_get(manager, pst_manager_memory(manager), pair, version,
                           &accepted->stored, diag));
    if (!accepted->stored) {
        return pst_manager_refuse(diag, "E_NO_CONSENT",
                                  version ? "there is no such version of a "
                                            "consent"
                                          : "there never was a consent");
    }
    PST_TRY(take_frames(manager, accepted, diag));
    PST_TRY(make_stack(manager, accepted, diag));
    return find_columns(manager, accepted);
}

void pst_accepted_release(struct pst_accepted *accepted)
{
    postern_ppm_stack_free(accepted->stack);
    for (uint32_t i = 0; i < accepted->held_count; i++) {
        pst_frame_give(accepted->held[i]);
    }
    *accepted = (struct pst_accepted){.stored = NULL};
}
