/* What has changed since the document before, and who did it. */
#include "base/str.h"
#include "support/customised.h"

#include <criterion/criterion.h>

#define TERMS(rows) "kind: provider\nname: Acme\nrows: {" rows "}\n"
#define USER(rows) "kind: user\nrows: {" rows "}\n"
#define LAW(rows) "kind: legal_country\nrows: {" rows "}\n"
#define PARENTS(rows) "kind: parental\nrows: {" rows "}\n"
#define NOTHING "kind: parental\nrows: {}\n"

struct pair {
    struct shown before;
    struct shown now;
};

static void make(struct pair *pair, const char *const *before,
                 const char *const *now)
{
    cr_assert_eq(shown_make(&pair->before, before, NULL), POSTERN_OK, "%s",
                 pair->before.diag.message);
    cr_assert_eq(shown_make(&pair->now, now, pair->before.document), POSTERN_OK,
                 "%s", pair->now.diag.message);
}

static void end(struct pair *pair)
{
    shown_end(&pair->before);
    shown_end(&pair->now);
}

/* Three frames before and now; what became of a row. */
static const struct {
    const char *name;
    const char *before[4];
    const char *now[4];
    const char *row;
    postern_customised_change change;
    postern_ppm_state state_before;
    const char *statement_before; /* NULL: none */
} cases[] = {
    {"nobody says anything else",
     {TERMS("6.0/month: 6"), USER("6.0/month: 3"), NULL},
     {TERMS("6.0/month: 6"), USER("6.0/month: 3"), NULL},
     "6.0/month",
     POSTERN_CHANGE_NONE,
     POSTERN_PPM_GREEN,
     NULL},
    {"the provider keeps longer",
     {TERMS("6.0/month: 3"), USER("6.0/month: 3"), NULL},
     {TERMS("6.0/month: 6"), USER("6.0/month: 3"), NULL},
     "6.0/month",
     POSTERN_CHANGE_BY_PROVIDER,
     POSTERN_PPM_GREEN,
     "3 months"},
    {"the provider says something else that is as green",
     {TERMS("6.0/month: 2"), USER("6.0/month: 3"), NULL},
     {TERMS("6.0/month: 1"), USER("6.0/month: 3"), NULL},
     "6.0/month",
     POSTERN_CHANGE_BY_PROVIDER,
     POSTERN_PPM_GREEN,
     "2 months"},
    {"the provider says something new",
     {TERMS("6.0/month: 2"), USER("6.0/month: 3"), NULL},
     {TERMS("6.0/month: 2, 2.0/medical: yes"), USER("6.0/month: 3"), NULL},
     "2.0/medical",
     POSTERN_CHANGE_BY_PROVIDER,
     POSTERN_PPM_GREEN,
     NULL},
    {"a No in so many words is no change",
     {TERMS("2.0/medical: yes"), USER("6.0/month: 3"), NULL},
     {TERMS("2.0/medical: yes, 2.0/personal: no"), USER("6.0/month: 3"), NULL},
     "2.0/personal",
     POSTERN_CHANGE_NONE,
     POSTERN_PPM_GREEN,
     NULL},
    {"a law comes",
     {TERMS("6.0/month: 6"), USER("6.0/month: 3"), NULL},
     {TERMS("6.0/month: 6"), USER("6.0/month: 3"), LAW("6.0/month: {floor: 6}"),
      NULL},
     "6.0/month",
     POSTERN_CHANGE_BY_LAW,
     POSTERN_PPM_RED,
     "6 months"},
    {"a law goes",
     {TERMS("6.0/month: 6"), USER("6.0/month: 3"), LAW("6.0/month: {floor: 6}"),
      NULL},
     {TERMS("6.0/month: 6"), USER("6.0/month: 3"), NULL},
     "6.0/month",
     POSTERN_CHANGE_BY_LAW,
     POSTERN_PPM_OVERRULED,
     "6 months"},
    {"parents have their say",
     {TERMS("6.0/month: 6"), USER("6.0/month: 8"), NOTHING, NULL},
     {TERMS("6.0/month: 6"), USER("6.0/month: 8"), PARENTS("6.0/month: no"),
      NULL},
     "6.0/month",
     POSTERN_CHANGE_BY_PARENTS,
     POSTERN_PPM_GREEN,
     "6 months"},
    {"you think otherwise",
     {TERMS("6.0/month: 6"), USER("6.0/month: 3"), NULL},
     {TERMS("6.0/month: 6"), USER("6.0/month: 8"), NULL},
     "6.0/month",
     POSTERN_CHANGE_BY_YOU,
     POSTERN_PPM_RED,
     "6 months"},
    {"you say something about another step of the scale",
     {TERMS("6.0/month: 6"), USER("2.0/medical: no"), NULL},
     {TERMS("6.0/month: 6"), USER("2.0/medical: no, 6.0/week: 2"), NULL},
     "6.0/month",
     POSTERN_CHANGE_BY_YOU,
     POSTERN_PPM_GREEN,
     "6 months"},
    {"the provider goes before all others",
     {TERMS("6.0/month: 3"), USER("6.0/month: 3"), NULL},
     {TERMS("6.0/month: 6"), USER("6.0/month: 1"), LAW("6.0/month: {cap: 9}"),
      NULL},
     "6.0/month",
     POSTERN_CHANGE_BY_PROVIDER,
     POSTERN_PPM_GREEN,
     "3 months"},
    {"a law goes before you",
     {TERMS("6.0/month: 3"), USER("6.0/month: 3"), NULL},
     {TERMS("6.0/month: 3"), USER("6.0/month: 1"), LAW("6.0/month: {cap: 9}"),
      NULL},
     "6.0/month",
     POSTERN_CHANGE_BY_LAW,
     POSTERN_PPM_GREEN,
     "3 months"},
    {"the tag is declared now",
     {TERMS("6.0/month: 3"), USER("2.0/medical: no"), NULL},
     {TERMS("6.0/month: 3, 2.0/personal: yes"), USER("2.0/medical: no"), NULL},
     "2.0/medical",
     POSTERN_CHANGE_BY_PROVIDER,
     POSTERN_PPM_RED,
     NULL},
    {"a birth date, of which nothing is said",
     {TERMS("11.0/min_age: 16"), USER("11.0/dob: 2015-01-01"), NULL},
     {TERMS("11.0/min_age: 16"), USER("11.0/dob: 2001-01-01"), NULL},
     "11.0/min_age",
     POSTERN_CHANGE_BY_YOU,
     POSTERN_PPM_LOCKED,
     "16 years"},
};

