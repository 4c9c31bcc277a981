/* Target functions: pst_asp_read, pst_subscriber_read
 *
 * A text as a record of the manager: refused with a place and a code, or no
 * name in it can stand for everybody, no key has a private part, and every
 * country is one. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "consent/records.h"

#include <string.h>

static void look_at_names(const postern_texts *names)
{
    for (size_t i = 0; i < names->count; i++) {
        postern_str name = names->items[i];

        FUZZ_CLAIM(name.len > 0);
        FUZZ_CLAIM(!pst_str_is(name, "all"));
        FUZZ_CLAIM(pst_str_find(name, 0, '*') == name.len);
    }
}

/* The keys are JSON again, and the same in every member that matters. */
static void look_at_keys(struct pst_arena *arena, postern_str keys)
{
    postern_limits limits = pst_limits_of(NULL);
    struct pst_document document = {
        .format = PST_FORMAT_JSON, .source = "", .text = keys};

    if (keys.data) {
        FUZZ_CLAIM(pst_json_read(&document, arena, &limits, NULL) ==
                   POSTERN_OK);
        FUZZ_CLAIM(!pst_node_member(document.root, "d"));
        FUZZ_CLAIM(!pst_node_member(document.root, "k"));
    }
}

static void look_at_asp(struct pst_arena *arena, const struct pst_asp *asp)
{
    FUZZ_CLAIM(asp->id.len > 0);
    look_at_keys(arena, asp->keys);
    for (uint32_t i = 0; i < asp->application_count; i++) {
        const struct pst_asp_application *application = &asp->applications[i];

        FUZZ_CLAIM(application->app_id.len > 0 && application->name.len > 0);
        look_at_names(&application->originators);
        for (uint32_t k = 0; k < application->recipient_count; k++) {
            FUZZ_CLAIM(application->recipients[k].row < POSTERN_PPM_ROWS);
            look_at_names(&application->recipients[k].originators);
        }
    }
}

static void look_at_place(const struct pst_place *place)
{
    postern_str country = place->of[POSTERN_PPM_LEGAL_COUNTRY];

    FUZZ_CLAIM(!country.data || pst_place_is_country(country));
    FUZZ_CLAIM(!place->of[POSTERN_PPM_NOBODY].data);
    FUZZ_CLAIM(!place->of[POSTERN_PPM_USER].data);
}

static void look_at_subscriber(const struct pst_subscriber *subscriber)
{
    FUZZ_CLAIM(subscriber->pseudonym.len > 0);
    look_at_place(&subscriber->residence);
    for (uint32_t i = 0; i < subscriber->device_count; i++) {
        FUZZ_CLAIM(subscriber->devices[i].device.len > 0);
        look_at_place(&subscriber->devices[i].place);
    }
    for (uint32_t i = 0; i < subscriber->resource_count; i++) {
        const postern_texts id = {&subscriber->resources[i].id, 1};

        look_at_names(&id);
    }
}

static void look_at_refusal(postern_status status, const postern_diag *diag)
{
    FUZZ_CLAIM(status == POSTERN_ERR_POLICY || status == POSTERN_ERR_LIMIT);
    FUZZ_CLAIM(diag->status == status);
    FUZZ_CLAIM(status == POSTERN_ERR_LIMIT ||
               strncmp(diag->lint, "E_", 2) == 0);
}

static void look_at(struct pst_arena *arena, struct pst_document *document)
{
    postern_limits limits = pst_limits_of(NULL);
    struct pst_subscriber subscriber;
    struct pst_asp asp;
    postern_diag diag;
    postern_status status;

    if (pst_document_read(document, arena, &limits, NULL) != POSTERN_OK) {
        return;
    }
    pst_diag_clear(&diag);
    status = pst_asp_read(arena, document, &asp, &diag);
    if (status == POSTERN_OK) {
        look_at_asp(arena, &asp);
    } else {
        look_at_refusal(status, &diag);
    }
    pst_diag_clear(&diag);
    status = pst_subscriber_read(arena, document, &subscriber, &diag);
    if (status == POSTERN_OK) {
        look_at_subscriber(&subscriber);
    } else {
        look_at_refusal(status, &diag);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_allocator heap = pst_allocator_of(NULL);

    for (int format = 0; format < 2; format++) {
        struct pst_document document = {.format = format ? PST_FORMAT_YAML
                                                         : PST_FORMAT_JSON,
                                        .source = "",
                                        .text = {(const char *)data, size}};
        struct pst_arena arena;

        pst_arena_init(&arena, &heap, SIZE_MAX);
        look_at(&arena, &document);
        pst_arena_release(&arena);
    }
    return 0;
}
