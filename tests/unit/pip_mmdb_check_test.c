/*
 * What is looked at before libmaxminddb sees it: values by hand, the nearest
 * sound one beside each that is not.
 */
#include "pip/mmdb_check.h"
#include "support/mmdb_writer.h"

#include <criterion/criterion.h>

enum { PLENTY = 1000000 };

static struct mmdb_writer w;

/* Of exactly that size on the heap: a byte read behind it is found. */
static bool value_is_sound(uint32_t offset, uint64_t budget)
{
    uint8_t *exact = malloc(w.size ? w.size : 1);
    bool is_sound;

    cr_assert_not_null(exact);
    memcpy(exact, w.bytes, w.size);
    is_sound = pst_mmdb_value_is_sound(
        (struct pst_mmdb_section){exact, (uint32_t)w.size}, offset, &budget);
    free(exact);
    return is_sound;
}

static bool end_is_sound(uint64_t file_size)
{
    uint8_t *exact = malloc(w.size ? w.size : 1);
    bool is_sound;

    cr_assert_not_null(exact);
    memcpy(exact, w.bytes, w.size);
    is_sound = pst_mmdb_end_is_sound(
        (struct pst_mmdb_section){exact, (uint32_t)w.size}, file_size);
    free(exact);
    return is_sound;
}

static void put(size_t count, const uint8_t *bytes)
{
    w.size = 0;
    mmdb_bytes(&w, bytes, count);
}

#define PUT(...)                                                               \
    put(sizeof((const uint8_t[]){__VA_ARGS__}), (const uint8_t[]){__VA_ARGS__})

/* ---- values ------------------------------------------------------------ */

/* Every cut of each is not: the last byte is looked at. */
Test(mmdb_value, is_sound_when_all_of_it_is_there)
{
    static const struct {
        const char *what;
        uint8_t bytes[8];
        size_t size;
    } rows[] = {
        {"text", {0x42, 'N', 'L'}, 3},
        {"no text", {0x40}, 1},
        {"double", {0x63, 1, 2, 3}, 4},
        {"uint16", {0xA2, 1, 2}, 3},
        {"uint128", {0x02, 0x03, 1, 2}, 4},
        {"true", {0x01, 0x07}, 2},
        {"false", {0x00, 0x07}, 2},
        {"empty map", {0xE0}, 1},
        {"empty array", {0x00, 0x04}, 2},
        {"map", {0xE1, 0x41, 'a', 0x41, 'b'}, 5},
        {"array", {0x02, 0x04, 0x41, 'a', 0x40}, 5},
        {"map in array", {0x01, 0x04, 0xE1, 0x40, 0x40}, 5},
        {"pointers in a map", {0xE1, 0x20, 0x00, 0x28, 0x00, 0x00}, 6},
        {"pointer of four bytes", {0x01, 0x04, 0x38, 0, 0, 0, 0}, 7},
        {"of a type to come", {0x01, 0x20, 9}, 3},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t cut = 0; cut < rows[i].size; cut++) {
            put(cut, rows[i].bytes);
            cr_expect_not(value_is_sound(0, PLENTY), "%s, %zu bytes",
                          rows[i].what, cut);
        }
        put(rows[i].size, rows[i].bytes);
        cr_expect(value_is_sound(0, PLENTY), "%s", rows[i].what);
        cr_expect_not(value_is_sound((uint32_t)rows[i].size, PLENTY), "%s",
                      rows[i].what);
        cr_expect_not(value_is_sound(UINT32_MAX, PLENTY), "%s", rows[i].what);
    }
}

/* Sizes of 29 and more: one, two and three bytes more, each with a base. */
Test(mmdb_value, has_its_size_in_up_to_three_more_bytes)
{
    static const struct {
        uint8_t head[4];
        size_t head_size;
        size_t size;
    } rows[] = {
        {{0x5C}, 1, 28},
        {{0x5D, 0}, 2, 29},
        {{0x5D, 255}, 2, 284},
        {{0x5E, 0, 0}, 3, 285},
        {{0x5E, 1, 2}, 3, 543},
        {{0x5F, 0, 0, 0}, 4, 65821},
        {{0x5F, 0, 1, 3}, 4, 66080},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put(rows[i].head_size, rows[i].head);
        for (size_t n = 0; n + 1 < rows[i].size; n++) {
            mmdb_byte(&w, 'x');
        }
        cr_expect_not(value_is_sound(0, PLENTY), "%zu", rows[i].size);
        mmdb_byte(&w, 'x');
        cr_expect(value_is_sound(0, PLENTY), "%zu", rows[i].size);
    }
}

