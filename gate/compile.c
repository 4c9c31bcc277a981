/*
 * What is accepted at a time, as a policy document: one line for each policy
 * and for each resource. [PPM-01] [PPM-03] [PPM-24]
 */
#include "base/time_text.h"
#include "gate/enforced.h"
#include "gate/pairs.h"
#include "gate/policy.h"
#include "gate/table.h"
#include "policy-lang/buffer.h"

/* A policy that links lead to. */
struct policy {
    struct pst_gate_entry entry;
    const struct pst_gate_policy *of;
};

/* A resource with its links. */
struct linked {
    struct pst_gate_entry entry;
    postern_str subscriber;
    struct link *links; /* the last one first */
};

struct link {
    postern_str policy;
    struct link *before;
};

/* What is practised for an application of a provider. */
struct practice {
    struct pst_gate_entry entry; /* PROVIDER, a zero byte, APPLICATION */
    postern_str provider;
    postern_str application;
    bool rows[POSTERN_PPM_ROWS];
};

struct compiling {
    struct pst_arena arena;
    postern_gate_options options;
    const postern_gate_listener *listener;
    struct pst_gate_making making;
    struct pst_gate_table policies;
    struct pst_gate_table resources;
    struct pst_gate_table practices;
    bool starved; /* of memory, where nothing could be answered */
};

/* ---- rows ---------------------------------------------------------------- */

static struct practice *new_practice(struct compiling *self, postern_str name,
                                     postern_str provider,
                                     postern_str application)
{
    struct practice *made = pst_arena_alloc(&self->arena, 1, sizeof *made);

    if (!made) {
        return NULL;
    }
    made->entry.name = pst_arena_copy(&self->arena, name);
    made->provider = pst_arena_copy(&self->arena, provider);
    made->application = pst_arena_copy(&self->arena, application);
    return made->entry.name.data && made->provider.data &&
                   made->application.data &&
                   pst_gate_table_add(&self->practices, &made->entry)
               ? made
               : NULL;
}

static void hear_practised(void *user, postern_str provider,
                           postern_str application, uint32_t row)
{
    struct compiling *self = user;
    struct practice *practice = NULL;
    struct pst_buffer name;

    pst_buffer_init(&name, &self->arena.allocator, SIZE_MAX / 2);
    pst_buffer_add(&name, provider);
    pst_buffer_add(&name, (postern_str){"", 1});
    pst_buffer_add(&name, application);
    if (!name.failed) {
        postern_str key = {name.data, name.len};

        practice = pst_gate_table_find(&self->practices, key);
        practice = practice ? practice
                            : new_practice(self, key, provider, application);
    }
    if (practice) {
        practice->rows[row] = true;
    } else {
        self->starved = true;
    }
    pst_buffer_release(&name);
}

static void remark(const struct compiling *self)
{
    if (!self->listener->remark) {
        return;
    }
    for (const struct pst_gate_entry *entry = self->practices.first; entry;
         entry = entry->after) {
        const struct practice *practice = (const struct practice *)entry;

        for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
            postern_gate_remark said = {practice->provider,
                                        practice->application, row,
                                        pst_gate_enforced_by(row)};

            if (practice->rows[row] && said.enforced_by) {
                self->listener->remark(self->listener->user, &said);
            }
        }
    }
}

/* ---- gathering ----------------------------------------------------------- */

static postern_status refuse(const struct compiling *self, const char *message)
{
    return pst_diag_refuse(self->making.diag, POSTERN_ERR_POLICY, "", message,
                           NULL);
}

static postern_status add_policy(struct compiling *self,
                                 const struct pst_gate_policy *of)
{
    struct policy *policy = pst_gate_table_find(&self->policies, of->id);

    if (policy) {
        return pst_str_equal(policy->of->key, of->key)
                   ? POSTERN_OK
                   : refuse(self, "two policies come to one name");
    }
    policy = pst_arena_alloc(&self->arena, 1, sizeof *policy);
    if (!policy) {
        return POSTERN_ERR_MEMORY;
    }
    policy->entry.name = of->id;
    policy->of = of;
    return pst_gate_table_add(&self->policies, &policy->entry)
               ? POSTERN_OK
               : POSTERN_ERR_MEMORY;
}

static postern_status find_resource(struct compiling *self, postern_str id,
                                    postern_str subscriber,
                                    struct linked **resource)
{
    struct linked *found = pst_gate_table_find(&self->resources, id);

    *resource = found;
    if (found) {
        return pst_str_equal(found->subscriber, subscriber)
                   ? POSTERN_OK
                   : refuse(self, "a resource is of two subscribers");
    }
    found = pst_arena_alloc(&self->arena, 1, sizeof *found);
    *resource = found;
    if (!found) {
        return POSTERN_ERR_MEMORY;
    }
    found->entry.name = id;
    found->subscriber = subscriber;
    return pst_gate_table_add(&self->resources, &found->entry)
               ? POSTERN_OK
               : POSTERN_ERR_MEMORY;
}

