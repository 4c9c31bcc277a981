/* The token cache: what is found, by whom and for how long, and who gives way.
 * [IDA-10] [IDA-14] [IDA-15] [IDA-18] */
#include "support/faulty.h"
#include "support/tokens_kept.h"
#include "tokens/cache_state.h"

#include <criterion/criterion.h>

struct shelf {
    struct faulty heap;
    postern_allocator allocator;
    postern_cse cse;
    postern_token_cache *cache;
    struct pst_epoch_slot *slot;
};

static void shelf_open(struct shelf *shelf,
                       const postern_token_cache_options *quotas)
{
    postern_token_cache_options options;

    memset(shelf, 0, sizeof *shelf);
    shelf->allocator = faulty_allocator(&shelf->heap);
    shelf->cse = sample_cse();
    postern_token_cache_options_init(&options);
    if (quotas) {
        options = *quotas;
        options.struct_size = sizeof options;
    }
    options.allocator = &shelf->allocator;
    cr_assert_eq(postern_token_cache_new(&shelf->cache, &options), POSTERN_OK);
    shelf->slot = pst_token_cache_join(shelf->cache);
    cr_assert_not_null(shelf->slot);
    pst_token_cache_enter(shelf->cache, shelf->slot);
}

static void shelf_close(struct shelf *shelf)
{
    pst_token_cache_leave(shelf->slot);
    pst_token_cache_leave_for_good(shelf->slot);
    postern_token_cache_free(shelf->cache);
    cr_assert_eq(shelf->heap.live, 0, "%zu bytes are left", shelf->heap.live);
    cr_assert_eq(shelf->heap.wrong_sizes, 0);
}

static const struct pst_kept_token *keep(struct shelf *shelf,
                                         const struct sample *sample)
{
    bool is_new;

    return pst_token_cache_keep(shelf->cache, &sample->what, &is_new);
}

static const struct pst_kept_token *put(struct shelf *shelf, const char *holder,
                                        const char *tail)
{
    struct sample sample;

    sample_make(&sample, &shelf->cse, holder, tail);
    return keep(shelf, &sample);
}

static bool holds(const struct shelf *shelf, const char *holder,
                  const char *tail)
{
    struct sample sample;

    sample_make(&sample, &shelf->cse, holder, tail);
    return pst_token_cache_find(shelf->cache, sample.what.text, 7) != NULL;
}

/* ---- what is found ------------------------------------------------------- */

Test(token_cache, finds_a_token_by_its_bytes)
{
    struct shelf shelf;
    struct sample sample;
    const struct pst_kept_token *kept;
    bool is_new;

    shelf_open(&shelf, NULL);
    sample_make(&sample, &shelf.cse, "Ca", "t1");
    cr_expect_null(pst_token_cache_find(shelf.cache, sample.what.text, 7));
    kept = pst_token_cache_keep(shelf.cache, &sample.what, &is_new);
    cr_assert_not_null(kept);
    cr_expect(is_new);
    cr_expect(pst_token_cache_find(shelf.cache, sample.what.text, 7) == kept);
    cr_expect(pst_str_equal(kept->text, sample.what.text));
    cr_expect(postern_id_equal(&kept->holder, &sample.holder));
    cr_expect(kept->token.from_cache && !kept->token.local_id_is_new);
    shelf_close(&shelf);
}

/* Any bit that differs, also outside the part that is hashed. */
Test(token_cache, finds_no_token_that_differs_in_a_bit)
{
    struct shelf shelf;
    struct sample sample;

    shelf_open(&shelf, NULL);
    sample_make(&sample, &shelf.cse, "Ca", "t1");
    cr_assert_not_null(keep(&shelf, &sample));
    for (size_t i = 0; i < sample.what.text.len; i++) {
        sample.text[i] ^= 1;
        cr_expect_null(pst_token_cache_find(shelf.cache, sample.what.text, 7),
                       "byte %zu", i);
        sample.text[i] ^= 1;
    }
    cr_expect_not_null(pst_token_cache_find(shelf.cache, sample.what.text, 7));
    sample.what.text.len--;
    cr_expect_null(pst_token_cache_find(shelf.cache, sample.what.text, 7));
    sample.what.text = (postern_str){NULL, 0};
    cr_expect_null(pst_token_cache_find(shelf.cache, sample.what.text, 7));
    shelf_close(&shelf);
}

