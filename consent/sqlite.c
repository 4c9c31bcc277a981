/*
 * The storage over SQLite: one table of texts by kind and key, and a few
 * statements that are prepared once.
 *
 * Keys are ordered by the bytes of their UTF-8, as SQLite's BINARY has it; a
 * prefix is looked for by them and not by LIKE, to which % and _ mean more.
 */
#include "consent/sqlite.h"

#include "base/diag.h"
#include "base/str.h"

#include <postern/consent.h>

#include <sqlite3.h>
#include <stdlib.h>

enum statement { BEGIN, COMMIT, ROLLBACK, GET, PUT, REMOVE, EACH, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [GET] = "SELECT body FROM record WHERE kind = ?1 AND key = ?2",
    [PUT] = "INSERT OR REPLACE INTO record (kind, key, body) "
            "VALUES (?1, ?2, ?3)",
    [REMOVE] = "DELETE FROM record WHERE kind = ?1 AND key = ?2",
    [EACH] = "SELECT key, body FROM record WHERE kind = ?1 AND key >= ?2 "
             "ORDER BY key",
};

/* After a refusal nothing but rollback is taken. */
enum state { IDLE, WITHIN, REFUSED };

struct postern_sqlite {
    postern_storage storage;
    struct sqlite3 *file;
    char *path;
    sqlite3_stmt *statements[STATEMENTS];
    enum state state;
    bool listening; /* within `take` of each() */
};

/* ---- statements ---------------------------------------------------------- */

static postern_status refuse(postern_sqlite *self, postern_diag *diag)
{
    self->state = self->state == IDLE ? IDLE : REFUSED;
    return pst_sqlite_refuse(self->file, self->path, diag);
}

/* Forgets what a statement pointed to and holds. It repeats what its last step
 * has answered, which is known. */
static void finish(postern_sqlite *self, enum statement which)
{
    (void)sqlite3_reset(self->statements[which]);
    (void)sqlite3_clear_bindings(self->statements[which]);
}

