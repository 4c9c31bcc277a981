/* The header of an image and where its tables are. */
#include "pdp/image_check.h"

#include "base/diag.h"
#include "pdp/image.h"

#include <string.h>

enum {
    WORD = 8,
    MAX_GAP = 128,  /* tables are aligned to no more */
    SLOT_PLACES = 8 /* slots are aligned to 64 bytes */
};

/* What one element is called, and its size. */
static const struct {
    const char *name;
    size_t size;
} TABLES[PST_TABLE_COUNT] = {
    [PST_TABLE_SLOTS] = {"slot", sizeof(struct pst_slot)},
    [PST_TABLE_HOMES] = {"32 homes", sizeof(struct pst_homes)},
    [PST_TABLE_NAMES] = {"name", sizeof(struct pst_name)},
    [PST_TABLE_LISTS] = {"list", sizeof(uint32_t)},
    [PST_TABLE_LANES] = {"lane", sizeof(uint32_t)},
    [PST_TABLE_CONDITIONS] = {"condition", sizeof(uint64_t)},
    [PST_TABLE_HEADS] = {"head", sizeof(uint32_t)},
    [PST_TABLE_ENTRIES] = {"entry", sizeof(struct pst_entry)},
    [PST_TABLE_RULES] = {"rule", sizeof(struct pst_rule)},
    [PST_TABLE_CROWDS] = {"crowd", sizeof(struct pst_crowd_ref)},
    [PST_TABLE_CROWD_WORDS] = {"crowd word", sizeof(uint64_t)},
    [PST_TABLE_PATTERNS] = {"pattern", sizeof(struct pst_pattern)},
    [PST_TABLE_FAILURES] = {"failure", sizeof(uint16_t)},
    [PST_TABLE_PATTERN_INDEX] = {"index word", sizeof(uint32_t)},
    [PST_TABLE_YEARS] = {"year set", sizeof(struct pst_year_set)},
    [PST_TABLE_TEXTS] = {"text", sizeof(char)},
    [PST_TABLE_ORIGINATORS] = {"originator", sizeof(uint32_t)},
    [PST_TABLE_MEMBERS] = {"member", sizeof(uint32_t)},
    [PST_TABLE_EXPIRIES] = {"expiry", sizeof(int64_t)},
    [PST_TABLE_ACPS] = {"ACP", sizeof(struct pst_acp)},
    [PST_TABLE_ACP_ORDER] = {"ACP in order", sizeof(uint32_t)},
};

size_t pst_table_element_size(enum pst_table_id table)
{
    return TABLES[table].size;
}

bool pst_text_ref_is_sound(const postern_acp_set *set, struct pst_text_ref ref)
{
    return pst_is_within(ref.offset, ref.len,
                         pst_table_count(set, PST_TABLE_TEXTS));
}

/* ---- refusing ---------------------------------------------------------- */

/* "#" stands for the next number. */
static void add_sentence(struct pst_text *text, const char *sentence,
                         const uint64_t *numbers)
{
    for (; *sentence; sentence++) {
        if (*sentence == '#') {
            pst_text_add_uint(text, *numbers++);
        } else {
            pst_text_add_str(text, (postern_str){sentence, 1});
        }
    }
}

static bool refuse(const struct pst_check *check, const char *sentence)
{
    (void)pst_diag_refuse(check->diag, POSTERN_ERR_SYNTAX, "", sentence, NULL);
    return false;
}

static bool refuse_numbers(const struct pst_check *check, const char *sentence,
                           const uint64_t *numbers)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    add_sentence(&text, sentence, numbers);
    return refuse(check, message);
}

bool pst_check_refuse(const struct pst_check *check, enum pst_table_id table,
                      uint32_t element, const char *sentence,
                      const uint64_t *numbers)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    if (element == PST_WHOLE_TABLE) {
        pst_text_add(&text, "table of each ");
    }
    pst_text_add(&text, TABLES[table].name);
    if (element != PST_WHOLE_TABLE) {
        pst_text_add(&text, " ");
        pst_text_add_uint(&text, element);
    }
    pst_text_add(&text, ": ");
    add_sentence(&text, sentence, numbers);
    return refuse(check, message);
}

/* ---- the header -------------------------------------------------------- */

static uint32_t swapped(uint32_t value)
{
    return value >> 24 | (value >> 8 & 0xFF00u) | (value << 8 & 0xFF0000u) |
           value << 24;
}

static bool check_form(const struct pst_check *check, size_t size)
{
    const struct pst_block *block = pst_block_of(check->set);

    if (size < sizeof block->magic ||
        memcmp(block->magic, PST_BLOCK_MAGIC, sizeof block->magic) != 0) {
        return refuse(check, "these bytes are no image");
    }
    if (size < sizeof *block) {
        return refuse(check, "the image ends within its header");
    }
    if (block->byte_order == swapped(PST_BYTE_ORDER)) {
        return refuse(check, "the image was made by a machine of the other"
                             " byte order");
    }
    if (block->byte_order != PST_BYTE_ORDER) {
        return refuse(check, "the byte order of the image is none");
    }
    if (block->version != PST_BLOCK_VERSION) {
        return refuse_numbers(check,
                              "the image is of version #, this release reads"
                              " version #",
                              (uint64_t[]){block->version, PST_BLOCK_VERSION});
    }
    return true;
}

