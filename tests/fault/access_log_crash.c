/*
 * The access log when its program is killed, and when the disk is full: every
 * line that was synced is there, in order, and it can be gone on with.
 */
#define _GNU_SOURCE /* unshare */

#include <postern/access_log.h>

#include "support/killing.h"
#include "support/small_disk.h"
#include "support/temp_folder.h"

#include <inttypes.h>
#include <sys/resource.h>

enum {
    LOGS = 5,   /* short ones: all of a log is read after each kill */
    KILLS = 24, /* of each */
    BATCH = 7,
    FULL_BATCH = 50,
    SMALL_BUFFER = 4096, /* so that the system gets lines before a sync too */
    FILE_LIMIT = 100000
};

static postern_access_log *open_log(const char *path)
{
    postern_access_log_options options;
    postern_access_log *log;
    postern_diag diag;

    postern_access_log_options_init(&options);
    options.buffer_size = SMALL_BUFFER;
    if (!claim(postern_access_log_open(&log, path, &options, &diag) ==
                   POSTERN_OK,
               "%s:%u: %s", diag.source, diag.line, diag.message)) {
        exit(claims_failed());
    }
    return log;
}

static postern_status add(postern_access_log *log, uint64_t number)
{
    postern_access access;

    postern_access_init(&access);
    access.originator = postern_str_of("//acme.example/in-cse/Cmeter");
    access.subscriber = postern_str_of("p-77f1");
    access.consent_version = (uint32_t)number;
    return postern_access_log_add(log, &access);
}

struct count {
    uint64_t lines;
    bool in_order;
};

static bool count_line(void *user, uint64_t line, const postern_access *access)
{
    struct count *count = user;

    count->lines++;
    count->in_order = count->in_order && line == count->lines + 1 &&
                      access->consent_version == count->lines;
    return true;
}

/* After it was opened, which repairs what was torn. */
static uint64_t found(const char *path)
{
    struct count count = {0, true};
    postern_diag diag;

    claim(postern_access_log_close(open_log(path)) == POSTERN_OK,
          "it cannot be closed");
    claim(postern_access_log_query(path, NULL, count_line, &count, &diag) ==
              POSTERN_OK,
          "line %u: %s", diag.line, diag.message);
    claim(count.in_order, "lines are missing or moved");
    return count.lines;
}

/* ---- killed -------------------------------------------------------------- */

static void write_until_killed(const char *path, uint64_t from, int pipe)
{
    postern_access_log *log = open_log(path);
    uint64_t number = from;

    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            if (add(log, number++) != POSTERN_OK) {
                _exit(1);
            }
        }
        if (postern_access_log_sync(log) != POSTERN_OK) {
            _exit(1);
        }
        acknowledge(pipe, number - 1);
    }
}

/* ---- full ---------------------------------------------------------------- */

/* Gives the last number that was synced before something was refused. */
static uint64_t write_until_refused(postern_access_log *log)
{
    postern_status status = POSTERN_OK;
    uint64_t number = 1;
    uint64_t synced = 0;

    while (status == POSTERN_OK) {
        status = add(log, number);
        if (status == POSTERN_OK && number % FULL_BATCH == 0) {
            status = postern_access_log_sync(log);
            synced = status == POSTERN_OK ? number : synced;
        }
        number++;
    }
    claim(status == POSTERN_ERR_IO, "%s", postern_status_name(status));
    claim(synced > FULL_BATCH, "only %" PRIu64 " were synced", synced);
    return synced;
}

/* Nothing more by this handle, even when there is room again. */
static void expect_no_more(postern_access_log *log)
{
    claim(add(log, 1) == POSTERN_ERR_IO, "goes on after a refusal");
    claim(postern_access_log_sync(log) == POSTERN_ERR_IO,
          "syncs after a refusal");
    claim(postern_access_log_close(log) == POSTERN_ERR_IO,
          "closes as if nothing had been");
}

static void go_on(const char *path, uint64_t synced)
{
    uint64_t there = found(path);
    postern_access_log *log = open_log(path);

    claim(there >= synced, "%" PRIu64 " of %" PRIu64 " are there", there,
          synced);
    claim(add(log, there + 1) == POSTERN_OK &&
              postern_access_log_close(log) == POSTERN_OK,
          "after space is made nothing can be added");
    claim(found(path) == there + 1, "after space is made it is not there");
}

static void fill_file(const char *path)
{
    postern_access_log *log = open_log(path);
    postern_access_head head;
    struct rlimit limit;
    struct rlimit whole;
    uint64_t synced;

    (void)signal(SIGXFSZ, SIG_IGN);
    (void)getrlimit(RLIMIT_FSIZE, &whole);
    limit = whole;
    limit.rlim_cur = FILE_LIMIT;
    (void)setrlimit(RLIMIT_FSIZE, &limit);
    synced = write_until_refused(log);
    (void)setrlimit(RLIMIT_FSIZE, &whole);
    expect_no_more(log);
    claim(postern_access_log_verify(path, (postern_str){NULL, 0}, &head,
                                    NULL) == POSTERN_ERR_POLICY &&
              head.lines > synced,
          "no line was torn");
    go_on(path, synced);
}

static void fill_disk(const struct temp_folder *folder, const char *path)
{
    postern_access_log *log;
    uint64_t synced;

    if (!small_disk_mount(folder->path, 256)) {
        printf("skipped: a full disk, as nothing may be mounted here\n");
        return;
    }
    log = open_log(path);
    synced = write_until_refused(log);
    (void)mount(NULL, folder->path, NULL, MS_REMOUNT, "size=1024k");
    expect_no_more(log);
    go_on(path, synced);
    (void)umount2(folder->path, MNT_DETACH);
}

/* Where there is no room even for the line that names the log. */
static void begin_on_full_disk(const struct temp_folder *folder,
                               const char *path)
{
    postern_access_log *log;
    char ballast[128];
    postern_diag diag;

    if (!small_disk_mount(folder->path, 64)) {
        return;
    }
    temp_folder_path(folder, "ballast", ballast, sizeof ballast);
    (void)small_disk_fill(ballast);
    claim(postern_access_log_open(&log, path, NULL, &diag) == POSTERN_ERR_IO &&
              !log,
          "a log was begun on a full disk: %s", diag.message);
    (void)unlink(ballast);
    log = open_log(path);
    claim(add(log, 1) == POSTERN_OK &&
              postern_access_log_close(log) == POSTERN_OK && found(path) == 1,
          "it cannot be begun when there is room again");
    (void)umount2(folder->path, MNT_DETACH);
}

int main(void)
{
    struct temp_folder folder;
    char path[128];

    temp_folder_open(&folder);
    for (int i = 0; i < LOGS; i++) {
        char name[] = "killed-0.log";

        name[sizeof "killed-" - 1] = (char)('0' + i);
        temp_folder_path(&folder, name, path, sizeof path);
        kill_again_and_again(&(struct killing){
            path, write_until_killed, found, .ahead = BATCH, .rounds = KILLS});
    }
    temp_folder_path(&folder, "full.log", path, sizeof path);
    fill_file(path);
    temp_folder_close(&folder);
    temp_folder_open(&folder);
    temp_folder_path(&folder, "full.log", path, sizeof path);
    fill_disk(&folder, path);
    begin_on_full_disk(&folder, path);
    temp_folder_close(&folder);
    return claims_failed();
}
