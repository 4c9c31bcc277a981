/*
 * A frame against itself: claims that exclude each other, one period spelled
 * twice, columns of which it is not clear which speaks. [ANJ-04] [ANJ-07]
 */
#include "ppm/load.h"

#include "base/str.h"
#include "ppm/bounds.h"
#include "ppm/scale.h"

enum { MESSAGE = 320, NO_ROW = POSTERN_PPM_ROWS };

/* One column while it is checked. */
struct check {
    const struct pst_ppm_loader *in;
    const struct pst_ppm_frame_column *column;
    const postern_ppm_tag *tag;
    bool states; /* the frame is a provider's */
};

/* "6.0/month WORDS 6.0/day", at the first of the two. */
static postern_status refuse_pair(const struct check *self, uint32_t late,
                                  uint32_t early, const char *code,
                                  const char *words)
{
    char buffer[MESSAGE];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, pst_ppm_rows[late].key);
    pst_text_add(&text, words);
    pst_text_add(&text, pst_ppm_rows[early].key);
    return pst_ppm_refuse(self->in, self->column->rows[late]->node, code,
                          buffer);
}

static bool is_practice(const struct pst_ppm_statement *statement)
{
    return statement && statement->value.form != PST_PPM_NO;
}

static bool is_claim(uint32_t row)
{
    return pst_ppm_rows[row].polarity == POSTERN_PPM_POLARITY_ABSENCE;
}

/* NA, and something else in its tag. [ANJ-04] */
static postern_status check_claim(const struct check *self)
{
    uint32_t claim = self->tag->first_row;
    const struct pst_ppm_statement *made = self->column->rows[claim];
    bool claimed = made && made->value.form == PST_PPM_YES &&
                   (self->states || made->say == PST_PPM_REQUIRES);

    if (!claimed || !is_claim(claim)) {
        return POSTERN_OK;
    }
    for (uint32_t i = 1; i < self->tag->row_count; i++) {
        if (is_practice(self->column->rows[claim + i])) {
            return refuse_pair(self, claim + i, claim, "E_NA_MIXED",
                               " cannot stand beside the claim that nothing "
                               "is done, ");
        }
    }
    return POSTERN_OK;
}

/* A number with its rank: what a provider states, or a limit. */
static bool rank_of(const struct check *self, uint32_t row, int64_t *rank)
{
    const struct pst_ppm_statement *statement = self->column->rows[row];

    if (!statement || !pst_ppm_is_ranked(row) ||
        statement->value.form == PST_PPM_NO) {
        return false;
    }
    if (self->states) {
        *rank = pst_ppm_rank(row, statement->value.number);
        return true;
    }
    *rank = pst_ppm_rank(row, statement->cap);
    return statement->say == PST_PPM_LIMITS && statement->has_cap;
}

/* 24 hours and 1 day. [ANJ-07] */
static postern_status check_spellings(const struct check *self)
{
    uint32_t first = self->tag->first_row;
    int64_t late;
    int64_t early;

    for (uint32_t i = 1; i < self->tag->row_count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (rank_of(self, first + i, &late) &&
                rank_of(self, first + j, &early) && late == early) {
                return refuse_pair(self, first + i, first + j,
                                   "E_TWO_SPELLINGS",
                                   " says the same period as ");
            }
        }
    }
    return POSTERN_OK;
}

/* What is deleted at once is not kept; what stays local is in no nation. */
static postern_status check_exclusions(const struct check *self)
{
    static const char *const alone[] = {"6.0/zero",  "6.1/zero",  "6.2/zero",
                                        "4.0/local", "4.2/local", "4.3/local"};
    uint32_t first = self->tag->first_row;

    for (size_t k = 0; k < sizeof alone / sizeof *alone; k++) {
        uint32_t row = postern_ppm_row_find(postern_str_of(alone[k]));

        if (!self->states || row < first ||
            row >= first + self->tag->row_count ||
            !is_practice(self->column->rows[row])) {
            continue;
        }
        for (uint32_t i = 0; i < self->tag->row_count; i++) {
            if (first + i != row &&
                is_practice(self->column->rows[first + i])) {
                return refuse_pair(self, first + i, row, "E_CONTRADICTION",
                                   " cannot be true beside ");
            }
        }
    }
    return POSTERN_OK;
}

