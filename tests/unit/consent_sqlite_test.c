/*
 * Storages: what the contract says, of the one over SQLite and of the one that
 * tests use, by the same checks; and what only a file can go through.
 */
#define _XOPEN_SOURCE 700 /* mkdtemp, seteuid */

#include "base/str.h"
#include "support/memory_storage.h"
#include "support/temp_folder.h"

#include <criterion/criterion.h>
#include <sqlite3.h>

enum { PATH_SIZE = 128, NOBODY = 65534 };

/* ---- the contract -------------------------------------------------------- */

static postern_str str(const char *text)
{
    return postern_str_of(text);
}

static const postern_storage *using;

static void begin(void)
{
    cr_assert_eq(using->begin(using->user, NULL), POSTERN_OK);
}

static void commit(void)
{
    cr_assert_eq(using->commit(using->user, NULL), POSTERN_OK);
}

static void rollback(void)
{
    using->rollback(using->user);
}

static void put(const char *table, const char *key, const char *value)
{
    cr_assert_eq(using->put(using->user, table, str(key), str(value), NULL),
                 POSTERN_OK);
}

static void remove_one(const char *table, const char *key)
{
    cr_assert_eq(using->remove(using->user, table, str(key), NULL), POSTERN_OK);
}

/* NULL: there is none. */
static void expect(const char *table, const char *key, const char *value)
{
    postern_str found = {"?", 1};

    cr_assert_eq(using->get(using->user, table, str(key), &found, NULL),
                 POSTERN_OK);
    cr_expect_eq(found.data != NULL, value != NULL, "%s %s", table, key);
    cr_expect(pst_str_equal(found, str(value)), "%s %s: %.*s", table, key,
              (int)found.len, found.data ? found.data : "");
}

struct seen {
    char text[400]; /* "key=value;" of each */
    size_t most;    /* 0: all */
    size_t count;
};

static bool see(void *user, postern_str key, postern_str value)
{
    struct seen *seen = user;
    size_t len = strlen(seen->text);

    (void)snprintf(seen->text + len, sizeof seen->text - len, "%.*s=%.*s;",
                   (int)key.len, key.data, (int)value.len, value.data);
    return ++seen->count != seen->most;
}

static void expect_each(const char *table, const char *prefix, size_t most,
                        const char *all)
{
    struct seen seen = {.most = most};

    cr_assert_eq(using->each(using->user, table, str(prefix), see, &seen, NULL),
                 POSTERN_OK);
    cr_expect_str_eq(seen.text, all, "%s %s", table, prefix);
}

static void finds_what_was_put(void)
{
    begin();
    expect("consent", "a", NULL);
    put("consent", "a", "one");
    expect("consent", "a", "one");
    commit();
    begin();
    expect("consent", "a", "one");
    expect("consent", "A", NULL);
    expect("consent", "a ", NULL);
    expect("frame", "a", NULL);
    rollback();
}

static void replaces(void)
{
    begin();
    put("consent", "a", "one");
    put("consent", "a", "another");
    put("frame", "a", "third");
    commit();
    begin();
    expect("consent", "a", "another");
    expect_each("consent", "", 0, "a=another;");
    rollback();
}

static void removes(void)
{
    begin();
    put("t", "a", "1");
    put("t", "b", "2");
    commit();
    begin();
    remove_one("t", "a");
    remove_one("t", "never");
    remove_one("u", "b");
    expect("t", "a", NULL);
    commit();
    begin();
    expect_each("t", "", 0, "b=2;");
    rollback();
}

static void rolls_back_the_whole(void)
{
    begin();
    put("t", "kept", "1");
    put("t", "changed", "1");
    commit();
    begin();
    put("t", "changed", "2");
    put("t", "changed", "3");
    put("t", "new", "2");
    remove_one("t", "kept");
    rollback();
    begin();
    expect_each("t", "", 0, "changed=1;kept=1;");
    rollback();
    rollback();
}

static void tells_empty_from_absent(void)
{
    postern_str found = {NULL, 0};

    begin();
    put("t", "", "");
    put("t", "k", "");
    cr_assert_eq(
        using->put(using->user, "t", str("n"), (postern_str){NULL, 0}, NULL),
        POSTERN_OK);
    cr_assert_eq(using->get(using->user, "t", str(""), &found, NULL),
                 POSTERN_OK);
    cr_expect(found.data != NULL && found.len == 0);
    expect("t", "k", "");
    expect("t", "n", "");
    expect("t", "m", NULL);
    expect_each("t", "", 0, "=;k=;n=;");
    commit();
}

