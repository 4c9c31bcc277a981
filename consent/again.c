#include "consent/again.h"

#include "consent/frames.h"
#include "consent/openness.h"

/* One consent that is looked at. */
struct look {
    postern_ppm_manager *manager;
    struct pst_arena *arena;
    struct pst_stored_consent *stored;
    struct pst_again *again;
    postern_diag *diag;
    bool changed;
    bool closed; /* some column */
};

/* ---- what is open now ---------------------------------------------------- */

/* Frames that cannot be put together, since they are too many or of too many
 * columns: whoever made them so closes what depends on them, and no more. */
static bool is_of_this_consent(const struct look *self, postern_status status)
{
    return !self->manager->refused &&
           (status == POSTERN_ERR_LIMIT || status == POSTERN_ERR_POLICY);
}

static postern_status close_all(struct look *self)
{
    for (uint32_t i = 0; i < self->stored->column_count; i++) {
        struct pst_stored_column *column = &self->stored->columns[i];

        if (column->open) {
            column->open = false;
            column->suspended = true;
            self->closed = true;
        }
    }
    self->stored->head.open = 0;
    return POSTERN_OK;
}

static struct pst_stored_column *entry_of(const struct pst_stored_consent *all,
                                          const postern_ppm_column *name)
{
    for (uint32_t i = 0; i < all->column_count; i++) {
        if (pst_column_same(&all->columns[i].name, name)) {
            return &all->columns[i];
        }
    }
    return NULL;
}

/* Room for every column of the stack besides those of the list. */
static postern_status make_room(struct look *self, uint32_t count)
{
    struct pst_stored_consent *stored = self->stored;
    struct pst_stored_column *columns = pst_arena_alloc(
        self->arena, (size_t)stored->column_count + count, sizeof *columns);

    if (!columns) {
        return POSTERN_ERR_MEMORY;
    }
    memcpy(columns, stored->columns, stored->column_count * sizeof *columns);
    stored->columns = columns;
    return POSTERN_OK;
}

static void close_column(struct look *self, const postern_ppm_column *name)
{
    struct pst_stored_consent *stored = self->stored;
    struct pst_stored_column *entry = entry_of(stored, name);

    if (!entry) {
        entry = &stored->columns[stored->column_count++];
        entry->name = *name;
    }
    entry->open = false;
    entry->suspended = true;
    self->closed = true;
}

/* Closes what is not open any more. The list is looked up as it was before. */
static postern_status close_columns(struct look *self,
                                    const postern_ppm_stack *stack,
                                    const bool *open)
{
    const struct pst_stored_consent before = *self->stored;
    uint32_t count = postern_ppm_stack_columns(stack);
    uint32_t still_open = 0;

    PST_TRY(make_room(self, count));
    for (uint32_t i = 0; i < count; i++) {
        postern_ppm_column name = postern_ppm_stack_column(stack, i);

        still_open += open[i];
        if (!open[i] && pst_stored_is_open(&before, &name)) {
            close_column(self, &name);
        }
    }
    self->changed = self->changed || self->stored->head.columns != count ||
                    self->stored->head.open != still_open;
    self->stored->head.columns = count;
    self->stored->head.open = still_open;
    return POSTERN_OK;
}

static postern_status look_at_stack(struct look *self,
                                    const postern_ppm_stack *stack)
{
    bool *open = pst_arena_alloc(self->arena, postern_ppm_stack_columns(stack),
                                 sizeof *open);

    if (!open) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_openness(self->arena, stack, self->manager->options.profile,
                         self->stored, open));
    return close_columns(self, stack, open);
}

static postern_status look_at_frames(struct look *self,
                                     struct pst_frames *frames)
{
    const postern_consent *head = &self->stored->head;
    const postern_str pair[2] = {head->subscriber, head->provider};
    postern_ppm_stack *stack = NULL;
    postern_status status =
        pst_frames_find(self->manager, self->arena, pair, frames, NULL);

    if (status == POSTERN_OK) {
        status = pst_frames_stack(self->manager, frames, self->again->now_s,
                                  &stack, NULL);
    }
    if (status == POSTERN_OK) {
        status = look_at_stack(self, stack);
    } else if (is_of_this_consent(self, status)) {
        status = close_all(self);
    }
    postern_ppm_stack_free(stack);
    return status;
}

/* ---- what is written down ------------------------------------------------ */

static void note_state(struct look *self)
{
    struct pst_stored_consent *stored = self->stored;

    self->changed = self->changed || self->closed;
    for (uint32_t i = 0; i < stored->column_count; i++) {
        if (stored->columns[i].suspended) {
            stored->head.state = POSTERN_CONSENT_SUSPENDED;
        }
    }
    self->again->suspended += self->closed;
    self->again->carried += !self->closed;
}