static postern_status add_link(struct compiling *self, struct linked *resource,
                               const struct pst_gate_link *from)
{
    struct link *link;

    if (from->stand != PST_GATE_OPEN) {
        return POSTERN_OK;
    }
    link = pst_arena_alloc(&self->arena, 1, sizeof *link);
    if (!link) {
        return POSTERN_ERR_MEMORY;
    }
    *link = (struct link){from->policy->id, resource->links};
    resource->links = link;
    return POSTERN_OK;
}

static postern_status gather(void *user, const struct pst_standing *standing)
{
    struct compiling *self = user;
    struct pst_gate_opening *opening =
        pst_arena_alloc(&self->arena, 1, sizeof *opening);
    struct linked *resource;

    if (!opening) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_gate_opening_make(&self->making, standing, &standing->consent,
                                  opening));
    for (size_t i = 0; i < opening->policy_count; i++) {
        PST_TRY(add_policy(self, opening->policies[i]));
    }
    for (uint32_t i = 0; i < opening->resource_count; i++) {
        PST_TRY(find_resource(self, opening->resources[i].id,
                              opening->subscriber, &resource));
    }
    for (size_t i = 0; i < opening->link_count; i++) {
        const struct pst_gate_link *link = &opening->links[i];

        PST_TRY(find_resource(self, opening->resources[link->resource].id,
                              opening->subscriber, &resource));
        PST_TRY(add_link(self, resource, link));
    }
    return self->starved ? POSTERN_ERR_MEMORY : POSTERN_OK;
}

/* ---- writing ------------------------------------------------------------- */

/* YYYYMMDDThhmmss, of a time that has a date. */
static void json_time(struct pst_json_text *json, const char *name,
                      int64_t time_s)
{
    char text[PST_TIME_TEXT];

    pst_time_text(text, PST_TIME_BASIC, time_s);
    pst_json_word(json, name, text);
}

/* "//sp.example", "/plant-cse" and the like. */
static void json_joined(struct pst_json_text *json, const char *name,
                        const char *before, postern_str text)
{
    pst_json_begin(json, name);
    pst_text_add(&json->text, "\"");
    pst_text_add(&json->text, before);
    pst_text_add_str(&json->text, text); /* of a CSE: unreserved characters */
    pst_text_add(&json->text, "\"");
    json->wants_comma = true;
}

static void write_head(struct pst_json_text *json, const void *thing)
{
    const postern_gate_options *options = thing;

    pst_json_open(json, NULL, '{');
    json_joined(json, "spid", "//", options->cse->domain);
    json_joined(json, "csi", "/", options->cse->name);
    pst_json_str(json, "cb_ri", pst_gate_base_id(options));
    pst_json_close(json, '}');
}

static void write_countries(struct pst_json_text *json,
                            const struct pst_gate_policy *policy)
{
    char codes[2 * PST_GATE_NATIONS];
    size_t count = pst_gate_nation_codes(&policy->nations, codes);

    pst_json_open(json, "acco", '[');
    pst_json_open(json, NULL, '{');
    pst_json_open(json, "aclr", '{');
    pst_json_open(json, "accc", '[');
    for (size_t i = 0; i < count; i++) {
        pst_json_str(json, NULL, (postern_str){codes + 2 * i, 2});
    }
    pst_json_close(json, ']');
    pst_json_close(json, '}');
    pst_json_close(json, '}');
    pst_json_close(json, ']');
}

static void write_privileges(struct pst_json_text *json,
                             const struct pst_gate_policy *policy)
{
    pst_json_open(json, "pv", '{');
    pst_json_open(json, "acr", '[');
    pst_json_open(json, NULL, '{');
    pst_json_open(json, "acor", '[');
    for (size_t i = 0; i < policy->originator_count; i++) {
        pst_json_str(json, NULL, policy->originators[i]);
    }
    pst_json_close(json, ']');
    pst_json_uint(json, "acop", POSTERN_ACOP_RETRIEVE | POSTERN_ACOP_DISCOVERY);
    if (!policy->anywhere) {
        write_countries(json, policy);
    }
    pst_json_bool(json, "acaf", true);
    pst_json_close(json, '}');
    pst_json_close(json, ']');
    pst_json_close(json, '}');
}

/* Only whoever keeps the policies at the CSE may change them. */
static void write_self_privileges(struct pst_json_text *json,
                                  const postern_gate_options *options)
{
    pst_json_open(json, "pvs", '{');
    pst_json_open(json, "acr", '[');
    pst_json_open(json, NULL, '{');
    pst_json_open(json, "acor", '[');
    if (options->manager_id.data) {
        pst_json_str(json, NULL, options->manager_id);
    } else {
        json_joined(json, NULL, "/", options->cse->name);
    }
    pst_json_close(json, ']');
    pst_json_uint(json, "acop", POSTERN_ACOP_ALL);
    pst_json_close(json, '}');
    pst_json_close(json, ']');
    pst_json_close(json, '}');
}

struct policy_line {
    const struct pst_gate_policy *policy;
    const postern_gate_options *options;
};

