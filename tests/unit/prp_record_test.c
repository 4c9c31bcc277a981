#include "prp/record.h"

#include "prp/version.h"
#include "support/stores.h"

struct bench {
    struct faulty heap;
    postern_allocator allocator;
    struct pst_pool pool;
    struct pst_store_settings settings;
};

static void bench_open(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    bench->allocator = faulty_allocator(&bench->heap);
    pst_pool_init(&bench->pool, &bench->allocator);
    cr_assert_eq(postern_cse_init(&bench->settings.cse, PST_STR("//sp.example"),
                                  PST_STR("/plant-cse")),
                 POSTERN_OK);
}

static void expect_same_texts(const postern_texts *a, const postern_texts *b,
                              const char *name)
{
    cr_expect_eq(!a->items, !b->items, "%s", name);
    cr_assert_eq(a->count, b->count, "%s", name);
    for (size_t i = 0; i < a->count; i++) {
        cr_expect_eq(!a->items[i].data, !b->items[i].data, "%s", name);
        cr_expect(pst_str_equal(a->items[i], b->items[i]), "%s", name);
        cr_expect(!a->items[i].data || a->items[i].data != b->items[i].data,
                  "%s is not copied", name);
    }
}

static void expect_same_text(postern_str a, postern_str b, const char *name)
{
    cr_expect(pst_str_equal(a, b), "%s", name);
    cr_expect_eq(!a.data, !b.data, "%s", name);
    cr_expect(!a.data || a.data != b.data, "%s is not copied", name);
}

static void expect_same(const postern_resource *a, const postern_resource *b)
{
    expect_same_text(a->id, b->id, "id");
    expect_same_text(a->name, b->name, "name");
    expect_same_text(a->creator, b->creator, "creator");
    expect_same_text(a->custodian, b->custodian, "custodian");
    expect_same_text(a->entity, b->entity, "entity");
    expect_same_text(a->container_definition, b->container_definition, "cnd");
    expect_same_texts(&a->policy_ids, &b->policy_ids, "policy_ids");
    expect_same_texts(&a->members_policy_ids, &b->members_policy_ids, "macp");
    expect_same_texts(&a->members, &b->members, "members");
    expect_same_texts(&a->labels, &b->labels, "labels");
    expect_same_texts(&a->attributes, &b->attributes, "attributes");
    cr_expect_eq(a->type, b->type);
    cr_expect_eq(a->expires_s, b->expires_s);
    cr_expect_eq(a->mgmt_definition, b->mgmt_definition);
    cr_expect_eq(a->acp_set, b->acp_set);
    cr_assert_eq(!a->role, !b->role);
    if (a->role) {
        expect_same_text(a->role->role_id, b->role->role_id, "role_id");
        expect_same_text(a->role->issuer, b->role->issuer, "issuer");
        expect_same_text(a->role->holder, b->role->holder, "holder");
        cr_expect_eq(a->role->dated, b->role->dated);
        cr_expect_eq(a->role->not_before_s, b->role->not_before_s);
        cr_expect_eq(a->role->not_after_s, b->role->not_after_s);
    }
    expect_same_texts(&a->consultation_ids, &b->consultation_ids, "daci");
    cr_assert_eq(!a->consultation, !b->consultation);
    if (a->consultation) {
        expect_same_texts(&a->consultation->points, &b->consultation->points,
                          "points");
        cr_expect_eq(a->consultation->enabled, b->consultation->enabled);
        cr_expect_eq(a->consultation->has_lifetime,
                     b->consultation->has_lifetime);
        cr_expect_eq(a->consultation->lifetime_s, b->consultation->lifetime_s);
    }
}

/* Made, read, compared, freed with the size that it had. */
static size_t keep(const postern_resource *resource)
{
    struct bench bench;
    struct pst_record *record;
    postern_resource read;
    size_t size;

    bench_open(&bench);
    cr_assert_eq(
        pst_record_make(&record, &bench.settings, resource, &bench.pool),
        POSTERN_OK);
    memset(&read, 0x5A, sizeof read); /* all of it is written */
    pst_record_read(record, &read);
    expect_same(resource, &read);
    cr_expect(pst_str_equal(pst_record_id(record), resource->id));
    cr_expect(pst_str_equal(pst_record_name(record), resource->name));
    cr_expect_eq(pst_record_type(record), resource->type);
    cr_expect_eq(pst_record_set(record), resource->acp_set);
    cr_expect_eq(read.parent_id.len, 0);
    size = pst_record_size(record);
    cr_expect_eq(size, bench.heap.live);
    pst_pool_free(&bench.pool, record, size);
    cr_expect_eq(bench.heap.live, 0);
    return size;
}

static postern_resource full(const postern_role *role)
{
    static const postern_str policies[] = {{"acp1", 4}, {"", 0}, {NULL, 0}};
    static const postern_str members[] = {{"cnt1", 4}, {NULL, 0}, {"-/x", 3}};
    static const postern_str labels[] = {{"red", 3}, {"green", 5}};
    postern_resource resource = kit_resource(9, "res1", NULL, "a-name");

    resource.expires_s = 1750000000;
    resource.policy_ids = (postern_texts){policies, 3};
    resource.members_policy_ids = (postern_texts){policies, 1};
    resource.creator = PST_STR("Cowner");
    resource.custodian = PST_STR("");
    resource.entity = PST_STR("/gate-cse");
    resource.members = (postern_texts){members, 3};
    resource.labels = (postern_texts){labels, 2};
    resource.attributes = (postern_texts){labels, 0};
    resource.container_definition = PST_STR("org.example.door");
    resource.mgmt_definition = 1001;
    resource.role = role;
    resource.consultation_ids = (postern_texts){policies, 3};
    return resource;
}

