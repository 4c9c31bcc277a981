/*
 * The access log: what a line is, that it is there again, and that nothing can
 * be changed unnoticed. [PPM-02]
 */
#define _GNU_SOURCE /* mkdtemp, mkfifo */

#include "access-log/chain.h"
#include "base/str.h"
#include "support/faulty.h"
#include "support/temp_folder.h"

#include <criterion/criterion.h>

#include <signal.h>
#include <sys/resource.h>

enum { PATH_SIZE = 128, LINES = 5, TEXT_SIZE = 4096 };

static const postern_str any = {NULL, 0};
static struct temp_folder folder;
static char path[PATH_SIZE];

static void open_folder(void)
{
    temp_folder_open(&folder);
    temp_folder_path(&folder, "a.log", path, sizeof path);
}

static void close_folder(void)
{
    temp_folder_close(&folder);
}

TestSuite(access_log, .init = open_folder, .fini = close_folder);

static postern_str str(const char *text)
{
    return postern_str_of(text);
}

/* 2026-11-22T10:00:00Z and so many seconds. */
static postern_access sample(int number)
{
    postern_access access;

    postern_access_init(&access);
    access.time_s = 1795341600 + number;
    access.mode = (postern_access_mode)(number % 4);
    access.permitted = number % 3 != 0;
    access.originator = str(number % 2 ? "//acme.example/in-cse/Cmeter" : "C1");
    access.provider = str("acme");
    access.subscriber = str(number % 2 ? "p-77f1" : "p-77f");
    access.data = str("energy");
    access.operation = str("retrieve");
    access.consent = str("c-1");
    access.consent_version = (uint32_t)number;
    return access;
}

static postern_access_log *
opened_with(const postern_access_log_options *options)
{
    postern_access_log *log;
    postern_diag diag;

    cr_assert_eq(postern_access_log_open(&log, path, options, &diag),
                 POSTERN_OK, "%s", diag.message);
    return log;
}

static postern_access_log *opened(void)
{
    postern_access_log_options options;

    postern_access_log_options_init(&options);
    return opened_with(&options);
}

static void add(postern_access_log *log, int number)
{
    postern_access access = sample(number);

    cr_assert_eq(postern_access_log_add(log, &access), POSTERN_OK);
}

static void close_log(postern_access_log *log)
{
    cr_assert_eq(postern_access_log_close(log), POSTERN_OK);
}

/* A log of so many accesses, named by hand so that it has the same bytes each
 * time. */
static postern_access_head write_log(int accesses)
{
    postern_access_log_options options;
    postern_access_head head;
    postern_access_log *log;

    (void)unlink(path);
    postern_access_log_options_init(&options);
    options.id = str("test");
    log = opened_with(&options);
    for (int i = 1; i <= accesses; i++) {
        add(log, i);
    }
    head = postern_access_log_head(log);
    close_log(log);
    return head;
}

static void expect_verified(postern_status status, uint64_t lines,
                            const char *what)
{
    postern_access_head head;
    postern_diag diag;

    cr_expect_eq(postern_access_log_verify(path, any, &head, &diag), status,
                 "%s: %s", what, diag.message);
    cr_expect_eq(head.lines, lines, "%s: %llu lines", what,
                 (unsigned long long)head.lines);
    cr_expect_eq(diag.status, status, "%s", what);
}

/* Not logs at all, and logs that were changed. */
static void expect_refused(const char *what, const char *words)
{
    postern_access_log *log;
    postern_diag diag;

    cr_expect_eq(postern_access_log_open(&log, path, NULL, &diag),
                 POSTERN_ERR_POLICY, "%s", what);
    cr_expect_null(log, "%s", what);
    cr_expect(strstr(diag.message, words), "%s: %s", what, diag.message);
    cr_expect_str_eq(diag.source, path);
}

/* ---- lines --------------------------------------------------------------- */

static void expect_body(const postern_access *access, const char *body)
{
    char text[PST_LOG_ROOM];
    size_t len = pst_log_write_access(text, access);

    cr_expect_eq(len, strlen(body), "%s", text);
    cr_expect(len == 0 || strcmp(text, body) == 0, "%s", text);
}

