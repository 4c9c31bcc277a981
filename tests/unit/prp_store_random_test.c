/*
 * A store beside its twin: thousands of random changes, some of them refused,
 * some aborted, and after each of them both know the same, and so does a reader
 * that has stayed behind. [ARC-07] [PRP-10] [PRP-11]
 */
#include "support/rng.h"
#include "support/stores.h"
#include "support/twin.h"

enum { NAMES = 5, ENTITIES = 4, CHANGES = 1500 };

struct pair {
    struct kit kit;
    struct rng rng;
    struct twin kept;
    struct twin draft;
    const struct twin *seen; /* what kit.reader is compared with */
    struct twin behind;      /* what `reader_behind` sees, if it is in */
    void *reader_behind;
    bool is_behind;
    postern_change *change;
    unsigned refused;
    unsigned done;
};

static const uint32_t types[] = {1, 2, 3, 3};

/* ---- changes ----------------------------------------------------------- */

static void settle(struct pair *pair, bool fitted, postern_status status,
                   const struct twin *after, const postern_diag *diag)
{
    cr_assert_eq(status, fitted ? POSTERN_OK : POSTERN_ERR_POLICY, "%s",
                 diag->message);
    pair->done += fitted;
    pair->refused += !fitted;
    if (fitted) {
        pair->draft = *after;
    }
}

static int draw_parent(struct rng *rng)
{
    uint32_t drawn = rng_below(rng, RESOURCES + 6);

    return drawn < RESOURCES ? (int)drawn
                             : (drawn == RESOURCES ? AT_NOTHING : AT_BASE);
}

static void put(struct pair *pair)
{
    struct twin after = pair->draft;
    int number = (int)rng_below(&pair->rng, RESOURCES);
    struct twin_resource *twin = &after.at[number];
    struct word words[5];
    bool fitted;
    postern_resource resource;
    postern_diag diag;
    postern_status status;

    *twin = (struct twin_resource){
        .there = true,
        .type = types[rng_below(&pair->rng, 4)],
        .parent = draw_parent(&pair->rng),
        .name = (int)rng_below(&pair->rng, NAMES + 1) - 1,
        .entity = (int)rng_below(&pair->rng, ENTITIES),
        .serial = ++after.serials,
    };
    fitted = fits(&pair->draft, number, twin->parent, twin->name);
    words[0] = id_of(number);
    words[1] = id_of(twin->parent);
    words[2] = name_of(twin->name);
    words[3] = numbered('C', twin->serial);
    words[4] = numbered('S', (uint32_t)twin->entity);
    resource =
        kit_resource(twin->type, words[0].text, words[1].text, words[2].text);
    resource.creator = postern_str_of(words[3].text);
    resource.entity = postern_str_of(words[4].text);
    if (twin->type == 1) {
        resource.acp_set = kit_set(&pair->kit, words[0].text, words[3].text);
    }
    status = postern_change_put(pair->change, &resource, &diag);
    if (status != POSTERN_OK) {
        postern_acp_set_free((postern_acp_set *)(uintptr_t)resource.acp_set);
    }
    settle(pair, fitted, status, &after, &diag);
}

static void move(struct pair *pair)
{
    struct twin after = pair->draft;
    int number = (int)rng_below(&pair->rng, RESOURCES);
    struct twin_resource *twin = &after.at[number];
    int parent = draw_parent(&pair->rng);
    int name = (int)rng_below(&pair->rng, NAMES + 1) - 1;
    int new_name = name >= 0 ? name : twin->name;
    bool fitted = twin->there && parent != AT_NOTHING &&
                  fits(&pair->draft, number, parent, new_name);
    postern_diag diag;

    twin->parent = parent;
    twin->name = new_name;
    settle(pair, fitted,
           postern_change_move(pair->change, postern_str_of(id_of(number).text),
                               postern_str_of(id_of(parent).text),
                               postern_str_of(name_of(name).text), &diag),
           &after, &diag);
}