/* No attribute is in the way of another, present or not. */
Test(record, keeps_every_attribute_with_and_without_each_other)
{
    postern_role role = {
        PST_STR("1@auth.example"), PST_STR("/auth"), PST_STR("Cx"), true, 5, 9};
    postern_resource all = full(&role);
    postern_resource none = kit_resource(9, "res1", NULL, NULL);
    postern_consultation consultation = {
        true, {all.labels.items, all.labels.count}, true, 17};

    for (unsigned bits = 0; bits < 1U << 16; bits++) {
        postern_resource some = none;

        some.name = bits & 1 ? all.name : none.name;
        some.expires_s = bits & 2 ? all.expires_s : none.expires_s;
        some.policy_ids = bits & 4 ? all.policy_ids : none.policy_ids;
        some.members_policy_ids =
            bits & 8 ? all.members_policy_ids : none.members_policy_ids;
        some.creator = bits & 16 ? all.creator : none.creator;
        some.custodian = bits & 32 ? all.custodian : none.custodian;
        some.entity = bits & 64 ? all.entity : none.entity;
        some.members = bits & 128 ? all.members : none.members;
        some.labels = bits & 256 ? all.labels : none.labels;
        some.attributes = bits & 512 ? all.attributes : none.attributes;
        some.container_definition =
            bits & 1024 ? all.container_definition : none.container_definition;
        some.mgmt_definition = bits & 2048 ? all.mgmt_definition : 0;
        some.role = bits & 4096 ? all.role : NULL;
        some.acp_set = bits & 8192 ? (const void *)&all : NULL;
        some.consultation = bits & 16384 ? &consultation : NULL;
        some.consultation_ids =
            bits & 32768 ? all.consultation_ids : none.consultation_ids;
        some.type = bits % 3 ? 9 : 70000; /* some do not fit the head */
        (void)keep(&some);
    }
}

Test(record, keeps_a_text_once_that_is_the_id_again)
{
    postern_resource plain = kit_resource(2, "Cpump7", NULL, NULL);
    postern_resource same = kit_resource(2, "Cpump7", NULL, "Cpump7");
    postern_resource other = kit_resource(2, "Cpump7", NULL, "Cpump8");

    same.entity = PST_STR("Cpump7");
    cr_expect_eq(keep(&same), keep(&plain));
    cr_expect_eq(keep(&other), keep(&plain) + 6);
}

Test(record, of_a_plain_container_is_small)
{
    postern_resource resource = kit_resource(3, "cnt0000001", NULL, "temp0001");
    postern_str policy = PST_STR("acp00001");

    resource.creator = PST_STR("Cowner0001");
    resource.policy_ids = (postern_texts){&policy, 1};
    cr_expect_eq(keep(&resource), 66);
}

Test(record, keeps_texts_of_every_length)
{
    static char long_text[PST_TEXT_MAX];
    postern_resource resource = kit_resource(3, "cnt1", NULL, NULL);

    memset(long_text, 'x', sizeof long_text);
    for (size_t len = 0; len <= PST_TEXT_MAX; len = len * 2 + 1) {
        resource.creator = (postern_str){long_text, len};
        resource.labels = (postern_texts){&resource.creator, 1};
        (void)keep(&resource);
    }
}

Test(record, refuses_more_than_it_can_hold)
{
    static char long_text[PST_TEXT_MAX];
    static postern_str entries[70000];
    struct bench bench;
    struct pst_record *record;
    postern_resource resource = kit_resource(3, "cnt1", NULL, NULL);

    bench_open(&bench);
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        entries[i] = (postern_str){long_text, sizeof long_text};
    }
    resource.labels =
        (postern_texts){entries, sizeof entries / sizeof *entries};
    cr_expect_eq(
        pst_record_make(&record, &bench.settings, &resource, &bench.pool),
        POSTERN_ERR_LIMIT);
    cr_expect_null(record);
    resource.labels.count = SIZE_MAX / 2;
    resource.labels.items = entries;
    cr_expect_eq(
        pst_record_make(&record, &bench.settings, &resource, &bench.pool),
        POSTERN_ERR_LIMIT);
    resource.labels.count = 1;
    bench.heap.fail_at = bench.heap.calls + 1;
    cr_expect_eq(
        pst_record_make(&record, &bench.settings, &resource, &bench.pool),
        POSTERN_ERR_MEMORY);
    cr_expect_null(record);
    cr_expect_eq(bench.heap.live, 0);
}

Test(resource, is_without_an_end_until_it_gets_one)
{
    postern_resource resource;
    postern_resource zero = {0};

    memset(&resource, 0x5A, sizeof resource);
    postern_resource_init(&resource);
    cr_expect_eq(resource.expires_s, INT64_MAX);
    zero.struct_size = sizeof zero;
    zero.expires_s = INT64_MAX;
    cr_expect_eq(memcmp(&resource, &zero, sizeof zero), 0);
}
