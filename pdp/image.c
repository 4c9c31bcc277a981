/*
 * The compiled form as bytes: its checksum, and opening what somebody else
 * wrote.
 */
#include "pdp/image.h"

#include "base/bytes.h"
#include "base/diag.h"
#include "base/memory.h"
#include "pdp/image_check.h"

#include <stddef.h>
#include <string.h>

enum { LANES = PST_CHECKSUM_LANES, WORD = 8, BITS = 64 };

/* ---- the checksum ------------------------------------------------------ */

static const uint64_t MULTIPLIER = 0x9E3779B97F4A7C15U;
static const uint64_t STARTS[LANES] = {0x243F6A8885A308D3U, 0x13198A2E03707344U,
                                       0xA4093822299F31D0U,
                                       0x082EFA98EC4E6C89U}; /* digits of pi */

/* A bijection of the word for any lane, and of the lane for any word: two
 * blocks that differ in one word never meet again. The shift brings high bits
 * down, where the multiplication alone never takes them. */
static uint64_t mix(uint64_t lane, uint64_t word)
{
    lane = (lane ^ word) * MULTIPLIER;
    return lane ^ lane >> 32;
}

struct pst_checksum pst_checksum_of(const struct pst_block *block)
{
    return (struct pst_checksum){
        .at = (const char *)block + offsetof(struct pst_block, hashes),
        .end = (const char *)block + block->size,
        .size = block->size,
        .lanes = {STARTS[0], STARTS[1], STARTS[2], STARTS[3]}};
}

/* Four lanes at once: each waits for its own multiplication only. */
void pst_checksum_upto(struct pst_checksum *checksum, const void *end)
{
    const char *at = checksum->at;
    size_t rounds = (const char *)end > at
                        ? (size_t)((const char *)end - at) / (LANES * WORD)
                        : 0;
    uint64_t lanes[LANES];

    memcpy(lanes, checksum->lanes, sizeof lanes);
    for (; rounds; rounds--, at += (size_t)LANES * WORD) {
        lanes[0] = mix(lanes[0], pst_load8(at));
        lanes[1] = mix(lanes[1], pst_load8(at + WORD));
        lanes[2] = mix(lanes[2], pst_load8(at + 2 * (size_t)WORD));
        lanes[3] = mix(lanes[3], pst_load8(at + 3 * (size_t)WORD));
    }
    memcpy(checksum->lanes, lanes, sizeof lanes);
    checksum->at = at;
}

uint64_t pst_checksum_end(struct pst_checksum *checksum)
{
    uint64_t sum = mix(STARTS[0], checksum->size);

    pst_checksum_upto(checksum, checksum->end);
    for (; checksum->at < checksum->end; checksum->at += WORD) {
        checksum->lanes[0] = mix(checksum->lanes[0], pst_load8(checksum->at));
    }
    for (size_t lane = 0; lane < LANES; lane++) {
        sum = mix(sum, checksum->lanes[lane]);
    }
    return sum;
}

uint64_t pst_block_checksum(const struct pst_block *block)
{
    struct pst_checksum checksum = pst_checksum_of(block);

    return pst_checksum_end(&checksum);
}

/* ---- opening ----------------------------------------------------------- */

const void *postern_acp_set_image(const postern_acp_set *set, size_t *size)
{
    *size = (size_t)pst_block_of(set)->size;
    return pst_block_of(set);
}

static uint32_t words_of(struct pst_places places)
{
    return places.count / BITS + 1;
}

/* Reads the parts in the order of image_check.h. */
static bool check_parts(const struct pst_check *check)
{
    return pst_check_patterns(check) && pst_check_lists(check) &&
           pst_check_names(check) && pst_check_conditions(check) &&
           pst_check_acps(check) && pst_check_slots(check) &&
           pst_check_hashed(check);
}

/* The tables are where the header says. */
static postern_status check_contents(struct pst_check *check)
{
    const postern_acp_set *set = check->set;
    struct pst_places *const places[] = {&check->patterns, &check->conditions,
                                         &check->lists, &check->crowds};
    size_t words = 0;
    uint64_t *bits;
    bool is_sound;

    check->atoms = PST_ATOM_NAMES + pst_table_count(set, PST_TABLE_NAMES) +
                   pst_table_count(set, PST_TABLE_PATTERNS);
    check->patterns.count = pst_table_count(set, PST_TABLE_PATTERNS);
    check->conditions.count = pst_table_count(set, PST_TABLE_CONDITIONS);
    check->lists.count = pst_table_count(set, PST_TABLE_LISTS);
    check->crowds.count = pst_table_count(set, PST_TABLE_CROWD_WORDS);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        words += words_of(*places[i]);
    }
    bits = pst_alloc(&set->allocator, words * sizeof *bits);
    if (!bits) {
        return POSTERN_ERR_MEMORY;
    }
    memset(bits, 0, words * sizeof *bits);
    for (size_t i = 0, at = 0; i < sizeof places / sizeof *places; i++) {
        places[i]->bits = bits + at;
        at += words_of(*places[i]);
    }
    is_sound = check_parts(check);
    pst_release(&set->allocator, bits, words * sizeof *bits);
    return is_sound ? POSTERN_OK : POSTERN_ERR_SYNTAX;
}

/* Nothing that is looked at needs the checksum: it tells an accident, so that
 * this is what is said and not what the accident did. */
postern_status pst_image_check(const postern_acp_set *set, size_t size,
                               postern_diag *diag)
{
    struct pst_check check = {.set = set, .diag = diag};
    struct pst_checksum checksum;
    postern_status status = POSTERN_ERR_SYNTAX;

    if (!pst_check_header(&check, size)) {
        return status;
    }
    checksum = pst_checksum_of(pst_block_of(set));
    check.checksum = &checksum;
    if (pst_check_tables(&check)) {
        status = check_contents(&check);
    }
    return pst_check_checksum(&check) ? status : POSTERN_ERR_SYNTAX;
}

postern_status postern_acp_set_open_image(postern_acp_set **set,
                                          const void *bytes, size_t size,
                                          const postern_allocator *allocator,
                                          postern_diag *diag)
{
    postern_allocator memory = pst_allocator_of(allocator);
    postern_status status = POSTERN_ERR_ARGUMENT;
    postern_acp_set *opened;

    *set = NULL;
    pst_diag_clear(diag);
    if (!bytes || (uintptr_t)bytes % PST_IMAGE_ALIGN != 0) {
        return pst_diag_plain(diag, status);
    }
    opened = pst_alloc(&memory, sizeof *opened);
    if (!opened) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    *opened = (postern_acp_set){
        .offset = (uintptr_t)bytes - (uintptr_t)opened, /* may wrap around */
        .size = size,
        .allocator = memory,
        .memory = opened,
        .memory_size = sizeof *opened};
    status = pst_image_check(opened, size, diag);
    if (status != POSTERN_OK) {
        pst_release(&memory, opened, sizeof *opened);
        return pst_diag_plain(diag, status);
    }
    *set = opened;
    return POSTERN_OK;
}