/* Two tokens that end alike have one hash: bytes tell them apart. */
Test(token_cache, tells_apart_what_has_one_hash)
{
    struct shelf shelf;
    struct sample a;
    struct sample b;

    shelf_open(&shelf, NULL);
    sample_make(&a, &shelf.cse, "Ca", "t1");
    sample_make(&b, &shelf.cse, "Cb", "t1");
    cr_assert_eq(pst_token_hash_text(shelf.cache, a.what.text),
                 pst_token_hash_text(shelf.cache, b.what.text));
    cr_assert_not_null(keep(&shelf, &a));
    cr_expect_null(pst_token_cache_find(shelf.cache, b.what.text, 7));
    cr_assert_not_null(keep(&shelf, &b));
    cr_expect(pst_str_equal(
        pst_token_cache_find(shelf.cache, a.what.text, 7)->text, a.what.text));
    cr_expect(pst_str_equal(
        pst_token_cache_find(shelf.cache, b.what.text, 7)->text, b.what.text));
    shelf_close(&shelf);
}

static postern_acp_set *rules_for_all(const postern_cse *cse)
{
    postern_str all = PST_STR("all");
    postern_rule rule = {&all, 1, POSTERN_ACOP_RETRIEVE, .contexts = NULL};
    postern_acp_builder *builder;
    postern_acp_set *rules;

    cr_assert_eq(postern_acp_builder_new(&builder, cse, NULL), POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_acp(builder, PST_STR("t"), INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule, NULL),
        POSTERN_OK);
    cr_assert_eq(postern_acp_builder_finish(builder, &rules, NULL), POSTERN_OK);
    postern_acp_builder_free(builder);
    return rules;
}

static postern_effect decided(const postern_acp_set *rules,
                              postern_operation operation)
{
    postern_request request;

    postern_request_init(&request);
    postern_id_set_absent(&request.originator);
    request.operation = operation;
    return postern_decide(rules, &request).effect;
}

/* What a token points to; all of it goes when it was kept. */
struct told {
    char text[80];
    postern_str resource;
    postern_str role;
    postern_id id;
    postern_str audience[2];
    postern_permission permission;
    postern_acp_set *rules;
};

static void tell(struct told *told, struct sample *sample,
                 const postern_cse *cse)
{
    char *text = told->text;

    (void)snprintf(text, sizeof told->text,
                   "//sp.example/plant-cse op@sp.example Ca kid1 {\"acr\":[]}");
    told->resource = (postern_str){text, 22};
    told->role = (postern_str){text + 23, 13};
    told->audience[0] = told->resource;
    told->audience[1] = (postern_str){text, 4};
    told->rules = rules_for_all(cse);
    cr_assert_eq(postern_id_parse_role(&told->id, told->role), POSTERN_OK);
    told->permission = (postern_permission){.has_resource_ids = true,
                                            .resource_ids = &told->resource,
                                            .resource_id_count = 1,
                                            .role_ids = &told->role,
                                            .role_id_count = 1,
                                            .privileges = {text + 45, 10},
                                            .rules = told->rules,
                                            .roles = &told->id,
                                            .remark = "static"};
    sample->token.claims.has_audience = true;
    sample->token.claims.audience = told->audience;
    sample->token.claims.audience_count = 2;
    sample->token.claims.has_permissions = true;
    sample->token.claims.permissions = &told->permission;
    sample->token.claims.permission_count = 1;
    sample->token.signature.kid = (postern_str){text + 40, 4};
}

