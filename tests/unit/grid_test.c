#include "grid/grid.h"

#include "support/faulty.h"
#include "support/rng.h"

#include <criterion/criterion.h>

enum { WORDS = 72, MANY = 3000, ROUNDS = 200 };

static postern_ppm_frame *load(const char *text)
{
    postern_ppm_frame *frame;
    postern_diag diag;

    cr_assert_eq(
        postern_ppm_frame_load(&frame, postern_str_of(text), NULL, &diag),
        POSTERN_OK, "%s", diag.message);
    return frame;
}

static bool is_red(const postern_grid_red *red, const char *key)
{
    uint32_t row = postern_ppm_row_find(postern_str_of(key));

    return red->words[row / 64] >> row % 64 & 1;
}

/* A grid of one column and one jurisdiction without laws. */
struct small {
    postern_grid *grid;
    postern_ppm_frame *terms;
    postern_ppm_frame *user;
    uint32_t column;
    uint32_t jurisdiction;
    uint32_t voice;
};

static void begin(struct small *self, const char *terms, const char *user)
{
    postern_grid_frames none = {NULL, 0};
    postern_grid_frames of_terms;
    postern_grid_frames of_user;

    memset(self, 0, sizeof *self);
    self->terms = load(terms);
    self->user = load(user);
    of_terms = (postern_grid_frames){
        (const postern_ppm_frame *const *)&self->terms, 1};
    of_user =
        (postern_grid_frames){(const postern_ppm_frame *const *)&self->user, 1};
    cr_assert_eq(postern_grid_new(&self->grid, NULL), POSTERN_OK);
    cr_assert_eq(
        postern_grid_add_column(self->grid, &of_terms, NULL, &self->column),
        POSTERN_OK);
    cr_assert_eq(
        postern_grid_add_jurisdiction(self->grid, &none, &self->jurisdiction),
        POSTERN_OK);
    cr_assert_eq(postern_grid_add_voice(self->grid, self->column, &of_user,
                                        &self->voice),
                 POSTERN_OK);
}

static void end(struct small *self)
{
    postern_grid_free(self->grid);
    postern_ppm_frame_free(self->terms);
    postern_ppm_frame_free(self->user);
}

static uint64_t add(struct small *self, uint32_t user)
{
    const postern_grid_subscription subscription = {
        user, self->column, self->jurisdiction, self->voice};
    uint64_t place;

    cr_assert_eq(postern_grid_add(self->grid, &subscription, &place),
                 POSTERN_OK);
    return place;
}

static void set_law(struct small *self, postern_ppm_frame *const *law)
{
    postern_grid_frames laws = {(const postern_ppm_frame *const *)law, 1};

    cr_assert_eq(postern_grid_set_laws(self->grid, self->jurisdiction, &laws),
                 POSTERN_OK);
}

static const char personal[] =
    "{\"kind\":\"provider\",\"rows\":{\"2.0/personal\":\"Yes\"}}";
static const char refuses[] =
    "{\"kind\":\"user\",\"rows\":{\"2.0/personal\":\"No\"}}";
static const char allows[] =
    "{\"kind\":\"user\",\"rows\":{\"2.0/personal\":\"Yes\"}}";

/* ---- what a grid tells -------------------------------------------------- */

Test(grid, shows_what_is_red_as_soon_as_somebody_subscribes)
{
    struct small self;
    postern_grid_red red;

    begin(&self, personal, refuses);
    cr_assert(postern_grid_read(self.grid, add(&self, 1), &red));
    cr_assert(is_red(&red, "2.0/personal"));
    end(&self);

    begin(&self, personal, allows);
    cr_assert(postern_grid_read(self.grid, add(&self, 1), &red));
    cr_assert_not(is_red(&red, "2.0/personal"));
    end(&self);
}

