/*
 * Opening the SQLite file of the manager.
 *
 * Journal: the rollback journal, not the write-ahead log. With it all that was
 * committed is in the file itself; of a write-ahead log whoever copies or
 * restores the file alone loses the last transactions, and a consent that was
 * withdrawn would be given again. A commit costs five syncs for that instead
 * of one (measured: 0.8 ms, not 0.2). It works on network file systems too.
 *
 * Durable: a transaction is committed when its journal is gone. synchronous =
 * EXTRA also syncs the folder after that, without which a crash of the machine
 * could bring the journal back, and with it the state before. The sync of the
 * folder that SQLite does for each new journal makes a new file durable as
 * well.
 *
 * Damage: a file that was cut is found here, damaged pages when they are read.
 * A full check is not made: it reads the whole file (measured: 1.6 s for 1 GB
 * from memory), at each call of the command.
 */
#define _POSIX_C_SOURCE 200809L /* open, stat */

#include "consent/sqlite.h"

#include "base/diag.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* In the header of the file: "Pstn", and the version of what is in it. */
enum { APPLICATION = 0x5073746E, VERSION = 1 };

#define TABLE                                                                  \
    "CREATE TABLE record (kind TEXT NOT NULL, key TEXT NOT NULL, "             \
    "body TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID"

/* ---- refusals ------------------------------------------------------------ */

postern_status pst_sqlite_say(const char *path, postern_status status,
                              const char *message, postern_diag *diag)
{
    bool first = diag && diag->status == POSTERN_OK;

    (void)pst_diag_refuse(diag, status, "", message, NULL);
    if (first) {
        pst_diag_copy(diag->source, sizeof diag->source, path);
    }
    return status;
}

/* What a primary result code means to who uses the file. */
static const struct answer {
    int code;
    postern_status status;
    const char *sentence;
} answers[] = {
    {SQLITE_NOMEM, POSTERN_ERR_MEMORY, "out of memory"},
    {SQLITE_TOOBIG, POSTERN_ERR_LIMIT, "a text is longer than SQLite takes"},
    {SQLITE_FULL, POSTERN_ERR_IO,
     "no space is left on the disk: nothing was changed"},
    {SQLITE_IOERR, POSTERN_ERR_IO, "reading or writing failed"},
    {SQLITE_BUSY, POSTERN_ERR_IO,
     "another program is using the file, for longer than 5 seconds"},
    {SQLITE_LOCKED, POSTERN_ERR_IO, "the file is in use"},
    {SQLITE_CANTOPEN, POSTERN_ERR_IO,
     "the file, or its journal, cannot be opened or made"},
    {SQLITE_READONLY, POSTERN_ERR_IO, "the file cannot be written to"},
    {SQLITE_PERM, POSTERN_ERR_IO, "permission denied"},
    {SQLITE_CORRUPT, POSTERN_ERR_IO, "the file is damaged"},
    {SQLITE_ROW, POSTERN_ERR_IO, "the file is damaged: a text is missing"},
    {SQLITE_OK, POSTERN_ERR_IO, "another program keeps its journal elsewhere"},
    {SQLITE_NOTADB, POSTERN_ERR_POLICY, "this is no SQLite file"},
};

static struct answer answer_of(int code)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (answers[i].code == code) {
            return answers[i];
        }
    }
    return (struct answer){code, POSTERN_ERR_INTERNAL, "SQLite refuses"};
}

postern_status pst_sqlite_refuse(sqlite3 *file, const char *path,
                                 postern_diag *diag)
{
    int code = file ? sqlite3_extended_errcode(file) : SQLITE_NOMEM;
    struct answer answer = answer_of(code & 0xFF);
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, answer.sentence);
    if (answer.status != POSTERN_ERR_MEMORY) {
        pst_text_add(&text, " (");
        pst_text_add(&text, sqlite3_errstr(code));
        pst_text_add(&text, ", code ");
        pst_text_add_int(&text, code);
        pst_text_add(&text, ")");
    }
    return pst_sqlite_say(path, answer.status, message, diag);
}

/* ---- the file ------------------------------------------------------------ */

static const char *why_not_made(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return "there is no such folder";
    case EACCES:
    case EPERM:
    case EROFS:
        return "permission denied: the file cannot be made";
    case ENOSPC:
    case EDQUOT:
        return "no space is left on the disk";
    default:
        return "the file cannot be made";
    }
}

/* Makes a file that only its owner may read, as it is going to hold what
 * persons have said. One that is there is not opened: closing it would give up
 * the locks that this program may have on it. */
static postern_status make_private(const char *path, postern_diag *diag)
{
    int file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    struct stat about;

    if (file >= 0) {
        close(file);
        return POSTERN_OK;
    }
    if (errno != EEXIST) {
        return pst_sqlite_say(path, POSTERN_ERR_IO, why_not_made(errno), diag);
    }
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) {
        return pst_sqlite_say(path, POSTERN_ERR_IO, "this is no regular file",
                              diag);
    }
    return POSTERN_OK;
}

/* SQLite takes "file:x", ":memory:" and "" for more than a name. */
static char *plain_path(const char *path)
{
    size_t size = strlen(path) + sizeof "./";
    char *plain = malloc(size);
    struct pst_text text;

    if (plain) {
        pst_text_init(&text, plain, size);
        pst_text_add(&text, path[0] == '/' ? "" : "./");
        pst_text_add(&text, path);
    }
    return plain;
}