/* Absent and empty are both the empty text, which is not SQL's NULL. */
static bool bind(postern_sqlite *self, enum statement which, int place,
                 postern_str text)
{
    return sqlite3_bind_text64(self->statements[which], place,
                               text.len ? text.data : "", text.len,
                               SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK;
}

static bool is_table(const char *table)
{
    size_t i = 0;

    while ((table[i] >= 'a' && table[i] <= 'z') ||
           (table[i] >= 'A' && table[i] <= 'Z')) {
        i++;
    }
    return i > 0 && table[i] == '\0';
}

/* A call within a transaction: what the one before pointed to is given up. */
static postern_status enter(postern_sqlite *self, enum statement which,
                            const char *table, postern_str key,
                            postern_diag *diag)
{
    pst_diag_clear(diag);
    if (self->state != WITHIN || self->listening || !is_table(table) ||
        pst_str_find(key, 0, '\0') < key.len) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    finish(self, GET);
    if (!bind(self, which, 1, postern_str_of(table)) ||
        !bind(self, which, 2, key)) {
        return refuse(self, diag);
    }
    return POSTERN_OK;
}

/* Runs a statement that answers with no row. */
static postern_status run(postern_sqlite *self, enum statement which,
                          postern_diag *diag)
{
    postern_status status = POSTERN_OK;

    if (sqlite3_step(self->statements[which]) != SQLITE_DONE) {
        status = refuse(self, diag);
    }
    finish(self, which);
    return status;
}

/* The text of a column of the row a statement stands at. False: no memory, or a
 * value that is no text, which only somebody else can have put there. */
static bool column(postern_sqlite *self, enum statement which, int place,
                   postern_str *text)
{
    sqlite3_stmt *statement = self->statements[which];

    text->data = (const char *)sqlite3_column_text(statement, place);
    text->len = (size_t)sqlite3_column_bytes(statement, place);
    return text->data != NULL;
}

/* ---- the storage --------------------------------------------------------- */

static postern_status begin(void *user, postern_diag *diag)
{
    postern_sqlite *self = user;

    pst_diag_clear(diag);
    if (self->state != IDLE) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    PST_TRY(run(self, BEGIN, diag));
    self->state = WITHIN;
    return POSTERN_OK;
}

static postern_status get(void *user, const char *table, postern_str key,
                          postern_str *value, postern_diag *diag)
{
    postern_sqlite *self = user;

    *value = (postern_str){NULL, 0};
    PST_TRY(enter(self, GET, table, key, diag));
    switch (sqlite3_step(self->statements[GET])) {
    case SQLITE_ROW:
        return column(self, GET, 0, value) ? POSTERN_OK : refuse(self, diag);
    case SQLITE_DONE:
        return POSTERN_OK;
    default:
        return refuse(self, diag);
    }
}

static postern_status put(void *user, const char *table, postern_str key,
                          postern_str value, postern_diag *diag)
{
    postern_sqlite *self = user;

    PST_TRY(enter(self, PUT, table, key, diag));
    if (!bind(self, PUT, 3, value)) {
        return refuse(self, diag);
    }
    return run(self, PUT, diag);
}

static postern_status remove_one(void *user, const char *table, postern_str key,
                                 postern_diag *diag)
{
    postern_sqlite *self = user;

    PST_TRY(enter(self, REMOVE, table, key, diag));
    return run(self, REMOVE, diag);
}

static bool begins_with(postern_str text, postern_str prefix)
{
    return pst_str_equal(pst_str_slice(text, 0, prefix.len), prefix);
}

struct listener {
    bool (*take)(void *listener, postern_str key, postern_str value);
    void *user;
};

static postern_status enumerate(postern_sqlite *self, postern_str prefix,
                                const struct listener *listener,
                                postern_diag *diag)
{
    int code = sqlite3_step(self->statements[EACH]);

    while (code == SQLITE_ROW) {
        postern_str key;
        postern_str value;

        if (!column(self, EACH, 0, &key) || !column(self, EACH, 1, &value)) {
            return refuse(self, diag);
        }
        if (!begins_with(key, prefix) ||
            !listener->take(listener->user, key, value)) {
            return POSTERN_OK;
        }
        code = sqlite3_step(self->statements[EACH]);
    }
    return code == SQLITE_DONE ? POSTERN_OK : refuse(self, diag);
}

static postern_status each(void *user, const char *table, postern_str prefix,
                           bool (*take)(void *listener, postern_str key,
                                        postern_str value),
                           void *listener, postern_diag *diag)
{
    const struct listener listening = {take, listener};
    postern_sqlite *self = user;
    postern_status status;

    PST_TRY(enter(self, EACH, table, prefix, diag));
    self->listening = true;
    status = enumerate(self, prefix, &listening, diag);
    self->listening = false;
    finish(self, EACH);
    return status;
}

static postern_status commit(void *user, postern_diag *diag)
{
    postern_sqlite *self = user;

    pst_diag_clear(diag);
    if (self->state != WITHIN || self->listening) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    finish(self, GET);
    PST_TRY(run(self, COMMIT, diag));
    self->state = IDLE;
    return POSTERN_OK;
}

/* SQLite has rolled back already after some errors: a full disk, no memory. */
static void rollback(void *user)
{
    postern_sqlite *self = user;

    if (self->listening) {
        return;
    }
    finish(self, GET);
    if (!sqlite3_get_autocommit(self->file)) {
        (void)run(self, ROLLBACK, NULL);
    }
    self->state = IDLE;
}

/* ---- the handle ---------------------------------------------------------- */

static postern_status prepare(postern_sqlite *self, postern_diag *diag)
{
    for (int i = 0; i < STATEMENTS; i++) {
        if (sqlite3_prepare_v3(self->file, sql[i], -1,
                               SQLITE_PREPARE_PERSISTENT, &self->statements[i],
                               NULL) != SQLITE_OK) {
            return refuse(self, diag);
        }
    }
    return POSTERN_OK;
}

static postern_status open_file(postern_sqlite *self, const char *path,
                                postern_diag *diag)
{
    size_t size = strlen(path) + 1;

    self->path = malloc(size);
    if (!self->path) {
        return pst_sqlite_refuse(NULL, path, diag);
    }
    memcpy(self->path, path, size);
    PST_TRY(pst_sqlite_file_open(&self->file, path, diag));
    PST_TRY(prepare(self, diag));
    self->storage = (postern_storage){
        .struct_size = sizeof self->storage,
        .user = self,
        .begin = begin,
        .get = get,
        .put = put,
        .remove = remove_one,
        .each = each,
        .commit = commit,
        .rollback = rollback,
    };
    return POSTERN_OK;
}

postern_status postern_sqlite_open(postern_sqlite **sqlite, const char *path,
                                   postern_diag *diag)
{
    postern_sqlite *self;
    postern_status status;

    *sqlite = NULL;
    pst_diag_clear(diag);
    if (!path || path[0] == '\0') {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    self = calloc(1, sizeof *self);
    if (!self) {
        return pst_sqlite_refuse(NULL, path, diag);
    }
    status = open_file(self, path, diag);
    if (status != POSTERN_OK) {
        postern_sqlite_close(self);
        return status;
    }
    *sqlite = self;
    return POSTERN_OK;
}

void postern_sqlite_close(postern_sqlite *sqlite)
{
    if (!sqlite) {
        return;
    }
    for (int i = 0; i < STATEMENTS; i++) {
        (void)sqlite3_finalize(sqlite->statements[i]);
    }
    pst_sqlite_file_close(sqlite->file); /* rolls back what is not committed */
    free(sqlite->path);
    free(sqlite);
}

const postern_storage *postern_sqlite_storage(postern_sqlite *sqlite)
{
    return &sqlite->storage;
}
