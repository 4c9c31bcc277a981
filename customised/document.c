/* What a customised privacy policy is made of, and what may be asked of it. */
#include "customised/document.h"

#include "ppm/statement_words.h"

#include <string.h>

postern_customised *pst_customised_begin(const postern_allocator *allocator)
{
    postern_customised *made = pst_alloc(allocator, sizeof *made);

    if (!made) {
        return NULL;
    }
    memset(made, 0, sizeof *made);
    made->allocator = *allocator;
    pst_arena_init(&made->arena, allocator, SIZE_MAX);
    pst_vec_init(&made->cells, sizeof(struct pst_customised_cell));
    pst_vec_init(&made->lost, sizeof(postern_customised_lost));
    pst_buffer_init(&made->json, allocator, SIZE_MAX);
    return made;
}

void postern_customised_free(postern_customised *document)
{
    postern_allocator allocator;

    if (!document) {
        return;
    }
    allocator = document->allocator;
    pst_arena_release(&document->arena);
    pst_vec_release(&document->cells, &allocator);
    pst_vec_release(&document->lost, &allocator);
    pst_buffer_release(&document->json);
    pst_release(&allocator, document, sizeof *document);
}

postern_status pst_customised_keep(postern_customised *made, postern_str text,
                                   postern_str *copy)
{
    *copy = (postern_str){NULL, 0};
    if (!text.data) {
        return POSTERN_OK;
    }
    if (text.len > PST_CUSTOMISED_TEXT ||
        text.len > PST_CUSTOMISED_TEXTS - made->text_bytes) {
        return POSTERN_ERR_LIMIT;
    }
    made->text_bytes += text.len;
    *copy = pst_arena_copy(&made->arena, text);
    return copy->data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

const struct pst_customised_cell *
pst_customised_find(const postern_customised *document, uint32_t column,
                    uint32_t row)
{
    const struct pst_customised_cell *cells = pst_customised_cells(document);
    uint32_t low = 0;
    uint32_t high = document->cells.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct pst_customised_cell *cell = &cells[middle];

        if (cell->column == column && cell->row == row) {
            return cell;
        }
        if (cell->column < column ||
            (cell->column == column && cell->row < row)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* Points about which nobody says anything are green. */
void pst_customised_count(const postern_customised *document,
                          uint32_t count[PST_CUSTOMISED_STATES])
{
    const struct pst_customised_cell *cells = pst_customised_cells(document);

    memset(count, 0, PST_CUSTOMISED_STATES * sizeof *count);
    for (uint32_t i = 0; i < document->cells.count; i++) {
        count[cells[i].state]++;
    }
    count[POSTERN_PPM_GREEN] +=
        document->column_count * POSTERN_PPM_ROWS - document->cells.count;
}

const postern_ppm_frame_head *
pst_customised_decider(const postern_customised *document,
                       const struct pst_customised_cell *cell)
{
    return cell->frame < 0 ? NULL : &document->frames[cell->frame];
}

postern_str pst_customised_name(const postern_ppm_frame_head *frame)
{
    return pst_ppm_who_is(frame->kind, frame->name).name;
}

postern_str postern_customised_json(const postern_customised *document)
{
    return (postern_str){document->json.data, document->json.len};
}

const char *postern_customised_hash(const postern_customised *document)
{
    return document->hash;
}

static uint32_t changes_of(const postern_customised *document)
{
    const struct pst_customised_cell *cells = pst_customised_cells(document);
    uint32_t count = document->lost.count;

    for (uint32_t i = 0; i < document->cells.count; i++) {
        count += cells[i].changed.by != POSTERN_CHANGE_NONE;
    }
    return count;
}

/* The name of the first of the provider's frames that has one. */
static postern_str provider_name(const postern_customised *document)
{
    for (uint32_t i = 0; i < document->frame_count; i++) {
        if (document->frames[i].kind == POSTERN_PPM_PROVIDER &&
            document->frames[i].name.data) {
            return document->frames[i].name;
        }
    }
    return (postern_str){NULL, 0};
}

void postern_customised_look(const postern_customised *document,
                             postern_customised_head *head)
{
    *head = (postern_customised_head){
        .subscriber = document->subscriber,
        .provider = document->provider,
        .name = provider_name(document),
        .day = document->day,
        .previous = document->previous,
        .profile = document->profile,
        .columns = document->column_count,
        .cells = document->cells.count,
        .changes = changes_of(document),
        .gone = document->lost.count,
        .frames = document->frame_count,
    };
    pst_customised_count(document, head->count);
}

postern_ppm_column postern_customised_column(const postern_customised *document,
                                             uint32_t number)
{
    static const postern_ppm_column none = {.application = {NULL, 0}};

    return number < document->column_count ? document->columns[number] : none;
}

bool postern_customised_frame_at(const postern_customised *document, uint32_t n,
                                 postern_ppm_frame_head *frame)
{
    if (n >= document->frame_count) {
        return false;
    }
    *frame = document->frames[n];
    return true;
}

/* Who decided, where it was somebody else than the user. */
static void add_decider(const postern_customised *document,
                        const struct pst_customised_cell *from,
                        postern_customised_cell *cell)
{
    const postern_ppm_frame_head *frame =
        pst_customised_decider(document, from);

    if (!frame) {
        return;
    }
    cell->decided_by = frame->kind;
    if (frame->kind == POSTERN_PPM_USER) {
        return;
    }
    cell->decider = pst_customised_name(frame);
    cell->link = frame->link;
    if (from->state == POSTERN_PPM_OVERRULED) {
        cell->overruler = cell->decider;
    }
}

bool postern_customised_cell_at(const postern_customised *document, uint32_t n,
                                postern_customised_cell *cell)
{
    const struct pst_customised_cell *from;

    if (n >= document->cells.count) {
        return false;
    }
    from = &pst_customised_cells(document)[n];
    *cell = (postern_customised_cell){
        .column = from->column,
        .row = from->row,
        .state = from->state,
        .code = from->code,
        .user_can_accept = from->state == POSTERN_PPM_RED,
        .differs = from->differs,
        .statement = from->statement,
        .sentence = from->sentence,
        .change = from->changed.by,
        .before = from->changed.before,
        .statement_before = from->changed.statement_before,
    };
    add_decider(document, from, cell);
    return true;
}

bool postern_customised_lost_at(const postern_customised *document, uint32_t n,
                                postern_customised_lost *lost)
{
    if (n >= document->lost.count) {
        return false;
    }
    *lost = pst_customised_losts(document)[n];
    return true;
}

const char *postern_customised_change_word(postern_customised_change change)
{
    static const char *const words[PST_CUSTOMISED_CHANGES] = {
        "none", "provider", "law", "parents", "you", "time"};

    return (unsigned)change < PST_CUSTOMISED_CHANGES ? words[change] : "none";
}