static bool run(sqlite3 *file, const char *sql)
{
    return sqlite3_exec(file, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Takes the first number or text of an answer, and that there is a row. */
struct first {
    int64_t number;
    bool is_same; /* as `text` */
    const char *text;
};

static bool ask(sqlite3 *file, const char *sql, struct first *first)
{
    sqlite3_stmt *statement = NULL;
    bool there =
        sqlite3_prepare_v2(file, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW;

    if (there) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);

        first->is_same = text && first->text && strcmp(text, first->text) == 0;
        first->number = sqlite3_column_int64(statement, 0);
    }
    /* Says again what step() has said. */
    return sqlite3_finalize(statement) == SQLITE_OK && there;
}

/* No trigger, view or function that somebody planted runs; what is removed is
 * overwritten; a page is checked when it is read. */
static bool set_up(sqlite3 *file)
{
    struct first journal = {.text = "delete"};

    (void)sqlite3_extended_result_codes(file, 1);
    (void)sqlite3_busy_timeout(file, PST_SQLITE_WAIT_MS);
    (void)sqlite3_db_config(file, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    (void)sqlite3_db_config(file, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0,
                            (int *)NULL);
    (void)sqlite3_db_config(file, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
    return run(file, "PRAGMA trusted_schema = OFF;"
                     "PRAGMA cell_size_check = ON;"
                     "PRAGMA secure_delete = ON;"
                     "PRAGMA temp_store = MEMORY;"
                     "PRAGMA mmap_size = 0;"
                     "PRAGMA fullfsync = ON;"
                     "PRAGMA synchronous = EXTRA") &&
           ask(file, "PRAGMA journal_mode = DELETE", &journal) &&
           journal.is_same;
}

static bool create(sqlite3 *file)
{
    char sql[64];
    struct pst_text text;

    pst_text_init(&text, sql, sizeof sql);
    pst_text_add(&text, "PRAGMA application_id = ");
    pst_text_add_uint(&text, APPLICATION);
    pst_text_add(&text, "; PRAGMA user_version = ");
    pst_text_add_uint(&text, VERSION);
    return run(file, sql) && run(file, TABLE);
}

/* Ours, of this version, and not one table or index more; but for those in
 * which SQLite keeps what ANALYZE has found. */
#define TABLES " FROM sqlite_master WHERE name NOT GLOB 'sqlite_*'"
static postern_status check(sqlite3 *file, const char *path, postern_diag *diag)
{
    struct first application = {0};
    struct first version = {0};
    struct first things = {0};
    struct first table = {.text = TABLE};

    if (!ask(file, "PRAGMA application_id", &application) ||
        !ask(file, "PRAGMA user_version", &version) ||
        !ask(file, "SELECT count(*)" TABLES, &things)) {
        return pst_sqlite_refuse(file, path, diag);
    }
    if (application.number == 0 && version.number == 0 && things.number == 0) {
        return create(file) ? POSTERN_OK : pst_sqlite_refuse(file, path, diag);
    }
    if (application.number != APPLICATION) {
        return pst_sqlite_say(path, POSTERN_ERR_POLICY,
                              "this is an SQLite file of another program",
                              diag);
    }
    if (version.number != VERSION) {
        return pst_sqlite_say(path, POSTERN_ERR_POLICY,
                              "this file is of a newer release of Postern",
                              diag);
    }
    if (things.number != 1 || !ask(file, "SELECT sql" TABLES, &table) ||
        !table.is_same) {
        return pst_sqlite_say(path, POSTERN_ERR_POLICY,
                              "this file has other tables than Postern makes",
                              diag);
    }
    return POSTERN_OK;
}

/* In one transaction. One that is immediate is not refused for a file that
 * cannot be written to. */
static postern_status check_or_create(sqlite3 *file, const char *path,
                                      postern_diag *diag)
{
    postern_status status;

    if (!set_up(file) || !run(file, "BEGIN IMMEDIATE")) {
        return pst_sqlite_refuse(file, path, diag);
    }
    if (sqlite3_db_readonly(file, "main") != 0) {
        return pst_sqlite_say(path, POSTERN_ERR_IO,
                              "the file cannot be written to", diag);
    }
    status = check(file, path, diag);
    if (status == POSTERN_OK && !run(file, "COMMIT")) {
        status = pst_sqlite_refuse(file, path, diag);
    }
    if (!sqlite3_get_autocommit(file)) {
        (void)run(file, "ROLLBACK");
    }
    return status;
}

postern_status pst_sqlite_file_open(sqlite3 **file, const char *path,
                                    postern_diag *diag)
{
    char *plain;
    int code;

    *file = NULL;
    PST_TRY(make_private(path, diag));
    plain = plain_path(path);
    if (!plain) {
        return pst_sqlite_refuse(NULL, path, diag);
    }
    code = sqlite3_open_v2(plain, file,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    free(plain);
    if (code != SQLITE_OK) {
        return pst_sqlite_refuse(*file, path, diag);
    }
    return check_or_create(*file, path, diag);
}

void pst_sqlite_file_close(sqlite3 *file)
{
    (void)sqlite3_close(file);
}