static void write_policy(struct pst_json_text *json, const void *thing)
{
    const struct policy_line *line = thing;
    const struct pst_gate_policy *policy = line->policy;

    pst_json_open(json, NULL, '{');
    pst_json_str(json, "ri", policy->id);
    if (policy->expires_s != INT64_MAX) {
        json_time(json, "et", policy->expires_s);
    }
    write_privileges(json, policy);
    write_self_privileges(json, line->options);
    pst_json_close(json, '}');
}

/* A resource nobody may read has no links, and then no list: that of an
 * oneM2M attribute is not empty. */
static void write_resource(struct pst_json_text *json, const void *thing)
{
    enum { CONTAINER = 3 };
    const struct linked *resource = thing;

    pst_json_open(json, NULL, '{');
    pst_json_str(json, "ri", resource->entry.name);
    pst_json_uint(json, "ty", CONTAINER);
    if (resource->links) {
        pst_json_open(json, "acpi", '[');
        for (const struct link *link = resource->links; link;
             link = link->before) {
            pst_json_str(json, NULL, link->policy);
        }
        pst_json_close(json, ']');
    }
    pst_json_close(json, '}');
}

static postern_status put(const struct compiling *self, postern_str piece)
{
    return self->listener->write(self->listener->user, piece);
}

/* Measured, then written. */
static postern_status put_json(const struct compiling *self,
                               void (*write)(struct pst_json_text *json,
                                             const void *thing),
                               const void *thing)
{
    struct pst_json_text json = {.wants_comma = false};
    const postern_allocator *allocator = &self->arena.allocator;
    postern_status status;
    char probe[1];
    char *line;
    size_t size;

    pst_text_init(&json.text, probe, sizeof probe);
    write(&json, thing);
    size = json.text.len + 1;
    line = pst_alloc(allocator, size);
    if (!line) {
        return POSTERN_ERR_MEMORY;
    }
    json.wants_comma = false;
    pst_text_init(&json.text, line, size);
    write(&json, thing);
    status = put(self, (postern_str){line, json.text.len});
    pst_release(allocator, line, size);
    return status;
}

static postern_status put_policies(const struct compiling *self)
{
    for (const struct pst_gate_entry *entry = self->policies.first; entry;
         entry = entry->after) {
        struct policy_line line = {((const struct policy *)entry)->of,
                                   &self->options};

        PST_TRY(put(self, entry == self->policies.first ? PST_STR("\n")
                                                        : PST_STR(",\n")));
        PST_TRY(put_json(self, write_policy, &line));
    }
    return POSTERN_OK;
}

static postern_status put_resources(const struct compiling *self)
{
    for (const struct pst_gate_entry *entry = self->resources.first; entry;
         entry = entry->after) {
        PST_TRY(put(self, entry == self->resources.first ? PST_STR("\n")
                                                         : PST_STR(",\n")));
        PST_TRY(put_json(self, write_resource, entry));
    }
    return POSTERN_OK;
}

static postern_status put_document(const struct compiling *self)
{
    PST_TRY(put(self, PST_STR("{\"cse\":")));
    PST_TRY(put_json(self, write_head, &self->options));
    PST_TRY(put(self, PST_STR(",\n\"policies\":[")));
    PST_TRY(put_policies(self));
    PST_TRY(put(self, PST_STR("],\n\"resources\":[")));
    PST_TRY(put_resources(self));
    return put(self, PST_STR("]}\n"));
}

/* ---- all of it ----------------------------------------------------------- */

static postern_status compile(struct compiling *self,
                              postern_ppm_manager *manager)
{
    PST_TRY(pst_gate_each_pair(manager, self->making.now_s,
                               &self->arena.allocator, gather, self,
                               self->making.diag));
    PST_TRY(put_document(self));
    remark(self);
    return POSTERN_OK;
}

static void open_tables(struct compiling *self,
                        const postern_allocator *allocator)
{
    const uint64_t *key = self->options.hash_key;

    pst_arena_init(&self->arena, allocator, SIZE_MAX);
    pst_gate_table_init(&self->policies, allocator, key);
    pst_gate_table_init(&self->resources, allocator, key);
    pst_gate_table_init(&self->practices, allocator, key);
}

static void close_tables(struct compiling *self)
{
    pst_gate_table_release(&self->policies);
    pst_gate_table_release(&self->resources);
    pst_gate_table_release(&self->practices);
    pst_arena_release(&self->arena);
}

postern_status postern_gate_compile(postern_ppm_manager *manager,
                                    const postern_gate_options *options,
                                    int64_t now_s,
                                    const postern_gate_listener *listener,
                                    postern_diag *diag)
{
    struct compiling self = {.listener = listener};
    postern_allocator allocator;
    postern_status status;

    pst_diag_clear(diag);
    if (!manager || !options || !listener || !listener->write ||
        !pst_gate_has_date(now_s) ||
        !pst_gate_options_take(&self.options, options)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    allocator = pst_allocator_of(self.options.allocator);
    open_tables(&self, &allocator);
    self.making = (struct pst_gate_making){.arena = &self.arena,
                                           .options = &self.options,
                                           .now_s = now_s,
                                           .ends = PST_GATE_ENDS_EARLY,
                                           .practised = hear_practised,
                                           .user = &self,
                                           .diag = diag};
    status = compile(&self, manager);
    close_tables(&self);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}