Test(customised_changes, says_who)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *statement = cases[i].statement_before;
        struct pair pair;
        postern_customised_cell cell;

        make(&pair, cases[i].before, cases[i].now);
        cr_assert(shown_cell(pair.now.document, 0, cases[i].row, &cell));
        cr_expect_eq(cell.change, cases[i].change, "%s: %s", cases[i].name,
                     postern_customised_change_word(cell.change));
        cr_expect_eq(cell.before, cases[i].state_before, "%s: %s",
                     cases[i].name, postern_ppm_state_word(cell.before));
        cr_expect(statement ? pst_str_is(cell.statement_before, statement)
                            : cell.statement_before.data == NULL,
                  "%s", cases[i].name);
        end(&pair);
    }
}

Test(customised_changes, a_day_that_comes_changes_an_age)
{
    static const char *const texts[] = {TERMS("11.0/min_age: 16"),
                                        USER("11.0/dob: 2010-11-23"), NULL};
    postern_customised_options options = shown_options();
    postern_customised_cell cell;
    struct shown before;
    struct shown now;

    cr_assert_eq(shown_make_as(&before, texts, &options), POSTERN_OK);
    options.previous = before.document;
    options.time_s += 86400;
    cr_assert_eq(shown_make_as(&now, texts, &options), POSTERN_OK);
    cr_assert(shown_cell(now.document, 0, "11.0/min_age", &cell));
    cr_expect_eq(cell.state, POSTERN_PPM_GREEN);
    cr_expect_eq(cell.before, POSTERN_PPM_LOCKED);
    cr_expect_eq(cell.change, POSTERN_CHANGE_BY_TIME);
    shown_end(&before);
    shown_end(&now);
}

Test(customised_changes, counts_and_names_the_previous)
{
    struct pair pair;
    postern_customised_head head;

    make(&pair,
         (const char *const[]){TERMS("6.0/month: 3, 2.0/medical: yes"),
                               USER("6.0/month: 3"), NULL},
         (const char *const[]){TERMS("6.0/month: 6, 2.0/personal: yes"),
                               USER("6.0/month: 3"), NULL});
    postern_customised_look(pair.now.document, &head);
    cr_expect(pst_str_is(head.previous,
                         postern_customised_hash(pair.before.document)));
    cr_expect_eq(head.changes, 3);
    cr_expect_eq(head.gone, 1);
    cr_expect_str_neq(postern_customised_hash(pair.now.document),
                      postern_customised_hash(pair.before.document));
    end(&pair);
}

#define COLUMN(app, rows)                                                      \
    "- application: " app "\n  device: d\n  rows: {" rows "}\n"