static void delete (struct pair *pair)
{
    struct twin after = pair->draft;
    int number = (int)rng_below(&pair->rng, RESOURCES);
    bool fitted = after.at[number].there;
    postern_diag diag;

    forget(&after, number);
    settle(pair, fitted,
           postern_change_delete(pair->change,
                                 postern_str_of(id_of(number).text), &diag),
           &after, &diag);
}

static void change(struct pair *pair)
{
    uint32_t steps = rng_below(&pair->rng, 6);

    pair->draft = pair->kept;
    cr_assert_eq(postern_change_begin(pair->kit.store, &pair->change),
                 POSTERN_OK);
    for (uint32_t i = 0; i < steps; i++) {
        uint32_t what = rng_below(&pair->rng, 10);

        if (what < 6) {
            put(pair);
        } else if (what < 9) {
            move(pair);
        } else {
            delete (pair);
        }
    }
    if (rng_below(&pair->rng, 4) == 0) {
        pair->kept.serials = pair->draft.serials;
        postern_change_abort(pair->change);
        return;
    }
    cr_assert_eq(postern_change_commit(pair->change, NULL), POSTERN_OK);
    pair->kept = pair->draft;
}

/* ---- comparing --------------------------------------------------------- */

/* A policy is that of its resource, which lets the creator in. */
static bool lets_in(struct pair *pair, const postern_acp_set *set,
                    const char *from)
{
    postern_request request;

    postern_request_init(&request);
    request.operation = POSTERN_OP_RETRIEVE;
    return postern_id_parse_entity(&request.originator, pair->kit.prp->cse,
                                   postern_str_of(from)) == POSTERN_OK &&
           postern_decide(set, &request).effect == POSTERN_PERMIT;
}

static void expect_same(struct pair *pair, int number,
                        const postern_resource *found)
{
    const struct twin_resource *twin = &pair->seen->at[number];
    struct word creator = numbered('C', twin->serial);

    cr_assert(pst_str_is(found->id, id_of(number).text));
    cr_assert(pst_str_is(found->parent_id, id_of(twin->parent).text));
    cr_assert(pst_str_is(found->name, name_of(twin->name).text));
    cr_assert(pst_str_is(found->creator, creator.text));
    cr_assert_eq(found->type, twin->type);
    cr_assert_eq(found->acp_set != NULL, twin->type == 1);
    cr_assert(!found->acp_set || lets_in(pair, found->acp_set, creator.text));
}

static void compare_at(struct pair *pair, int number, const char *format,
                       const char *address)
{
    char text[PATH + 40];
    postern_resource found;
    bool there = pair->seen->at[number].there;

    (void)snprintf(text, sizeof text, "%s%s", format, address);
    cr_assert_eq(kit_find(&pair->kit, text, &found),
                 there ? POSTERN_FOUND : POSTERN_FOUND_NOT, "%s", text);
    if (there) {
        expect_same(pair, number, &found);
    }
}

/* A path of a resource that is not there may be that of another. */
static void compare_addresses(struct pair *pair, int number)
{
    char path[PATH];

    compare_at(pair, number, "", id_of(number).text);
    compare_at(pair, number, "//SP.example/plant-cse/", id_of(number).text);
    if (pair->seen->at[number].there) {
        path_of(pair->seen, number, path);
        if (path[0]) {
            compare_at(pair, number, "", path);
            compare_at(pair, number, "/plant-cse/base", path + 1);
        }
    }
}

/* Each once, none before its parent. */
static void compare_below(struct pair *pair, int top)
{
    bool seen[RESOURCES] = {false};
    postern_cursor cursor = {{0}};
    postern_resource found;
    struct word root = id_of(top);
    int missing = 0;

    postern_resource_init(&found);
    while (pair->kit.prp->next(
               pair->kit.prp->user, pair->kit.reader,
               postern_str_of(top == AT_NOTHING ? NULL : root.text), &cursor,
               &found) == POSTERN_FOUND) {
        int number = 0;

        while (!pst_str_is(found.id, id_of(number).text)) {
            number++;
            cr_assert_lt(number, RESOURCES);
        }
        cr_assert_not(seen[number]);
        seen[number] = true;
        expect_same(pair, number, &found);
        cr_assert(number == top || pair->seen->at[number].parent < 0 ||
                  seen[pair->seen->at[number].parent]);
    }
    for (int i = 0; i < RESOURCES; i++) {
        bool is_in = pair->seen->at[i].there &&
                     (top == AT_NOTHING || is_below(pair->seen, i, top));

        missing += is_in != seen[i];
    }
    cr_assert_eq(missing, 0, "below %s", root.text);
}

