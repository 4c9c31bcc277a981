/*
 * Postern, policy retrieval point: the resources of a CSE as far as access
 * control looks at them, and which of them protect a target (TS-0003 7.1.1,
 * TS-0001 9.6.1.3.2).
 *
 * Two ways to have them:
 *
 * - A postern_store keeps them: a tree in memory that is read by any number of
 *   threads while it changes. Readers never wait and see one revision during a
 *   whole decision; changes are made one at a time, all of one or nothing.
 * - A CSE that has its own tree fills in a postern_prp instead and stores
 *   nothing here.
 *
 * Thread safety: postern_store may be used by any number of threads; a
 * postern_change belongs to the thread that began it.
 */
#ifndef POSTERN_PRP_H
#define POSTERN_PRP_H

#include <postern/pdp.h>
#include <postern/policy.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * Resources
 * --------------------------------------------------------------------- */

/** A list of texts. items NULL: the attribute is absent; an entry whose data is
 * NULL is a value that is not a text, and leads nowhere. */
typedef struct postern_texts {
    const postern_str *items;
    size_t count;
} postern_texts;

/** What a <role> resource says. [ROLE-05] */
typedef struct postern_role {
    postern_str role_id;
    postern_str issuer;
    postern_str holder;
    bool dated;           /**< both times are known; else it never counts */
    int64_t not_before_s; /**< first second in which it is valid */
    int64_t not_after_s;  /**< last second in which it is valid */
} postern_role;

/** What a <dynamicAuthorizationConsultation> resource says. [DDA-05] */
typedef struct postern_consultation {
    bool enabled;         /**< dae; anything but true does not count [DDA-25] */
    postern_texts points; /**< dap: points of access of a DAS */
    bool has_lifetime;
    int64_t lifetime_s; /**< dal: until when privileges are asked for;
                             INT64_MIN: it says no time */
} postern_consultation;

/**
 * A resource. Zeroed members are absent or unknown. Slices are borrowed: by
 * calls that take a resource for the call, by calls that give one until the
 * view is left (see postern_prp).
 */
typedef struct postern_resource {
    size_t struct_size;    /**< set by postern_resource_init() */
    postern_str id;        /**< unstructured resource ID */
    postern_str parent_id; /**< absent: the CSEBase, or a parent not known */
    postern_str name;      /**< resourceName; absent: none */
    uint32_t type;         /**< resourceType: 1 ACP, 2 AE, 3 container ... */
    int64_t expires_s;     /**< expirationTime; INT64_MAX: never, which is what
                                postern_resource_init() sets */
    /** accessControlPolicyIDs, in any form of address. No entries: no value.
     * [PRP-03] */
    postern_texts policy_ids;
    postern_texts members_policy_ids; /**< of a <group> */
    /** Who created it, as the CSE keeps it. data NULL: not known. [PRP-04] */
    postern_str creator;
    postern_str custodian; /**< goes before the creator; data NULL: absent */
    postern_str entity;    /**< AE-ID of an <AE>, CSE-ID of a <remoteCSE>; an
                                <AE> without one has its `id` for it */
    postern_texts members; /**< memberIDs of a <group> */
    postern_texts labels;
    postern_texts attributes; /**< short names of the whole representation;
                                   none: not known */
    postern_str container_definition;
    uint32_t mgmt_definition;
    const postern_role *role; /**< of a <role>; else NULL */
    /** Of an ACP: the set it was compiled into and its number there. NULL: it
     * contributes no rule. [PRP-07] */
    const postern_acp_set *acp_set;
    uint32_t acp;
    /** A note of whoever gives resources to itself, such as a row number: the
     * engine hands it back with the resource. */
    uint64_t handle;
    /** dynamicAuthorizationConsultationIDs (daci), in any form of address. */
    postern_texts consultation_ids;
    /** Of a <dynamicAuthorizationConsultation>; else NULL. */
    const postern_consultation *consultation;
} postern_resource;

POSTERN_API void postern_resource_init_sized(postern_resource *resource,
                                             size_t struct_size);
#define postern_resource_init(resource)                                        \
    postern_resource_init_sized((resource), sizeof(postern_resource))

/* ------------------------------------------------------------------------
 * Where the engine finds resources
 * --------------------------------------------------------------------- */

typedef enum postern_found {
    POSTERN_FOUND_NOT = 0,
    POSTERN_FOUND = 1,
    POSTERN_FOUND_FAILED =
        2 /**< could not be found out: what needs it denies */
} postern_found;

/** Where an enumeration stands. Zeroed: at its start. */
typedef struct postern_cursor {
    uint64_t state[4];
} postern_cursor;

/**
 * The resources of a CSE, as functions. Those of a store come from
 * postern_store_prp(); a CSE with a tree of its own writes them. They are
 * called between enter and leave, by the thread that has the reader, and what
 * they give stays valid until leave. The resource that a call fills in was
 * initialised by postern_resource_init(). Only `find` is needed: a NULL
 * elsewhere answers "not known".
 */
