#include "grid/table.h"

#include "base/diag.h"
#include "ppm/finding.h"

enum { FIRST_SIZE = 64, CELLS = POSTERN_PPM_MAX_FRAMES * POSTERN_PPM_ROWS };

/* Whose frame it is does not change what is red, only who is named for it. */
static const postern_ppm_frame somebody = {
    .head = {.kind = POSTERN_PPM_LEGAL_REGION}};

/* ---- judging ------------------------------------------------------------ */

static void place(struct pst_grid_tables *tables,
                  const struct pst_grid_wish *wish, const postern_ppm_tag *tag)
{
    struct postern_ppm_stack *stack = &tables->stack;

    for (uint32_t i = 0; i < wish->places; i++) {
        memcpy(tables->cells + stack->frame_count * POSTERN_PPM_ROWS +
                   tag->first_row,
               wish->rows + (size_t)i * tag->row_count,
               tag->row_count * sizeof *wish->rows);
        stack->frame_count++;
    }
}

/* Bits of the rows that the terms at a place make red. */
static uint32_t judge_terms(const struct pst_grid_tables *tables,
                            uint32_t provider, const postern_ppm_tag *tag)
{
    struct pst_ppm_view view = {&tables->stack, 0, provider};
    uint32_t red = 0;

    for (uint32_t i = 0; i < tag->row_count; i++) {
        red |= pst_ppm_sound(&view, tag->first_row + i).red ? 1U << i : 0;
    }
    return red;
}

/* A stack of the three sides, of which only the rows of one tag are looked
 * at. Each frame of the provider has to be acceptable by itself. */
static uint32_t judge(struct pst_grid_tables *tables,
                      const struct pst_grid_table *table, uint32_t wish)
{
    const postern_ppm_tag *tag = &pst_ppm_tags[table->tag];
    const struct pst_grid_wishes *wishes = &tables->wishes[table->tag];
    struct postern_ppm_stack *stack = &tables->stack;
    uint32_t red = 0;

    stack->frame_count = 0;
    place(tables, pst_grid_wish_at(wishes, table->laws), tag);
    place(tables, pst_grid_wish_at(wishes, wish), tag);
    stack->preferences = stack->frame_count;
    place(tables, pst_grid_wish_at(wishes, table->terms), tag);
    for (uint32_t at = stack->preferences; at < stack->frame_count; at++) {
        red |= judge_terms(tables, at, tag);
    }
    return red;
}

/* ---- the rule ----------------------------------------------------------- */

static uint32_t by_rule(const struct pst_grid_table *table, uint32_t objection)
{
    return (objection & table->keep) | (~objection & table->base);
}

static void mark(struct pst_grid_table *table, uint32_t wish)
{
    uint32_t bits = pst_grid_bits(table, wish);
    uint32_t rule = by_rule(table, pst_grid_bits(table->plain, wish));
    bool stray = bits != (rule & PST_GRID_BITS);

    table->bits[wish] = (uint16_t)(bits | (stray ? PST_GRID_STRAY : 0));
    table->strays += stray;
}

/* Of the wishes with and without an objection to a row: more that are red. */
static void vote(struct pst_grid_table *table, uint32_t row)
{
    int64_t red_of[2] = {0, 0};

    for (uint32_t wish = 0; wish < table->size; wish++) {
        if (pst_grid_is_known(table, wish)) {
            uint32_t objection = pst_grid_bits(table->plain, wish) >> row & 1;
            uint32_t red = pst_grid_bits(table, wish) >> row & 1;

            red_of[objection] += red ? 1 : -1;
        }
    }
    /* Nobody has an opinion: as if there were no law. */
    table->keep = (uint16_t)(table->keep | (red_of[1] >= 0 ? 1U << row : 0));
    table->base = (uint16_t)(table->base | (red_of[0] > 0 ? 1U << row : 0));
}

static void choose_rule(struct pst_grid_table *table)
{
    table->keep = 0;
    table->base = 0;
    table->strays = 0;
    for (uint32_t i = 0; i < pst_ppm_tags[table->tag].row_count; i++) {
        vote(table, i);
    }
    for (uint32_t wish = 0; wish < table->size; wish++) {
        if (pst_grid_is_known(table, wish)) {
            mark(table, wish);
        }
    }
}

/* ---- tables ------------------------------------------------------------- */

static postern_status grow(struct pst_grid_table *table,
                           const postern_allocator *allocator, uint32_t wish)
{
    uint32_t size = table->size ? table->size : FIRST_SIZE;
    uint16_t *bits;

    if (wish < table->size) {
        return POSTERN_OK;
    }
    while (size <= wish) {
        size *= 2; /* wishes are fewer than half of all numbers */
    }
    bits = pst_alloc(allocator, size * sizeof *bits);
    if (!bits) {
        return POSTERN_ERR_MEMORY;
    }
    memset(bits, 0xff, size * sizeof *bits);
    if (table->size) {
        memcpy(bits, table->bits, table->size * sizeof *bits);
    }
    pst_release(allocator, table->bits, table->size * sizeof *bits);
    table->bits = bits;
    table->size = size;
    return POSTERN_OK;
}

static postern_status learn_here(struct pst_grid_tables *tables,
                                 struct pst_grid_table *table, uint32_t wish)
{
    PST_TRY(grow(table, &tables->ground.allocator, wish));
    if (!pst_grid_is_known(table, wish)) {
        table->bits[wish] = (uint16_t)judge(tables, table, wish);
        table->known++;
        /* As wishes come, the rule that was best for a few may not be. */
        if ((table->known & (table->known - 1)) == 0) {
            choose_rule(table);
        } else {
            mark(table, wish);
        }
    }
    return POSTERN_OK;
}

