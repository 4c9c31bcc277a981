#include "consent/frames.h"

static const postern_str none = {NULL, 0};

static postern_status damaged(postern_diag *diag)
{
    return pst_diag_refuse(diag, POSTERN_ERR_IO, "",
                           "what is stored is damaged", NULL);
}

/* ---- what is registered -------------------------------------------------- */

postern_status pst_current_get(postern_ppm_manager *manager,
                               struct pst_arena *arena,
                               const postern_str parts[3],
                               struct pst_stored_source *source,
                               postern_diag *diag)
{
    const struct pst_node *root;

    *source = (struct pst_stored_source){.kind = parts[0],
                                         .owner = parts[1],
                                         .id = parts[2].len ? parts[2] : none};
    PST_TRY(pst_manager_get_json(manager, arena, "current",
                                 pst_manager_key(arena, parts, 3), &root,
                                 diag));
    source->version = (uint32_t)pst_manager_integer_of(root, "version", 0);
    source->hash = pst_manager_text_of(root, "hash");
    return POSTERN_OK;
}

postern_status pst_consent_record_load(postern_ppm_manager *manager,
                                       struct pst_arena *arena,
                                       postern_str hash,
                                       struct pst_document *document,
                                       postern_diag *diag)
{
    postern_status status;

    PST_TRY(pst_registered_text(manager, arena, hash, document, diag));
    status = pst_document_read(document, arena, &manager->limits, NULL);
    return status == POSTERN_ERR_SYNTAX ? damaged(diag) : status;
}

/* A document that is refused now was taken once: the storage is at fault. */
static postern_status since_stored(postern_status status, postern_diag *diag)
{
    return status == POSTERN_ERR_POLICY ? damaged(diag) : status;
}

static postern_status load_asp(postern_ppm_manager *manager,
                               struct pst_arena *arena, postern_str hash,
                               struct pst_frames *frames, postern_diag *diag)
{
    struct pst_document document;

    PST_TRY(pst_consent_record_load(manager, arena, hash, &document, diag));
    return since_stored(pst_asp_read(arena, &document, &frames->asp, NULL),
                        diag);
}

static postern_status load_subscriber(postern_ppm_manager *manager,
                                      struct pst_arena *arena, postern_str hash,
                                      struct pst_frames *frames,
                                      postern_diag *diag)
{
    struct pst_document document;

    PST_TRY(pst_consent_record_load(manager, arena, hash, &document, diag));
    return since_stored(
        pst_subscriber_read(arena, &document, &frames->subscriber, NULL), diag);
}

/* ---- putting together ---------------------------------------------------- */

/* One call that looks for what is registered now. */
struct search {
    postern_ppm_manager *manager;
    struct pst_arena *arena;
    struct pst_frames *frames;
    postern_diag *diag;
};

static void add_source(struct pst_frames *frames,
                       const struct pst_stored_source *source)
{
    frames->sources[frames->source_count++] = *source;
}

static bool is_shared(postern_str kind)
{
    return pst_str_is(kind, "provider") ||
           pst_str_is(pst_str_slice(kind, 0, 6), "legal_");
}

static postern_status add_frame(const struct search *self,
                                const struct pst_stored_source *source)
{
    struct pst_frames *frames = self->frames;
    uint32_t at = frames->count;

    if (at == POSTERN_PPM_MAX_FRAMES) {
        return POSTERN_ERR_LIMIT;
    }
    PST_TRY(pst_frame_take(self->manager, source->hash, is_shared(source->kind),
                           &frames->held[at], self->diag));
    frames->frames[at] = frames->held[at]->frame;
    frames->count++;
    add_source(frames, source);
    return POSTERN_OK;
}

static postern_status find_record(const struct search *self, const char *kind,
                                  postern_str owner, postern_str *hash)
{
    const postern_str parts[3] = {postern_str_of(kind), owner, none};
    struct pst_stored_source source;

    PST_TRY(pst_current_get(self->manager, self->arena, parts, &source,
                            self->diag));
    *hash = source.hash;
    if (source.hash.data) {
        add_source(self->frames, &source);
    }
    return POSTERN_OK;
}

