/* What a customised privacy policy says of a stack. */
#include "base/str.h"
#include "base/text.h"
#include "support/customised.h"
#include "support/ppm_pairs.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define TERMS                                                                  \
    "kind: provider\nowner: acme\nname: Acme Energy\nversion: 4\n"             \
    "link: https://acme.example/4\nrows:\n  6.0/month: 6\n"                    \
    "  7.0/affiliate: {scope: [repair], reason: [improve]}\n"                  \
    "  8.0/email: yes\n  11.0/min_age: 16\n"
#define USER                                                                   \
    "kind: user\nowner: p-77f1\nname: Anna Jansen\nrows:\n  6.0/month: 3\n"    \
    "  7.0/affiliate: no\n  8.0/post: yes\n  11.0/dob: 1980-05-17\n"
#define LAW                                                                    \
    "kind: legal_country\nowner: NL\nname: the Act\n"                          \
    "link: https://law.example/\nrows: {6.0/month: {floor: 6, cap: 12}}\n"

static const char *const frames[] = {TERMS, USER, LAW, NULL};

Test(customised_new, says_what_the_stack_shows)
{
    struct shown shown;
    postern_customised_cell cell;
    uint32_t n = 0;

    cr_assert_eq(shown_make(&shown, frames, NULL), POSTERN_OK);
    for (; postern_customised_cell_at(shown.document, n, &cell); n++) {
        char sentence[500];
        postern_ppm_cell of;

        postern_ppm_evaluate(shown.stack, cell.column, cell.row,
                             POSTERN_PPM_SOUND, &of);
        (void)postern_ppm_sentence(shown.stack, &of, NULL, sentence,
                                   sizeof sentence);
        cr_expect(of.state == cell.state && of.code == cell.code &&
                  of.decided_by == cell.decided_by &&
                  of.differs == cell.differs &&
                  of.user_can_accept == cell.user_can_accept);
        cr_expect(pst_str_is(cell.sentence, sentence), "%s", sentence);
        cr_expect_eq(cell.change, POSTERN_CHANGE_NONE);
    }
    cr_assert_eq(n, 6);
    shown_end(&shown);
}

Test(customised_new, names_who_decided)
{
    struct shown shown;
    postern_customised_cell cell;

    cr_assert_eq(shown_make(&shown, frames, NULL), POSTERN_OK);
    cr_assert(shown_cell(shown.document, 0, "6.0/month", &cell));
    cr_expect_eq(cell.state, POSTERN_PPM_OVERRULED);
    cr_expect(pst_str_is(cell.overruler, "the Act"));
    cr_expect(pst_str_is(cell.decider, "the Act"));
    cr_expect(pst_str_is(cell.link, "https://law.example/"));
    cr_expect(pst_str_is(cell.statement, "6 months"));
    cr_assert(shown_cell(shown.document, 0, "7.0/affiliate", &cell));
    cr_expect_eq(cell.state, POSTERN_PPM_RED);
    cr_expect_eq(cell.decided_by, POSTERN_PPM_USER);
    cr_expect_null(cell.decider.data);
    cr_expect_null(cell.overruler.data);
    cr_expect(cell.user_can_accept);
    cr_assert(shown_cell(shown.document, 0, "8.0/post", &cell));
    cr_expect(pst_str_is(cell.statement, "no"));
    cr_expect_not(shown_cell(shown.document, 0, "6.0/week", &cell));
    shown_end(&shown);
}

Test(customised_new, calls_a_law_without_a_name_what_it_is)
{
    static const char *const texts[] = {
        TERMS, USER,
        "kind: legal_region\nrows: {7.0/affiliate: {forbid: true}}\n", NULL};
    struct shown shown;
    postern_customised_cell cell;

    cr_assert_eq(shown_make(&shown, texts, NULL), POSTERN_OK);
    cr_assert(shown_cell(shown.document, 0, "7.0/affiliate", &cell));
    cr_expect_eq(cell.state, POSTERN_PPM_LOCKED);
    cr_expect_not(cell.user_can_accept);
    cr_expect(pst_str_is(cell.decider, "the law of the region"));
    cr_expect_null(cell.overruler.data);
    cr_expect_null(cell.link.data);
    shown_end(&shown);
}

