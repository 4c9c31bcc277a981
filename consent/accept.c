/* What is shown to a person, and what the person accepts. [PPM-04] [PPM-24] */
#include "consent/frames.h"
#include "consent/openness.h"

#include "base/sized.h"
#include "base/sort.h"

/* Everything between one subscriber and one provider, for one call. */
struct pair {
    postern_ppm_manager *manager;
    struct pst_arena *arena;
    postern_str names[2]; /* subscriber, provider */
    int64_t now_s;
    struct pst_frames frames;
    postern_ppm_stack *stack;
    struct pst_stored_consent *before; /* NULL: never any */
    postern_customised *document;
    postern_diag *diag;
};

/* ---- what is shown ------------------------------------------------------- */

/* It bears no day: what is shown in the evening and accepted after midnight is
 * the same, unless a day has made it another. */
static postern_status make_document(struct pair *self,
                                    const postern_customised *previous)
{
    postern_customised_options options;

    postern_customised_options_init(&options);
    options.allocator = &self->manager->allocator;
    options.subscriber = self->names[0];
    options.provider = self->names[1];
    options.profile = self->manager->options.profile;
    options.previous = previous;
    return postern_customised_new(&self->document, self->stack, &options,
                                  self->diag);
}

static postern_status show(struct pair *self)
{
    postern_customised *previous = NULL;
    postern_status status;

    PST_TRY(pst_frames_find(self->manager, self->arena, self->names,
                            &self->frames, self->diag));
    PST_TRY(pst_frames_stack(self->manager, &self->frames, self->now_s,
                             &self->stack, self->diag));
    PST_TRY(pst_stored_get(self->manager, self->arena, self->names, 0,
                           &self->before, self->diag));
    if (self->before) {
        PST_TRY(pst_stored_shown(self->manager, self->before->head.hash,
                                 &previous, self->diag));
    }
    status = make_document(self, previous);
    postern_customised_free(previous);
    return status;
}

/* The frames go last: the stack stands on them. */
static void release(struct pair *self)
{
    postern_customised_free(self->document);
    postern_ppm_stack_free(self->stack);
    pst_frames_release(&self->frames);
}

postern_status postern_ppm_present(postern_ppm_manager *manager,
                                   postern_str subscriber, postern_str provider,
                                   int64_t now_s, postern_customised **document,
                                   postern_diag *diag)
{
    struct pair self = {.manager = manager,
                        .names = {subscriber, provider},
                        .now_s = now_s,
                        .diag = diag};
    postern_status status;

    *document = NULL;
    pst_diag_clear(diag);
    PST_TRY(pst_manager_begin(manager, diag));
    self.arena = pst_manager_memory(manager);
    status = pst_manager_end(manager, show(&self), diag);
    if (status == POSTERN_OK) {
        *document = self.document;
        self.document = NULL;
    }
    release(&self);
    return status;
}

/* ---- exceptions ---------------------------------------------------------- */

static postern_status refuse_exception(const struct pair *self,
                                       const char *code,
                                       const postern_ppm_exception *exception,
                                       const char *why)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add_quoted(&text, exception->row);
    pst_text_add(&text, why);
    return pst_manager_refuse(self->diag, code, message);
}

/* [PPM-24]: what a law or parents are against is not the person's to accept. */
static postern_status check_point(const struct pair *self,
                                  const postern_ppm_exception *exception,
                                  const postern_ppm_cell *point)
{
    if (!pst_point_is_red(point)) {
        return refuse_exception(self, "E_NOT_RED", exception,
                                ": there is no conflict to accept");
    }
    return point->user_can_accept
               ? POSTERN_OK
               : refuse_exception(self, "E_LOCKED", exception,
                                  ": this conflict cannot be accepted");
}

static postern_status take_exception(const struct pair *self,
                                     const postern_ppm_exception *exception,
                                     struct pst_stored_exception *out)
{
    const postern_ppm_column name = {exception->application, exception->device,
                                     exception->data};
    uint32_t column = pst_column_find(self->stack, &name);
    uint32_t row = postern_ppm_row_find(exception->row);
    postern_ppm_cell point;

