/*
 * Postern, dynamic authorization (TS-0003 7.3.2): when no rule permits, a
 * Dynamic Authorization System (DAS) may.
 *
 * Direct: the hosting CSE asks the DAS, and decides again.
 *
 *   postern_authorize() --denied--> postern_dynauth_begin()
 *     ASK     postern_dynauth_server_of(), _request(): the host sends
 *             --> postern_dynauth_answer() or, when none came, _failed()
 *     DECIDE  postern_dynauth_apply(), postern_authorize() once more
 *             --> permitted: done, _grant() says what to store
 *             --> denied: postern_dynauth_failed()
 *     DONE    nobody is left to ask: the first answer stands
 *
 * Indirect: the refusal tells the originator which DASs to ask for a token
 * (postern_dynauth_token_info()), and it comes back with one.
 *
 * The other end: postern_das answers as a DAS does, by policies of its own;
 * postern_das_codec reads and writes for whoever decides by something else.
 *
 * Nothing here sends or receives, and nothing reads a clock. Thread safety: a
 * postern_dynauth and a postern_das belong to one thread at a time.
 */
#ifndef POSTERN_DYNAUTH_H
#define POSTERN_DYNAUTH_H

#include <postern/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * The DASs that a CSE knows
 * --------------------------------------------------------------------- */

/** A DAS server as the CSE is configured with it. */
typedef struct postern_das_server {
    /** Its AE-ID or CSE-ID, absolute: the issuer of its tokens. [DDA-13] */
    postern_str identity;
    postern_texts points; /**< where it is reached, best first */
    /** Domains of the Role-IDs and Token-IDs it is for. A Role-ID names no more
     * of a DAS than its domain. [DDA-04] [IDA-08] */
    postern_texts domains;
    /** Tell it the address, or the location, of the originator. [DDA-24] */
    bool tell_ip;
    bool tell_location;
    /** How to protect what the originator carries to it, so that the originator
     * cannot read it; NULL: not at all. [IDA-04] */
    const postern_jose_recipe *seal;
} postern_das_server;

/** Options; start with postern_dynauth_options_init(). What they point to is
 * borrowed until the postern_dynauth is freed. */
typedef struct postern_dynauth_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    /** In the order in which they are asked. [DDA-06] */
    const postern_das_server *servers;
    size_t server_count;
    /** Ask no server that only a consultation resource names. */
    bool listed_servers_only;
    uint32_t max_asked; /**< for one request. 0: 3; ceiling 16 [DDA-06] */
    /** Seconds from the request on for which privileges are asked for, where
     * the consultation does not say; 0: 3,600 */
    int64_t lifetime_s;
    /** Of privileges, whatever the DAS says; 0: no limit. */
    int64_t max_lifetime_s;
    /** Keep of the granted rules only those that let this originator in as
     * itself, and of these only this originator and this operation. False: as
     * granted, and a note when that is more. [DDA-20] */
    bool clamp_to_request;
    /** Resource ID of the dynamic <accessControlPolicy>, in its representation
     * and in messages. Absent: the representation has none, messages say
     * "dynamic". */
    postern_str acp_id;
    postern_jose *jose; /**< for postern_das_server.seal */
    /** Hears why something was left out; valid for the call. NULL: nobody. */
    void (*note)(void *user, const char *text);
    void *note_user;
} postern_dynauth_options;

POSTERN_API void
postern_dynauth_options_init_sized(postern_dynauth_options *options,
                                   size_t struct_size);
#define postern_dynauth_options_init(options)                                  \
    postern_dynauth_options_init_sized((options),                              \
                                       sizeof(postern_dynauth_options))

/** The server that a Role-ID or a tokenID is for, by its domain; NULL: none of
 * them. It is the one to fetch a token from (POSTERN_NEED_TOKEN). [DDA-04]
 * [IDA-08] */
POSTERN_API const postern_das_server *
postern_das_server_of(const postern_dynauth_options *options, postern_str id);

/* ------------------------------------------------------------------------
 * Direct dynamic authorization (7.3.2.2)
 * --------------------------------------------------------------------- */

typedef struct postern_dynauth postern_dynauth;

