/*
 * Postern, engine: one call for a CSE. Here is the request and what I know
 * about the connection; may it go on, and if not, what do I answer?
 *
 *   who asks -> does the target exist -> is the content admissible
 *            -> which policies protect the target -> decision, and only as far
 *               as it needs them, groups, roles, location, country
 *
 * (TS-0003 7.1, 7.2, 7.4; the order of checks is that of TS-0004 7.3.3)
 * [ARC-01] [ARC-06] [PRP-12]
 *
 * Thread safety: postern_engine may be used by any number of threads, each with
 * a postern_reader of its own. Settings may be replaced while others decide.
 */
#ifndef POSTERN_ENGINE_H
#define POSTERN_ENGINE_H

#include <postern/pdp.h>
#include <postern/pip.h>
#include <postern/policy.h>
#include <postern/prp.h>
#include <postern/token.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * A request and the way it came in
 * --------------------------------------------------------------------- */

/** The security association (TS-0003 8.2) a request arrived by. [SAEF-03] */
typedef enum postern_association_kind {
    /** Not told: the caller is not the registrar, or has checked From itself.
     * [IMP-01] */
    POSTERN_ASSOCIATION_UNSTATED = 0,
    POSTERN_ASSOCIATION_NONE = 1, /**< at the registrar, without one */
    POSTERN_ASSOCIATION_AE = 2,   /**< with one AE, or one of a list of AEs */
    POSTERN_ASSOCIATION_CSE = 3,
    /** Told by credential: looked up in the settings. [SAEF-12] */
    POSTERN_ASSOCIATION_CREDENTIAL = 4
} postern_association_kind;

/** What makes a local AE authenticated is up to the deployment. [AUTHN-01] */
typedef enum postern_local_trust {
    POSTERN_LOCAL_BY_SESSION = 0, /**< for the life of its (D)TLS session */
    POSTERN_LOCAL_TRUSTED = 1,    /**< always: by the physical design */
    POSTERN_LOCAL_NEVER = 2
} postern_local_trust;

typedef struct postern_association {
    postern_association_kind kind;
    postern_texts identities; /**< one CSE-ID, or AE-IDs [SAEF-03] */
    postern_str credential;   /**< Credential-ID, "12-..." [SAEF-04]; for
                                   CREDENTIAL, else for the record only */
    bool expires;             /**< expires_s is set: of session or key
                                   [SAEF-13] */
    int64_t expires_s;
    postern_local_trust local_trust; /**< of the listener [AUTHN-01] */
} postern_association;

/** rq_authn as the caller states it, or leaves it to the engine. */
typedef enum postern_stated_authn {
    POSTERN_AUTHN_UNSTATED = 0, /**< follows from association and ESPrim */
    POSTERN_AUTHN_FALSE = 1,
    POSTERN_AUTHN_TRUE = 2
} postern_stated_authn;

typedef struct postern_need postern_need;
typedef struct postern_known postern_known;

/** A request primitive with what the CSE knows besides. Start with
 * postern_primitive_init(); what is left out is unknown. All pointers are
 * borrowed for the call. [REQ-01] */
typedef struct postern_primitive {
    size_t struct_size;
    /* ---- the primitive ------------------------------------------------- */
    postern_str from; /**< data NULL: the request has no From [REQ-02] */
    postern_str to;
    int operation;       /**< 1 Create, 2 Retrieve, 3 Update, 4 Delete,
                              5 Notify; anything else is malformed */
    uint32_t child_type; /**< Create: type of the new resource */
    int filter_usage;    /**< fu of the filter criteria; 0: none [REQ-03] */
    bool has_filter;     /**< filter criteria other than filterUsage */
    /** Short names of the attributes asked for or written. An Update that names
     * none is taken not to touch accessControlPolicyIDs. [PRP-05] */
    postern_texts attributes;
    postern_str container_definition; /**< in the content of a Create */
    uint32_t mgmt_definition;
    postern_texts role_ids; /**< claims: nothing is verified yet [REQ-10] */
    /** Tokens, and IDs of tokens shown before or to be fetched. [IDA-01] */
    postern_texts tokens;
    postern_texts token_ids;
    postern_texts local_token_ids;
    bool wants_token_info; /**< Token Request Indicator: see dynauth.h */
    const void *content;   /**< handed to the admission function, else unused */
    /* ---- what the CSE knows besides ------------------------------------ */
    bool time_known;
    int64_t time_s; /**< when it received the request [REQ-05] */
    postern_ip ip;  /**< of the originator, not of a hop [REQ-06] [REQ-07] */
    postern_whereabouts whereabouts;
    postern_stated_authn authn;
    postern_association association;
    bool has_esprim;       /**< it was protected by ESPrim ... */
    postern_str esprim_id; /**< ... with the key of this identity [IMP-06] */
    /* ---- what is asked of the answer ----------------------------------- */
    /** Refuse unless the resources are at least of this revision. */
    uint64_t min_revision;
    /** Answers to the needs of an earlier call for the same request. */
    const postern_known *known;
    size_t known_count;
    /** Rules that dynamic authorization granted for this request: they count as
     * if linked to the target, unless that is an ACP. [DDA-19] [DDA-21] */
    const postern_acp_link *granted;
    size_t granted_count;
    /** Say until when the answer holds: postern_answer.until_s. */
    bool wants_lease;
} postern_primitive;

