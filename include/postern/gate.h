/*
 * Postern, what the privacy policy manager enforces: accepted policies as
 * access control policies and links, and the manager in the place of a PDP and
 * of a DAS (TS-0003 11.3.2, 11.3.3.3).
 *
 * A consent is a link. For each provider, application, context and expiry there
 * is one <accessControlPolicy>, shared by all subscribers; that somebody has
 * consented is its ID in the accessControlPolicyIDs of that person's resources.
 * Whatever a rule cannot enforce is listed with what enforces it instead.
 *
 * A gate hears of what its own manager changes. Where another program changes
 * the same storage, it knows nothing of it until it is opened anew.
 *
 * Thread safety: a gate changes with its manager, by that thread; any number of
 * threads may decide meanwhile, each with a postern_gate_reader of its own.
 * Answering as a DAS belongs to one thread at a time.
 */
#ifndef POSTERN_GATE_H
#define POSTERN_GATE_H

#include <postern/access_log.h>
#include <postern/consent.h>
#include <postern/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct postern_gate postern_gate;

/** Options; start with postern_gate_options_init(). What they point to is
 * borrowed until the gate is closed. */
typedef struct postern_gate_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    const postern_cse *cse; /**< that hosts the resources; required */
    postern_str base_id;    /**< of its CSEBase; absent: "cb0" */
    /** AE-ID or CSE-ID that may change the policies: whoever keeps them at the
     * CSE. Absent: the CSE itself. */
    postern_str manager_id;
    uint32_t max_readers; /**< 0: 64 */
    uint64_t hash_key[2]; /**< as in postern_store_options */
    /** Seconds for which privileges are granted as a DAS, by the class of the
     * data: how late a withdrawal may take effect. 0: 10, 60 and 300. */
    int64_t sensitive_lifetime_s; /**< sensitive, medical, or unknown class */
    int64_t personal_lifetime_s;
    int64_t anonymous_lifetime_s;
} postern_gate_options;

POSTERN_API void postern_gate_options_init_sized(postern_gate_options *options,
                                                 size_t struct_size);
#define postern_gate_options_init(options)                                     \
    postern_gate_options_init_sized((options), sizeof(postern_gate_options))

/** A row of annex J that is not enforced by access control, or not by it alone.
 */
typedef struct postern_gate_remark {
    postern_str provider;
    postern_str application;
    uint32_t row;
    const char *enforced_by; /**< a sentence; never NULL */
} postern_gate_remark;

/** What hears of a compilation, in order. */
typedef struct postern_gate_listener {
    void *user;
    /** Receives the document in pieces; its refusal ends the compilation. */
    postern_status (*write)(void *user, postern_str piece);
    /** Each row that the accepted terms state and that access control alone
     * does not enforce, once for each provider and application. NULL: nobody
     * listens. */
    void (*remark)(void *user, const postern_gate_remark *remark);
} postern_gate_listener;

/**
 * Compiles what is accepted at a time into a policy document of
 * postern-policy(5), JSON: <accessControlPolicy> resources, and the
 * subscribers' resources with their links. [PPM-01] [PPM-03] [PPM-24]
 *
 * Policies permit RETRIEVE and DISCOVERY to authenticated originators, and
 * nothing else. A consent that ends makes its policies expire at the beginning
 * of that day, on the last day of that hour, in the last hour at that second:
 * never later, and few policies. Compile anew at least once a day.
 *
 * @return POSTERN_OK, _MEMORY, _ARGUMENT, _LIMIT, _POLICY (a resource of two
 *         subscribers, one that has the name of a policy, a resource ID or an
 *         originator that is none); as the manager's storage; as `write`
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_gate_compile(
    postern_ppm_manager *manager, const postern_gate_options *options,
    int64_t now_s, const postern_gate_listener *listener, postern_diag *diag);

/**
 * Opens a gate: compiles what is accepted into a store of its own, and listens
 * to the manager from then on. What the manager then cannot have enforced it
 * refuses: a consent for a resource of somebody else, an originator that is
 * none.
 *
 * @return as postern_gate_compile()
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_gate_open(
    postern_gate **gate, postern_ppm_manager *manager,
    const postern_gate_options *options, int64_t now_s, postern_diag *diag);
/** No reader may be in use. Before the manager is closed. */
POSTERN_API void postern_gate_close(postern_gate *gate);

/** Something of each thread that decides: some 40 KiB.
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT (max_readers) */
typedef struct postern_gate_reader postern_gate_reader;
POSTERN_API POSTERN_NODISCARD postern_status
postern_gate_reader_new(postern_gate_reader **reader, postern_gate *gate);
POSTERN_API void postern_gate_reader_free(postern_gate_reader *reader);

