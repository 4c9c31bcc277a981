#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "bench/gate_world.h"

static const char *const documents[] = {
    "kind: asp\nowner: acme\nname: Acme\napplications:\n"
    "- app_id: R01.acme.meter\n  application: acme-meter\n"
    "  originators: [" GATE_ORIGINATOR "]\n",
    "kind: provider\nowner: acme\nname: Acme\nrows:\n"
    "  1.1/app_id: R01.acme.meter\n  2.0/personal: yes\n"
    "  4.3/nation: [NL, BE]\n  6.0/month: 3\ncolumns:\n"
    "- {application: acme-meter, device: meter, data: energy, rows: {}}\n"
    "- application: acme-meter\n  device: meter\n  data: presence\n"
    "  rows: {2.0/sensitive: yes}\n"};

static const postern_str provider = {"acme", 4};

static bool fails(const postern_diag *diag)
{
    (void)fprintf(stderr, "postern-bench: WRONG: %s\n", diag->message);
    return false;
}

/* ---- opening ----------------------------------------------------------- */

static bool open_manager(struct gate_world *world,
                         const postern_storage *storage)
{
    postern_diag diag;

    postern_ppm_manager_options_init(&world->options);
    world->options.unsigned_terms = true;
    return postern_ppm_manager_open(&world->manager, storage, &world->options,
                                    &diag) == POSTERN_OK ||
           fails(&diag);
}

bool gate_world_open_in_memory(struct gate_world *world)
{
    memset(world, 0, sizeof *world);
    memory_storage_init(&world->memory);
    return open_manager(world, &world->memory.storage);
}

bool gate_world_open_on_disk(struct gate_world *world)
{
    postern_diag diag;
    char path[128];

    memset(world, 0, sizeof *world);
    temp_folder_open_on_disk(&world->folder);
    temp_folder_path(&world->folder, "manager.db", path, sizeof path);
    if (postern_sqlite_open(&world->sqlite, path, &diag) != POSTERN_OK) {
        return fails(&diag);
    }
    return open_manager(world, postern_sqlite_storage(world->sqlite));
}

void gate_world_close(struct gate_world *world)
{
    postern_gate_reader_free(world->reader);
    postern_gate_close(world->gate);
    postern_ppm_manager_close(world->manager);
    postern_sqlite_close(world->sqlite);
    memory_storage_release(&world->memory);
    if (world->folder.path[0]) {
        temp_folder_close(&world->folder);
    }
}

bool gate_world_guard(struct gate_world *world)
{
    postern_diag diag = {.message = "the CSE"};

    if (postern_cse_init(&world->cse, postern_str_of("//sp.example"),
                         postern_str_of("/plant-cse")) != POSTERN_OK) {
        return fails(&diag);
    }
    postern_gate_options_init(&world->gate_options);
    world->gate_options.cse = &world->cse;
    if (postern_gate_open(&world->gate, world->manager, &world->gate_options,
                          GATE_NOW, &diag) != POSTERN_OK) {
        return fails(&diag);
    }
    return postern_gate_reader_new(&world->reader, world->gate) == POSTERN_OK ||
           fails(&diag);
}

/* ---- registering ------------------------------------------------------- */

static bool enter(struct gate_world *world, const char *text,
                  postern_ppm_registered *registered)
{
    postern_diag diag;

    return postern_ppm_register(world->manager, postern_str_of(text), NULL,
                                GATE_NOW, registered, &diag) == POSTERN_OK ||
           fails(&diag);
}

static bool enter_subscriber(struct gate_world *world, size_t number)
{
    postern_ppm_registered registered;
    char text[512];

    (void)snprintf(text, sizeof text,
                   "kind: subscriber\nowner: p-%zu\n"
                   "residence: {legal_country: NL}\n"
                   "devices:\n- {device: meter}\nresources:\n"
                   "- {id: e-%zu, device: meter, data: energy, class: "
                   "personal}\n"
                   "- {id: p-%zu, device: meter, data: presence, class: "
                   "sensitive}\n",
                   number, number, number);
    if (!enter(world, text, &registered)) {
        return false;
    }
    (void)snprintf(text, sizeof text,
                   "kind: user\nowner: p-%zu\n"
                   "rows: {2.0/personal: yes, 2.0/sensitive: no}\n",
                   number);
    return enter(world, text, &registered);
}

bool gate_world_fill(struct gate_world *world, size_t count)
{
    postern_ppm_registered registered;

    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        if (!enter(world, documents[i], &registered)) {
            return false;
        }
    }
    for (world->count = 0; world->count < count; world->count++) {
        if (!enter_subscriber(world, world->count)) {
            return false;
        }
    }
    return true;
}

bool gate_world_law(struct gate_world *world, uint32_t years)
{
    postern_ppm_registered registered;
    postern_diag diag = {.message = "a law does not concern every consent"};
    char text[128];

    (void)snprintf(text, sizeof text,
                   "kind: legal_country\nowner: NL\nid: act\nname: the act\n"
                   "rows:\n  6.0/year: %u\n",
                   (unsigned)years);
    return enter(world, text, &registered) &&
           (registered.carried == world->count || fails(&diag));
}

/* ---- consents ---------------------------------------------------------- */

static void name(struct gate_world *world, size_t number)
{
    (void)snprintf(world->subscriber, sizeof world->subscriber, "p-%zu",
                   number);
}

bool gate_world_show(struct gate_world *world, size_t number)
{
    postern_customised *document;
    postern_diag diag;

    name(world, number);
    if (postern_ppm_present(world->manager, postern_str_of(world->subscriber),
                            provider, GATE_NOW, &document,
                            &diag) != POSTERN_OK) {
        return fails(&diag);
    }
    memcpy(world->hash, postern_customised_hash(document), sizeof world->hash);
    postern_customised_free(document);
    return true;
}

bool gate_world_accept(struct gate_world *world)
{
    postern_ppm_acceptance acceptance;
    postern_diag diag;

    postern_ppm_acceptance_init(&acceptance);
    acceptance.subscriber = postern_str_of(world->subscriber);
    acceptance.provider = provider;
    acceptance.hash = postern_str_of(world->hash);
    acceptance.now_s = GATE_NOW;
    return postern_ppm_accept(world->manager, &acceptance, NULL, &diag) ==
               POSTERN_OK ||
           fails(&diag);
}

bool gate_world_accept_all(struct gate_world *world)
{
    for (size_t i = 0; i < world->count; i++) {
        if (!gate_world_show(world, i) || !gate_world_accept(world)) {
            return false;
        }
    }
    return true;
}

bool gate_world_withdraw(struct gate_world *world, size_t number)
{
    postern_diag diag;

    name(world, number);
    return postern_ppm_withdraw(world->manager,
                                postern_str_of(world->subscriber), provider,
                                GATE_NOW, NULL, &diag) == POSTERN_OK ||
           fails(&diag);
}

/* ---- questions --------------------------------------------------------- */

void gate_world_target(char *text, size_t size, enum gate_resource resource,
                       size_t number)
{
    (void)snprintf(text, size, "%c-%zu", resource == GATE_OPEN ? 'e' : 'p',
                   number);
}

void gate_world_question(postern_gate_question *question,
                         const char *originator)
{
    postern_gate_question_init(question);
    question->originator = postern_str_of(originator);
    question->operation = POSTERN_OP_RETRIEVE;
    question->time_known = true;
    question->time_s = GATE_NOW;
    question->country_known = true;
    memcpy(question->country, "NL", 3);
}