Test(customised_new, has_a_head)
{
    struct shown shown;
    postern_customised_head head;
    postern_ppm_frame_head frame;

    cr_assert_eq(shown_make(&shown, frames, NULL), POSTERN_OK);
    postern_customised_look(shown.document, &head);
    cr_expect(pst_str_is(head.subscriber, "p-77f1"));
    cr_expect(pst_str_is(head.provider, "acme"));
    cr_expect(pst_str_is(head.name, "Acme Energy"));
    cr_expect(pst_str_is(head.day, "2026-11-22"));
    cr_expect_null(head.previous.data);
    cr_expect(head.columns == 1 && head.cells == 6 && head.frames == 3);
    cr_expect(head.changes == 0 && head.gone == 0);
    cr_assert(postern_customised_frame_at(shown.document, 0, &frame));
    cr_expect(frame.kind == POSTERN_PPM_LEGAL_COUNTRY &&
              pst_str_is(frame.owner, "NL"));
    cr_assert(postern_customised_frame_at(shown.document, 2, &frame));
    cr_expect(frame.kind == POSTERN_PPM_PROVIDER &&
              pst_str_is(frame.version, "4"));
    cr_expect_not(postern_customised_frame_at(shown.document, 3, &frame));
    cr_expect_null(postern_customised_column(shown.document, 0).data.data);
    cr_expect_null(postern_customised_column(shown.document, 9).data.data);
    cr_expect_eq(strlen(postern_customised_hash(shown.document)), 64);
    shown_end(&shown);
}

Test(customised_new, counts_as_the_stack_does)
{
    for (int i = 0; i < POSTERN_PPM_PROFILES; i++) {
        postern_customised_options options = shown_options();
        postern_customised_head head;
        struct shown shown;

        options.profile = (postern_ppm_profile)i;
        cr_assert_eq(shown_make_as(&shown, frames, &options), POSTERN_OK);
        postern_customised_look(shown.document, &head);
        cr_expect_eq(head.profile, options.profile);
        for (int state = 0; state < 4; state++) {
            cr_expect_eq(head.count[state],
                         postern_ppm_count(shown.stack, 0, options.profile,
                                           (postern_ppm_state)state));
        }
        shown_end(&shown);
    }
}

Test(customised_new, keeps_the_birth_date_and_the_name_of_the_user)
{
    struct shown shown;
    postern_customised_cell cell;

    cr_assert_eq(shown_make(&shown, frames, NULL), POSTERN_OK);
    cr_assert(shown_cell(shown.document, 0, "11.0/dob", &cell));
    cr_expect(shown_says(shown.document, "\"words\": \"given\""));
    cr_expect_not(shown_says(shown.document, "1980"));
    cr_expect_not(shown_says(shown.document, "05-17"));
    cr_expect_not(shown_says(shown.document, "Anna"));
    shown_end(&shown);
}

Test(customised_new, is_the_same_for_the_same_stack)
{
    static const char *const other[] = {TERMS "  2.0/medical: yes\n", USER, LAW,
                                        NULL};
    struct shown a;
    struct shown b;
    struct shown c;

    cr_assert_eq(shown_make(&a, frames, NULL), POSTERN_OK);
    cr_assert_eq(shown_make(&b, frames, NULL), POSTERN_OK);
    cr_assert_eq(shown_make(&c, other, NULL), POSTERN_OK);
    cr_expect(pst_str_equal(postern_customised_json(a.document),
                            postern_customised_json(b.document)));
    cr_expect_str_eq(postern_customised_hash(a.document),
                     postern_customised_hash(b.document));
    cr_expect_str_neq(postern_customised_hash(a.document),
                      postern_customised_hash(c.document));
    shown_end(&a);
    shown_end(&b);
    shown_end(&c);
}

