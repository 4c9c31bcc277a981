#include "consent/records.h"

#include "base/str.h"
#include "base/vec.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#define ASP(members) "kind: asp\nowner: acme\n" members
#define SUBSCRIBER(members)                                                    \
    "kind: subscriber\nowner: p-1\nresidence: {legal_country: NL}\n" members
#define APPS "applications: [{app_id: a}]\n"

struct loaded {
    struct pst_arena arena;
    struct pst_document document;
    struct pst_asp asp;
    struct pst_subscriber subscriber;
    postern_diag diag;
    postern_status status;
};

static void read_record(struct loaded *it, const char *text)
{
    postern_allocator heap = pst_allocator_of(NULL);
    postern_limits limits = pst_limits_of(NULL);
    const struct pst_node *kind;

    memset(it, 0, sizeof *it);
    pst_diag_clear(&it->diag);
    pst_arena_init(&it->arena, &heap, SIZE_MAX);
    it->document = (struct pst_document){.format = PST_FORMAT_YAML,
                                         .source = "x.yaml",
                                         .text = postern_str_of(text)};
    it->status =
        pst_document_read(&it->document, &it->arena, &limits, &it->diag);
    cr_assert_eq(it->status, POSTERN_OK, "%s", text);
    kind = pst_node_member(it->document.root, "kind");
    it->status =
        kind && pst_str_is(kind->text, "subscriber")
            ? pst_subscriber_read(&it->arena, &it->document, &it->subscriber,
                                  &it->diag)
            : pst_asp_read(&it->arena, &it->document, &it->asp, &it->diag);
}

static void forget(struct loaded *it)
{
    pst_arena_release(&it->arena);
}

/* What is refused and with which code, and what is nearly the same and is
 * taken. */
