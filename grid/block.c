#include "grid/block.h"

#include <string.h>

/* An odd number of lines, so that the planes of one slot are not all in the
 * same few places of a cache. */
static uint32_t stride_of(uint32_t words)
{
    return words | PST_GRID_LINE_WORDS;
}

static size_t lines(size_t bytes)
{
    return (bytes + PST_GRID_LINE - 1) / PST_GRID_LINE * PST_GRID_LINE;
}

/* Cuts the memory into pieces. */
static void *cut(unsigned char **rest, size_t bytes)
{
    void *piece = *rest;

    *rest += lines(bytes);
    return piece;
}

struct pst_grid_block *pst_grid_block_new(const postern_allocator *allocator,
                                          uint32_t slots)
{
    uint32_t words = slots / PST_GRID_WORD;
    uint32_t stride = stride_of(words);
    size_t planes = POSTERN_PPM_ROWS * (size_t)stride * sizeof(uint64_t);
    size_t plane = words * sizeof(uint64_t);
    size_t numbers = slots * sizeof(uint32_t);
    size_t size = lines(sizeof(struct pst_grid_block)) + 2 * lines(planes) +
                  2 * lines(plane) + 2 * lines(numbers) + PST_GRID_LINE;
    unsigned char *memory = pst_alloc(allocator, size);
    struct pst_grid_block *block;
    unsigned char *rest;

    if (!memory) {
        return NULL;
    }
    memset(memory, 0, size);
    rest = memory +
           (PST_GRID_LINE - (uintptr_t)memory % PST_GRID_LINE) % PST_GRID_LINE;
    block = cut(&rest, sizeof *block);
    block->slots = slots;
    block->words = words;
    block->stride = stride;
    block->objections = cut(&rest, planes);
    block->red = cut(&rest, planes);
    block->live = cut(&rest, plane);
    block->changed = cut(&rest, plane);
    block->users = cut(&rest, numbers);
    block->voices = cut(&rest, numbers);
    block->memory = memory;
    block->size = size;
    return block;
}

void pst_grid_block_free(struct pst_grid_block *block,
                         const postern_allocator *allocator)
{
    if (block) {
        pst_release(allocator, block->memory, block->size);
    }
}

void pst_grid_put_bits(uint64_t *planes, const struct pst_grid_block *block,
                       uint32_t slot, const postern_grid_red *bits)
{
    uint64_t *word = planes + slot / PST_GRID_WORD;
    unsigned bit = slot % PST_GRID_WORD;

    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        uint64_t is = bits->words[row / 64] >> row % 64 & 1;

        *word = (*word & ~(UINT64_C(1) << bit)) | is << bit;
        word += block->stride;
    }
}

void pst_grid_add_bits(uint64_t *planes, const struct pst_grid_block *block,
                       uint32_t slot, const postern_grid_red *bits)
{
    uint64_t bit = UINT64_C(1) << slot % PST_GRID_WORD;

    planes += slot / PST_GRID_WORD;
    for (uint32_t half = 0; half < 2; half++) {
        for (uint64_t rows = bits->words[half]; rows; rows &= rows - 1) {
            uint32_t row = half * 64 + (uint32_t)__builtin_ctzll(rows);

            planes[(size_t)row * block->stride] |= bit;
        }
    }
}

void pst_grid_get_red(const struct pst_grid_block *block, uint32_t slot,
                      postern_grid_red *red)
{
    const uint64_t *word = block->red + slot / PST_GRID_WORD;

    *red = (postern_grid_red){{0, 0}};
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        red->words[row / 64] |= (*word >> slot % PST_GRID_WORD & 1) << row % 64;
        word += block->stride;
    }
}

/* Bit b of word w becomes bit w of word b: halves of ever smaller squares
 * change places. */
static void transpose(uint64_t square[64])
{
    uint64_t mask = UINT64_C(0x00000000ffffffff);

    for (unsigned half = 32; half; half >>= 1, mask ^= mask << half) {
        for (unsigned w = 0; w < 64; w = (w + half + 1) & ~half) {
            uint64_t swap = (square[w] >> half ^ square[w + half]) & mask;

            square[w] ^= swap << half;
            square[w + half] ^= swap;
        }
    }
}

void pst_grid_get_64(const struct pst_grid_block *block, uint32_t from,
                     postern_grid_red red[PST_GRID_WORD])
{
    for (uint32_t half = 0; half < 2; half++) {
        uint64_t square[64] = {0};
        const uint64_t *word = block->red + from / PST_GRID_WORD +
                               (size_t)half * 64 * block->stride;

        for (uint32_t i = 0; i < 64 && half * 64 + i < POSTERN_PPM_ROWS; i++) {
            square[i] = *word;
            word += block->stride;
        }
        transpose(square);
        for (uint32_t i = 0; i < 64; i++) {
            red[i].words[half] = square[i];
        }
    }
}
