/*
 * Every call of malloc that opening and using the storage in a file makes, by
 * us or by SQLite, refused once: a status that says so, nothing left, and the
 * transaction is there as a whole or not at all.
 *
 * SQLite goes without some of what it asks for: then the answer may be OK.
 */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include <postern/consent.h>

#include "support/claim.h"
#include "support/failing_malloc.h"
#include "support/temp_folder.h"

enum { BODY_SIZE = 20000, ENOUGH = 100 };

static char body[BODY_SIZE];

static bool take(void *user, postern_str key, postern_str value)
{
    size_t *count = user;

    (void)key;
    *count += value.len == BODY_SIZE;
    return true;
}

static postern_status use(const postern_storage *storage)
{
    postern_status status = storage->begin(storage->user, NULL);
    postern_str key = postern_str_of("a");
    postern_str value;
    size_t count = 0;

    if (status == POSTERN_OK) {
        status = storage->put(storage->user, "t", key,
                              (postern_str){body, sizeof body}, NULL);
    }
    if (status == POSTERN_OK) {
        status = storage->get(storage->user, "t", key, &value, NULL);
    }
    if (status == POSTERN_OK) {
        status = storage->each(storage->user, "t", postern_str_of(""), take,
                               &count, NULL);
    }
    if (status == POSTERN_OK) {
        status = storage->commit(storage->user, NULL);
    }
    storage->rollback(storage->user);
    return status;
}

/* How many texts are in the file. */
static size_t count_in(const char *path)
{
    const postern_storage *storage;
    postern_sqlite *sqlite;
    size_t count = 0;

    if (!claim(postern_sqlite_open(&sqlite, path, NULL) == POSTERN_OK,
               "the file cannot be opened any more")) {
        return 0;
    }
    storage = postern_sqlite_storage(sqlite);
    claim(storage->begin(storage->user, NULL) == POSTERN_OK &&
              storage->each(storage->user, "t", postern_str_of(""), take,
                            &count, NULL) == POSTERN_OK,
          "the file cannot be read any more");
    postern_sqlite_close(sqlite);
    return count;
}

/* Refuses the n-th call; false when there are not so many. */
static bool sweep_one(const char *path, size_t n)
{
    postern_status status;
    postern_sqlite *sqlite;
    postern_diag diag;
    size_t calls;

    (void)unlink(path);
    failing_malloc_start(n);
    status = postern_sqlite_open(&sqlite, path, &diag);
    claim(status == diag.status, "call %zu: the answers differ", n);
    if (sqlite) {
        status = use(postern_sqlite_storage(sqlite));
    }
    postern_sqlite_close(sqlite);
    calls = failing_malloc_stop();
    claim(status == POSTERN_OK || status == POSTERN_ERR_MEMORY,
          "call %zu: %s %s", n, postern_status_name(status), diag.message);
    claim(calls >= n || status == POSTERN_OK, "call %zu is not made", n);
    claim(failing_malloc.live == 0, "call %zu: %zu blocks are left", n,
          failing_malloc.live);
    claim(count_in(path) == (status == POSTERN_OK ? 1 : 0),
          "call %zu: %s, but that is not what is there", n,
          postern_status_name(status));
    return calls >= n;
}

int main(void)
{
    struct temp_folder folder;
    char path[128];
    size_t n = 1;

    memset(body, 'x', sizeof body);
    temp_folder_open(&folder);
    temp_folder_path(&folder, "a.db", path, sizeof path);
    /* What SQLite sets up once for all files. */
    claim(count_in(path) == 0, "there is something in a new file");
    while (claims_lost == 0 && sweep_one(path, n)) {
        n++;
    }
    printf("%zu calls refused, one after another\n", n - 1);
    claim(n > ENOUGH, "too few calls to be true");
    temp_folder_close(&folder);
    return claims_failed();
}