POSTERN_API void postern_primitive_init_sized(postern_primitive *primitive,
                                              size_t struct_size);
#define postern_primitive_init(primitive)                                      \
    postern_primitive_init_sized((primitive), sizeof(postern_primitive))

/* ------------------------------------------------------------------------
 * The answer
 * --------------------------------------------------------------------- */

/** Response status codes the engine gives (TS-0004 6.6.3). 4106 is called
 * ORIGINATOR_HAS_NOT_REGISTERED in Release 2, ORIGINATOR_NOT_AUTHENTICATED in
 * Release 3. [IMP-04] [DEC-10] */
enum {
    POSTERN_RSC_OK = 2000,
    POSTERN_RSC_CREATED = 2001,
    POSTERN_RSC_DELETED = 2002,
    POSTERN_RSC_UPDATED = 2004,
    POSTERN_RSC_BAD_REQUEST = 4000,
    POSTERN_RSC_NOT_FOUND = 4004,
    POSTERN_RSC_NO_PRIVILEGE = 4103,
    POSTERN_RSC_NOT_AUTHENTICATED = 4106,
    POSTERN_RSC_ASSOCIATION_REQUIRED = 4107,
    POSTERN_RSC_IMPERSONATION = 4116,
    POSTERN_RSC_INTERNAL = 5000
};

/** How the originator was authenticated, or why it was not. [AUTHN-05] */
typedef enum postern_authn_level {
    POSTERN_AUTHN_LEVEL_NONE = 0,
    POSTERN_AUTHN_LEVEL_STATED = 1,  /**< the caller said so */
    POSTERN_AUTHN_LEVEL_SESSION = 2, /**< by the association's session */
    POSTERN_AUTHN_LEVEL_TRUSTED = 3, /**< a local AE of a trusted design */
    POSTERN_AUTHN_LEVEL_ESPRIM = 4   /**< by the protected primitive */
} postern_authn_level;

typedef struct postern_authn_record {
    postern_authn_level level;
    const char *why;        /**< one sentence, static, never NULL */
    postern_str identity;   /**< the authenticated identity, as configured or
                                 told; absent when there is none */
    postern_str credential; /**< Credential-ID, or absent */
    bool expires;
    int64_t expires_s;
} postern_authn_record;

/** An attribute that the decision waits for. */
struct postern_need {
    postern_need_kind kind;
    postern_str id; /**< canonical text of the group or role; else absent */
};

/** An answer to a need; `reply` YES or NO, anything else is unknown. Two
 * entries for one need that differ count as unknown. */
struct postern_known {
    postern_need_kind kind;
    postern_str id; /**< as in the need */
    postern_reply reply;
    postern_whereabouts whereabouts; /**< of a LOCATION */
    char country[3];                 /**< of a COUNTRY_... */
    postern_str token;               /**< of a TOKEN: its compact form */
    /** Of no use after this second; INT64_MAX: no limit. A later request time,
     * or an unknown one, makes the answer unknown. */
    int64_t valid_until_s;
};

/** Where the engine is done with a request. */
typedef enum postern_stage {
    POSTERN_STAGE_REQUEST = 0,    /**< malformed, or stale: min_revision */
    POSTERN_STAGE_ORIGINATOR = 1, /**< From, association, ESPrim */
    POSTERN_STAGE_TARGET = 2,     /**< there is none */
    POSTERN_STAGE_CONTENT = 3,    /**< not admissible */
    POSTERN_STAGE_TOKENS = 4,     /**< one of them is refused [IDA-12] */
    POSTERN_STAGE_DEFAULT = 5,    /**< no policy: the creator alone [PRP-04] */
    POSTERN_STAGE_RULES = 6,      /**< the rules of the selected ACPs */
    POSTERN_STAGE_WAITING = 7     /**< a need has to be answered first */
} postern_stage;

