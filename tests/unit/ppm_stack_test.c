#include "base/str.h"

#include <criterion/criterion.h>
#include <postern/ppm.h>

enum { FRAMES = 6 };

struct stack {
    postern_ppm_frame *frames[FRAMES];
    size_t count;
    postern_ppm_stack *stack;
    postern_diag diag;
};

/* Frames one after another, NULL ends them. 2020-01-01 unless told. */
static postern_status put_by(struct stack *self, const char *const *texts,
                             const postern_ppm_stack_options *options)
{
    memset(self, 0, sizeof *self);
    for (; texts[self->count]; self->count++) {
        cr_assert_eq(postern_ppm_frame_load(&self->frames[self->count],
                                            postern_str_of(texts[self->count]),
                                            NULL, &self->diag),
                     POSTERN_OK, "%s", self->diag.message);
    }
    return postern_ppm_stack_new(&self->stack,
                                 (const postern_ppm_frame *const *)self->frames,
                                 self->count, options, &self->diag);
}

static postern_status put(struct stack *self, const char *const *texts,
                          const postern_ppm_kind *order)
{
    postern_ppm_stack_options options;

    postern_ppm_stack_options_init(&options);
    options.time_known = true;
    options.time_s = 1577836800;
    options.order = order;
    options.order_count = order ? 6 : 0;
    return put_by(self, texts, &options);
}

static void end(struct stack *self)
{
    postern_ppm_stack_free(self->stack);
    for (size_t i = 0; i < self->count; i++) {
        postern_ppm_frame_free(self->frames[i]);
    }
}

static postern_ppm_cell cell_at(const struct stack *self, uint32_t column,
                                const char *row)
{
    postern_ppm_cell cell;

    postern_ppm_evaluate(self->stack, column,
                         postern_ppm_row_find(postern_str_of(row)),
                         POSTERN_PPM_SOUND, &cell);
    return cell;
}

static postern_ppm_cell ask(const char *const *texts, const char *row)
{
    struct stack self;
    postern_ppm_cell cell;

    cr_assert_eq(put(&self, texts, NULL), POSTERN_OK, "%s", self.diag.message);
    cell = cell_at(&self, 0, row);
    end(&self);
    return cell;
}

#define TERMS(rows) "kind: provider\nrows: {" rows "}\n"
#define USER(rows) "kind: user\nrows: {" rows "}\n"
#define COUNTRY(rows) "kind: legal_country\nrows: {" rows "}\n"
#define PARENTS(rows) "kind: parental\nrows: {" rows "}\n"