typedef enum postern_dynauth_state {
    POSTERN_DYNAUTH_DONE = 0,  /**< nobody is left to ask */
    POSTERN_DYNAUTH_ASK = 1,   /**< send the request, hand in the answer */
    POSTERN_DYNAUTH_DECIDE = 2 /**< apply what was granted, authorize again */
} postern_dynauth_state;

enum {
    /** A denial by dynamic authorization is worth remembering, by originator,
     * target and operation, for so many seconds at most. The host may do so,
     * and has to for no longer: policies of a DAS change. [DDA-23] */
    POSTERN_DYNAUTH_RETRY_S = 5
};

/**
 * Looks for DASs that could permit a request: those whose roles rules of the
 * target list, and those that its <dynamicAuthorizationConsultation> resources
 * name and that are enabled. [DDA-02] [DDA-05] [DDA-25]
 *
 * The request is decided once more, so that nobody is asked about one that is
 * permitted, refused for another reason, or not decided yet [DDA-01]; texts of
 * an earlier answer of this reader are gone. Without the time of the request
 * nobody is asked.
 *
 * @param dynauth  receives the handle, in state ASK or DONE; free it
 * @param reader   outlives the handle, which uses it again
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_dynauth_begin(
    postern_dynauth **dynauth, postern_reader *reader,
    const postern_primitive *primitive, const postern_dynauth_options *options);

/** What it has given is gone: no decision may be using it. */
POSTERN_API void postern_dynauth_free(postern_dynauth *dynauth);

POSTERN_API postern_dynauth_state
postern_dynauth_state_of(const postern_dynauth *dynauth);

/** Whom to ask. */
typedef struct postern_dynauth_server {
    postern_str identity; /**< absent: only a consultation names it, and then
                               no token of it counts [DDA-13] */
    postern_texts points;
} postern_dynauth_server;

/** In state ASK; zeroed else. Valid as long as the handle. */
POSTERN_API postern_dynauth_server
postern_dynauth_server_of(const postern_dynauth *dynauth);

/**
 * Writes the securityInfo to send, {"m2m:seci":{"sit":1,"dreq":{...}}}, the
 * content of a notification. NUL-terminated, cut to `size`. [DDA-07] [DDA-08]
 *
 * @return the length of the whole, as snprintf() does; 0 in any state but ASK
 */
POSTERN_API size_t postern_dynauth_request(const postern_dynauth *dynauth,
                                           char *buffer, size_t size);

/**
 * Takes the content of the answer, {"m2m:seci":{"sit":2,"dres":{...}}}, wrapped
 * or not. Each token counts if it is verified to be of the DAS that was asked,
 * for this originator and for this CSE alone, by the issuers that the engine
 * has [DDA-10]; others are left out, with a note [DDA-18]. Granted privileges
 * count as a whole or not at all.
 *
 * @param now_s  when it came, seconds since 1970 UTC
 * @return POSTERN_OK: something was granted, the state is DECIDE. Else nothing
 *         was, and the next one is to be asked as after
 *         postern_dynauth_failed(): POSTERN_ERR_SYNTAX, _POLICY (not an answer
 *         of its type, or nothing in it that counts), _LIMIT (512 KiB),
 * _MEMORY, _ARGUMENT (the state was not ASK, and stays)
 *
 * Cost: linear in the text, and that of verifying tokens and compiling rules.
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_dynauth_answer(postern_dynauth *dynauth, postern_str text,
                       int64_t now_s, postern_diag *diag);

/** No answer came, or the decision is still to deny: on to the next. [DDA-06]
 * [DDA-23] */
POSTERN_API void postern_dynauth_failed(postern_dynauth *dynauth);

/**
 * In state DECIDE, adds what was granted to the request that began it: rules
 * that count as linked to its target, and tokens behind those it carries. Then
 * it is for postern_authorize() with the same engine, as long as the handle
 * lives and nothing else is done with it. [DDA-21]
 */
POSTERN_API void postern_dynauth_apply(const postern_dynauth *dynauth,
                                       postern_primitive *primitive);

