/*
 * Files that nobody's writer makes: trees and records that are damaged or made
 * to be slow, and files that are none.
 */
#define _GNU_SOURCE /* memfd_create */

#include "support/memory_file.h"
#include "support/mmdb_writer.h"

#include <criterion/criterion.h>
#include <postern/pip.h>
#include <time.h>

enum { DEADLINE_S = 10 };

static struct mmdb_writer w;

static postern_status load_written(postern_country_db **db)
{
    struct memory_file file;
    postern_diag diag;
    postern_status status;

    cr_assert(memory_file_open(&file, w.bytes, w.size));
    status = postern_country_db_load(db, file.path, NULL, &diag);
    cr_assert_eq(status == POSTERN_OK, *db != NULL);
    cr_assert_eq(diag.status, status);
    if (status != POSTERN_OK) {
        cr_expect_str_eq(diag.source, file.path);
        cr_expect_str_not_empty(diag.message);
    }
    memory_file_close(&file);
    return status;
}

static postern_status load_and_free(void)
{
    postern_country_db *db;
    postern_status status = load_written(&db);

    postern_country_db_free(db);
    return status;
}

static void country(const char *code)
{
    mmdb_map(&w, 1);
    mmdb_text(&w, "country_code");
    mmdb_text(&w, code);
}

enum { COUNTRY_SIZE = 1 + 13 + 3, NODE_SIZE = 6 };

static void finish(uint32_t nodes, unsigned ip_version)
{
    struct mmdb_facts facts = {.node_count = nodes, .ip_version = ip_version};

    mmdb_metadata(&w, &facts);
}

/* A file of one node with these records: 1 is none, 17 and so on data. */
static postern_status load_node(uint32_t left, uint32_t right)
{
    w.size = 0;
    mmdb_node(&w, left, right);
    mmdb_separator(&w);
    country("NL");
    country("DE");
    finish(1, 4);
    return load_and_free();
}

enum { FIRST_DATA = 1 + MMDB_WRITER_SEPARATOR };

/* ---- trees ------------------------------------------------------------- */

Test(country_tree, leads_to_nodes_to_nothing_or_to_data)
{
    size_t last = 2 * COUNTRY_SIZE + FIRST_DATA;

    cr_expect_eq(load_node(FIRST_DATA, FIRST_DATA + COUNTRY_SIZE), POSTERN_OK);
    cr_expect_eq(load_node(FIRST_DATA, 1), POSTERN_OK);
    cr_expect_eq(load_node(1, 1), POSTERN_ERR_POLICY, "nothing");
    cr_expect_eq(load_node(FIRST_DATA, 0), POSTERN_ERR_SYNTAX, "itself");
    for (uint32_t inside = 2; inside < FIRST_DATA; inside++) {
        cr_expect_eq(load_node(FIRST_DATA, inside), POSTERN_ERR_SYNTAX,
                     "the separator, %u", inside);
    }
    cr_expect_eq(load_node(FIRST_DATA, (uint32_t)last), POSTERN_ERR_SYNTAX,
                 "the marker of the metadata");
    cr_expect_eq(load_node(FIRST_DATA, 0xFFFFFF), POSTERN_ERR_SYNTAX,
                 "behind the end");
    last = w.size - NODE_SIZE - MMDB_WRITER_SEPARATOR;
    for (uint32_t i = 0; i < MMDB_WRITER_SEPARATOR; i++) {
        cr_expect_eq(load_node(FIRST_DATA, 1 + (uint32_t)last + i),
                     POSTERN_ERR_SYNTAX, "what libmaxminddb does not take");
    }
}

/* What a version 4 tree of one node answers. */
Test(country_tree, divides_by_the_first_bit)
{
    const postern_ip low = {4, {127, 255, 255, 255}};
    const postern_ip high = {4, {128, 0, 0, 0}};
    postern_country_db *db;
    char letters[3];

    w.size = 0;
    mmdb_node(&w, FIRST_DATA, FIRST_DATA + COUNTRY_SIZE);
    mmdb_separator(&w);
    country("NL");
    country("DE");
    finish(1, 4);
    cr_assert_eq(load_written(&db), POSTERN_OK);
    cr_expect(postern_country_of_ip(db, &low, letters));
    cr_expect_str_eq(letters, "NL");
    cr_expect(postern_country_of_ip(db, &high, letters));
    cr_expect_str_eq(letters, "DE");
    postern_country_db_free(db);
}

