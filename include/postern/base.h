/*
 * Postern, base: text slices, statuses, diagnostics, memory and limits.
 *
 * Words used in every Postern header:
 *
 * - A "slice" (postern_str) is bytes and a length. It need not end in NUL, and
 *   Postern never keeps one after the call unless the header says so.
 * - "Unknown" is a fact the caller does not have. It is what a zeroed struct
 *   says, and it can only ever make a rule false, never true.
 * - Handles with _new or _load and _free live on the heap; freeing NULL does
 *   nothing. Structs with _init live where the caller puts them.
 * - No function reads a clock, a file (unless its name says so), an environment
 *   variable or a global. No function writes a global.
 */
#ifndef POSTERN_BASE_H
#define POSTERN_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define POSTERN_API __attribute__((visibility("default")))
#define POSTERN_NODISCARD __attribute__((warn_unused_result))
#else
#define POSTERN_API
#define POSTERN_NODISCARD
#endif

/** Bytes and their number. {NULL, 0} is "absent". */
typedef struct postern_str {
    const char *data;
    size_t len;
} postern_str;

/** The slice over a NUL-terminated text; NULL gives the absent slice. */
POSTERN_API postern_str postern_str_of(const char *text);

/** What a call that can be refused answers. Values are never reused. */
typedef enum postern_status {
    POSTERN_OK = 0,
    /** The caller broke the contract of the call: NULL where the header forbids
     * it, an options struct from a newer release with members in use. */
    POSTERN_ERR_ARGUMENT = 1,
    /** The allocator gave no memory. Nothing changed. */
    POSTERN_ERR_MEMORY = 2,
    /** The input is larger, deeper or longer than the limits in force. */
    POSTERN_ERR_LIMIT = 3,
    /** The text is not JSON or not YAML (of the part that Postern reads). */
    POSTERN_ERR_SYNTAX = 4,
    /** The text is well formed and does not say what the standard asks for. */
    POSTERN_ERR_POLICY = 5,
    /** A file could not be read. */
    POSTERN_ERR_IO = 6,
    /** A bug in Postern, caught. Please report it. */
    POSTERN_ERR_INTERNAL = 7
} postern_status;

/** The name of a status, for logs: "POSTERN_ERR_LIMIT". Never NULL. */
POSTERN_API const char *postern_status_name(postern_status status);

typedef enum postern_severity {
    POSTERN_SEVERITY_ERROR = 0,
    POSTERN_SEVERITY_WARNING = 1,
    POSTERN_SEVERITY_NOTE = 2
} postern_severity;

enum {
    POSTERN_DIAG_SOURCE_SIZE = 256,
    POSTERN_DIAG_PATH_SIZE = 256,
    POSTERN_DIAG_MESSAGE_SIZE = 384
};

/**
 * Where and why something was refused, or what a lint noticed.
 *
 * Filled by the callee, owned by the caller, all texts NUL-terminated and cut
 * to fit. Of several errors of one call the first is kept.
 */
typedef struct postern_diag {
    postern_status status;
    postern_severity severity;
    uint32_t line;   /**< from 1; 0: no position in a text */
    uint32_t column; /**< from 1, in bytes; 0: no position in a text */
    char source[POSTERN_DIAG_SOURCE_SIZE];   /**< file name, "-" or "" */
    char path[POSTERN_DIAG_PATH_SIZE];       /**< RFC 6901 pointer or "" */
    char message[POSTERN_DIAG_MESSAGE_SIZE]; /**< one sentence */
    char lint[32];      /**< name of the lint ("never-opens"); of errors
                                  "", or the code of a privacy frame's */
    const char *clause; /**< static text such as "TS-0003 7.1.3", or NULL */
} postern_diag;

/**
 * Memory as a parameter. `release` gets the size that was asked for. Both must
 * be thread safe if handles made with them are used by several threads.
 */
typedef struct postern_allocator {
    void *user;
    void *(*alloc)(void *user, size_t size);
    void (*release)(void *user, void *block, size_t size);
} postern_allocator;

/**
 * Ceilings on what a document may ask for. A member that is 0 means the
 * default; a value above the hard ceiling is lowered to it: no limit can be
 * switched off.
 */
typedef struct postern_limits {
    size_t text_bytes;    /**< one document. 256 MiB; ceiling 1 GiB */
    uint32_t depth;       /**< nesting. 32; ceiling 64 */
    uint32_t values;      /**< scalars, lists and objects. 50 million;
                               ceiling 500 million */
    uint32_t rules;       /**< of one set of ACPs. 10 million; ceiling
                               100 million */
    uint32_t text_length; /**< one string. 4,096; ceiling 65,535 */
} postern_limits;

/** The version of the library in use, "MAJOR.MINOR.PATCH". */
POSTERN_API const char *postern_version(void);

#ifdef __cplusplus
}
#endif

#endif
