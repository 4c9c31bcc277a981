/*
 * A receipt as a document. Columns of which the provider states the same are
 * one processing; it has an entry for each purpose that is stated. [PPM-25]
 *
 *   header    schema_version, record_id, pii_principal_id, privacy_notice,
 *             language
 *   purposes  what was accepted
 *   parties   who the provider is
 *   events    given, and what became of it
 */
#include "consent/receipt.h"

#include "base/diag.h"
#include "consent/receipt_values.h"

struct receipt {
    const struct pst_receipt_of *of;
    struct pst_json_text json;
};

static struct pst_receipt_column column_at(struct receipt *self,
                                           uint32_t number)
{
    return (struct pst_receipt_column){&self->json, self->of->stack, number};
}

static bool has_text(postern_str text)
{
    return text.data && text.len;
}

static void add_if(struct receipt *self, const char *name, postern_str text)
{
    if (has_text(text)) {
        pst_json_str(&self->json, name, text);
    }
}

/* ---- header -------------------------------------------------------------- */

static const postern_ppm_frame *terms_at(const struct receipt *self, uint32_t n)
{
    const postern_ppm_stack *stack = self->of->stack;

    return postern_ppm_stack_frame(stack, stack->preferences + n);
}

static void add_terms(struct receipt *self)
{
    const postern_ppm_frame *frame;

    pst_json_open(&self->json, "terms", '[');
    for (uint32_t n = 0; (frame = terms_at(self, n)) != NULL; n++) {
        pst_json_open(&self->json, NULL, '{');
        add_if(self, "id", frame->head.id);
        add_if(self, "version", frame->head.version);
        add_if(self, "link", frame->head.link);
        pst_json_close(&self->json, '}');
    }
    pst_json_close(&self->json, ']');
}

static void add_record_id(struct receipt *self)
{
    const postern_consent *consent = self->of->consent;

    /* An id has no character that JSON escapes. */
    pst_json_begin(&self->json, "record_id");
    pst_text_add(&self->json.text, "\"");
    pst_text_add_str(&self->json.text, consent->id);
    pst_text_add(&self->json.text, "/");
    pst_text_add_uint(&self->json.text, consent->version);
    pst_text_add(&self->json.text, "\"");
}

static void add_header(struct receipt *self)
{
    pst_json_word(&self->json, "schema_version", "ISO/IEC TS 27560:2023");
    add_record_id(self);
    pst_json_str(&self->json, "pii_principal_id",
                 self->of->consent->subscriber);
    pst_json_open(&self->json, "privacy_notice", '{');
    pst_json_str(&self->json, "hash", self->of->consent->hash);
    add_terms(self);
    pst_json_close(&self->json, '}');
    pst_json_word(&self->json, "language", "en");
}

/* ---- purposes ------------------------------------------------------------ */

/* Whether the provider states the same of two columns: the same statements
 * speak there. */
static bool are_alike(const postern_ppm_stack *stack, uint32_t a, uint32_t b)
{
    struct pst_ppm_view one = {stack, a, 0};
    struct pst_ppm_view other = {stack, b, 0};
    size_t count = stack->frame_count - stack->preferences;

    return memcmp(pst_ppm_rows_of(&one, stack->preferences),
                  pst_ppm_rows_of(&other, stack->preferences),
                  count * POSTERN_PPM_ROWS * sizeof(void *)) == 0;
}

static bool is_first_of_its_kind(const struct receipt *self, uint32_t column)
{
    for (uint32_t i = 0; i < column; i++) {
        if (self->of->accepted[i] && are_alike(self->of->stack, i, column)) {
            return false;
        }
    }
    return true;
}

/* Words and terms of DPV of the classes that are stated. */
static void add_classes(const struct pst_receipt_column *column,
                        const char *name, bool dpv)
{
    pst_json_open(column->json, name, '[');
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        const struct pst_receipt_row *map = &pst_receipt_map[row];

        if (map->field == PST_RECEIPT_PII && pst_receipt_any(column, row)) {
            pst_json_word(column->json, NULL, dpv ? map->dpv : map->word);
        }
    }
    pst_json_close(column->json, ']');
}

static bool has_field(const struct pst_receipt_column *column,
                      enum pst_receipt_field field)
{
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        if (pst_receipt_map[row].field == field &&
            pst_receipt_any(column, row)) {
            return true;
        }
    }
    return false;
}

