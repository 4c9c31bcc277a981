/*
 * Reading an access log: verifying it, and finding lines in it. Most lines are
 * known not to fit by a look at their bytes, and only those that may are taken
 * apart. [PPM-02]
 */
#define _GNU_SOURCE /* flock, memmem */

#include "access-log/walk.h"
#include "base/diag.h"
#include "base/json_text.h"
#include "base/sized.h"
#include "base/str.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

enum { ARENA = 1024 * 1024 };

/* ---- a log that is only read --------------------------------------------- */

/* Whether somebody has it open to add to it. */
static bool is_written(int file)
{
    if (flock(file, LOCK_SH | LOCK_NB) != 0) {
        return true;
    }
    (void)flock(file, LOCK_UN);
    return false;
}

/* What is torn while somebody adds is a line that is going to be finished. */
static postern_status check_end(const struct pst_log_walk *walk,
                                postern_diag *diag)
{
    const struct pst_log_chain *chain = walk->chain;

    if (walk->end == PST_LOG_STOPPED) {
        return POSTERN_OK;
    }
    if (chain->head.lines == 0) {
        return pst_log_refuse(walk->path, 0, POSTERN_ERR_POLICY,
                              "this is no access log of Postern", diag);
    }
    if (walk->end == PST_LOG_TORN && !is_written(walk->file)) {
        return pst_log_refuse(walk->path, chain->head.lines + 1,
                              POSTERN_ERR_POLICY, "this line is torn", diag);
    }
    return chain->was_expected
               ? POSTERN_OK
               : pst_log_refuse(walk->path, 0, POSTERN_ERR_POLICY,
                                PST_LOG_NOT_EXPECTED, diag);
}

static postern_status walk_file(struct pst_log_walk *walk, postern_diag *diag)
{
    postern_status status =
        pst_log_open_file(&walk->file, walk->path, O_RDONLY, diag);

    if (status == POSTERN_OK) {
        status = pst_log_walk(walk, diag);
    }
    if (status == POSTERN_OK) {
        status = check_end(walk, diag);
    }
    if (walk->file >= 0) {
        close(walk->file);
    }
    return status;
}

static postern_status walk_path(struct pst_log_walk *walk, postern_str expected,
                                postern_access_head *head, postern_diag *diag)
{
    struct pst_log_chain chain;
    postern_status status = pst_log_chain_init(&chain, expected);

    walk->allocator = pst_allocator_of(NULL);
    walk->chain = &chain;
    if (status == POSTERN_OK) {
        status = walk_file(walk, diag);
    }
    if (head) {
        *head = chain.head;
    }
    walk->chain = NULL;
    pst_log_chain_release(&chain);
    return pst_diag_plain(diag, status); /* unless there is a reason already */
}

postern_status postern_access_log_verify(const char *path, postern_str expected,
                                         postern_access_head *head,
                                         postern_diag *diag)
{
    struct pst_log_walk walk = {.path = path};

    pst_diag_clear(diag);
    if (head) {
        *head = (postern_access_head){.lines = 0};
    }
    if (!path) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    return walk_path(&walk, expected, head, diag);
}

/* ---- finding ------------------------------------------------------------- */

/* A text that is looked for, and the bytes that a line with it has. */
struct wanted {
    postern_str value;
    size_t offset; /* in an access */
    char member[PST_LOG_ROOM];
    size_t len; /* 0: none is looked for */
};

enum { WANTED = 5 };

struct search {
    const char *path;
    const postern_access_query *query;
    struct wanted wanted[WANTED];
    bool (*take)(void *user, uint64_t line, const postern_access *access);
    void *user;
};

/* False for a text that no line can have. */
static bool want(struct wanted *wanted, const char *name, size_t offset,
                 postern_str value)
{
    struct pst_json_text json = {.wants_comma = true};

    *wanted = (struct wanted){.value = value, .offset = offset};
    pst_text_init(&json.text, wanted->member, sizeof wanted->member);
    if (value.data) {
        pst_json_str(&json, name, value);
        wanted->len = json.text.len;
    }
    return wanted->len < sizeof wanted->member;
}

