/*
 * The text of a time window, in the grammar of TS-0004 7.4.9.1 and no other.
 * [CTX-10] [CTX-11] [CTX-15]
 *
 *   window   field, one or more spaces, field ... seven times
 *   field    "*" or elements with commas between
 *   element  number | number "-" number ["/" step] | "*" "/" step
 */
#include "base/diag.h"
#include "base/str.h"
#include "pdp/time_window.h"

#include <postern/pdp.h>

enum { FIELDS = 7, YEAR = 6, WORD_BITS = 64, NUMBER_CEILING = 1000000 };

static const char CLAUSE[] = "TS-0004 7.4.9.1";

struct field_kind {
    const char *name;
    uint32_t first;
    uint32_t last;
    const char *note;
};

static const struct field_kind kinds[FIELDS] = {
    {"second", 0, 59, ""},
    {"minute", 0, 59, ""},
    {"hour", 0, 23, ""},
    {"day of month", 1, 31, ""},
    {"month", 1, 12, ""},
    {"day of week", 0, 6, ", where 0 is Sunday"},
    {"year", PST_FIRST_YEAR, PST_LAST_YEAR, ""},
};

/* One field while it is read. */
struct field {
    const struct field_kind *kind;
    postern_str text;
    size_t at;
    postern_diag *diag;
};

struct element {
    uint32_t first;
    uint32_t last;
    uint32_t step;
};

