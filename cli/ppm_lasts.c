#include "cli/ppm_lasts.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/source.h"
#include "policy-lang/buffer.h"

enum { ID_SIZE = 1024 };

struct last {
    struct pst_gate_entry entry; /* ORIGINATOR, a blank, TARGET */
    int64_t time_s;
};

void pst_ppm_lasts_init(struct pst_ppm_lasts *lasts, const postern_cse *cse)
{
    static const uint64_t key[2] = {0, 0};
    postern_allocator heap = pst_allocator_of(NULL);

    lasts->cse = cse;
    lasts->starved = false;
    pst_arena_init(&lasts->arena, &heap, SIZE_MAX);
    pst_gate_table_init(&lasts->table, &heap, key);
}

void pst_ppm_lasts_release(struct pst_ppm_lasts *lasts)
{
    pst_gate_table_release(&lasts->table);
    pst_arena_release(&lasts->arena);
}

/* Two spellings of an originator are one. What is none has no name. */
static bool name_of(const struct pst_ppm_lasts *lasts, postern_str originator,
                    postern_str target, struct pst_buffer *name)
{
    char text[ID_SIZE];
    postern_id id;
    size_t len;

    if (postern_id_parse_entity(&id, lasts->cse, originator) != POSTERN_OK) {
        return false;
    }
    len = postern_id_text(&id, text, sizeof text);
    for (size_t i = 0; i < id.domain.len + 2 && i < len && i < sizeof text;
         i++) {
        text[i] = pst_fold(text[i]); /* behind "//" */
    }
    if (len >= sizeof text) {
        return false;
    }
    pst_buffer_add(name, (postern_str){text, len});
    pst_buffer_add(name, PST_STR(" "));
    pst_buffer_add(name, target);
    return !name->failed;
}

static struct last *find(struct pst_ppm_lasts *lasts, postern_str originator,
                         postern_str target, bool add)
{
    struct pst_buffer name;
    struct last *last = NULL;

    pst_buffer_init(&name, &lasts->arena.allocator, SIZE_MAX / 2);
    if (name_of(lasts, originator, target, &name)) {
        postern_str key = {name.data, name.len};

        last = pst_gate_table_find(&lasts->table, key);
        if (!last && add) {
            last = pst_arena_alloc(&lasts->arena, 1, sizeof *last);
        }
        if (last && !last->entry.name.data) {
            last->time_s = INT64_MIN;
            last->entry.name = pst_arena_copy(&lasts->arena, key);
            if (!last->entry.name.data ||
                !pst_gate_table_add(&lasts->table, &last->entry)) {
                last = NULL;
            }
        }
    }
    pst_buffer_release(&name);
    return last;
}

int64_t pst_ppm_last_of(struct pst_ppm_lasts *lasts, postern_str originator,
                        postern_str target)
{
    const struct last *last = find(lasts, originator, target, false);

    return last ? last->time_s : INT64_MIN;
}

bool pst_ppm_last_note(struct pst_ppm_lasts *lasts, postern_str originator,
                       postern_str target, int64_t time_s)
{
    struct last *last = find(lasts, originator, target, true);

    if (last && time_s > last->time_s) {
        last->time_s = time_s;
    }
    return last != NULL;
}

static bool take(void *user, uint64_t line, const postern_access *access)
{
    struct pst_ppm_lasts *lasts = user;

    (void)line;
    if (access->mode == POSTERN_ACCESS_DECIDED && access->permitted &&
        access->target.data) {
        lasts->starved = !pst_ppm_last_note(lasts, access->originator,
                                            access->target, access->time_s);
    }
    return !lasts->starved;
}

bool pst_ppm_lasts_read(struct pst_ppm_lasts *lasts, const char *log)
{
    postern_access_query query;
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    postern_access_query_init(&query);
    status = postern_access_log_query(log, &query, take, lasts, &diag);
    if (status == POSTERN_OK && lasts->starved) {
        status = POSTERN_ERR_MEMORY;
    }
    if (status != POSTERN_OK) {
        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
    }
    return status == POSTERN_OK;
}
