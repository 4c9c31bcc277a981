/*
 * The storage in a file when its program is killed, and when the disk is full:
 * what commit has answered POSTERN_OK to is there, of all else nothing.
 */
#define _GNU_SOURCE /* unshare */

#include "base/str.h"

#include <postern/consent.h>

#include "support/killing.h"
#include "support/small_disk.h"
#include "support/temp_folder.h"

#include <inttypes.h>
#include <sys/resource.h>

enum { KILLS = 150, PARTS = 3, KEY_SIZE = 32, FILE_LIMIT = 256 * 1024 };

static const postern_storage *open_storage(postern_sqlite **sqlite,
                                           const char *path)
{
    postern_diag diag;

    if (!claim(postern_sqlite_open(sqlite, path, &diag) == POSTERN_OK, "%s: %s",
               diag.source, diag.message)) {
        exit(claims_failed());
    }
    return postern_sqlite_storage(*sqlite);
}

static postern_str key_of(char key[KEY_SIZE], uint64_t number, int part)
{
    (void)snprintf(key, KEY_SIZE, "%010" PRIu64 "/%d", number, part);
    return postern_str_of(key);
}

/* One transaction: the parts of a number, and which the last number is. */
static postern_status write_number(const postern_storage *storage,
                                   uint64_t number, postern_str body,
                                   postern_diag *diag)
{
    postern_status status = storage->begin(storage->user, diag);
    char key[KEY_SIZE];

    for (int part = 0; part < PARTS && status == POSTERN_OK; part++) {
        status = storage->put(storage->user, "part", key_of(key, number, part),
                              body, diag);
    }
    if (status == POSTERN_OK) {
        (void)snprintf(key, sizeof key, "%" PRIu64, number);
        status = storage->put(storage->user, "last", postern_str_of("last"),
                              postern_str_of(key), diag);
    }
    if (status == POSTERN_OK) {
        status = storage->commit(storage->user, diag);
    }
    if (status != POSTERN_OK) {
        storage->rollback(storage->user);
    }
    return status;
}

/* ---- killed -------------------------------------------------------------- */

static void write_until_killed(const char *path, uint64_t from, int pipe)
{
    postern_sqlite *sqlite;
    const postern_storage *storage = open_storage(&sqlite, path);

    for (uint64_t number = from;; number++) {
        if (write_number(storage, number, postern_str_of("some text"), NULL) !=
            POSTERN_OK) {
            _exit(1);
        }
        acknowledge(pipe, number);
    }
}

struct count {
    uint64_t parts;
    bool in_order;
};

static bool count_part(void *user, postern_str key, postern_str value)
{
    struct count *count = user;
    char expected[KEY_SIZE];
    postern_str text =
        key_of(expected, count->parts / PARTS + 1, (int)(count->parts % PARTS));

    (void)value;
    count->in_order = count->in_order && key.len == text.len &&
                      memcmp(key.data, text.data, key.len) == 0;
    count->parts++;
    return true;
}

/* Everything up to the last number, with all its parts. */
static uint64_t found(const char *path)
{
    struct count count = {0, true};
    postern_str last = {NULL, 0};
    char number[KEY_SIZE];
    postern_sqlite *sqlite;
    const postern_storage *storage = open_storage(&sqlite, path);

    claim(storage->begin(storage->user, NULL) == POSTERN_OK &&
              storage->each(storage->user, "part", postern_str_of(""),
                            count_part, &count, NULL) == POSTERN_OK &&
              storage->get(storage->user, "last", postern_str_of("last"), &last,
                           NULL) == POSTERN_OK,
          "what was written cannot be read");
    (void)snprintf(number, sizeof number, "%" PRIu64, count.parts / PARTS);
    claim(count.in_order && count.parts % PARTS == 0 &&
              (last.data ? pst_str_is(last, number) : count.parts == 0),
          "half a transaction is there: %" PRIu64 " parts, last %.*s",
          count.parts, (int)last.len, last.data ? last.data : "");
    storage->rollback(storage->user);
    postern_sqlite_close(sqlite);
    return count.parts / PARTS;
}

