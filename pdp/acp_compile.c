/*
 * From drafts to the block: names in the order of their hashes, a slot for each
 * rule set, then everything copied into one allocation.
 */
#include "base/diag.h"
#include "base/text_order.h"
#include "pdp/compile.h"
#include "pdp/image.h"

enum {
    UNIT = 8, /* places of tables are counted in */
    LINE = 64,
    LARGE = 4096, /* bytes; a block of as many begins on a pair of lines */
    LARGE_ALIGN = 2 * LINE
};

/* ---- names of ACPs ------------------------------------------------------ */

static postern_str acp_id(const void *from, uint32_t acp)
{
    const postern_acp_builder *builder = from;
    const struct pst_draft_acp *acps = builder->acps.data;
    const char *texts = builder->tables[PST_TABLE_TEXTS].data;

    return (postern_str){texts ? texts + acps[acp].id.offset : NULL,
                         acps[acp].id.len};
}

static postern_status refuse_twins(const postern_acp_builder *builder,
                                   const uint32_t *order, postern_diag *diag)
{
    for (uint32_t i = 1; i < builder->acps.count; i++) {
        if (pst_str_equal(acp_id(builder, order[i - 1]),
                          acp_id(builder, order[i]))) {
            char message[POSTERN_DIAG_MESSAGE_SIZE];
            struct pst_text text;

            pst_text_init(&text, message, sizeof message);
            pst_text_add(&text, "two ACPs are named ");
            pst_text_add_quoted(&text, acp_id(builder, order[i]));
            return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "", message,
                                   "TS-0001 9.6.2");
        }
    }
    return POSTERN_OK;
}

static postern_status sort_names(postern_acp_builder *builder,
                                 postern_diag *diag)
{
    struct pst_vec *names = &builder->tables[PST_TABLE_ACP_ORDER];
    uint32_t *order;

    PST_TRY(
        pst_vec_push(names, &builder->allocator, NULL, builder->acps.count));
    order = names->data;
    PST_TRY(pst_text_order(order, names->count, acp_id, builder,
                           &builder->allocator));
    return refuse_twins(builder, order, diag);
}

/* ---- the block --------------------------------------------------------- */

static uint64_t aligned(uint64_t size, uint64_t to)
{
    return (size + to - 1) / to * to;
}

/* Slots begin a line, as the block does. */
static uint64_t lay_out(const postern_acp_builder *builder,
                        struct pst_table tables[PST_TABLE_COUNT])
{
    uint64_t end = aligned(sizeof(struct pst_block), LARGE_ALIGN);

    for (size_t i = 0; i < PST_TABLE_COUNT; i++) {
        const struct pst_vec *vec = &builder->tables[i];

        if (i == PST_TABLE_NAMES) {
            end = aligned(end, LINE);
        }
        tables[i] = (struct pst_table){(uint32_t)(end / UNIT), vec->count};
        end = aligned(end + (uint64_t)vec->count * vec->element_size, UNIT);
    }
    return end;
}

/* The handle and, behind it, room for the block. */
static postern_status make_room(const postern_acp_builder *builder, size_t size,
                                postern_acp_set **out, struct pst_block **block)
{
    size_t align = size < LARGE ? UNIT : LARGE_ALIGN;
    size_t slack = size < LARGE ? 0 : LARGE_ALIGN; /* to find the alignment */
    size_t all = sizeof(postern_acp_set) + slack + size;
    void *memory = pst_alloc(&builder->outer, all);
    size_t at;

    if (!memory) {
        return POSTERN_ERR_MEMORY;
    }
    memset(memory, 0, all); /* padding too: same input, same bytes */
    at = (size_t)(aligned((uintptr_t)memory + sizeof(postern_acp_set), align) -
                  (uintptr_t)memory);
    *block = (struct pst_block *)(void *)((char *)memory + at);
    *out = memory;
    **out = (postern_acp_set){.offset = at,
                              .size = all,
                              .allocator = builder->outer,
                              .memory = memory,
                              .memory_size = all};
    return POSTERN_OK;
}

/* What tells without a search that something is not among the names. */
static uint64_t hashes_of(const struct pst_vec *names)
{
    const struct pst_name *name = names->data;
    uint64_t hashes = 0;

    for (uint32_t i = 0; i < names->count; i++) {
        hashes |= pst_hash_bit(name[i].hash);
    }
    return hashes;
}

static void fill_block(struct pst_block *block, const struct pst_vec *from,
                       const struct pst_table tables[PST_TABLE_COUNT])
{
    memcpy(block->magic, PST_BLOCK_MAGIC, sizeof block->magic);
    block->byte_order = PST_BYTE_ORDER;
    block->version = PST_BLOCK_VERSION;
    block->hashes = hashes_of(&from[PST_TABLE_NAMES]);
    memcpy(block->tables, tables, sizeof block->tables);
    for (size_t i = 0; i < PST_TABLE_COUNT; i++) {
        if (from[i].count) {
            memcpy((char *)block + (size_t)tables[i].at * UNIT, from[i].data,
                   (size_t)from[i].count * from[i].element_size);
        }
    }
    block->checksum = pst_block_checksum(block);
}

static postern_status make_block(const struct pst_compile *compile,
                                 postern_acp_set **out)
{
    const postern_acp_builder *builder = compile->builder;
    struct pst_table tables[PST_TABLE_COUNT];
    uint64_t size = lay_out(builder, tables);
    struct pst_block *block;

    if (size / UNIT > UINT32_MAX || size > SIZE_MAX / 2) {
        return POSTERN_ERR_LIMIT;
    }
    PST_TRY(make_room(builder, (size_t)size, out, &block));
    block->size = size;
    block->homes = compile->homes;
    block->kinds = builder->listed_kinds;
    fill_block(block, builder->tables, tables);
    return POSTERN_OK;
}

/* ---- all of it --------------------------------------------------------- */

static postern_status run(struct pst_compile *compile, postern_acp_set **out,
                          postern_diag *diag)
{
    PST_TRY(sort_names(compile->builder, diag));
    PST_TRY(pst_compile_names(compile));
    PST_TRY(pst_compile_slots(compile));
    return make_block(compile, out);
}

static postern_status compile(postern_acp_builder *builder,
                              postern_acp_set **out, postern_diag *diag)
{
    struct pst_compile state = {.builder = builder};
    postern_status status;

    pst_vec_init(&state.places, sizeof(uint32_t));
    pst_vec_init(&state.drafts, sizeof(uint32_t));
    pst_vec_init(&state.starts, sizeof(uint32_t));
    pst_vec_init(&state.entries, sizeof(struct pst_entry));
    pst_vec_init(&state.crowd, sizeof(struct pst_crowd_rule));
    pst_intern_init(&state.lists, NULL);
    status = run(&state, out, diag);
    pst_vec_release(&state.places, &builder->allocator);
    pst_vec_release(&state.drafts, &builder->allocator);
    pst_vec_release(&state.starts, &builder->allocator);
    pst_vec_release(&state.entries, &builder->allocator);
    pst_vec_release(&state.crowd, &builder->allocator);
    pst_intern_release(&state.lists, &builder->allocator);
    return status;
}

postern_status postern_acp_builder_finish(postern_acp_builder *builder,
                                          postern_acp_set **set,
                                          postern_diag *diag)
{
    postern_status status;

    *set = NULL;
    pst_diag_clear(diag);
    if (builder->finished) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    builder->finished = true;
    status = compile(builder, set, diag);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}