Test(grid, tells_who_a_law_turns_red)
{
    struct small self;
    postern_ppm_frame *law =
        load("{\"kind\":\"legal_country\",\"rows\":{\"2.0/personal\":"
             "{\"forbid\":true}}}");
    uint64_t users[2] = {0, 0};
    postern_grid_report report;
    postern_grid_size size;
    postern_grid_pass pass;
    postern_grid_red red;
    uint64_t place;

    begin(&self, personal, allows);
    place = add(&self, 70);
    set_law(&self, &law);
    (void)postern_grid_read(self.grid, place, &red);
    cr_assert_not(is_red(&red, "2.0/personal"), "only a pass shows it");
    postern_grid_pass_init(&pass);
    pass.users = users;
    pass.user_words = 2;
    cr_assert_eq(postern_grid_evaluate(self.grid, &pass, &report), POSTERN_OK);
    (void)postern_grid_read(self.grid, place, &red);
    cr_assert(is_red(&red, "2.0/personal"));
    cr_assert_eq(users[0], 0);
    cr_assert_eq(users[1], UINT64_C(1) << 6);
    cr_assert_eq(report.changed, 1);
    cr_assert_eq(report.cells, 1, "one row of one subscription was pending");
    cr_assert_eq(postern_grid_evaluate(self.grid, &pass, &report), POSTERN_OK);
    cr_assert_eq(report.cells, 0, "nothing is pending any more");
    postern_grid_measure(self.grid, &size);
    cr_assert_eq(size.strays, 0, "forbidden is red for everybody");
    end(&self);
    postern_ppm_frame_free(law);
}

/* The cap holds as near to itself as the law lets it. */
Test(grid, lets_a_floor_of_the_law_overrule_a_cap)
{
    struct small self;
    postern_ppm_frame *law = load(
        "{\"kind\":\"legal_country\",\"rows\":{\"6.0/month\":{\"floor\":6}}}");
    uint32_t row = postern_ppm_row_find(postern_str_of("6.0/month"));
    postern_grid_report report;
    postern_grid_red red;
    uint64_t place;

    begin(&self, "{\"kind\":\"provider\",\"rows\":{\"6.0/month\":6}}",
          "{\"kind\":\"user\",\"rows\":{\"6.0/month\":3}}");
    place = add(&self, 0);
    (void)postern_grid_read(self.grid, place, &red);
    cr_assert(is_red(&red, "6.0/month"));
    set_law(&self, &law);
    cr_assert_eq(postern_grid_evaluate(self.grid, NULL, &report), POSTERN_OK);
    (void)postern_grid_read(self.grid, place, &red);
    cr_assert_not(is_red(&red, "6.0/month"), "the law demands six months");
    cr_assert_eq(report.cleared[row], 1);
    cr_assert_eq(report.reddened[row], 0);
    cr_assert_eq(report.changed, 1, "to turn green is a change as well");
    end(&self);
    postern_ppm_frame_free(law);
}

/* A frame whose columns say different things has a voice for each. */
Test(grid, hears_what_is_said_of_a_column)
{
    postern_ppm_frame *terms = load(personal);
    postern_ppm_frame *user = load(
        "{\"kind\":\"user\",\"rows\":{\"2.0/personal\":\"Yes\"},\"columns\":"
        "[{\"device\":\"bed\",\"rows\":{\"2.0/personal\":\"No\"}}]}");
    postern_grid_frames of_terms = {(const postern_ppm_frame *const *)&terms,
                                    1};
    postern_grid_frames of_user = {(const postern_ppm_frame *const *)&user, 1};
    const postern_ppm_column names[] = {{{NULL, 0}, {"bed", 3}, {NULL, 0}},
                                        {{NULL, 0}, {"lamp", 4}, {NULL, 0}}};
    uint32_t voices[2];
    postern_grid *grid;

    cr_assert_eq(postern_grid_new(&grid, NULL), POSTERN_OK);
    for (uint32_t i = 0; i < 2; i++) {
        postern_grid_frames none = {NULL, 0};
        postern_grid_subscription subscription = {0, i, i, 0};
        postern_grid_red red;
        uint32_t number;
        uint64_t place;

        cr_assert_eq(
            postern_grid_add_column(grid, &of_terms, &names[i], &number),
            POSTERN_OK);
        cr_assert_eq(postern_grid_add_jurisdiction(grid, &none, &number),
                     POSTERN_OK);
        cr_assert_eq(postern_grid_add_voice(grid, i, &of_user, &voices[i]),
                     POSTERN_OK);
        subscription.voice = voices[i];
        cr_assert_eq(postern_grid_add(grid, &subscription, &place), POSTERN_OK);
        (void)postern_grid_read(grid, place, &red);
        cr_assert_eq(is_red(&red, "2.0/personal"), i == 0);
    }
    cr_assert_neq(voices[0], voices[1]);
    postern_grid_free(grid);
    postern_ppm_frame_free(terms);
    postern_ppm_frame_free(user);
}

