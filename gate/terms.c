#include "gate/terms.h"

#include "base/civil_time.h"
#include "gate/enforced.h"
#include "ppm/scale.h"
#include "ppm/sound.h"

enum {
    MINUTE_S = 60,
    HOUR_S = 60 * MINUTE_S,
    DAY_S = 24 * HOUR_S,
    WEEK_S = 7 * DAY_S,
    YEAR_MONTHS = 12
};

/* Numbers of rows and tags, and their practices, over all frames. */
struct reading {
    const postern_ppm_stack *stack;
    uint32_t column;
    struct pst_gate_terms *terms;
};

/* The next frame of the provider that speaks of the column; false: no more. */
static bool next_view(const struct reading *self, struct pst_ppm_view *view)
{
    uint32_t speaks = self->stack->columns[self->column].providers;

    while (++view->provider < self->stack->frame_count) {
        if (speaks >> view->provider & 1) {
            return true;
        }
    }
    return false;
}

static struct pst_ppm_view before_first(const struct reading *self)
{
    return (struct pst_ppm_view){self->stack, self->column,
                                 self->stack->preferences - 1};
}

static bool is_declared(const struct reading *self, uint32_t row)
{
    struct pst_ppm_view view = before_first(self);

    while (next_view(self, &view)) {
        if (pst_ppm_is_declared(&view, pst_ppm_rows[row].tag)) {
            return true;
        }
    }
    return false;
}

static void read_practices(const struct reading *self)
{
    struct pst_ppm_view view = before_first(self);
    struct pst_gate_terms *terms = self->terms;

    while (next_view(self, &view)) {
        for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
            if (pst_ppm_practice(&view, row)) {
                terms->practised[row] = true;
                terms->nothing = terms->nothing || pst_gate_claims_nothing(row);
            }
        }
    }
}

/* ---- 2.0: what ----------------------------------------------------------- */

static void read_classes(const struct reading *self)
{
    const bool *practised = self->terms->practised;
    bool *classes = self->terms->classes;

    classes[PST_CLASS_ANONYMISED] = practised[PST_ROW_ANONYMIZED];
    classes[PST_CLASS_PERSONAL] = practised[PST_ROW_PERSONAL];
    classes[PST_CLASS_SENSITIVE] = practised[PST_ROW_SENSITIVE];
    classes[PST_CLASS_MEDICAL] = practised[PST_ROW_MEDICAL];
    classes[PST_CLASS_UNKNOWN] = practised[PST_ROW_MEDICAL];
}

/* ---- 4.3: from where ----------------------------------------------------- */

/* Local access is no access to a CSE: that a request comes from within the
 * user's own network nobody can tell it. */
static void read_nations(const struct reading *self)
{
    struct pst_ppm_view view = before_first(self);
    struct pst_gate_terms *terms = self->terms;

    if (!is_declared(self, PST_ROW_ACCESSED_NATION)) {
        terms->anywhere = true;
        return;
    }
    while (next_view(self, &view)) {
        const struct pst_ppm_value *value =
            pst_ppm_practice(&view, PST_ROW_ACCESSED_NATION);

        if (value && value->form == PST_PPM_NATIONS) {
            struct pst_ppm_nations more =
                pst_ppm_nations_of(&value->list, self->stack->day);

            for (int i = 0; i < PST_PPM_NATION_WORDS; i++) {
                terms->nations.bits[i] |= more.bits[i];
            }
        } else if (value) {
            terms->anywhere = true;
        }
    }
    terms->nothing = terms->nothing || (!terms->anywhere &&
                                        pst_ppm_nations_empty(&terms->nations));
}

/* ---- 3.0, 3.2, 6.x: how often, how long ---------------------------------- */

/* What a step of a scale stands for, by the unit of its number. */
static struct pst_gate_span span_of(uint32_t row, int64_t number)
{
    static const struct {
        const char *unit;
        uint32_t months;
        int64_t seconds;
    } units[] = {{"second", 0, 1},        {"minute", 0, MINUTE_S},
                 {"hour", 0, HOUR_S},     {"day", 0, DAY_S},
                 {"week", 0, WEEK_S},     {"month", 1, 0},
                 {"year", YEAR_MONTHS, 0}};
    struct pst_gate_span span = {.endless = false};

    if (row == PST_ROW_WEEKLY || row == PST_ROW_DAILY) {
        span.seconds = row == PST_ROW_WEEKLY ? WEEK_S : DAY_S;
        return span;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(pst_ppm_rows[row].unit, units[i].unit) == 0) {
            span.months = (uint32_t)number * units[i].months;
            span.seconds = number * units[i].seconds;
        }
    }
    return span;
}

/* The step of a tag that takes most; false: none is taken. */
struct step {
    uint32_t row;
    int64_t rank;
    int64_t number;
};

static bool highest_step(const struct reading *self, uint32_t tag,
                         struct step *highest)
{
    struct pst_ppm_view view = before_first(self);
    bool any = false;

    while (next_view(self, &view)) {
        for (uint32_t i = 0; i < pst_ppm_tags[tag].row_count; i++) {
            uint32_t row = pst_ppm_tags[tag].first_row + i;
            const struct pst_ppm_value *value = pst_ppm_practice(&view, row);
            int64_t rank;

            if (!value || !pst_ppm_is_ranked(row)) {
                continue;
            }
            rank = pst_ppm_rank(row, value->number);
            if (!any || rank > highest->rank) {
                *highest = (struct step){row, rank, value->number};
                any = true;
            }
        }
    }
    return any;
}

