/*
 * Postern, policy language: documents with access control policies, read from
 * JSON and YAML, checked, compiled, and written in canonical form.
 *
 * A document is described in postern-policy(5). It holds the hosting CSE,
 * <accessControlPolicy> resources and, as far as a decision needs them, other
 * resources and whom to trust.
 *
 * Thread safety: postern_policy is immutable, share it freely.
 */
#ifndef POSTERN_POLICY_H
#define POSTERN_POLICY_H

#include <postern/pdp.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What to do with a rule that the standard does not allow. */
typedef enum postern_rule_errors {
    /** The document is refused. For policies that someone is writing. */
    POSTERN_RULE_ERRORS_REFUSE = 0,
    /** That rule is false, the others count, and the defect is reported as a
     * warning. For policies that are stored already. */
    POSTERN_RULE_ERRORS_DISABLE = 1
} postern_rule_errors;

typedef enum postern_format {
    POSTERN_FORMAT_AUTO = 0, /**< by the file name (.json, .yaml, .yml), else
                                  by the first character: "{" or "[" is JSON */
    POSTERN_FORMAT_JSON = 1,
    POSTERN_FORMAT_YAML = 2
} postern_format;

/** Options of a load; start with postern_load_options_init(). */
typedef struct postern_load_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free. libyaml
                                             uses malloc while a document is
                                             read. */
    postern_limits limits;
    postern_format format;
    postern_rule_errors rule_errors;
    const char *source; /**< name for diagnostics, NULL for none */
    /** The hosting CSE when the document does not say; NULL: it must. */
    const postern_cse *cse;
    /** Receives warnings and lints, in order; NULL: nobody listens. */
    void (*report)(void *user, const postern_diag *diag);
    void *user;
    /** Refuses a policy whose compiled form is not proved to mean what its
     * rules say, as postern_policy_verify() does: nothing is decided by what
     * has not been proved. */
    bool verify;
} postern_load_options;

POSTERN_API void postern_load_options_init_sized(postern_load_options *options,
                                                 size_t struct_size);
#define postern_load_options_init(options)                                     \
    postern_load_options_init_sized((options), sizeof(postern_load_options))

/** A document, read and compiled. */
typedef struct postern_policy postern_policy;

/**
 * Loads one document from memory.
 *
 * @param policy   receives the handle; NULL after any refusal
 * @param text     borrowed for the call
 * @param options  NULL for defaults
 * @param diag     why it was refused, with line, column and path; may be NULL
 * @return POSTERN_OK, _SYNTAX, _POLICY, _LIMIT, _MEMORY, _ARGUMENT, _INTERNAL
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_policy_load(postern_policy **policy, postern_str text,
                    const postern_load_options *options, postern_diag *diag);

/**
 * Loads files and folders as one policy. Of a folder, every file that ends in
 * .json, .yaml or .yml is read, in the order of their names; folders in it are
 * not entered. Only one document need name the CSE; if several do, they agree.
 *
 * @return as postern_policy_load(), and POSTERN_ERR_IO
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_policy_load_files(
    postern_policy **policy, const char *const *paths, size_t path_count,
    const postern_load_options *options, postern_diag *diag);

POSTERN_API void postern_policy_free(postern_policy *policy);

/**
 * Proves that a set answers every request as the rules of the document do, see
 * postern/proof.h.
 *
 * @param set   NULL: the policy's own; or one that was opened from an image
 * @param diag  the first difference, with ACP, rule and term; may be NULL
 * @return as postern_acp_set_verify()
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_policy_verify(const postern_policy *policy, const postern_acp_set *set,
                      postern_diag *diag);

/** The compiled ACPs, valid as long as the policy. Never NULL. */
POSTERN_API const postern_acp_set *
postern_policy_acps(const postern_policy *policy);

/** The hosting CSE, valid as long as the policy. Never NULL. */
POSTERN_API const postern_cse *postern_policy_cse(const postern_policy *policy);

/**
 * Looks for what is legal and probably not meant: windows that never open,
 * rules no request can match, duplicate and subsumed rules, host bits in a
 * prefix, wildcards where none is allowed, policies that lock their owner out,
 * and what loading reported as warnings. Each finding is a diag with a name in
 * `lint`.
 *
 * @param now_s   windows and ACPs over by then are reported; INT64_MIN: unknown
 * @return number of findings reported
 */
POSTERN_API size_t postern_policy_check(
    const postern_policy *policy, int64_t now_s,
    void (*report)(void *user, const postern_diag *), void *user);

/**
 * Writes the document in canonical form: oneM2M JSON with short names, or YAML
 * in the words of the standard. Loading the result gives a policy that is
 * written the same.
 *
 * @param text  receives the text, NUL-terminated, made with the policy's
 *              allocator; free it with postern_text_free()
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT for
 *         POSTERN_FORMAT_AUTO
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_policy_write(
    const postern_policy *policy, postern_format format, postern_str *text);

POSTERN_API void postern_text_free(const postern_policy *policy,
                                   postern_str text);

/**
 * Loads the ACPs of a document and nothing else: for a CSE that keeps its own
 * resource tree.
 *
 * @return as postern_policy_load()
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_acp_set_load_json(
    postern_acp_set **set, postern_str text,
    const postern_load_options *options, postern_diag *diag);
POSTERN_API POSTERN_NODISCARD postern_status postern_acp_set_load_yaml(
    postern_acp_set **set, postern_str text,
    const postern_load_options *options, postern_diag *diag);

/**
 * Loads an image from a file, which is read whole: what happens to the file
 * afterwards does not matter. Who would rather share one copy among processes
 * maps a file that nobody writes to or cuts short and calls
 * postern_acp_set_open_image().
 *
 * @param path       a file with what postern_acp_set_image() gave
 * @param allocator  NULL: malloc and free
 * @param diag       why it was refused, with the path as source; may be NULL
 * @return as postern_acp_set_open_image(), and POSTERN_ERR_IO
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_acp_set_load_image(
    postern_acp_set **set, const char *path, const postern_allocator *allocator,
    postern_diag *diag);

#ifdef __cplusplus
}
#endif

#endif