Test(access_log, writes_what_is_known_in_a_fixed_order)
{
    postern_access access;

    postern_access_init(&access);
    expect_body(&access, "{\"time\":\"19700101T000000\",\"mode\":\"decided\","
                         "\"permitted\":false");
    access.time_s = 1795341600;
    access.mode = POSTERN_ACCESS_GRANTED;
    access.permitted = true;
    access.originator = str("o\"\\\n");
    access.provider = str("");
    access.application = str("a");
    access.subscriber = str("s");
    access.device = str("d");
    access.data = str("k");
    access.operation = str("retrieve");
    access.target = str("/x");
    access.reason = str("consent");
    access.consent = str("c-1");
    access.consent_version = 4294967295u;
    access.country = str("NL");
    access.delete_by_s = 253402300799;
    access.granted_until_s = 0;
    expect_body(&access,
                "{\"time\":\"20261122T100000\",\"mode\":\"granted\","
                "\"permitted\":true,\"originator\":\"o\\\"\\\\\\u000a\","
                "\"provider\":\"\",\"application\":\"a\",\"subscriber\":\"s\","
                "\"device\":\"d\",\"data\":\"k\",\"operation\":\"retrieve\","
                "\"target\":\"/x\",\"reason\":\"consent\",\"consent\":\"c-1\","
                "\"consent_version\":4294967295,\"country\":\"NL\","
                "\"delete_by\":\"99991231T235959\","
                "\"granted_until\":\"19700101T000000\"");
}

Test(access_log, chains_lines_by_their_hashes)
{
    postern_access_head head = write_log(2);
    char chained[TEXT_SIZE];
    char hash[PST_DIGEST_HEX];
    size_t size;
    char *text = temp_file_read(path, &size);
    const char *line = text;

    memset(hash, '0', sizeof hash);
    for (int i = 0; i < 3; i++) {
        const char *end = strchr(line, '\n');
        size_t body = (size_t)(end - line) - PST_LOG_TAIL;
        int len = snprintf(chained, sizeof chained, "%.64s%.*s", hash,
                           (int)body, line);

        cr_assert(pst_text_hash((postern_str){chained, (size_t)len}, hash));
        (void)snprintf(chained, sizeof chained, ",\"hash\":\"%s\"}\n", hash);
        cr_expect(memcmp(line + body, chained, PST_LOG_TAIL + 1) == 0, "%d", i);
        line = end + 1;
    }
    cr_expect_eq(*line, '\0');
    cr_expect_str_eq(hash, head.hash);
    cr_expect_eq(head.lines, 3);
    cr_expect_str_eq(head.id, "test");
    cr_expect(strstr(text, "{\"format\":\"postern-access-log\",\"version\":1,"
                           "\"log\":\"test\",\"hash\":\"") == text);
    free(text);
}

Test(access_log, refuses_accesses_that_cannot_be_written)
{
    static char longest[PST_LOG_LINE];
    postern_access_log *log = opened();
    postern_access_head before = postern_access_log_head(log);
    postern_access_head after;
    postern_access cases[10];
    size_t room;

    for (int i = 0; i < 10; i++) {
        cases[i] = sample(1);
    }
    memset(longest, 'x', sizeof longest);
    cases[0].originator = str("\xC3");
    cases[1].target = str("\xED\xA0\x80");
    cases[2].reason = (postern_str){"a\0b", 3};
    cases[3].time_s = 253402300800;
    cases[4].time_s = INT64_MIN;
    cases[5].delete_by_s = INT64_MAX - 1;
    cases[6].mode = (postern_access_mode)4;
    cases[7].target = (postern_str){longest, sizeof longest};
    cases[8].struct_size = 0;
    room =
        PST_LOG_BODY - pst_log_write_access((char[PST_LOG_ROOM]){0}, &cases[9]);
    cases[9].target = (postern_str){longest, room - strlen(",\"target\":\"\"")};
    cases[9].target.len++;
    for (int i = 0; i < 10; i++) {
        cr_expect_eq(postern_access_log_add(log, &cases[i]),
                     POSTERN_ERR_ARGUMENT, "%d", i);
    }
    cr_expect_eq(postern_access_log_add(log, NULL), POSTERN_ERR_ARGUMENT);
    after = postern_access_log_head(log);
    cr_expect(before.lines == after.lines &&
              strcmp(before.hash, after.hash) == 0);
    cases[9].target.len--;
    cr_expect_eq(postern_access_log_add(log, &cases[9]), POSTERN_OK);
    close_log(log);
    expect_verified(POSTERN_OK, 2, "the longest line");
}

