#define _POSIX_C_SOURCE 200809L /* mkstemp, fdopen */

#include "policy-lang/lines.h"

#include "base/str.h"
#include "support/faulty.h"

#include <criterion/criterion.h>

#include <stdlib.h>

enum { BUFFER = 8 * 1024, LIMIT = 1024 * 1024, NAME = 64 };

/* A file of that content, gone when the test is. */
struct file {
    char name[NAME];
    struct pst_lines lines;
    postern_diag diag;
};

static void open_file(struct file *file, postern_str content, size_t limit,
                      const postern_allocator *allocator)
{
    postern_allocator heap = pst_allocator_of(allocator);
    int descriptor;
    FILE *stream;

    memset(file, 0, sizeof *file);
    memcpy(file->name, "policy-lines-XXXXXX", 20);
    descriptor = mkstemp(file->name);
    cr_assert_geq(descriptor, 0);
    stream = fdopen(descriptor, "wb");
    cr_assert_not_null(stream);
    cr_assert_eq(fwrite(content.data, 1, content.len, stream), content.len);
    cr_assert_eq(fclose(stream), 0);
    cr_assert_eq(
        pst_lines_open(&file->lines, file->name, &heap, limit, &file->diag),
        POSTERN_OK);
}

static void close_file(struct file *file)
{
    pst_lines_close(&file->lines);
    cr_expect_eq(remove(file->name), 0);
}

static postern_str next(struct file *file)
{
    postern_str text;

    cr_assert_eq(pst_lines_next(&file->lines, &text, &file->diag), POSTERN_OK,
                 "%s", file->diag.message);
    return text;
}

Test(policy_lines, gives_each_line_with_its_number)
{
    struct file file;

    open_file(&file, PST_STR("one\n\n  three\r\nfour"), LIMIT, NULL);
    cr_expect(pst_str_is(next(&file), "one"));
    cr_expect_eq(file.lines.number, 1);
    cr_expect(pst_str_is(next(&file), ""));
    cr_expect_eq(file.lines.number, 2);
    cr_expect(pst_str_is(next(&file), "  three\r"));
    cr_expect_not(file.lines.torn);
    cr_expect(pst_str_is(next(&file), "four"));
    cr_expect_eq(file.lines.number, 4);
    cr_expect(file.lines.torn);
    cr_expect_null(next(&file).data);
    cr_expect_null(next(&file).data, "and so it stays");
    close_file(&file);
}

Test(policy_lines, an_end_of_line_is_no_further_line)
{
    struct file file;

    open_file(&file, PST_STR("one\n"), LIMIT, NULL);
    cr_expect(pst_str_is(next(&file), "one"));
    cr_expect_not(file.lines.torn);
    cr_expect_null(next(&file).data);
    cr_expect_eq(file.lines.number, 1);
    close_file(&file);
    open_file(&file, PST_STR(""), LIMIT, NULL);
    cr_expect_null(next(&file).data);
    close_file(&file);
}

/* Wherever the end of the buffer cuts a line. */
Test(policy_lines, lines_may_lie_across_the_buffer)
{
    static char content[3 * BUFFER];

    for (size_t first = BUFFER - 3; first <= BUFFER + 3; first++) {
        struct file file;

        memset(content, 'a', first);
        content[first] = '\n';
        memset(content + first + 1, 'b', BUFFER + 1);
        content[first + BUFFER + 2] = '\n';
        content[first + BUFFER + 3] = 'c';
        open_file(&file, (postern_str){content, first + BUFFER + 4}, LIMIT,
                  NULL);
        cr_expect_eq(next(&file).len, first);
        cr_expect_eq(next(&file).len, BUFFER + 1);
        cr_expect(pst_str_is(next(&file), "c"));
        cr_expect_null(next(&file).data);
        close_file(&file);
    }
}

Test(policy_lines, a_line_beyond_the_limit_is_refused_with_its_number)
{
    static const char content[] = "12345\n123456\n1";
    struct file file;
    postern_str text;

    open_file(&file, PST_STR(content), 5, NULL);
    cr_expect(pst_str_is(next(&file), "12345"));
    cr_expect_eq(pst_lines_next(&file.lines, &text, &file.diag),
                 POSTERN_ERR_LIMIT);
    cr_expect_eq(file.diag.line, 2);
    cr_expect_str_eq(file.diag.source, file.name);
    close_file(&file);
}

Test(policy_lines, a_missing_file_or_a_folder_is_an_error)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_lines lines;
    postern_diag diag = {.status = POSTERN_OK};
    postern_str text;

    cr_expect_eq(pst_lines_open(&lines, "/nonexistent", &heap, LIMIT, &diag),
                 POSTERN_ERR_IO);
    cr_expect_str_eq(diag.source, "/nonexistent");
    diag.status = POSTERN_OK;
    if (pst_lines_open(&lines, ".", &heap, LIMIT, &diag) == POSTERN_OK) {
        cr_expect_eq(pst_lines_next(&lines, &text, &diag), POSTERN_ERR_IO);
        pst_lines_close(&lines);
    }
}

Test(policy_lines, without_memory_there_is_no_line_and_no_leak)
{
    static char content[2 * BUFFER];

    memset(content, 'a', sizeof content);
    for (size_t n = 1; n < 100; n++) {
        struct faulty heap = {.fail_at = n};
        postern_allocator allocator = faulty_allocator(&heap);
        struct file file;
        postern_str text;
        postern_status status;

        open_file(&file, (postern_str){content, sizeof content}, LIMIT,
                  &allocator);
        status = pst_lines_next(&file.lines, &text, &file.diag);
        close_file(&file);
        cr_expect_eq(heap.live, 0, "allocation %zu", n);
        if (heap.calls < n) {
            cr_expect_eq(status, POSTERN_OK);
            cr_expect_gt(n, 1);
            return;
        }
        cr_expect_eq(status, POSTERN_ERR_MEMORY, "allocation %zu", n);
    }
    cr_expect(false, "it never came to an end");
}

Test(policy_lines, tells_blank_lines)
{
    cr_expect(pst_line_is_blank(PST_STR("")));
    cr_expect(pst_line_is_blank(PST_STR(" \t\r")));
    cr_expect_not(pst_line_is_blank(PST_STR(" {")));
}
