/*
 * Postern, the access log of the privacy policy manager: who has read what of
 * whose data, when, and under which consent (TS-0003 11.2).
 *
 * A log is a file of lines: one that names the log, then one for each access,
 * permitted or not. Each ends in a hash of itself and of the hash of the one
 * before, so that nothing can be changed, taken out, put in or moved unnoticed.
 * That lines are missing at the end, or that all of it was written anew, is
 * noticed by whoever kept the hash of a line (postern_access_log_head())
 * elsewhere. Lines are only ever added. It is described in
 * postern-access-log(5).
 *
 * Nothing here reads a clock. Thread safety: a log belongs to one thread at a
 * time; a file has one writer at a time, and any number of readers meanwhile.
 */
#ifndef POSTERN_ACCESS_LOG_H
#define POSTERN_ACCESS_LOG_H

#include <postern/pdp.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How an access became known. */
typedef enum postern_access_mode {
    POSTERN_ACCESS_DECIDED = 0,  /**< the manager decided on it itself */
    POSTERN_ACCESS_GRANTED = 1,  /**< it granted a CSE privileges for a while:
                                      what is read meanwhile is not seen */
    POSTERN_ACCESS_REPORTED = 2, /**< a CSE says so */
    POSTERN_ACCESS_CONSENT = 3   /**< no access: a consent was given, withdrawn
                                      ... */
} postern_access_mode;

/** "decided", "granted", "reported", "consent". Never NULL. */
POSTERN_API const char *postern_access_mode_word(postern_access_mode mode);

enum {
    POSTERN_ACCESS_LINE_MAX = 4096, /**< bytes of a line, its end included */
    POSTERN_ACCESS_LOG_ID_MAX = 64
};

/** One line. Absent texts (data NULL) are left out. Texts are UTF-8 without
 * NUL; times have a year of four digits. */
typedef struct postern_access {
    size_t struct_size;
    int64_t time_s; /**< seconds since 1970, UTC */
    postern_access_mode mode;
    bool permitted;
    postern_str originator;
    postern_str provider;
    postern_str application;
    postern_str subscriber; /**< pseudonym */
    postern_str device;
    postern_str data;      /**< kind of data */
    postern_str operation; /**< "retrieve" ... */
    postern_str target;
    postern_str reason; /**< one word, such as "consent" or "withdrawn" */
    postern_str consent;
    uint32_t consent_version; /**< 0: none */
    postern_str country;
    int64_t delete_by_s; /**< by the accepted retention; INT64_MAX: no day */
    int64_t granted_until_s; /**< of GRANTED; INT64_MAX: none */
} postern_access;

POSTERN_API void postern_access_init_sized(postern_access *access,
                                           size_t struct_size);
#define postern_access_init(access)                                            \
    postern_access_init_sized((access), sizeof(postern_access))

/** Where a log stands. */
typedef struct postern_access_head {
    uint64_t lines; /**< of the file, the one that names the log included */
    char hash[65];  /**< of the last of them; without any: 64 zeros */
    char id[POSTERN_ACCESS_LOG_ID_MAX + 1]; /**< the name of the log */
} postern_access_head;

typedef struct postern_access_log postern_access_log;

/** Options; start with postern_access_log_options_init(). */
typedef struct postern_access_log_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    size_t buffer_size; /**< of lines not yet handed to the system. 0: 64 KiB */
    /** The name of the log: letters, digits, "-", ".", "_" and "~", at most
     * POSTERN_ACCESS_LOG_ID_MAX. Absent: whatever it has, and of a new one 32
     * random digits. */
    postern_str id;
    /** The hash of a line the log has to have, as kept elsewhere: the log has
     * to be there, and may have gone on since. Absent: none. */
    postern_str expected;
    /** Hears that a line was torn by a crash and cut off: postern_access_log_
     * sync() had not answered for it. NULL: nobody. */
    void (*note)(void *user, const char *text);
    void *note_user;
} postern_access_log_options;

POSTERN_API void
postern_access_log_options_init_sized(postern_access_log_options *options,
                                      size_t struct_size);
#define postern_access_log_options_init(options)                               \
    postern_access_log_options_init_sized((options),                           \
                                          sizeof(postern_access_log_options))

/**
 * Opens a log to add to it; makes the file if it is not there. The whole of it
 * is verified, and what is left of a line that was never finished is cut off.
 *
 * @return POSTERN_OK; POSTERN_ERR_IO; POSTERN_ERR_POLICY (it is no such log,
 *         or has another name, or was changed: diag has the line; or somebody
 *         else has it open to add to it); _MEMORY, _ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_access_log_open(
    postern_access_log **log, const char *path,
    const postern_access_log_options *options, postern_diag *diag);

/** Adds a line, which is on disk after postern_access_log_sync(). Allocates
 * nothing. After POSTERN_ERR_ARGUMENT (a text that is not UTF-8, a time that
 * cannot be written, a line that would be too long) the log is as before; after
 * any other refusal nothing more can be added to this handle, and what was not
 * synced may be gone. */
POSTERN_API POSTERN_NODISCARD postern_status
postern_access_log_add(postern_access_log *log, const postern_access *access);

/** @return POSTERN_OK: every line so far is on disk; POSTERN_ERR_IO, and
 *         nothing more can be added to this handle */
POSTERN_API POSTERN_NODISCARD postern_status
postern_access_log_sync(postern_access_log *log);

/** Where it stands, lines not yet synced included. */
POSTERN_API postern_access_head
postern_access_log_head(const postern_access_log *log);

/** Syncs, and closes in any case. Statuses as of that; OK for NULL. */
POSTERN_API postern_status postern_access_log_close(postern_access_log *log);

/**
 * Verifies a log from its first line to its last. While somebody adds to it, up
 * to the last line that is finished.
 *
 * @param expected  hash of a line it has to have; absent: none
 * @param head      receives how far it is good; may be NULL
 * @return POSTERN_OK; POSTERN_ERR_POLICY: no such log, changed (diag has the
 *         first line where), torn, or without the line expected;
 *         POSTERN_ERR_IO, _MEMORY, _ARGUMENT
 *
 * Cost: one pass over the file, with a buffer of 64 KiB.
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_access_log_verify(const char *path, postern_str expected,
                          postern_access_head *head, postern_diag *diag);

/** What is looked for; absent: all. */
typedef struct postern_access_query {
    size_t struct_size;
    postern_str subscriber;
    postern_str provider;
    postern_str originator;
    postern_str data;
    postern_str consent;
    int64_t from_s;  /**< inclusive; INT64_MIN */
    int64_t until_s; /**< exclusive; INT64_MAX */
} postern_access_query;

POSTERN_API void postern_access_query_init_sized(postern_access_query *query,
                                                 size_t struct_size);
#define postern_access_query_init(query)                                       \
    postern_access_query_init_sized((query), sizeof(postern_access_query))

/**
 * Hands over the lines that fit, in the order in which they were added, with
 * their number in the file, until `take` returns false. Each line is verified
 * on the way: of the first that is not good, and of what is behind it, nothing
 * is handed over.
 *
 * @param query  NULL: all
 * @param take   texts of the access are valid until it returns
 * @return as postern_access_log_verify(), of the lines looked at
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_access_log_query(
    const char *path, const postern_access_query *query,
    bool (*take)(void *user, uint64_t line, const postern_access *access),
    void *user, postern_diag *diag);

#ifdef __cplusplus
}
#endif

#endif
