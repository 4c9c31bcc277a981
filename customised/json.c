/* The JSON of a customised privacy policy: what is accepted, by its hash. The
 * order of the members is part of it. */
#include "customised/document.h"
#include "policy-lang/emit.h"

static const postern_str unnamed = {NULL, 0};

static void text(struct pst_emitter *out, const char *name, postern_str value)
{
    if (value.data) {
        pst_emit_string(out, postern_str_of(name), value);
    }
}

static void word(struct pst_emitter *out, const char *name, const char *value)
{
    text(out, name, postern_str_of(value));
}

static void number(struct pst_emitter *out, const char *name, int64_t value)
{
    pst_emit_integer(out, postern_str_of(name), value);
}

static void boolean(struct pst_emitter *out, const char *name, bool value)
{
    pst_emit_boolean(out, postern_str_of(name), value);
}

static void column_names(struct pst_emitter *out,
                         const postern_ppm_column *column)
{
    text(out, "application", column->application);
    text(out, "device", column->device);
    text(out, "data", column->data);
}

static void head(struct pst_emitter *out, const postern_customised *document)
{
    postern_customised_head look;

    postern_customised_look(document, &look);
    word(out, "kind", "customised_privacy_policy");
    number(out, "format", PST_CUSTOMISED_FORMAT);
    pst_emit_object(out, postern_str_of("table"));
    number(out, "version", document->table);
    text(out, "hash", document->table_hash);
    pst_emit_close(out);
    text(out, "subscriber", document->subscriber);
    pst_emit_object(out, postern_str_of("provider"));
    text(out, "id", document->provider);
    text(out, "name", look.name);
    pst_emit_close(out);
    text(out, "day", document->day);
    word(out, "profile", postern_ppm_profile_word(document->profile));
    text(out, "previous", document->previous);
}

static void frames(struct pst_emitter *out, const postern_customised *document)
{
    pst_emit_list(out, postern_str_of("frames"));
    for (uint32_t i = 0; i < document->frame_count; i++) {
        const postern_ppm_frame_head *frame = &document->frames[i];

        pst_emit_object(out, unnamed);
        word(out, "kind", postern_ppm_kind_word(frame->kind));
        text(out, "owner", frame->owner);
        text(out, "id", frame->id);
        text(out, "version", frame->version);
        text(out, "name", frame->name);
        text(out, "link", frame->link);
        pst_emit_close(out);
    }
    pst_emit_close(out);
}

static void columns(struct pst_emitter *out, const postern_customised *document)
{
    pst_emit_list(out, postern_str_of("columns"));
    for (uint32_t i = 0; i < document->column_count; i++) {
        pst_emit_object(out, unnamed);
        column_names(out, &document->columns[i]);
        pst_emit_close(out);
    }
    pst_emit_close(out);
}

static void counts(struct pst_emitter *out, const postern_customised *document)
{
    postern_customised_head look;

    postern_customised_look(document, &look);
    pst_emit_object(out, postern_str_of("counts"));
    for (int i = 0; i < PST_CUSTOMISED_STATES; i++) {
        number(out, postern_ppm_state_word((postern_ppm_state)i),
               look.count[i]);
    }
    number(out, "changes", look.changes);
    pst_emit_close(out);
}

static void change(struct pst_emitter *out,
                   const struct pst_customised_changed *changed)
{
    if (changed->by == POSTERN_CHANGE_NONE) {
        return;
    }
    word(out, "change", postern_customised_change_word(changed->by));
    word(out, "before", postern_ppm_state_word(changed->before));
    text(out, "statement_before", changed->statement_before);
}

static void decider(struct pst_emitter *out, const postern_customised *document,
                    const struct pst_customised_cell *cell)
{
    const postern_ppm_frame_head *frame =
        pst_customised_decider(document, cell);

    if (!frame) {
        return;
    }
    word(out, "decided_by", postern_ppm_kind_word(frame->kind));
    number(out, "frame", cell->frame);
    if (frame->kind != POSTERN_PPM_USER) {
        text(out, "name", pst_customised_name(frame));
        text(out, "link", frame->link);
    }
}

static void others(struct pst_emitter *out,
                   const struct pst_customised_cell *cell)
{
    pst_emit_list(out, postern_str_of("others"));
    for (uint32_t i = 0; i < cell->other_count; i++) {
        pst_emit_object(out, unnamed);
        number(out, "frame", cell->others[i].frame);
        text(out, "words", cell->others[i].words);
        pst_emit_close(out);
    }
    pst_emit_close(out);
}

static void cells(struct pst_emitter *out, const postern_customised *document)
{
    pst_emit_list(out, postern_str_of("cells"));
    for (uint32_t i = 0; i < document->cells.count; i++) {
        const struct pst_customised_cell *cell =
            &pst_customised_cells(document)[i];

        pst_emit_object(out, unnamed);
        number(out, "column", cell->column);
        word(out, "row", postern_ppm_row_at(cell->row)->key);
        word(out, "state", postern_ppm_state_word(cell->state));
        word(out, "code", postern_ppm_code_word(cell->code));
        decider(out, document, cell);
        boolean(out, "accept", cell->state == POSTERN_PPM_RED);
        boolean(out, "differs", cell->differs);
        text(out, "statement", cell->statement);
        others(out, cell);
        text(out, "sentence", cell->sentence);
        change(out, &cell->changed);
        pst_emit_close(out);
    }
    pst_emit_close(out);
}

static void gone(struct pst_emitter *out, const postern_customised *document)
{
    pst_emit_list(out, postern_str_of("gone"));
    for (uint32_t i = 0; i < document->lost.count; i++) {
        const postern_customised_lost *lost =
            &pst_customised_losts(document)[i];
        struct pst_customised_changed changed = {lost->change, lost->before,
                                                 lost->statement_before};

        pst_emit_object(out, unnamed);
        column_names(out, &lost->column);
        word(out, "row", postern_ppm_row_at(lost->row)->key);
        change(out, &changed);
        pst_emit_close(out);
    }
    pst_emit_close(out);
}

postern_status pst_customised_seal(postern_customised *made)
{
    struct pst_emitter out;
    postern_str json;

    pst_emit_init(&out, PST_FORMAT_JSON, &made->allocator, SIZE_MAX);
    pst_emit_object(&out, unnamed);
    head(&out, made);
    frames(&out, made);
    columns(&out, made);
    counts(&out, made);
    cells(&out, made);
    if (made->previous.data) {
        gone(&out, made);
    }
    pst_emit_close(&out);
    pst_emit_end(&out);
    made->json = out.out; /* released with the document */
    json = postern_customised_json(made);
    return !out.out.failed && pst_text_hash(json, made->hash)
               ? POSTERN_OK
               : POSTERN_ERR_MEMORY;
}