Test(customised_new, says_what_all_terms_of_a_provider_do)
{
    static const char *const texts[] = {
        "kind: provider\nrows: {6.0/month: 3, 8.0/email: yes}\n",
        "kind: provider\nname: Acme\nrows: {6.0/month: 6, 8.0/email: yes}\n",
        "kind: user\nrows: {6.0/month: 4, 2.0/medical: no}\n", NULL};
    struct shown shown;
    postern_customised_cell cell;
    postern_customised_head head;

    cr_assert_eq(shown_make(&shown, texts, NULL), POSTERN_OK);
    cr_assert(shown_cell(shown.document, 0, "6.0/month", &cell));
    cr_expect(pst_str_is(cell.statement, "3 months; 6 months"));
    cr_assert(shown_cell(shown.document, 0, "8.0/email", &cell));
    cr_expect(pst_str_is(cell.statement, "yes"));
    cr_assert(shown_cell(shown.document, 0, "2.0/medical", &cell));
    cr_expect_null(cell.statement.data, "the tag is left out");
    postern_customised_look(shown.document, &head);
    cr_expect(pst_str_is(head.name, "Acme"));
    shown_end(&shown);
}

Test(customised_new, says_what_others_say)
{
    static const struct {
        const char *said;
        const char *words;
    } cases[] = {
        {"6.0/month: 3", "at most 3 months"},
        {"6.0/month: {floor: 1, cap: 2}", "at least 1 month, at most 2 months"},
        {"6.0/month: no", "refused"},
        {"6.0/month: yes", "allowed"},
        {"3.0/hourly: 6", "at most every 6 hours"},
        {"4.0/nation: [EU, CH]", "only EU, CH"},
        {"4.0/nation: {require_within: [EU]}", "asked for, only EU"},
        {"8.0/email: yes", "liked"},
        {"8.0/email: {require: true}", "asked for"},
        {"10.0/level2: yes", "asked for"},
        {"7.0/group: {scope: [a], reason: [legal]}",
         "only scope a; reason legal"},
        {"1.1/approval_countries: [NL]", "all of NL"},
        {"11.0/min_age: 16", "at least 16 years"},
        {"11.0/dob: 1980-05-17", "given"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char user[200];
        char words[200];
        const char *texts[] = {TERMS, user, NULL};
        struct shown shown;

        snprintf(user, sizeof user, "kind: user\nrows:\n  %s\n", cases[i].said);
        snprintf(words, sizeof words, "\"words\": \"%s\"", cases[i].words);
        cr_assert_eq(shown_make(&shown, texts, NULL), POSTERN_OK, "%s: %s",
                     cases[i].said, shown.diag.message);
        cr_expect(shown_says(shown.document, words), "%s", cases[i].said);
        shown_end(&shown);
    }
}

Test(customised_new, bears_no_day_that_is_not_known)
{
    postern_customised_options options = shown_options();
    postern_customised_head head;
    struct shown shown;

    options.time_known = false;
    cr_assert_eq(shown_make_as(&shown, frames, &options), POSTERN_OK);
    postern_customised_look(shown.document, &head);
    cr_expect_null(head.day.data);
    cr_expect_not(shown_says(shown.document, "\"day\""));
    shown_end(&shown);
}

static postern_status make(void (*spoil)(postern_customised_options *options))
{
    postern_customised_options options = shown_options();
    struct shown shown;
    postern_status status;

    spoil(&options);
    status = shown_make_as(&shown, frames, &options);
    cr_expect_eq(shown.document == NULL, status != POSTERN_OK);
    cr_expect_eq(shown.diag.status, status);
    shown_end(&shown);
    return status;
}

static void nothing(postern_customised_options *options)
{
    (void)options;
}

static void no_subscriber(postern_customised_options *options)
{
    options->subscriber = (postern_str){NULL, 0};
}

static void empty_provider(postern_customised_options *options)
{
    options->provider = postern_str_of("");
}

static void no_text(postern_customised_options *options)
{
    options->provider = postern_str_of("\xC3(");
}

static void nul_byte(postern_customised_options *options)
{
    options->subscriber = (postern_str){"a\0b", 3};
}

static void no_profile(postern_customised_options *options)
{
    options->profile = (postern_ppm_profile)3;
}

static void no_size(postern_customised_options *options)
{
    options->struct_size = 0;
}

Test(customised_new, refuses_what_is_no_name)
{
    cr_expect_eq(make(nothing), POSTERN_OK);
    cr_expect_eq(make(no_subscriber), POSTERN_ERR_ARGUMENT);
    cr_expect_eq(make(empty_provider), POSTERN_ERR_ARGUMENT);
    cr_expect_eq(make(no_text), POSTERN_ERR_ARGUMENT);
    cr_expect_eq(make(nul_byte), POSTERN_ERR_ARGUMENT);
    cr_expect_eq(make(no_profile), POSTERN_ERR_ARGUMENT);
    cr_expect_eq(make(no_size), POSTERN_ERR_ARGUMENT);
}

/* Terms with one list of 256 words of `width` + 1 bytes. */
static postern_status make_long(unsigned width)
{
    static char terms[100000];
    const char *texts[] = {terms, USER, NULL};
    struct shown shown;
    struct pst_text text;
    postern_status status;

    pst_text_init(&text, terms, sizeof terms);
    pst_text_add(&text, "kind: provider\nrows:\n  1.1/model: [");
    for (size_t i = 0; i < 256; i++) {
        pst_text_add(&text, i ? ", m" : "m");
        pst_text_add_padded(&text, i, width);
    }
    pst_text_add(&text, "]\n");
    status = shown_make(&shown, texts, NULL);
    shown_end(&shown);
    return status;
}

Test(customised_new, refuses_a_text_that_is_too_long)
{
    cr_expect_eq(make_long(240), POSTERN_OK);
    cr_expect_eq(make_long(255), POSTERN_ERR_LIMIT);
}

/* Loads what bytes have chosen; false when a frame is refused. */
static bool load_pair(const struct ppm_pair *pair, struct shown *shown)
{
    memset(shown, 0, sizeof *shown);
    while (shown->count <= (size_t)pair->stack.count) {
        postern_ppm_frame *frame =
            ppm_pair_load(&pair->frames[shown->count], pair->stack.age);

        if (!frame) {
            return false;
        }
        shown->frames[shown->count++] = frame;
    }
    return postern_ppm_stack_new(
               &shown->stack, (const postern_ppm_frame *const *)shown->frames,
               shown->count, NULL, NULL) == POSTERN_OK;
}

/* Under all profiles: what is made of them can be read back, so nothing in it
 * contradicts anything; and compared with the one before it as well. */
Test(customised_new, makes_what_can_be_read)
{
    enum { STACKS = 400, SEED = 20261122, SIZE = 512 };
    struct rng rng = {SEED};
    postern_customised *last = NULL;
    int made = 0;

    for (int i = 0; i < STACKS; i++) {
        uint8_t buffer[SIZE];
        struct bytes bytes = bytes_random(buffer, sizeof buffer, &rng);
        postern_customised_options options = shown_options();
        postern_customised *again;
        struct ppm_pair pair;
        struct shown shown;

        ppm_pair_choose(&pair, &bytes);
        options.profile = (postern_ppm_profile)(i % POSTERN_PPM_PROFILES);
        options.previous = last;
        if (load_pair(&pair, &shown)) {
            cr_assert_eq(postern_customised_new(&shown.document, shown.stack,
                                                &options, NULL),
                         POSTERN_OK);
            cr_assert_eq(postern_customised_load(
                             &again, postern_customised_json(shown.document),
                             NULL, &shown.diag),
                         POSTERN_OK, "%d: %s", i, shown.diag.message);
            postern_customised_free(last);
            last = again;
            made++;
        }
        shown_end(&shown);
    }
    postern_customised_free(last);
    cr_expect_gt(made, STACKS / 3);
}
