/* Making and measuring a store; revisions, and what readers see of them. */
#include "prp/store.h"

#include "support/stores.h"

/* ---- making ------------------------------------------------------------ */

static void expect_refused(const postern_store_options *options)
{
    postern_store *store;
    postern_diag diag;

    cr_expect_eq(postern_store_new(&store, options, &diag),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(store);
    cr_expect_eq(diag.status, POSTERN_ERR_ARGUMENT);
    cr_expect_neq(diag.message[0], '\0');
}

Test(store, needs_a_cse_and_the_id_of_its_base)
{
    static const postern_str no_ids[] = {
        {NULL, 0}, {"", 0}, {"a/b", 3}, {"-", 1}, {"a b", 3}};
    struct kit kit;
    postern_store_options options = kit_options(&kit);
    postern_cse no_cse = {.name = {NULL, 0}};

    options.cse = NULL;
    expect_refused(&options);
    options.cse = &no_cse;
    expect_refused(&options);
    options.cse = &kit.cse;
    for (size_t i = 0; i < sizeof no_ids / sizeof *no_ids; i++) {
        options.base_id = no_ids[i];
        expect_refused(&options);
    }
    options.base_id = PST_STR("cb0");
    options.base_name = PST_STR("a b");
    expect_refused(&options);
    options.base_name = PST_STR("a");
    kit_open_with(&kit, &options);
    kit_close(&kit);
    postern_store_free(NULL);
}

Test(store, refuses_options_that_it_does_not_know)
{
    struct kit kit;
    struct {
        postern_store_options options;
        char more[8]; /* of a later release */
    } newer = {.options = kit_options(&kit)};

    expect_refused(NULL);
    newer.options.struct_size = 0;
    expect_refused(&newer.options);
    newer.options.struct_size = sizeof newer;
    newer.more[0] = 1;
    expect_refused(&newer.options);
    newer.more[0] = 0;
    kit_open_with(&kit, &newer.options);
    kit_close(&kit);
}

/* The caller's texts need not stay. */
Test(store, keeps_what_its_options_say)
{
    char texts[] = "sp.example/plant-cse/cb0/base";
    struct kit kit;
    postern_store_options options = kit_options(&kit);

    kit.cse.domain.data = texts;
    kit.cse.name.data = texts + 11;
    options.base_id.data = texts + 21;
    options.base_name.data = texts + 25;
    kit_open_with(&kit, &options);
    memset(texts, '!', sizeof texts);
    memset(&kit.cse, 0, sizeof kit.cse);
    kit_put(&kit, 3, "cnt1", "cb0", "temp");
    cr_expect_str_eq(kit_at(&kit, "//sp.example/plant-cse/base/temp"), "cnt1");
    cr_expect(pst_str_is(kit.prp->cse->name, "plant-cse"));
    kit_close(&kit);
}

/* ---- revisions --------------------------------------------------------- */

/* [PRP-11] */
Test(store, counts_every_change_that_is_committed)
{
    struct kit kit;
    postern_change *change;
    uint64_t revision = 0;

    kit_open(&kit);
    cr_expect_eq(postern_store_revision(kit.store), 1);
    cr_expect_eq(kit_enter(&kit), 1);
    kit_leave(&kit);
    kit_put(&kit, 3, "cnt1", "cb0", NULL);
    cr_expect_eq(postern_store_revision(kit.store), 2);
    cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
    cr_expect_eq(postern_change_delete(change, PST_STR("cnt1"), NULL),
                 POSTERN_OK);
    cr_expect_eq(postern_store_revision(kit.store), 2);
    cr_expect_str_eq(kit_at(&kit, "cnt1"), "cnt1");
    postern_change_abort(change);
    cr_expect_eq(postern_store_revision(kit.store), 2);
    cr_expect_str_eq(kit_at(&kit, "cnt1"), "cnt1");
    cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
    cr_expect_eq(postern_change_delete(change, PST_STR("cnt1"), NULL),
                 POSTERN_OK);
    cr_expect_eq(postern_change_commit(change, &revision), POSTERN_OK);
    cr_expect_eq(revision, 3);
    cr_expect_eq(kit_enter(&kit), 3);
    kit_leave(&kit);
    cr_expect_str_eq(kit_at(&kit, "cnt1"), "-");
    postern_change_abort(NULL);
    kit_close(&kit);
}

static postern_effect decide(struct kit *kit, const char *acp, const char *from)
{
    postern_resource resource;
    postern_request request;

    cr_assert_eq(kit_find(kit, acp, &resource), POSTERN_FOUND);
    cr_assert_not_null(resource.acp_set);
    cr_expect_eq(resource.acp, 0);
    postern_request_init(&request);
    cr_assert_eq(postern_id_parse_entity(&request.originator, &kit->cse,
                                         postern_str_of(from)),
                 POSTERN_OK);
    request.operation = POSTERN_OP_RETRIEVE;
    return postern_decide(resource.acp_set, &request).effect;
}

static void put_acp(struct kit *kit, postern_change *change, const char *id,
                    const char *originator)
{
    postern_resource acp = kit_resource(1, id, "cb0", NULL);
    postern_diag diag;

    acp.acp_set = kit_set(kit, id, originator);
    cr_assert_eq(postern_change_put(change, &acp, &diag), POSTERN_OK, "%s",
                 diag.message);
}

/* [ARC-07] [PRP-11] */
Test(store, shows_a_reader_the_revision_it_entered_until_it_leaves)
{
    struct kit kit;
    postern_change *change;
    void *late;

    kit_open(&kit);
    kit_put(&kit, 1, "acp1", "cb0", "policy"); /* lets Cx in */
    kit_put(&kit, 3, "cnt1", "cb0", "temp");
    kit_put(&kit, 3, "cnt2", "cnt1", "inner");
    cr_expect_eq(kit_enter(&kit), 4);
    cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
    put_acp(&kit, change, "acp1", "Cy");
    cr_assert_eq(postern_change_move(change, PST_STR("cnt2"), PST_STR("cb0"),
                                     PST_STR("moved"), NULL),
                 POSTERN_OK);
    cr_assert_eq(postern_change_delete(change, PST_STR("cnt1"), NULL),
                 POSTERN_OK);
    cr_assert_eq(postern_change_commit(change, NULL), POSTERN_OK);
    for (int i = 0; i < 100; i++) { /* what is replaced may be freed */
        kit_put(&kit, 3, "cnt3", "cb0", i % 2 ? "x" : "y");
    }
    cr_expect_eq(decide(&kit, "acp1", "Cx"), POSTERN_PERMIT);
    cr_expect_eq(decide(&kit, "acp1", "Cy"), POSTERN_DENY);
    cr_expect_str_eq(kit_seen_at(&kit, "base/temp/inner"), "cnt2");
    cr_expect_str_eq(kit_seen_at(&kit, "base/moved"), "-");
    cr_expect_str_eq(kit_seen_at(&kit, "cnt3"), "-");
    cr_expect_str_eq(kit_below(&kit, NULL), "cnt1 cnt2 acp1");
    cr_assert_eq(kit.prp->reader_new(kit.prp->user, &late), POSTERN_OK);
    cr_expect_eq(kit.prp->enter(kit.prp->user, late), 105);
    kit.prp->reader_free(kit.prp->user, late); /* which leaves */
    kit_leave(&kit);
    cr_expect_eq(kit_enter(&kit), 105);
    cr_expect_eq(decide(&kit, "acp1", "Cx"), POSTERN_DENY);
    cr_expect_eq(decide(&kit, "acp1", "Cy"), POSTERN_PERMIT);
    cr_expect_str_eq(kit_seen_at(&kit, "base/temp/inner"), "-");
    cr_expect_str_eq(kit_seen_at(&kit, "base/moved"), "cnt2");
    kit_leave(&kit);
    kit_close(&kit);
}

Test(store, answers_nothing_to_who_has_not_entered)
{
    struct kit kit;
    postern_resource resource;
    postern_cursor cursor = {{0}};
    postern_id id;

    kit_open(&kit);
    kit_put(&kit, 2, "Cx", "cb0", NULL);
    (void)kit_enter(&kit);
    cr_expect_eq(kit_find(&kit, "Cx", &resource), POSTERN_FOUND);
    kit_leave(&kit);
    cr_expect_eq(kit_find(&kit, "Cx", &resource), POSTERN_FOUND_FAILED);
    cr_expect_eq(
        kit.prp->parent(kit.prp->user, kit.reader, &resource, &resource),
        POSTERN_FOUND_FAILED);
    cr_assert_eq(postern_id_parse_entity(&id, &kit.cse, PST_STR("Cx")),
                 POSTERN_OK);
    cr_expect_eq(
        kit.prp->registree(kit.prp->user, kit.reader, &id, 0, &resource),
        POSTERN_FOUND_FAILED);
    cr_expect_eq(kit.prp->role(kit.prp->user, kit.reader, &id, 0, &resource),
                 POSTERN_FOUND_FAILED);
    cr_expect_eq(
        kit.prp->has_member(kit.prp->user, kit.reader, &resource, &resource),
        POSTERN_UNKNOWN);
    cr_expect_eq(kit.prp->next(kit.prp->user, kit.reader, PST_STR(""), &cursor,
                               &resource),
                 POSTERN_FOUND_FAILED);
    cr_expect_eq(kit.prp->find(kit.prp->user, NULL, PST_STR("Cx"), &resource),
                 POSTERN_FOUND_FAILED);
    kit_close(&kit);
}

Test(store, has_so_many_readers_at_one_time_and_no_more)
{
    struct kit kit;
    postern_store_options options = kit_options(&kit);
    void *second;
    void *third;

    options.max_readers = 2;
    kit_open_with(&kit, &options);
    cr_expect_eq(kit.prp->reader_new(kit.prp->user, &second), POSTERN_OK);
    cr_expect_eq(kit.prp->reader_new(kit.prp->user, &third), POSTERN_ERR_LIMIT);
    cr_expect_null(third);
    kit.prp->reader_free(kit.prp->user, third);
    kit.prp->reader_free(kit.prp->user, second);
    cr_expect_eq(kit.prp->reader_new(kit.prp->user, &third), POSTERN_OK);
    kit.prp->reader_free(kit.prp->user, third);
    kit_close(&kit);
}

/* ---- changes ----------------------------------------------------------- */

Test(change, goes_on_after_a_refusal_as_if_nothing_had_been_asked)
{
    struct kit kit;
    postern_change *change;
    postern_resource good = kit_resource(3, "cnt1", "cb0", "temp");
    postern_resource bad = kit_resource(3, "cnt2", "gone", "x");

    kit_open(&kit);
    cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
    cr_expect_eq(postern_change_put(change, &good, NULL), POSTERN_OK);
    cr_expect_eq(postern_change_put(change, &bad, NULL), POSTERN_ERR_POLICY);
    cr_expect_eq(postern_change_move(change, PST_STR("cnt1"), PST_STR("cnt1"),
                                     PST_STR(""), NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_change_delete(change, PST_STR("cnt2"), NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_change_commit(change, NULL), POSTERN_OK);
    cr_expect_str_eq(kit_at(&kit, "base/temp"), "cnt1");
    cr_expect_str_eq(kit_at(&kit, "cnt2"), "-");
    kit_close(&kit);
}

Test(change, sees_itself_and_nobody_else_does)
{
    struct kit kit;
    postern_change *change;
    postern_resource resource = kit_resource(3, "cnt1", "cb0", "temp");
    postern_resource found;

    kit_open(&kit);
    cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
    cr_expect_eq(pst_change_find(change, PST_STR("base/temp"), &found),
                 POSTERN_FOUND_NOT);
    cr_expect_eq(postern_change_put(change, &resource, NULL), POSTERN_OK);
    cr_expect_eq(pst_change_find(change, PST_STR("base/temp"), &found),
                 POSTERN_FOUND);
    cr_expect(pst_str_is(found.id, "cnt1"));
    cr_expect(pst_str_is(found.parent_id, "cb0"));
    cr_expect_str_eq(kit_at(&kit, "base/temp"), "-");
    cr_expect(pst_str_is(pst_change_cse(change)->name, "plant-cse"));
    pst_change_fail(change, POSTERN_ERR_POLICY);
    cr_expect_eq(pst_change_find(change, PST_STR("base/temp"), &found),
                 POSTERN_FOUND_FAILED);
    cr_expect_eq(postern_change_put(change, &resource, NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_change_commit(change, NULL), POSTERN_ERR_POLICY);
    cr_expect_str_eq(kit_at(&kit, "base/temp"), "-");
    cr_expect_eq(postern_store_revision(kit.store), 1);
    kit_close(&kit);
}

/* Its set is compiled once, however often the resource around it changes.
 * [PRP-11] */
Test(change, keeps_the_set_of_an_acp_that_is_put_again_with_it)
{
    struct kit kit;
    postern_change *change;
    postern_resource acp;

    kit_open(&kit);
    kit_put(&kit, 1, "acp1", "cb0", "policy");
    for (int commit = 0; commit < 2; commit++) {
        cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
        for (int i = 0; i < 3; i++) {
            cr_assert_eq(pst_change_find(change, PST_STR("acp1"), &acp),
                         POSTERN_FOUND);
            acp.name = i % 2 ? PST_STR("one") : PST_STR("two");
            cr_expect_eq(postern_change_put(change, &acp, NULL), POSTERN_OK);
        }
        if (commit) {
            cr_expect_eq(postern_change_commit(change, NULL), POSTERN_OK);
        } else {
            postern_change_abort(change);
        }
    }
    (void)kit_enter(&kit);
    cr_expect_eq(decide(&kit, "base/two", "Cx"), POSTERN_PERMIT);
    kit_leave(&kit);
    kit_close(&kit);
}

/* What a change makes and replaces itself is gone at once, whatever it ends
 * in. */
Test(change, frees_what_only_it_has_seen)
{
    struct kit kit;
    postern_change *change;
    postern_store_size before;
    postern_store_size after;

    kit_open(&kit);
    kit_put(&kit, 1, "acp1", "cb0", NULL);
    postern_store_measure(kit.store, &before);
    for (int kept = 0; kept < 2; kept++) {
        size_t live = 0;

        cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
        for (int i = 0; i < 100; i++) {
            put_acp(&kit, change, "acp1", "Cy");
            put_acp(&kit, change, "acp2", "Cz");
            live = live ? live : kit.heap.live;
            cr_expect_lt(kit.heap.live, live + 1024, "round %d", i);
            cr_expect_eq(postern_change_delete(change, PST_STR("acp2"), NULL),
                         POSTERN_OK);
        }
        if (kept) {
            cr_expect_eq(postern_change_commit(change, NULL), POSTERN_OK);
        } else {
            postern_change_abort(change);
        }
        postern_store_measure(kit.store, &after);
        cr_expect_eq(after.bytes, before.bytes);
        cr_expect_eq(after.acps, 1);
    }
    kit_close(&kit);
}

/* A number that comes again in one change is of one record at the end. */
Test(change, frees_each_record_once_when_it_is_aborted)
{
    struct kit kit;
    postern_change *change;

    kit_open(&kit);
    cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
    for (int i = 0; i < 3; i++) {
        put_acp(&kit, change, "acp1", "Cy");
        put_acp(&kit, change, "acp2", "Cz");
        cr_assert_eq(postern_change_delete(change, PST_STR("acp1"), NULL),
                     POSTERN_OK);
    }
    put_acp(&kit, change, "acp3", "Cy");
    postern_change_abort(change);
    cr_expect_str_eq(kit_at(&kit, "acp3"), "-");
    kit_close(&kit);
}

/* ---- measuring --------------------------------------------------------- */

Test(store, knows_every_byte_it_has)
{
    struct kit kit;
    postern_store_size size;
    uint64_t waiting;

    kit_open(&kit);
    postern_store_measure(kit.store, &size);
    cr_expect_eq(size.bytes, kit.heap.live);
    cr_expect_eq(size.resources, 0);
    kit_put(&kit, 1, "acp1", "cb0", NULL);
    kit_put(&kit, 3, "cnt1", "cb0", "x");
    (void)kit_enter(&kit);
    for (int i = 0; i < 50; i++) {
        kit_put(&kit, 1, "acp1", "cb0", "y");
    }
    postern_store_measure(kit.store, &size);
    cr_expect_eq(size.revision, 53);
    cr_expect_eq(size.resources, 2);
    cr_expect_eq(size.acps, 1);
    cr_expect_eq(size.bytes, kit.heap.live);
    cr_expect_gt(size.waiting_bytes, 50 * 100);
    waiting = size.waiting_bytes;
    kit_leave(&kit);
    kit_delete(&kit, "cnt1");
    postern_store_measure(kit.store, &size);
    cr_expect_eq(size.resources, 1);
    cr_expect_eq(size.bytes, kit.heap.live);
    cr_expect_lt(size.waiting_bytes, waiting);
    kit_close(&kit);
}

/* What reads texts stays with the store, and is refused texts too. */
Test(store, knows_every_byte_of_what_reads_texts)
{
    static const char *const texts[] = {
        "{\"m2m:cnt\": {\"ri\": \"cnt1\", \"rn\": \"cnt1\", \"pi\": "
        "\"cb0\"}}",
        "{\"m2m:cnt\": {\"ri\": \"?\", \"pi\": \"cb0\"}}",
    };
    struct kit kit;
    postern_store_size size;
    postern_store_size before;

    kit_open(&kit);
    postern_store_measure(kit.store, &before);
    for (size_t i = 0; i < 2; i++) {
        postern_change *change;
        postern_diag diag;

        cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
        cr_expect_eq(postern_change_put_text(change, postern_str_of(texts[i]),
                                             NULL, &diag) == POSTERN_OK,
                     i == 0);
        cr_expect_eq(postern_change_commit(change, NULL), POSTERN_OK);
        postern_store_measure(kit.store, &size);
        cr_expect_eq(size.bytes, kit.heap.live);
        cr_expect_gt(size.bytes, before.bytes);
    }
    kit_close(&kit);
}

/* A reader that stays holds memory; once it leaves, changes free more than they
 * replace until nothing waits. */
Test(store, lets_go_of_what_a_reader_has_held_up)
{
    struct kit kit;
    postern_store_size size;
    int rounds = 0;

    kit_open(&kit);
    kit_put(&kit, 3, "cnt1", "cb0", "x");
    (void)kit_enter(&kit);
    for (int i = 0; i < 1000; i++) {
        kit_put(&kit, 3, "cnt1", "cb0", i % 2 ? "x" : "y");
    }
    kit_leave(&kit);
    do {
        kit_put(&kit, 3, "cnt1", "cb0", rounds % 2 ? "x" : "y");
        postern_store_measure(kit.store, &size);
    } while (size.waiting_bytes > 0 && ++rounds < 200);
    cr_expect_lt(rounds, 200);
    kit_close(&kit);
}
