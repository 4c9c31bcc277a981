/*
 * Postern, the privacy policy manager: who has registered which terms, laws and
 * preferences; what was shown to a person and accepted; and what became of it
 * (TS-0003 clause 11.3).
 *
 * - A *storage* keeps named texts, all of a transaction or nothing. One over
 *   SQLite comes with the library.
 * - A *manager* registers documents, shows customised privacy policies, takes
 *   consents, exceptions and withdrawals, and suspends what a change of terms,
 *   laws or preferences has turned red.
 * - *Receipts* say what was accepted in the fields of ISO/IEC TS 27560.
 * - *Deletion requests* are followed until they are done.
 *
 * The documents are described in postern-consent(5).
 *
 * Nothing here reads a clock. Thread safety: a manager, and a storage, belong
 * to one thread at a time.
 */
#ifndef POSTERN_CONSENT_H
#define POSTERN_CONSENT_H

#include <postern/customised.h>
#include <postern/jose.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * Storage
 * --------------------------------------------------------------------- */

/**
 * Where the manager keeps things: texts by table and key. A table is one of the
 * names the manager uses, letters only; a key is any text without NUL; keys of
 * a table are enumerated in the order of their bytes.
 *
 * Everything happens between begin and commit or rollback. What commit has
 * answered POSTERN_OK to survives a crash of the program and of the machine;
 * what it has not is gone as a whole. Any call may refuse with POSTERN_ERR_IO,
 * _LIMIT or _MEMORY; then only rollback follows.
 */
typedef struct postern_storage {
    size_t struct_size;
    void *user;
    postern_status (*begin)(void *user, postern_diag *diag);
    /** The text is valid until the next call; absent (data NULL) when there is
     * none. */
    postern_status (*get)(void *user, const char *table, postern_str key,
                          postern_str *value, postern_diag *diag);
    /** Adds or replaces. */
    postern_status (*put)(void *user, const char *table, postern_str key,
                          postern_str value, postern_diag *diag);
    /** Nothing happens when there is none. */
    postern_status (*remove)(void *user, const char *table, postern_str key,
                             postern_diag *diag);
    /** Hands over what begins with a prefix (empty: all of the table) until
     * `take` returns false, which makes no call here. */
    postern_status (*each)(void *user, const char *table, postern_str prefix,
                           bool (*take)(void *listener, postern_str key,
                                        postern_str value),
                           void *listener, postern_diag *diag);
    postern_status (*commit)(void *user, postern_diag *diag);
    void (*rollback)(void *user);
} postern_storage;

/** A storage in one SQLite file. */
typedef struct postern_sqlite postern_sqlite;

/**
 * Opens a file, which is made if it is not there. Two programs may have it
 * open: their transactions wait for each other, at most 5 seconds.
 *
 * @return POSTERN_OK; POSTERN_ERR_IO (cannot be opened, or is damaged);
 *         POSTERN_ERR_POLICY (a file of another program, or of a newer
 *         release); POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_sqlite_open(
    postern_sqlite **sqlite, const char *path, postern_diag *diag);
POSTERN_API void postern_sqlite_close(postern_sqlite *sqlite);
/** Valid until it is closed. */
POSTERN_API const postern_storage *
postern_sqlite_storage(postern_sqlite *sqlite);

/* ------------------------------------------------------------------------
 * Terms that a provider has signed
 * --------------------------------------------------------------------- */