/** A decision request. */
typedef struct postern_gate_question {
    size_t struct_size;
    postern_str originator; /**< as whoever asks has authenticated it */
    postern_str target;     /**< address of a resource of a subscriber */
    postern_operation operation;
    bool time_known;
    int64_t time_s;
    postern_ip ip;      /**< as in postern_request */
    bool country_known; /**< of the originator */
    char country[3];    /**< ISO 3166-1, NUL-terminated */
    /** When this originator was last permitted to read the target; INT64_MIN:
     * never, or not known. For data that may be taken so often (3.x): the
     * caller keeps it. */
    int64_t last_s;
} postern_gate_question;

POSTERN_API void
postern_gate_question_init_sized(postern_gate_question *question,
                                 size_t struct_size);
#define postern_gate_question_init(question)                                   \
    postern_gate_question_init_sized((question), sizeof(postern_gate_question))

/** The answer; texts are valid until the next question of the reader. */
typedef struct postern_gate_answer {
    bool permitted;
    /** One word, for the log, never NULL. Permitted: "consent". Denied:
     * "no-target": no resource of a subscriber; "no-provider": the originator
     * is of no provider that the subscriber ever dealt with; "no-consent":
     * there is none, or it was withdrawn; "closed": not for this column, or not
     * for this class of data; "ended": by time; "operation": neither retrieve
     * nor discovery; "no-time": that of the request is not known; "context": it
     * comes from another country than was accepted, or from an unknown one;
     * "too-often"; as a DAS also "no-asker": it was not the hosting CSE. */
    const char *reason;
    postern_str target; /**< resource ID; absent: it is nobody's */
    postern_str provider;
    postern_str application;
    postern_str subscriber;
    postern_str device;
    postern_str data;
    postern_str consent;
    uint32_t consent_version;
    int64_t delete_by_s; /**< by the accepted retention; INT64_MAX */
    postern_str acp;     /**< that permitted */
} postern_gate_answer;

/**
 * Decides as a PDP. Whatever is unknown denies. [PPM-05]
 *
 * A question that is asked after postern_ppm_withdraw() has returned is denied;
 * one that was asked before may still be answered by what held then.
 *
 * Where terms say how often data is sent (3.0) or sampled (3.2), reads are
 * permitted no more often than the rarer of the two.
 *
 * Cost: finding the target and its policies, and a decision. No allocation,
 * lock, system call or clock.
 */
POSTERN_API void postern_gate_decide(postern_gate_reader *reader,
                                     const postern_gate_question *question,
                                     postern_gate_answer *answer);

/** The line of the log for a question and its answer; texts are those of the
 * two. What was denied is logged whatever it asked for: instead of an
 * originator or a target that is no text, or has control characters, it says
 * "(no text)", instead of one of more than 512 bytes "(too long)". A question
 * without a time gets that of 1970: set it before it is added. */
POSTERN_API void postern_gate_access(const postern_gate_question *question,
                                     const postern_gate_answer *answer,
                                     postern_access *access);

/** What is answered as a DAS. */
typedef struct postern_gate_reply {
    postern_str text; /**< content of the answer; valid until the next one */
    bool granted;
    int64_t until_s;             /**< of what was granted; else INT64_MAX */
    postern_gate_question asked; /**< as it was read; borrowed likewise */
    postern_gate_answer answer;
} postern_gate_reply;

/**
 * Answers the request of a CSE in the place of a DAS (7.3.2.2): privileges for
 * exactly the originator and the operation that it asks for, in the context
 * that was accepted, for as long as the class of the data allows and the
 * consent lasts; or nothing: a dres without members. [PPM-06]
 *
 * A CSE need not tell where the originator is: the privileges hold only in the
 * countries accepted. What it tells must be among them.
 *
 * Privileges cannot be taken back: a withdrawal takes effect when they end. How
 * often data is read meanwhile is not limited.
 *
 * @param text   {"m2m:seci":{"sit":1,"dreq":{...}}}
 * @param asker  CSE-ID of whoever sent it, authenticated: only the CSE that
 *               hosts the resources is answered
 * @return POSTERN_OK; POSTERN_ERR_SYNTAX, _POLICY, _LIMIT: no such request;
 *         POSTERN_ERR_MEMORY
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_gate_reply_to(
    postern_gate_reader *reader, postern_str text, postern_str asker,
    int64_t now_s, postern_gate_reply *reply, postern_diag *diag);

#ifdef __cplusplus
}
#endif

#endif
