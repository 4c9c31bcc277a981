/*
 * Postern, policy decision point: compiled access control policies and the
 * access decision of oneM2M TS-0003 clause 7.1.
 *
 *   build  rules --(postern_acp_builder)--> postern_acp_set, immutable
 *   decide set + request --(postern_decide)--> permit or deny
 *
 * This header needs <postern/base.h> and the C library, nothing else. What it
 * does not do: find out which ACPs protect a resource, verify who is asking,
 * fetch groups, roles or locations, read policy documents. These facts are
 * parameters here [ARC-01]; <postern/policy.h> reads documents.
 *
 * Thread safety: postern_acp_set is immutable, share it freely between
 * threads. A postern_acp_builder belongs to one thread at a time, and so do
 * postern_callers. All other types are values.
 */
#ifndef POSTERN_PDP_H
#define POSTERN_PDP_H

#include <postern/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * Identifiers (TS-0001 clause 7.2)
 * --------------------------------------------------------------------- */

/**
 * The CSE that hosts the policies: what relative identifiers are relative to.
 * Fill it with postern_cse_init(). It keeps the two slices, so their bytes
 * must outlive it and everything parsed with it.
 */
typedef struct postern_cse {
    postern_str domain; /**< FQDN of the service provider, without "//" */
    postern_str name;   /**< SP-relative CSE-ID without the "/" */
    uint64_t domain_hash;
    uint64_t name_hash;
} postern_cse;

/**
 * Describes the hosting CSE.
 *
 * @param sp_id   M2M-SP-ID: "//" and a domain name. [ID-01]
 * @param cse_id  SP-relative CSE-ID: "/" and unreserved characters. [ID-01]
 * @return POSTERN_OK, or POSTERN_ERR_POLICY when either is not of that form
 *         (*cse is then zeroed)
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_cse_init(postern_cse *cse, postern_str sp_id, postern_str cse_id);

typedef enum postern_id_kind {
    POSTERN_ID_UNSET = 0,    /**< matches nothing, not even "all" */
    POSTERN_ID_ABSENT = 1,   /**< the request has no From; matches "all" */
    POSTERN_ID_ENTITY = 2,   /**< an AE-ID or a CSE-ID */
    POSTERN_ID_RESOURCE = 3, /**< a resource, for groups */
    POSTERN_ID_ROLE = 4      /**< a Role-ID */
} postern_id_kind;

/**
 * An identifier in canonical absolute form, as slices of the text it was read
 * from (and of the postern_cse): nothing is copied, so both must outlive it.
 * Two spellings of one identity compare equal. [ID-02]
 *
 *   entity    //domain/first  or  //domain/first/second
 *   resource  //domain/first/second, where second may hold "/"
 *   role      second@domain
 */
typedef struct postern_id {
    postern_str domain; /**< compared without regard to ASCII case [ID-03] */
    postern_str first;
    postern_str second;
    uint64_t hash;
    postern_id_kind kind;
} postern_id;

/**
 * Reads the originator of a request: an AE-ID or a CSE-ID in any form.
 *
 * "Cx" is an AE of the hosting CSE, "Sx" one of its service provider; "/x" and
 * "/cse/Cx" are relative to the provider, "//sp/x" and "//sp/cse/Cx" are
 * absolute. Percent-encoding, wildcards, empty segments and characters outside
 * the unreserved set are refused, never decoded. [ID-01] [ID-02] [ID-04]
 *
 * @return POSTERN_OK, or POSTERN_ERR_POLICY when the text is none of these;
 *         *id is then POSTERN_ID_UNSET, with which every request is denied
 *
 * Cost: linear in the length, no allocation.
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_id_parse_entity(
    postern_id *id, const postern_cse *cse, postern_str text);

/** A request without From (AE registration): only "all" matches. [REQ-02] */
POSTERN_API void postern_id_set_absent(postern_id *id);

/**
 * Reads the address of a resource: unstructured, structured, SP-relative or
 * absolute. "-/x" stays as it is: only the CSE knows the name of its base.
 * [ID-06]
 *
 * @return as postern_id_parse_entity()
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_id_parse_resource(
    postern_id *id, const postern_cse *cse, postern_str text);

/**
 * Reads a Role-ID: local part, "@", domain name. [ID-07]
 *
 * @return as postern_id_parse_entity()
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_id_parse_role(postern_id *id, postern_str text);

/** Whether both name the same thing. Unset identifiers equal nothing. */
POSTERN_API bool postern_id_equal(const postern_id *a, const postern_id *b);

/**
 * Writes the canonical text, NUL-terminated, cut to `size` bytes.
 *
 * @return the length of the whole text without NUL, as snprintf() does
 */
POSTERN_API size_t postern_id_text(const postern_id *id, char *buffer,
                                   size_t size);

/* ------------------------------------------------------------------------
 * Facts about a request (TS-0003 clause 7.1.2)
 * --------------------------------------------------------------------- */

/**
 * The operation as the access decision knows it. The values are neither the
 * codes of a request primitive (1..5) nor the bits of
 * accessControlOperations, so that a number taken from either by mistake is
 * denied. [REQ-03] [REQ-04]
 */