/** One m2m:localTokenIdAssignment. [IDA-14] */
typedef struct postern_assigned_token {
    postern_str local_id; /**< lti */
    postern_str token_id; /**< tkid */
} postern_assigned_token;

/** Texts stay valid until the next call with the same reader. */
typedef struct postern_answer {
    postern_effect effect;
    int rsc; /**< what to answer: a success code when permitted */
    postern_stage stage;
    const char *reason;  /**< a word for programs ("no-rule"), never NULL */
    postern_str message; /**< a sentence for people, ends in NUL */
    /** Resource ID of the resource addressed; of its parent when it is a
     * virtual one; absent when there is none. */
    postern_str target;
    postern_str acp; /**< resource ID of the ACP whose rule permits */
    uint32_t rule;   /**< POSTERN_NO_RULE when none does */
    postern_privileges which;
    /** tokenID: of the token whose rules permit (acp is absent, rule counts in
     * them), or which is refused, if it was read so far. */
    postern_str token;
    postern_refusal refusal; /**< of stage TOKENS; for logs, not for the peer */
    postern_texts token_ids; /**< of the tokens of the request that are good */
    /** Assigned Token Identifiers to tell the originator. [IDA-14] */
    const postern_assigned_token *assigned;
    size_t assigned_count;
    postern_authn_record authn;
    uint64_t revision; /**< of the resources the decision was made on */
    /** Stage WAITING (the effect is DENY): find these out, then call again
     * with primitive.known set. What does not fit, of more than 64 or of very
     * long names, is asked for in the next round. */
    const postern_need *needs;
    size_t need_count;
    /**
     * Of postern_authorize(), when primitive.wants_lease: until then (that
     * second excluded) the same request gets the same effect, as long as
     * resources, settings and what the functions of the CSE answer stay as they
     * are. It is a bound, not exact: the first instant at which anything begins
     * or ends that was looked at: time windows and expirationTimes of rules, of
     * ACPs, groups, <role> and <AE> resources; the validity of roles, tokens
     * and their keys, also of those that are not valid yet; sessions and
     * credentials; the age of a location; postern_known.valid_until_s.
     *
     * INT64_MAX: for ever, also when the time of the request is unknown. 0, so
     * never to be used again: not asked for, stage WAITING, or 5000. How long
     * an answer of a postern_pip is good for, only the CSE knows; the same goes
     * for contents and the functions that admit them. [CTX-18]
     */
    int64_t until_s;
} postern_answer;

/** Hears what an explanation has to say, in order; each may be NULL. */
typedef struct postern_listener {
    void *user;
    /** One rule that was looked at for `operation` ("retrieve"); valid for the
     * call. */
    void (*rule)(void *user, const char *operation,
                 const postern_rule_explanation *rule);
    /** A remark that belongs to no rule: a link that leads nowhere, a role that
     * does not count. */
    void (*note)(void *user, const char *text);
} postern_listener;

/* ------------------------------------------------------------------------
 * The engine
 * --------------------------------------------------------------------- */

typedef struct postern_engine postern_engine;
typedef struct postern_reader postern_reader;

/** Whether the content of a Create or Update may be carried out; `target` is
 * the resource addressed. A refusal is answered with 4000 and diag's sentence.
 * [PRP-08] */
typedef postern_status (*postern_admit_fn)(void *user,
                                           const postern_primitive *primitive,
                                           const postern_resource *target,
                                           postern_diag *diag);

/**
 * A postern_admit_fn that reads the content of the Create or Update of an
 * <accessControlPolicy> as postern_policy_load() reads policies in a document,
 * and looks at no other. The content is a postern_str, the representation as
 * JSON, bare or wrapped ({"m2m:acp":{...}}); an Update without one is let by.
 * [PRP-08] [REQ-04]
 *
 * @param user  a postern_load_options, or NULL for defaults; its cse need not
 *              be set, its rule_errors are not looked at
 * @return POSTERN_OK; POSTERN_ERR_SYNTAX, _POLICY, _LIMIT: not admissible;
 *         POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_admit_json(void *user, const postern_primitive *primitive,
                   const postern_resource *target, postern_diag *diag);

/** Options of an engine; start with postern_engine_options_init(). Zero is the
 * recommended reading where texts differ (docs/AMBIGUITIES.md). */