/* An absent part of a column: whatever nobody names. */
static void add_kind_of_data(struct receipt *self, uint32_t number)
{
    postern_ppm_column name = postern_ppm_stack_column(self->of->stack, number);
    struct pst_receipt_column column = column_at(self, number);

    pst_json_open(&self->json, NULL, '{');
    add_if(self, "pii_type", name.data);
    add_if(self, "device", name.device);
    add_if(self, "service", name.application);
    if (has_field(&column, PST_RECEIPT_PII)) {
        add_classes(&column, "categories", false);
        add_classes(&column, "category_types", true);
    }
    pst_json_close(&self->json, '}');
}

static void add_pii(struct receipt *self, uint32_t first)
{
    const postern_ppm_stack *stack = self->of->stack;

    pst_json_open(&self->json, "pii_information", '[');
    for (uint32_t i = first; i < stack->column_count; i++) {
        if (self->of->accepted[i] && are_alike(stack, first, i)) {
            add_kind_of_data(self, i);
        }
    }
    pst_json_close(&self->json, ']');
}

static void add_collection(const struct pst_receipt_column *column)
{
    if (!has_field(column, PST_RECEIPT_SOURCE) &&
        !has_field(column, PST_RECEIPT_INTERVAL) &&
        !has_field(column, PST_RECEIPT_PERIOD) &&
        !has_field(column, PST_RECEIPT_SAMPLING)) {
        return;
    }
    pst_json_open(column->json, "collection_method", '{');
    pst_receipt_list(column, "source", PST_RECEIPT_SOURCE);
    pst_receipt_list(column, "interval", PST_RECEIPT_INTERVAL);
    pst_receipt_list(column, "period", PST_RECEIPT_PERIOD);
    pst_receipt_list(column, "sampling", PST_RECEIPT_SAMPLING);
    pst_json_close(column->json, '}');
}

static void add_retention(const struct pst_receipt_column *column)
{
    if (!has_field(column, PST_RECEIPT_KEPT)) {
        return;
    }
    pst_json_open(column->json, "retention_period", '{');
    pst_receipt_kept(column, "full", "6.0");
    pst_receipt_kept(column, "anonymized", "6.1");
    pst_receipt_kept(column, "summary", "6.2");
    pst_json_close(column->json, '}');
}

/* What a person can do is what this manager does: nothing else is known. */
static void add_rights(struct receipt *self)
{
    pst_json_word(&self->json, "withdrawal_method", "privacy policy manager");
    pst_json_open(&self->json, "privacy_rights", '[');
    pst_json_word(&self->json, NULL, "withdrawal");
    pst_json_word(&self->json, NULL, "deletion");
    pst_json_close(&self->json, ']');
}

/* `row` is that of the purpose, POSTERN_PPM_ROWS when none is stated. */
static void add_processing(struct receipt *self, uint32_t number, uint32_t row)
{
    struct pst_receipt_column column = column_at(self, number);

    pst_json_open(&self->json, NULL, '{');
    if (row < POSTERN_PPM_ROWS) {
        pst_json_word(&self->json, "purpose", pst_ppm_rows[row].label);
        pst_json_word(&self->json, "purpose_type", pst_receipt_map[row].dpv);
        pst_json_word(&self->json, "lawful_basis", pst_receipt_map[row].word);
    }
    add_pii(self, number);
    pst_receipt_list(&column, "services", PST_RECEIPT_SERVICE);
    add_collection(&column);
    pst_receipt_list(&column, "storage_locations", PST_RECEIPT_STORED);
    pst_receipt_list(&column, "processing_locations", PST_RECEIPT_PROCESSED);
    pst_receipt_list(&column, "geographic_restrictions", PST_RECEIPT_ACCESSED);
    add_retention(&column);
    pst_receipt_recipients(&column);
    add_rights(self);
    pst_json_close(&self->json, '}');
}

static void add_purposes_of(struct receipt *self, uint32_t number)
{
    struct pst_receipt_column column = column_at(self, number);
    bool any = false;

    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        if (pst_receipt_map[row].field == PST_RECEIPT_PURPOSE &&
            pst_receipt_any(&column, row)) {
            add_processing(self, number, row);
            any = true;
        }
    }
    if (!any) {
        add_processing(self, number, POSTERN_PPM_ROWS);
    }
}

static void add_purposes(struct receipt *self)
{
    pst_json_open(&self->json, "purposes", '[');
    for (uint32_t i = 0; i < self->of->stack->column_count; i++) {
        if (self->of->accepted[i] && is_first_of_its_kind(self, i)) {
            add_purposes_of(self, i);
        }
    }
    pst_json_close(&self->json, ']');
}

/* ---- parties ------------------------------------------------------------- */

