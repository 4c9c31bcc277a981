#include "consent/receipt_values.h"

#include "base/str.h"
#include "base/time_text.h"
#include "ppm/annex_j.h"
#include "ppm/scale.h"

enum { WORD = 48, HOUR_S = 3600, MINUTE_S = 60 };

/* ---- what is stated ------------------------------------------------------ */

const struct pst_ppm_value *
pst_receipt_stated(const struct pst_receipt_column *column, uint32_t n,
                   uint32_t row)
{
    const postern_ppm_stack *stack = column->stack;
    struct pst_ppm_view view = {stack, column->number, 0};
    uint32_t place = stack->preferences + n;
    const struct pst_ppm_statement *said = NULL;

    if (place < stack->frame_count) {
        said = pst_ppm_said(&view, place, row);
    }
    return said && said->value.form != PST_PPM_NO ? &said->value : NULL;
}

static uint32_t providers(const struct pst_receipt_column *column)
{
    return column->stack->frame_count - column->stack->preferences;
}

bool pst_receipt_any(const struct pst_receipt_column *column, uint32_t row)
{
    for (uint32_t n = 0; n < providers(column); n++) {
        if (pst_receipt_stated(column, n, row)) {
            return true;
        }
    }
    return false;
}

/* ---- lists --------------------------------------------------------------- */

/* A list that is opened when something is in it. */
struct list {
    const struct pst_receipt_column *column;
    const char *name;
    bool open;
};

static void add_str(struct list *list, postern_str text)
{
    if (!list->open) {
        pst_json_open(list->column->json, list->name, '[');
        list->open = true;
    }
    pst_json_str(list->column->json, NULL, text);
}

static void add_word(struct list *list, const char *word)
{
    add_str(list, postern_str_of(word));
}

static void end_list(struct list *list)
{
    if (list->open) {
        pst_json_close(list->column->json, ']');
    }
}

/* "PT#M" with 15 becomes "PT15M". */
static void fill_word(struct pst_text *text, const char *pattern,
                      int64_t number)
{
    postern_str all = postern_str_of(pattern);
    size_t at = pst_str_find(all, 0, '#');

    pst_text_add_str(text, pst_str_slice(all, 0, at));
    if (at < all.len) {
        pst_text_add_int(text, number);
        pst_text_add_str(text, pst_str_slice(all, at + 1, all.len));
    }
}

static void add_filled(struct list *list, const char *pattern, int64_t number)
{
    char buffer[WORD];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    fill_word(&text, pattern, number);
    add_word(list, buffer);
}

/* Whether an earlier frame of the provider has the word in that row. */
static bool is_repeated(const struct pst_receipt_column *column, uint32_t n,
                        uint32_t row, postern_str word)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct pst_ppm_value *value = pst_receipt_stated(column, i, row);

        if (value && pst_ppm_list_has(&value->list, word)) {
            return true;
        }
    }
    return false;
}

static void add_texts(struct list *list, uint32_t n, uint32_t row)
{
    const struct pst_ppm_value *value =
        pst_receipt_stated(list->column, n, row);

    for (uint32_t i = 0; i < value->list.count; i++) {
        if (!is_repeated(list->column, n, row, value->list.words[i])) {
            add_str(list, value->list.words[i]);
        }
    }
}

static bool says_number(const struct pst_receipt_column *column, uint32_t n,
                        uint32_t row, int64_t number)
{
    const struct pst_ppm_value *value = pst_receipt_stated(column, n, row);

    return value && value->form == PST_PPM_NUMBER && value->number == number;
}

static bool number_is_repeated(const struct pst_receipt_column *column,
                               uint32_t n, uint32_t row, int64_t number)
{
    for (uint32_t i = 0; i < n; i++) {
        if (says_number(column, i, row, number)) {
            return true;
        }
    }
    return false;
}

static void add_row(struct list *list, uint32_t row)
{
    const struct pst_receipt_row *map = &pst_receipt_map[row];
    bool said = false; /* a word that stands for the row is written once */

    for (uint32_t n = 0; n < providers(list->column); n++) {
        const struct pst_ppm_value *value =
            pst_receipt_stated(list->column, n, row);

        if (!value) {
            continue;
        }
        if (value->form == PST_PPM_NUMBER) {
            if (!number_is_repeated(list->column, n, row, value->number)) {
                add_filled(list, map->word, value->number);
            }
        } else if (value->list.count) {
            add_texts(list, n, row);
        } else if (!said) {
            add_word(list, map->word);
            said = true;
        }
    }
}

void pst_receipt_list(const struct pst_receipt_column *column, const char *name,
                      enum pst_receipt_field field)
{
    struct list list = {.column = column, .name = name};

    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        if (pst_receipt_map[row].field == field) {
            add_row(&list, row);
        }
    }
    end_list(&list);
}

/* ---- retention ----------------------------------------------------------- */

static bool is_of(uint32_t row, const char *tag)
{
    return strcmp(pst_ppm_tags[pst_ppm_rows[row].tag].id, tag) == 0;
}