static void orders_keys_by_their_bytes(void)
{
    static const char *const keys[] = {"b",  "a/10", "a",        "a/9", "B",
                                       "aa", "\x7F", "\xC3\xA9", "a/",  "_"};

    begin();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        put("t", keys[i], "");
    }
    expect_each("t", "", 0, "B=;_=;a=;a/=;a/10=;a/9=;aa=;b=;\x7F=;\xC3\xA9=;");
    commit();
}

static void takes_a_prefix_for_bytes(void)
{
    static const char *const keys[] = {"a%b", "a%", "axb", "a_b", "a*b",
                                       "A%b", "a[", "b",   "a"};

    begin();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        put("t", keys[i], "1");
        put("u", keys[i], "2");
    }
    expect_each("t", "a%", 0, "a%=1;a%b=1;");
    expect_each("t", "a_", 0, "a_b=1;");
    expect_each("t", "a*", 0, "a*b=1;");
    expect_each("t", "a[", 0, "a[=1;");
    expect_each("t", "a%b", 0, "a%b=1;");
    expect_each("t", "a%bc", 0, "");
    expect_each("t", "zz", 0, "");
    expect_each("none", "", 0, "");
    commit();
}

static void stops_when_told(void)
{
    begin();
    put("t", "a", "1");
    put("t", "b", "2");
    put("t", "c", "3");
    expect_each("t", "", 1, "a=1;");
    expect_each("t", "", 2, "a=1;b=2;");
    expect_each("t", "", 3, "a=1;b=2;c=3;");
    commit();
}

static void keeps_long_texts_and_any_bytes(void)
{
    enum { SIZE = 300000 };
    char *bytes = malloc(SIZE);
    postern_str found;

    for (size_t i = 0; i < SIZE; i++) {
        bytes[i] = (char)(i % 251);
    }
    begin();
    cr_assert_eq(using->put(using->user, "t", str("k"),
                            (postern_str){bytes, SIZE}, NULL),
                 POSTERN_OK);
    commit();
    begin();
    cr_assert_eq(using->get(using->user, "t", str("k"), &found, NULL),
                 POSTERN_OK);
    cr_expect(pst_str_equal(found, (postern_str){bytes, SIZE}));
    rollback();
    free(bytes);
}

static bool call_within(void *user, postern_str key, postern_str value)
{
    postern_status *status = user;

    *status = using->put(using->user, "t", key, value, NULL);
    return false;
}

