/*
 * Registration: what a document is, whose it is, and whether whoever it is by
 * may say it. All of it is checked before anything is put. [PPM-17] [PPM-18]
 * [PPM-19]
 */
#include "consent/again.h"
#include "consent/frames.h"
#include "consent/record_reader.h"
#include "consent/terms.h"
#include "jose/digest.h"
#include "ppm/load.h"

static const postern_str none = {NULL, 0};

/* One registration. */
struct registration {
    postern_ppm_manager *manager;
    struct pst_arena *arena;
    postern_ppm_load_options options;
    postern_str text;             /* as it is kept */
    struct pst_document document; /* of what it says */
    bool is_signed;
    int64_t now_s;
    postern_str parts[3]; /* kind, owner, id */
    struct pst_subscriber subscriber;
    postern_ppm_registered *out;
    postern_diag *diag;
};

static postern_status refuse(const struct registration *self,
                             const struct pst_node *node, const char *code,
                             const char *message)
{
    const struct pst_consent_record_reader in = {self->arena, &self->document,
                                                 self->diag};

    return pst_consent_record_refuse(&in, node, code, message);
}

static const struct pst_node *owner_of(const struct registration *self)
{
    const struct pst_node *root = self->document.root;
    const struct pst_node *owner = pst_node_member(root, "owner");

    return owner ? owner : root;
}

/* ---- providers ----------------------------------------------------------- */

/* What is registered of the owner; hash absent: nothing. */
static postern_status find_owner(const struct registration *self,
                                 const char *kind,
                                 struct pst_stored_source *source)
{
    const postern_str parts[3] = {postern_str_of(kind), self->parts[1], none};

    return pst_current_get(self->manager, self->arena, parts, source,
                           self->diag);
}

static postern_status find_asp(const struct registration *self,
                               struct pst_asp *asp)
{
    struct pst_stored_source source;
    struct pst_document document;

    PST_TRY(find_owner(self, "asp", &source));
    if (!source.hash.data) {
        return refuse(self, owner_of(self), "E_UNKNOWN_OWNER",
                      "a provider is registered, with a document of kind asp, "
                      "before its terms are");
    }
    PST_TRY(pst_consent_record_load(self->manager, self->arena, source.hash,
                                    &document, self->diag));
    return pst_asp_read(self->arena, &document, asp, self->diag);
}

/* The keys have to be usable on the day they are registered, not only on the
 * day that something is verified with them. */
static postern_status check_keys(const struct registration *self,
                                 const struct pst_asp *asp)
{
    const struct pst_node *node = pst_node_member(self->document.root, "keys");
    postern_keys *keys = NULL;
    postern_diag why;
    postern_status status;

    if (!asp->keys.data) {
        return POSTERN_OK;
    }
    pst_diag_clear(&why);
    PST_TRY(postern_keys_new(&keys, &self->manager->allocator));
    status = postern_keys_add_jwks(keys, asp->keys, NULL, &why);
    postern_keys_free(keys);
    return status == POSTERN_ERR_POLICY || status == POSTERN_ERR_SYNTAX
               ? refuse(self, node, "E_KEYS", why.message)
               : status;
}

static postern_status take_asp(struct registration *self)
{
    struct pst_asp asp;

    PST_TRY(pst_asp_read(self->arena, &self->document, &asp, self->diag));
    PST_TRY(check_keys(self, &asp));
    self->parts[1] = asp.id;
    return POSTERN_OK;
}

static postern_status take_subscriber(struct registration *self)
{
    PST_TRY(pst_subscriber_read(self->arena, &self->document, &self->subscriber,
                                self->diag));
    self->parts[1] = self->subscriber.pseudonym;
    return POSTERN_OK;
}

/* ---- frames -------------------------------------------------------------- */

static bool lists(const struct pst_asp *asp, postern_str app_id)
{
    for (uint32_t i = 0; i < asp->application_count; i++) {
        if (pst_str_equal(asp->applications[i].app_id, app_id)) {
            return true;
        }
    }
    return false;
}

static postern_status check_app_id(const struct registration *self,
                                   const struct pst_asp *asp,
                                   const struct pst_ppm_statement *said)
{
    for (uint32_t i = 0; i < said->value.list.count; i++) {
        if (!lists(asp, said->value.list.words[i])) {
            return refuse(self, said->node, "E_APP_ID",
                          "this App-ID is not among the applications of the "
                          "provider");
        }
    }
    return POSTERN_OK;
}

