/* The proof, ACP after ACP. */
#include "proof/checker.h"

#include "base/sized.h"
#include "base/str.h"
#include "pdp/image.h"
#include "proof/clause.h"

static void add_place(const struct pst_proof *proof, struct pst_text *text)
{
    if (!proof->acp) {
        return;
    }
    pst_text_add_str(text, proof->acp->id);
    pst_text_add(text, proof->which == POSTERN_PRIVILEGES ? " privileges"
                                                          : " self-privileges");
    if (proof->rule != SIZE_MAX) {
        pst_text_add(text, " rule ");
        pst_text_add_uint(text, proof->rule);
    }
    pst_text_add(text, ": ");
}

postern_status pst_proof_differs(const struct pst_proof *proof,
                                 const char *sentence, const uint64_t *numbers)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    add_place(proof, &text);
    for (; *sentence; sentence++) {
        if (*sentence == '#') {
            pst_text_add_uint(&text, *numbers++);
        } else {
            pst_text_add_str(&text, (postern_str){sentence, 1});
        }
    }
    return pst_diag_refuse(proof->diag, POSTERN_ERR_INTERNAL, "", message,
                           NULL);
}

/* [PRP-07] [PRP-09] */
static postern_status check_set(struct pst_proof *proof, uint32_t acp,
                                postern_privileges which,
                                const postern_rule *rules, size_t count)
{
    const struct pst_slot *slot =
        pst_slot_at(proof->set, (postern_acp_ref){acp, which});
    bool expires = proof->acp->expires_s != INT64_MAX;

    proof->which = which;
    proof->rule = SIZE_MAX;
    if (slot && (slot->expires != 0) != expires) {
        return pst_proof_differs(proof,
                                 expires ? "expires in the policy alone"
                                         : "expires in the compiled set alone",
                                 NULL);
    }
    return pst_proof_rule_set(proof, slot, rules, count);
}

static postern_status check_given(struct pst_proof *proof, uint32_t acp,
                                  const postern_source_acp *given)
{

    if (!pst_str_equal(postern_acp_set_name(proof->set, acp), given->id) ||
        postern_acp_set_find(proof->set, given->id) != acp) {
        return pst_proof_differs(proof, "is not found by its name", NULL);
    }
    if (pst_expires_s(proof->set, acp) != given->expires_s) {
        return pst_proof_differs(proof, "its expirationTime is another", NULL);
    }
    PST_TRY(check_set(proof, acp, POSTERN_PRIVILEGES, given->rules,
                      given->rule_count));
    return check_set(proof, acp, POSTERN_SELF_PRIVILEGES, given->self_rules,
                     given->self_rule_count);
}

static postern_status check_acp(struct pst_proof *proof, uint32_t acp)
{
    postern_source_acp given = {.expires_s = INT64_MAX};
    postern_status status;

    proof->source->acp(proof->source->user, acp, &given);
    proof->acp = &given;
    status = check_given(proof, acp, &given);
    proof->acp = NULL;
    return status;
}

static postern_status check_acps(struct pst_proof *proof)
{
    uint32_t count = pst_table_count(proof->set, PST_TABLE_ACPS);

    if (count != proof->source->acp_count) {
        return pst_proof_differs(
            proof, "the compiled set has # ACPs, the policy #",
            PST_PROOF_NUMBERS(count, proof->source->acp_count));
    }
    for (uint32_t acp = 0; acp < count; acp++) {
        PST_TRY(check_acp(proof, acp));
    }
    if (proof->kinds & ~pst_block_of(proof->set)->kinds) {
        return pst_proof_differs(
            proof, "a kind of originators is not among the listed ones", NULL);
    }
    return POSTERN_OK;
}

/* Whoever made the set: from here on no place in it leads outside. */
static postern_status check_image(const struct pst_proof *proof)
{
    size_t size;

    (void)postern_acp_set_image(proof->set, &size);
    return pst_image_check(proof->set, size, proof->diag);
}

static postern_status prove(struct pst_proof *proof)
{
    postern_status status;

    pst_vec_init(&proof->entries, sizeof(struct pst_entry));
    pst_vec_init(&proof->ranges, sizeof(struct pst_proof_range));
    pst_vec_init(&proof->clauses, sizeof(struct pst_proof_clause));
    status = check_image(proof);
    if (status == POSTERN_OK) {
        status = pst_proof_names(proof);
    }
    if (status == POSTERN_OK) {
        status = check_acps(proof);
    }
    pst_vec_release(&proof->entries, &proof->allocator);
    pst_vec_release(&proof->ranges, &proof->allocator);
    pst_vec_release(&proof->clauses, &proof->allocator);
    return status;
}

postern_status postern_acp_set_verify(const postern_acp_set *set,
                                      const postern_acp_source *source,
                                      const postern_allocator *allocator,
                                      postern_diag *diag)
{
    postern_acp_source copy;
    struct pst_proof proof = {.set = set,
                              .source = &copy,
                              .allocator = pst_allocator_of(allocator),
                              .diag = diag};
    postern_status status;

    pst_diag_clear(diag);
    if (!set || !source || !pst_sized_copy(&copy, sizeof copy, source) ||
        !copy.cse || !copy.acp) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    status = prove(&proof);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}