typedef struct postern_engine_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    const postern_prp *prp;             /**< required; outlives the engine */
    const postern_pip *pip;             /**< copied; NULL: nothing is known */
    postern_admit_fn admit; /**< NULL: the CSE looks at contents itself */
    void *admit_user;
    /** Hears of every decision of postern_authorize() when it is made and
     * nothing is held any more; may write logs. NULL: nobody. */
    void (*decided)(void *user, const postern_primitive *primitive,
                    const postern_answer *answer);
    void *decided_user;
    uint32_t max_readers; /**< 0: 64; ceiling 4,096 */
    /** A resource without accessControlPolicyIDs: false lets its creator in,
     * true takes the policies of its parent, as Release 1 did. [PRP-04] */
    bool inherit_parent;
    /** Object details compare specializations with: false the content of the
     * Create (TS-0003 7.1.5), true the resource addressed (TS-0001). [OBJ-06]
     */
    bool specialization_of_target;
    /** Believe locations that the device reports. [LOC-02] */
    bool trust_device_location;
    /** How old a dated location may be, in seconds. [LOC-10] */
    int64_t max_location_age_s;
    /** Answer 4103 also for a target that does not exist, so that nobody learns
     * what does. */
    bool hide_missing_targets;
    /** A token that does not count: false refuses the request (TS-0003 7.3.2.3
     * step 6.1.4), true goes on without it. [IDA-12] [IDA-13] */
    bool ignore_bad_tokens;
    /** Verified tokens are remembered here, and Local-Token-IDs assigned; it
     * outlives the engine. NULL: neither. */
    postern_token_cache *token_cache;
} postern_engine_options;

POSTERN_API void
postern_engine_options_init_sized(postern_engine_options *options,
                                  size_t struct_size);
#define postern_engine_options_init(options)                                   \
    postern_engine_options_init_sized((options), sizeof(postern_engine_options))

/** @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT */
POSTERN_API POSTERN_NODISCARD postern_status postern_engine_new(
    postern_engine **engine, const postern_engine_options *options);

/** No reader of it may be in use. */
POSTERN_API void postern_engine_free(postern_engine *engine);

/** One row of the association table. [SAEF-07] [SAEF-08] [SAEF-12] */
typedef struct postern_credential {
    postern_str id;                /**< Credential-ID, "31-<hardware ID>" */
    postern_association_kind kind; /**< AE or CSE */
    postern_texts identities;      /**< one CSE-ID, or AE-IDs */
    bool expires;
    int64_t expires_s; /**< the credential is of no use from then on */
} postern_credential;

/** Whom the CSE trusts: settings that can be replaced while others decide. */
typedef struct postern_trust {
    const postern_str *role_issuers; /**< CSE-IDs or AE-IDs [ROLE-06] */
    size_t role_issuer_count;
    const postern_credential *credentials;
    size_t credential_count;
} postern_trust;

/**
 * Replaces the settings; everything is copied. A credential left out is revoked
 * from the next decision on. [AUTHN-01]
 *
 * @return POSTERN_OK; POSTERN_ERR_POLICY: an issuer or identity that is none, a
 *         Credential-ID without its two digits and hyphen or of a kind that is
 *         not for associations [SAEF-10], one listed twice, several identities
 *         unless they are AEs of a device certificate (31) [SAEF-03];
 *         POSTERN_ERR_MEMORY. After a refusal the old settings hold.
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_engine_set_trust(
    postern_engine *engine, const postern_trust *trust, postern_diag *diag);

/** The same from the "trust" of a policy document, token issuers included. */
POSTERN_API POSTERN_NODISCARD postern_status postern_engine_set_trust_of(
    postern_engine *engine, const postern_policy *policy, postern_diag *diag);

/**
 * Replaces the issuers whose tokens count; NULL: none. The engine owns them and
 * frees them when no decision can be using them any more. Tokens remembered
 * under the old ones are verified anew. [JWT-10]
 *
 * @return POSTERN_OK, POSTERN_ERR_MEMORY (nothing changed, issuers are the
 *         caller's)
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_engine_set_issuers(postern_engine *engine, postern_issuers *issuers);

/**
 * Replaces the country database; NULL: none. The engine owns it and frees it
 * when no decision can be using it any more.
 *
 * @return POSTERN_OK, POSTERN_ERR_MEMORY (nothing changed, db is the caller's)
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_engine_set_country_db(postern_engine *engine, postern_country_db *db);

/**
 * What one thread decides with: its view of resources and settings, and memory
 * for one answer (some 56 KiB). To verify tokens takes some 900 KiB more: from
 * the beginning in an engine with a token_cache, else from the first request
 * that carries some.
 *
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT (max_readers, or
 *         max_verifiers of the token_cache)
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_reader_new(postern_engine *engine, postern_reader **reader);
POSTERN_API void postern_reader_free(postern_reader *reader);

/* ------------------------------------------------------------------------
 * Deciding
 * --------------------------------------------------------------------- */