/* ---- opening ------------------------------------------------------------- */

Test(access_log, goes_on_where_it_was)
{
    postern_access_head first;
    postern_access_head second;
    postern_access_log *log = opened();
    struct stat about;

    first = postern_access_log_head(log);
    cr_expect_eq(first.lines, 1);
    cr_expect_eq(strlen(first.id), 32);
    add(log, 1);
    close_log(log);
    log = opened();
    second = postern_access_log_head(log);
    cr_expect_str_eq(first.id, second.id);
    cr_expect_eq(second.lines, 2);
    add(log, 2);
    close_log(log);
    expect_verified(POSTERN_OK, 3, "twice opened");
    cr_assert_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_mode & 0777, 0600);
    cr_assert_eq(unlink(path), 0);
    log = opened();
    cr_expect_str_neq(postern_access_log_head(log).id, first.id);
    close_log(log);
    close_log(NULL);
}

Test(access_log, keeps_lines_until_they_are_synced_or_do_not_fit)
{
    static const size_t sizes[] = {0, 1, 5000, 1000000};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        postern_access_log_options options;
        postern_access_log *log;
        struct stat about;

        postern_access_log_options_init(&options);
        options.buffer_size = sizes[i];
        log = opened_with(&options);
        cr_assert_eq(stat(path, &about), 0);
        add(log, 1);
        cr_expect_eq(stat(path, &about), 0);
        for (int n = 2; n <= 1000; n++) {
            add(log, n);
        }
        cr_expect_eq(postern_access_log_sync(log), POSTERN_OK);
        expect_verified(POSTERN_OK, 1001, "synced");
        close_log(log);
        cr_assert_eq(unlink(path), 0);
    }
}

Test(access_log, has_one_writer_and_any_readers)
{
    postern_access_log *log = opened();

    add(log, 1);
    expect_refused("opened twice", "somebody else");
    expect_verified(POSTERN_OK, 1, "while it is written");
    expect_refused("opened twice, after reading", "somebody else");
    close_log(log);
    expect_verified(POSTERN_OK, 2, "closed");
    close_log(opened());
}

/* A line half written is no crash as long as there is somebody to finish it. */
Test(access_log, is_read_up_to_what_is_finished)
{
    postern_access_log *log;
    FILE *file;

    write_log(2);
    log = opened();
    file = fopen(path, "ab");
    cr_assert(file && fputs("{\"time\":\"2026", file) >= 0 &&
              fclose(file) == 0);
    expect_verified(POSTERN_OK, 3, "while it is written");
    close_log(log);
    expect_verified(POSTERN_ERR_POLICY, 3, "nobody finishes it");
}