/* Level 4 holds the levels below. [ANJ-06] */
static postern_status check_levels(const struct check *self)
{
    uint32_t first = self->tag->first_row;
    uint32_t refused = NO_ROW;

    if (self->tag->group != POSTERN_PPM_GROUP_LEVEL) {
        return POSTERN_OK;
    }
    for (uint32_t i = 0; i < self->tag->row_count; i++) {
        const struct pst_ppm_statement *statement =
            self->column->rows[first + i];

        if (is_practice(statement) && refused != NO_ROW &&
            (self->states || statement->say == PST_PPM_REQUIRES)) {
            return refuse_pair(self, first + i, refused, "E_CONTRADICTION",
                               " holds the lower level that is denied in ");
        }
        if (statement && statement->value.form == PST_PPM_NO) {
            refused = first + i;
        }
    }
    return POSTERN_OK;
}

/* The most that a preference allows with one row. */
static bool allowed_rank(const struct pst_ppm_statement *statement,
                         int64_t *rank)
{
    if (statement->say == PST_PPM_LIMITS && statement->has_cap) {
        *rank = pst_ppm_rank(statement->row, statement->cap);
        return true;
    }
    if (statement->say == PST_PPM_LIMITS) {
        *rank = pst_ppm_rank(statement->row, statement->floor);
        return true; /* from there on has to be possible */
    }
    *rank = pst_ppm_most_rank(statement->row);
    return statement->say == PST_PPM_ALLOWS ||
           statement->say == PST_PPM_REQUIRES;
}

/* A row that is refused below one that is allowed. */
static postern_status check_refusals(const struct check *self)
{
    uint32_t first = self->tag->first_row;
    uint32_t count = self->tag->row_count;
    int64_t rank;

    for (uint32_t i = 0; i < count; i++) {
        const struct pst_ppm_statement *no = self->column->rows[first + i];

        if (!no || no->say != PST_PPM_FORBIDS ||
            !pst_ppm_is_ranked(first + i)) {
            continue;
        }
        for (uint32_t j = 0; j < count; j++) {
            const struct pst_ppm_statement *yes = self->column->rows[first + j];

            if (yes && pst_ppm_is_ranked(first + j) &&
                allowed_rank(yes, &rank) &&
                rank > pst_ppm_least_rank(first + i)) {
                return refuse_pair(self, first + i, first + j,
                                   "E_CONTRADICTION",
                                   " is refused and is less than what is "
                                   "allowed by ");
            }
        }
    }
    return POSTERN_OK;
}

/* A preference that leaves no value at all: a floor above every cap. */
static postern_status check_bounds(const struct check *self)
{
    uint32_t first = self->tag->first_row;
    struct pst_ppm_bounds bounds =
        pst_ppm_bounds_of(self->column->rows, self->tag);

    for (uint32_t i = 0; i < self->tag->row_count; i++) {
        const struct pst_ppm_statement *one = self->column->rows[first + i];
        bool ranked = pst_ppm_is_ranked(first + i);

        if (one && one->say == PST_PPM_LIMITS && one->has_floor &&
            (ranked ? bounds.low > bounds.high
                    : one->has_cap && one->floor > one->cap)) {
            return refuse_pair(
                self, first + i, first + i, "E_CONTRADICTION",
                ": no value is left, the floor is above what is allowed by ");
        }
    }
    return POSTERN_OK;
}

static postern_status check_tag(const struct check *self)
{
    PST_TRY(check_claim(self));
    PST_TRY(check_spellings(self));
    PST_TRY(check_exclusions(self));
    PST_TRY(check_levels(self));
    if (self->states) {
        return POSTERN_OK;
    }
    PST_TRY(check_refusals(self));
    return check_bounds(self);
}