/* All of ::/1 is one network, and IPv4 with it. */
Test(country_tree, of_ipv6_may_end_before_its_ipv4_part)
{
    const postern_ip four = {4, {9, 9, 9, 9}};
    const postern_ip compatible = {6, {[15] = 9}};
    const postern_ip other = {6, {0x80}};
    postern_country_db *db;
    char letters[3];

    w.size = 0;
    mmdb_node(&w, FIRST_DATA, 1);
    mmdb_separator(&w);
    country("NL");
    finish(1, 6);
    cr_assert_eq(load_written(&db), POSTERN_OK);
    cr_expect(postern_country_of_ip(db, &four, letters));
    cr_expect(postern_country_of_ip(db, &compatible, letters));
    cr_expect_not(postern_country_of_ip(db, &other, letters));
    postern_country_db_free(db);
}

/* `nodes` nodes, each with the next on one side; the last with `end`. */
static postern_status load_chain(uint32_t nodes, uint32_t end,
                                 unsigned ip_version)
{
    uint32_t nothing = nodes;

    w.size = 0;
    for (uint32_t i = 0; i + 1 < nodes; i++) {
        mmdb_node(&w, nothing, i + 1);
    }
    mmdb_node(&w, nothing, end);
    mmdb_separator(&w);
    country("NL");
    finish(nodes, ip_version);
    return load_and_free();
}

Test(country_tree, is_as_deep_as_an_address_is_long)
{
    const uint32_t data = MMDB_WRITER_SEPARATOR;

    cr_expect_eq(load_chain(32, 32 + data, 4), POSTERN_OK);
    cr_expect_eq(load_chain(33, 33 + data, 4), POSTERN_ERR_SYNTAX);
    cr_expect_eq(load_chain(128, 128 + data, 6), POSTERN_OK);
    cr_expect_eq(load_chain(129, 129 + data, 6), POSTERN_ERR_SYNTAX);
    cr_expect_eq(load_chain(32, 1, 4), POSTERN_ERR_SYNTAX, "a circle");
    cr_expect_eq(load_chain(128, 127, 6), POSTERN_ERR_SYNTAX, "a circle");
}

/* Both sides of each node lead to the next: 2^31 ways through 31 nodes. */
Test(country_tree, is_not_walked_again_and_again)
{
    const uint32_t nodes = 31;
    clock_t start = clock();

    w.size = 0;
    for (uint32_t i = 0; i + 1 < nodes; i++) {
        mmdb_node(&w, i + 1, i + 1);
    }
    mmdb_node(&w, nodes + MMDB_WRITER_SEPARATOR, nodes);
    mmdb_separator(&w);
    country("NL");
    finish(nodes, 4);
    cr_expect_eq(load_and_free(), POSTERN_ERR_SYNTAX);
    cr_expect_lt((clock() - start) / CLOCKS_PER_SEC, DEADLINE_S);
}

/* The IPv4 part begins at node 96, below the left side of the first node; a
 * prefix of this many bits, below the right side, leads there as well. */
static postern_status load_shared(uint32_t bits)
{
    const uint32_t ip4_part = 96;
    const uint32_t left_side = 128;
    const uint32_t nodes = left_side + bits - 1;

    w.size = 0;
    mmdb_node(&w, 1, bits == 1 ? ip4_part : left_side);
    for (uint32_t i = 1; i < left_side; i++) {
        mmdb_node(&w, i + 1 < left_side ? i + 1 : nodes + MMDB_WRITER_SEPARATOR,
                  nodes);
    }
    for (uint32_t i = left_side; i < nodes; i++) {
        mmdb_node(&w, i + 1 < nodes ? i + 1 : ip4_part, nodes);
    }
    mmdb_separator(&w);
    country("NL");
    finish(nodes, 6);
    return load_and_free();
}

Test(country_tree, shares_its_ipv4_part_where_an_address_has_room_for_it)
{
    cr_expect_eq(load_shared(1), POSTERN_OK);
    cr_expect_eq(load_shared(16), POSTERN_OK);
    cr_expect_eq(load_shared(96), POSTERN_OK);
    cr_expect_eq(load_shared(97), POSTERN_ERR_SYNTAX);
    cr_expect_eq(load_shared(128), POSTERN_ERR_SYNTAX);
}

/* ---- records ----------------------------------------------------------- */

static postern_status load_record(void (*record)(void))
{
    w.size = 0;
    mmdb_node(&w, FIRST_DATA, 1);
    mmdb_separator(&w);
    record();
    finish(1, 4);
    return load_and_free();
}

static void good_record(void)
{
    country("NL");
}

/* libmaxminddb 1.7 steps over the first member with 300,000 calls inside each
 * other. */