/** What an answer has granted. */
typedef struct postern_dynauth_grant {
    /** The dynamic <accessControlPolicy> that 7.3.2.2 step 4.1.2 has the CSE
     * create and link to the target: {"m2m:acp":{...}}, its self-privileges for
     * the hosting CSE alone. Absent: no privileges were granted. [DDA-19] */
    postern_str acp;
    int64_t expires_s; /**< its expirationTime */
    uint32_t rules;
    size_t tokens;         /**< that count [DDA-17] */
    size_t ignored_tokens; /**< [DDA-18] */
} postern_dynauth_grant;

/** In state DECIDE; zeroed else. Valid until the next answer. */
POSTERN_API postern_dynauth_grant
postern_dynauth_grant_of(const postern_dynauth *dynauth);

/* ------------------------------------------------------------------------
 * Indirect dynamic authorization (7.3.2.3)
 * --------------------------------------------------------------------- */

/**
 * Token Request Information (tqf) for the refusal of a request that asked for
 * it (tqi): {"dasi":[{"uri":...,"dreq":{...}}]}, one entry for each known
 * server some Role-ID of which would have helped; `sdr` takes the place of
 * `dreq` where the server has a way to protect it. [IDA-02] [IDA-03] [IDA-05]
 *
 * @param json  receives the text, valid as long as the handle; absent when the
 *              request did not ask or nobody could help: then the refusal says
 *              nothing more [IDA-06]
 * @return POSTERN_OK, POSTERN_ERR_MEMORY; as postern_jose_seal() when something
 *         cannot be protected: it is never written in clear instead
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_dynauth_token_info(
    postern_dynauth *dynauth, postern_str *json, postern_diag *diag);

/**
 * Assigned Token Identifiers (ati) for the response, from answer->assigned:
 * {"ltia":[{"lti":...,"tkid":...}]}. NUL-terminated, cut to `size`. [IDA-14]
 *
 * @return the length of the whole; 0 when none was assigned
 */
POSTERN_API size_t postern_assigned_tokens(const postern_answer *answer,
                                           char *buffer, size_t size);

/* ------------------------------------------------------------------------
 * A DAS server
 * --------------------------------------------------------------------- */

/** A DAS that decides by policies of its own; for tests, for small systems, and
 * for a privacy policy manager in the place of a DAS. [PPM-06] */
typedef struct postern_das postern_das;

typedef struct postern_das_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    const char *source;                 /**< for diagnostics; may be NULL */
    postern_format format;
    /** Gives the text of a file that the document names (key_file); it is
     * copied. NULL: such names are refused. */
    postern_status (*read_file)(void *user, postern_str name, postern_str *text,
                                postern_diag *diag);
    void *user;
} postern_das_options;

POSTERN_API void postern_das_options_init_sized(postern_das_options *options,
                                                size_t struct_size);
#define postern_das_options_init(options)                                      \
    postern_das_options_init_sized((options), sizeof(postern_das_options))

/**
 * Reads what a DAS decides by, YAML or JSON (postern-das(5)):
 *
 *   das:
 *     identity: //sp.example/das-cse   # iss of its tokens
 *     lifetime: 600                    # of privileges, seconds; default 3600
 *     tokens:                          # left out: none are issued
 *       domain: das.example            # of their tokenIDs
 *       sign: {key_file: das.jwk, kid: k1}       # kid: not needed for one key
 *       encrypt: {key_file: plant.jwk, kid: k2}  # one of both, or both
 *     roles:
 *       - originators: [//sp.example/plant-cse/Cpump7]
 *         roles: [operator@das.example]
 *         lifetime: 300                # of the token; default as above
 *   policy:                            # postern-policy(5): the CSE that asks,
 *     cse: {...}                       # its resources as far as the DAS has a
 *     policies: [...]                  # say in them, and who may do what
 *     resources: [...]
 *
 * @return POSTERN_OK, _SYNTAX, _POLICY, _LIMIT, _MEMORY, _ARGUMENT, _INTERNAL
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_das_load(postern_das **das, postern_str text,
                 const postern_das_options *options, postern_diag *diag);
POSTERN_API void postern_das_free(postern_das *das);

/** CSE-ID of the CSE of the policy; valid as long as the server. */
POSTERN_API postern_str postern_das_asker(const postern_das *das);

