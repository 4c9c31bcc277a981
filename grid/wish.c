#include "grid/wish.h"

#include "base/diag.h"
#include "policy-lang/buffer.h"

void pst_grid_wishes_init(struct pst_grid_wishes *wishes)
{
    pst_grid_intern_init(&wishes->intern);
    pst_vec_init(&wishes->list, sizeof(struct pst_grid_wish));
}

void pst_grid_wishes_release(struct pst_grid_wishes *wishes,
                             const struct pst_grid_ground *ground)
{
    pst_grid_intern_release(&wishes->intern, ground);
    pst_vec_release(&wishes->list, &ground->allocator);
}

/* ---- as bytes ----------------------------------------------------------- */

static void add_number(struct pst_buffer *out, int64_t number)
{
    char bytes[sizeof number];

    memcpy(bytes, &number, sizeof number);
    pst_buffer_add(out, (postern_str){bytes, sizeof bytes});
}

static void add_list(struct pst_buffer *out, const struct pst_ppm_list *list)
{
    add_number(out, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        add_number(out, (int64_t)list->words[i].len);
        pst_buffer_add(out, list->words[i]);
    }
}

static void add_scope(struct pst_buffer *out, const struct pst_ppm_scope *scope)
{
    for (int part = 0; scope && part < PST_PPM_PARTS; part++) {
        add_number(out, scope->part[part].given);
        add_number(out, scope->part[part].is_text);
        add_list(out, &scope->part[part].list);
    }
}

static void add_statement(struct pst_buffer *out,
                          const struct pst_ppm_statement *statement)
{
    const struct pst_ppm_value *value = &statement->value;
    const int64_t numbers[] = {
        statement->row,       (int64_t)statement->say,
        (int64_t)value->form, value->number,
        value->upper,         statement->has_cap,
        statement->cap,       statement->has_floor,
        statement->floor,
    };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        add_number(out, numbers[i]);
    }
    add_list(out, &value->list);
    add_number(out, value->scope != NULL);
    add_scope(out, value->scope);
}

static bool is_silent(const struct pst_ppm_statement *const *rows,
                      const postern_ppm_tag *tag)
{
    for (uint32_t i = 0; i < tag->row_count; i++) {
        if (rows[tag->first_row + i]) {
            return false;
        }
    }
    return true;
}

static bool is_left_out(const struct pst_grid_side *side, uint32_t place,
                        const postern_ppm_tag *tag)
{
    return !(side->kept >> place & 1) && is_silent(side->rows[place], tag);
}

static void write_side(struct pst_buffer *out, const struct pst_grid_side *side,
                       const postern_ppm_tag *tag)
{
    add_number(out, tag->first_row);
    for (uint32_t place = 0; place < side->count; place++) {
        if (is_left_out(side, place, tag)) {
            continue;
        }
        add_number(out, INT64_MAX); /* a frame begins */
        for (uint32_t i = 0; i < tag->row_count; i++) {
            const struct pst_ppm_statement *said =
                side->rows[place][tag->first_row + i];

            if (said) {
                add_statement(out, said);
            }
        }
    }
}

/* ---- copies ------------------------------------------------------------- */

static bool copy_list(struct pst_arena *arena, struct pst_ppm_list *list)
{
    postern_str *words;

    if (list->count == 0) {
        return true;
    }
    words = pst_arena_alloc(arena, list->count, sizeof *words);
    if (!words) {
        return false;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        words[i] = pst_arena_copy(arena, list->words[i]);
        if (!words[i].data) {
            return false;
        }
    }
    list->words = words;
    return true;
}

static const struct pst_ppm_scope *copy_scope(struct pst_arena *arena,
                                              const struct pst_ppm_scope *scope)
{
    struct pst_ppm_scope *copy = pst_arena_alloc(arena, 1, sizeof *copy);

    if (!copy) {
        return NULL;
    }
    *copy = *scope;
    for (int part = 0; part < PST_PPM_PARTS; part++) {
        if (!copy_list(arena, &copy->part[part].list)) {
            return NULL;
        }
    }
    return copy;
}

static const struct pst_ppm_statement *
copy_statement(struct pst_arena *arena,
               const struct pst_ppm_statement *statement)
{
    struct pst_ppm_statement *copy = pst_arena_alloc(arena, 1, sizeof *copy);

    if (!copy) {
        return NULL;
    }
    *copy = *statement;
    copy->node = NULL;
    if (!copy_list(arena, &copy->value.list)) {
        return NULL;
    }
    if (copy->value.scope) {
        copy->value.scope = copy_scope(arena, copy->value.scope);
        return copy->value.scope ? copy : NULL;
    }
    return copy;
}

static bool copy_place(struct pst_arena *arena,
                       const struct pst_ppm_statement *const *rows,
                       const postern_ppm_tag *tag,
                       const struct pst_ppm_statement **out)
{
    for (uint32_t i = 0; i < tag->row_count; i++) {
        const struct pst_ppm_statement *said = rows[tag->first_row + i];

        out[i] = said ? copy_statement(arena, said) : NULL;
        if (said && !out[i]) {
            return false;
        }
    }
    return true;
}

static bool copy_side(struct pst_arena *arena, const struct pst_grid_side *side,
                      const postern_ppm_tag *tag, struct pst_grid_wish *wish)
{
    const struct pst_ppm_statement **rows = pst_arena_alloc(
        arena, (size_t)side->count * tag->row_count, sizeof(void *));

    *wish = (struct pst_grid_wish){0, rows};
    for (uint32_t place = 0; rows && place < side->count; place++) {
        if (is_left_out(side, place, tag)) {
            continue;
        }
        if (!copy_place(arena, side->rows[place], tag,
                        rows + (size_t)wish->places * tag->row_count)) {
            return false;
        }
        wish->places++;
    }
    return rows != NULL;
}

/* ---- either ------------------------------------------------------------- */

static postern_status add(struct pst_grid_wishes *wishes,
                          struct pst_grid_ground *ground, postern_str bytes,
                          const struct pst_grid_wish *wish)
{
    postern_status status;

    PST_TRY(pst_vec_push(&wishes->list, &ground->allocator, wish, 1));
    status = pst_grid_intern_add(&wishes->intern, ground, bytes);
    if (status != POSTERN_OK) {
        wishes->list.count--;
    }
    return status;
}

postern_status pst_grid_wish_number(struct pst_grid_wishes *wishes,
                                    struct pst_grid_ground *ground,
                                    uint32_t tag,
                                    const struct pst_grid_side *side,
                                    uint32_t *number)
{
    struct pst_grid_wish wish;
    struct pst_buffer out;
    postern_str bytes;
    postern_status status = POSTERN_OK;

    pst_buffer_init(&out, &ground->allocator, SIZE_MAX / 2);
    write_side(&out, side, &pst_ppm_tags[tag]);
    bytes = (postern_str){out.data, out.len};
    *number = PST_GRID_NONE;
    if (!out.failed) {
        *number = pst_grid_intern_find(&wishes->intern, ground, bytes);
    }
    if (out.failed ||
        (*number == PST_GRID_NONE &&
         !copy_side(&ground->arena, side, &pst_ppm_tags[tag], &wish))) {
        status = POSTERN_ERR_MEMORY;
    } else if (*number == PST_GRID_NONE) {
        *number = wishes->list.count;
        status = add(wishes, ground, bytes, &wish);
    }
    pst_buffer_release(&out);
    return status;
}