/* The first text that is stated of a row of that field, wherever it is. */
static postern_str stated_text(struct receipt *self,
                               enum pst_receipt_field field)
{
    const postern_ppm_stack *stack = self->of->stack;

    for (uint32_t i = 0; i < stack->column_count; i++) {
        struct pst_receipt_column column = column_at(self, i);

        for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
            const struct pst_ppm_value *value =
                pst_receipt_map[row].field == field
                    ? pst_receipt_stated(&column, 0, row)
                    : NULL;

            if (value && value->list.count) {
                return value->list.words[0];
            }
        }
    }
    return (postern_str){NULL, 0};
}

static void add_parties(struct receipt *self)
{
    pst_json_open(&self->json, "parties", '[');
    pst_json_open(&self->json, NULL, '{');
    pst_json_str(&self->json, "party_id", self->of->consent->provider);
    pst_json_word(&self->json, "party_role", "PII controller");
    add_if(self, "party_name", stated_text(self, PST_RECEIPT_PARTY_NAME));
    add_if(self, "party_address", stated_text(self, PST_RECEIPT_PARTY_ADDRESS));
    add_if(self, "party_number", stated_text(self, PST_RECEIPT_PARTY_NUMBER));
    pst_json_close(&self->json, '}');
    pst_json_close(&self->json, ']');
}

/* ---- events -------------------------------------------------------------- */

/* What a state of a consent is called, when it comes at a known time. DPV has
 * no word for a consent that another one took the place of. */
static const struct {
    postern_consent_state state;
    const char *type;
    const char *dpv;
    bool by_person;
} endings[] = {
    {POSTERN_CONSENT_WITHDRAWN, "withdrawal", "dpv:ConsentWithdrawn", true},
    {POSTERN_CONSENT_EXPIRED, "expiry", "dpv:ConsentExpired", false},
    {POSTERN_CONSENT_SUPERSEDED, "renewal", "", true},
};

static void add_given(struct receipt *self)
{
    const postern_consent *consent = self->of->consent;

    pst_json_open(&self->json, NULL, '{');
    pst_receipt_time(&self->json, "event_time", consent->from_s);
    pst_json_word(&self->json, "event_type", "acceptance");
    pst_json_word(&self->json, "event_state", "given");
    pst_json_word(&self->json, "event_state_type", "dpv:ConsentGiven");
    pst_json_str(&self->json, "entity_id", consent->subscriber);
    if (consent->until_s != INT64_MAX) {
        pst_receipt_duration(&self->json, "validity_duration",
                             consent->until_s - consent->from_s);
    }
    pst_json_close(&self->json, '}');
}

static void add_ended(struct receipt *self)
{
    const postern_consent *consent = self->of->consent;

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (endings[i].state != consent->state ||
            consent->ended_s == INT64_MAX) {
            continue;
        }
        pst_json_open(&self->json, NULL, '{');
        pst_receipt_time(&self->json, "event_time", consent->ended_s);
        pst_json_word(&self->json, "event_type", endings[i].type);
        pst_json_word(&self->json, "event_state",
                      postern_consent_state_word(consent->state));
        if (endings[i].dpv[0]) {
            pst_json_word(&self->json, "event_state_type", endings[i].dpv);
        }
        if (endings[i].by_person) {
            pst_json_str(&self->json, "entity_id", consent->subscriber);
        }
        pst_json_close(&self->json, '}');
    }
}

static void add_events(struct receipt *self)
{
    pst_json_open(&self->json, "events", '[');
    add_given(self);
    add_ended(self);
    pst_json_close(&self->json, ']');
}

/* ---- all of it ----------------------------------------------------------- */

static void write(struct receipt *self, char *buffer, size_t size)
{
    self->json.wants_comma = false;
    pst_text_init(&self->json.text, buffer, size);
    pst_json_open(&self->json, NULL, '{');
    add_header(self);
    add_purposes(self);
    add_parties(self);
    add_events(self);
    pst_json_close(&self->json, '}');
}

/* Written twice: the first time to know how long it is. */
postern_status pst_receipt_write(const struct pst_receipt_of *of,
                                 struct pst_arena *arena, postern_str *text)
{
    struct receipt self = {.of = of};
    char nothing[1];
    size_t size;
    char *room;

    write(&self, nothing, sizeof nothing);
    size = self.json.text.len + 1;
    room = pst_arena_alloc(arena, size, 1);
    if (!room) {
        return POSTERN_ERR_MEMORY;
    }
    write(&self, room, size);
    *text = (postern_str){room, size - 1};
    return POSTERN_OK;
}
