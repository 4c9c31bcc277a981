/* Values, preferences and parties in words. */
#include "ppm/statement_words.h"

#include "base/time_text.h"
#include "ppm/sound.h"

struct pst_ppm_who pst_ppm_who_is(postern_ppm_kind kind, postern_str name)
{
    static const char *const names[POSTERN_PPM_KINDS] = {
        "somebody",
        "the law of the region",
        "the law of the country",
        "the law of the city",
        "the law of the state",
        "the parents",
        "you",
        "the provider"};

    if (kind == POSTERN_PPM_USER) {
        return (struct pst_ppm_who){postern_str_of(names[kind]), true};
    }
    if (name.data && kind != POSTERN_PPM_NOBODY) {
        return (struct pst_ppm_who){name, false};
    }
    return (struct pst_ppm_who){postern_str_of(names[kind]),
                                kind == POSTERN_PPM_PARENTAL};
}

static void add_date(struct pst_text *text, int64_t days)
{
    struct pst_civil_time date = pst_civil_time_of(days * PST_SECONDS_PER_DAY);

    pst_text_add_time(text, PST_DATE_ISO, &date);
}

void pst_ppm_add_number(struct pst_text *text, uint32_t row, int64_t number)
{
    const postern_ppm_row *of = &pst_ppm_rows[row];

    if (of->type == POSTERN_PPM_TYPE_DATE) {
        add_date(text, number);
        return;
    }
    if (of->comparison == POSTERN_PPM_COMPARE_INTERVAL_GE) {
        pst_text_add(text, "every ");
    }
    pst_text_add_int(text, number);
    if (of->unit[0]) {
        pst_text_add(text, " ");
        pst_text_add(text, of->unit);
        pst_text_add(text, number == 1 ? "" : "s");
    }
}

static void add_list(struct pst_text *text, const struct pst_ppm_list *list)
{
    if (list->count == 0) {
        pst_text_add(text, "none");
    }
    for (uint32_t i = 0; i < list->count; i++) {
        pst_text_add(text, i ? ", " : "");
        pst_text_add_str(text, list->words[i]);
    }
}

static void add_scope(struct pst_text *text, const struct pst_ppm_scope *scope)
{
    static const char *const names[PST_PPM_PARTS] = {"scope ", "reason ",
                                                     "bodies "};
    bool first = true;

    for (int part = 0; part < PST_PPM_PARTS; part++) {
        if (scope->part[part].given) {
            pst_text_add(text, first ? "" : "; ");
            pst_text_add(text, names[part]);
            add_list(text, &scope->part[part].list);
            first = false;
        }
    }
}

void pst_ppm_add_value(struct pst_text *text, uint32_t row,
                       const struct pst_ppm_value *value)
{
    switch (value->form) {
    case PST_PPM_NUMBER:
        pst_ppm_add_number(text, row, value->number);
        break;
    case PST_PPM_RANGE:
        pst_ppm_add_number(text, row, value->number);
        pst_text_add(text, " to ");
        pst_ppm_add_number(text, row, value->upper);
        break;
    case PST_PPM_NATIONS:
    case PST_PPM_TEXTS:
        add_list(text, &value->list);
        break;
    case PST_PPM_SHARING:
        add_scope(text, value->scope);
        break;
    case PST_PPM_NO:
        pst_text_add(text, "no");
        break;
    case PST_PPM_YES:
    default:
        pst_text_add(text, "yes");
        break;
    }
}

static void add_limits(struct pst_text *text,
                       const struct pst_ppm_statement *said)
{
    if (said->has_floor) {
        pst_text_add(text, "at least ");
        pst_ppm_add_number(text, said->row, said->floor);
    }
    if (said->has_cap) {
        pst_text_add(text, said->has_floor ? ", at most " : "at most ");
        pst_ppm_add_number(text, said->row, said->cap);
    }
}

/* What stands before the value, or alone. */
static const char *verb(enum pst_ppm_say say)
{
    static const char *const words[] = {
        [PST_PPM_STATES] = "",
        [PST_PPM_ALLOWS] = "allowed",
        [PST_PPM_FORBIDS] = "refused",
        [PST_PPM_REQUIRES] = "asked for",
        [PST_PPM_LIKES] = "liked",
        [PST_PPM_LIMITS] = "",
        [PST_PPM_WITHIN] = "only ",
        [PST_PPM_REQUIRE_WITHIN] = "asked for, only ",
        [PST_PPM_CONTAINS] = "all of ",
        [PST_PPM_AVOIDS] = "none of ",
        [PST_PPM_SUBSTITUTES] = "another feed: ",
    };

    return words[say];
}

void pst_ppm_add_preference(struct pst_text *text,
                            const struct pst_ppm_statement *said)
{
    if (pst_ppm_rows[said->row].comparison == POSTERN_PPM_COMPARE_AGE_INPUT) {
        pst_text_add(text, "given");
        return;
    }
    pst_text_add(text, verb(said->say));
    switch (said->say) {
    case PST_PPM_ALLOWS:
    case PST_PPM_FORBIDS:
    case PST_PPM_REQUIRES:
    case PST_PPM_LIKES:
        break;
    case PST_PPM_LIMITS:
        add_limits(text, said);
        break;
    default:
        pst_ppm_add_value(text, said->row, &said->value);
        break;
    }
}

/* Whether a frame of the provider before this one does the same. */
static bool is_said_before(const struct pst_ppm_view *view, uint32_t row,
                           const struct pst_ppm_value *value)
{
    struct pst_ppm_view other = *view;

    for (other.provider = view->stack->preferences;
         other.provider < view->provider; other.provider++) {
        const struct pst_ppm_value *said = pst_ppm_practice(&other, row);

        if (said && pst_ppm_value_equal(said, value)) {
            return true;
        }
    }
    return false;
}

void pst_ppm_add_practice(struct pst_text *text, const postern_ppm_stack *stack,
                          uint32_t column, uint32_t row)
{
    struct pst_ppm_view view = {stack, column, 0};
    bool is_declared = false;
    bool is_done = false;

    for (view.provider = stack->preferences; view.provider < stack->frame_count;
         view.provider++) {
        const struct pst_ppm_value *value = pst_ppm_practice(&view, row);

        is_declared =
            is_declared || pst_ppm_is_declared(&view, pst_ppm_rows[row].tag);
        if (value && !is_said_before(&view, row, value)) {
            pst_text_add(text, is_done ? "; " : "");
            pst_ppm_add_value(text, row, value);
            is_done = true;
        }
    }
    if (is_declared && !is_done) {
        pst_text_add(text, "no");
    }
}