/* Two columns speak of one thing and neither is narrower. */
static postern_status check_pair(const struct pst_ppm_loader *in,
                                 const struct pst_ppm_frame_column *early,
                                 const struct pst_ppm_frame_column *late)
{
    postern_ppm_kind kind = in->frame->head.kind;
    bool early_inside = pst_ppm_column_inside(early->name, late->name);
    bool late_inside = pst_ppm_column_inside(late->name, early->name);

    if (early_inside && late_inside) {
        return pst_ppm_refuse(in, late->node, "E_COLUMNS",
                              "an earlier column has the same names");
    }
    if (early_inside || late_inside ||
        !pst_ppm_columns_meet(early->name, late->name)) {
        return POSTERN_OK;
    }
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        uint32_t tag = pst_ppm_rows[row].tag;
        bool both = pst_ppm_is_one(kind, row)
                        ? early->counts[tag] && late->counts[tag]
                        : early->rows[row] && late->rows[row];

        if (both) {
            char buffer[MESSAGE];
            struct pst_text text;

            pst_text_init(&text, buffer, sizeof buffer);
            pst_text_add(&text, "an earlier column that is neither wider nor "
                                "narrower says something about tag ");
            pst_text_add(&text, pst_ppm_tags[tag].id);
            pst_text_add(&text, " too");
            return pst_ppm_refuse(in, late->node, "E_COLUMNS", buffer);
        }
    }
    return POSTERN_OK;
}

static postern_status check_columns(const struct pst_ppm_loader *in)
{
    const postern_ppm_frame *frame = in->frame;

    for (uint32_t i = 1; i < frame->head.columns; i++) {
        for (uint32_t j = 0; j < i; j++) {
            PST_TRY(check_pair(in, &frame->columns[j], &frame->columns[i]));
        }
    }
    return POSTERN_OK;
}

/* Every tag wants a value, here or in a wider column. [PPM-17] */
static bool is_declared(const postern_ppm_frame *frame,
                        const struct pst_ppm_frame_column *column, uint32_t tag)
{
    for (uint32_t i = 0; i < frame->head.columns; i++) {
        if (frame->columns[i].counts[tag] &&
            pst_ppm_column_inside(column->name, frame->columns[i].name)) {
            return true;
        }
    }
    return false;
}

static void warn_undeclared(const struct pst_ppm_loader *in,
                            const struct pst_ppm_frame_column *column)
{
    char buffer[MESSAGE];
    struct pst_text text;
    uint32_t missing = 0;

    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, "every tag wants a value; without one: ");
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        if (!is_declared(in->frame, column, tag)) {
            pst_text_add(&text, missing++ ? ", " : "");
            pst_text_add(&text, pst_ppm_tags[tag].id);
        }
    }
    if (missing) {
        pst_ppm_warn(in, column->node, "undeclared-tag", buffer);
    }
}

static void warn_method(const struct pst_ppm_loader *in,
                        const struct pst_ppm_frame_column *column)
{
    uint32_t row = postern_ppm_row_find(PST_STR("9.0/onem2m"));

    if (is_practice(column->rows[row])) {
        pst_ppm_warn(in, column->rows[row]->node, "undefined-method",
                     "oneM2M has not defined this method yet");
    }
}

/* A higher row of 2.0 is more sensitive. */
static void warn_sensitivity(const struct pst_ppm_loader *in,
                             const struct pst_ppm_frame_column *column)
{
    uint32_t first = postern_ppm_row_find(PST_STR("2.0/non_personal"));
    uint32_t last = postern_ppm_row_find(PST_STR("2.0/medical"));
    bool refused = false;

    for (uint32_t row = first; row <= last; row++) {
        const struct pst_ppm_statement *statement = column->rows[row];

        if (statement && refused && statement->say == PST_PPM_ALLOWS) {
            pst_ppm_warn(in, statement->node, "odd-sensitivity",
                         "less sensitive data is refused, this is allowed");
            return;
        }
        refused = refused || (statement && statement->say == PST_PPM_FORBIDS);
    }
}

static void warn(const struct pst_ppm_loader *in,
                 const struct pst_ppm_frame_column *column)
{
    if (in->frame->head.kind == POSTERN_PPM_PROVIDER) {
        warn_undeclared(in, column);
        warn_method(in, column);
    } else {
        warn_sensitivity(in, column);
    }
}

postern_status pst_ppm_check_frame(const struct pst_ppm_loader *in)
{
    const postern_ppm_frame *frame = in->frame;
    struct check self = {.in = in,
                         .states = frame->head.kind == POSTERN_PPM_PROVIDER};

    for (uint32_t i = 0; i < frame->head.columns; i++) {
        self.column = &frame->columns[i];
        for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
            self.tag = &pst_ppm_tags[tag];
            PST_TRY(check_tag(&self));
        }
    }
    PST_TRY(check_columns(in));
    for (uint32_t i = 0; i < frame->head.columns; i++) {
        warn(in, &frame->columns[i]);
    }
    return POSTERN_OK;
}