typedef enum postern_operation {
    POSTERN_OP_NONE = 0, /**< denied */
    POSTERN_OP_CREATE = 0x101,
    POSTERN_OP_RETRIEVE = 0x102,
    POSTERN_OP_UPDATE = 0x104,
    POSTERN_OP_DELETE = 0x108,
    POSTERN_OP_NOTIFY = 0x110,
    POSTERN_OP_DISCOVERY = 0x120
} postern_operation;

/** Bits of accessControlOperations (acop), TS-0004 6.3.4.2.29. */
enum {
    POSTERN_ACOP_CREATE = 1,
    POSTERN_ACOP_RETRIEVE = 2,
    POSTERN_ACOP_UPDATE = 4,
    POSTERN_ACOP_DELETE = 8,
    POSTERN_ACOP_NOTIFY = 16,
    POSTERN_ACOP_DISCOVERY = 32,
    POSTERN_ACOP_ALL = 63
};

/**
 * The operation of a request primitive. A Retrieve with filterUsage 1 is a
 * Discovery. [REQ-03]
 *
 * @param op            1 Create, 2 Retrieve, 3 Update, 4 Delete, 5 Notify
 * @param filter_usage  fu of the filter criteria, 0 when there is none
 * @return POSTERN_OP_NONE for any other op
 */
POSTERN_API postern_operation postern_operation_of_primitive(int op,
                                                             int filter_usage);

/** An IP address. family 0: unknown. IPv4 uses the first four bytes. */
typedef struct postern_ip {
    uint8_t family;    /**< 0, 4 or 6 */
    uint8_t bytes[16]; /**< network order */
} postern_ip;

/**
 * Reads a dotted-decimal or colon-separated address. IPv4-mapped IPv6 becomes
 * IPv4 [CTX-23]; leading zeros, short forms, zones and prefixes are refused
 * [CTX-21].
 *
 * @return POSTERN_OK, or POSTERN_ERR_POLICY (*ip is then unknown)
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ip_parse(postern_ip *ip,
                                                              postern_str text);

/** Where the originator is. Zeroed: unknown. */
typedef struct postern_location {
    bool has_point;
    double latitude_deg;  /**< -90..90; anything else counts as unknown */
    double longitude_deg; /**< -180..180; anything else counts as unknown */
    char country[3];      /**< ISO 3166-1 alpha-2 in either case, or "" */
} postern_location;

/**
 * Reads YYYYMMDDThhmmss, optionally with a comma and up to six digits of
 * fraction (ignored), in UTC. Second 60 counts as 59 [CTX-15].
 *
 * @param time_s  seconds since 1970-01-01T00:00:00Z
 * @return POSTERN_OK, or POSTERN_ERR_POLICY for any other text or for a date
 *         that does not exist (*time_s is then 0)
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_time_parse(int64_t *time_s, postern_str text);

/**
 * What the access decision looks at. Start with postern_request_init(), then
 * set what is known; what is left out is unknown and makes the conditions that
 * need it false. All pointers are borrowed for the call.
 */
typedef struct postern_request {
    size_t struct_size; /**< set by postern_request_init() */
    postern_id originator;
    postern_operation operation;
    /** rq_authn: the hosting CSE has authenticated the originator and From is
     * the authenticated identity. [REQ-09] */
    bool authenticated;
    bool time_known;
    int64_t time_s; /**< rq_time: when the CSE received the request [REQ-05] */
    postern_ip ip;  /**< rq_ip: of the originator, not of a hop between
                         [REQ-06] [REQ-07] */
    postern_location location; /**< rq_loc */
    uint32_t target_type;      /**< type of the resource addressed; 0 unknown */
    uint32_t child_type; /**< Create: type of the new resource; 0 unknown */
    /** Create: containerDefinition in the Content, or absent. */
    postern_str container_definition;
    /** Create: mgmtDefinition in the Content; 0 absent. */
    uint32_t mgmt_definition;
    /** Role-IDs that were verified for this originator and presented with this
     * request. Never a list taken from the request as it is. [REQ-10] */
    const postern_id *roles;
    size_t role_count;
    /** Groups the originator is a member of. [ORI-11] */
    const postern_id *groups;
    size_t group_count;
    /** Short names of the attributes the request reads or writes; none means
     * unknown, and then a rule limited to attributes is false. */
    const postern_str *attributes;
    size_t attribute_count;
} postern_request;

POSTERN_API void postern_request_init_sized(postern_request *request,
                                            size_t struct_size);
/** A request that is denied until its facts are set. */
#define postern_request_init(request)                                          \
    postern_request_init_sized((request), sizeof(postern_request))

/* ------------------------------------------------------------------------
 * Rules (TS-0003 clause 7.1.3) and the builder
 * --------------------------------------------------------------------- */

/** A circle on the ground: inside is at most radius_m from the centre, along a
 * great circle of a sphere of 6,371,008.8 m, boundary included. [CTX-32] */
typedef struct postern_circle {
    double latitude_deg;
    double longitude_deg;
    double radius_m;
} postern_circle;