Test(access_log, knows_its_name)
{
    postern_access_log_options options;
    postern_access_log *log;
    postern_diag diag;

    write_log(1);
    postern_access_log_options_init(&options);
    options.id = str("test");
    close_log(opened_with(&options));
    options.id = str("tes");
    cr_expect_eq(postern_access_log_open(&log, path, &options, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect(strstr(diag.message, "another name"));
    options.id = str("te/st");
    cr_expect_eq(postern_access_log_open(&log, path, &options, &diag),
                 POSTERN_ERR_ARGUMENT);
    options.id = str("");
    cr_expect_eq(postern_access_log_open(&log, path, &options, &diag),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_access_log_open(&log, NULL, NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
}

Test(access_log, has_the_line_that_was_expected)
{
    postern_access_head first = write_log(2);
    postern_access_head last = write_log(LINES);
    postern_access_log_options options;
    postern_access_log *log;
    postern_diag diag;

    postern_access_log_options_init(&options);
    options.expected = str(first.hash);
    close_log(opened_with(&options));
    cr_expect_eq(postern_access_log_verify(path, str(last.hash), NULL, NULL),
                 POSTERN_OK);
    write_log(LINES - 1);
    options.expected = str(last.hash);
    cr_expect_eq(postern_access_log_open(&log, path, &options, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect(strstr(diag.message, "expected"), "%s", diag.message);
    cr_expect_eq(postern_access_log_verify(path, str(last.hash), NULL, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_access_log_verify(path, str("no hash"), NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
    first.hash[0] = 'G';
    cr_expect_eq(postern_access_log_verify(path, str(first.hash), NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
    first.hash[0] = 'A';
    cr_expect_eq(postern_access_log_verify(path, str(first.hash), NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
    /* What is expected to be there is not made. */
    cr_assert_eq(unlink(path), 0);
    cr_expect_eq(postern_access_log_open(&log, path, &options, &diag),
                 POSTERN_ERR_IO);
    cr_expect_eq(access(path, F_OK), -1);
}

Test(access_log, is_made_of_nothing_but_a_log)
{
    static const struct {
        const char *text;
        const char *words;
    } rows[] = {
        {"hello", "no access log"},
        {"hello\n", "no access log"},
        {"{}\n", "no access log"},
        {"{\"format\":\"postern-decision-log\"", "no access log"},
        {"{\"time\":\"", "no access log"},
        {"\n", "no access log"},
    };
    postern_diag diag;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size;
        char *text;

        temp_file_write(path, rows[i].text, strlen(rows[i].text));
        expect_refused(rows[i].text, rows[i].words);
        expect_verified(POSTERN_ERR_POLICY, 0, rows[i].text);
        text = temp_file_read(path, &size);
        cr_expect_str_eq(text, rows[i].text);
        free(text);
    }
    temp_file_write(path, "", 0);
    expect_verified(POSTERN_ERR_POLICY, 0, "an empty file");
    close_log(opened());
    expect_verified(POSTERN_OK, 1, "an empty file, opened");
    cr_expect_eq(postern_access_log_verify(folder.path, any, NULL, &diag),
                 POSTERN_ERR_IO);
    cr_assert_eq(unlink(path), 0);
    cr_expect_eq(postern_access_log_verify(path, any, NULL, &diag),
                 POSTERN_ERR_IO);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_expect_eq(postern_access_log_verify(path, any, NULL, &diag),
                 POSTERN_ERR_IO);
}

Test(access_log, of_a_newer_release_is_left_alone)
{
    static const char body[] = "{\"format\":\"postern-access-log\","
                               "\"version\":2,\"log\":\"x\"";
    char chained[TEXT_SIZE];
    char hash[PST_DIGEST_HEX];
    int len = snprintf(chained, sizeof chained, "%064d%s", 0, body);

    cr_assert(pst_text_hash((postern_str){chained, (size_t)len}, hash));
    len =
        snprintf(chained, sizeof chained, "%s,\"hash\":\"%s\"}\n", body, hash);
    temp_file_write(path, chained, (size_t)len);
    expect_refused("newer", "newer release");
}

/* ---- tampering ----------------------------------------------------------- */

Test(access_log, shows_every_bit_that_was_changed)
{
    size_t size;
    char *good;
    char *bad;

    write_log(LINES);
    good = temp_file_read(path, &size);
    bad = malloc(size);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        postern_access_log *log;
        size_t after;
        char *text;

        memcpy(bad, good, size);
        bad[bit / 8] = (char)(bad[bit / 8] ^ (1 << bit % 8));
        temp_file_write(path, bad, size);
        cr_expect_eq(postern_access_log_verify(path, any, NULL, NULL),
                     POSTERN_ERR_POLICY, "bit %zu", bit);
        cr_expect_eq(postern_access_log_open(&log, path, NULL, NULL),
                     POSTERN_ERR_POLICY, "bit %zu", bit);
        text = temp_file_read(path, &after);
        cr_expect(after == size && memcmp(text, bad, size) == 0,
                  "bit %zu: opening has changed more", bit);
        free(text);
    }
    free(good);
    free(bad);
}

/* Lines of a log as pieces of its text. */
struct pieces {
    char *text;
    const char *lines[LINES + 1];
    size_t sizes[LINES + 1];
};

static void cut_into_lines(struct pieces *pieces)
{
    size_t size;
    const char *next;

    pieces->text = temp_file_read(path, &size);
    next = pieces->text;
    for (int i = 0; i <= LINES; i++) {
        pieces->lines[i] = next;
        pieces->sizes[i] = (size_t)(strchr(next, '\n') + 1 - next);
        next += pieces->sizes[i];
    }
}

static void write_pieces(const struct pieces *pieces, const int *order,
                         int count)
{
    FILE *file = fopen(path, "wb");

    cr_assert(file);
    for (int i = 0; i < count; i++) {
        cr_assert_eq(
            fwrite(pieces->lines[order[i]], 1, pieces->sizes[order[i]], file),
            pieces->sizes[order[i]]);
    }
    cr_assert_eq(fclose(file), 0);
}

Test(access_log, shows_lines_that_are_missing_doubled_or_moved)
{
    struct pieces pieces;
    postern_access_head head = write_log(LINES);

    cut_into_lines(&pieces);
    for (int i = 0; i <= LINES; i++) {
        int order[LINES + 2];
        int count = 0;

        for (int n = 0; n <= LINES; n++) {
            if (n != i) {
                order[count++] = n;
            }
        }
        write_pieces(&pieces, order, count);
        expect_verified(i == LINES ? POSTERN_OK : POSTERN_ERR_POLICY,
                        (uint64_t)i, "missing");
        cr_expect_eq(
            postern_access_log_verify(path, str(head.hash), NULL, NULL),
            POSTERN_ERR_POLICY);
        count = 0;
        for (int n = 0; n <= LINES; n++) {
            order[count++] = n;
            if (n == i) {
                order[count++] = n;
            }
        }
        write_pieces(&pieces, order, count);
        expect_verified(POSTERN_ERR_POLICY, (uint64_t)i + 1, "doubled");
        for (int other = i + 1; other <= LINES; other++) {
            for (int n = 0; n <= LINES; n++) {
                order[n] = n == i ? other : n == other ? i : n;
            }
            write_pieces(&pieces, order, LINES + 1);
            expect_verified(POSTERN_ERR_POLICY, (uint64_t)i, "moved");
        }
    }
    free(pieces.text);
}

Test(access_log, shows_lines_of_another_log)
{
    static const int order[] = {0, 1, 2, 3, 4, 5};
    struct pieces ours;
    struct pieces mixed;
    postern_access_log *log;

    write_log(LINES);
    cut_into_lines(&ours);
    cr_assert_eq(unlink(path), 0);
    log = opened(); /* another name, the same accesses */
    for (int i = 1; i <= LINES; i++) {
        add(log, i);
    }
    close_log(log);
    cut_into_lines(&mixed);
    mixed.lines[4] = ours.lines[4];
    mixed.sizes[4] = ours.sizes[4];
    write_pieces(&mixed, order, LINES + 1);
    expect_verified(POSTERN_ERR_POLICY, 4, "mixed");
    free(ours.text);
    free(mixed.text);
}

Test(access_log, says_which_line_was_changed)
{
    postern_diag diag;
    size_t size;
    char *text;

    write_log(LINES);
    text = temp_file_read(path, &size);
    strstr(text, "\"consent_version\":3")[18] = '7';
    temp_file_write(path, text, size);
    free(text);
    cr_expect_eq(postern_access_log_verify(path, any, NULL, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(diag.line, 4);
    cr_expect_str_eq(diag.source, path);
}

/* ---- torn lines ---------------------------------------------------------- */

static int notes;

static void hear(void *user, const char *text)
{
    (void)user;
    (void)text;
    notes++;
}

/* Opens what is left of a log, of which so many lines are whole. */
static void expect_repaired(uint64_t whole, int torn, size_t at)
{
    postern_access_log_options options;
    postern_access_log *log;

    notes = 0;
    postern_access_log_options_init(&options);
    options.note = hear;
    options.id = str("test");
    log = opened_with(&options);
    cr_expect_eq(notes, torn, "cut at %zu", at);
    cr_expect_eq(postern_access_log_head(log).lines, whole ? whole : 1,
                 "cut at %zu", at);
    add(log, 9);
    close_log(log);
    expect_verified(POSTERN_OK, (whole ? whole : 1) + 1, "repaired");
}

Test(access_log, is_cut_at_every_byte_and_goes_on)
{
    size_t size;
    char *text;
    uint64_t whole = 0;

    write_log(3);
    text = temp_file_read(path, &size);
    for (size_t at = 0; at < size; at++) {
        bool torn = at > 0 && text[at - 1] != '\n';

        whole += at > 0 && !torn;
        temp_file_write(path, text, at);
        expect_verified(torn || at == 0 ? POSTERN_ERR_POLICY : POSTERN_OK,
                        whole, "cut");
        expect_repaired(whole, torn, at);
    }
    free(text);
}

/* Room that the system had made and not filled. */
Test(access_log, may_end_in_zeros)
{
    static const size_t zeros[] = {1, 100, 4096, 200000};
    size_t size;
    char *text;

    write_log(LINES);
    text = temp_file_read(path, &size);
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
        for (size_t torn = 0; torn < 60; torn += 59) {
            char *longer = calloc(1, size + zeros[i]);

            memcpy(longer, text, size - torn);
            temp_file_write(path, longer, size - torn + zeros[i]);
            expect_repaired(torn ? LINES : LINES + 1, 1, torn);
            /* But nothing may follow them. */
            longer[size - torn + zeros[i] - 1] = 'x';
            temp_file_write(path, longer, size - torn + zeros[i]);
            expect_refused("zeros and more", "not as it was written");
            longer[size - torn + zeros[i] - 1] = '\n';
            temp_file_write(path, longer, size - torn + zeros[i]);
            expect_refused("zeros and an end", "");
            free(longer);
        }
    }
    free(text);
}

/* A crash leaves the beginning of a line that would have been written. What is
 * anything else was not left by one, and nothing of it is cut off. */
Test(access_log, cuts_off_nothing_but_what_a_crash_has_left)
{
    static const char start[] = "{\"time\":\"";
    static char tail[PST_LOG_LINE];
    const struct {
        size_t len;
        char last;
        bool torn;
    } rows[] = {
        {sizeof start, 'x', true},   {sizeof start, '\x1f', false},
        {sizeof start, '\t', false}, {PST_LOG_LINE - 1, 'x', true},
        {PST_LOG_LINE, 'x', false},
    };
    size_t size;
    char *text;

    memset(tail, 'x', sizeof tail);
    memcpy(tail, start, sizeof start - 1);
    write_log(LINES);
    text = temp_file_read(path, &size);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *longer = malloc(size + rows[i].len);
        size_t now;

        cr_assert_not_null(longer);
        memcpy(longer, text, size);
        memcpy(longer + size, tail, rows[i].len);
        longer[size + rows[i].len - 1] = rows[i].last;
        temp_file_write(path, longer, size + rows[i].len);
        if (rows[i].torn) {
            expect_repaired(LINES + 1, 1, i);
        } else {
            expect_refused("left by no crash", "not as it was written");
            free(temp_file_read(path, &now));
            cr_expect_eq(now, size + rows[i].len, "%zu", i);
        }
        free(longer);
    }
    free(text);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* What was handed to the system in vain is not known to be there: after it
 * nothing is added, also when there is room again. */
Test(access_log, adds_nothing_more_when_a_line_may_be_lost)
{
    postern_access access = sample(2);
    postern_access_log *log = opened();
    postern_diag diag;
    struct stat about;

    (void)signal(SIGXFSZ, SIG_IGN);
    add(log, 1);
    cr_assert_eq(postern_access_log_sync(log), POSTERN_OK);
    cr_assert_eq(stat(path, &about), 0);
    add(log, 2);
    limit_files((rlim_t)about.st_size + 10);
    cr_expect_eq(postern_access_log_sync(log), POSTERN_ERR_IO);
    limit_files(RLIM_INFINITY);
    cr_expect_eq(postern_access_log_add(log, &access), POSTERN_ERR_IO);
    cr_expect_eq(postern_access_log_sync(log), POSTERN_ERR_IO);
    cr_expect_eq(postern_access_log_close(log), POSTERN_ERR_IO);
    cr_expect_eq(postern_access_log_verify(path, any, NULL, &diag),
                 POSTERN_ERR_POLICY);
    close_log(opened()); /* what was torn is cut off */
    expect_verified(POSTERN_OK, 2, "what was synced");
}

/* ---- asking -------------------------------------------------------------- */

struct found {
    char lines[200]; /* " 2 3" */
    postern_access last;
    size_t most;
    size_t count;
};

static bool find(void *user, uint64_t line, const postern_access *access)
{
    struct found *found = user;
    size_t len = strlen(found->lines);

    (void)snprintf(found->lines + len, sizeof found->lines - len, " %llu",
                   (unsigned long long)line);
    found->last = *access;
    return ++found->count != found->most;
}

static void expect_found(const postern_access_query *query, size_t most,
                         const char *lines)
{
    struct found found = {.most = most};

    cr_expect_eq(postern_access_log_query(path, query, find, &found, NULL),
                 POSTERN_OK);
    cr_expect_str_eq(found.lines, lines);
}

Test(access_log, finds_what_is_asked_for)
{
    postern_access_query query;

    write_log(LINES);
    expect_found(NULL, 0, " 2 3 4 5 6");
    expect_found(NULL, 2, " 2 3");
    postern_access_query_init(&query);
    expect_found(&query, 0, " 2 3 4 5 6");
    query.subscriber = str("p-77f1");
    expect_found(&query, 0, " 2 4 6");
    query.subscriber = str("p-77f");
    expect_found(&query, 0, " 3 5");
    query.originator = str("C1");
    expect_found(&query, 0, " 3 5");
    query.originator = str("//acme.example/in-cse/Cmeter");
    expect_found(&query, 0, "");
    postern_access_query_init(&query);
    query.from_s = sample(2).time_s;
    expect_found(&query, 0, " 3 4 5 6");
    query.until_s = sample(4).time_s;
    expect_found(&query, 0, " 3 4");
    query.data = str("energy");
    query.consent = str("c-1");
    query.provider = str("acme");
    expect_found(&query, 0, " 3 4");
    query.data = str("heat");
    expect_found(&query, 0, "");
}

Test(access_log, takes_texts_for_what_they_are)
{
    postern_access access = sample(1);
    postern_access_log *log = opened();
    postern_access_query query;
    struct found found = {.most = 0};

    access.reason = str("\",\"subscriber\":\"p-1\"");
    access.originator = str("\xC3\xA9\t\"\\ \x7F");
    cr_assert_eq(postern_access_log_add(log, &access), POSTERN_OK);
    close_log(log);
    postern_access_query_init(&query);
    query.subscriber = str("p-1");
    expect_found(&query, 0, "");
    query.subscriber = any;
    query.originator = access.originator;
    expect_found(&query, 0, " 2");
    query.originator = str("\xC3");
    expect_found(&query, 0, "");
    cr_expect_eq(postern_access_log_query(path, NULL, find, &found, NULL),
                 POSTERN_OK);
    cr_expect_eq(found.last.time_s, access.time_s);
    cr_expect_eq(found.last.delete_by_s, INT64_MAX);
    cr_expect_eq(found.last.mode, access.mode);
    cr_expect_null(found.last.device.data);
}

Test(access_log, hands_over_nothing_behind_a_change)
{
    struct found found = {.most = 0};
    postern_diag diag;
    size_t size;
    char *text;

    write_log(LINES);
    text = temp_file_read(path, &size);
    strstr(text, "\"consent_version\":3")[18] = '7';
    temp_file_write(path, text, size);
    free(text);
    cr_expect_eq(postern_access_log_query(path, NULL, find, &found, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(found.lines, " 2 3");
    cr_expect_eq(diag.line, 4);
    cr_expect_eq(postern_access_log_query(path, NULL, NULL, NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
}

static const struct {
    const char *body;
    bool good;
} bodies[] = {
    {"{\"time\":\"20261122T100000\",\"mode\":\"decided\",\"permitted\":"
     "true",
     true},
    {"{\"time\":\"20261122T100000\",\"mode\":\"decided\",\"permitted\":"
     "true,"
     "\"extra\":1",
     false},
    {"{\"mode\":\"decided\",\"time\":\"20261122T100000\",\"permitted\":"
     "true",
     false},
    {"{\"time\":\"20261122T100000\",\"mode\":\"decided\",\"permitted\":"
     "true,"
     "\"permitted\":false",
     false},
    {"{\"time\":\"20261122T100000\",\"mode\":\"decided\", "
     "\"permitted\":true",
     false},
    {"{\"time\":\"20261122T100000,5\",\"mode\":\"decided\","
     "\"permitted\":true",
     false},
    {"{\"time\":\"20261122T100000\",\"mode\":\"other\",\"permitted\":true",
     false},
    {"{\"time\":\"20261122T100000\",\"mode\":\"decided\",\"permitted\":"
     "true,"
     "\"data\":\"\\u0061\"",
     false},
    {"{\"time\":\"20261122T100000\",\"mode\":\"decided\",\"permitted\":"
     "true,"
     "\"consent_version\":0",
     false},
    {"{\"time\":\"20261122T100000\",\"mode\":\"decided\"", false},
    {"{\"time\":\"20261122T100000\",\"permitted\":true", false},
    {"{\"mode\":\"decided\",\"permitted\":true", false},
    {"{\"time\":\"20261122T100000\",\"mode\":\"decided\",\"permitted\":1",
     false},
    {"{\"time\":\"20261122T100000\",\"mode\":\"decided\",\"permitted\":"
     "true,"
     "\"hash\":\"\"",
     false},
    {"[1", false},
    {"{", false},
};

/* Who knows how to compute hashes may write a line; not one that is read as
 * something else than another reader would. */
Test(access_log, reads_no_line_that_it_would_write_otherwise)
{
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct found found = {.most = 0};
        char line[TEXT_SIZE];
        size_t len = strlen(bodies[i].body);
        struct pst_log_chain chain;
        char first[TEXT_SIZE];
        size_t first_len = pst_log_write_first(first, str("x"));
        FILE *file = fopen(path, "wb");

        cr_assert(file);
        cr_assert_eq(pst_log_chain_init(&chain, any), POSTERN_OK);
        cr_assert(pst_log_chain_add(&chain, (postern_str){first, first_len},
                                    first + first_len));
        memcpy(line, bodies[i].body, len);
        cr_assert(
            pst_log_chain_add(&chain, (postern_str){line, len}, line + len));
        pst_log_chain_release(&chain);
        (void)fwrite(first, 1, first_len + PST_LOG_TAIL + 1, file);
        (void)fwrite(line, 1, len + PST_LOG_TAIL + 1, file);
        cr_assert_eq(fclose(file), 0);
        cr_expect_eq(postern_access_log_query(path, NULL, find, &found, NULL) ==
                         POSTERN_OK,
                     bodies[i].good, "%s", bodies[i].body);
        cr_expect_eq(found.count, bodies[i].good, "%s", bodies[i].body);
    }
}

/* ---- memory -------------------------------------------------------------- */

Test(access_log, says_so_when_there_is_no_memory)
{
    for (size_t n = 1;; n++) {
        struct faulty heap = {.fail_at = n};
        postern_allocator allocator = faulty_allocator(&heap);
        postern_access_log_options options;
        postern_access_log *log;
        postern_status status;
        postern_diag diag;

        (void)unlink(path);
        postern_access_log_options_init(&options);
        options.allocator = &allocator;
        status = postern_access_log_open(&log, path, &options, &diag);
        cr_expect_eq(status, diag.status);
        if (status == POSTERN_OK) {
            size_t calls = heap.calls;

            add(log, 1);
            cr_expect_eq(heap.calls, calls, "adding asks for memory");
            close_log(log);
        }
        cr_expect_eq(heap.live, 0);
        cr_expect_eq(heap.wrong_sizes, 0);
        if (heap.calls < n) {
            cr_expect_eq(status, POSTERN_OK);
            break;
        }
        cr_expect_eq(status, POSTERN_ERR_MEMORY, "%zu", n);
        close_log(opened());
    }
}
