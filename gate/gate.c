/* Opening a gate, and hearing of what changes. [PPM-01] [PPM-25] */
#include "gate/gate.h"

#include "gate/pairs.h"
#include "gate/policy.h"

enum { READERS = 64, SENSITIVE_S = 10, PERSONAL_S = 60, ANONYMOUS_S = 300 };

/* ---- the listener -------------------------------------------------------- */

/* Texts of the consent are the manager's, which is called here: they are
 * copied. */
struct heard {
    struct pst_arena arena;
    postern_consent consent;
};

static postern_status copy_consent(struct heard *heard,
                                   const postern_consent *from)
{
    heard->consent = *from;
    heard->consent.id = pst_arena_copy(&heard->arena, from->id);
    heard->consent.subscriber = pst_arena_copy(&heard->arena, from->subscriber);
    heard->consent.provider = pst_arena_copy(&heard->arena, from->provider);
    return heard->consent.id.data && heard->consent.subscriber.data &&
                   heard->consent.provider.data
               ? POSTERN_OK
               : POSTERN_ERR_MEMORY;
}

/* Nothing may be in the way of closing: a consent that is over needs no frames,
 * and one whose frames cannot be put together opens nothing. */
static postern_status hear(postern_gate *gate, const postern_consent *consent,
                           int64_t now_s, postern_diag *diag)
{
    struct pst_standing *standing;
    postern_status status;

    if (!pst_gate_is_in_force(consent)) {
        return pst_gate_model_close(&gate->model, consent, diag);
    }
    status = pst_standing_load(gate->manager, consent->subscriber,
                               consent->provider, now_s, &standing, diag);
    if (pst_gate_is_unusable(status)) {
        pst_diag_clear(diag);
        return pst_gate_model_close(&gate->model, consent, diag);
    }
    PST_TRY(status);
    status =
        pst_gate_model_prepare(&gate->model, standing, consent, now_s, diag);
    pst_standing_free(standing);
    return status;
}

static postern_status prepare(void *user, const postern_consent *consent,
                              int64_t now_s, postern_diag *diag)
{
    postern_gate *gate = user;
    struct heard heard;
    postern_status status;

    pst_arena_init(&heard.arena, &gate->allocator, SIZE_MAX);
    status = copy_consent(&heard, consent);
    if (status == POSTERN_OK) {
        status = hear(gate, &heard.consent, now_s, diag);
    }
    if (status != POSTERN_OK) {
        pst_gate_model_abort(&gate->model);
    }
    pst_arena_release(&heard.arena);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}

static void committed(void *user)
{
    postern_gate *gate = user;

    if (!pst_gate_model_commit(&gate->model)) {
        atomic_store(&gate->broken, true);
    }
}

static void aborted(void *user)
{
    postern_gate *gate = user;

    pst_gate_model_abort(&gate->model);
}

/* ---- opening ------------------------------------------------------------- */

struct filling {
    postern_gate *gate;
    int64_t now_s;
    postern_diag *diag;
};

static postern_status take(void *user, const struct pst_standing *standing)
{
    struct filling *filling = user;

    return pst_gate_model_prepare(&filling->gate->model, standing,
                                  &standing->consent, filling->now_s,
                                  filling->diag);
}

static postern_status fill(postern_gate *gate, int64_t now_s,
                           postern_diag *diag)
{
    struct filling filling = {gate, now_s, diag};
    postern_status status = pst_gate_each_pair(
        gate->manager, now_s, &gate->allocator, take, &filling, diag);

    if (status != POSTERN_OK) {
        pst_gate_model_abort(&gate->model);
        return status;
    }
    return pst_gate_model_commit(&gate->model) ? POSTERN_OK
                                               : POSTERN_ERR_MEMORY;
}

static void set_defaults(postern_gate_options *options)
{
    if (!options->max_readers) {
        options->max_readers = READERS;
    }
    if (!options->sensitive_lifetime_s) {
        options->sensitive_lifetime_s = SENSITIVE_S;
    }
    if (!options->personal_lifetime_s) {
        options->personal_lifetime_s = PERSONAL_S;
    }
    if (!options->anonymous_lifetime_s) {
        options->anonymous_lifetime_s = ANONYMOUS_S;
    }
}

static postern_status open_store(postern_gate *gate, postern_diag *diag)
{
    postern_store_options options;

    postern_store_options_init(&options);
    options.allocator = &gate->allocator;
    options.cse = gate->options.cse;
    options.base_id = pst_gate_base_id(&gate->options);
    options.max_readers = gate->options.max_readers;
    options.hash_key[0] = gate->options.hash_key[0];
    options.hash_key[1] = gate->options.hash_key[1];
    PST_TRY(postern_store_new(&gate->store, &options, diag));
    gate->prp = postern_store_prp(gate->store);
    return POSTERN_OK;
}

static postern_status open_gate(postern_gate *gate, int64_t now_s,
                                postern_diag *diag)
{
    postern_ppm_listener listener = {.user = gate,
                                     .prepare = prepare,
                                     .committed = committed,
                                     .aborted = aborted};
    postern_status status = open_store(gate, diag);

    if (status != POSTERN_OK) {
        return status;
    }
    pst_gate_model_init(&gate->model, &gate->options, gate->store);
    status = fill(gate, now_s, diag);
    if (status != POSTERN_OK) {
        pst_gate_model_release(&gate->model);
        postern_store_free(gate->store);
        return status;
    }
    postern_ppm_manager_listen(gate->manager, &listener);
    return POSTERN_OK;
}

static postern_gate *new_gate(postern_ppm_manager *manager,
                              const postern_gate_options *options)
{
    postern_allocator allocator = pst_allocator_of(options->allocator);
    postern_gate *gate = pst_alloc(&allocator, sizeof *gate);

    if (gate) {
        memset(gate, 0, sizeof *gate);
        gate->allocator = allocator;
        gate->options = *options;
        gate->options.allocator = &gate->allocator;
        gate->manager = manager;
        set_defaults(&gate->options);
    }
    return gate;
}

postern_status postern_gate_open(postern_gate **gate,
                                 postern_ppm_manager *manager,
                                 const postern_gate_options *options,
                                 int64_t now_s, postern_diag *diag)
{
    postern_gate_options own;
    postern_gate *made;
    postern_status status;

    *gate = NULL;
    pst_diag_clear(diag);
    if (!manager || !options || !pst_gate_has_date(now_s) ||
        !pst_gate_options_take(&own, options)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    made = new_gate(manager, &own);
    if (!made) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    status = open_gate(made, now_s, diag);
    if (status != POSTERN_OK) {
        postern_allocator allocator = made->allocator;

        pst_release(&allocator, made, sizeof *made);
        return pst_diag_plain(diag, status);
    }
    *gate = made;
    return POSTERN_OK;
}

void postern_gate_close(postern_gate *gate)
{
    postern_allocator allocator;

    if (!gate) {
        return;
    }
    allocator = gate->allocator;
    postern_ppm_manager_listen(gate->manager, NULL);
    pst_gate_model_release(&gate->model);
    postern_store_free(gate->store);
    pst_release(&allocator, gate, sizeof *gate);
}