/**
 * Signs terms: a compact JWS (ES256, RS256 ... the algorithm of the key) with
 * the text as its payload. [PPM-18]
 *
 * @param jose   a context of the calling thread, which holds the answer until
 *               it is used again
 * @param terms  a frame of kind provider, YAML or JSON; it is checked as
 *               postern_ppm_frame_load() does, and has to name its `owner` and
 *               an App-ID (row 1.1/app_id)
 * @param signer its sign_keys, sign_kid and time count, as for
 *               postern_jose_seal(); no other member does
 * @return POSTERN_OK; as postern_ppm_frame_load() and postern_jose_seal()
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_terms_sign(
    postern_jose *jose, const postern_jose_recipe *signer, postern_str terms,
    const postern_ppm_load_options *options, postern_str *token,
    postern_diag *diag);

/**
 * Verifies terms and gives back their text. Symmetric keys are not taken: with
 * one the manager could have signed them itself. Nor are keys that have a
 * lifetime, since nothing is known of the time here; a manager takes them.
 *
 * @param keys   public keys of the provider
 * @param token  a line break behind it is not part of it
 * @param terms  receives the text, valid until the context is used again
 * @return POSTERN_OK; POSTERN_ERR_POLICY with a code in diag->lint:
 *         E_SIGNATURE (not of these keys), E_UNSIGNED (no compact JWS); _LIMIT
 *         (longer than 32 KiB), _MEMORY, _ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_terms_open(
    postern_jose *jose, const postern_keys *keys, postern_str token,
    postern_str *terms, postern_diag *diag);

/* ------------------------------------------------------------------------
 * The manager
 * --------------------------------------------------------------------- */

typedef struct postern_ppm_manager postern_ppm_manager;

/** Options; start with postern_ppm_manager_options_init(). What they point to
 * is borrowed until the manager is closed. */
typedef struct postern_ppm_manager_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    postern_limits limits;
    postern_ppm_profile profile; /**< by which it is shown; consents always need
                                      POSTERN_PPM_SOUND to be green as well */
    /** As in postern_ppm_stack_options. */
    const postern_ppm_kind *order;
    size_t order_count;
    /** The manager's own key: it signs records of consent and receipts. NULL:
     * they are not signed. */
    const postern_keys *sign_keys;
    postern_str sign_kid; /**< absent: the only key there is */
    /** Takes terms without a signature, for tests and for providers that are
     * the operator itself. */
    bool unsigned_terms;
} postern_ppm_manager_options;

POSTERN_API void
postern_ppm_manager_options_init_sized(postern_ppm_manager_options *options,
                                       size_t struct_size);
#define postern_ppm_manager_options_init(options)                              \
    postern_ppm_manager_options_init_sized(                                    \
        (options), sizeof(postern_ppm_manager_options))

/**
 * @param storage  borrowed until the manager is closed
 * @return POSTERN_OK; POSTERN_ERR_POLICY (the storage holds what a newer
 *         release wrote), _ARGUMENT, _MEMORY; as the storage
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_manager_open(
    postern_ppm_manager **manager, const postern_storage *storage,
    const postern_ppm_manager_options *options, postern_diag *diag);
POSTERN_API void postern_ppm_manager_close(postern_ppm_manager *manager);

/* ---- registration ----------------------------------------------------- */

/** What was registered. Texts are valid until the next call of the manager. */
typedef struct postern_ppm_registered {
    postern_str kind;   /**< "asp", "subscriber", "provider", "user" ... */
    postern_str owner;  /**< whose it is */
    postern_str id;     /**< of the document; absent when it has none */
    uint32_t version;   /**< 1, 2 ... of documents of this kind, owner and id */
    char hash[65];      /**< SHA-256 of its text, in hexadecimal */
    bool changed;       /**< false: this very text was registered already */
    uint32_t carried;   /**< consents that go on as they are */
    uint32_t suspended; /**< consents of which columns were closed */
} postern_ppm_registered;

/**
 * Registers a document; it takes the place of the one with the same kind, owner
 * and id, which is kept.
 *
 * - `asp`: a provider, with its public keys, its applications, their App-IDs
 *   and the AE-IDs by which they ask
 * - `subscriber`: a person, by pseudonym: residence, devices, resources
 * - a frame: terms (signed, a compact JWS, unless options say otherwise), laws,
 *   parents, preferences. `owner` says whose: the provider, the pseudonym, the
 *   place such as NL
 *
 * Consents that the document concerns are looked at again, in the same
 * transaction: what is red now and was not accepted as red suspends its column
 * until the person accepts anew. A consent whose frames cannot be put together
 * any more is suspended whole. [PPM-17] [PPM-19]
 *
 * @param options  format, source, limits; NULL for defaults. The format of
 *                 signed terms is that of their payload.
 * @return POSTERN_OK; POSTERN_ERR_SYNTAX, _POLICY (with a code in diag->lint:
 *         those of frames, and of postern-consent(5): E_OWNER_MISSING,
 *         E_UNKNOWN_OWNER, E_UNSIGNED, E_SIGNATURE, E_APP_ID ...), _LIMIT,
 * _MEMORY; as the storage. Nothing has changed after a refusal.
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_ppm_register(postern_ppm_manager *manager, postern_str text,
                     const postern_ppm_load_options *options, int64_t now_s,
                     postern_ppm_registered *registered, postern_diag *diag);

/* ---- what is shown ---------------------------------------------------- */