/* Everything a token says is kept with it: the one that was verified may go. */
Test(token_cache, keeps_all_that_a_token_points_to)
{
    const postern_permission *permission;
    const postern_token *token;
    struct told told;
    struct shelf shelf;
    struct sample sample;

    shelf_open(&shelf, NULL);
    sample_make(&sample, &shelf.cse, "Ca", "t1");
    tell(&told, &sample, &shelf.cse);
    token = &keep(&shelf, &sample)->token;
    postern_acp_set_free(told.rules);
    memset(&told, 0xFF, sizeof told);
    memset(&sample, 0xFF, sizeof sample);

    cr_expect(pst_str_is(token->claims.audience[0], "//sp.example/plant-cse"));
    cr_expect(pst_str_is(token->claims.audience[1], "//sp"));
    cr_expect(pst_str_is(token->claims.issuer, "//sp.example/das-cse"));
    cr_expect(pst_str_is(token->claims.token_id, "t1@das.example"));
    cr_expect(pst_str_is(token->signature.kid, "kid1"));
    cr_expect(!token->encryption.kid.data);
    cr_expect(!token->claims.extension.data);
    cr_assert_eq(token->claims.permission_count, 1);
    permission = token->claims.permissions;
    cr_expect(
        pst_str_is(permission->resource_ids[0], "//sp.example/plant-cse"));
    cr_expect(pst_str_is(permission->role_ids[0], "op@sp.example"));
    cr_expect(pst_str_is(permission->roles[0].domain, "sp.example"));
    cr_expect(pst_str_is(permission->privileges, "{\"acr\":[]}"));
    cr_expect_str_eq(permission->remark, "static");
    cr_expect_eq(decided(permission->rules, POSTERN_OP_RETRIEVE),
                 POSTERN_PERMIT);
    cr_expect_eq(decided(permission->rules, POSTERN_OP_DELETE), POSTERN_DENY);
    shelf_close(&shelf);
}

/* A key that has come to its end ends what it has signed. [KEY-04] */
Test(token_cache, a_token_lasts_no_longer_than_its_keys)
{
    const struct pst_kept_token *kept;
    struct shelf shelf;
    struct sample sample;

    shelf_open(&shelf, NULL);
    sample_make(&sample, &shelf.cse, "Ca", "t1");
    sample.what.keys_end_s = 1000;
    kept = keep(&shelf, &sample);
    cr_assert_not_null(kept);
    cr_expect(pst_kept_has_keys(kept, 999));
    cr_expect(!pst_kept_has_keys(kept, 1000));
    sample_make(&sample, &shelf.cse, "Ca", "t2");
    kept = keep(&shelf, &sample);
    cr_assert_not_null(kept);
    cr_expect(pst_kept_has_keys(kept, INT64_MAX));
    shelf_close(&shelf);
}

/* ---- poisoning ----------------------------------------------------------- */

/* When keys or issuers change nothing that was verified before counts. */
Test(token_cache, finds_nothing_of_another_generation)
{
    struct shelf shelf;
    struct sample sample;
    const struct pst_kept_token *kept;
    char local[PST_LOCAL_ID_SIZE];
    bool is_new;

    shelf_open(&shelf, NULL);
    sample_make(&sample, &shelf.cse, "Ca", "t1");
    kept = keep(&shelf, &sample);
    memcpy(local, kept->token.local_id.data, sizeof local);
    cr_expect_null(pst_token_cache_find(shelf.cache, sample.what.text, 8));
    cr_expect_null(pst_token_cache_find_id(shelf.cache, &sample.holder,
                                           sample.token.claims.token_id, 8));
    cr_expect_null(pst_token_cache_find_local(shelf.cache, &sample.holder,
                                              postern_str_of(local), 8));
    /* Verified anew it has its Local-Token-ID again, and is there once. */
    sample.what.generation = 8;
    kept = pst_token_cache_keep(shelf.cache, &sample.what, &is_new);
    cr_assert_not_null(kept);
    cr_expect(!is_new);
    cr_expect(pst_str_is(kept->token.local_id, local));
    cr_expect(pst_token_cache_find(shelf.cache, sample.what.text, 8) == kept);
    cr_expect_null(pst_token_cache_find(shelf.cache, sample.what.text, 7));
    cr_expect_eq(shelf.cache->count, 1);
    shelf_close(&shelf);
}