static const struct {
    const char *name;
    const char *refused;
    const char *code;
    const char *taken;
} pairs[] = {
    {"another kind", "kind: asps\nowner: a\n" APPS, "E_KIND", ASP(APPS)},
    {"no kind", "owner: a\n" APPS, "E_KIND", ASP(APPS)},
    {"an asp without owner", "kind: asp\n" APPS, "E_OWNER_MISSING", ASP(APPS)},
    {"an empty owner", "kind: asp\nowner: ''\n" APPS, "E_TYPE", ASP(APPS)},
    {"an owner that is a list", "kind: asp\nowner: [a]\n" APPS, "E_TYPE",
     ASP(APPS)},
    {"no applications", ASP("name: A\n"), "E_MEMBER", ASP("name: A\n" APPS)},
    {"an unknown member", ASP(APPS "nome: A\n"), "E_MEMBER",
     ASP(APPS "name: A\n")},
    {"applications that are an object", ASP("applications: {app_id: a}\n"),
     "E_TYPE", ASP(APPS)},
    {"applications by name", ASP("applications: {a: {app_id: a}}\n"), "E_TYPE",
     ASP(APPS)},
    {"applications that are a text", ASP("applications: a\n"), "E_TYPE",
     ASP("applications: []\n")},
    {"an application without App-ID", ASP("applications: [{application: a}]\n"),
     "E_MEMBER", ASP("applications: [{app_id: a, application: a}]\n")},
    {"an unknown member of an application",
     ASP("applications: [{app_id: a, originator: C1}]\n"), "E_MEMBER",
     ASP("applications: [{app_id: a, originators: C1}]\n")},
    {"an App-ID twice", ASP("applications: [{app_id: a}, {app_id: a}]\n"),
     "E_TWICE", ASP("applications: [{app_id: a}, {app_id: b}]\n")},
    {"an originator that is all",
     ASP("applications: [{app_id: a, originators: all}]\n"), "E_ID",
     ASP("applications: [{app_id: a, originators: Call}]\n")},
    {"an originator with a wildcard",
     ASP("applications: [{app_id: a, originators: ['//a.example/in/*']}]\n"),
     "E_ID",
     ASP("applications: [{app_id: a, originators: ['//a.example/in/C1']}]\n")},
    {"an originator that ends in a slash",
     ASP("applications: [{app_id: a, originators: ['//a.example/in/']}]\n"),
     "E_ID", ASP("applications: [{app_id: a, originators: ['/in/C1']}]\n")},
    {"an originator that is a number of slashes",
     ASP("applications: [{app_id: a, originators: ['//']}]\n"), "E_ID",
     ASP("applications: [{app_id: a, originators: []}]\n")},
    {"recipients of no row",
     ASP("applications: [{app_id: a, recipients: {7.0/affiliates: C1}}]\n"),
     "E_ROW",
     ASP("applications: [{app_id: a, recipients: {7.0/affiliate: C1}}]\n")},
    {"recipients of a row of another tag",
     ASP("applications: [{app_id: a, recipients: {6.0/month: C1}}]\n"), "E_ROW",
     ASP("applications: [{app_id: a, recipients: {7.2/affiliate: C1}}]\n")},
    {"recipients as a list",
     ASP("applications: [{app_id: a, recipients: [C1]}]\n"), "E_TYPE",
     ASP("applications: [{app_id: a, recipients: {}}]\n")},
    {"a private key",
     ASP(APPS "keys: {keys: [{kty: EC, crv: P-256, x: A, y: A, d: A}]}\n"),
     "E_PRIVATE_KEY",
     ASP(APPS "keys: {keys: [{kty: EC, crv: P-256, x: A, y: A}]}\n")},
    {"a secret key", ASP(APPS "keys: {kty: oct, k: AAAA}\n"), "E_PRIVATE_KEY",
     ASP(APPS "keys: {keys: []}\n")},
    {"keys as a list", ASP(APPS "keys: []\n"), "E_TYPE",
     ASP(APPS "keys: {keys: []}\n")},
    {"a subscriber without owner",
     "kind: subscriber\nresidence: {legal_country: NL}\n", "E_OWNER_MISSING",
     SUBSCRIBER("")},
    {"a subscriber from nowhere", "kind: subscriber\nowner: p-1\n", "E_MEMBER",
     SUBSCRIBER("")},
    {"an empty residence", "kind: subscriber\nowner: p-1\nresidence: {}\n",
     "E_TYPE", SUBSCRIBER("")},
    {"a residence without its kind",
     "kind: subscriber\nowner: p-1\nresidence: {country: NL}\n", "E_MEMBER",
     "kind: subscriber\nowner: p-1\nresidence: {legal_city: Delft}\n"},
    {"a country in small letters",
     "kind: subscriber\nowner: p-1\nresidence: {legal_country: nl}\n",
     "E_PLACE", SUBSCRIBER("")},
    {"a country that is none",
     "kind: subscriber\nowner: p-1\nresidence: {legal_country: UK}\n",
     "E_PLACE",
     "kind: subscriber\nowner: p-1\nresidence: {legal_country: GB}\n"},
    {"a birth date", SUBSCRIBER("dob: 1980-01-01\n"), "E_MEMBER",
     SUBSCRIBER("devices: []\n")},
    {"devices by name", SUBSCRIBER("devices: {a: {device: a}}\n"), "E_TYPE",
     SUBSCRIBER("devices: [{device: a}]\n")},
    {"devices that are a text", SUBSCRIBER("devices: a\n"), "E_TYPE",
     SUBSCRIBER("devices: []\n")},
    {"a device twice", SUBSCRIBER("devices: [{device: a}, {device: a}]\n"),
     "E_TWICE", SUBSCRIBER("devices: [{device: a}, {device: b}]\n")},
    {"a device that is a text", SUBSCRIBER("devices: [a]\n"), "E_TYPE",
     SUBSCRIBER("devices: [{device: a}]\n")},
    {"a device in no such country",
     SUBSCRIBER("devices: [{device: a, place: {legal_country: XX}}]\n"),
     "E_PLACE",
     SUBSCRIBER("devices: [{device: a, place: {legal_country: DE}}]\n")},
    {"resources by name", SUBSCRIBER("resources: {c: {device: a, id: c}}\n"),
     "E_TYPE", SUBSCRIBER("resources: [{device: a, id: c}]\n")},
    {"resources that are a text", SUBSCRIBER("resources: c\n"), "E_TYPE",
     SUBSCRIBER("resources: []\n")},
    {"a resource without an id", SUBSCRIBER("resources: [{device: a}]\n"),
     "E_MEMBER", SUBSCRIBER("resources: [{device: a, id: c}]\n")},
    {"a resource of no device", SUBSCRIBER("resources: [{id: c}]\n"),
     "E_MEMBER", SUBSCRIBER("resources: [{device: a, id: c}]\n")},
    {"a resource twice",
     SUBSCRIBER("resources: [{device: a, id: c}, {device: b, id: c}]\n"),
     "E_TWICE",
     SUBSCRIBER("resources: [{device: a, id: c}, {device: a, id: d}]\n")},
    {"all resources", SUBSCRIBER("resources: [{device: a, id: '*'}]\n"), "E_ID",
     SUBSCRIBER("resources: [{device: a, id: cse/c-d}]\n")},
    {"an unknown class",
     SUBSCRIBER("resources: [{device: a, id: c, class: secret}]\n"), "E_CLASS",
     SUBSCRIBER("resources: [{device: a, id: c, class: medical}]\n")},
};

/* [PPM-23] */
Test(consent_records, refuse_what_is_wrong_and_take_what_is_nearly_the_same)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct loaded it;

        read_record(&it, pairs[i].refused);
        cr_expect_eq(it.status, POSTERN_ERR_POLICY, "%s", pairs[i].name);
        cr_expect_str_eq(it.diag.lint, pairs[i].code, "%s", pairs[i].name);
        cr_expect_gt(it.diag.line, 0, "%s", pairs[i].name);
        cr_expect_str_eq(it.diag.source, "x.yaml");
        forget(&it);
        read_record(&it, pairs[i].taken);
        cr_expect_eq(it.status, POSTERN_OK, "%s: %s", pairs[i].name,
                     it.diag.message);
        forget(&it);
    }
}