/**
 * The customised privacy policy of a subscriber and a provider as things are,
 * with what has changed since the one accepted last. [PPM-04]
 *
 * @param document  receives the handle; free it
 * @return POSTERN_OK; POSTERN_ERR_POLICY (E_UNKNOWN_OWNER: nobody such is
 *         registered; E_NO_TERMS, E_NO_PREFERENCES), _MEMORY, _LIMIT; as the
 *         storage
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_present(
    postern_ppm_manager *manager, postern_str subscriber, postern_str provider,
    int64_t now_s, postern_customised **document, postern_diag *diag);

/* ---- consents --------------------------------------------------------- */

typedef enum postern_consent_state {
    POSTERN_CONSENT_NONE = 0,
    POSTERN_CONSENT_ACTIVE = 1,
    POSTERN_CONSENT_SUSPENDED = 2,  /**< some column is closed until the person
                                         acts; the others go on */
    POSTERN_CONSENT_SUPERSEDED = 3, /**< by a later one */
    POSTERN_CONSENT_WITHDRAWN = 4,
    POSTERN_CONSENT_EXPIRED = 5
} postern_consent_state;

/** "none", "active" ... Never NULL. */
POSTERN_API const char *postern_consent_state_word(postern_consent_state state);

/** One version of one consent. Texts are valid until the next call of the
 * manager. */
typedef struct postern_consent {
    postern_str id;   /**< of all versions for one subscriber and provider */
    uint32_t version; /**< 1, 2 ... */
    postern_str subscriber;
    postern_str provider;
    postern_consent_state state;
    int64_t from_s;
    int64_t until_s;  /**< first second in which it does not hold; INT64_MAX */
    int64_t ended_s;  /**< withdrawn, superseded, expired; INT64_MAX: not */
    postern_str hash; /**< of the customised privacy policy accepted */
    postern_str signature; /**< compact JWS over what was accepted; absent */
    uint32_t columns;      /**< of the policy, when it was looked at last */
    uint32_t open;         /**< of these, in which access is permitted */
    uint32_t exceptions;   /**< red points the person accepted all the same */
} postern_consent;

/** A red point that is accepted all the same: the parts of the column are those
 * of the document, absent ones "whatever nobody names". */
typedef struct postern_ppm_exception {
    postern_str application;
    postern_str device;
    postern_str data;
    postern_str row; /**< "6.0/month" */
} postern_ppm_exception;

typedef struct postern_ppm_acceptance {
    size_t struct_size;
    postern_str subscriber;
    postern_str provider;
    /** Of the document that the person has seen, postern_customised_hash(): if
     * the manager would show another one now, nothing is accepted. */
    postern_str hash;
    const postern_ppm_exception *exceptions;
    size_t exception_count;
    int64_t now_s;
    int64_t until_s; /**< INT64_MAX: until it is withdrawn */
} postern_ppm_acceptance;

POSTERN_API void
postern_ppm_acceptance_init_sized(postern_ppm_acceptance *acceptance,
                                  size_t struct_size);
#define postern_ppm_acceptance_init(acceptance)                                \
    postern_ppm_acceptance_init_sized((acceptance),                            \
                                      sizeof(postern_ppm_acceptance))