static void refuses_calls_in_the_wrong_place(void)
{
    const postern_str nul = {"a\0b", 3};
    postern_status within = POSTERN_OK;
    postern_str value;

    cr_expect_eq(using->put(using->user, "t", str("a"), str("b"), NULL),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(using->commit(using->user, NULL), POSTERN_ERR_ARGUMENT);
    begin();
    cr_expect_eq(using->begin(using->user, NULL), POSTERN_ERR_ARGUMENT);
    cr_expect_eq(using->get(using->user, "t", nul, &value, NULL),
                 POSTERN_ERR_ARGUMENT);
    put("t", "a", "1");
    cr_expect_eq(
        using->each(using->user, "t", str(""), call_within, &within, NULL),
        POSTERN_OK);
    cr_expect_eq(within, POSTERN_ERR_ARGUMENT);
    commit();
    begin();
    expect_each("t", "", 0, "a=1;");
    rollback();
}

static const struct {
    const char *name;
    void (*check)(void);
} contract[] = {
    {"finds what was put", finds_what_was_put},
    {"replaces", replaces},
    {"removes", removes},
    {"rolls back the whole", rolls_back_the_whole},
    {"tells empty from absent", tells_empty_from_absent},
    {"orders keys by their bytes", orders_keys_by_their_bytes},
    {"takes a prefix for bytes", takes_a_prefix_for_bytes},
    {"stops when told", stops_when_told},
    {"keeps long texts and any bytes", keeps_long_texts_and_any_bytes},
    {"refuses calls in the wrong place", refuses_calls_in_the_wrong_place},
};

enum { CHECKS = sizeof contract / sizeof *contract };

static postern_sqlite *opened(const char *path)
{
    postern_sqlite *sqlite;
    postern_diag diag;

    cr_assert_eq(postern_sqlite_open(&sqlite, path, &diag), POSTERN_OK, "%s",
                 diag.message);
    return sqlite;
}

static struct temp_folder folder;
static char path[PATH_SIZE];

static void open_folder(void)
{
    temp_folder_open(&folder);
    temp_folder_path(&folder, "a.db", path, sizeof path);
}

static void close_folder(void)
{
    temp_folder_close(&folder);
}

TestSuite(storage, .init = open_folder, .fini = close_folder);

Test(storage, of_sqlite_keeps_the_contract)
{
    for (size_t i = 0; i < CHECKS; i++) {
        postern_sqlite *sqlite = opened(path);

        using = postern_sqlite_storage(sqlite);
        cr_log_info("%s", contract[i].name);
        contract[i].check();
        postern_sqlite_close(sqlite);
        cr_assert_eq(unlink(path), 0);
        cr_expect_eq(temp_folder_count(&folder), 0, "%s", contract[i].name);
    }
}

Test(storage, of_tests_keeps_the_contract)
{
    for (size_t i = 0; i < CHECKS; i++) {
        struct memory_storage kept;

        memory_storage_init(&kept);
        using = &kept.storage;
        contract[i].check();
        cr_expect_eq(kept.misuses > 0,
                     contract[i].check == refuses_calls_in_the_wrong_place);
        memory_storage_release(&kept);
    }
}

Test(storage, of_tests_refuses_the_call_it_is_told_to)
{
    for (size_t n = 1; n <= 5; n++) {
        struct memory_storage kept;
        postern_status status;
        postern_str value;

        memory_storage_init(&kept);
        kept.fail_at = n;
        kept.fail_with = POSTERN_ERR_LIMIT;
        status = kept.storage.begin(&kept, NULL);
        if (status == POSTERN_OK) {
            status = kept.storage.put(&kept, "t", str("a"), str("1"), NULL);
        }
        if (status == POSTERN_OK) {
            status = kept.storage.get(&kept, "t", str("a"), &value, NULL);
        }
        if (status == POSTERN_OK) {
            status = kept.storage.commit(&kept, NULL);
        }
        cr_expect_eq(status, n < 5 ? POSTERN_ERR_LIMIT : POSTERN_OK);
        kept.storage.rollback(&kept);
        cr_expect_eq(memory_storage_count(&kept, "t"), n < 5 ? 0 : 1);
        cr_expect_eq(kept.misuses, 0);
        memory_storage_release(&kept);
    }
}

/* ---- files --------------------------------------------------------------- */

static void expect_refusal(const char *name, postern_status status,
                           const char *words)
{
    postern_sqlite *sqlite;
    postern_diag diag;

    cr_expect_eq(postern_sqlite_open(&sqlite, name, &diag), status, "%s: %s",
                 words, postern_status_name(diag.status));
    cr_expect_null(sqlite);
    cr_expect(strstr(diag.message, words), "%s: %s", words, diag.message);
    cr_expect_str_eq(diag.source, name);
    cr_expect_eq(postern_sqlite_open(&sqlite, name, NULL), status);
}

static void write_one(const char *key, const char *value)
{
    postern_sqlite *sqlite = opened(path);

    using = postern_sqlite_storage(sqlite);
    begin();
    put("t", key, value);
    commit();
    postern_sqlite_close(sqlite);
}

static void by_hand(const char *sql)
{
    sqlite3 *file;

    cr_assert_eq(sqlite3_open(path, &file), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(file, sql, NULL, NULL, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(file));
    sqlite3_close(file);
}

Test(storage, is_kept_in_one_file_that_only_its_owner_reads)
{
    struct stat about;

    write_one("a", "1");
    cr_expect_eq(temp_folder_count(&folder), 1);
    cr_assert_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_mode & 0777, 0600);
    using = postern_sqlite_storage(opened(path));
    begin();
    expect("t", "a", "1");
    rollback();
    postern_sqlite_close(using->user);
}

Test(storage, is_made_of_an_empty_file)
{
    temp_file_write(path, "", 0);
    write_one("a", "1");
}

Test(storage, takes_a_path_for_a_name_only)
{
    static const char *const names[] = {":memory:", "file:x?mode=memory",
                                        "file:x", "a b%41"};
    postern_sqlite *sqlite;

    cr_assert_eq(chdir(folder.path), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct stat about;

        postern_sqlite_close(opened(names[i]));
        cr_expect_eq(stat(names[i], &about), 0, "%s", names[i]);
    }
    cr_expect_eq(postern_sqlite_open(&sqlite, "", NULL), POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_sqlite_open(&sqlite, NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
    postern_sqlite_close(NULL);
}

Test(storage, overwrites_what_is_removed)
{
    static const char secret[] = "born on a day that nobody is to know";
    postern_sqlite *sqlite;
    size_t size;
    char *bytes;
    bool is_there = false;

    write_one("a", secret);
    sqlite = opened(path);
    using = postern_sqlite_storage(sqlite);
    begin();
    remove_one("t", "a");
    commit();
    postern_sqlite_close(sqlite);
    bytes = temp_file_read(path, &size);
    for (size_t i = 0; i + sizeof secret - 1 <= size; i++) {
        is_there =
            is_there || memcmp(bytes + i, secret, sizeof secret - 1) == 0;
    }
    cr_expect_not(is_there);
    free(bytes);
}

Test(storage, refuses_what_is_no_storage)
{
    static const char text[] = "kind: asp\nowner: acme\n# and so on, to be "
                               "longer than the header of a file of SQLite\n"
                               "name: Acme\n";
    char name[PATH_SIZE];

    temp_file_write(path, text, sizeof text - 1);
    expect_refusal(path, POSTERN_ERR_POLICY, "no SQLite file");
    expect_refusal(folder.path, POSTERN_ERR_IO, "no regular file");
    temp_folder_path(&folder, "none/a.db", name, sizeof name);
    expect_refusal(name, POSTERN_ERR_IO, "no such folder");
}

Test(storage, refuses_files_of_others)
{
    static const struct {
        const char *sql;
        const char *words;
    } rows[] = {
        {"CREATE TABLE t (a)", "another program"},
        {"PRAGMA application_id = 7", "another program"},
        {"PRAGMA user_version = 1", "another program"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        by_hand(rows[i].sql);
        expect_refusal(path, POSTERN_ERR_POLICY, rows[i].words);
        cr_assert_eq(unlink(path), 0);
    }
}

Test(storage, refuses_files_that_are_not_as_it_made_them)
{
    static const struct {
        const char *sql;
        const char *words;
    } rows[] = {
        {"PRAGMA user_version = 2", "newer release"},
        {"CREATE TABLE other (a)", "other tables"},
        {"CREATE TRIGGER planted AFTER INSERT ON record BEGIN "
         "DELETE FROM record; END",
         "other tables"},
        {"CREATE VIEW planted AS SELECT 1", "other tables"},
        {"CREATE INDEX planted ON record (body)", "other tables"},
        {"ALTER TABLE record ADD COLUMN more TEXT", "other tables"},
        {"DROP TABLE record", "other tables"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_one("a", "1");
        by_hand(rows[i].sql);
        expect_refusal(path, POSTERN_ERR_POLICY, rows[i].words);
        cr_assert_eq(unlink(path), 0);
    }
}

Test(storage, takes_files_that_were_looked_after)
{
    static const char *const kept[] = {"ANALYZE", "VACUUM",
                                       "PRAGMA journal_mode = WAL"};

    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        write_one("a", "1");
        by_hand(kept[i]);
        write_one("b", "2");
        cr_expect_eq(temp_folder_count(&folder), 1, "%s", kept[i]);
        cr_assert_eq(unlink(path), 0);
    }
}

/* Many records, so that there are pages to cut and to damage. */
static void write_many(void)
{
    postern_sqlite *sqlite = opened(path);

    using = postern_sqlite_storage(sqlite);
    begin();
    for (int i = 0; i < 2000; i++) {
        char key[16];

        (void)snprintf(key, sizeof key, "%06d", i);
        put("t", key, "a text of some length, to fill more than one page");
    }
    commit();
    postern_sqlite_close(sqlite);
}

Test(storage, refuses_a_file_that_was_cut)
{
    size_t size;
    char *bytes;

    write_many();
    bytes = temp_file_read(path, &size);
    for (size_t kept = 4096; kept < size; kept += 4096) {
        temp_file_write(path, bytes, kept);
        expect_refusal(path, POSTERN_ERR_IO, "damaged");
    }
    temp_file_write(path, bytes, 100);
    expect_refusal(path, POSTERN_ERR_IO, "damaged");
    free(bytes);
}

Test(storage, says_so_when_it_meets_a_damaged_page)
{
    struct seen seen = {.count = 0};
    postern_sqlite *sqlite;
    postern_diag diag;
    size_t size;
    char *bytes;

    write_many();
    bytes = temp_file_read(path, &size);
    memset(bytes + 8 * 4096, 0xEE, 4096);
    temp_file_write(path, bytes, size);
    free(bytes);
    sqlite = opened(path);
    using = postern_sqlite_storage(sqlite);
    begin();
    cr_expect_eq(using->each(using->user, "t", str(""), see, &seen, &diag),
                 POSTERN_ERR_IO);
    cr_expect(strstr(diag.message, "damaged"), "%s", diag.message);
    cr_expect_str_eq(diag.source, path);
    cr_expect_eq(using->commit(using->user, NULL), POSTERN_ERR_ARGUMENT);
    rollback();
    postern_sqlite_close(sqlite);
}

/* The superuser may do everything. */
static void become_nobody(void)
{
    cr_assert(geteuid() != 0 || seteuid(NOBODY) == 0);
}

static void become_oneself(void)
{
    (void)!seteuid(getuid());
}

Test(storage, says_so_when_it_may_not_write)
{
    char other[PATH_SIZE];
    postern_sqlite *sqlite;
    postern_diag diag;

    write_one("a", "1");
    temp_folder_path(&folder, "b.db", other, sizeof other);
    cr_assert_eq(chmod(path, 0666), 0);
    cr_assert_eq(chmod(folder.path, 0555), 0);
    become_nobody();
    expect_refusal(other, POSTERN_ERR_IO, "permission denied");
    /* There is no room for a journal. */
    sqlite = opened(path);
    using = postern_sqlite_storage(sqlite);
    begin();
    expect("t", "a", "1");
    cr_expect_eq(using->put(using->user, "t", str("a"), str("2"), &diag),
                 POSTERN_ERR_IO);
    cr_expect_str_eq(diag.source, path);
    rollback();
    begin();
    expect("t", "a", "1");
    commit();
    postern_sqlite_close(sqlite);
    become_oneself();
    cr_assert_eq(chmod(path, 0444), 0);
    become_nobody();
    expect_refusal(path, POSTERN_ERR_IO, "cannot be written to");
    become_oneself();
    cr_assert_eq(chmod(path, 0), 0);
    become_nobody();
    expect_refusal(path, POSTERN_ERR_IO, "cannot be opened");
    become_oneself();
    cr_assert_eq(chmod(folder.path, 0755), 0);
}

Test(storage, is_seen_by_both_who_have_it_open)
{
    postern_sqlite *one = opened(path);
    postern_sqlite *two = opened(path);

    using = postern_sqlite_storage(one);
    begin();
    put("t", "a", "1");
    commit();
    using = postern_sqlite_storage(two);
    begin();
    expect("t", "a", "1");
    put("t", "a", "2");
    commit();
    using = postern_sqlite_storage(one);
    begin();
    expect("t", "a", "2");
    rollback();
    postern_sqlite_close(one);
    postern_sqlite_close(two);
}

Test(storage, waits_five_seconds_for_another)
{
    postern_sqlite *one = opened(path);
    postern_sqlite *two = opened(path);
    const postern_storage *second = postern_sqlite_storage(two);
    postern_diag diag;

    using = postern_sqlite_storage(one);
    begin();
    put("t", "a", "1");
    cr_expect_eq(second->begin(second->user, &diag), POSTERN_ERR_IO);
    cr_expect(strstr(diag.message, "another program"), "%s", diag.message);
    commit();
    cr_expect_eq(second->begin(second->user, &diag), POSTERN_OK);
    using = second;
    expect("t", "a", "1");
    postern_sqlite_close(two); /* rolls back */
    postern_sqlite_close(one);
}