/** A request as it came. */
typedef struct postern_das_question {
    postern_str text;  /**< the content of the notification */
    postern_str asker; /**< CSE-ID of whoever sent it, authenticated; it is
                            answered only if it is the CSE of the policy */
    int64_t now_s;
} postern_das_question;

typedef struct postern_das_reply {
    postern_str text;   /**< the content of the answer; valid until the next
                             question */
    bool privileges;    /**< it grants privileges */
    size_t tokens;      /**< that it issues */
    const char *reason; /**< a sentence; static, never NULL */
} postern_das_reply;

/**
 * Answers a request. Privileges are granted where the policy permits what is
 * asked, as one rule for that originator and operation; a token is issued when
 * roles that would help are assigned to the originator, for that target, that
 * CSE and that originator alone. Nothing of either is an answer, too: a dres
 * without members.
 *
 * @return POSTERN_OK; POSTERN_ERR_SYNTAX, _POLICY, _LIMIT: no request of
 *         type 1, to be answered with 4000; POSTERN_ERR_MEMORY,
 *         POSTERN_ERR_INTERNAL (no randomness); as postern_token_issue()
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_das_answer(postern_das *das, const postern_das_question *question,
                   postern_das_reply *reply, postern_diag *diag);

/* ------------------------------------------------------------------------
 * The messages of a DAS, for whoever decides by something else
 * --------------------------------------------------------------------- */

/** What a CSE asks a DAS (table 7.3.2.2-1). Texts that are not told are absent;
 * other things are zeroed. [DDA-07] */
typedef struct postern_das_request {
    postern_str originator;    /**< or; always told */
    int operation;             /**< op, 1 to 5; always told */
    postern_str target;        /**< trid; always told */
    uint32_t target_type;      /**< trt */
    postern_ip ip;             /**< oip */
    postern_location location; /**< olo */
    bool time_known;
    int64_t time_s; /**< rts */
    bool has_lifetime;
    int64_t lifetime_s;        /**< ppl: until when privileges are asked for */
    postern_texts role_ids;    /**< orid: that the originator has */
    postern_texts helping_ids; /**< rfa: that rules of the target list */
    postern_texts token_ids;   /**< tids */
} postern_das_request;

/** Privileges to grant (table 7.3.2.2-2): one rule for one originator, in any
 * of the countries. [DDA-09] */
typedef struct postern_das_privileges {
    postern_str originator;
    uint32_t operations; /**< POSTERN_ACOP_* */
    bool authentication_flag;
    postern_texts countries; /**< ISO 3166-1; items NULL: from anywhere */
    int64_t expires_s;       /**< pl */
} postern_das_privileges;

/** Memory of one request and one answer; belongs to one thread at a time. */
typedef struct postern_das_codec postern_das_codec;

/** @param allocator  copied; NULL: malloc and free
 * @return POSTERN_OK, POSTERN_ERR_MEMORY */
POSTERN_API POSTERN_NODISCARD postern_status postern_das_codec_new(
    postern_das_codec **codec, const postern_allocator *allocator);
POSTERN_API void postern_das_codec_free(postern_das_codec *codec);

/**
 * Reads a request, {"m2m:seci":{"sit":1,"dreq":{...}}}, wrapped or not, as
 * strictly as postern_das_answer() does.
 *
 * @param request  valid until the codec reads again
 * @return POSTERN_OK; POSTERN_ERR_SYNTAX, _POLICY, _LIMIT: no such request, to
 *         be answered with 4000; POSTERN_ERR_MEMORY
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_das_codec_read(postern_das_codec *codec, postern_str text,
                       postern_das_request *request, postern_diag *diag);

/**
 * Writes an answer, {"m2m:seci":{"sit":2,"dres":{...}}}. [PPM-06]
 *
 * @param privileges  NULL: none are granted, a dres without members
 * @param text        NUL-terminated; valid until the codec reads again
 * @return POSTERN_OK, POSTERN_ERR_MEMORY; POSTERN_ERR_ARGUMENT: no originator,
 *         no operation or one that is none, a list without countries, a time
 *         without a year of four digits
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_das_codec_answer(
    postern_das_codec *codec, const postern_das_privileges *privileges,
    postern_str *text);

#ifdef __cplusplus
}
#endif

#endif