/* ---- full ---------------------------------------------------------------- */

/* Bodies of 900 bytes until it is refused; gives the last that was not. */
static uint64_t write_until_refused(const postern_storage *storage,
                                    uint64_t from, postern_diag *diag)
{
    static char body[900];

    memset(body, 'x', sizeof body);
    while (write_number(storage, from, (postern_str){body, sizeof body},
                        diag) == POSTERN_OK) {
        from++;
    }
    return from - 1;
}

static void expect_refusal(const postern_diag *diag, const char *path,
                           const char *words)
{
    claim(diag->status == POSTERN_ERR_IO && strstr(diag->message, words) &&
              strcmp(diag->source, path) == 0,
          "%s: %s", diag->source, diag->message);
}

/* The same handle goes on when there is room again. */
static void go_on(const postern_storage *storage, const char *path,
                  uint64_t last)
{
    claim(write_number(storage, last + 1, postern_str_of("x"), NULL) ==
              POSTERN_OK,
          "after space is made nothing can be written");
    claim(found(path) == last + 1, "after space is made it is not there");
}

/* As much as a file may hold. */
static void fill_file(const char *path)
{
    struct rlimit limit;
    struct rlimit whole;
    postern_diag diag;
    postern_sqlite *sqlite;
    const postern_storage *storage = open_storage(&sqlite, path);
    uint64_t last;

    (void)signal(SIGXFSZ, SIG_IGN);
    (void)getrlimit(RLIMIT_FSIZE, &whole);
    limit = whole;
    limit.rlim_cur = FILE_LIMIT;
    (void)setrlimit(RLIMIT_FSIZE, &limit);
    last = write_until_refused(storage, 1, &diag);
    claim(last > 10, "only %" PRIu64 " were written", last);
    expect_refusal(&diag, path, "writing failed");
    claim(found(path) == last, "%" PRIu64 " of %" PRIu64 " are there",
          found(path), last);
    (void)setrlimit(RLIMIT_FSIZE, &whole);
    go_on(storage, path, last);
    postern_sqlite_close(sqlite);
}

/* A full disk: first with the pages that the journal leaves, then with none. */
static void fill_disk(const struct temp_folder *folder, const char *path)
{
    char ballast[128];
    postern_diag diag;
    postern_sqlite *sqlite;
    const postern_storage *storage;
    uint64_t last = 0;

    if (!small_disk_mount(folder->path, 256)) {
        printf("skipped: a full disk, as nothing may be mounted here\n");
        return;
    }
    storage = open_storage(&sqlite, path);
    last = write_until_refused(storage, 1, &diag);
    claim(last > 10, "only %" PRIu64 " were written", last);
    expect_refusal(&diag, path, "no space is left");
    claim(found(path) == last, "%" PRIu64 " of %" PRIu64 " are there",
          found(path), last);
    temp_folder_path(folder, "ballast", ballast, sizeof ballast);
    (void)small_disk_fill(ballast);
    claim(write_number(storage, last + 1, postern_str_of("x"), &diag) ==
              POSTERN_ERR_IO,
          "written to a full disk");
    expect_refusal(&diag, path, "");
    (void)unlink(ballast);
    (void)mount(NULL, folder->path, NULL, MS_REMOUNT, "size=1024k");
    go_on(storage, path, last);
    postern_sqlite_close(sqlite);
    (void)umount2(folder->path, MNT_DETACH);
}

int main(void)
{
    struct temp_folder folder;
    char killed[128];
    char full[128];

    temp_folder_open(&folder);
    temp_folder_path(&folder, "killed.db", killed, sizeof killed);
    temp_folder_path(&folder, "full.db", full, sizeof full);
    kill_again_and_again(&(struct killing){killed, write_until_killed, found,
                                           .ahead = 1, .rounds = KILLS});
    fill_file(full);
    temp_folder_close(&folder);
    temp_folder_open(&folder);
    temp_folder_path(&folder, "full.db", full, sizeof full);
    fill_disk(&folder, full);
    temp_folder_close(&folder);
    return claims_failed();
}