/**
 * One accessControlContext: time AND address AND location. A list that is NULL
 * is absent and restricts nothing. A list that is there (not NULL) with no
 * entry is refused, except windows, where the standard counts zero elements as
 * absent. [CTX-02] [CTX-03] [CTX-24]
 */
typedef struct postern_context {
    const postern_str *windows; /**< seven crontab fields each [CTX-10] */
    size_t window_count;
    const postern_str *addresses; /**< IPv4 and IPv6, with or without /n */
    size_t address_count;
    const postern_circle *circles;
    size_t circle_count;
    const postern_str *countries; /**< ISO 3166-1 alpha-2 */
    size_t country_count;
} postern_context;

typedef enum postern_specialization {
    POSTERN_SPECIALIZATION_NONE = 0,
    POSTERN_SPECIALIZATION_CONTAINER = 1, /**< containerDefinition (cnd) */
    POSTERN_SPECIALIZATION_MGMT = 2,      /**< mgmtDefinition (mgd), decimal */
    POSTERN_SPECIALIZATION_ANY = 3        /**< specializationID: either */
} postern_specialization;

/** One accessControlObjectDetails; it limits Create only. [OBJ-01] */
typedef struct postern_object_details {
    uint32_t resource_type; /**< of the parent; 0 absent */
    postern_specialization specialization_kind;
    postern_str specialization;
    const uint32_t *child_types; /**< at least one [OBJ-07] */
    size_t child_type_count;
} postern_object_details;

/** One access-control-rule-tuple as it is written in a policy. */
typedef struct postern_rule {
    const postern_str *originators; /**< in any form of the standard */
    size_t originator_count;        /**< 0: the rule matches nobody */
    uint32_t operations;            /**< POSTERN_ACOP_*, 1..63 */
    bool authentication_flag;
    const postern_context *contexts; /**< none: any context [CTX-01] */
    size_t context_count;
    const postern_object_details *object_details;
    size_t object_details_count;
    const postern_str *attributes; /**< accessControlAttributes, or NULL */
    size_t attribute_count;
    /** Not NULL: the rule is false, whatever the rest says; the text is the
     * reason shown by postern_explain(). Only `never` is then read. */
    const char *never;
} postern_rule;

typedef enum postern_privileges {
    POSTERN_PRIVILEGES = 0,     /**< pv: protects the resources linked */
    POSTERN_SELF_PRIVILEGES = 1 /**< pvs: protects the ACP itself */
} postern_privileges;

typedef struct postern_acp_builder postern_acp_builder;
typedef struct postern_acp_set postern_acp_set;

/** Options of a builder; start with postern_builder_options_init(). */
typedef struct postern_builder_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    postern_limits limits;
    /**
     * Tells whether an originator entry names a <group> and, if so, under
     * which canonical identifier requests will carry it. NULL, or an answer of
     * false: an entry that has the form of an AE-ID or CSE-ID is one, any
     * other is a group under its own text. [ORI-14]
     */
    bool (*resolve_group)(void *user, postern_str entry, postern_id *group);
    void *user;
} postern_builder_options;

POSTERN_API void
postern_builder_options_init_sized(postern_builder_options *options,
                                   size_t struct_size);
#define postern_builder_options_init(options)                                  \
    postern_builder_options_init_sized((options),                              \
                                       sizeof(postern_builder_options))

/**
 * Starts a set of ACPs hosted by `cse`.
 *
 * @param builder  receives the handle; NULL after a refusal
 * @param cse      copied
 * @param options  NULL for defaults
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, or POSTERN_ERR_ARGUMENT for options
 *         from a newer release that this one does not know
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_acp_builder_new(postern_acp_builder **builder, const postern_cse *cse,
                        const postern_builder_options *options);

POSTERN_API void postern_acp_builder_free(postern_acp_builder *builder);

/**
 * Begins the next ACP; rules added from now on belong to it.
 *
 * @param acp_id     its name in decisions and explanations; copied. Two ACPs
 *                   with one name are refused by postern_acp_builder_finish()
 * @param expires_s  expirationTime, seconds since 1970 UTC; INT64_MAX: never.
 *                   From that instant on, or when the time of a request is
 *                   unknown, the ACP has no rules. [PRP-09]
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_acp_builder_add_acp(
    postern_acp_builder *builder, postern_str acp_id, int64_t expires_s);

/**
 * Adds a rule to the ACP begun last. Everything is copied.
 *
 * @param diag  after a refusal diag->path points into the rule by the
 *              standard's short names: "/acor/2", "/acco/0/actw/1"; may be NULL
 * @return POSTERN_OK; POSTERN_ERR_POLICY when some member is not what clause
 *         7.1.3 allows (nothing of the rule is kept: add it again with `never`
 *         to have it counted and false); POSTERN_ERR_LIMIT;
 *         POSTERN_ERR_MEMORY; POSTERN_ERR_ARGUMENT before the first ACP
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_acp_builder_add_rule(
    postern_acp_builder *builder, postern_privileges which,
    const postern_rule *rule, postern_diag *diag);

/**
 * Names an originator that requests will come from, though no rule need list
 * it: which wildcards it matches is then found out once, while compiling,
 * instead of by each decision. It changes no decision.
 *
 * @param text  an AE-ID or CSE-ID in any form; copied
 * @return POSTERN_OK; POSTERN_ERR_POLICY when it is none; POSTERN_ERR_LIMIT;
 *         POSTERN_ERR_MEMORY; POSTERN_ERR_ARGUMENT once finished
 *
 * Cost: some 100 bytes of the set each.
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_acp_builder_add_originator(
    postern_acp_builder *builder, postern_str text);

/**
 * Compiles what was added into one immutable block. The builder can only be
 * freed afterwards.
 *
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT, or
 *         POSTERN_ERR_POLICY when two ACPs have one name
 *
 * Cost: n log n in the originator entries; one allocation for the set.
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_acp_builder_finish(
    postern_acp_builder *builder, postern_acp_set **set, postern_diag *diag);

/* ------------------------------------------------------------------------
 * The compiled set
 * --------------------------------------------------------------------- */