typedef struct postern_prp {
    size_t struct_size;
    void *user;
    const postern_cse *cse; /**< that hosts the resources; outlives this */
    /** Something of each thread that decides, handed to the calls below. */
    postern_status (*reader_new)(void *user, void **reader);
    void (*reader_free)(void *user, void *reader);
    /** Fixes what is seen until leave; returns its revision. */
    uint64_t (*enter)(void *user, void *reader);
    void (*leave)(void *user, void *reader);
    /** The resource at an address that is not virtual: unstructured, structured
     * ("-" or the name of the CSEBase first), SP-relative or absolute. [ID-06]
     */
    postern_found (*find)(void *user, void *reader, postern_str address,
                          postern_resource *resource);
    /** The parent; NULL: find(parent_id). */
    postern_found (*parent)(void *user, void *reader,
                            const postern_resource *resource,
                            postern_resource *parent);
    /** The n-th <AE> or <remoteCSE> that stands for an entity, from 0. */
    postern_found (*registree)(void *user, void *reader,
                               const postern_id *entity, uint32_t n,
                               postern_resource *resource);
    /** The n-th <role> with a Role-ID, from 0. */
    postern_found (*role)(void *user, void *reader, const postern_id *role,
                          uint32_t n, postern_resource *resource);
    /** Whether a <group> lists the resource `member`, in any form of address.
     * NULL: its members are resolved one by one. [ORI-11] */
    postern_truth (*has_member)(void *user, void *reader,
                                const postern_resource *group,
                                const postern_resource *member);
    /** The next resource at or below `root` (an address; absent: all of them),
     * parents before children. */
    postern_found (*next)(void *user, void *reader, postern_str root,
                          postern_cursor *cursor, postern_resource *resource);
    /** Addresses that find() will mostly be asked for next, in this order: a
     * chance to look them up together. Their texts stay where they are until
     * then. NULL: they are looked up one by one. */
    void (*announce)(void *user, void *reader, const postern_str *addresses,
                     size_t count);
} postern_prp;

/* ------------------------------------------------------------------------
 * The store
 * --------------------------------------------------------------------- */

typedef struct postern_store postern_store;
typedef struct postern_change postern_change;

/** Options of a store; start with postern_store_options_init(). */
typedef struct postern_store_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    const postern_cse *cse;             /**< copied; required */
    postern_str base_id;   /**< resource ID of the CSEBase; copied; required */
    postern_str base_name; /**< its resourceName; absent: only "-" names it */
    uint32_t max_depth;    /**< levels below the CSEBase. 0: 64; ceiling 1,024
                                [PRP-10] */
    uint32_t max_readers;  /**< at one time. 0: 64; ceiling 4,096 */
    /** Secret numbers that keep those who choose names from making them
     * collide. Zero is allowed where names are not chosen by strangers. */
    uint64_t hash_key[2];
} postern_store_options;

POSTERN_API void
postern_store_options_init_sized(postern_store_options *options,
                                 size_t struct_size);
#define postern_store_options_init(options)                                    \
    postern_store_options_init_sized((options), sizeof(postern_store_options))

/**
 * Makes an empty store at revision 1.
 *
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT (no cse; no
 *         base_id; one, or a base_name, that is no segment; an options struct
 *         of a newer release with members in use)
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_store_new(postern_store **store, const postern_store_options *options,
                  postern_diag *diag);

/**
 * Makes a store with every resource of a document, at revision 2: what
 * postern_store_new(), postern_change_put_policy() and postern_change_commit()
 * do. The hosting CSE is that of the document; its base is the one of cb_ri, or
 * the CSEBase among the resources.
 *
 * @param options  NULL for defaults; its cse, base_id and base_name are not
 *                 looked at
 * @return as these three
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_store_of_policy(
    postern_store **store, const postern_policy *policy,
    const postern_store_options *options, postern_diag *diag);

/** No reader and no change of it may be in use. */
POSTERN_API void postern_store_free(postern_store *store);

/** The revision that the next reader to enter sees at least. */
POSTERN_API uint64_t postern_store_revision(const postern_store *store);

/** What the engine reads from; valid as long as the store. */
POSTERN_API const postern_prp *postern_store_prp(postern_store *store);

typedef struct postern_store_size {
    uint64_t revision;
    uint64_t resources; /**< ACPs among them */
    uint64_t acps;
    uint64_t bytes;         /**< of the allocator, all of them */
    uint64_t waiting_bytes; /**< of these: replaced, and not free yet because a
                                 reader may see them */
} postern_store_size;

/** Waits while a change is being made. */
POSTERN_API void postern_store_measure(postern_store *store,
                                       postern_store_size *size);