static void compare_registrees(struct pair *pair, int number)
{
    struct word text = numbered('S', (uint32_t)number);
    postern_resource found;
    postern_id id;
    uint32_t n = 0;

    for (int i = 0; i < RESOURCES; i++) {
        const struct twin_resource *twin = &pair->seen->at[i];

        n += twin->there && twin->type == 2 && twin->entity == number;
    }
    cr_assert_eq(postern_id_parse_entity(&id, pair->kit.prp->cse,
                                         postern_str_of(text.text)),
                 POSTERN_OK);
    for (uint32_t i = 0; i <= n; i++) {
        postern_resource_init(&found);
        cr_assert_eq(pair->kit.prp->registree(pair->kit.prp->user,
                                              pair->kit.reader, &id, i, &found),
                     i < n ? POSTERN_FOUND : POSTERN_FOUND_NOT);
    }
}

static void compare_view(struct pair *pair, const struct twin *seen)
{
    pair->seen = seen;
    for (int i = 0; i < RESOURCES; i++) {
        compare_addresses(pair, i);
    }
    compare_below(pair, AT_NOTHING);
    compare_below(pair, AT_BASE);
    compare_below(pair, (int)rng_below(&pair->rng, RESOURCES));
    compare_registrees(pair, (int)rng_below(&pair->rng, ENTITIES));
}

static void compare_size(struct pair *pair)
{
    postern_store_size size;
    uint64_t resources = 0;
    uint64_t acps = 0;

    for (int i = 0; i < RESOURCES; i++) {
        resources += pair->kept.at[i].there;
        acps += pair->kept.at[i].there && pair->kept.at[i].type == 1;
    }
    postern_store_measure(pair->kit.store, &size);
    cr_assert_eq(size.resources, resources);
    cr_assert_eq(size.acps, acps);
    cr_assert_eq(size.bytes, pair->kit.heap.live);
}

/* One that enters now and then, and leaves some changes later. */
static void stay_behind(struct pair *pair)
{
    void *reader = pair->kit.reader;

    pair->kit.reader = pair->reader_behind;
    if (!pair->is_behind && rng_below(&pair->rng, 10) == 0) {
        (void)kit_enter(&pair->kit);
        pair->behind = pair->kept;
        pair->is_behind = true;
    } else if (pair->is_behind && rng_below(&pair->rng, 10) == 0) {
        compare_view(pair, &pair->behind);
        kit_leave(&pair->kit);
        pair->is_behind = false;
    }
    pair->kit.reader = reader;
}

Test(store, knows_what_its_twin_knows_after_any_change)
{
    struct pair pair = {.rng = {7}};
    postern_store_options options = kit_options(&pair.kit);

    options.max_depth = MAX_DEPTH;
    options.hash_key[0] = 42;
    kit_open_with(&pair.kit, &options);
    cr_assert_eq(
        pair.kit.prp->reader_new(pair.kit.prp->user, &pair.reader_behind),
        POSTERN_OK);
    for (int i = 0; i < CHANGES; i++) {
        change(&pair);
        (void)kit_enter(&pair.kit);
        compare_view(&pair, &pair.kept);
        kit_leave(&pair.kit);
        compare_size(&pair);
        stay_behind(&pair);
    }
    cr_expect_gt(pair.done, CHANGES / 2);
    cr_expect_gt(pair.refused, CHANGES / 2);
    pair.kit.prp->reader_free(pair.kit.prp->user, pair.reader_behind);
    kit_close(&pair.kit);
}