/** Frees the set. No decision may be running on it. */
POSTERN_API void postern_acp_set_free(postern_acp_set *set);

#define POSTERN_NO_ACP UINT32_MAX
#define POSTERN_NO_RULE UINT32_MAX

/** Number of ACPs; they are numbered from 0 in the order they were added. */
POSTERN_API uint32_t postern_acp_set_count(const postern_acp_set *set);

/** Number of the ACP of that name, or POSTERN_NO_ACP. Cost: logarithmic. */
POSTERN_API uint32_t postern_acp_set_find(const postern_acp_set *set,
                                          postern_str acp_id);

/** Name of an ACP, valid as long as the set; absent for a wrong number. */
POSTERN_API postern_str postern_acp_set_name(const postern_acp_set *set,
                                             uint32_t acp);

/** Number of rules of an ACP; 0 for a wrong number. */
POSTERN_API uint32_t postern_acp_set_rule_count(const postern_acp_set *set,
                                                uint32_t acp,
                                                postern_privileges which);

/**
 * Memory that the set takes, in bytes; of an image that was opened, the image.
 * A compiled set is so many bytes from its handle on and refers to nothing
 * outside: copied to memory aligned for a pointer it decides there as well.
 * Such a copy is not freed as a set, but as what it was copied into.
 */
POSTERN_API size_t postern_acp_set_size(const postern_acp_set *set);

/* ------------------------------------------------------------------------
 * The decision (TS-0003 clauses 7.1.4 and 7.1.5)
 * --------------------------------------------------------------------- */

typedef enum postern_effect {
    POSTERN_DENY = 0,
    POSTERN_PERMIT = 1
} postern_effect;

typedef enum postern_reason {
    POSTERN_REASON_NO_RULE = 0, /**< deny: no rule is true */
    POSTERN_REASON_RULE = 1,    /**< permit: the rule named is true */
    /** permit: every attribute of the request is covered by a true rule, and
     * it took several (or there are more than 64); the last one is named */
    POSTERN_REASON_RULES = 2,
    POSTERN_REASON_BAD_REQUEST = 3 /**< deny: the request lacks an operation or
                                        a valid originator */
} postern_reason;

typedef struct postern_decision {
    postern_effect effect;
    postern_reason reason;
    postern_privileges which; /**< which rules of the ACP `rule` counts in */
    uint32_t acp;             /**< POSTERN_NO_ACP when denied */
    uint32_t
        rule; /**< from 0 in the order added; POSTERN_NO_RULE when denied */
    uint32_t link; /**< postern_decide_links(): position of the link that
                        permits; else 0 */
} postern_decision;

/** One ACP to evaluate, and which of its two rule sets. */
typedef struct postern_acp_ref {
    uint32_t acp;
    postern_privileges which;
} postern_acp_ref;

/**
 * Decides by the privileges of every ACP of the set.
 *
 * Permit if one rule of one ACP is true, else deny [DEC-02] [DEC-03]. Of
 * several true rules any may be named. Never fails: NULL, an unset originator
 * or operation and facts from a newer release are denied.
 *
 * Cost: no allocation, lock, system call, clock or float exception; stack
 * bounded by 4 KiB; one hash of each role and group, then per ACP the rules
 * that name the originator.
 */
POSTERN_API postern_decision postern_decide(const postern_acp_set *set,
                                            const postern_request *request);

/**
 * Decides by the ACPs listed: the links of a resource (privileges), or one ACP
 * as target (its self-privileges) [PRP-01] [PRP-02]. A number the set does not
 * have contributes no rule [PRP-07]. Otherwise as postern_decide().
 */
POSTERN_API postern_decision
postern_decide_acps(const postern_acp_set *set, const postern_acp_ref *refs,
                    size_t ref_count, const postern_request *request);

/** An ACP to evaluate that is one of several sets: a CSE that compiles each ACP
 * by itself has one set for each. A NULL set contributes no rule. [PRP-07] */
typedef struct postern_acp_link {
    const postern_acp_set *set;
    postern_acp_ref ref;
} postern_acp_link;

/**
 * Decides by ACPs of any number of sets, as if all were in one: rules that are
 * limited to attributes count together across the links. Otherwise as
 * postern_decide_acps().
 */