static postern_status keep(struct look *self)
{
    self->again->changed += self->changed;
    if (self->changed) {
        PST_TRY(pst_stored_put(self->manager, self->stored, self->diag));
    }
    return self->changed || self->again->tells_all
               ? pst_manager_prepare(self->manager, &self->stored->head,
                                     self->again->now_s, self->diag)
               : POSTERN_OK;
}

static postern_status expire(struct look *self)
{
    self->stored->head = pst_stored_at(self->stored, self->again->now_s);
    self->changed = true;
    return keep(self);
}

static postern_status look(struct look *self)
{
    struct pst_frames frames;
    postern_status status;

    if (self->stored->head.state != POSTERN_CONSENT_ACTIVE &&
        self->stored->head.state != POSTERN_CONSENT_SUSPENDED) {
        return POSTERN_OK;
    }
    if (!pst_stored_in_force(self->stored, self->again->now_s)) {
        return expire(self);
    }
    frames.count = 0;
    status = look_at_frames(self, &frames);
    if (status == POSTERN_OK) {
        note_state(self);
        status = keep(self); /* names of columns are those of the frames */
    }
    pst_frames_release(&frames);
    return status;
}

postern_status pst_again_pair(postern_ppm_manager *manager,
                              const postern_str pair[2],
                              struct pst_again *again, postern_diag *diag)
{
    struct pst_arena arena;
    struct look self = {.manager = manager, .again = again, .diag = diag};
    postern_status status;

    pst_arena_init(&arena, &manager->allocator, SIZE_MAX);
    self.arena = &arena;
    status = pst_stored_get(manager, &arena, pair, 0, &self.stored, diag);
    if (status == POSTERN_OK && self.stored) {
        status = look(&self);
    }
    pst_arena_release(&arena);
    return status;
}

/* ---- which consents ------------------------------------------------------ */

/* Those whose key begins with a prefix, of table "pair" or "client": which part
 * of a key is the subscriber is told by the table. */
static postern_status again_keys(postern_ppm_manager *manager,
                                 const char *table, postern_str prefix,
                                 struct pst_again *again, postern_diag *diag)
{
    struct pst_arena *arena = pst_manager_memory(manager);
    unsigned subscriber = table[0] == 'c' ? 1 : 0; /* client, pair */
    postern_texts keys;

    if (!prefix.data) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_manager_keys(manager, arena, table, prefix, &keys, diag));
    for (size_t i = 0; i < keys.count; i++) {
        const postern_str pair[2] = {
            pst_manager_part(arena, keys.items[i], subscriber),
            pst_manager_part(arena, keys.items[i], 1 - subscriber)};

        if (!pair[0].data || !pair[1].data) {
            return POSTERN_ERR_MEMORY;
        }
        PST_TRY(pst_again_pair(manager, pair, again, diag));
    }
    return POSTERN_OK;
}

postern_status pst_again_subscriber(postern_ppm_manager *manager,
                                    postern_str subscriber,
                                    struct pst_again *again, postern_diag *diag)
{
    return again_keys(
        manager, "pair",
        pst_manager_prefix(pst_manager_memory(manager), &subscriber, 1), again,
        diag);
}

postern_status pst_again_provider(postern_ppm_manager *manager,
                                  postern_str provider, struct pst_again *again,
                                  postern_diag *diag)
{
    return again_keys(
        manager, "client",
        pst_manager_prefix(pst_manager_memory(manager), &provider, 1), again,
        diag);
}

postern_status pst_again_all(postern_ppm_manager *manager,
                             struct pst_again *again, postern_diag *diag)
{
    return again_keys(manager, "pair", PST_STR(""), again, diag);
}

postern_status pst_again_place(postern_ppm_manager *manager,
                               const postern_str kind_place[2],
                               struct pst_again *again, postern_diag *diag)
{
    struct pst_arena *arena = pst_manager_memory(manager);
    postern_str prefix = pst_manager_prefix(arena, kind_place, 2);
    postern_texts keys;

    if (!prefix.data) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_manager_keys(manager, arena, "resident", prefix, &keys, diag));
    for (size_t i = 0; i < keys.count; i++) {
        postern_str subscriber = pst_manager_part(arena, keys.items[i], 2);

        if (!subscriber.data) {
            return POSTERN_ERR_MEMORY;
        }
        PST_TRY(pst_again_subscriber(manager, subscriber, again, diag));
    }
    return POSTERN_OK;
}