/* What is sent on an event may be read at any time. */
static void read_interval(const struct reading *self)
{
    struct pst_gate_terms *terms = self->terms;
    struct step sent = {.rank = PST_PPM_HIGHEST};
    struct step sampled = {.rank = PST_PPM_HIGHEST};
    bool is_sent = highest_step(self, pst_ppm_rows[PST_ROW_MONTHLY].tag, &sent);
    bool is_sampled =
        highest_step(self, pst_ppm_rows[PST_ROW_SAMPLE_SECONDS].tag, &sampled);
    bool on_event = terms->practised[PST_ROW_EVENT];

    if (!is_sent && !on_event && is_declared(self, PST_ROW_MONTHLY)) {
        terms->nothing = true; /* it is sent at no time */
    }
    if (is_sampled && (!is_sent || on_event || sampled.rank < sent.rank)) {
        sent = sampled;
    } else if (!is_sent || on_event) {
        return;
    }
    terms->interval = span_of(sent.row, sent.number);
}

static struct pst_gate_span read_retention(const struct reading *self,
                                           uint32_t first_row)
{
    uint32_t tag = pst_ppm_rows[first_row].tag;
    uint32_t forever =
        pst_ppm_tags[tag].first_row + pst_ppm_tags[tag].row_count - 1;
    struct pst_gate_span span = {.endless = false};
    struct step longest;

    if (!is_declared(self, first_row)) {
        span.endless = true; /* nothing was said */
    } else if (highest_step(self, tag, &longest)) {
        span = span_of(longest.row, longest.number);
        span.endless = longest.row == forever;
    }
    return span;
}

/* ---- 11.0: until when ---------------------------------------------------- */

/* The day itself is the last one. */
static void read_shelf_life(const struct reading *self)
{
    struct pst_ppm_view view = before_first(self);
    struct pst_gate_terms *terms = self->terms;

    terms->ends_s = INT64_MAX;
    while (next_view(self, &view)) {
        const struct pst_ppm_value *value =
            pst_ppm_practice(&view, PST_ROW_SHELF_LIFE);

        if (value && value->number < PST_CIVIL_MAX_S / PST_SECONDS_PER_DAY) {
            int64_t ends_s = (value->number + 1) * PST_SECONDS_PER_DAY;

            terms->ends_s = ends_s < terms->ends_s ? ends_s : terms->ends_s;
        }
    }
}

void pst_gate_terms_of(const postern_ppm_stack *stack, uint32_t column,
                       struct pst_gate_terms *terms)
{
    struct reading self = {stack, column, terms};

    memset(terms, 0, sizeof *terms);
    read_practices(&self);
    read_classes(&self);
    read_nations(&self);
    read_interval(&self);
    terms->kept = read_retention(&self, PST_ROW_KEPT);
    terms->kept_anonymised = read_retention(&self, PST_ROW_KEPT_ANONYMIZED);
    read_shelf_life(&self);
}

bool pst_gate_shares(const struct pst_gate_terms *terms, uint32_t row,
                     enum pst_data_class data_class)
{
    enum { NA = 0, INFRASTRUCTURE = 2 }; /* which reads nothing itself */
    uint32_t first;

    if (row < PST_ROW_SHARED || row >= PST_ROW_SHARED_SUMMARY ||
        !terms->practised[row]) {
        return false;
    }
    first = pst_ppm_tags[pst_ppm_rows[row].tag].first_row;
    if (row - first == NA || row - first == INFRASTRUCTURE) {
        return false;
    }
    return first == PST_ROW_SHARED || data_class == PST_CLASS_ANONYMISED;
}

/* ---- which column -------------------------------------------------------- */

static bool is_named(const postern_ppm_stack *stack, int axis, postern_str name)
{
    for (uint32_t i = 0; i < stack->column_count; i++) {
        if (stack->columns[i].name[axis].data &&
            pst_str_equal(stack->columns[i].name[axis], name)) {
            return true;
        }
    }
    return false;
}

static bool same_part(postern_str a, postern_str b)
{
    return !a.data == !b.data && pst_str_equal(a, b);
}

bool pst_gate_column_of(const postern_ppm_stack *stack, postern_str application,
                        const struct pst_subscriber_resource *resource,
                        uint32_t *column)
{
    postern_str name[PST_PPM_AXES] = {application, resource->device,
                                      resource->data};
    bool found = false;

    if (!resource->device.data) {
        return false;
    }
    for (int axis = 0; axis < PST_PPM_AXES; axis++) {
        if (name[axis].data && !is_named(stack, axis, name[axis])) {
            name[axis] = (postern_str){NULL, 0};
        }
    }
    for (uint32_t i = 0; i < stack->column_count; i++) {
        const postern_str *of = stack->columns[i].name;

        if (!same_part(of[PST_PPM_APPLICATION], name[PST_PPM_APPLICATION]) ||
            !same_part(of[PST_PPM_DEVICE], name[PST_PPM_DEVICE])) {
            continue;
        }
        if (!resource->data.data && of[PST_PPM_DATA].data) {
            return false; /* it could be of this kind */
        }
        if (same_part(of[PST_PPM_DATA], name[PST_PPM_DATA])) {
            *column = i;
            found = true;
        }
    }
    return found;
}
