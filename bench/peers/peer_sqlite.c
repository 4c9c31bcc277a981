/*
 * What many programs do by themselves beside the engines: a table of rules in
 * SQLite, in memory, and a prepared statement. Once as it is first written,
 * with an index on the target and GLOB, and once with an index on what stands
 * before the
 * "*", which is asked for at every length that some pattern has.
 */
#define SQLITE_OMIT_DEPRECATED
#include <sqlite3.h>

#include "bench/peers/peer.h"

#include <stdio.h>
#include <string.h>

struct subject {
    sqlite3 *db;
    sqlite3_stmt *question;
};

enum { FULL_MASK_BITS = 32 };

/* A pattern means one segment: what "*" stands for has no "/". */
static const struct way {
    const char *variant;
    const char *index;
    const char *originator; /* condition */
} ways[] = {
    {"GLOB, index on the target", "CREATE INDEX rule_target ON rule(target);",
     "(originator = ?2 OR (wild AND ?2 GLOB originator AND"
     " instr(substr(?2, length(literal) + 1), '/') = 0))"},
    {"index on the literal part",
     "CREATE INDEX rule_literal ON rule(target, wild, literal);"
     "CREATE TABLE width(n INTEGER PRIMARY KEY);"
     "INSERT INTO width SELECT DISTINCT length(literal) FROM rule WHERE wild;",
     "((wild = 0 AND literal = ?2) OR (wild = 1 AND literal IN"
     " (SELECT substr(?2, 1, n) FROM width"
     "  WHERE instr(substr(?2, n + 1), '/') = 0)))"},
};

enum { WAYS = sizeof ways / sizeof ways[0] };

static const char table[] =
    "CREATE TABLE rule(target TEXT, originator TEXT, wild INTEGER,"
    " literal TEXT, operations INTEGER, first INTEGER, end INTEGER,"
    " address INTEGER, mask INTEGER);";
static const char insertion[] =
    "INSERT INTO rule VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
static const char question[] =
    "SELECT EXISTS(SELECT 1 FROM rule WHERE target = ?1 AND %s"
    " AND operations & ?3 AND first <= ?4 AND ?4 < end"
    " AND (?5 & mask) = address)";

static bool run_sql(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    (void)sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                             NULL);
    return statement;
}

static void bind_text(sqlite3_stmt *statement, int place, postern_str text)
{
    (void)sqlite3_bind_text(statement, place, text.data, (int)text.len,
                            SQLITE_STATIC);
}

static bool insert(sqlite3_stmt *statement, const struct peer_rule *rule)
{
    const char *star = strchr(rule->originator.data, '*');
    postern_str literal = rule->originator;

    if (star) {
        literal.len = (size_t)(star - literal.data);
    }
    bind_text(statement, 1, rule->target);
    bind_text(statement, 2, rule->originator);
    (void)sqlite3_bind_int(statement, 3, star != NULL);
    bind_text(statement, 4, literal);
    (void)sqlite3_bind_int64(statement, 5, rule->operations);
    (void)sqlite3_bind_int64(statement, 6, rule->first);
    (void)sqlite3_bind_int64(statement, 7, rule->end);
    (void)sqlite3_bind_int64(statement, 8, rule->address);
    (void)sqlite3_bind_int64(
        statement, 9, (uint32_t)(UINT64_MAX << (FULL_MASK_BITS - rule->bits)));
    return sqlite3_step(statement) == SQLITE_DONE &&
           sqlite3_reset(statement) == SQLITE_OK;
}

static bool insert_all(sqlite3 *db, const struct peer_case *peers)
{
    sqlite3_stmt *statement = prepare(db, insertion);
    bool done = statement && run_sql(db, "BEGIN");

    for (size_t i = 0; i < peers->rule_count && done; i++) {
        done = insert(statement, &peers->rules[i]);
    }
    (void)sqlite3_finalize(statement);
    return done && run_sql(db, "COMMIT");
}

static bool load(struct subject *subject, const struct peer_case *peers,
                 const struct way *way)
{
    char sql[1024];

    (void)snprintf(sql, sizeof sql, question, way->originator);
    if (sqlite3_open(":memory:", &subject->db) != SQLITE_OK ||
        !run_sql(subject->db, table) || !insert_all(subject->db, peers) ||
        !run_sql(subject->db, way->index) || !run_sql(subject->db, "ANALYZE")) {
        return false;
    }
    subject->question = prepare(subject->db, sql);
    return subject->question != NULL;
}

static void stage(void *user, const struct peer_request *request,
                  uint32_t place)
{
    const struct subject *subject = user;

    (void)place;
    bind_text(subject->question, 1, request->target);
    bind_text(subject->question, 2, request->originator);
    (void)sqlite3_bind_int64(subject->question, 3, request->operation);
    (void)sqlite3_bind_int64(subject->question, 4, request->minute);
    (void)sqlite3_bind_int64(subject->question, 5, request->address);
}

static uint32_t decide(void *user)
{
    const struct subject *subject = user;
    uint32_t permit = sqlite3_step(subject->question) == SQLITE_ROW &&
                      sqlite3_column_int(subject->question, 0) == 1;

    (void)sqlite3_reset(subject->question);
    return permit;
}

static bool measure(struct peer_case *peers, const struct way *way)
{
    struct subject subject = {NULL, NULL};
    sqlite3_int64 before = sqlite3_memory_used();
    double start_s = bench_cpu_s();
    bool loaded = load(&subject, peers, way);
    struct peer_engine engine = {
        .engine = "SQLite",
        .variant = way->variant,
        .version = sqlite3_libversion(),
        .timed = "sqlite3_step and sqlite3_reset of a prepared statement; "
                 "parameters bound",
        .bytes_by = "sqlite3_memory_used",
        .load_s = bench_cpu_s() - start_s,
        .bytes = (size_t)(sqlite3_memory_used() - before),
        .lot = 1,
        .stage = stage,
        .decide = decide,
        .subject = &subject,
    };

    if (loaded) {
        peer_measure(peers, &engine);
    } else {
        (void)fprintf(stderr, "peer-sqlite: %s\n", sqlite3_errmsg(subject.db));
    }
    (void)sqlite3_finalize(subject.question);
    (void)sqlite3_close(subject.db);
    return loaded;
}

int main(int argc, char **argv)
{
    struct peer_case peers;
    bool done = peer_case_open(&peers, argc, argv);

    for (size_t i = 0; i < WAYS && done; i++) {
        done = measure(&peers, &ways[i]);
    }
    peer_case_close(&peers);
    return done ? 0 : 1;
}