POSTERN_API postern_decision
postern_decide_links(const postern_acp_link *links, size_t link_count,
                     const postern_request *request);

/* ------------------------------------------------------------------------
 * Many decisions: principals, remembered callers, batches, scans
 * --------------------------------------------------------------------- */

/**
 * Who asks, resolved once: all that the originator, its groups and its roles
 * answer to in one set. A CSE keeps one for a session. Immutable, shared
 * freely; it keeps copies of the identifiers.
 */
typedef struct postern_principal postern_principal;

/**
 * Resolves an originator.
 *
 * @param request    its originator, groups and roles are taken
 * @param allocator  NULL: malloc and free
 * @return POSTERN_OK; POSTERN_ERR_MEMORY; POSTERN_ERR_ARGUMENT for a request
 *         that is denied in any case (NULL, no originator, facts from a newer
 *         release)
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_principal_new(
    postern_principal **principal, const postern_acp_set *set,
    const postern_request *request, const postern_allocator *allocator);

POSTERN_API void postern_principal_free(postern_principal *principal);

/**
 * Whether the principal was resolved for this set: the same place in memory and
 * the same checksum. If not, decisions resolve it anew each time: right, and
 * slow.
 *
 * Free the principals of a set before the set, or with it. One that outlives
 * its set is told from those of another set at the same place by the checksum,
 * which finds accidents, not two policies made to have the same.
 */
POSTERN_API bool postern_principal_is_for(const postern_principal *principal,
                                          const postern_acp_set *set);

/**
 * Decides as postern_decide_acps() does for the originator, groups and roles of
 * the principal; those of the request are not looked at.
 *
 * @param principal  NULL: as postern_decide_acps()
 */
POSTERN_API postern_decision postern_decide_as(
    const postern_acp_set *set, const postern_principal *principal,
    const postern_acp_ref *refs, size_t ref_count,
    const postern_request *request);

/**
 * Who has asked lately: texts of originators with their groups and roles, and
 * what each was resolved to, so that most requests need not be read and
 * resolved anew. For a CSE that gets the originator as text with each request.
 *
 * It changes no decision. A caller is known by the text as it came and by its
 * groups and roles in their order, all compared byte by byte. Memory is taken
 * when it is made and never grows: callers push each other out, those that have
 * not asked for longest first, roughly. Many that ask once cost time, nothing
 * else.
 *
 * Thread safety: belongs to one thread at a time; make one for each.
 */
typedef struct postern_callers postern_callers;

/** The most callers that can be remembered. */
enum { POSTERN_CALLERS_MAX = 1 << 20 };

/**
 * Makes an empty memory of callers.
 *
 * @param callers    receives the handle; NULL after a refusal
 * @param cse        what relative identifiers are relative to; copied
 * @param count      callers to remember, 1 to POSTERN_CALLERS_MAX; taken up to
 *                   the next multiple of 7. Some more than there are callers:
 *                   each has seven places, shared with others
 * @param allocator  NULL: malloc and free
 * @return POSTERN_OK; POSTERN_ERR_MEMORY; POSTERN_ERR_ARGUMENT for a count out
 *         of range or a CSE that was not initialised
 *
 * Cost: one allocation of 458 bytes a caller.
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_callers_new(postern_callers **callers, const postern_cse *cse,
                    size_t count, const postern_allocator *allocator);

POSTERN_API void postern_callers_free(postern_callers *callers);

/**
 * Forgets them all. Call it before a set is freed, if the next one may come
 * from somebody else: what was resolved for a set is told from another at the
 * same place by the checksum, which finds accidents, not two policies made to
 * have the same. NULL: nothing.
 */
POSTERN_API void postern_callers_forget(postern_callers *callers);

/**
 * Decides as postern_decide_acps() does for a request whose originator is what
 * postern_id_parse_entity() makes of the text: the same decision in every
 * member. The originator of the request is not looked at; groups, roles and all
 * else, also whether it is authenticated, are those of the request.
 *
 * A caller of this set that is remembered is neither read nor resolved; any
 * other is, and is then remembered if there is room for it: texts of
 * originator, groups and roles, 16 bytes for each group and role, and 4 for
 * each name, domain, pattern, group and role of the set that it answers to, 400
 * bytes together, of the last up to 31. Who does not fit is decided without.
 * [ORI-15]
 *
 * @param callers     NULL: denied, as without a CSE nobody is known
 * @param originator  From as it came; the absent slice, not an empty text, for
 *                    a request without [REQ-02]. A text that is no AE-ID or
 *                    CSE-ID is denied with POSTERN_REASON_BAD_REQUEST
 *
 * Cost: of somebody remembered, a hash of the text, a comparison of the texts,
 * and the decision; of anybody else that of postern_id_parse_entity() and
 * postern_decide_acps(), of which finding the originator perhaps twice, and
 * copying some 400 bytes. No allocation, lock, system call or clock; stack
 * bounded by 4 KiB.
 */
POSTERN_API postern_decision
postern_decide_from(postern_callers *callers, const postern_acp_set *set,
                    postern_str originator, const postern_acp_ref *refs,
                    size_t ref_count, const postern_request *request);

