/* The manager: opening, closing, and the transactions of its calls. */
#include "consent/manager.h"

#include "base/sized.h"
#include "base/text.h"
#include "consent/frame_cache.h"

/* [PPM-13]: every kind that prefers once, the user behind all others. */
static bool is_order(const postern_ppm_kind *order, size_t count)
{
    unsigned seen = 0;

    if (count != POSTERN_PPM_USER || order[count - 1] != POSTERN_PPM_USER) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if ((unsigned)order[i] > POSTERN_PPM_USER) {
            return false;
        }
        seen |= 1U << order[i];
    }
    return seen == (2U << POSTERN_PPM_USER) - 2;
}

static bool take_options(postern_ppm_manager *manager,
                         const postern_ppm_manager_options *given)
{
    postern_ppm_manager_options *options = &manager->options;

    if (!pst_sized_copy(options, sizeof *options, given) ||
        (unsigned)options->profile >= POSTERN_PPM_PROFILES) {
        return false;
    }
    if (!options->order) {
        return options->order_count == 0;
    }
    if (!is_order(options->order, options->order_count)) {
        return false;
    }
    memcpy(manager->order, options->order, sizeof manager->order);
    options->order = manager->order;
    return true;
}

static bool take_storage(postern_storage *out, const postern_storage *given)
{
    return given && pst_sized_copy(out, sizeof *out, given) && out->begin &&
           out->get && out->put && out->remove && out->each && out->commit &&
           out->rollback;
}

/* What a newer release has written may close what this one would open. */
static postern_status check_format(postern_ppm_manager *manager,
                                   postern_diag *diag)
{
    const postern_str key = PST_STR("format");
    const struct pst_node *root = NULL;
    struct pst_emitter emitter;

    PST_TRY(pst_manager_get_json(manager, pst_manager_memory(manager), "meta",
                                 key, &root, diag));
    if (root) {
        return pst_manager_integer_of(root, "number", 0) == PST_MANAGER_FORMAT
                   ? POSTERN_OK
                   : pst_manager_refuse(diag, "E_FORMAT",
                                        "the storage was written by another "
                                        "release");
    }
    pst_manager_json(manager, &emitter);
    pst_emit_integer(&emitter, PST_STR("number"), PST_MANAGER_FORMAT);
    return pst_manager_put_json(manager, "meta", key, &emitter, diag);
}

static postern_status open_storage(postern_ppm_manager *manager,
                                   postern_diag *diag)
{
    PST_TRY(postern_jose_new(&manager->jose, &manager->allocator));
    PST_TRY(pst_manager_begin(manager, diag));
    return pst_manager_end(manager, check_format(manager, diag), diag);
}