/**
 * Takes a consent, which supersedes an earlier one. Columns in which every
 * point is green or an exception are open; the others stay closed. [PPM-24]
 *
 * @param consent  receives it as it is stored; may be NULL
 * @return POSTERN_OK: it is on disk. POSTERN_ERR_POLICY with a code in
 *         diag->lint: E_STALE (the document is not that of now), E_LOCKED (an
 *         exception of what the person may not accept), E_NOT_RED, E_COLUMN,
 *         E_ROW, E_UNTIL (it would be over when it begins); as
 *         postern_ppm_present()
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_accept(
    postern_ppm_manager *manager, const postern_ppm_acceptance *acceptance,
    postern_consent *consent, postern_diag *diag);

/**
 * Withdraws a consent, whole. Listeners have closed what it opened when this
 * returns. [PPM-25]
 *
 * @return POSTERN_OK: it is on disk; POSTERN_ERR_POLICY (E_NO_CONSENT); as the
 *         storage
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_withdraw(
    postern_ppm_manager *manager, postern_str subscriber, postern_str provider,
    int64_t now_s, postern_consent *consent, postern_diag *diag);

/** The newest version, as it is at a time: state NONE when there never was one.
 * What has ended by time is EXPIRED, whether or not it was written down; what
 * is open is as it was written down last, see postern_ppm_look_again(). */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_consent_of(
    postern_ppm_manager *manager, postern_str subscriber, postern_str provider,
    int64_t now_s, postern_consent *consent, postern_diag *diag);

/** Every version of every consent of a subscriber (absent: of all), by
 * subscriber and provider and oldest first, until `take` returns false; `take`
 * makes no call of the manager. */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_consents(
    postern_ppm_manager *manager, postern_str subscriber, int64_t now_s,
    bool (*take)(void *user, const postern_consent *consent), void *user,
    postern_diag *diag);

/** Writes down what has expired, tells listeners, and closes columns in which
 * time has turned a point red (a shelf life, an age). */
POSTERN_API POSTERN_NODISCARD postern_status
postern_ppm_look_again(postern_ppm_manager *manager, int64_t now_s,
                       uint32_t *changed, postern_diag *diag);

typedef enum postern_receipt_form {
    POSTERN_RECEIPT_PLAIN = 0, /**< JSON */
    POSTERN_RECEIPT_SIGNED = 1 /**< a compact JWS of it, by the manager's key */
} postern_receipt_form;

/** Which receipt; start with postern_receipt_query_init(). */
typedef struct postern_receipt_query {
    size_t struct_size;
    postern_str subscriber;
    postern_str provider;
    uint32_t version; /**< of the consent; 0: the newest */
    postern_receipt_form form;
    int64_t now_s;
} postern_receipt_query;

POSTERN_API void postern_receipt_query_init_sized(postern_receipt_query *query,
                                                  size_t struct_size);
#define postern_receipt_query_init(query)                                      \
    postern_receipt_query_init_sized((query), sizeof(postern_receipt_query))

/**
 * The receipt of a version of a consent as it is at a time: JSON with the
 * fields of ISO/IEC TS 27560, described in postern-receipt(5). It says what the
 * terms said that were accepted; what they did not say is not in it. The text
 * is valid until the next call of the manager. [PPM-25]
 *
 * @return POSTERN_OK; POSTERN_ERR_POLICY with a code in diag->lint:
 *         E_NO_CONSENT (there is no such version), E_UNSIGNED (the manager has
 *         no key to sign with); _LIMIT (too long for a token), _MEMORY,
 *         _ARGUMENT; as the storage
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_receipt(
    postern_ppm_manager *manager, const postern_receipt_query *query,
    postern_str *receipt, postern_diag *diag);

/* ---- those who have to know at once ----------------------------------- */

/**
 * Hears of every consent that a call of the manager is about to change, before
 * it is on disk, and may refuse: then nothing changes. What is closed has to be
 * closed from `committed` on; it cannot fail.
 */
typedef struct postern_ppm_listener {
    void *user;
    /** Prepares for a consent as it is going to be. */
    postern_status (*prepare)(void *user, const postern_consent *consent,
                              int64_t now_s, postern_diag *diag);
    void (*committed)(void *user);
    void (*aborted)(void *user);
} postern_ppm_listener;