/**
 * Begins a change. Waits while another one is being made; readers do not
 * notice. Until it is committed nobody sees anything of it.
 *
 * @return POSTERN_OK, POSTERN_ERR_MEMORY
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_change_begin(postern_store *store, postern_change **change);

/**
 * Adds a resource, or replaces the one that has its id (its children stay).
 *
 * An ACP (type 1) brings resource->acp_set, a set with this ACP alone under its
 * resource ID, made with postern_acp_builder or postern_acp_set_load_json(); on
 * success the store owns it, and it is freed when no reader can see it any
 * more. It is compiled once, by whoever makes it, and no other ACP is touched.
 * [PRP-11] Originators that could be an AE-ID or a <group> are what they were
 * when the set was made; postern_change_put_text() looks them up. [ORI-14]
 *
 * @param diag  what is wrong, its path the short name of the attribute; may be
 *              NULL
 * @return POSTERN_OK; POSTERN_ERR_POLICY: no id, or one that is no segment of
 *         unreserved characters, or "-"; a name that is no such segment; no
 *         type; a parent that does not exist, or is the resource itself or
 *         below it; deeper than max_depth; the name is taken by a sibling; a
 *         second CSEBase; an ACP without a set of one, or with that of another
 *         ACP, or a set without an ACP; POSTERN_ERR_LIMIT: 2^32 resources, a
 *         text of more than 65,535 bytes; POSTERN_ERR_ARGUMENT: never
 *         initialised, a length without bytes; POSTERN_ERR_MEMORY: the change
 *         can only be aborted. After any other refusal it is as before.
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_change_put(postern_change *change, const postern_resource *resource,
                   postern_diag *diag);

/**
 * Moves a resource, with all below it, under another parent or to another name.
 *
 * @param parent_id  unstructured resource ID of the new parent, or of the old
 * @param name       the new name; absent: the old one
 * @return as postern_change_put(); POSTERN_ERR_POLICY also when there is no
 *         such resource
 *
 * Cost: that of a put, and a walk over what is below it (for the depth).
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_change_move(
    postern_change *change, postern_str id, postern_str parent_id,
    postern_str name, postern_diag *diag);

/**
 * Deletes a resource and all below it.
 *
 * @return POSTERN_OK, POSTERN_ERR_POLICY (no such resource),
 *         POSTERN_ERR_MEMORY (the change can only be aborted)
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_change_delete(
    postern_change *change, postern_str id, postern_diag *diag);

/**
 * Puts one resource in its oneM2M representation, JSON with short names:
 * {"m2m:cnt":{"ri":...}} or bare with "ty". An ACP is compiled; an originator
 * that names a <group> of the store counts as that group. [ORI-14]
 *
 * @param options  as for postern_policy_load(); NULL for defaults
 * @return as postern_change_put() and postern_policy_load()
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_change_put_text(
    postern_change *change, postern_str text,
    const postern_load_options *options, postern_diag *diag);

/**
 * Puts every resource of a document, in whatever order it has them.
 *
 * @return as postern_change_put(); the diagnostic names the resource. Any
 *         refusal leaves a change that can only be aborted.
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_change_put_policy(
    postern_change *change, const postern_policy *policy, postern_diag *diag);

/**
 * Puts the resources of a file of JSON Lines, one representation a line,
 * parents before children. Empty lines are skipped.
 *
 * @return as postern_change_put_text(), and POSTERN_ERR_IO; diag has the line.
 *         Any refusal leaves a change that can only be aborted.
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_change_put_lines(
    postern_change *change, const char *path,
    const postern_load_options *options, postern_diag *diag);

/**
 * Makes the change visible, all of it at once, to every reader that enters from
 * now on. The change is freed in any case.
 *
 * @param revision  receives the revision it is visible in; may be NULL
 * @return POSTERN_OK, or POSTERN_ERR_MEMORY when some call before had no
 *         memory: then nothing has changed
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_change_commit(postern_change *change, uint64_t *revision);

/** Forgets the change and frees it; NULL is allowed. */
POSTERN_API void postern_change_abort(postern_change *change);

/** A change of one resource: begin, put, move or delete, commit; nothing has
 * changed after a refusal. Returned as by these. */
POSTERN_API POSTERN_NODISCARD postern_status
postern_store_put(postern_store *store, const postern_resource *resource,
                  uint64_t *revision, postern_diag *diag);
POSTERN_API POSTERN_NODISCARD postern_status
postern_store_put_text(postern_store *store, postern_str text,
                       uint64_t *revision, postern_diag *diag);
POSTERN_API POSTERN_NODISCARD postern_status
postern_store_move(postern_store *store, postern_str id, postern_str parent_id,
                   postern_str name, uint64_t *revision, postern_diag *diag);
POSTERN_API POSTERN_NODISCARD postern_status
postern_store_delete(postern_store *store, postern_str id, uint64_t *revision,
                     postern_diag *diag);

#ifdef __cplusplus
}
#endif

#endif
