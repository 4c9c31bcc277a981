#include "support/fake_manager.h"

#include "base/memory.h"
#include "base/str.h"

enum { FRAMES = FAKE_TERMS + 1 };

struct fake_standing {
    struct pst_standing out; /* first */
    postern_allocator allocator;
    postern_ppm_frame *frames[FRAMES];
    size_t frame_count;
    bool *open;
    uint32_t columns;
};

static bool load_frame(postern_ppm_frame **frame, const char *text,
                       const postern_allocator *allocator)
{
    postern_ppm_load_options options;

    postern_ppm_load_options_init(&options);
    options.allocator = allocator;
    return postern_ppm_frame_load(frame, postern_str_of(text), &options,
                                  NULL) == POSTERN_OK;
}

bool fake_frame_loads(const char *text)
{
    postern_ppm_frame *frame;
    bool loads = load_frame(&frame, text, NULL);

    postern_ppm_frame_free(frame);
    return loads;
}

static bool load_frames(struct fake_standing *self,
                        const struct fake_pair *pair)
{
    for (int i = 0; i < FAKE_TERMS && pair->terms[i]; i++) {
        if (!load_frame(&self->frames[self->frame_count], pair->terms[i],
                        &self->allocator)) {
            return false;
        }
        self->frame_count++;
    }
    if (!load_frame(&self->frames[self->frame_count], pair->wishes,
                    &self->allocator)) {
        return false;
    }
    self->frame_count++;
    return true;
}

static bool is_green(const postern_ppm_stack *stack, uint32_t column)
{
    return postern_ppm_count(stack, column, POSTERN_PPM_SOUND,
                             POSTERN_PPM_RED) == 0 &&
           postern_ppm_count(stack, column, POSTERN_PPM_SOUND,
                             POSTERN_PPM_LOCKED) == 0;
}

static bool is_in_force(const struct fake_pair *pair, int64_t now_s)
{
    const postern_consent *consent = &pair->consent;

    return !pair->shut &&
           (consent->state == POSTERN_CONSENT_ACTIVE ||
            consent->state == POSTERN_CONSENT_SUSPENDED) &&
           now_s >= consent->from_s && now_s < consent->until_s;
}

static bool fill(struct fake_standing *self, const struct fake_pair *pair,
                 int64_t now_s)
{
    postern_ppm_stack_options options;

    postern_ppm_stack_options_init(&options);
    options.allocator = &self->allocator;
    options.time_known = true;
    options.time_s = now_s;
    if (!load_frames(self, pair) ||
        postern_ppm_stack_new(
            &self->out.stack, (const postern_ppm_frame *const *)self->frames,
            self->frame_count, &options, NULL) != POSTERN_OK) {
        return false;
    }
    self->columns = postern_ppm_stack_columns(self->out.stack);
    self->open = pst_alloc(&self->allocator, self->columns * sizeof(bool));
    if (!self->open) {
        return false;
    }
    for (uint32_t i = 0; i < self->columns; i++) {
        self->open[i] =
            is_in_force(pair, now_s) && is_green(self->out.stack, i);
    }
    self->out.asp = pair->asp;
    self->out.subscriber = pair->subscriber;
    self->out.consent = pair->consent;
    self->out.open = self->open;
    return true;
}

postern_status pst_standing_load(postern_ppm_manager *manager,
                                 postern_str subscriber, postern_str provider,
                                 int64_t now_s, struct pst_standing **standing,
                                 postern_diag *diag)
{
    postern_allocator allocator = pst_allocator_of(manager->allocator);
    struct fake_standing *self;

    (void)diag;
    *standing = NULL;
    for (size_t i = 0; i < manager->count; i++) {
        const struct fake_pair *pair = &manager->pairs[i];

        if (!pst_str_equal(pair->consent.subscriber, subscriber) ||
            !pst_str_equal(pair->consent.provider, provider)) {
            continue;
        }
        if (pair->is_broken) {
            return POSTERN_ERR_LIMIT;
        }
        self = pst_alloc(&allocator, sizeof *self);
        if (!self) {
            return POSTERN_ERR_MEMORY;
        }
        memset(self, 0, sizeof *self);
        self->allocator = allocator;
        if (!fill(self, pair, now_s)) {
            pst_standing_free(&self->out);
            return POSTERN_ERR_MEMORY;
        }
        *standing = &self->out;
        return POSTERN_OK;
    }
    return POSTERN_ERR_POLICY;
}

void pst_standing_free(struct pst_standing *standing)
{
    struct fake_standing *self = (struct fake_standing *)standing;
    postern_allocator allocator;

    if (!self) {
        return;
    }
    allocator = self->allocator;
    postern_ppm_stack_free(self->out.stack);
    for (size_t i = 0; i < self->frame_count; i++) {
        postern_ppm_frame_free(self->frames[i]);
    }
    pst_release(&allocator, self->open, self->columns * sizeof(bool));
    pst_release(&allocator, self, sizeof *self);
}

postern_status pst_standing_pairs(postern_ppm_manager *manager,
                                  bool (*take)(void *user,
                                               postern_str subscriber,
                                               postern_str provider),
                                  void *user, postern_diag *diag)
{
    (void)diag;
    for (size_t i = 0; i < manager->count; i++) {
        if (!take(user, manager->pairs[i].consent.subscriber,
                  manager->pairs[i].consent.provider)) {
            break;
        }
    }
    return POSTERN_OK;
}

void postern_ppm_manager_listen(postern_ppm_manager *manager,
                                const postern_ppm_listener *listener)
{
    manager->listens = listener != NULL;
    if (listener) {
        manager->listener = *listener;
    }
}

postern_status fake_announce(postern_ppm_manager *manager, const size_t *pairs,
                             size_t count, int64_t now_s)
{
    const postern_ppm_listener *listener = &manager->listener;

    memset(&manager->diag, 0, sizeof manager->diag);
    for (size_t i = 0; i < count; i++) {
        postern_status status =
            listener->prepare(listener->user, &manager->pairs[pairs[i]].consent,
                              now_s, &manager->diag);

        if (status != POSTERN_OK) {
            listener->aborted(listener->user);
            return status;
        }
    }
    listener->committed(listener->user);
    return POSTERN_OK;
}