/** At most one; NULL: none. */
POSTERN_API void
postern_ppm_manager_listen(postern_ppm_manager *manager,
                           const postern_ppm_listener *listener);

/* ---- deletion --------------------------------------------------------- */

typedef enum postern_deletion_state {
    POSTERN_DELETION_SENT = 0, /**< asked for; the provider has not answered */
    POSTERN_DELETION_ACKNOWLEDGED = 1,
    POSTERN_DELETION_DONE = 2,
    POSTERN_DELETION_REFUSED = 3, /**< with a reason */
    POSTERN_DELETION_OVERDUE = 4  /**< of sent and acknowledged, by time */
} postern_deletion_state;

/** "sent" ... Never NULL. */
POSTERN_API const char *
postern_deletion_state_word(postern_deletion_state state);

enum { POSTERN_DELETION_DAYS = 30 };

/** A request of a subscriber to a provider to delete data. */
typedef struct postern_deletion {
    postern_str id;     /**< "d-1" ... */
    postern_str parent; /**< the request it follows from; absent: none. Whoever
                             the provider shares with has one of its own */
    postern_str subscriber;
    postern_str provider; /**< or, with a parent, the recipient: "7.0/affiliate"
                           */
    postern_ppm_exception
        what; /**< the column; row unused; absent parts: all */
    postern_deletion_state state;
    postern_str reason; /**< why refused; absent */
    int64_t asked_s;
    int64_t due_s;
    int64_t changed_s;
    postern_str consent; /**< its id, and the version it was asked under */
    uint32_t consent_version;
} postern_deletion;

/** What is to be deleted; start with postern_deletion_wish_init(). */
typedef struct postern_deletion_wish {
    size_t struct_size;
    postern_str subscriber;
    postern_str provider;
    postern_ppm_exception
        what;      /**< the column; row unused; absent parts: all */
    uint32_t days; /**< until it is overdue; 0: POSTERN_DELETION_DAYS */
    int64_t now_s;
} postern_deletion_wish;

POSTERN_API void postern_deletion_wish_init_sized(postern_deletion_wish *wish,
                                                  size_t struct_size);
#define postern_deletion_wish_init(wish)                                       \
    postern_deletion_wish_init_sized((wish), sizeof(postern_deletion_wish))

/**
 * Asks for deletion, and of those the data was shared with, by the terms of the
 * consent's last version. [PPM-25]
 *
 * @param deletion  receives the request to the provider; may be NULL
 * @return POSTERN_OK: it is on disk; POSTERN_ERR_POLICY (E_NO_CONSENT: there
 *         never was one); as the storage
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_ask_deletion(
    postern_ppm_manager *manager, const postern_deletion_wish *wish,
    postern_deletion *deletion, postern_diag *diag);

/** What a provider answers; start with postern_deletion_answer_init(). */
typedef struct postern_deletion_answer {
    size_t struct_size;
    postern_str id;               /**< of the request */
    postern_deletion_state state; /**< acknowledged, done or refused */
    postern_str reason;           /**< why refused */
    int64_t now_s;
} postern_deletion_answer;

POSTERN_API void
postern_deletion_answer_init_sized(postern_deletion_answer *answer,
                                   size_t struct_size);
#define postern_deletion_answer_init(answer)                                   \
    postern_deletion_answer_init_sized((answer),                               \
                                       sizeof(postern_deletion_answer))

/** Notes an answer. POSTERN_ERR_POLICY: no such request (E_NO_DELETION), a
 * state that does not follow (E_STATE), a refusal without a reason
 * (E_REASON_MISSING). */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_note_deletion(
    postern_ppm_manager *manager, const postern_deletion_answer *answer,
    postern_deletion *deletion, postern_diag *diag);

/** The requests of a subscriber (absent: of all), oldest first, until `take`
 * returns false; `take` makes no call of the manager. */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_deletions(
    postern_ppm_manager *manager, postern_str subscriber, int64_t now_s,
    bool (*take)(void *user, const postern_deletion *deletion), void *user,
    postern_diag *diag);

#ifdef __cplusplus
}
#endif

#endif