static void deep_record(void)
{
    mmdb_map(&w, 2);
    mmdb_text(&w, "a");
    for (int i = 0; i < 300000; i++) {
        mmdb_map(&w, 1);
        mmdb_byte(&w, 0x40);
    }
    mmdb_text(&w, "b");
    mmdb_text(&w, "country_code");
    mmdb_text(&w, "NL");
}

static void circular_record(void)
{
    mmdb_pointer(&w, 0);
}

static void record_by_pointer(void)
{
    mmdb_pointer(&w, 2);
    country("NL");
}

/* Its country is the record itself. */
static void country_of_itself(void)
{
    mmdb_map(&w, 1);
    mmdb_text(&w, "country");
    mmdb_pointer(&w, 0);
}

static void country_beyond(void)
{
    mmdb_map(&w, 1);
    mmdb_text(&w, "country");
    mmdb_pointer(&w, 2000);
}

static void key_by_pointer(void)
{
    mmdb_map(&w, 1);
    mmdb_pointer(&w, 6);
    mmdb_text(&w, "NL");
    mmdb_text(&w, "country_code");
}

static void map_for_a_key(void)
{
    mmdb_map(&w, 1);
    mmdb_map(&w, 0);
    mmdb_text(&w, "NL");
}

static void text_record(void)
{
    mmdb_text(&w, "country_code");
}

static void list_record(void)
{
    mmdb_array(&w, 1);
    country("NL");
}

static void number_for_a_code(void)
{
    mmdb_map(&w, 1);
    mmdb_text(&w, "country_code");
    mmdb_uint(&w, MMDB_WRITER_UINT16, 0x4E4C);
}

static void bytes_for_a_code(void)
{
    mmdb_map(&w, 1);
    mmdb_text(&w, "country_code");
    mmdb_bytes(&w, "\x82NL", 3);
}

static void text_for_a_country(void)
{
    mmdb_map(&w, 2);
    mmdb_text(&w, "country");
    mmdb_text(&w, "Germany");
    mmdb_text(&w, "country_code");
    mmdb_text(&w, "DE");
}

/* What is not plainly false counts as true. [LOC-08] */
static void number_for_a_flag(void)
{
    mmdb_map(&w, 2);
    mmdb_text(&w, "country_code");
    mmdb_text(&w, "NL");
    mmdb_text(&w, "traits");
    mmdb_map(&w, 1);
    mmdb_text(&w, "is_anonymous");
    mmdb_uint(&w, MMDB_WRITER_UINT16, 0);
}

static void false_flag(void)
{
    mmdb_map(&w, 2);
    mmdb_text(&w, "country_code");
    mmdb_text(&w, "NL");
    mmdb_text(&w, "traits");
    mmdb_map(&w, 1);
    mmdb_text(&w, "is_anonymous");
    mmdb_boolean(&w, 0);
}

Test(country_record, is_sound_and_says_something)
{
    static const struct {
        const char *what;
        void (*write)(void);
        postern_status status;
    } rows[] = {
        {"good", good_record, POSTERN_OK},
        {"by a pointer", record_by_pointer, POSTERN_OK},
        {"key by a pointer", key_by_pointer, POSTERN_OK},
        {"country is no map", text_for_a_country, POSTERN_OK},
        {"false", false_flag, POSTERN_OK},
        {"neither true nor false", number_for_a_flag, POSTERN_ERR_POLICY},
        {"no map", text_record, POSTERN_ERR_POLICY},
        {"a list", list_record, POSTERN_ERR_POLICY},
        {"code is a number", number_for_a_code, POSTERN_ERR_POLICY},
        {"code is bytes", bytes_for_a_code, POSTERN_ERR_POLICY},
        {"country in a circle", country_of_itself, POSTERN_ERR_POLICY},
        {"too deep", deep_record, POSTERN_ERR_SYNTAX},
        {"a pointer to itself", circular_record, POSTERN_ERR_SYNTAX},
        {"behind the end", country_beyond, POSTERN_ERR_SYNTAX},
        {"a map for a key", map_for_a_key, POSTERN_ERR_SYNTAX},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(load_record(rows[i].write), rows[i].status, "%s",
                     rows[i].what);
    }
}

/* Every leaf has a record of its own, and they share their bytes: a map of
 * 57,914 texts begins inside of each text. Records apart from each other would
 * be as quick to read as they are long. */