/* Rows that the cases of tests/data and the twin leave out. */
static const struct {
    const char *name;
    const char *frames[FRAMES];
    const char *row;
    postern_ppm_state state;
    postern_ppm_code code;
} cells[] = {
    {"a company that is avoided",
     {TERMS("1.0/company: Acme"), USER("1.0/company: {deny: [Acme]}")},
     "1.0/company",
     POSTERN_PPM_RED,
     POSTERN_PPM_REFUSED},
    {"another company",
     {TERMS("1.0/company: Acme 2"), USER("1.0/company: {deny: [Acme]}")},
     "1.0/company",
     POSTERN_PPM_GREEN,
     POSTERN_PPM_MATCH},
    {"not approved in a country",
     {TERMS("1.1/approval_countries: [NL]"),
      USER("1.1/approval_countries: [NL, BE]")},
     "1.1/approval_countries",
     POSTERN_PPM_RED,
     POSTERN_PPM_LACKS_COUNTRY},
    {"approved in more",
     {TERMS("1.1/approval_countries: [NL, BE]"),
      USER("1.1/approval_countries: [BE]")},
     "1.1/approval_countries",
     POSTERN_PPM_GREEN,
     POSTERN_PPM_MATCH},
    {"a feed that is to be replaced",
     {TERMS("4.1/feed: weather"), USER("4.1/feed: substitute")},
     "4.1/feed",
     POSTERN_PPM_RED,
     POSTERN_PPM_SUBSTITUTE_WANTED},
    {"a feed that replaces",
     {TERMS("4.1/feed: mine"), USER("4.1/feed: {substitute: [mine]}")},
     "4.1/feed",
     POSTERN_PPM_GREEN,
     POSTERN_PPM_MATCH},
    {"a device that may be used",
     {TERMS("11.0/shelf_life: 2020-01-01"), USER("")},
     "11.0/shelf_life",
     POSTERN_PPM_GREEN,
     POSTERN_PPM_NO_PREF},
    {"a device that is too old",
     {TERMS("11.0/shelf_life: 31/12/2019"), USER("")},
     "11.0/shelf_life",
     POSTERN_PPM_LOCKED,
     POSTERN_PPM_EXPIRED},
    {"the day of the birthday", /* [ANJ-08] */
     {TERMS("11.0/min_age: 16"), USER("11.0/dob: 2004-01-01")},
     "11.0/min_age",
     POSTERN_PPM_GREEN,
     POSTERN_PPM_MATCH},
    {"the day before the birthday",
     {TERMS("11.0/min_age: 16"), USER("11.0/dob: 2004-01-02")},
     "11.0/min_age",
     POSTERN_PPM_LOCKED,
     POSTERN_PPM_AGE_UNDER},
    {"no birth date",
     {TERMS("11.0/min_age: 16"), USER("")},
     "11.0/min_age",
     POSTERN_PPM_LOCKED,
     POSTERN_PPM_AGE_UNKNOWN},
    {"too old for a toy",
     {TERMS("11.0/min_age: {min: 3, max: 6}"), USER("11.0/dob: 2012-05-05")},
     "11.0/min_age",
     POSTERN_PPM_LOCKED,
     POSTERN_PPM_AGE_OVER},
    {"a birth date that parents give",
     {TERMS("11.0/min_age: 6"), PARENTS("11.0/dob: 2012-05-05"), USER("")},
     "11.0/min_age",
     POSTERN_PPM_GREEN,
     POSTERN_PPM_MATCH},
    {"parents who refuse",
     {TERMS("2.0/personal: Yes"), PARENTS("2.0/personal: No"),
      USER("2.0/personal: Yes")},
     "2.0/personal",
     POSTERN_PPM_LOCKED,
     POSTERN_PPM_REFUSED},
    {"parents who are overruled",
     {TERMS("2.0/personal: Yes"), PARENTS("2.0/personal: No"), USER(""),
      COUNTRY("2.0/personal: {require: true}")},
     "2.0/personal",
     POSTERN_PPM_OVERRULED,
     POSTERN_PPM_OVERRULES_PREFERENCE},
    {"as much of a wish as the law leaves",
     {TERMS("6.0/month: 9"), USER("6.0/month: 3"),
      COUNTRY("6.0/month: {floor: 6}")},
     "6.0/month",
     POSTERN_PPM_RED,
     POSTERN_PPM_OVER_LIMIT},
    {"local where a block is allowed",
     {TERMS("4.0/local: Yes"), USER("4.0/nation: [EU]")},
     "4.0/local",
     POSTERN_PPM_GREEN,
     POSTERN_PPM_WITHIN_SET},
    {"nothing wanted, nothing done",
     {TERMS("2.0/personal: No"), USER("2.0/na: Yes")},
     "2.0/na",
     POSTERN_PPM_GREEN,
     POSTERN_PPM_NOT_USED},
    {"nothing wanted, something done",
     {TERMS("2.0/personal: Yes"), USER("2.0/na: Yes")},
     "2.0/personal",
     POSTERN_PPM_RED,
     POSTERN_PPM_REFUSED},
    {"every component has to be acceptable",
     {TERMS("6.0/month: 1"), TERMS("6.0/month: 6"), USER("6.0/month: 3")},
     "6.0/month",
     POSTERN_PPM_RED,
     POSTERN_PPM_OVER_LIMIT},
};

Test(ppm_stack, shows_cells) /* [PPM-12] */
{
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        postern_ppm_cell cell = ask(cells[i].frames, cells[i].row);

        cr_expect_eq(cell.state, cells[i].state, "%s: %s", cells[i].name,
                     postern_ppm_state_word(cell.state));
        cr_expect_eq(cell.code, cells[i].code, "%s: %s", cells[i].name,
                     postern_ppm_code_word(cell.code));
        cr_expect_eq(cell.user_can_accept, cell.state == POSTERN_PPM_RED);
    }
}

/* Provider, user: red under annex K? [ANK-05] */
static const struct {
    const char *frames[3];
    const char *row;
    bool red;
} folds[] = {
    {{TERMS("5.0/deliver: Yes"), USER("")}, "5.0/deliver", false},
    {{TERMS("5.0/deliver: Yes"), USER("5.0/deliver: Yes")},
     "5.0/deliver",
     false},
    {{TERMS("5.0/deliver: Yes"), USER("5.0/deliver: No")}, "5.0/deliver", true},
    {{TERMS("5.0/deliver: No"), USER("5.0/deliver: Yes")},
     "5.0/deliver",
     false}, /* 11.4.1.3 e: red */
    {{TERMS("5.0/deliver: No"), USER("")}, "5.0/deliver", false},
    {{TERMS("6.0/month: 1"), USER("6.0/month: 3")}, "6.0/month", true},
};

Test(ppm_stack, folds_as_annex_k_does) /* [ANK-01] [ANK-02] [ANK-03] [ANK-04] */
{
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
        postern_ppm_cell cell = ask(folds[i].frames, folds[i].row);

        cr_expect_eq((cell.red_in >> POSTERN_PPM_ANNEX_K & 1) != 0,
                     folds[i].red, "%zu", i);
    }
}