/**
 * Decides a request. Cannot fail: whatever goes wrong denies, with a reason.
 *
 * Any number of links, rules and groups is looked at. Unknown remain, with a
 * note: a group whose name is longer than 1,000 bytes, and of the groups that
 * the originator is in those after the first 64 that did not permit.
 *
 * @param listener  NULL: no explanation is wanted
 *
 * Cost: that of finding the target and its ACPs, and of one decision for every
 * round of attributes found out; of the engine itself no allocation, lock,
 * system call or clock, whatever the callbacks and the admission function do.
 */
POSTERN_API void postern_authorize(postern_reader *reader,
                                   const postern_primitive *primitive,
                                   const postern_listener *listener,
                                   postern_answer *answer);

/**
 * The Role-IDs that would have helped: of all rules of the selected ACPs that
 * list a role and whose operations and contexts hold, those that the request
 * has not shown. For the dynamic authorization request of TS-0003 7.3.2.2.
 *
 * @param report  receives each once, valid for the call
 * @return their number
 */
POSTERN_API size_t postern_roles_that_help(
    postern_reader *reader, const postern_primitive *primitive,
    void (*report)(void *user, const postern_id *role), void *user);

/**
 * Decides one request for many targets, as discovery does: each as
 * postern_authorize() would with that target as primitive->to, but what they
 * share is found out once, and all are decided on one revision.
 *
 * @param targets    addresses
 * @param permitted  receives one answer per target
 * @return number of targets permitted; 0 and all false when the originator is
 *         refused. Whatever would wait is denied.
 */
POSTERN_API size_t postern_authorize_each(postern_reader *reader,
                                          const postern_primitive *primitive,
                                          const postern_str *targets,
                                          size_t target_count, bool *permitted);

/** What permits: a rule of an ACP, or of what the request brings, or the
 * default policy. */
typedef struct postern_grant {
    const postern_resource *resource;
    postern_str acp;   /**< resource ID; absent: by none */
    postern_str token; /**< tokenID; absent: by none */
    uint32_t rule;     /**< POSTERN_NO_RULE: by default policy */
    postern_privileges which;
    const char *reason; /**< "rule", "rules", "token-rule", "granted",
                             "creator", "custodian", "owner" */
} postern_grant;

/**
 * Lists the resources at or below primitive->to (absent: all) that the request
 * is permitted for, parents before children; what is hidden is skipped, what is
 * below it is not. An enumeration: the target itself need not be permitted.
 *
 * @param report  false: enough. What it gets is valid for the call
 * @return number reported
 */
POSTERN_API size_t postern_permitted(
    postern_reader *reader, const postern_primitive *primitive,
    bool (*report)(void *user, const postern_grant *grant), void *user);

/** Who may do something: one originator entry of one rule. */
typedef struct postern_holder_entry {
    postern_str acp; /**< absent: by default policy */
    uint32_t rule;
    postern_privileges which;
    const char *kind;       /**< "all", "domain", "entity", "pattern", "group",
                                 "role", "creator", "custodian", "owner" */
    postern_str originator; /**< canonical text, ends in NUL */
    bool needs_authentication;
    bool has_contexts;       /**< only at some times, addresses or places */
    bool has_object_details; /**< only for some child types */
    bool has_attributes;     /**< only for some attributes */
} postern_holder_entry;

/**
 * Lists who may do an operation on a resource: every originator entry of every
 * rule of the ACPs that protect it and allow the operation.
 *
 * @param now_s   ACPs expired by then are left out; INT64_MIN: unknown
 * @param report  false: enough. What it gets is valid for the call
 * @return number reported, or SIZE_MAX when the resource is not there
 */
POSTERN_API size_t postern_who(
    postern_reader *reader, postern_str resource, postern_operation operation,
    int64_t now_s,
    bool (*report)(void *user, const postern_holder_entry *entry), void *user);

/* ------------------------------------------------------------------------
 * Decision log
 * --------------------------------------------------------------------- */

/**
 * Writes a decision as one line of JSON: the request as postern decide reads
 * it, then "decision", "rsc", "reason", "acp", "rule", "authn" and "revision"
 * (postern-log(5)). NUL-terminated, ends in a line feed, cut to nothing when it
 * does not fit.
 *
 * @return the length of the whole line, as snprintf() does
 *
 * Cost: linear in the texts; no allocation.
 */
POSTERN_API size_t postern_decision_line(const postern_primitive *primitive,
                                         const postern_answer *answer,
                                         char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