/* [PPM-19] */
static postern_status check_app_ids(const struct registration *self,
                                    const postern_ppm_frame *frame,
                                    const struct pst_asp *asp)
{
    uint32_t row = postern_ppm_row_find(PST_STR("1.1/app_id"));
    bool any = false;

    for (uint32_t i = 0; i < frame->head.columns; i++) {
        const struct pst_ppm_statement *said = frame->columns[i].rows[row];

        if (said && said->value.form == PST_PPM_TEXTS) {
            any = any || said->value.list.count > 0;
            PST_TRY(check_app_id(self, asp, said));
        }
    }
    return any ? POSTERN_OK
               : refuse(self, self->document.root, "E_APP_ID",
                        "terms name an App-ID in row 1.1/app_id");
}

static postern_status check_subscriber(const struct registration *self)
{
    struct pst_stored_source source;

    PST_TRY(find_owner(self, "subscriber", &source));
    return source.hash.data
               ? POSTERN_OK
               : refuse(self, owner_of(self), "E_UNKNOWN_OWNER",
                        "a subscriber is registered, with a document of kind "
                        "subscriber, before the frame is");
}

static postern_status check_place(const struct registration *self,
                                  postern_ppm_kind kind)
{
    return kind != POSTERN_PPM_LEGAL_COUNTRY ||
                   pst_place_is_country(self->parts[1])
               ? POSTERN_OK
               : refuse(self, owner_of(self), "E_PLACE",
                        "the owner of a law of a country is its assigned code "
                        "in capitals, such as NL");
}

static postern_status check_terms(const struct registration *self,
                                  const postern_ppm_frame *frame)
{
    struct pst_asp asp;

    if (!self->is_signed && !self->manager->options.unsigned_terms) {
        return refuse(self, self->document.root, "E_UNSIGNED",
                      "terms are signed by their provider");
    }
    PST_TRY(find_asp(self, &asp));
    return check_app_ids(self, frame, &asp);
}

static postern_status check_frame(struct registration *self,
                                  const postern_ppm_frame *frame)
{
    const postern_ppm_frame_head *head = &frame->head;

    if (!head->owner.len) {
        return refuse(self, self->document.root, "E_OWNER_MISSING",
                      "a member owner is expected: the provider, the "
                      "pseudonym, or the place such as NL");
    }
    self->parts[1] = head->owner;
    /* A person has one frame, whatever it is called. */
    self->parts[2] = head->kind == POSTERN_PPM_USER ? none : head->id;
    switch (head->kind) {
    case POSTERN_PPM_PROVIDER:
        return check_terms(self, frame);
    case POSTERN_PPM_USER:
    case POSTERN_PPM_PARENTAL:
        return check_subscriber(self);
    default:
        return check_place(self, head->kind);
    }
}

static postern_status keep_names(struct registration *self,
                                 const postern_ppm_frame *frame)
{
    for (int i = 1; i < 3; i++) {
        if (self->parts[i].data) {
            self->parts[i] = pst_arena_copy(self->arena, self->parts[i]);
            if (!self->parts[i].data) {
                return POSTERN_ERR_MEMORY;
            }
        }
    }
    self->out->id = none;
    if (frame->head.id.data) {
        self->out->id = pst_arena_copy(self->arena, frame->head.id);
    }
    return frame->head.id.data && !self->out->id.data ? POSTERN_ERR_MEMORY
                                                      : POSTERN_OK;
}

static postern_status take_frame(struct registration *self)
{
    postern_ppm_frame *frame = NULL;
    postern_status status;

    /* The texts of a frame live in it: it is read a second time. */
    PST_TRY(postern_ppm_frame_load(&frame, self->document.text, &self->options,
                                   self->diag));
    status = check_frame(self, frame);
    if (status == POSTERN_OK) {
        status = keep_names(self, frame);
    }
    postern_ppm_frame_free(frame);
    return status;
}

/* ---- what a document is -------------------------------------------------- */

/* `document.text` stays: it is needed once more. */
static postern_status read_document(struct registration *self, postern_str text)
{
    postern_str kept;

    self->document = (struct pst_document){.text = text};
    PST_TRY(
        pst_ppm_read(&self->document, self->arena, &self->options, self->diag));
    kept = pst_manager_text_of(self->document.root, "kind");
    self->document.text = text;
    self->parts[0] = kept;
    return POSTERN_OK;
}

