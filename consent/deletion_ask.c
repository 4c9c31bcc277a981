/*
 * Asking for deletion: of the provider, and, by requests that follow from that
 * one, of everybody with whom its terms say data is shared. What the provider
 * answers is about itself alone: a parent that is done says nothing about the
 * requests under it. [PPM-25]
 */
#include "consent/accepted.h"
#include "consent/deletion.h"

#include "base/civil_time.h"
#include "base/sized.h"
#include "consent/receipt_map.h"
#include "ppm/stack.h"

enum { ID = 24 };

struct ask {
    postern_ppm_manager *manager;
    postern_deletion first; /* to the provider */
    postern_diag *diag;
};

/* The next id. data NULL is in *id when there is no memory. */
static postern_status next_id(const struct ask *self, postern_str *id)
{
    char buffer[ID];
    struct pst_text text;
    uint64_t number;

    PST_TRY(pst_manager_next(self->manager, "deletion", &number, self->diag));
    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, "d-");
    pst_text_add_uint(&text, number);
    *id = pst_arena_copy(pst_manager_memory(self->manager),
                         postern_str_of(buffer));
    return id->data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

/* ---- recipients ---------------------------------------------------------- */

static bool meets(postern_str asked, postern_str part)
{
    return !asked.data || !part.data || pst_str_equal(asked, part);
}

/* An absent part of a column is whatever nobody names: what is asked for may be
 * in it. */
static bool is_asked_for(const struct ask *self, const postern_ppm_column *name)
{
    const postern_ppm_exception *what = &self->first.what;

    return meets(what->application, name->application) &&
           meets(what->device, name->device) && meets(what->data, name->data);
}

static bool column_shares(const postern_ppm_stack *stack, uint32_t column,
                          uint32_t row)
{
    struct pst_ppm_view view = {stack, column, 0};

    for (uint32_t place = stack->preferences; place < stack->frame_count;
         place++) {
        const struct pst_ppm_statement *said = pst_ppm_said(&view, place, row);

        if (said && said->value.form != PST_PPM_NO) {
            return true;
        }
    }
    return false;
}

static bool shares(const struct ask *self, const postern_ppm_stack *stack,
                   uint32_t row)
{
    for (uint32_t i = 0; i < stack->column_count; i++) {
        postern_ppm_column name = postern_ppm_stack_column(stack, i);

        if (is_asked_for(self, &name) && column_shares(stack, i, row)) {
            return true;
        }
    }
    return false;
}

static postern_status ask_recipients(const struct ask *self,
                                     const postern_ppm_stack *stack)
{
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        postern_deletion child = self->first;

        if (pst_receipt_map[row].field != PST_RECEIPT_RECIPIENT ||
            !shares(self, stack, row)) {
            continue;
        }
        child.parent = self->first.id;
        child.provider = postern_str_of(pst_receipt_map[row].key);
        PST_TRY(next_id(self, &child.id));
        PST_TRY(pst_deletion_put(self->manager, &child, self->diag));
    }
    return POSTERN_OK;
}

/* ---- the provider -------------------------------------------------------- */

/* Copies: what was given lives as long as the call. */
static bool copy(struct pst_arena *arena, postern_str *text)
{
    if (text->data) {
        *text = pst_arena_copy(arena, *text);
        return text->data != NULL;
    }
    return true;
}

static bool copy_texts(struct pst_arena *arena, postern_deletion *deletion)
{
    return copy(arena, &deletion->subscriber) &&
           copy(arena, &deletion->provider) &&
           copy(arena, &deletion->what.application) &&
           copy(arena, &deletion->what.device) &&
           copy(arena, &deletion->what.data);
}

static postern_status ask_all(struct ask *self,
                              const struct pst_accepted *accepted)
{
    const postern_consent *consent = &accepted->stored->head;

    self->first.consent = consent->id;
    self->first.consent_version = consent->version;
    if (!copy_texts(pst_manager_memory(self->manager), &self->first)) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(next_id(self, &self->first.id));
    PST_TRY(pst_deletion_put(self->manager, &self->first, self->diag));
    return ask_recipients(self, accepted->stack);
}

static postern_status ask_within(struct ask *self)
{
    const postern_str pair[2] = {self->first.subscriber, self->first.provider};
    struct pst_accepted accepted;
    postern_status status =
        pst_accepted_load(self->manager, pair, 0, &accepted, self->diag);

    if (status == POSTERN_OK) {
        status = ask_all(self, &accepted);
    }
    pst_accepted_release(&accepted);
    return status;
}

static int64_t due(int64_t now_s, uint32_t days)
{
    int64_t seconds =
        (int64_t)(days ? days : POSTERN_DELETION_DAYS) * PST_SECONDS_PER_DAY;

    return now_s > INT64_MAX - seconds ? INT64_MAX : now_s + seconds;
}

static postern_deletion first_of(const postern_deletion_wish *wish)
{
    postern_deletion first = {.subscriber = wish->subscriber,
                              .provider = wish->provider,
                              .what = wish->what,
                              .state = POSTERN_DELETION_SENT,
                              .asked_s = wish->now_s,
                              .due_s = due(wish->now_s, wish->days),
                              .changed_s = wish->now_s};

    first.what.row = (postern_str){NULL, 0};
    return first;
}

postern_status postern_ppm_ask_deletion(postern_ppm_manager *manager,
                                        const postern_deletion_wish *wish,
                                        postern_deletion *deletion,
                                        postern_diag *diag)
{
    struct ask self = {.manager = manager, .diag = diag};
    postern_deletion_wish own;
    postern_status status;

    pst_diag_clear(diag);
    if (!manager || !pst_sized_copy(&own, sizeof own, wish)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    self.first = first_of(&own);
    PST_TRY(pst_manager_begin(manager, diag));
    status = pst_manager_end(manager, ask_within(&self), diag);
    if (status == POSTERN_OK && deletion) {
        *deletion = self.first;
    }
    return status;
}