Test(ppm_stack, says_where_the_profiles_differ) /* [PPM-22] */
{
    static const char *const frames[] = {TERMS("7.0/subcontractor: No"),
                                         USER("7.0/subcontractor: Yes"), NULL};
    static const char *const same[] = {TERMS("7.0/subcontractor: Yes"),
                                       USER("7.0/subcontractor: Yes"), NULL};
    postern_ppm_cell cell = ask(frames, "7.0/subcontractor");

    cr_expect_eq(cell.state, POSTERN_PPM_GREEN);
    cr_expect(cell.differs);
    cr_expect_eq(cell.red_in, 1U << POSTERN_PPM_LITERAL);
    cell = ask(same, "7.0/subcontractor");
    cr_expect(!cell.differs && cell.red_in == 0);
}

static const char *const city_against_state[] = {
    TERMS("7.0/subcontractor: Yes"), USER(""),
    "kind: legal_city\nrows: {7.0/subcontractor: {forbid: true}}\n",
    "kind: legal_state\nrows: {7.0/subcontractor: {require: true}}\n", NULL};

Test(ppm_stack, takes_precedence_as_data) /* [PPM-13] */
{
    static const postern_ppm_kind figure[] = {
        POSTERN_PPM_LEGAL_REGION, POSTERN_PPM_LEGAL_COUNTRY,
        POSTERN_PPM_LEGAL_STATE,  POSTERN_PPM_LEGAL_CITY,
        POSTERN_PPM_PARENTAL,     POSTERN_PPM_USER};
    struct stack self;
    postern_ppm_cell cell = ask(city_against_state, "7.0/subcontractor");

    cr_expect_eq(cell.state, POSTERN_PPM_LOCKED);
    cr_expect_eq(cell.decided_by, POSTERN_PPM_LEGAL_CITY);
    cr_assert_eq(put(&self, city_against_state, figure), POSTERN_OK);
    cell = cell_at(&self, 0, "7.0/subcontractor");
    cr_expect_eq(cell.state, POSTERN_PPM_GREEN);
    cr_expect_eq(cell.overruled, 2);
    end(&self);
}

Test(ppm_stack, refuses_an_order_that_is_none)
{
    static const postern_ppm_kind user_in_front[] = {
        POSTERN_PPM_USER,          POSTERN_PPM_LEGAL_REGION,
        POSTERN_PPM_LEGAL_COUNTRY, POSTERN_PPM_LEGAL_CITY,
        POSTERN_PPM_LEGAL_STATE,   POSTERN_PPM_PARENTAL};
    struct stack self;

    cr_expect_eq(put(&self, city_against_state, user_in_front),
                 POSTERN_ERR_ARGUMENT);
    end(&self);
}

Test(ppm_stack, needs_a_user_and_a_provider) /* [PPM-07] */
{
    static const char *const lacking[][4] = {
        {USER("")}, {TERMS("")}, {TERMS(""), USER(""), USER("")}};
    struct stack self;

    for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++) {
        cr_expect_eq(put(&self, lacking[i], NULL), POSTERN_ERR_POLICY);
        cr_expect(self.diag.message[0]);
        end(&self);
    }
}

static const char *const divided[] = {
    "kind: provider\nrows: {7.0/group: No}\ncolumns:\n"
    "- {application: app, device: d1, rows: {6.0/month: 6}}\n"
    "- {application: app, device: d1, data: health, rows: {6.0/day: 1}}\n",
    "kind: user\nrows: {6.0/month: 3, 7.0/group: No}\ncolumns:\n"
    "- {data: energy, rows: {6.0/year: 1}}\n",
    COUNTRY("7.0/affiliate: {forbid: true}"), NULL};

static uint32_t column_of(const struct stack *self, const char *data)
{
    uint32_t number = 0;

    for (; number < postern_ppm_stack_columns(self->stack); number++) {
        postern_str name = postern_ppm_stack_column(self->stack, number).data;

        if (data ? pst_str_is(name, data) : !name.data) {
            break;
        }
    }
    return number;
}

Test(ppm_stack, divides_a_column_where_a_frame_names_a_kind) /* [PPM-08] */
{
    struct stack self;

    cr_assert_eq(put(&self, divided, NULL), POSTERN_OK);
    cr_expect_eq(postern_ppm_stack_columns(self.stack), 3);
    cr_expect_eq(cell_at(&self, column_of(&self, "energy"), "6.0/month").state,
                 POSTERN_PPM_GREEN);
    cr_expect_eq(cell_at(&self, column_of(&self, NULL), "6.0/month").state,
                 POSTERN_PPM_RED);
    cr_expect_eq(cell_at(&self, column_of(&self, "health"), "6.0/day").code,
                 POSTERN_PPM_WITHIN_LIMIT);
    cr_expect_eq(cell_at(&self, column_of(&self, "health"), "6.0/month").code,
                 POSTERN_PPM_NOT_USED);
    cr_expect_eq(cell_at(&self, column_of(&self, "energy"), "7.0/group").code,
                 POSTERN_PPM_BOTH_NO);
    end(&self);
}