postern_status postern_ppm_manager_open(
    postern_ppm_manager **manager, const postern_storage *storage,
    const postern_ppm_manager_options *options, postern_diag *diag)
{
    postern_ppm_manager sample = {.within = false};
    postern_allocator allocator;
    postern_ppm_manager *made;
    postern_status status;

    *manager = NULL;
    pst_diag_clear(diag);
    if (!take_storage(&sample.storage, storage) ||
        !take_options(&sample, options)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    allocator = pst_allocator_of(sample.options.allocator);
    made = pst_alloc(&allocator, sizeof *made);
    if (!made) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    *made = sample;
    made->options.order = made->options.order ? made->order : NULL;
    made->allocator = allocator;
    made->limits = pst_limits_of(&made->options.limits);
    pst_arena_init(&made->memory[0], &allocator, SIZE_MAX);
    pst_arena_init(&made->memory[1], &allocator, SIZE_MAX);
    status = open_storage(made, diag);
    if (status != POSTERN_OK) {
        postern_ppm_manager_close(made);
        return pst_diag_plain(diag, status);
    }
    *manager = made;
    return POSTERN_OK;
}

void postern_ppm_manager_close(postern_ppm_manager *manager)
{
    postern_allocator allocator;

    if (!manager) {
        return;
    }
    allocator = manager->allocator;
    pst_frame_cache_empty(manager);
    postern_jose_free(manager->jose);
    pst_arena_release(&manager->memory[0]);
    pst_arena_release(&manager->memory[1]);
    pst_release(&allocator, manager, sizeof *manager);
}

void postern_ppm_manager_listen(postern_ppm_manager *manager,
                                const postern_ppm_listener *listener)
{
    manager->listens = listener != NULL;
    if (listener) {
        manager->listener = *listener;
    }
}

/* ---- transactions -------------------------------------------------------- */

struct pst_arena *pst_manager_memory(postern_ppm_manager *manager)
{
    return &manager->memory[manager->turn];
}

postern_status pst_manager_begin(postern_ppm_manager *manager,
                                 postern_diag *diag)
{
    struct pst_arena *memory;
    postern_status status;

    if (manager->within) {
        return pst_diag_refuse(diag, POSTERN_ERR_ARGUMENT, "",
                               "the manager is called by its own listener",
                               NULL);
    }
    status = manager->storage.begin(manager->storage.user, diag);
    if (status != POSTERN_OK) {
        return pst_diag_plain(diag, status);
    }
    manager->within = true;
    manager->prepared = false;
    manager->refused = false;
    manager->turn = 1 - manager->turn;
    memory = pst_manager_memory(manager);
    pst_arena_release(memory);
    pst_arena_init(memory, &manager->allocator, SIZE_MAX);
    return POSTERN_OK;
}

static void tell(postern_ppm_manager *manager, void (*heard)(void *user))
{
    if (manager->prepared && heard) {
        heard(manager->listener.user);
    }
    manager->prepared = false;
}

postern_status pst_manager_commit(postern_ppm_manager *manager,
                                  postern_diag *diag)
{
    postern_status status =
        manager->storage.commit(manager->storage.user, diag);

    if (status != POSTERN_OK) {
        pst_manager_rollback(manager);
        return pst_diag_plain(diag, status);
    }
    manager->within = false;
    tell(manager, manager->listener.committed);
    return POSTERN_OK;
}

void pst_manager_rollback(postern_ppm_manager *manager)
{
    manager->storage.rollback(manager->storage.user);
    manager->within = false;
    tell(manager, manager->listener.aborted);
}

postern_status pst_manager_end(postern_ppm_manager *manager,
                               postern_status status, postern_diag *diag)
{
    if (status == POSTERN_OK) {
        return pst_manager_commit(manager, diag);
    }
    pst_manager_rollback(manager);
    return pst_diag_plain(diag, status);
}

postern_status pst_manager_prepare(postern_ppm_manager *manager,
                                   const postern_consent *consent,
                                   int64_t now_s, postern_diag *diag)
{
    if (!manager->listens || !manager->listener.prepare) {
        return POSTERN_OK;
    }
    manager->prepared = true;
    return manager->listener.prepare(manager->listener.user, consent, now_s,
                                     diag);
}

postern_status pst_manager_refuse(postern_diag *diag, const char *code,
                                  const char *message)
{
    bool first = diag && diag->status == POSTERN_OK;

    (void)pst_diag_refuse(diag, POSTERN_ERR_POLICY, "", message, NULL);
    if (first) {
        pst_diag_copy(diag->lint, sizeof diag->lint, code);
    }
    return POSTERN_ERR_POLICY;
}

/* ---- signing ------------------------------------------------------------- */

postern_status pst_manager_seal(postern_ppm_manager *manager,
                                struct pst_arena *arena, postern_str payload,
                                int64_t now_s, postern_str *token,
                                postern_diag *diag)
{
    postern_jose_recipe recipe;

    *token = (postern_str){NULL, 0};
    if (!manager->options.sign_keys) {
        return POSTERN_OK;
    }
    postern_jose_recipe_init(&recipe);
    recipe.kind = POSTERN_JOSE_JWS;
    recipe.sign_keys = manager->options.sign_keys;
    recipe.sign_kid = manager->options.sign_kid;
    recipe.max_bytes = SIZE_MAX; /* receipts are long */
    recipe.time_known = true;
    recipe.time_s = now_s;
    PST_TRY(postern_jose_seal(manager->jose, &recipe, payload, token, diag));
    *token = pst_arena_copy(arena, *token);
    return token->data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}