/* What is kept longest counts: of several periods, and of several components
 * of a provider. [A18: the union of what they do] */
static const struct pst_ppm_value *
longest(const struct pst_receipt_column *column, const char *tag,
        uint32_t *longest_row)
{
    const struct pst_ppm_value *best = NULL;
    int64_t best_rank = 0;

    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        if (pst_receipt_map[row].field != PST_RECEIPT_KEPT ||
            !is_of(row, tag)) {
            continue;
        }
        for (uint32_t n = 0; n < providers(column); n++) {
            const struct pst_ppm_value *value =
                pst_receipt_stated(column, n, row);
            int64_t rank = value ? pst_ppm_rank(row, value->number) : 0;

            if (value && (!best || rank > best_rank)) {
                best = value;
                best_rank = rank;
                *longest_row = row;
            }
        }
    }
    return best;
}

void pst_receipt_kept(const struct pst_receipt_column *column, const char *name,
                      const char *tag)
{
    uint32_t row = 0;
    const struct pst_ppm_value *value = longest(column, tag, &row);
    char buffer[WORD];
    struct pst_text text;

    if (value) {
        pst_text_init(&text, buffer, sizeof buffer);
        fill_word(&text, pst_receipt_map[row].word, value->number);
        pst_json_word(column->json, name, buffer);
    }
}

/* ---- recipients ---------------------------------------------------------- */

static void add_part(struct pst_json_text *json, const char *name,
                     const struct pst_ppm_scope *scope, enum pst_ppm_part part)
{
    if (!scope->part[part].given) {
        return;
    }
    pst_json_open(json, name, '[');
    for (uint32_t i = 0; i < scope->part[part].list.count; i++) {
        pst_json_str(json, NULL, scope->part[part].list.words[i]);
    }
    pst_json_close(json, ']');
}

static void add_recipient(const struct pst_receipt_column *column, uint32_t row,
                          const struct pst_ppm_value *value)
{
    static const char *const forms[] = {"full", "anonymized", "summary"};
    struct pst_json_text *json = column->json;
    uint32_t form = pst_ppm_tags[pst_ppm_rows[row].tag].minor;

    pst_json_open(json, NULL, '{');
    pst_json_word(json, "recipient", pst_receipt_map[row].word);
    pst_json_word(json, "recipient_type", pst_receipt_map[row].dpv);
    pst_json_word(json, "data", forms[form]);
    if (value->form == PST_PPM_SHARING && value->scope) {
        add_part(json, "scope", value->scope, PST_PPM_SCOPE);
        add_part(json, "reason", value->scope, PST_PPM_REASON);
        add_part(json, "bodies", value->scope, PST_PPM_BODIES);
    }
    pst_json_close(json, '}');
}

static bool is_told(const struct pst_receipt_column *column, uint32_t n,
                    uint32_t row)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct pst_ppm_value *value = pst_receipt_stated(column, i, row);

        if (value &&
            pst_ppm_value_equal(value, pst_receipt_stated(column, n, row))) {
            return true;
        }
    }
    return false;
}

static void add_recipients(const struct pst_receipt_column *column)
{
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        if (pst_receipt_map[row].field != PST_RECEIPT_RECIPIENT) {
            continue;
        }
        for (uint32_t n = 0; n < providers(column); n++) {
            const struct pst_ppm_value *value =
                pst_receipt_stated(column, n, row);

            if (value && !is_told(column, n, row)) {
                add_recipient(column, row, value);
            }
        }
    }
}

void pst_receipt_recipients(const struct pst_receipt_column *column)
{
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        enum pst_receipt_field field = pst_receipt_map[row].field;

        if ((field == PST_RECEIPT_RECIPIENT ||
             field == PST_RECEIPT_NO_RECIPIENT) &&
            pst_receipt_any(column, row)) {
            pst_json_open(column->json, "recipient_third_parties", '[');
            add_recipients(column);
            pst_json_close(column->json, ']');
            return;
        }
    }
}

/* ---- times --------------------------------------------------------------- */

void pst_receipt_time(struct pst_json_text *json, const char *name,
                      int64_t time_s)
{
    char text[PST_TIME_TEXT];

    pst_time_text(text, PST_TIME_ISO, time_s);
    pst_json_word(json, name, text);
}

static void add_amount(struct pst_text *text, int64_t amount, const char *unit)
{
    if (amount) {
        pst_text_add_int(text, amount);
        pst_text_add(text, unit);
    }
}

void pst_receipt_duration(struct pst_json_text *json, const char *name,
                          int64_t seconds)
{
    int64_t rest = seconds % PST_SECONDS_PER_DAY;
    char buffer[WORD];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, "P");
    add_amount(&text, seconds / PST_SECONDS_PER_DAY, "D");
    pst_text_add(&text, rest ? "T" : "");
    add_amount(&text, rest / HOUR_S, "H");
    add_amount(&text, rest % HOUR_S / MINUTE_S, "M");
    add_amount(&text, rest % MINUTE_S, "S");
    pst_text_add(&text, seconds ? "" : "T0S");
    pst_json_word(json, name, buffer);
}