Test(country_record, does_not_share_its_bytes_with_too_many)
{
    enum { LEAVES = 1 << 14, TEXTS = 1 << 17, TEXT_SIZE = 4 };
    const uint32_t nodes = LEAVES - 1;
    const uint32_t first = nodes + MMDB_WRITER_SEPARATOR + 1;
    clock_t start = clock();

    w.size = 0;
    for (uint32_t child = 1; child <= 2 * nodes; child++) {
        bool is_node = child < nodes;

        mmdb_number(&w, is_node ? child : first + TEXT_SIZE * (child - nodes),
                    3);
    }
    mmdb_separator(&w);
    for (uint32_t i = 0; i < TEXTS; i++) {
        mmdb_text(&w, "\xFE\x70\x20");
    }
    finish(nodes, 4);
    cr_expect_eq(load_and_free(), POSTERN_ERR_SYNTAX);
    cr_expect_lt((clock() - start) / CLOCKS_PER_SEC, DEADLINE_S);
}

/* ---- metadata ---------------------------------------------------------- */

static void languages_in_languages(struct mmdb_writer *to)
{
    /* two pointers to the first of forty such lists would be 2^40 values */
    mmdb_array(to, 2);
    mmdb_pointer(to, 0);
    mmdb_pointer(to, 0);
}

Test(country_metadata, is_what_the_format_asks_for)
{
    static const struct {
        const char *what;
        struct mmdb_facts facts;
        postern_status status;
    } rows[] = {
        {"good", {.node_count = 1}, POSTERN_OK},
        {"no nodes", {.node_count = 0}, POSTERN_ERR_SYNTAX},
        {"nodes that are not there",
         {.node_count = 0x2AAAAAAB},
         POSTERN_ERR_SYNTAX},
        {"records of 20 bits",
         {.node_count = 1, .record_size = 20},
         POSTERN_ERR_SYNTAX},
        {"IPv5", {.node_count = 1, .ip_version = 5}, POSTERN_ERR_SYNTAX},
        {"version 3",
         {.node_count = 1, .major_version = 3},
         POSTERN_ERR_SYNTAX},
        {"pointers to the whole",
         {.node_count = 1, .languages = languages_in_languages},
         POSTERN_ERR_SYNTAX},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        w.size = 0;
        mmdb_node(&w, FIRST_DATA, 1);
        mmdb_separator(&w);
        country("NL");
        mmdb_metadata(&w, &rows[i].facts);
        cr_expect_eq(load_and_free(), rows[i].status, "%s", rows[i].what);
    }
}

/* ---- files ------------------------------------------------------------- */

Test(country_file, that_is_none_is_refused)
{
    static const char *const texts[] = {"", "x", "\xAB\xCD\xEFMaxMind.com",
                                        "\xAB\xCD\xEFMaxMind.com\xFE"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        w.size = 0;
        mmdb_bytes(&w, texts[i], strlen(texts[i]));
        cr_expect_eq(load_and_free(), POSTERN_ERR_SYNTAX, "%zu", i);
    }
    w.size = 0;
    memset(w.bytes, 0xAB, sizeof w.bytes);
    w.size = sizeof w.bytes;
    cr_expect_eq(load_and_free(), POSTERN_ERR_SYNTAX);
}

/* [LOC-08] */
Test(country_file, that_cannot_be_read_is_named)
{
    static const char *const paths[] = {"/nowhere/countries.mmdb", "/", "/tmp",
                                        "/dev/null", ""};

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        postern_country_db *db = (postern_country_db *)&db;
        postern_diag diag;

        cr_expect_eq(postern_country_db_load(&db, paths[i], NULL, &diag),
                     POSTERN_ERR_IO, "%s", paths[i]);
        cr_expect_null(db);
        cr_expect_eq(diag.status, POSTERN_ERR_IO);
        cr_expect_str_eq(diag.source, paths[i]);
        cr_expect_str_not_empty(diag.message);
        cr_expect_eq(postern_country_db_load(&db, paths[i], NULL, NULL),
                     POSTERN_ERR_IO);
    }
}

Test(country_file, needs_a_path_and_options_that_are_understood)
{
    struct {
        postern_country_options known;
        uint64_t of_a_later_release;
    } options;
    postern_country_db *db = (postern_country_db *)&db;
    postern_diag diag;

    cr_expect_eq(postern_country_db_load(&db, NULL, NULL, &diag),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(db);
    memset(&options, 0, sizeof options);
    cr_expect_eq(postern_country_db_load(&db, "/", &options.known, &diag),
                 POSTERN_ERR_ARGUMENT, "never initialised");
    postern_country_options_init_sized(&options.known, sizeof options);
    cr_expect_eq(postern_country_db_load(&db, "/", &options.known, &diag),
                 POSTERN_ERR_IO, "nothing of it is used");
    options.of_a_later_release = 1;
    cr_expect_eq(postern_country_db_load(&db, "/", &options.known, &diag),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(db);
}
