/*
 * Postern, policy information point: attributes of whoever asks that a decision
 * may need and that neither the request nor the resources hold (TS-0003 6.2.2).
 *
 * Each is asked for only when a rule that could still permit needs it
 * [ARC-03] [LOC-06], at most once in a decision, and whatever is not answered
 * with a clear yes makes that rule false.
 */
#ifndef POSTERN_PIP_H
#define POSTERN_PIP_H

#include <postern/pdp.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a location became known. [LOC-02] */
typedef enum postern_location_source {
    POSTERN_SOURCE_UNSTATED = 0, /**< the CSE vouches for it */
    POSTERN_SOURCE_NETWORK = 1,  /**< by the network, as Annex F asks */
    POSTERN_SOURCE_DEVICE = 2    /**< the device says so: not trustworthy */
} postern_location_source;

/** A location, where it is from and how old it is. */
typedef struct postern_whereabouts {
    postern_location location; /**< zeroed: not known */
    postern_location_source source;
    bool dated;         /**< observed_s is set; else it counts as fresh */
    int64_t observed_s; /**< when it was observed, seconds since 1970 UTC */
} postern_whereabouts;

typedef enum postern_reply {
    POSTERN_REPLY_UNKNOWN = 0, /**< also: the lookup failed */
    POSTERN_REPLY_NO = 1,
    POSTERN_REPLY_YES = 2,
    /** Not known yet: the decision is put off, see postern_answer.needs */
    POSTERN_REPLY_LATER = 3
} postern_reply;

/** What a decision may ask for. */
typedef enum postern_need_kind {
    POSTERN_NEED_NONE = 0,
    POSTERN_NEED_GROUP = 1, /**< is the originator a member of group `id`? */
    POSTERN_NEED_ROLE = 2,  /**< does it hold role `id`, presented with the
                                 request, validly now? */
    POSTERN_NEED_ROLE_ALLOWED = 3, /**< does its service subscription allow
                                        role `id`? [ROLE-06] */
    POSTERN_NEED_LOCATION = 4,     /**< where is the originator? */
    POSTERN_NEED_COUNTRY_OF_IP = 5,
    POSTERN_NEED_COUNTRY_OF_POINT = 6,
    POSTERN_NEED_TOKEN = 7 /**< the token of tokenID `id` [IDA-08] */
} postern_need_kind;

/**
 * Functions of the CSE that answer. Each may be NULL: not known. They are
 * called by the thread that decides and get the originator in canonical form.
 * Where the answer is YES, `location` or `country` (two letters and NUL) is set
 * as well.
 */
typedef struct postern_pip {
    size_t struct_size;
    void *user;
    /** Asked when the <group> is not among the resources. [ORI-11] */
    postern_reply (*group)(void *user, const postern_id *originator,
                           const postern_id *group);
    /** Asked when no <role> resource answers, for roles that the request
     * presents. YES: issued by a trusted authority to this originator and valid
     * now. [ROLE-02] [ROLE-03] */
    postern_reply (*role)(void *user, const postern_id *originator,
                          const postern_id *role);
    /** Whether the service subscription profile lets the originator use the
     * role; asked after the role itself. NULL: no profile, every role is
     * allowed. */
    postern_reply (*role_allowed)(void *user, const postern_id *originator,
                                  const postern_id *role);
    /** Asked when the request does not tell. [LOC-01] [LOC-03] */
    postern_reply (*location)(void *user, const postern_id *originator,
                              postern_whereabouts *whereabouts);
    /** Asked when there is no country database. [LOC-07] */
    postern_reply (*country_of_ip)(void *user, const postern_ip *ip,
                                   char country[3]);
    postern_reply (*country_of_point)(void *user, double latitude_deg,
                                      double longitude_deg, char country[3]);
    /** Fetches a token by its tokenID, from the DAS that its domain names. YES:
     * its compact form was written to `buffer`, of *size bytes before and as
     * many as were written after. [IDA-08] */
    postern_reply (*token)(void *user, const postern_id *originator,
                           postern_str token_id, char *buffer, size_t *size);
    /** Whether a token was revoked; asked of each that is otherwise good. NULL:
     * none is. Anything but NO refuses the token. [TOK-17] */
    postern_reply (*token_revoked)(void *user, postern_str token_id);
} postern_pip;

/* ------------------------------------------------------------------------
 * Country of an IP address
 * --------------------------------------------------------------------- */

/** A country database, read into sorted ranges: immutable, share it freely. */
typedef struct postern_country_db postern_country_db;

typedef struct postern_country_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    /** Take registered_country where a record has no country. [LOC-08] */
    bool registered_country;
} postern_country_options;

POSTERN_API void
postern_country_options_init_sized(postern_country_options *options,
                                   size_t struct_size);
#define postern_country_options_init(options)                                  \
    postern_country_options_init_sized((options),                              \
                                       sizeof(postern_country_options))

/**
 * Reads a MaxMind DB file (any that has country/iso_code or country_code).
 * Networks of anonymous proxies and satellites have no country. [LOC-08]
 *
 * @return POSTERN_OK, POSTERN_ERR_IO (cannot be read), POSTERN_ERR_SYNTAX (is
 *         no such database, or a corrupt one), POSTERN_ERR_LIMIT (is 4 GiB or
 *         longer), POSTERN_ERR_POLICY (it has no countries),
 *         POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_country_db_load(
    postern_country_db **db, const char *path,
    const postern_country_options *options, postern_diag *diag);

POSTERN_API void postern_country_db_free(postern_country_db *db);

/**
 * Looks an address up. False, and country "", when it is not known.
 *
 * Cost: a binary search, three at most; no allocation, lock or system call.
 */
POSTERN_API bool postern_country_of_ip(const postern_country_db *db,
                                       const postern_ip *ip, char country[3]);

typedef struct postern_country_db_size {
    uint64_t built_s; /**< when the file was made, seconds since 1970 UTC */
    uint64_t ranges4;
    uint64_t ranges6;
    uint64_t bytes;
} postern_country_db_size;

POSTERN_API void postern_country_db_measure(const postern_country_db *db,
                                            postern_country_db_size *size);

#ifdef __cplusplus
}
#endif

#endif