static bool prepare(struct search *self)
{
    const postern_access_query *query = self->query;

    return want(&self->wanted[0], "subscriber",
                offsetof(postern_access, subscriber), query->subscriber) &&
           want(&self->wanted[1], "provider",
                offsetof(postern_access, provider), query->provider) &&
           want(&self->wanted[2], "originator",
                offsetof(postern_access, originator), query->originator) &&
           want(&self->wanted[3], "data", offsetof(postern_access, data),
                query->data) &&
           want(&self->wanted[4], "consent", offsetof(postern_access, consent),
                query->consent);
}

static bool may_fit(const struct search *self, postern_str line)
{
    for (size_t i = 0; i < WANTED; i++) {
        const struct wanted *wanted = &self->wanted[i];

        if (wanted->len &&
            !memmem(line.data, line.len, wanted->member, wanted->len)) {
            return false;
        }
    }
    return true;
}

static bool fits(const struct search *self, const postern_access *access)
{
    for (size_t i = 0; i < WANTED; i++) {
        const struct wanted *wanted = &self->wanted[i];
        const void *text = (const char *)access + wanted->offset;

        if (wanted->len &&
            !pst_str_equal(*(const postern_str *)text, wanted->value)) {
            return false;
        }
    }
    return access->time_s >= self->query->from_s &&
           access->time_s < self->query->until_s;
}

/* A line, and its number in the file. */
struct numbered {
    postern_str line;
    uint64_t number;
};

/* Reads a line, which has to be just what is written for what it says. */
static postern_status read_access(const struct search *self,
                                  const struct numbered *numbered,
                                  struct pst_arena *arena,
                                  postern_access *access, postern_diag *diag)
{
    const uint64_t number = numbered->number;
    const struct pst_log_given nothing = {false, false};
    const postern_limits limits = pst_limits_of(NULL);
    struct pst_document document = {.format = PST_FORMAT_JSON,
                                    .source = self->path,
                                    .text = numbered->line};

    postern_access_init(access);
    document.lines_before =
        (uint32_t)(number < UINT32_MAX ? number : UINT32_MAX) - 1;
    PST_TRY(pst_json_read(&document, arena, &limits, diag));
    PST_TRY(pst_log_read_access(&document, nothing, access, diag));
    if (!pst_log_is_written_as(access, pst_log_body_of(numbered->line))) {
        return pst_log_refuse(self->path, number, POSTERN_ERR_POLICY,
                              "no access is written as this line is", diag);
    }
    return POSTERN_OK;
}

static postern_status take_line(void *user, const struct pst_log_chain *chain,
                                postern_str line, bool *goes_on,
                                postern_diag *diag)
{
    const struct numbered numbered = {line, chain->head.lines};
    struct search *self = user;
    postern_allocator allocator = pst_allocator_of(NULL);
    struct pst_arena arena;
    postern_access access;
    postern_status status;

    if (numbered.number == 1 || !may_fit(self, line)) {
        return POSTERN_OK;
    }
    pst_arena_init(&arena, &allocator, ARENA);
    status = read_access(self, &numbered, &arena, &access, diag);
    if (status == POSTERN_OK && fits(self, &access)) {
        *goes_on = self->take(self->user, numbered.number, &access);
    }
    pst_arena_release(&arena);
    return status;
}

postern_status postern_access_log_query(
    const char *path, const postern_access_query *query,
    bool (*take)(void *user, uint64_t line, const postern_access *access),
    void *user, postern_diag *diag)
{
    postern_access_query known;
    postern_access_query all;
    struct search self = {
        .path = path, .query = &known, .take = take, .user = user};
    struct pst_log_walk walk = {.path = path, .take = take_line, .user = &self};

    postern_access_query_init(&all);
    pst_diag_clear(diag);
    if (!path || !take ||
        !pst_sized_copy(&known, sizeof known, query ? query : &all)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    if (!prepare(&self)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    return walk_path(&walk, (postern_str){NULL, 0}, NULL, diag);
}