Test(mmdb_value, may_be_at_the_end_of_one_pointer)
{
    PUT(0x20, 0x03, 0x40, 0xE0);
    cr_expect(value_is_sound(0, PLENTY));
    PUT(0x20, 0x04, 0x40, 0xE0);
    cr_expect_not(value_is_sound(0, PLENTY), "behind the end");
    PUT(0x20, 0x02, 0x20, 0x04, 0xE0);
    cr_expect_not(value_is_sound(0, PLENTY), "a pointer to a pointer");
    PUT(0x20, 0x00);
    cr_expect_not(value_is_sound(0, PLENTY), "a pointer to itself");
    PUT(0x20, 0x02, 0xE1, 0x40);
    cr_expect_not(value_is_sound(0, PLENTY), "to a map that is cut");
    PUT(0x20, 0x02, 0xE1, 0x40, 0x40);
    cr_expect(value_is_sound(0, PLENTY));
}

/* Each length of a pointer begins where the shorter one ends. */
Test(mmdb_value, is_found_by_pointers_of_each_length)
{
    static const struct {
        uint8_t bytes[5];
        size_t size;
        size_t target;
    } rows[] = {
        {{0x20, 0x07}, 2, 7},
        {{0x27, 0xFF}, 2, 2047},
        {{0x28, 0x00, 0x00}, 3, 2048},
        {{0x29, 0x02, 0x03}, 3, 2048 + 0x10203},
        {{0x30, 0x00, 0x00, 0x05}, 4, 526336 + 5},
        {{0x38, 0x00, 0x01, 0x00, 0x02}, 5, 0x10002},
        {{0x3F, 0x00, 0x01, 0x00, 0x02}, 5, 0x10002},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put(rows[i].size, rows[i].bytes);
        memset(w.bytes + w.size, 0xFF, rows[i].target - w.size);
        w.size = rows[i].target;
        cr_expect_not(value_is_sound(0, PLENTY), "%zu", rows[i].target);
        mmdb_byte(&w, 0xE0);
        cr_expect(value_is_sound(0, PLENTY), "%zu", rows[i].target);
    }
}

/* libmaxminddb 1.7 takes what is in such a key for values. */
Test(mmdb_value, has_no_containers_for_keys)
{
    PUT(0xE1, 0xE0, 0x40);
    cr_expect_not(value_is_sound(0, PLENTY));
    PUT(0xE1, 0x00, 0x04, 0x40);
    cr_expect_not(value_is_sound(0, PLENTY));
    PUT(0xE1, 0x40, 0xE0);
    cr_expect(value_is_sound(0, PLENTY));
    PUT(0xE2, 0x40, 0xE0, 0x00, 0x04, 0x40);
    cr_expect_not(value_is_sound(0, PLENTY));
    PUT(0xE2, 0x40, 0xE0, 0x40, 0x00, 0x04);
    cr_expect(value_is_sound(0, PLENTY));
}

static void nest(size_t depth)
{
    w.size = 0;
    for (size_t i = 0; i < depth; i++) {
        if (i % 2) {
            mmdb_array(&w, 1);
        } else {
            mmdb_map(&w, 1);
            mmdb_text(&w, "a");
        }
    }
    mmdb_text(&w, "b");
}

Test(mmdb_value, is_not_nested_too_deeply)
{
    nest(32);
    cr_expect(value_is_sound(0, PLENTY));
    nest(33);
    cr_expect_not(value_is_sound(0, PLENTY));
    nest(100000);
    cr_expect_not(value_is_sound(0, PLENTY));
}

/* Containers that claim more than there is, also in all; and honest ones that
 * are more than was allowed. */
Test(mmdb_value, is_looked_at_only_so_often)
{
    w.size = 0;
    mmdb_array(&w, 10);
    for (int i = 0; i < 10; i++) {
        mmdb_map(&w, 1);
        mmdb_text(&w, "a");
        mmdb_text(&w, "b");
    }
    cr_expect(value_is_sound(0, 30));
    cr_expect_not(value_is_sound(0, 29));
    cr_expect_not(value_is_sound(0, 0));
    PUT(0x1F, 0x04, 0xFF, 0xFF, 0xFF);
    cr_expect_not(value_is_sound(0, PLENTY));
}

/* ---- metadata ---------------------------------------------------------- */

static void no_languages(struct mmdb_writer *to)
{
    mmdb_array(to, 0);
}

static void two_languages(struct mmdb_writer *to)
{
    mmdb_array(to, 2);
    mmdb_text(to, "en");
    mmdb_text(to, "de");
}

/* Behind the first key is the first value: a number. */
static void number_by_pointer(struct mmdb_writer *to)
{
    mmdb_array(to, 1);
    mmdb_pointer(to, 1 + 1 + 27);
}

/* The first key. */
static void text_by_pointer(struct mmdb_writer *to)
{
    mmdb_array(to, 1);
    mmdb_pointer(to, 1);
}