/* The same columns in another order are the same. */
Test(customised_changes, goes_by_names_of_columns)
{
    struct pair pair;
    postern_customised_head head;
    postern_customised_cell cell;
    postern_customised_lost lost;

    make(&pair,
         (const char *const[]){
             "kind: provider\ncolumns:\n" COLUMN("a", "6.0/month: 3")
                 COLUMN("b", "6.0/month: 4") COLUMN("c", "6.0/month: 5"),
             USER("6.0/month: 3"), NULL},
         (const char *const[]){
             "kind: provider\ncolumns:\n" COLUMN("b", "6.0/month: 4")
                 COLUMN("a", "6.0/month: 2") COLUMN("e", "6.0/month: 1"),
             USER("6.0/month: 3"), NULL});
    postern_customised_look(pair.now.document, &head);
    cr_expect_eq(head.columns, 3);
    cr_assert(shown_cell(pair.now.document, 0, "6.0/month", &cell));
    cr_expect_eq(cell.change, POSTERN_CHANGE_NONE);
    cr_assert(shown_cell(pair.now.document, 1, "6.0/month", &cell));
    cr_expect(pst_str_is(cell.statement_before, "3 months"));
    cr_assert(shown_cell(pair.now.document, 2, "6.0/month", &cell));
    cr_expect_eq(cell.change, POSTERN_CHANGE_BY_PROVIDER);
    cr_expect_null(cell.statement_before.data, "a column that is new");
    cr_assert(postern_customised_lost_at(pair.now.document, 0, &lost));
    cr_expect(pst_str_is(lost.column.application, "c"));
    cr_expect(pst_str_is(lost.statement_before, "5 months"));
    cr_expect_eq(lost.change, POSTERN_CHANGE_BY_PROVIDER);
    cr_expect_eq(lost.before, POSTERN_PPM_RED);
    cr_expect_not(postern_customised_lost_at(pair.now.document, 1, &lost));
    end(&pair);
}

/* A preference for one device divides the column: what it does not speak of is
 * as it was. */
Test(customised_changes, compares_a_divided_column_with_the_whole)
{
    struct pair pair;
    postern_customised_cell cell;
    uint32_t n = 0;

    make(&pair,
         (const char *const[]){TERMS("6.0/month: 6, 2.0/medical: yes"),
                               USER("6.0/month: 8"), NULL},
         (const char *const[]){TERMS("6.0/month: 6, 2.0/medical: yes"),
                               "kind: user\nrows: {6.0/month: 8}\ncolumns:\n"
                               "- device: watch\n"
                               "  rows: {2.0/medical: no}\n",
                               NULL});
    for (; postern_customised_cell_at(pair.now.document, n, &cell); n++) {
        bool is_refused = cell.state == POSTERN_PPM_RED;

        cr_expect_eq(cell.change,
                     is_refused ? POSTERN_CHANGE_BY_YOU : POSTERN_CHANGE_NONE,
                     "%u", n);
    }
    cr_expect_geq(n, 4);
    end(&pair);
}

Test(customised_changes, what_nobody_says_any_more_is_told)
{
    struct pair pair;
    postern_customised_lost lost;

    make(&pair,
         (const char *const[]){TERMS("6.0/month: 6"), USER("2.0/medical: no"),
                               NULL},
         (const char *const[]){TERMS("6.0/month: 6"), USER("6.0/month: 9"),
                               NULL});
    cr_assert(postern_customised_lost_at(pair.now.document, 0, &lost));
    cr_expect_str_eq(postern_ppm_row_at(lost.row)->key, "2.0/medical");
    cr_expect_eq(lost.change, POSTERN_CHANGE_BY_YOU);
    cr_expect_null(lost.statement_before.data);
    end(&pair);
}

/* The previous one is not needed any more when the other is made. */
Test(customised_changes, keeps_its_own_texts)
{
    struct pair pair;
    postern_customised_cell cell;

    make(&pair,
         (const char *const[]){TERMS("6.0/month: 3, 2.0/medical: yes"),
                               USER("6.0/month: 3"), NULL},
         (const char *const[]){TERMS("6.0/month: 6"), USER("6.0/month: 3"),
                               NULL});
    shown_end(&pair.before);
    memset(&pair.before, 0, sizeof pair.before);
    cr_assert(shown_cell(pair.now.document, 0, "6.0/month", &cell));
    cr_expect(pst_str_is(cell.statement_before, "3 months"));
    end(&pair);
}

Test(customised_changes, compares_nobody_with_somebody_else)
{
    static const char *const texts[] = {TERMS("6.0/month: 3"),
                                        USER("6.0/month: 3"), NULL};
    static const struct {
        const char *subscriber;
        const char *provider;
        postern_status status;
    } people[] = {{"p-77f1", "acme", POSTERN_OK},
                  {"p-77f2", "acme", POSTERN_ERR_ARGUMENT},
                  {"p-77f1", "acne", POSTERN_ERR_ARGUMENT}};
    struct shown before;

    cr_assert_eq(shown_make(&before, texts, NULL), POSTERN_OK);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        postern_customised_options options = shown_options();
        struct shown now;

        options.subscriber = postern_str_of(people[i].subscriber);
        options.provider = postern_str_of(people[i].provider);
        options.previous = before.document;
        cr_expect_eq(shown_make_as(&now, texts, &options), people[i].status);
        shown_end(&now);
    }
    shown_end(&before);
}

Test(customised_changes, has_words)
{
    cr_expect_str_eq(postern_customised_change_word(POSTERN_CHANGE_NONE),
                     "none");
    cr_expect_str_eq(postern_customised_change_word(POSTERN_CHANGE_BY_TIME),
                     "time");
    cr_expect_str_eq(
        postern_customised_change_word((postern_customised_change)77), "none");
}
