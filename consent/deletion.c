/* Requests to delete: what is stored of them, and their states. [PPM-25] */
#include "consent/deletion.h"

enum { NUMBER_DIGITS = 18 }; /* fit into 64 bits */

static const char *const words[] = {
    [POSTERN_DELETION_SENT] = "sent",
    [POSTERN_DELETION_ACKNOWLEDGED] = "acknowledged",
    [POSTERN_DELETION_DONE] = "done",
    [POSTERN_DELETION_REFUSED] = "refused",
    [POSTERN_DELETION_OVERDUE] = "overdue",
};

enum { WORDS = sizeof words / sizeof *words };

const char *postern_deletion_state_word(postern_deletion_state state)
{
    return (unsigned)state < WORDS ? words[state] : "";
}

postern_deletion pst_deletion_at(const postern_deletion *deletion,
                                 int64_t now_s)
{
    postern_deletion out = *deletion;

    if (now_s >= out.due_s && (out.state == POSTERN_DELETION_SENT ||
                               out.state == POSTERN_DELETION_ACKNOWLEDGED)) {
        out.state = POSTERN_DELETION_OVERDUE;
    }
    return out;
}

/* ---- keys ---------------------------------------------------------------- */

bool pst_deletion_number(postern_str id, uint64_t *number)
{
    *number = 0;
    if (id.len < 3 || id.len > 2 + NUMBER_DIGITS || id.data[0] != 'd' ||
        id.data[1] != '-' || id.data[2] == '0') {
        return false;
    }
    for (size_t i = 2; i < id.len; i++) {
        if (id.data[i] < '0' || id.data[i] > '9') {
            return false;
        }
        *number = 10 * *number + (uint64_t)(id.data[i] - '0');
    }
    return true;
}

/* ---- writing ------------------------------------------------------------- */

static void emit_if(struct pst_emitter *out, const char *name, postern_str text)
{
    if (text.data) {
        pst_emit_string(out, postern_str_of(name), text);
    }
}

static void emit(struct pst_emitter *out, const postern_deletion *deletion)
{
    emit_if(out, "id", deletion->id);
    emit_if(out, "parent", deletion->parent);
    emit_if(out, "subscriber", deletion->subscriber);
    emit_if(out, "provider", deletion->provider);
    emit_if(out, "application", deletion->what.application);
    emit_if(out, "device", deletion->what.device);
    emit_if(out, "data", deletion->what.data);
    emit_if(out, "state", postern_str_of(words[deletion->state]));
    emit_if(out, "reason", deletion->reason);
    pst_emit_integer(out, PST_STR("asked"), deletion->asked_s);
    pst_emit_integer(out, PST_STR("due"), deletion->due_s);
    pst_emit_integer(out, PST_STR("changed"), deletion->changed_s);
    emit_if(out, "consent", deletion->consent);
    pst_emit_integer(out, PST_STR("version"), deletion->consent_version);
}

postern_status pst_deletion_put(postern_ppm_manager *manager,
                                const postern_deletion *deletion,
                                postern_diag *diag)
{
    struct pst_arena *memory = pst_manager_memory(manager);
    postern_str parts[] = {deletion->subscriber, {NULL, 0}};
    struct pst_emitter emitter;
    uint64_t number;

    if (!pst_deletion_number(deletion->id, &number)) {
        return POSTERN_ERR_INTERNAL;
    }
    parts[1] = pst_manager_digits(memory, number);
    if (!parts[1].data) {
        return POSTERN_ERR_MEMORY;
    }
    pst_manager_json(manager, &emitter);
    emit(&emitter, deletion);
    PST_TRY(
        pst_manager_put_json(manager, PST_DELETIONS, parts[1], &emitter, diag));
    return pst_manager_put(manager, PST_DELETIONS_OF,
                           pst_manager_key(memory, parts, 2), PST_STR(""),
                           diag);
}

/* ---- reading ------------------------------------------------------------- */

static bool read_state(postern_str word, postern_deletion_state *state)
{
    for (int i = 0; i < POSTERN_DELETION_OVERDUE; i++) {
        if (pst_str_is(word, words[i])) {
            *state = (postern_deletion_state)i;
            return true;
        }
    }
    return false;
}

postern_status pst_deletion_read(postern_ppm_manager *manager, postern_str text,
                                 postern_deletion *deletion, postern_diag *diag)
{
    const struct pst_node *root;
    postern_deletion out = {.state = POSTERN_DELETION_SENT};

    PST_TRY(pst_manager_parse(manager, pst_manager_memory(manager), text, &root,
                              diag));
    out.id = pst_manager_text_of(root, "id");
    out.parent = pst_manager_text_of(root, "parent");
    out.subscriber = pst_manager_text_of(root, "subscriber");
    out.provider = pst_manager_text_of(root, "provider");
    out.what.application = pst_manager_text_of(root, "application");
    out.what.device = pst_manager_text_of(root, "device");
    out.what.data = pst_manager_text_of(root, "data");
    out.reason = pst_manager_text_of(root, "reason");
    out.asked_s = pst_manager_integer_of(root, "asked", 0);
    out.due_s = pst_manager_integer_of(root, "due", 0);
    out.changed_s = pst_manager_integer_of(root, "changed", 0);
    out.consent = pst_manager_text_of(root, "consent");
    out.consent_version = (uint32_t)pst_manager_integer_of(root, "version", 0);
    if (!out.id.data || !out.subscriber.data || !out.provider.data ||
        !read_state(pst_manager_text_of(root, "state"), &out.state)) {
        return pst_diag_refuse(diag, POSTERN_ERR_IO, "",
                               "a stored request to delete is damaged", NULL);
    }
    *deletion = out;
    return POSTERN_OK;
}