    if (column == postern_ppm_stack_columns(self->stack)) {
        return refuse_exception(self, "E_COLUMN", exception,
                                ": the policy has no such column");
    }
    if (row == POSTERN_PPM_ROWS) {
        return refuse_exception(self, "E_ROW", exception,
                                ": annex J has no such row");
    }
    point = pst_point(self->stack, self->manager->options.profile, column, row);
    PST_TRY(check_point(self, exception, &point));
    out->column = postern_ppm_stack_column(self->stack, column);
    out->row = row;
    out->by = point.decided_by;
    out->statement = pst_point_statement(self->arena, self->stack, column, row);
    return out->statement.data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

/* Exceptions by column and row. */
static int by_place(const void *a, const void *b, const void *context)
{
    const struct pst_stored_exception *left = a;
    const struct pst_stored_exception *right = b;
    uint32_t one = pst_column_find(context, &left->column);
    uint32_t other = pst_column_find(context, &right->column);

    if (one != other) {
        return one < other ? -1 : 1;
    }
    return (left->row > right->row) - (left->row < right->row);
}

static postern_status take_exceptions(const struct pair *self,
                                      const postern_ppm_acceptance *acceptance,
                                      struct pst_stored_consent *made)
{
    size_t count = acceptance->exception_count;
    struct pst_stored_exception *all =
        pst_arena_alloc(self->arena, count + 1, sizeof *all);
    uint32_t kept = 0;

    if (!all) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        PST_TRY(take_exception(self, &acceptance->exceptions[i], &all[i]));
    }
    pst_sort(all, count, sizeof *all, by_place, self->stack);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || by_place(&all[kept - 1], &all[i], self->stack) != 0) {
            all[kept++] = all[i]; /* the same twice is once */
        }
    }
    made->exceptions = all;
    made->exception_count = kept;
    return POSTERN_OK;
}

/* ---- the consent --------------------------------------------------------- */

/* Every column of the document, open as far as its points are. */
static postern_status take_columns(const struct pair *self,
                                   struct pst_stored_consent *made)
{
    uint32_t count = postern_ppm_stack_columns(self->stack);
    bool *open = pst_arena_alloc(self->arena, count, sizeof *open);

    made->columns = pst_arena_alloc(self->arena, count, sizeof *made->columns);
    if (!open || !made->columns) {
        return POSTERN_ERR_MEMORY;
    }
    made->column_count = count;
    for (uint32_t i = 0; i < count; i++) {
        made->columns[i].name = postern_ppm_stack_column(self->stack, i);
        made->columns[i].open = true;
    }
    PST_TRY(pst_openness(self->arena, self->stack,
                         self->manager->options.profile, made, open));
    made->head.columns = count;
    for (uint32_t i = 0; i < count; i++) {
        made->columns[i].open = open[i];
        made->head.open += open[i];
    }
    return POSTERN_OK;
}

/* One for all versions for a subscriber and a provider. */
static postern_status take_id(const struct pair *self, postern_consent *head)
{
    char buffer[32];
    struct pst_text text;
    uint64_t number;

    if (self->before) {
        head->id = self->before->head.id;
        head->version = self->before->head.version + 1;
        return POSTERN_OK;
    }
    PST_TRY(pst_manager_next(self->manager, "consents", &number, self->diag));
    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, "c-");
    pst_text_add_uint(&text, number);
    head->id = pst_arena_copy(self->arena, postern_str_of(buffer));
    head->version = 1;
    return head->id.data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

static postern_status take_head(const struct pair *self,
                                const postern_ppm_acceptance *acceptance,
                                postern_consent *head)
{
    *head = (postern_consent){
        .subscriber = pst_arena_copy(self->arena, self->names[0]),
        .provider = pst_arena_copy(self->arena, self->names[1]),
        .state = POSTERN_CONSENT_ACTIVE,
        .from_s = acceptance->now_s,
        .until_s = acceptance->until_s,
        .ended_s = INT64_MAX,
        .hash = pst_arena_copy(
            self->arena,
            postern_str_of(postern_customised_hash(self->document)))};
    return head->subscriber.data && head->provider.data && head->hash.data
               ? take_id(self, head)
               : POSTERN_ERR_MEMORY;
}