static postern_status refuse(const struct field *field, const char *complaint)
{
    char buffer[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text message;

    pst_text_init(&message, buffer, sizeof buffer);
    pst_text_add(&message, "time window: the ");
    pst_text_add(&message, field->kind->name);
    pst_text_add(&message, " field ");
    pst_text_add_quoted(&message, field->text);
    pst_text_add(&message, complaint);
    return pst_diag_refuse(field->diag, POSTERN_ERR_POLICY, "", buffer, CLAUSE);
}

static postern_status refuse_value(const struct field *field)
{
    char buffer[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text complaint;

    pst_text_init(&complaint, buffer, sizeof buffer);
    pst_text_add(&complaint, " has a number out of range, expected ");
    pst_text_add_uint(&complaint, field->kind->first);
    pst_text_add(&complaint, " to ");
    pst_text_add_uint(&complaint, field->kind->last);
    pst_text_add(&complaint, field->kind->note);
    return refuse(field, buffer);
}

static bool sees(const struct field *field, char c)
{
    return field->at < field->text.len && field->text.data[field->at] == c;
}

static bool take(struct field *field, char c)
{
    if (!sees(field, c)) {
        return false;
    }
    field->at++;
    return true;
}

static bool sees_digit(const struct field *field)
{
    return field->at < field->text.len && field->text.data[field->at] >= '0' &&
           field->text.data[field->at] <= '9';
}

/* Numbers from NUMBER_CEILING on are out of every range, and steps of that size
 * all mean the same: their exact value does not matter. */
static postern_status read_number(struct field *field, uint32_t *number)
{
    size_t start = field->at;

    *number = 0;
    while (sees_digit(field)) {
        if (*number < NUMBER_CEILING) {
            *number =
                *number * 10 + (uint32_t)(field->text.data[field->at] - '0');
        }
        field->at++;
    }
    if (field->at == start) {
        return refuse(field,
                      " is malformed, expected \"*\", or numbers, ranges "
                      "a-b, a-b/s or */s with commas between");
    }
    if (field->at - start > 1 && field->text.data[start] == '0') {
        return refuse(field, " has a number with a leading zero");
    }
    return POSTERN_OK;
}

static postern_status read_value(struct field *field, uint32_t *value)
{
    PST_TRY(read_number(field, value));
    if (*value < field->kind->first || *value > field->kind->last) {
        return refuse_value(field);
    }
    return POSTERN_OK;
}

static postern_status read_step(struct field *field, uint32_t *step)
{
    PST_TRY(read_number(field, step));
    if (*step == 0) {
        return refuse(field, " has a step of 0, expected 1 or more");
    }
    return POSTERN_OK;
}

static postern_status read_range(struct field *field, struct element *element)
{
    PST_TRY(read_value(field, &element->first));
    element->last = element->first;
    if (sees(field, '/')) {
        return refuse(field, " has a step after a number, expected it after a "
                             "range or \"*\"");
    }
    if (!take(field, '-')) {
        return POSTERN_OK;
    }
    PST_TRY(read_value(field, &element->last));
    if (element->first > element->last) {
        return refuse(field, " has a range that runs backwards, expected a-b "
                             "with a at most b: ranges do not wrap around");
    }
    return take(field, '/') ? read_step(field, &element->step) : POSTERN_OK;
}

static postern_status read_element(struct field *field, struct element *element)
{
    *element = (struct element){field->kind->first, field->kind->last, 1};
    if (!take(field, '*')) {
        return read_range(field, element);
    }
    if (!take(field, '/')) {
        return refuse(field, " has a \"*\" in a list, expected it alone or "
                             "before a step");
    }
    return read_step(field, &element->step);
}

/*
 * Sets every step-th bit from `first` to `last`, a word at a time: a long list
 * of long ranges costs 125 steps per entry instead of 8,000.
 */
static void set_bits(uint64_t *words, uint32_t first, uint32_t last,
                     uint32_t step)
{
    uint64_t comb =
        step == 1 ? UINT64_MAX : 1; /* every step-th bit of a word */

    for (uint32_t bit = step; step > 1 && bit < WORD_BITS; bit += step) {
        comb |= UINT64_C(1) << bit;
    }
    while (first <= last) {
        uint32_t in_word = first % WORD_BITS;
        uint32_t rest = WORD_BITS - in_word; /* of the word, in bits */
        uint64_t bits = comb << in_word;

        if (last - first < rest) {
            bits &= UINT64_MAX >> (rest - 1 - (last - first));
        }
        words[first / WORD_BITS] |= bits;
        first += (rest + step - 1) / step * step;
    }
}

/* Bit 0 of `words` stands for the number `base`. */
static postern_status read_field(struct field *field, uint64_t *words,
                                 uint32_t base)
{
    struct element element = {field->kind->first, field->kind->last, 1};

    if (pst_str_is(field->text, "*")) {
        set_bits(words, element.first - base, element.last - base, 1);
        return POSTERN_OK;
    }
    do {
        PST_TRY(read_element(field, &element));
        set_bits(words, element.first - base, element.last - base,
                 element.step);
    } while (take(field, ','));
    if (field->at < field->text.len) {
        return refuse(field, " is malformed, expected a comma or its end after "
                             "an entry");
    }
    return POSTERN_OK;
}

static postern_status refuse_count(size_t count, postern_diag *diag)
{
    char buffer[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text message;

    pst_text_init(&message, buffer, sizeof buffer);
    pst_text_add(&message, "time window: expected seven fields (second, minute,"
                           " hour, day of month, month, day of week, year) with"
                           " spaces between, found ");
    pst_text_add_uint(&message, count);
    if (count == YEAR) {
        /* What releases before the year wrote. [CTX-14] */
        pst_text_add(&message, ": the year is missing, \"*\" stands for all");
    }
    return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "", buffer, CLAUSE);
}

static postern_status split(struct field *fields, postern_str text,
                            postern_diag *diag)
{
    size_t count = 0;
    size_t end;

    if (text.len && (text.data[0] == ' ' || text.data[text.len - 1] == ' ')) {
        return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "",
                               "time window: expected no space before the first"
                               " and after the last field",
                               CLAUSE);
    }
    for (size_t at = 0; at < text.len; at = end + 1) {
        end = pst_str_find(text, at, ' ');
        if (end > at && count++ < FIELDS) {
            fields[count - 1] = (struct field){
                &kinds[count - 1], pst_str_slice(text, at, end), 0, diag};
        }
    }
    return count == FIELDS ? POSTERN_OK : refuse_count(count, diag);
}

postern_status pst_time_window_parse(struct pst_time_window *window,
                                     struct pst_year_set *years,
                                     postern_str text, postern_diag *diag)
{
    struct field fields[FIELDS];
    uint64_t sets[YEAR] = {0};

    memset(window, 0, sizeof *window);
    PST_TRY(split(fields, text, diag));
    for (size_t i = 0; i < YEAR; i++) {
        PST_TRY(read_field(&fields[i], &sets[i], 0));
    }
    if (!pst_str_is(fields[YEAR].text, "*")) {
        memset(years, 0, sizeof *years);
        PST_TRY(read_field(&fields[YEAR], years->bits, PST_FIRST_YEAR));
    }
    window->seconds = sets[0];
    window->minutes = sets[1];
    window->hours = (uint32_t)sets[2];
    window->days = (uint32_t)sets[3];
    window->months = (uint16_t)sets[4];
    window->weekdays = (uint8_t)sets[5];
    window->any_year = pst_str_is(fields[YEAR].text, "*");
    return POSTERN_OK;
}

postern_status postern_time_window_is_open(postern_str window, int64_t time_s,
                                           bool *open, postern_diag *diag)
{
    struct pst_civil_time time = pst_civil_time_of(time_s);
    struct pst_time_window parsed;
    struct pst_year_set years;

    pst_diag_clear(diag);
    if (!open) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    *open = false;
    PST_TRY(pst_time_window_parse(&parsed, &years, window, diag));
    *open = pst_time_window_contains(&parsed, &years, &time);
    return POSTERN_OK;
}

postern_status postern_time_window_next_change(postern_str window,
                                               int64_t time_s, int64_t *next_s,
                                               postern_diag *diag)
{
    struct pst_time_window parsed;
    struct pst_year_set years;

    pst_diag_clear(diag);
    if (!next_s) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    *next_s = INT64_MAX;
    PST_TRY(pst_time_window_parse(&parsed, &years, window, diag));
    *next_s = pst_time_window_next_change(&parsed, &years, time_s);
    return POSTERN_OK;
}