/* `head`, and so many entries, each with a number of its own. */
static char *listing(const char *head, const char *entry, unsigned count)
{
    size_t room = strlen(head) + (strlen(entry) + 16) * count + 1;
    char *text = malloc(room);
    size_t len = strlen(head);

    cr_assert_not_null(text);
    memcpy(text, head, len + 1);
    for (unsigned i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, room - len, "- {%s%u}\n", entry, i);
    }
    return text;
}

/* As many as there may be, and one more. */
Test(consent_records, have_room_for_so_many)
{
    static const struct {
        const char *head;
        const char *entry;
        unsigned most;
    } rows[] = {
        {ASP("applications:\n"), "app_id: a", 1024},
        {SUBSCRIBER("devices:\n"), "device: d", 4096},
        {SUBSCRIBER("resources:\n"), "device: d, id: c", 65536},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (unsigned more = 0; more < 2; more++) {
            char *text =
                listing(rows[i].head, rows[i].entry, rows[i].most + more);
            struct loaded it;

            read_record(&it, text);
            cr_expect_eq(it.status, more ? POSTERN_ERR_LIMIT : POSTERN_OK,
                         "%s: %u more", rows[i].entry, more);
            forget(&it);
            free(text);
        }
    }
}

Test(consent_records, point_at_what_is_wrong)
{
    struct loaded it;

    read_record(&it, ASP("applications:\n- app_id: a\n  colour: red\n"));
    cr_assert_str_eq(it.diag.path, "/applications/0/colour");
    cr_assert_eq(it.diag.line, 5);
    cr_assert_eq(it.diag.column, 11);
    forget(&it);
}

Test(consent_records, an_application_is_called_as_its_app_id_unless_it_says)
{
    struct loaded it;

    read_record(&it, ASP("applications:\n- {app_id: a}\n"
                         "- {app_id: b, application: meter}\n"));
    cr_assert_eq(it.asp.application_count, 2);
    cr_assert(pst_str_is(it.asp.applications[0].name, "a"));
    cr_assert(pst_str_is(it.asp.applications[1].name, "meter"));
    cr_assert(pst_str_is(it.asp.applications[1].app_id, "b"));
    cr_assert_eq(it.asp.applications[0].originators.count, 0);
    forget(&it);
}

Test(consent_records, recipients_are_told_by_their_row)
{
    struct loaded it;

    read_record(&it,
                ASP("applications:\n- app_id: a\n  originators: [C1, /cse/C2]\n"
                    "  recipients: {7.1/group: [C3], 7.0/affiliate: C4}\n"));
    cr_assert_eq(it.status, POSTERN_OK, "%s", it.diag.message);
    cr_assert_eq(it.asp.applications[0].originators.count, 2);
    cr_assert_eq(it.asp.applications[0].recipient_count, 2);
    cr_assert_eq(it.asp.applications[0].recipients[0].row,
                 postern_ppm_row_find(PST_STR("7.1/group")));
    cr_assert(pst_str_is(
        it.asp.applications[0].recipients[1].originators.items[0], "C4"));
    forget(&it);
}

Test(consent_records, keys_are_handed_on_as_json)
{
    struct loaded it;

    read_record(&it, ASP(APPS "keys:\n  keys:\n  - {kty: EC, crv: P-256}\n"));
    cr_assert_eq(it.asp.keys.data[0], '{');
    cr_assert_not_null(strstr(it.asp.keys.data, "\"crv\": \"P-256\""));
    forget(&it);
    read_record(&it, ASP(APPS));
    cr_assert_null(it.asp.keys.data);
    forget(&it);
}

Test(consent_records, a_device_without_a_place_is_at_the_residence)
{
    struct loaded it;

    read_record(&it, "kind: subscriber\nowner: p\n"
                     "devices: [{device: a}, {device: b, place: "
                     "{legal_country: DE}}]\n"
                     "residence: {legal_region: EU, legal_country: NL}\n");
    cr_assert_eq(it.status, POSTERN_OK, "%s", it.diag.message);
    cr_assert(pst_str_is(
        it.subscriber.devices[0].place.of[POSTERN_PPM_LEGAL_COUNTRY], "NL"));
    cr_assert(pst_str_is(
        it.subscriber.devices[0].place.of[POSTERN_PPM_LEGAL_REGION], "EU"));
    cr_assert(pst_str_is(
        it.subscriber.devices[1].place.of[POSTERN_PPM_LEGAL_COUNTRY], "DE"));
    cr_assert_null(
        it.subscriber.devices[1].place.of[POSTERN_PPM_LEGAL_REGION].data);
    forget(&it);
}

Test(consent_records, a_resource_without_a_class_is_of_an_unknown_one)
{
    struct loaded it;

    read_record(&it, SUBSCRIBER("resources: [{id: c, device: a}, {id: d, "
                                "device: a, data: x, class: anonymised}]\n"));
    cr_assert_eq(it.subscriber.resources[0].data_class, PST_CLASS_UNKNOWN);
    cr_assert_null(it.subscriber.resources[0].data.data);
    cr_assert_eq(it.subscriber.resources[1].data_class, PST_CLASS_ANONYMISED);
    forget(&it);
}