/* One tokenID, other bytes: by a thief of the name, or issued again. */
Test(token_cache, tokens_of_one_token_id_stand_side_by_side)
{
    struct shelf shelf;
    struct sample first;
    struct sample second;
    struct sample other;
    const struct pst_kept_token *kept;

    shelf_open(&shelf, NULL);
    sample_make(&first, &shelf.cse, "Ca", "t1");
    sample_make(&second, &shelf.cse, "Ca", "t2");
    sample_make(&other, &shelf.cse, "Cb", "t3");
    second.token.claims.token_id = first.token.claims.token_id;
    other.token.claims.token_id = first.token.claims.token_id;
    cr_assert_not_null(keep(&shelf, &first));
    kept = keep(&shelf, &second);
    cr_assert_not_null(kept);
    cr_assert_not_null(keep(&shelf, &other));
    cr_expect_not_null(pst_token_cache_find(shelf.cache, first.what.text, 7));
    /* The newest of this holder, though another holder's came later ... */
    cr_expect(pst_token_cache_find_id(shelf.cache, &first.holder,
                                      first.token.claims.token_id, 7) == kept);
    /* ... unless it is over and an older one is not. */
    pst_kept_end(kept);
    cr_expect(
        pst_str_equal(pst_token_cache_find_id(shelf.cache, &first.holder,
                                              first.token.claims.token_id, 7)
                          ->text,
                      first.what.text));
    shelf_close(&shelf);
}

Test(token_cache, ids_are_those_of_their_holder_alone)
{
    struct shelf shelf;
    struct sample mine;
    struct sample theirs;
    const struct pst_kept_token *kept;

    shelf_open(&shelf, NULL);
    sample_make(&mine, &shelf.cse, "Ca", "t1");
    sample_make(&theirs, &shelf.cse, "Cb", "t2");
    kept = keep(&shelf, &mine);
    cr_assert_not_null(keep(&shelf, &theirs));
    cr_expect(pst_token_cache_find_local(shelf.cache, &mine.holder,
                                         kept->token.local_id, 7) == kept);
    cr_expect_null(pst_token_cache_find_local(shelf.cache, &theirs.holder,
                                              kept->token.local_id, 7));
    cr_expect(pst_token_cache_find_id(shelf.cache, &mine.holder,
                                      mine.token.claims.token_id, 7) == kept);
    cr_expect_null(pst_token_cache_find_id(shelf.cache, &theirs.holder,
                                           mine.token.claims.token_id, 7));
    /* A tokenID is no Local-Token-ID, nor the other way round. */
    cr_expect_null(pst_token_cache_find_local(shelf.cache, &mine.holder,
                                              mine.token.claims.token_id, 7));
    cr_expect_null(pst_token_cache_find_id(shelf.cache, &mine.holder,
                                           kept->token.local_id, 7));
    shelf_close(&shelf);
}

/* Nor do identities of one hash share anything. */
Test(token_cache, holders_are_compared_and_not_their_hashes)
{
    struct shelf shelf;
    struct sample mine;
    struct sample theirs;
    const struct pst_kept_token *kept;

    shelf_open(&shelf, NULL);
    sample_make(&mine, &shelf.cse, "Ca", "t1");
    sample_make(&theirs, &shelf.cse, "Cb", "t2");
    theirs.holder.hash = mine.holder.hash;
    kept = keep(&shelf, &mine);
    cr_expect_null(pst_token_cache_find_id(shelf.cache, &theirs.holder,
                                           mine.token.claims.token_id, 7));
    cr_expect_null(pst_token_cache_find_local(shelf.cache, &theirs.holder,
                                              kept->token.local_id, 7));
    cr_expect_not_null(pst_token_cache_find_id(shelf.cache, &mine.holder,
                                               mine.token.claims.token_id, 7));
    shelf_close(&shelf);
}