/** One of several requests to decide together. */
typedef struct postern_question {
    const postern_principal *principal; /**< or NULL: that of the request */
    const postern_request *request;
    const postern_acp_ref *refs;
    size_t ref_count;
} postern_question;

/**
 * Decides each question as postern_decide_as() does. Sixteen go step by step
 * together: what one needs from memory is on its way while others take their
 * steps.
 *
 * Cost: that of single decisions less most of the waiting for memory, and what
 * keeping sixteen apart takes: it pays where the set is larger than the caches
 * and the targets are anywhere in it. Stack below 16 KiB. A question with more
 * than four references or more than 64 attributes, and an originator, groups
 * and roles that answer to more than 32 of the names and patterns listed, are
 * decided by themselves.
 *
 * @param decisions  receives one decision per question, in their order
 */
POSTERN_API void postern_decide_batch(const postern_acp_set *set,
                                      const postern_question *questions,
                                      size_t count,
                                      postern_decision *decisions);

/**
 * Everything this originator may reach: decides by the privileges of each ACP
 * by itself, as postern_decide_as() with one reference each.
 *
 * @param principal  or NULL: that of the request
 * @param permitted  bit n is set when ACP n permits, else cleared: one word for
 *                   every 64 ACPs begun
 * @return number of ACPs that permit
 */
POSTERN_API uint32_t postern_scan(const postern_acp_set *set,
                                  const postern_principal *principal,
                                  const postern_request *request,
                                  uint64_t *permitted);

/** Until when a decision holds. */
typedef struct postern_lease {
    /** The first instant after the time of the request at which the effect is
     * another; INT64_MAX when there is none. */
    int64_t until_s;
    /** False: the search was given up. Until then the effect is surely that of
     * now, and may be for longer. */
    bool exact;
} postern_lease;

/**
 * Decides as postern_decide_acps() does, and says until when that holds while
 * all facts but the time stay as they are: the next edge of a time window or
 * expirationTime that matters. A caller that keeps the decision may use it
 * before that instant. [CTX-18]
 *
 * Exact, not a bound: just before it the effect is that of now, at it another,
 * also where windows overlap, adjoin or take turns. Only with more than 64
 * different windows that matter, or more than 64 attributes, and an edge that
 * is hundreds of changes away, or with windows made to be hard, the lease is
 * shorter than it could be, and `exact` says so.
 *
 * Windows know the years 2000 to 9999; that they end then is no change.
 *
 * @param lease  never NULL; for ever, when the time of the request is unknown
 *               or the request is denied as malformed: time changes neither
 * @return the decision now
 *
 * Cost: no allocation, lock or clock; stack below 16 KiB; looks at each rule of
 * the ACPs once, then some microseconds, in the worst case some milliseconds,
 * and with more than 64 windows up to 256 times at each rule.
 */
POSTERN_API postern_decision postern_decide_until(
    const postern_acp_set *set, const postern_acp_ref *refs, size_t ref_count,
    const postern_request *request, postern_lease *lease);

/** The same of postern_decide_links(). */
POSTERN_API postern_decision postern_decide_links_until(
    const postern_acp_link *links, size_t link_count,
    const postern_request *request, postern_lease *lease);

/**
 * For a denial while not all is known: the first instant after the time of the
 * request at which a window opens in a rule that can hold then if it turns out
 * that the originator is in the groups, has the roles and is at the places that
 * the rule asks for. Whoever has found out what postern_missing_links() asks
 * for at the time of the request, and was denied, is denied until then. It is a
 * bound, not exact. [CTX-18]
 *
 * @return INT64_MAX for never, or as postern_decide_until() for the lease
 *
 * Cost: no allocation; looks at each rule of the ACPs once.
 */
POSTERN_API int64_t postern_next_opening_links(const postern_acp_link *links,
                                               size_t link_count,
                                               const postern_request *request);

/* ------------------------------------------------------------------------
 * Images: a compiled set as bytes
 * --------------------------------------------------------------------- */

/**
 * The set as bytes: to be written to a file and used by processes of the same
 * byte order and release. Valid as long as the set; never changes.
 */
POSTERN_API const void *postern_acp_set_image(const postern_acp_set *set,
                                              size_t *size);

/**
 * A set that decides from these bytes, which are not copied: they must stay as
 * they are, and be aligned to 64 bytes (a mapped file is), until the set is
 * freed.
 *
 * Every number in the image is checked before any is used: whatever the bytes,
 * the set that comes of them reads nothing outside them. Whether they say what
 * a policy says is another question; the checksum finds accidents, a signature
 * over the file finds intent.
 *
 * @return POSTERN_OK; POSTERN_ERR_SYNTAX for bytes that are no image of this
 *         release and byte order, or a damaged one, with a sentence in diag;
 *         POSTERN_ERR_ARGUMENT when not aligned; POSTERN_ERR_MEMORY
 *
 * Cost: reads the image once or a few times, in order; a small allocation.
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_acp_set_open_image(
    postern_acp_set **set, const void *bytes, size_t size,
    const postern_allocator *allocator, postern_diag *diag);

/* ------------------------------------------------------------------------
 * The worst case of a set
 * --------------------------------------------------------------------- */