static postern_status refuse_signature(const struct registration *self)
{
    if (self->diag && !self->diag->lint[0]) {
        pst_diag_copy(self->diag->lint, sizeof self->diag->lint, "E_SIGNATURE");
    }
    return POSTERN_ERR_POLICY;
}

static postern_status open_terms(struct registration *self,
                                 const struct pst_asp *asp, postern_str *terms)
{
    postern_keys *keys = NULL;
    postern_status status;

    if (!asp->keys.data) {
        return refuse(self, NULL, "E_SIGNATURE",
                      "the provider has registered no keys to verify with");
    }
    PST_TRY(postern_keys_new(&keys, &self->manager->allocator));
    status = postern_keys_add_jwks(keys, asp->keys, NULL, self->diag);
    if (status == POSTERN_OK) {
        status = pst_terms_open(self->manager->jose, keys, self->now_s,
                                self->text, terms, self->diag);
    }
    postern_keys_free(keys);
    return status == POSTERN_ERR_POLICY ? refuse_signature(self) : status;
}

/* Whose keys verify is what the text claims before it is verified; nothing else
 * of it counts until then. */
static postern_status open_signed(struct registration *self)
{
    postern_str claimed = pst_payload_of(self->arena, self->text);
    struct pst_asp asp;
    postern_str terms;

    if (!claimed.data) {
        return pst_manager_refuse(self->diag, "E_SIGNATURE",
                                  "this is no compact JWS");
    }
    PST_TRY(read_document(self, claimed));
    self->parts[1] = pst_manager_text_of(self->document.root, "owner");
    if (!pst_str_is(self->parts[0], "provider")) {
        return refuse(self, self->document.root, "E_KIND",
                      "only terms, a frame of kind provider, are signed");
    }
    if (!self->parts[1].len) {
        return refuse(self, self->document.root, "E_OWNER_MISSING",
                      "a member owner is expected: the provider");
    }
    PST_TRY(find_asp(self, &asp));
    PST_TRY(open_terms(self, &asp, &terms));
    terms = pst_arena_copy(self->arena, terms);
    return terms.data ? read_document(self, terms) : POSTERN_ERR_MEMORY;
}

static postern_status take(struct registration *self)
{
    self->is_signed = pst_is_compact_jws(self->text);
    PST_TRY(self->is_signed ? open_signed(self)
                            : read_document(self, self->text));
    if (pst_str_is(self->parts[0], "asp")) {
        return take_asp(self);
    }
    return pst_str_is(self->parts[0], "subscriber") ? take_subscriber(self)
                                                    : take_frame(self);
}

/* ---- what is put --------------------------------------------------------- */

static postern_status put_version(struct registration *self)
{
    const postern_str parts[4] = {
        self->parts[0], self->parts[1], self->parts[2],
        pst_manager_digits(self->arena, self->out->version)};
    postern_ppm_manager *manager = self->manager;
    const struct {
        const char *table;
        size_t count;
    } where[] = {{"current", 3}, {"former", 4}};

    PST_TRY(pst_registered_put(manager, postern_str_of(self->out->hash),
                               self->text, self->document.format, self->diag));
    for (size_t i = 0; i < sizeof where / sizeof *where; i++) {
        struct pst_emitter out;

        pst_manager_json(manager, &out);
        pst_emit_integer(&out, PST_STR("version"), self->out->version);
        pst_emit_string(&out, PST_STR("hash"), postern_str_of(self->out->hash));
        pst_emit_integer(&out, PST_STR("at"), self->now_s);
        PST_TRY(pst_manager_put_json(
            manager, where[i].table,
            pst_manager_key(self->arena, parts, where[i].count), &out,
            self->diag));
    }
    return POSTERN_OK;
}