static bool is_ncname(postern_str id)
{
    bool right = id.len > 1 && id.data[0] == 't';

    for (size_t i = 1; i < id.len; i++) {
        char c = id.data[i];

        right = right && ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
    return right;
}

static uint64_t digits_of(const char *text)
{
    uint64_t value = 0;

    for (; *text; text++) {
        value = value << 4 |
                (uint64_t)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
    }
    return value;
}

Test(token_cache, local_ids_cannot_be_guessed)
{
    struct shelf shelf;
    char seen[64][PST_LOCAL_ID_SIZE];
    uint64_t zeros = 0;
    uint64_t ones = 0;

    postern_token_cache_options quotas = {.max_per_holder = 64};

    shelf_open(&shelf, &quotas);
    for (int i = 0; i < 64; i++) {
        char tail[16];
        const struct pst_kept_token *kept;

        (void)snprintf(tail, sizeof tail, "t%d", i);
        kept = put(&shelf, "Ca", tail);
        cr_assert_not_null(kept);
        cr_assert(is_ncname(kept->token.local_id));
        cr_assert_eq(kept->token.local_id.len, 17, "16 digits, 64 bits");
        memcpy(seen[i], kept->token.local_id.data, PST_LOCAL_ID_SIZE);
        for (int other = 0; other < i; other++) {
            cr_assert_str_neq(seen[i], seen[other]);
        }
        zeros |= ~digits_of(seen[i] + 1);
        ones |= digits_of(seen[i] + 1);
    }
    /* Each bit was 0 once and 1 once, but for one time in 2^57. */
    cr_expect_eq(zeros, UINT64_MAX);
    cr_expect_eq(ones, UINT64_MAX);
    shelf_close(&shelf);
}

Test(token_cache, a_token_shown_again_keeps_its_local_id)
{
    struct shelf shelf;
    struct sample sample;
    const struct pst_kept_token *kept;
    bool is_new;

    shelf_open(&shelf, NULL);
    sample_make(&sample, &shelf.cse, "Ca", "t1");
    kept = pst_token_cache_keep(shelf.cache, &sample.what, &is_new);
    cr_expect(is_new);
    cr_expect(pst_token_cache_keep(shelf.cache, &sample.what, &is_new) == kept);
    cr_expect(!is_new);
    cr_expect_eq(shelf.cache->count, 1);
    shelf_close(&shelf);
}

/* A token of which one has seen the end is over for all, whatever the clock
 * says, and is not kept a second time. */
Test(token_cache, what_is_over_stays_over)
{
    struct shelf shelf;
    struct sample sample;
    const struct pst_kept_token *kept;

    shelf_open(&shelf, NULL);
    sample_make(&sample, &shelf.cse, "Ca", "t1");
    kept = keep(&shelf, &sample);
    cr_expect(!pst_kept_is_over(kept));
    pst_kept_end(kept);
    kept = pst_token_cache_find(shelf.cache, sample.what.text, 7);
    cr_assert_not_null(kept, "found, so that nobody verifies it again");
    cr_expect(pst_kept_is_over(kept));
    cr_expect_null(keep(&shelf, &sample));
    shelf_close(&shelf);
}

/* ---- who gives way ------------------------------------------------------- */

Test(token_cache, a_holder_at_its_quota_loses_its_own_oldest)
{
    postern_token_cache_options quotas = {.max_per_holder = 2};
    struct shelf shelf;

    shelf_open(&shelf, &quotas);
    cr_assert_not_null(put(&shelf, "Cb", "b1"));
    cr_assert_not_null(put(&shelf, "Ca", "a1"));
    cr_assert_not_null(put(&shelf, "Ca", "a2"));
    cr_assert_not_null(put(&shelf, "Ca", "a3"));
    cr_expect(!holds(&shelf, "Ca", "a1"));
    cr_expect(holds(&shelf, "Ca", "a2") && holds(&shelf, "Ca", "a3"));
    cr_expect(holds(&shelf, "Cb", "b1"));
    shelf_close(&shelf);
}

/* Tokens that verify, as many as one likes, of one originator or of a few: what
 * others have stays. */
Test(token_cache, a_flood_pushes_out_no_one_who_has_less)
{
    static const char *const flooders[] = {"Cx", "Cy", "Cz"};
    postern_token_cache_options quotas = {.max_tokens = 40,
                                          .max_per_holder = 16};
    struct shelf shelf;

    shelf_open(&shelf, &quotas);
    for (int i = 0; i < 10; i++) {
        char holder[16];

        (void)snprintf(holder, sizeof holder, "Ca%d", i);
        cr_assert_not_null(put(&shelf, holder, "one"));
    }
    for (int i = 0; i < 1000; i++) {
        char tail[16];

        (void)snprintf(tail, sizeof tail, "f%d", i);
        cr_assert_not_null(put(&shelf, flooders[i % 3], tail));
        cr_assert_leq(shelf.cache->count, 40);
    }
    cr_expect_eq(shelf.cache->count, 40);
    for (int i = 0; i < 10; i++) {
        char holder[16];

        (void)snprintf(holder, sizeof holder, "Ca%d", i);
        cr_expect(holds(&shelf, holder, "one"), "%s", holder);
    }
    /* Nor does it keep anybody out. */
    cr_assert_not_null(put(&shelf, "Cnew", "n1"));
    cr_assert_not_null(put(&shelf, "Cx", "f"));
    cr_expect(holds(&shelf, "Cnew", "n1"));
    shelf_close(&shelf);
}

/* Of those who have most nobody gains by taking from another one. */
Test(token_cache, equals_take_nothing_from_each_other)
{
    postern_token_cache_options quotas = {.max_tokens = 4};
    struct shelf shelf;

    shelf_open(&shelf, &quotas);
    cr_assert_not_null(put(&shelf, "Cb", "b1"));
    cr_assert_not_null(put(&shelf, "Cb", "b2"));
    cr_assert_not_null(put(&shelf, "Ca", "a1"));
    cr_assert_not_null(put(&shelf, "Ca", "a2"));
    for (int i = 0; i < 10; i++) {
        char tail[16];

        (void)snprintf(tail, sizeof tail, "f%d", i);
        cr_assert_not_null(put(&shelf, "Ca", tail));
        cr_expect(holds(&shelf, "Cb", "b1") && holds(&shelf, "Cb", "b2"));
    }
    shelf_close(&shelf);
}

/* The same by bytes: one originator with large tokens. */
Test(token_cache, who_would_have_most_is_not_given_the_place_of_others)
{
    postern_token_cache_options quotas = {.max_bytes = 36000, .max_tokens = 40};
    struct shelf shelf;
    struct sample big;
    static char text[30000];

    shelf_open(&shelf, &quotas);
    for (int i = 0; i < 5; i++) {
        char holder[16];

        (void)snprintf(holder, sizeof holder, "Ca%d", i);
        cr_assert_not_null(put(&shelf, holder, "one"));
    }
    sample_make(&big, &shelf.cse, "Cx", "big");
    memset(text, 'x', sizeof text);
    big.what.text = (postern_str){text, sizeof text};
    cr_expect_null(keep(&shelf, &big));
    for (int i = 0; i < 5; i++) {
        char holder[16];

        (void)snprintf(holder, sizeof holder, "Ca%d", i);
        cr_expect(holds(&shelf, holder, "one"), "%s", holder);
    }
    big.what.text.len = 20000; /* as much as there is room for */
    cr_expect_not_null(keep(&shelf, &big));
    cr_expect_leq(shelf.cache->bytes, 36000);
    shelf_close(&shelf);
}

Test(token_cache, an_issuer_at_its_quota_costs_others_one_at_most)
{
    postern_token_cache_options quotas = {.max_per_issuer = 8};
    struct shelf shelf;
    struct sample other;
    size_t left = 0;

    shelf_open(&shelf, &quotas);
    sample_make(&other, &shelf.cse, "Co", "of-another-issuer");
    other.token.claims.issuer = PST_STR("//sp.example/other-cse");
    cr_assert_not_null(keep(&shelf, &other));
    for (int i = 0; i < 8; i++) {
        char holder[16];

        (void)snprintf(holder, sizeof holder, "Ca%d", i);
        cr_assert_not_null(put(&shelf, holder, "one"));
    }
    for (int i = 0; i < 50; i++) {
        char tail[16];

        (void)snprintf(tail, sizeof tail, "f%d", i);
        cr_assert_not_null(put(&shelf, "Cx", tail));
    }
    for (int i = 0; i < 8; i++) {
        char holder[16];

        (void)snprintf(holder, sizeof holder, "Ca%d", i);
        left += holds(&shelf, holder, "one");
    }
    cr_expect_eq(left, 7);
    cr_expect_not_null(pst_token_cache_find(shelf.cache, other.what.text, 7));
    cr_expect_eq(shelf.cache->count, 9);
    shelf_close(&shelf);
}

/* What is over by then, or of other issuers, goes before anything that is of
 * use. */
Test(token_cache, useless_tokens_go_first)
{
    postern_token_cache_options quotas = {.max_tokens = 4, .max_per_holder = 4};
    struct shelf shelf;
    struct sample sample;

    shelf_open(&shelf, &quotas);
    sample_make(&sample, &shelf.cse, "Ca", "good");
    cr_assert_not_null(keep(&shelf, &sample));
    sample_make(&sample, &shelf.cse, "Cb", "over");
    sample.token.claims.not_after_s = 1000;
    cr_assert_not_null(keep(&shelf, &sample));
    sample_make(&sample, &shelf.cse, "Cc", "ended");
    pst_kept_end(keep(&shelf, &sample));
    sample_make(&sample, &shelf.cse, "Cd", "lenient");
    sample.token.claims.not_after_s = 1001;
    cr_assert_not_null(keep(&shelf, &sample));
    sample_make(&sample, &shelf.cse, "Ce", "new");
    sample.what.time_s = 1060;
    cr_assert_not_null(keep(&shelf, &sample));
    cr_expect(holds(&shelf, "Ca", "good"));
    cr_expect(!holds(&shelf, "Cb", "over"));
    cr_expect(!holds(&shelf, "Cc", "ended"));
    cr_expect(holds(&shelf, "Cd", "lenient"), "a minute of leeway is possible");
    cr_expect(holds(&shelf, "Ce", "new"));
    shelf_close(&shelf);
}

Test(token_cache, tokens_of_other_issuers_go_first)
{
    postern_token_cache_options quotas = {.max_tokens = 3};
    struct shelf shelf;
    struct sample sample;

    shelf_open(&shelf, &quotas);
    sample_make(&sample, &shelf.cse, "Cb", "old");
    sample.what.generation = 6;
    cr_assert_not_null(keep(&shelf, &sample));
    cr_assert_not_null(put(&shelf, "Ca", "a1"));
    cr_expect_eq(shelf.cache->count, 1, "only the new one is left");
    cr_assert_not_null(put(&shelf, "Ca", "a2"));
    cr_assert_not_null(put(&shelf, "Cc", "c1"));
    cr_assert_not_null(put(&shelf, "Ca", "a3"));
    cr_expect(holds(&shelf, "Ca", "a2") && holds(&shelf, "Ca", "a3"));
    cr_expect(holds(&shelf, "Cc", "c1"));
    cr_expect_null(pst_token_cache_find(shelf.cache, sample.what.text, 6));
    shelf_close(&shelf);
}

/* ---- readers, memory, options -------------------------------------------- */

/* What a reader has found it keeps until it leaves, and not longer. */
Test(token_cache, what_was_found_stays_until_its_reader_leaves)
{
    postern_token_cache_options quotas = {.max_per_holder = 1};
    const struct pst_kept_token *kept;
    struct shelf shelf;
    struct sample sample;

    shelf_open(&shelf, &quotas);
    sample_make(&sample, &shelf.cse, "Ca", "a1");
    kept = keep(&shelf, &sample);
    cr_assert_not_null(put(&shelf, "Ca", "a2"));
    cr_expect_null(pst_token_cache_find(shelf.cache, sample.what.text, 7));
    cr_expect(pst_str_equal(kept->text, sample.what.text));
    cr_expect_gt(shelf.cache->retired_bytes, 0);
    pst_token_cache_leave(shelf.slot);
    pst_token_cache_enter(shelf.cache, shelf.slot);
    cr_assert_not_null(put(&shelf, "Cb", "b1"));
    cr_expect_eq(shelf.cache->retired_bytes, 0, "a1 is freed by now");
    shelf_close(&shelf);
}

/* A reader that does not leave cannot make the memory grow for ever. */
Test(token_cache, keeps_nothing_more_when_too_much_waits_for_a_reader)
{
    postern_token_cache_options quotas = {.max_bytes = 100000,
                                          .max_per_holder = 1};
    struct shelf shelf;
    bool refused = false;

    shelf_open(&shelf, &quotas);
    for (int i = 0; i < 100; i++) {
        char tail[16];

        (void)snprintf(tail, sizeof tail, "f%d", i);
        refused = !put(&shelf, "Ca", tail);
    }
    cr_expect(refused);
    cr_expect_leq(shelf.cache->bytes + shelf.cache->retired_bytes, 130000);
    pst_token_cache_leave(shelf.slot);
    pst_token_cache_enter(shelf.cache, shelf.slot);
    cr_expect_not_null(put(&shelf, "Ca", "again"));
    shelf_close(&shelf);
}

Test(token_cache, who_finds_another_one_writing_keeps_nothing)
{
    struct shelf shelf;

    shelf_open(&shelf, NULL);
    cr_assert_eq(pthread_mutex_lock(&shelf.cache->lock), 0);
    cr_expect_null(put(&shelf, "Ca", "t1"));
    cr_assert_eq(pthread_mutex_unlock(&shelf.cache->lock), 0);
    cr_expect_not_null(put(&shelf, "Ca", "t1"));
    shelf_close(&shelf);
}

Test(token_cache, a_name_that_is_too_long_is_not_kept)
{
    static char issuer[PST_PARTY_TEXT_MAX + 2];
    struct shelf shelf;
    struct sample sample;

    shelf_open(&shelf, NULL);
    sample_make(&sample, &shelf.cse, "Ca", "t1");
    memset(issuer, 'i', sizeof issuer);
    sample.token.claims.issuer = (postern_str){issuer, PST_PARTY_TEXT_MAX + 1};
    cr_expect_null(keep(&shelf, &sample));
    cr_expect_eq(shelf.cache->bytes, 0);
    sample.token.claims.issuer.len--;
    cr_expect_not_null(keep(&shelf, &sample));
    shelf_close(&shelf);
}

Test(token_cache, places_for_verifiers_are_counted)
{
    postern_token_cache_options quotas = {.max_verifiers = 2};
    struct pst_epoch_slot *second;
    struct shelf shelf;

    shelf_open(&shelf, &quotas);
    second = pst_token_cache_join(shelf.cache);
    cr_assert_not_null(second);
    cr_expect_null(pst_token_cache_join(shelf.cache));
    pst_token_cache_leave_for_good(second);
    cr_expect_not_null(pst_token_cache_join(shelf.cache));
    shelf_close(&shelf);
}

Test(token_cache, options_have_defaults_and_ceilings)
{
    postern_token_cache_options options;
    postern_token_cache *cache;

    cr_assert_eq(postern_token_cache_new(&cache, NULL), POSTERN_OK);
    cr_expect_eq(cache->max_tokens, 4096);
    cr_expect_eq(cache->max_bytes, 16 << 20);
    cr_expect_eq(cache->max_per_holder, 16);
    cr_expect_eq(cache->max_per_issuer, 4096);
    postern_token_cache_free(cache);
    postern_token_cache_free(NULL);
    postern_token_cache_options_init(&options);
    options.max_tokens = UINT32_MAX;
    options.max_per_holder = UINT32_MAX;
    cr_assert_eq(postern_token_cache_new(&cache, &options), POSTERN_OK);
    cr_expect_eq(cache->max_tokens, 1000000);
    cr_expect_eq(cache->max_per_holder, 1000000);
    postern_token_cache_free(cache);
    options.struct_size = 0;
    cr_expect_eq(postern_token_cache_new(&cache, &options),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(cache);
}

/* Refused at any allocation it is not there, and nothing is lost. */
Test(token_cache, survives_any_allocation_that_fails)
{
    for (size_t n = 1;; n++) {
        struct faulty heap = {.fail_at = n};
        postern_allocator allocator = faulty_allocator(&heap);
        postern_token_cache_options options;
        postern_token_cache *cache;
        postern_cse cse = sample_cse();
        size_t kept = 0;

        postern_token_cache_options_init(&options);
        options.allocator = &allocator;
        options.max_per_holder = 1;
        if (postern_token_cache_new(&cache, &options) == POSTERN_OK) {
            for (int i = 0; i < 4; i++) {
                struct sample sample;
                bool is_new;

                sample_make(&sample, &cse, i < 2 ? "Ca" : "Cb",
                            i % 2 ? "t1" : "t2");
                sample.what.generation = (uint64_t)i + 1;
                kept +=
                    pst_token_cache_keep(cache, &sample.what, &is_new) != NULL;
            }
            cr_expect_geq(kept, heap.calls < n ? 4U : 3U);
            postern_token_cache_free(cache);
        } else {
            cr_expect_null(cache);
        }
        cr_assert_eq(heap.live, 0, "leak when allocation %zu fails", n);
        cr_assert_eq(heap.wrong_sizes, 0);
        if (heap.calls < n) {
            break;
        }
    }
}