static void all_by_pointer(struct mmdb_writer *to)
{
    mmdb_array(to, 2);
    mmdb_pointer(to, 0);
    mmdb_pointer(to, 0);
}

static void number_for_language(struct mmdb_writer *to)
{
    mmdb_array(to, 1);
    mmdb_uint(to, MMDB_WRITER_UINT16, 7);
}

static void nested_languages(struct mmdb_writer *to)
{
    mmdb_array(to, 1);
    mmdb_array(to, 0);
}

static void pointer_for_languages(struct mmdb_writer *to)
{
    mmdb_pointer(to, 0);
}

static void too_many_languages(struct mmdb_writer *to)
{
    mmdb_byte(to, 0x1F);
    mmdb_byte(to, 0x04);
    mmdb_number(to, 0xFFFFFF, 3);
}

Test(mmdb_end, has_metadata_of_texts)
{
    static const struct {
        const char *what;
        void (*languages)(struct mmdb_writer *to);
        bool is_sound;
    } rows[] = {
        {"none", no_languages, true},
        {"two", two_languages, true},
        {"a pointer to a text", text_by_pointer, true},
        {"a pointer to a number", number_by_pointer, false},
        {"pointers to a map", all_by_pointer, false},
        {"a number", number_for_language, false},
        {"a list in a list", nested_languages, false},
        {"a pointer instead of a list", pointer_for_languages, false},
        {"more than there is", too_many_languages, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mmdb_facts facts = {.node_count = 1,
                                   .languages = rows[i].languages};

        w.size = 0;
        mmdb_metadata(&w, &facts);
        cr_expect_eq(end_is_sound(1000), rows[i].is_sound, "%s", rows[i].what);
    }
}

Test(mmdb_end, is_not_cut)
{
    struct mmdb_facts facts = {.node_count = 1, .languages = two_languages};
    size_t size;

    w.size = 0;
    mmdb_metadata(&w, &facts);
    size = w.size;
    cr_expect(end_is_sound(1000));
    for (w.size = 0; w.size < size; w.size++) {
        cr_expect_not(end_is_sound(1000), "%zu bytes", w.size);
    }
}

/* Two records to a node, the separator, three bytes at least. */
Test(mmdb_end, tells_how_long_the_file_has_to_be)
{
    static const struct {
        uint32_t nodes;
        unsigned bits;
        uint64_t least;
    } rows[] = {
        {1, 24, 6 + 19},
        {1, 28, 7 + 19},
        {1, 32, 8 + 19},
        {1000, 28, 7000 + 19},
        {0x2AAAAAAB, 24, UINT64_C(0x2AAAAAAB) * 6 + 19}, /* 2 in 32 bits */
        {UINT32_MAX, 32, UINT64_C(0xFFFFFFFF) * 8 + 19},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mmdb_facts facts = {.node_count = rows[i].nodes,
                                   .record_size = rows[i].bits};

        w.size = 0;
        mmdb_metadata(&w, &facts);
        cr_expect(end_is_sound(rows[i].least), "%zu", i);
        cr_expect_not(end_is_sound(rows[i].least - 1), "%zu", i);
    }
}

Test(mmdb_end, says_how_many_nodes_there_are_once)
{
    struct mmdb_facts facts = {.node_count = 0};

    w.size = 0;
    mmdb_metadata(&w, &facts);
    cr_expect_not(end_is_sound(1000), "no nodes");
    for (unsigned twice = 0; twice < 2; twice++) {
        w.size = 0;
        mmdb_marker(&w);
        mmdb_map(&w, 2 + twice);
        mmdb_text(&w, "node_count");
        mmdb_uint(&w, MMDB_WRITER_UINT32, 1);
        mmdb_text(&w, "record_size");
        mmdb_uint(&w, MMDB_WRITER_UINT16, 24);
        mmdb_text(&w, "node_count");
        mmdb_uint(&w, MMDB_WRITER_UINT32, 1);
        cr_expect_eq(end_is_sound(1000), !twice);
    }
    w.size = 0;
    mmdb_marker(&w);
    mmdb_map(&w, 1);
    mmdb_text(&w, "node_count");
    mmdb_text(&w, "1");
    cr_expect_not(end_is_sound(1000), "a text");
}

/* The last marker counts, as it does for libmaxminddb. */
Test(mmdb_end, begins_behind_the_last_marker)
{
    struct mmdb_facts large = {.node_count = 1000000};
    struct mmdb_facts small = {.node_count = 1};

    w.size = 0;
    mmdb_metadata(&w, &large);
    mmdb_metadata(&w, &small);
    cr_expect(end_is_sound(1000));
    w.size = 0;
    mmdb_metadata(&w, &small);
    mmdb_metadata(&w, &large);
    cr_expect_not(end_is_sound(1000));
    mmdb_marker(&w);
    cr_expect_not(end_is_sound(100000000), "nothing behind it");
}