/**
 * What a bound is asked for: how much a request may bring. Start with
 * postern_cost_options_init(); 0 means the default. Groups, roles and links may
 * be named repeatedly in a request: each time counts.
 */
typedef struct postern_cost_options {
    size_t struct_size;
    uint32_t groups;     /**< that a requester may be in. 16 */
    uint32_t roles;      /**< that a requester may have. 16 */
    uint32_t links;      /**< ACPs that one decision is by. 8 */
    uint32_t attributes; /**< that a request may name. 64 */
    uint32_t text;       /**< bytes of the longest domain name or segment of an
                              identifier, or name of an attribute. 256 */
    /** Steps that one line counts for where one ACP, rule or originator is
     * said to be the dearest. 16 */
    uint32_t line_steps;
    const postern_allocator *allocator; /**< NULL: malloc and free */
} postern_cost_options;

POSTERN_API void postern_cost_options_init_sized(postern_cost_options *options,
                                                 size_t struct_size);
#define postern_cost_options_init(options)                                     \
    postern_cost_options_init_sized((options), sizeof(postern_cost_options))

/**
 * A bound. UINT64_MAX: beyond counting.
 *
 * A line is 64 bytes of the compiled set, however often it is read, wherever
 * the set lies in memory. A step is one thing looked at: an entry, a rule, a
 * window, a character; a handful of instructions.
 */
typedef struct postern_work {
    uint64_t lines;
    uint64_t steps;
} postern_work;

enum { POSTERN_COST_TEXT = 256 };

/** The worst case of a set. */
typedef struct postern_cost {
    /** One decision by `links` ACPs, whatever the request: the sum of the three
     * parts that follow, but never more lines than the set has. */
    postern_work decision;
    postern_work names;    /**< finding originator, domain, groups and roles */
    postern_work patterns; /**< which wildcards the originator matches */
    postern_work acps;     /**< the ACPs */

    uint64_t pattern_lookups; /**< beginnings, ends and pieces looked up */
    uint64_t pattern_trials;  /**< wildcards tried on a segment */
    uint64_t pattern_matches; /**< wildcards that one originator matches */
    uint64_t answers;         /**< originators of rules that one requester
                                   answers to */

    /** The dearest ACP: POSTERN_NO_ACP when the set has none. */
    uint32_t acp;
    postern_privileges which;
    postern_operation operation;
    postern_work acp_work;

    /** Of it the dearest rule, judged once: POSTERN_NO_RULE when none has
     * conditions. */
    uint32_t rule;
    postern_work rule_work;

    /** Of an ACP with so many rules that they are found by originator: the one
     * whose rules are the dearest together; "" for any other ACP. */
    char originator[POSTERN_COST_TEXT];
    uint32_t originator_rules;
    postern_work originator_work;
} postern_cost;

/**
 * The most that postern_decide_acps() can take by a set, whatever the request:
 * not an estimate of what it does take, but what it cannot exceed. The same of
 * postern_decide() (as many links as ACPs), of postern_decide_as(), and of each
 * set of postern_decide_links() (whose bounds add up); twice as much of
 * postern_decide_from() and of a question of postern_decide_batch().
 *
 * Counted is what lies in the set, and every step. Not counted are the memory
 * of the request, the stack (4 KiB) and the code, which no policy makes larger.
 * A line counts once: what a decision reads again after the processor has lost
 * it, as more was read meanwhile than its caches hold, is not counted twice.
 * Explaining, asking for what is missing and leases are not bounded by this.
 *
 * @param options  NULL for defaults
 * @param cost     never NULL; zeroed after a refusal
 * @return POSTERN_OK; POSTERN_ERR_MEMORY; POSTERN_ERR_ARGUMENT for a set that
 *         is NULL or options from a newer release
 *
 * Cost: linear in the set; memory for the time of the call. docs/cost.md says
 * what is counted and why it is a bound.
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_acp_set_cost(const postern_acp_set *set,
                     const postern_cost_options *options, postern_cost *cost);

/* ------------------------------------------------------------------------
 * The decision explained
 * --------------------------------------------------------------------- */

typedef enum postern_truth {
    POSTERN_FALSE = 0,
    POSTERN_TRUE = 1,
    POSTERN_UNKNOWN = 2 /**< a fact is missing; counts as false [DEC-09] */
} postern_truth;

enum { POSTERN_WHY_SIZE = 256 };

/** The partial results of one rule [DEC-04] [DEC-11]. */
typedef struct postern_rule_explanation {
    uint32_t acp;
    postern_privileges which;
    uint32_t rule;
    postern_str acp_id;
    postern_truth authn;
    postern_truth origs;
    postern_truth ops;
    postern_truth ctxts;
    postern_truth objd;
    /** Later release: whether accessControlAttributes of this rule cover all
     * attributes of the request; TRUE for a rule without them. */
    postern_truth attrs;
    /** The rule as a whole. */
    postern_truth result;
    /** The first term that is not true, in the order authn, origs, ops, ctxts,
     * objd, attrs; or "rule" when the rule can never hold; NULL if all are. */
    const char *first_failed;
    /** One sentence: what failed, or what made the rule true. */
    char why[POSTERN_WHY_SIZE];
} postern_rule_explanation;

