/*
 * Every document of tests/data/broken is refused in the place and for the
 * reason that expected.tsv names, and leaves nothing behind: the policy that
 * was loaded before goes on to serve.
 */
#include <postern/policy.h>

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "support/faulty.h"

#define BROKEN POSTERN_TEST_DATA "/broken/"
#define GOOD POSTERN_TEST_DATA "/plant-policy.json"

enum { LINE_SIZE = 1024, PATH_SIZE = 512, COLUMNS = 6, AT_LEAST = 110 };

/* A line of expected.tsv, cut at its tabs. */
struct expected {
    char bytes[LINE_SIZE];
    postern_str columns[COLUMNS];
};

enum column { NAME, STATUS, LINE, COLUMN, POINTER, MESSAGE };

/* False at the end of the file. */
static bool read_line(FILE *table, struct expected *out)
{
    postern_str line;
    size_t from = 0;

    do {
        if (!fgets(out->bytes, sizeof out->bytes, table)) {
            return false;
        }
    } while (out->bytes[0] == '#');
    line = postern_str_of(out->bytes);
    cr_assert_eq(line.data[line.len - 1], '\n', "a line is too long");
    line.len--;
    for (size_t i = 0; i < COLUMNS; i++) {
        size_t end = pst_str_find(line, from, '\t');

        cr_assert((end == line.len) == (i + 1 == COLUMNS), "%s", out->bytes);
        out->columns[i] = pst_str_slice(line, from, end);
        from = end + 1;
    }
    return true;
}

static FILE *open_table(void)
{
    FILE *table = fopen(BROKEN "expected.tsv", "r");

    cr_assert(table, "no table");
    return table;
}

static uint32_t number_of(postern_str digits)
{
    uint32_t value = 0;

    cr_assert_gt(digits.len, 0);
    for (size_t i = 0; i < digits.len; i++) {
        cr_assert(digits.data[i] >= '0' && digits.data[i] <= '9');
        value = value * 10 + (uint32_t)(digits.data[i] - '0');
    }
    return value;
}

static bool begins_with(const char *text, postern_str words)
{
    return pst_str_equal(pst_str_slice(postern_str_of(text), 0, words.len),
                         words);
}

static postern_status load(postern_policy **policy, const char *path,
                           struct faulty *heap, postern_diag *diag)
{
    postern_allocator allocator = faulty_allocator(heap);
    postern_load_options options;

    postern_load_options_init(&options);
    options.allocator = &allocator;
    return postern_policy_load_files(policy, &path, 1, &options, diag);
}

static void expect_refusal(const struct expected *row)
{
    const postern_str *columns = row->columns;
    struct faulty heap = {.fail_at = 0};
    postern_policy *policy = (postern_policy *)&heap; /* not NULL */
    postern_diag diag;
    char path[PATH_SIZE];
    postern_status status;

    snprintf(path, sizeof path, BROKEN "%.*s", (int)columns[NAME].len,
             columns[NAME].data);
    status = load(&policy, path, &heap, &diag);
    cr_expect(!policy, "%s", path);
    cr_expect_eq(status, diag.status, "%s", path);
    cr_expect(pst_str_is(columns[STATUS], postern_status_name(status)),
              "%s: %s", path, postern_status_name(status));
    cr_expect_eq(diag.line, number_of(columns[LINE]), "%s: line %u", path,
                 diag.line);
    cr_expect_eq(diag.column, number_of(columns[COLUMN]), "%s: column %u", path,
                 diag.column);
    cr_expect(pst_str_is(columns[POINTER], diag.path), "%s: %s", path,
              diag.path);
    cr_expect(begins_with(diag.message, columns[MESSAGE]), "%s: %s", path,
              diag.message);
    /* Of a folder, the file in it. */
    cr_expect(begins_with(diag.source, postern_str_of(path)), "%s: %s", path,
              diag.source);
    cr_expect_eq(diag.severity, POSTERN_SEVERITY_ERROR, "%s", path);
    cr_expect_str_eq(diag.lint, "", "%s", path);
    cr_expect_eq(heap.live, 0, "%s: %zu bytes are left", path, heap.live);
}