bool pst_check_header(const struct pst_check *check, size_t size)
{
    const struct pst_block *block = pst_block_of(check->set);

    if (!check_form(check, size)) {
        return false;
    }
    if (block->size != size || size % WORD != 0) {
        return refuse_numbers(check,
                              "the image says that it has # bytes, there are"
                              " #",
                              (uint64_t[]){block->size, size});
    }
    return true;
}

bool pst_check_checksum(const struct pst_check *check)
{
    if (pst_block_of(check->set)->checksum ==
        pst_checksum_end(check->checksum)) {
        return true;
    }
    pst_diag_clear(check->diag);
    return refuse(check, "the image is damaged: its checksum is not that of its"
                         " bytes");
}

/* ---- the tables -------------------------------------------------------- */

static bool is_zero(const struct pst_block *block, uint64_t from, uint64_t to)
{
    const char *bytes = (const char *)block;

    for (uint64_t i = from; i < to; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

/* What lies between two tables is little and zero. */
static bool is_gap(const struct pst_block *block, uint64_t from, uint64_t to)
{
    return from <= to && to - from < MAX_GAP && is_zero(block, from, to);
}

/* They stand in the order of their numbers, one behind the other. */
static bool check_places(const struct pst_check *check)
{
    const struct pst_block *block = pst_block_of(check->set);
    uint64_t end = sizeof *block;

    for (uint32_t i = 0; i < PST_TABLE_COUNT; i++) {
        uint64_t at = (uint64_t)block->tables[i].at * WORD;
        uint64_t bytes = (uint64_t)block->tables[i].count * TABLES[i].size;

        if (at < end || at > block->size || bytes > block->size - at) {
            return pst_check_refuse(check, (enum pst_table_id)i,
                                    PST_WHOLE_TABLE,
                                    "# bytes at # are not between # and #",
                                    (uint64_t[]){bytes, at, end, block->size});
        }
        if (!is_gap(block, end, at)) {
            return pst_check_refuse(
                check, (enum pst_table_id)i, PST_WHOLE_TABLE,
                "what lies before it at # is no padding", (uint64_t[]){at});
        }
        end = at + bytes;
    }
    if (!is_gap(block, end, block->size)) {
        return refuse(check, "what follows the last table is no padding");
    }
    return true;
}

struct count_rule {
    enum pst_table_id table;
    uint64_t count;
};

static bool check_counts(const struct pst_check *check)
{
    const postern_acp_set *set = check->set;
    uint32_t acps = pst_table_count(set, PST_TABLE_ACPS);
    uint32_t expiries = pst_table_count(set, PST_TABLE_EXPIRIES);
    const struct count_rule rules[] = {
        {PST_TABLE_ACP_ORDER, acps},
        {PST_TABLE_EXPIRIES, expiries ? acps : 0},
    };

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        uint32_t count = pst_table_count(set, rules[i].table);

        if (count != rules[i].count) {
            return pst_check_refuse(check, rules[i].table, PST_WHOLE_TABLE,
                                    "# of them where # are needed",
                                    (uint64_t[]){count, rules[i].count});
        }
    }
    if (pst_table_count(set, PST_TABLE_SLOTS) < acps) {
        return pst_check_refuse(
            check, PST_TABLE_SLOTS, PST_WHOLE_TABLE, "# of them for # ACPs",
            (uint64_t[]){pst_table_count(set, PST_TABLE_SLOTS), acps});
    }
    return true;
}

bool pst_check_tables(const struct pst_check *check)
{
    const struct pst_block *block = pst_block_of(check->set);
    uint64_t atoms;
    uint64_t homes;

    if (!check_places(check) || !check_counts(check)) {
        return false;
    }
    homes = (uint64_t)block->tables[PST_TABLE_HOMES].count * PST_HOMES_AT_ONCE;
    if (block->homes < 1 || block->homes >= homes) {
        return refuse_numbers(check, "# homes by hash, # in all",
                              (uint64_t[]){block->homes, homes});
    }
    if (block->tables[PST_TABLE_SLOTS].at % SLOT_PLACES != 0) {
        return pst_check_refuse(check, PST_TABLE_SLOTS, PST_WHOLE_TABLE,
                                "it is not aligned to 64 bytes", NULL);
    }
    atoms = (uint64_t)PST_ATOM_NAMES + block->tables[PST_TABLE_NAMES].count +
            block->tables[PST_TABLE_PATTERNS].count;
    if (atoms > PST_ATOM_LIMIT) {
        return refuse_numbers(check, "# atoms are more than #",
                              (uint64_t[]){atoms, PST_ATOM_LIMIT});
    }
    return true;
}
