/*
 * Postern, proof: whether compiled ACPs mean what their rules say.
 *
 * The check is another program than the compiler. It reads the texts of the
 * rules anew and compares all that a decision reads of the compiled form with
 * them, region by region, so that what it accepts answers every request as the
 * rules do. docs/proof.md says what is claimed and what is trusted.
 *
 * Thread safety: reads only.
 */
#ifndef POSTERN_PROOF_H
#define POSTERN_PROOF_H

#include <postern/pdp.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One ACP as it was given to the builder: postern_acp_builder_add_acp() and
 * _add_rule(). */
typedef struct postern_source_acp {
    postern_str id;
    int64_t expires_s;         /**< INT64_MAX: never */
    const postern_rule *rules; /**< its privileges */
    size_t rule_count;
    const postern_rule *self_rules; /**< its self-privileges */
    size_t self_rule_count;
} postern_source_acp;

/** Where rules come from. A rule that the builder refused and that was then
 * added as never true has `never` set here too. */
typedef struct postern_acp_source {
    size_t struct_size; /**< sizeof(postern_acp_source) */
    const postern_cse *cse;
    uint32_t acp_count;
    /** Fills in ACP number `acp`; what it points to stays until the next
     * call. */
    void (*acp)(void *user, uint32_t acp, postern_source_acp *out);
    /** As in postern_builder_options; may be NULL. */
    bool (*resolve_group)(void *user, postern_str entry, postern_id *group);
    void *user;
} postern_acp_source;

/**
 * Proves that a set answers every request as the rules of the source do. The
 * bytes of the set are checked first as postern_acp_set_open_image() does, so
 * they may come from anywhere.
 *
 * Time and memory are linear in the rules, but for sorting.
 *
 * @param allocator  for the time of the call; NULL: malloc and free
 * @param diag       the first difference, with ACP, rule and term; may be NULL
 * @return POSTERN_OK: proved. POSTERN_ERR_INTERNAL: they differ.
 *         POSTERN_ERR_SYNTAX: these bytes are no image. POSTERN_ERR_MEMORY,
 *         POSTERN_ERR_LIMIT, POSTERN_ERR_ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_acp_set_verify(
    const postern_acp_set *set, const postern_acp_source *source,
    const postern_allocator *allocator, postern_diag *diag);

#ifdef __cplusplus
}
#endif

#endif