/** Receives each rule in order; the explanation is valid for the call. */
typedef void (*postern_explain_fn)(void *user,
                                   const postern_rule_explanation *rule);

/**
 * Decides as postern_decide() does, by looking at every rule in order and every
 * term of each, and reports them. A path of its own: it shares no index with
 * the decision and has the same effect on every input.
 *
 * @param report  NULL: only the decision is wanted
 *
 * Cost: linear in the rules and their entries; no allocation.
 */
POSTERN_API postern_decision postern_explain(const postern_acp_set *set,
                                             const postern_request *request,
                                             postern_explain_fn report,
                                             void *user);

/** The same for postern_decide_acps(). */
POSTERN_API postern_decision postern_explain_acps(
    const postern_acp_set *set, const postern_acp_ref *refs, size_t ref_count,
    const postern_request *request, postern_explain_fn report, void *user);

/** The same for postern_decide_links(). */
POSTERN_API postern_decision postern_explain_links(
    const postern_acp_link *links, size_t link_count,
    const postern_request *request, postern_explain_fn report, void *user);

/* ------------------------------------------------------------------------
 * What is missing (TS-0003 6.2.2, 7.3.2.2)
 * --------------------------------------------------------------------- */

typedef enum postern_missing_kind {
    POSTERN_MISSING_GROUP = 1, /**< membership in `id` */
    POSTERN_MISSING_ROLE = 2,  /**< holding `id` */
    POSTERN_MISSING_TIME = 3,
    POSTERN_MISSING_ADDRESS = 4,
    POSTERN_MISSING_POINT = 5, /**< coordinates */
    POSTERN_MISSING_COUNTRY = 6,
    /** Type of target or child. While one is unknown so is a specialization
     * that the request does not have; else it has none. */
    POSTERN_MISSING_TYPES = 7,
    POSTERN_MISSING_ATTRIBUTES = 8
} postern_missing_kind;

/** A fact that the request does not have and a rule could use. */
typedef struct postern_missing {
    postern_missing_kind kind;
    const postern_id *id; /**< of a group or role; else NULL */
    uint32_t link;        /**< position of the link */
    uint32_t rule;
    /** The rule would be true with this fact alone: each of its other terms is
     * true already. */
    bool suffices;
} postern_missing;

/**
 * Finds out which facts could still make a rule true: for each rule none of
 * whose terms is false, and not all true, the facts that make them unknown. A
 * rule that lists groups or roles that the request does not have counts as
 * unknown in its originators, unless another entry matches. [ARC-03] [DEC-09]
 *
 * Learning any other fact does not change the decision from deny to permit.
 *
 * @param report  gets them link by link, within a link in no order, some
 *                perhaps repeatedly; valid for the call. False: enough. NULL:
 *                only their number is wanted
 * @return number of reports; 0 for a request that is denied whatever else is
 *         known
 *
 * Cost: no allocation; stack bounded by 4 KiB; the rules that name the
 * originator, as in a decision, and those that name a group or a role.
 */
POSTERN_API size_t postern_missing_links(
    const postern_acp_link *links, size_t link_count,
    const postern_request *request,
    bool (*report)(void *user, const postern_missing *missing), void *user);

/** One originator entry of a rule. */
typedef struct postern_originator {
    uint32_t rule;
    const char *kind; /**< "all", "domain", "entity", "pattern", "group",
                           "role" */
    const char *text; /**< canonical, ends in NUL, cut to 512 bytes */
    bool needs_authentication;
    bool has_contexts;
    bool has_object_details;
    bool has_attributes;
} postern_originator;

/**
 * Lists the originators of the rules of an ACP that allow an operation, rules
 * that can never be true left out.
 *
 * @param report  false: enough. What it gets is valid for the call. NULL: only
 *                their number is wanted
 * @return number reported
 */
POSTERN_API size_t postern_acp_set_originators(
    const postern_acp_set *set, postern_acp_ref ref,
    postern_operation operation,
    bool (*report)(void *user, const postern_originator *originator),
    void *user);

/* ------------------------------------------------------------------------
 * Time windows by themselves (m2m:scheduleEntry, TS-0004 7.4.9.1)
 * --------------------------------------------------------------------- */

/**
 * Whether a window is open at a time.
 *
 * @param window  seven fields: second minute hour day month weekday year
 * @return POSTERN_OK, or POSTERN_ERR_POLICY for a malformed window (*open is
 *         then false); diag may be NULL
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_time_window_is_open(
    postern_str window, int64_t time_s, bool *open, postern_diag *diag);

/**
 * The first instant after `time_s` at which the window opens or closes.
 * [CTX-17]
 *
 * @param next_s  INT64_MAX when it never changes again
 * @return as postern_time_window_is_open()
 *
 * Cost: bounded by the days of one 400-year cycle in the worst case, usually
 * some tens of steps; no allocation.
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_time_window_next_change(
    postern_str window, int64_t time_s, int64_t *next_s, postern_diag *diag);

#ifdef __cplusplus
}
#endif

#endif