static postern_status supersede(const struct pair *self)
{
    struct pst_stored_consent *before = self->before;

    if (!before || (before->head.state != POSTERN_CONSENT_ACTIVE &&
                    before->head.state != POSTERN_CONSENT_SUSPENDED)) {
        return POSTERN_OK;
    }
    if (pst_stored_in_force(before, self->now_s)) {
        before->head.state = POSTERN_CONSENT_SUPERSEDED;
        before->head.ended_s = self->now_s;
        before->head.open = 0;
    } else {
        before->head = pst_stored_at(before, self->now_s);
    }
    return pst_stored_put(self->manager, before, self->diag);
}

static postern_status sign(const struct pair *self,
                           struct pst_stored_consent *made)
{
    postern_str statement;

    if (!self->manager->options.sign_keys) {
        return POSTERN_OK;
    }
    statement = pst_stored_statement(self->manager, self->arena, made);
    return statement.data ? pst_manager_seal(self->manager, self->arena,
                                             statement, self->now_s,
                                             &made->head.signature, self->diag)
                          : POSTERN_ERR_MEMORY;
}

/* That it is the newest, and where it is found. */
static postern_status put_pair(const struct pair *self,
                               const postern_consent *head)
{
    const postern_str back[2] = {self->names[1], self->names[0]};
    struct pst_emitter out;

    pst_manager_json(self->manager, &out);
    pst_emit_string(&out, PST_STR("id"), head->id);
    pst_emit_integer(&out, PST_STR("version"), head->version);
    PST_TRY(pst_manager_put_json(self->manager, "pair",
                                 pst_manager_key(self->arena, self->names, 2),
                                 &out, self->diag));
    return pst_manager_put(self->manager, "client",
                           pst_manager_key(self->arena, back, 2), PST_STR(""),
                           self->diag);
}

static postern_status put_all(const struct pair *self,
                              const struct pst_stored_consent *made)
{
    PST_TRY(supersede(self));
    PST_TRY(pst_manager_put(self->manager, "shown", made->head.hash,
                            postern_customised_json(self->document),
                            self->diag));
    PST_TRY(pst_stored_put(self->manager, made, self->diag));
    PST_TRY(put_pair(self, &made->head));
    return pst_manager_prepare(self->manager, &made->head, self->now_s,
                               self->diag);
}

static postern_status check(const struct pair *self,
                            const postern_ppm_acceptance *acceptance)
{
    if (acceptance->until_s <= acceptance->now_s) {
        return pst_manager_refuse(self->diag, "E_UNTIL",
                                  "the consent would be over when it begins");
    }
    return pst_str_is(acceptance->hash, postern_customised_hash(self->document))
               ? POSTERN_OK
               : pst_manager_refuse(self->diag, "E_STALE",
                                    "another policy would be shown now: it "
                                    "has to be read first");
}

static postern_status accept(struct pair *self,
                             const postern_ppm_acceptance *acceptance,
                             postern_consent *consent)
{
    struct pst_stored_consent made = {.columns = NULL};

    PST_TRY(show(self));
    PST_TRY(check(self, acceptance));
    PST_TRY(take_head(self, acceptance, &made.head));
    PST_TRY(take_exceptions(self, acceptance, &made));
    PST_TRY(take_columns(self, &made));
    made.head.exceptions = made.exception_count;
    made.sources = self->frames.sources;
    made.source_count = self->frames.source_count;
    PST_TRY(sign(self, &made));
    PST_TRY(put_all(self, &made));
    *consent = made.head;
    return POSTERN_OK;
}

static bool take_acceptance(postern_ppm_acceptance *out,
                            const postern_ppm_acceptance *given)
{
    return given && pst_sized_copy(out, sizeof *out, given) &&
           (out->exceptions || out->exception_count == 0);
}

postern_status postern_ppm_accept(postern_ppm_manager *manager,
                                  const postern_ppm_acceptance *acceptance,
                                  postern_consent *consent, postern_diag *diag)
{
    struct pair self = {.manager = manager, .diag = diag};
    postern_ppm_acceptance taken;
    postern_consent made;
    postern_status status;

    pst_diag_clear(diag);
    if (!take_acceptance(&taken, acceptance)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    self.names[0] = taken.subscriber;
    self.names[1] = taken.provider;
    self.now_s = taken.now_s;
    PST_TRY(pst_manager_begin(manager, diag));
    self.arena = pst_manager_memory(manager);
    status = pst_manager_end(manager, accept(&self, &taken, &made), diag);
    release(&self);
    if (status == POSTERN_OK && consent) {
        *consent = made;
    }
    return status;
}