/* ---- places ------------------------------------------------------------- */

Test(grid, keeps_thousands_apart_and_uses_places_again)
{
    static uint64_t places[MANY];
    struct small self;
    postern_grid_size size;
    postern_grid_red red;

    begin(&self, personal, refuses);
    for (uint32_t i = 0; i < MANY; i++) {
        places[i] = add(&self, i);
    }
    for (uint32_t i = 0; i < MANY; i += 2) {
        postern_grid_remove(self.grid, places[i]);
        postern_grid_remove(self.grid, places[i]); /* twice is as once */
    }
    for (uint32_t i = 0; i < MANY; i++) {
        cr_assert_eq(postern_grid_read(self.grid, places[i], &red), i % 2 == 1);
        cr_assert_eq(is_red(&red, "2.0/personal"), i % 2 == 1);
    }
    postern_grid_measure(self.grid, &size);
    cr_assert_eq(size.subscriptions, MANY / 2);
    cr_assert_eq(size.blocks, 3);
    for (uint32_t i = 0; i < MANY; i += 2) {
        places[i] = add(&self, i);
    }
    postern_grid_measure(self.grid, &size);
    cr_assert_eq(size.subscriptions, MANY);
    cr_assert_eq(size.blocks, 3, "no block was added");
    cr_assert_eq(size.users, MANY);
    end(&self);
}

/* Rows that everybody finds red: those who left do not count. */
Test(grid, does_not_count_who_is_gone)
{
    struct small self;
    postern_ppm_frame *law =
        load("{\"kind\":\"legal_country\",\"rows\":{\"2.0/personal\":"
             "{\"forbid\":true}}}");
    uint32_t row = postern_ppm_row_find(postern_str_of("2.0/personal"));
    postern_grid_report report;
    postern_grid_pass pass;
    uint64_t gone;

    begin(&self, personal, allows);
    gone = add(&self, 0);
    (void)add(&self, 1);
    postern_grid_remove(self.grid, gone);
    set_law(&self, &law);
    postern_grid_pass_init(&pass);
    pass.extent = POSTERN_GRID_ALL;
    cr_assert_eq(postern_grid_evaluate(self.grid, &pass, &report), POSTERN_OK);
    cr_assert_eq(report.red[row], 1);
    cr_assert_eq(report.reddened[row], 1);
    cr_assert_eq(report.changed, 1);
    cr_assert_eq(report.cells, POSTERN_PPM_ROWS);
    end(&self);
    postern_ppm_frame_free(law);
}

/* ---- refusals ----------------------------------------------------------- */

Test(grid, refuses_what_is_not_there)
{
    struct small self;
    postern_grid_frames users;
    postern_grid_frames two;
    const postern_ppm_frame *twice[2];
    postern_grid_forecast forecast;
    postern_grid_subscription subscription = {0, 0, 0, 0};
    postern_grid_pass pass;
    uint64_t word = 0;
    uint32_t number;
    uint64_t place;

    begin(&self, personal, allows);
    users =
        (postern_grid_frames){(const postern_ppm_frame *const *)&self.user, 1};
    twice[0] = twice[1] = self.user;
    two = (postern_grid_frames){twice, 2};
    cr_expect_eq(postern_grid_add_column(self.grid, &users, NULL, &number),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_grid_add_jurisdiction(self.grid, &users, &number),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_grid_add_voice(self.grid, 0, &two, &number),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_grid_add_voice(self.grid, 1, &users, &number),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_grid_set_laws(self.grid, 1, &users),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_grid_set_terms(self.grid, 1, &users),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_grid_try_terms(self.grid, 0, &users, &forecast),
                 POSTERN_ERR_POLICY);
    subscription.voice = 7;
    cr_expect_eq(postern_grid_add(self.grid, &subscription, &place),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_grid_change(self.grid, 12345, 0),
                 POSTERN_ERR_ARGUMENT);
    (void)add(&self, 64);
    postern_grid_pass_init(&pass);
    pass.users = &word;
    pass.user_words = 1;
    cr_expect_eq(postern_grid_evaluate(self.grid, &pass, NULL),
                 POSTERN_ERR_ARGUMENT, "user 64 is in the second word");
    pass.users = NULL;
    cr_expect_eq(postern_grid_evaluate(self.grid, &pass, NULL), POSTERN_OK);
    end(&self);
}