/* The law with number 1 holds where the car is. */
static bool holds_for_the_car(void *user, size_t frame,
                              const postern_ppm_column *column)
{
    (void)user;
    return frame != 1 || pst_str_is(column->device, "car");
}

Test(ppm_stack, takes_laws_where_the_device_is) /* [PPM-13] */
{
    const char *texts[FRAMES] = {TERMS("7.0/infrastructure: yes"),
                                 COUNTRY("7.0/infrastructure: {forbid: true}"),
                                 USER("8.0/post: yes")};
    const postern_str devices[] = {PST_STR("car"), PST_STR("meter")};
    const postern_ppm_state expected[] = {POSTERN_PPM_LOCKED, POSTERN_PPM_GREEN,
                                          POSTERN_PPM_GREEN};
    postern_ppm_stack_options options;
    struct stack self;

    postern_ppm_stack_options_init(&options);
    options.devices = devices;
    options.device_count = 2;
    options.holds = holds_for_the_car;
    cr_assert_eq(put_by(&self, texts, &options), POSTERN_OK);
    cr_assert_eq(postern_ppm_stack_columns(self.stack), 3);
    for (uint32_t c = 0; c < 3; c++) {
        postern_ppm_column name = postern_ppm_stack_column(self.stack, c);

        cr_assert(pst_str_equal(name.device,
                                c < 2 ? devices[c] : (postern_str){NULL, 0}));
        cr_assert_eq(cell_at(&self, c, "7.0/infrastructure").state,
                     expected[c]);
    }
    end(&self);
    options.devices = NULL;
    cr_assert_eq(put_by(&self, texts, &options), POSTERN_ERR_ARGUMENT);
    end(&self);
}

Test(ppm_stack, locks_what_is_not_there)
{
    struct stack self;
    postern_ppm_cell cell;

    cr_assert_eq(put(&self, divided, NULL), POSTERN_OK);
    postern_ppm_evaluate(self.stack, 99, 0, POSTERN_PPM_SOUND, &cell);
    cr_expect_eq(cell.state, POSTERN_PPM_LOCKED);
    postern_ppm_evaluate(self.stack, 0, POSTERN_PPM_ROWS, POSTERN_PPM_SOUND,
                         &cell);
    cr_expect_eq(cell.state, POSTERN_PPM_LOCKED);
    postern_ppm_evaluate(self.stack, 0, 0, (postern_ppm_profile)7, &cell);
    cr_expect_eq(cell.state, POSTERN_PPM_LOCKED);
    cr_expect_null(postern_ppm_stack_frame(self.stack, 99));
    end(&self);
}

Test(ppm_stack, explains_in_a_sentence) /* [PPM-10] [PPM-11] [PPM-14] */
{
    static const char *const frames[] = {
        "kind: provider\nname: Acme\nrows: {6.0/month: 6}\n",
        USER("6.0/month: 3"), NULL};
    char text[200];
    struct stack self;
    postern_ppm_cell cell;

    cr_assert_eq(put(&self, frames, NULL), POSTERN_OK);
    cell = cell_at(&self, 0, "6.0/month");
    (void)postern_ppm_sentence(self.stack, &cell, NULL, text, sizeof text);
    cr_expect_str_eq(text, "Month: Acme states 6 months; you allow at most 3 "
                           "months. You may accept it.");
    cr_expect_eq(
        postern_ppm_sentence(self.stack, &cell, NULL, text, 6),
        strlen("Month: Acme states 6 months; you allow at most 3 months. You "
               "may accept it."));
    cr_expect_str_eq(text, "Month");
    cr_expect_eq(
        postern_ppm_count(self.stack, 0, POSTERN_PPM_SOUND, POSTERN_PPM_RED),
        1);
    end(&self);
}

Test(ppm_stack, never_tells_a_birth_date)
{
    static const char *const frames[] = {TERMS("11.0/min_age: 16"),
                                         USER("11.0/dob: 2009-08-07"), NULL};
    struct stack self;

    cr_assert_eq(put(&self, frames, NULL), POSTERN_OK);
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        for (int profile = 0; profile < POSTERN_PPM_PROFILES; profile++) {
            char text[400];
            postern_ppm_cell cell;

            postern_ppm_evaluate(self.stack, 0, row,
                                 (postern_ppm_profile)profile, &cell);
            (void)postern_ppm_sentence(self.stack, &cell, NULL, text,
                                       sizeof text);
            cr_expect_null(strstr(text, "2009"), "%s", text);
        }
    }
    end(&self);
}