postern_status pst_grid_table_learn(struct pst_grid_tables *tables,
                                    struct pst_grid_table *table, uint32_t wish)
{
    PST_TRY(learn_here(tables, table->plain, wish));
    return table == table->plain ? POSTERN_OK : learn_here(tables, table, wish);
}

postern_status pst_grid_table_learn_all(struct pst_grid_tables *tables,
                                        struct pst_grid_table *table,
                                        const struct pst_grid_table *other)
{
    for (uint32_t wish = 0; wish < other->size; wish++) {
        if (pst_grid_is_known(other, wish)) {
            PST_TRY(pst_grid_table_learn(tables, table, wish));
        }
    }
    return POSTERN_OK;
}

static void empty(struct pst_grid_table *table,
                  const postern_allocator *allocator)
{
    pst_release(allocator, table->bits, table->size * sizeof *table->bits);
    table->bits = NULL;
    table->size = 0;
    table->known = 0;
    table->strays = 0;
}

static struct pst_grid_table *table_at(const struct pst_grid_tables *tables,
                                       uint32_t number)
{
    return ((struct pst_grid_table **)tables->list.data)[number];
}

void pst_grid_tables_empty(struct pst_grid_tables *tables)
{
    for (uint32_t i = 0; i < tables->list.count; i++) {
        if (!table_at(tables, i)->used) {
            empty(table_at(tables, i), &tables->ground.allocator);
        }
    }
}

static postern_status add(struct pst_grid_tables *tables,
                          const struct pst_grid_table *draft, postern_str key)
{
    struct pst_grid_table *table =
        pst_arena_alloc(&tables->ground.arena, 1, sizeof *table);
    postern_status status;

    if (!table) {
        return POSTERN_ERR_MEMORY;
    }
    *table = *draft;
    table->plain = draft->plain ? draft->plain : table;
    PST_TRY(pst_vec_push(&tables->list, &tables->ground.allocator, &table, 1));
    status = pst_grid_intern_add(&tables->intern, &tables->ground, key);
    if (status != POSTERN_OK) {
        tables->list.count--;
    }
    return status;
}

/* Ages, shelf lives, and blocks of nations. */
static bool depends_on_day(uint32_t tag)
{
    for (uint32_t i = 0; i < pst_ppm_tags[tag].row_count; i++) {
        switch (pst_ppm_rows[pst_ppm_tags[tag].first_row + i].comparison) {
        case POSTERN_PPM_COMPARE_AGE_GE:
        case POSTERN_PPM_COMPARE_DATE_LE:
        case POSTERN_PPM_COMPARE_SET_SUBSET:
        case POSTERN_PPM_COMPARE_CONTAINS:
            return true;
        default:
            break;
        }
    }
    return false;
}

static postern_status find_or_add(struct pst_grid_tables *tables,
                                  const struct pst_grid_table *draft,
                                  struct pst_grid_table **table)
{
    int64_t words[] = {draft->tag, draft->laws, draft->terms,
                       depends_on_day(draft->tag) ? tables->stack.day : 0};
    postern_str key = {(const char *)words, sizeof words};
    uint32_t number =
        pst_grid_intern_find(&tables->intern, &tables->ground, key);

    if (number == PST_GRID_NONE) {
        number = tables->list.count;
        PST_TRY(add(tables, draft, key));
    }
    *table = table_at(tables, number);
    return POSTERN_OK;
}

postern_status pst_grid_table_of(struct pst_grid_tables *tables, uint32_t tag,
                                 uint32_t laws, uint32_t terms,
                                 struct pst_grid_table **table)
{
    struct pst_grid_table draft = {.tag = tag,
                                   .laws = tables->silence[tag],
                                   .terms = terms,
                                   .keep = PST_GRID_BITS};

    PST_TRY(find_or_add(tables, &draft, &draft.plain));
    draft.laws = laws;
    return find_or_add(tables, &draft, table);
}

/* ---- all of it ---------------------------------------------------------- */

static postern_status find_silence(struct pst_grid_tables *tables)
{
    static const struct pst_grid_side nobody = {.count = 0};

    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        PST_TRY(pst_grid_wish_number(&tables->wishes[tag], &tables->ground, tag,
                                     &nobody, &tables->silence[tag]));
    }
    return POSTERN_OK;
}

postern_status pst_grid_tables_init(struct pst_grid_tables *tables)
{
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        pst_grid_wishes_init(&tables->wishes[tag]);
    }
    pst_grid_intern_init(&tables->intern);
    pst_vec_init(&tables->list, sizeof(struct pst_grid_table *));
    tables->cells =
        pst_arena_alloc(&tables->ground.arena, CELLS, sizeof *tables->cells);
    if (!tables->cells) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < POSTERN_PPM_MAX_FRAMES; i++) {
        tables->stack.frames[i] = &somebody;
    }
    tables->stack.cells = tables->cells;
    tables->stack.columns = &tables->column;
    tables->stack.column_count = 1;
    return find_silence(tables);
}

void pst_grid_tables_release(struct pst_grid_tables *tables)
{
    const struct pst_grid_ground *ground = &tables->ground;

    for (uint32_t i = 0; i < tables->list.count; i++) {
        empty(table_at(tables, i), &ground->allocator);
    }
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        pst_grid_wishes_release(&tables->wishes[tag], ground);
    }
    pst_grid_intern_release(&tables->intern, ground);
    pst_vec_release(&tables->list, &ground->allocator);
    pst_arena_release(&tables->ground.arena);
}