/* All frames of a kind and an owner, whatever their ids. */
static postern_status find_frames(const struct search *self, const char *kind,
                                  postern_str owner)
{
    postern_str parts[3] = {postern_str_of(kind), owner, none};
    postern_str prefix = pst_manager_prefix(self->arena, parts, 2);
    postern_texts keys;

    if (!prefix.data) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_manager_keys(self->manager, self->arena, "current", prefix,
                             &keys, self->diag));
    for (size_t i = 0; i < keys.count; i++) {
        struct pst_stored_source source;

        parts[2] = pst_manager_part(self->arena, keys.items[i], 2);
        if (!parts[2].data) {
            return POSTERN_ERR_MEMORY;
        }
        PST_TRY(pst_current_get(self->manager, self->arena, parts, &source,
                                self->diag));
        PST_TRY(add_frame(self, &source));
    }
    return POSTERN_OK;
}

/* Whether the laws of that kind and place are among the frames already. */
static bool has_law(const struct pst_frames *frames, const char *kind,
                    postern_str place)
{
    for (uint32_t i = 0; i < frames->source_count; i++) {
        if (pst_str_is(frames->sources[i].kind, kind) &&
            pst_str_equal(frames->sources[i].owner, place)) {
            return true;
        }
    }
    return false;
}

static postern_status find_laws(const struct search *self,
                                const struct pst_place *place)
{
    for (int kind = POSTERN_PPM_LEGAL_REGION; kind <= POSTERN_PPM_LEGAL_STATE;
         kind++) {
        const char *word = postern_ppm_kind_word((postern_ppm_kind)kind);

        if (place->of[kind].data &&
            !has_law(self->frames, word, place->of[kind])) {
            PST_TRY(find_frames(self, word, place->of[kind]));
        }
    }
    return POSTERN_OK;
}

static bool same_place(const struct pst_place *a, const struct pst_place *b)
{
    for (int kind = 0; kind < POSTERN_PPM_KINDS; kind++) {
        if (!pst_str_equal(a->of[kind], b->of[kind])) {
            return false;
        }
    }
    return true;
}

/* Columns are divided by the devices that are elsewhere. */
static postern_status list_devices(const struct search *self)
{
    struct pst_frames *frames = self->frames;
    const struct pst_subscriber *subscriber = &frames->subscriber;

    frames->devices = pst_arena_alloc(self->arena, subscriber->device_count + 1,
                                      sizeof *frames->devices);
    if (!frames->devices) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < subscriber->device_count; i++) {
        const struct pst_subscriber_device *device = &subscriber->devices[i];

        if (!same_place(&device->place, &subscriber->residence)) {
            frames->devices[frames->device_count++] = device->device;
        }
    }
    return POSTERN_OK;
}

static postern_status find_all_laws(const struct search *self)
{
    const struct pst_subscriber *subscriber = &self->frames->subscriber;

    PST_TRY(find_laws(self, &subscriber->residence));
    for (uint32_t i = 0; i < subscriber->device_count; i++) {
        PST_TRY(find_laws(self, &subscriber->devices[i].place));
    }
    return POSTERN_OK;
}

static postern_status find_asp(const struct search *self, postern_str provider)
{
    postern_str hash;

    PST_TRY(find_record(self, "asp", provider, &hash));
    return hash.data ? load_asp(self->manager, self->arena, hash, self->frames,
                                self->diag)
                     : pst_manager_refuse(self->diag, "E_UNKNOWN_OWNER",
                                          "no such provider is registered");
}

static postern_status find_subscriber(const struct search *self,
                                      postern_str pseudonym)
{
    postern_str hash;

    PST_TRY(find_record(self, "subscriber", pseudonym, &hash));
    return hash.data ? load_subscriber(self->manager, self->arena, hash,
                                       self->frames, self->diag)
                     : pst_manager_refuse(self->diag, "E_UNKNOWN_OWNER",
                                          "no such subscriber is registered");
}