/* One yes and one no of the good policy. */
static void expect_service(const postern_policy *policy, const char *after)
{
    const postern_acp_set *acps = postern_policy_acps(policy);
    postern_request request;

    postern_request_init(&request);
    request.operation = POSTERN_OP_CREATE;
    request.target_type = 3;
    request.child_type = 4;
    cr_assert_eq(postern_id_parse_entity(&request.originator,
                                         postern_policy_cse(policy),
                                         postern_str_of("Cpump7")),
                 POSTERN_OK);
    request.time_known = true;
    request.time_s = 1773742830;
    cr_expect_eq(postern_decide(acps, &request).effect, POSTERN_PERMIT, "%s",
                 after);
    request.child_type = 3;
    cr_expect_eq(postern_decide(acps, &request).effect, POSTERN_DENY, "%s",
                 after);
}

/* Loads the good policy anew and puts it in the place of the old one. */
static void replace(postern_policy **serving, struct faulty *heap)
{
    postern_policy *policy;
    postern_diag diag;

    cr_assert_eq(load(&policy, GOOD, heap, &diag), POSTERN_OK, "%s",
                 diag.message);
    postern_policy_free(*serving);
    *serving = policy;
}

Test(broken_documents, are_refused_and_the_old_policy_serves_on)
{
    struct faulty heap = {.fail_at = 0};
    postern_policy *serving = NULL;
    FILE *table = open_table();
    struct expected row;
    size_t rows = 0;

    while (read_line(table, &row)) {
        replace(&serving, &heap);
        expect_refusal(&row);
        expect_service(serving, row.bytes);
        rows++;
    }
    fclose(table);
    postern_policy_free(serving);
    cr_expect_eq(heap.live, 0);
    cr_expect_geq(rows, AT_LEAST);
}

/* Whether the table has a line for the file. */
static bool is_listed(const char *name)
{
    FILE *table = open_table();
    struct expected row;
    bool found = false;

    while (!found && read_line(table, &row)) {
        found = pst_str_is(row.columns[NAME], name);
    }
    fclose(table);
    return found;
}

Test(broken_documents, are_all_in_the_table)
{
    DIR *folder = opendir(BROKEN);
    struct dirent *entry;

    cr_assert(folder);
    while ((entry = readdir(folder)) != NULL) {
        bool is_document = entry->d_name[0] != '.' &&
                           strcmp(entry->d_name, "expected.tsv") != 0;

        cr_expect(!is_document || is_listed(entry->d_name), "%s",
                  entry->d_name);
    }
    closedir(folder);
}

/* Those that the rules of the documents name, whatever they do. */
static void expect_no_permit(const postern_policy *policy, const char *name)
{
    static const char *const named[] = {"Cx", "Cpump7"};
    postern_request request;

    postern_request_init(&request);
    request.time_known = true;
    request.time_s = 1773742830;
    request.target_type = 3;
    request.child_type = 4;
    request.authenticated = true;
    for (uint32_t i = 0; i < 12; i++) {
        request.operation = (postern_operation)(0x100 | 1u << i / 2);
        cr_assert_eq(postern_id_parse_entity(&request.originator,
                                             postern_policy_cse(policy),
                                             postern_str_of(named[i % 2])),
                     POSTERN_OK);
        cr_expect_eq(
            postern_decide(postern_policy_acps(policy), &request).effect,
            POSTERN_DENY, "%s permits", name);
    }
}

/* A rule that is malformed does no harm to a policy that is stored already: the
 * document is read, and permits no more than it would without the rule. */
Test(broken_documents, permit_nothing_when_they_are_stored_already)
{
    FILE *table = open_table();
    struct expected row;
    size_t read = 0;

    while (read_line(table, &row)) {
        postern_load_options options;
        postern_policy *policy;
        char name[PATH_SIZE];
        const char *path = name;
        postern_diag diag;

        snprintf(name, sizeof name, BROKEN "%.*s", (int)row.columns[NAME].len,
                 row.columns[NAME].data);
        postern_load_options_init(&options);
        options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
        if (postern_policy_load_files(&policy, &path, 1, &options, &diag) !=
            POSTERN_OK) {
            cr_expect(!policy);
            continue;
        }
        expect_no_permit(policy, name);
        postern_policy_free(policy);
        read++;
    }
    fclose(table);
    cr_expect_gt(read, AT_LEAST, "%zu", read);
}