/* Notes, or takes away, that the laws of a place may concern somebody. */
static postern_status note_place(struct registration *self,
                                 const struct pst_place *place, bool is_there)
{
    for (int kind = POSTERN_PPM_LEGAL_REGION; kind <= POSTERN_PPM_LEGAL_STATE;
         kind++) {
        const postern_str parts[3] = {
            postern_str_of(postern_ppm_kind_word((postern_ppm_kind)kind)),
            place->of[kind], self->parts[1]};
        postern_str key = none;

        if (!place->of[kind].data) {
            continue;
        }
        key = pst_manager_key(self->arena, parts, 3);
        PST_TRY(is_there ? pst_manager_put(self->manager, "resident", key,
                                           PST_STR(""), self->diag)
                         : pst_manager_remove(self->manager, "resident", key,
                                              self->diag));
    }
    return POSTERN_OK;
}

static postern_status note_places(struct registration *self,
                                  const struct pst_subscriber *subscriber,
                                  bool is_there)
{
    PST_TRY(note_place(self, &subscriber->residence, is_there));
    for (uint32_t i = 0; i < subscriber->device_count; i++) {
        PST_TRY(note_place(self, &subscriber->devices[i].place, is_there));
    }
    return POSTERN_OK;
}

/* From where the subscriber was to where they are. */
static postern_status move(struct registration *self, postern_str old_hash)
{
    if (old_hash.data) {
        struct pst_subscriber old;
        struct pst_document document;

        PST_TRY(pst_consent_record_load(self->manager, self->arena, old_hash,
                                        &document, self->diag));
        PST_TRY(pst_subscriber_read(self->arena, &document, &old, self->diag));
        PST_TRY(note_places(self, &old, false));
    }
    return note_places(self, &self->subscriber, true);
}

static postern_status look_again(struct registration *self)
{
    struct pst_again again = {.now_s = self->now_s, .tells_all = true};
    postern_ppm_manager *manager = self->manager;
    postern_str kind = self->parts[0];

    if (pst_str_is(kind, "asp") || pst_str_is(kind, "provider")) {
        PST_TRY(
            pst_again_provider(manager, self->parts[1], &again, self->diag));
    } else if (pst_str_is(kind, "subscriber") || pst_str_is(kind, "user") ||
               pst_str_is(kind, "parental")) {
        PST_TRY(
            pst_again_subscriber(manager, self->parts[1], &again, self->diag));
    } else {
        PST_TRY(pst_again_place(manager, self->parts, &again, self->diag));
    }
    self->out->carried = again.carried;
    self->out->suspended = again.suspended;
    return POSTERN_OK;
}

static postern_status put(struct registration *self)
{
    postern_ppm_registered *out = self->out;
    struct pst_stored_source current;

    out->kind = self->parts[0];
    out->owner = self->parts[1];
    PST_TRY(pst_current_get(self->manager, self->arena, self->parts, &current,
                            self->diag));
    out->version = current.version;
    out->changed = !pst_str_is(current.hash, out->hash);
    if (!out->changed) {
        return POSTERN_OK;
    }
    out->version++;
    PST_TRY(put_version(self));
    if (pst_str_is(self->parts[0], "subscriber")) {
        PST_TRY(move(self, current.hash));
    }
    return look_again(self);
}

/* ---- the call ------------------------------------------------------------ */

/* What comes from a command has a line break at its end. */
static postern_str trimmed(postern_str text)
{
    postern_str cut = text;

    while (cut.len && strchr(" \t\r\n", cut.data[cut.len - 1])) {
        cut.len--;
    }
    return pst_is_compact_jws(cut) ? cut : text;
}

static postern_status do_register(struct registration *self)
{
    self->arena = pst_manager_memory(self->manager);
    self->text = pst_arena_copy(self->arena, self->text);
    if (!self->text.data || !pst_text_hash(self->text, self->out->hash)) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(take(self));
    return put(self);
}

postern_status
postern_ppm_register(postern_ppm_manager *manager, postern_str text,
                     const postern_ppm_load_options *options, int64_t now_s,
                     postern_ppm_registered *registered, postern_diag *diag)
{
    postern_ppm_registered out = {.version = 0};
    struct registration self = {.manager = manager,
                                .text = trimmed(text),
                                .now_s = now_s,
                                .out = &out,
                                .diag = diag};
    postern_status status;

    pst_diag_clear(diag);
    if (!text.data || !pst_ppm_load_options_copy(&self.options, options)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    PST_TRY(pst_manager_begin(manager, diag));
    self.options.allocator = &manager->allocator;
    status = pst_manager_end(manager, do_register(&self), diag);
    if (status == POSTERN_OK && registered) {
        *registered = out;
    }
    return status;
}