static postern_status find_those_needed(const struct search *self,
                                        const postern_str pair[2])
{
    uint32_t before = self->frames->count;

    PST_TRY(find_frames(self, "provider", pair[1]));
    if (self->frames->count == before) {
        return pst_manager_refuse(self->diag, "E_NO_TERMS",
                                  "the provider has registered no terms");
    }
    before = self->frames->count;
    PST_TRY(find_frames(self, "user", pair[0]));
    if (self->frames->count == before) {
        return pst_manager_refuse(
            self->diag, "E_NO_PREFERENCES",
            "the subscriber has registered no preferences");
    }
    return POSTERN_OK;
}

postern_status pst_frames_find(postern_ppm_manager *manager,
                               struct pst_arena *arena,
                               const postern_str pair[2],
                               struct pst_frames *frames, postern_diag *diag)
{
    const struct search self = {manager, arena, frames, diag};

    memset(frames, 0, sizeof *frames);
    PST_TRY(find_asp(&self, pair[1]));
    PST_TRY(find_subscriber(&self, pair[0]));
    PST_TRY(find_those_needed(&self, pair));
    PST_TRY(find_frames(&self, "parental", pair[0]));
    PST_TRY(find_all_laws(&self));
    return list_devices(&self);
}

static postern_status add_accepted(const struct search *self,
                                   const struct pst_stored_source *source)
{
    struct pst_frames *frames = self->frames;

    if (pst_str_is(source->kind, "asp")) {
        add_source(frames, source);
        return load_asp(self->manager, self->arena, source->hash, frames,
                        self->diag);
    }
    if (pst_str_is(source->kind, "subscriber")) {
        add_source(frames, source);
        return load_subscriber(self->manager, self->arena, source->hash, frames,
                               self->diag);
    }
    return add_frame(self, source);
}

postern_status pst_frames_accepted(postern_ppm_manager *manager,
                                   struct pst_arena *arena,
                                   const struct pst_stored_consent *stored,
                                   struct pst_frames *frames,
                                   postern_diag *diag)
{
    const struct search self = {manager, arena, frames, diag};

    memset(frames, 0, sizeof *frames);
    for (uint32_t i = 0; i < stored->source_count; i++) {
        if (i == POSTERN_PPM_MAX_FRAMES + 2 || !stored->sources[i].hash.data) {
            return damaged(diag);
        }
        PST_TRY(add_accepted(&self, &stored->sources[i]));
    }
    return list_devices(&self);
}

void pst_frames_release(struct pst_frames *frames)
{
    for (uint32_t i = 0; i < frames->count; i++) {
        pst_frame_give(frames->held[i]);
    }
    frames->count = 0;
}

/* ---- the stack ----------------------------------------------------------- */

static const struct pst_place *place_of(const struct pst_subscriber *subscriber,
                                        postern_str device)
{
    for (uint32_t i = 0; device.data && i < subscriber->device_count; i++) {
        if (pst_str_equal(subscriber->devices[i].device, device)) {
            return &subscriber->devices[i].place;
        }
    }
    return &subscriber->residence;
}

/* A law holds where the device of a column is. */
static bool holds(void *user, size_t number, const postern_ppm_column *column)
{
    const struct pst_frames *frames = user;
    postern_ppm_frame_head head;

    postern_ppm_frame_look(frames->frames[number], &head);
    if (head.kind > POSTERN_PPM_LEGAL_STATE) {
        return true;
    }
    return pst_str_equal(
        place_of(&frames->subscriber, column->device)->of[head.kind],
        head.owner);
}

postern_status pst_frames_stack(postern_ppm_manager *manager,
                                struct pst_frames *frames, int64_t now_s,
                                postern_ppm_stack **stack, postern_diag *diag)
{
    postern_ppm_stack_options options;

    postern_ppm_stack_options_init(&options);
    options.allocator = &manager->allocator;
    options.order = manager->options.order;
    options.order_count = manager->options.order_count;
    options.time_known = true;
    options.time_s = now_s;
    options.devices = frames->devices;
    options.device_count = frames->device_count;
    options.holds = holds;
    options.user = frames;
    return postern_ppm_stack_new(stack, frames->frames, frames->count, &options,
                                 diag);
}
