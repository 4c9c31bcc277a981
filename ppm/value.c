#include "ppm/value.h"

#include "base/civil_time.h"
#include "base/str.h"

enum { YEAR_DIGITS = 4, DATE_LENGTH = 10, FIRST_YEAR = 1800 };

/* The number that `count` digits from `from` on are; -1 when they are not. */
static int digits(postern_str text, size_t from, size_t count)
{
    int value = 0;

    for (size_t i = from; i < from + count; i++) {
        if (i >= text.len || text.data[i] < '0' || text.data[i] > '9') {
            return -1;
        }
        value = value * 10 + (text.data[i] - '0');
    }
    return value;
}

static bool has_at(postern_str text, size_t first, size_t second, char mark)
{
    return text.data[first] == mark && text.data[second] == mark;
}

bool pst_ppm_day(postern_str text, int64_t *days)
{
    int year;
    int month;
    int day;

    if (text.len != DATE_LENGTH) {
        return false;
    }
    if (has_at(text, 4, 7, '-')) {
        year = digits(text, 0, YEAR_DIGITS);
        month = digits(text, 5, 2);
        day = digits(text, 8, 2);
    } else if (has_at(text, 2, 5, '/')) { /* [ANJ-05] */
        day = digits(text, 0, 2);
        month = digits(text, 3, 2);
        year = digits(text, 6, YEAR_DIGITS);
    } else {
        return false;
    }
    if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 ||
        (uint32_t)day > pst_days_in_month(year, (uint32_t)month)) {
        return false;
    }
    *days = pst_days_of(year, (uint32_t)month, (uint32_t)day);
    return true;
}

bool pst_ppm_list_has(const struct pst_ppm_list *list, postern_str word)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (pst_str_equal(list->words[i], word)) {
            return true;
        }
    }
    return false;
}

bool pst_ppm_list_covers(const struct pst_ppm_list *whole,
                         const struct pst_ppm_list *part)
{
    for (uint32_t i = 0; i < part->count; i++) {
        if (!pst_ppm_list_has(whole, part->words[i])) {
            return false;
        }
    }
    return true;
}

static bool lists_equal(const struct pst_ppm_list *a,
                        const struct pst_ppm_list *b)
{
    return pst_ppm_list_covers(a, b) && pst_ppm_list_covers(b, a);
}

static bool scopes_equal(const struct pst_ppm_scope *a,
                         const struct pst_ppm_scope *b)
{
    for (int i = 0; i < PST_PPM_PARTS; i++) {
        if (a->part[i].given != b->part[i].given ||
            a->part[i].is_text != b->part[i].is_text ||
            !lists_equal(&a->part[i].list, &b->part[i].list)) {
            return false;
        }
    }
    return true;
}

bool pst_ppm_value_equal(const struct pst_ppm_value *a,
                         const struct pst_ppm_value *b)
{
    if (a->form != b->form) {
        return false;
    }
    switch (a->form) {
    case PST_PPM_NUMBER:
        return a->number == b->number;
    case PST_PPM_RANGE:
        return a->number == b->number && a->upper == b->upper;
    case PST_PPM_NATIONS:
    case PST_PPM_TEXTS:
        return lists_equal(&a->list, &b->list);
    case PST_PPM_SHARING:
        return scopes_equal(a->scope, b->scope);
    case PST_PPM_NO:
    case PST_PPM_YES:
    default:
        return true;
    }
}