Test(grid, refuses_an_order_in_which_parents_are_not_next_to_the_user)
{
    const postern_ppm_kind order[] = {
        POSTERN_PPM_PARENTAL,    POSTERN_PPM_LEGAL_REGION,
        POSTERN_PPM_LEGAL_CITY,  POSTERN_PPM_LEGAL_COUNTRY,
        POSTERN_PPM_LEGAL_STATE, POSTERN_PPM_USER};
    postern_grid_options options;
    postern_grid *grid;

    postern_grid_options_init(&options);
    options.order = order;
    options.order_count = sizeof order / sizeof *order;
    cr_assert_eq(postern_grid_new(&grid, &options), POSTERN_ERR_ARGUMENT);
    cr_assert_null(grid);
}

/* ---- planes ------------------------------------------------------------- */

struct planes {
    _Alignas(64) uint64_t objections[WORDS];
    _Alignas(64) uint64_t live[WORDS];
    _Alignas(64) uint64_t red[WORDS];
    _Alignas(64) uint64_t changed[WORDS];
};

static void draw(struct planes *planes, struct rng *rng)
{
    for (uint32_t i = 0; i < WORDS; i++) {
        planes->live[i] = rng_bits(rng) | rng_bits(rng);
        planes->objections[i] = rng_bits(rng) & planes->live[i];
        planes->red[i] = rng_bits(rng) & planes->live[i];
        planes->changed[i] = rng_bits(rng) & rng_bits(rng);
    }
}

static struct pst_grid_tally work(const struct pst_grid_way *way,
                                  struct planes *planes, uint32_t rule,
                                  bool compare)
{
    const struct pst_grid_plane plane = {
        planes->objections,       planes->live, planes->red,
        planes->changed,          WORDS,        rule & 1 ? UINT64_MAX : 0,
        rule & 2 ? UINT64_MAX : 0};
    struct pst_grid_tally tally = {1, 2, 3};

    if (compare) {
        way->compare(&plane, &tally);
    } else {
        way->store(&plane, &tally);
    }
    return tally;
}

Test(grid_plane, is_worked_through_alike_by_every_way)
{
    static struct planes first;
    static struct planes other;
    static struct planes drawn;
    struct rng rng = {7};
    uint32_t ways = 0;

    for (uint32_t i = 0; i < ROUNDS; i++) {
        draw(&drawn, &rng);
        for (int path = POSTERN_GRID_AVX2; path < POSTERN_GRID_PATHS; path++) {
            const struct pst_grid_way *way =
                pst_grid_way_of((postern_grid_path)path);
            struct pst_grid_tally a;
            struct pst_grid_tally b;

            if (!way) {
                continue;
            }
            ways++;
            first = other = drawn;
            a = work(pst_grid_way_of(POSTERN_GRID_PORTABLE), &first, i % 4,
                     i & 4);
            b = work(way, &other, i % 4, i & 4);
            cr_assert_eq(memcmp(&first, &other, sizeof first), 0, "%s",
                         postern_grid_path_word((postern_grid_path)path));
            cr_assert_eq(memcmp(&a, &b, sizeof a), 0);
        }
    }
#if defined(__x86_64__)
    (void)ways; /* an old processor has none of them */
#endif
}

Test(grid_block, reads_64_slots_as_it_reads_one)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_grid_block *block = pst_grid_block_new(&allocator, 1024);
    postern_grid_red red[PST_GRID_WORD];
    struct rng rng = {9};

    cr_assert_not_null(block);
    for (uint32_t slot = 0; slot < block->slots; slot++) {
        postern_grid_red bits = {
            {rng_bits(&rng),
             rng_bits(&rng) >> (2 * PST_GRID_WORD - POSTERN_PPM_ROWS)}};

        pst_grid_put_bits(block->red, block, slot, &bits);
    }
    for (uint32_t slot = 0; slot < block->slots; slot++) {
        postern_grid_red one;

        pst_grid_get_red(block, slot, &one);
        pst_grid_get_64(block, slot / PST_GRID_WORD * PST_GRID_WORD, red);
        cr_assert_eq(memcmp(&one, &red[slot % PST_GRID_WORD], sizeof one), 0);
    }
    pst_grid_block_free(block, &allocator);
    cr_assert_eq(heap.live, 0);
    cr_assert_eq(heap.wrong_sizes, 0);
}
