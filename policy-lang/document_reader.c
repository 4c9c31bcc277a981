/* Members of a document; outside of rules an unknown one is an error. */
#include "policy-lang/document_reader.h"

#include "policy-lang/resource_reader.h"

static const struct pst_node *document_member(const struct pst_node *root,
                                              enum pst_term term)
{
    for (const struct pst_node *member = root->children; member;
         member = member->next) {
        if (root->type == PST_NODE_OBJECT &&
            pst_term_of(PST_SCOPE_DOCUMENT, member->name) == term) {
            return member;
        }
    }
    return NULL;
}

uint32_t pst_document_resources(const struct pst_document *document)
{
    static const enum pst_term terms[] = {PST_TERM_POLICIES,
                                          PST_TERM_RESOURCES};
    uint32_t count = 0;

    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        const struct pst_node *list = document_member(document->root, terms[i]);

        if (list && list->type == PST_NODE_LIST) {
            count += list->count;
        }
    }
    return count;
}

/* Outside of rules an unknown member is an error: nothing would be false
 * because of it. */
static postern_status refuse_foreign(struct pst_reader *in)
{
    return in->foreign.node
               ? pst_defect(in, in->foreign.node, NULL, in->foreign.message)
               : POSTERN_OK;
}

/* `there` is absent, or what an earlier document said: then the same. */
static postern_status read_base(struct pst_reader *in,
                                const struct pst_node *node, int form,
                                postern_str *there)
{
    postern_str text;

    if (!node) {
        return POSTERN_OK;
    }
    PST_TRY(pst_read_string(in, node, form, &text));
    if (there->data && !pst_str_equal(*there, text)) {
        return pst_defect(in, node, NULL, "another document names another CSE");
    }
    *there = text;
    return POSTERN_OK;
}

static postern_status compare_host(struct pst_reader *in,
                                   const struct pst_node *node,
                                   const postern_cse *cse)
{
    postern_cse *there = &in->policy->host.cse;

    if (there->name.data && (!pst_str_fold_equal(there->domain, cse->domain) ||
                             !pst_str_equal(there->name, cse->name))) {
        return pst_defect(in, node, NULL, "another document names another CSE");
    }
    *there = *cse;
    return POSTERN_OK;
}

static postern_status read_cse(struct pst_reader *in,
                               const struct pst_node *node)
{
    struct pst_hosting_cse *host = &in->policy->host;
    struct pst_members members;
    postern_str sp_id;
    postern_str cse_id;
    postern_cse cse;

    PST_TRY(pst_read_members(in, node, PST_SCOPE_CSE,
                             "an object with spid and csi", &members));
    PST_TRY(refuse_foreign(in));
    if (!members.of[PST_TERM_SPID] || !members.of[PST_TERM_CSI]) {
        return pst_defect(in, node, NULL,
                          "the CSE needs its service provider (spid) and its "
                          "CSE-ID (csi)");
    }
    PST_TRY(pst_read_string(in, members.of[PST_TERM_SPID], PST_GRAMMAR_SP_ID,
                            &sp_id));
    PST_TRY(pst_read_string(in, members.of[PST_TERM_CSI], PST_GRAMMAR_CSE_ID,
                            &cse_id));
    if (postern_cse_init(&cse, sp_id, cse_id) != POSTERN_OK) {
        return pst_defect(in, node, "TS-0001 7.2",
                          "spid and csi do not name a CSE");
    }
    PST_TRY(compare_host(in, node, &cse));
    host->cse = cse;
    host->sp_id = sp_id;
    host->cse_id = cse_id;
    PST_TRY(read_base(in, members.of[PST_TERM_CB_RI], PST_GRAMMAR_RESOURCE_ID,
                      &host->cb_ri));
    return read_base(in, members.of[PST_TERM_CB_RN], PST_GRAMMAR_RESOURCE_NAME,
                     &host->cb_rn);
}

static postern_status read_trust(struct pst_reader *in,
                                 const struct pst_node *node)
{
    if (node->type != PST_NODE_OBJECT) {
        return pst_defect_expected(in, node, "an object");
    }
    if (in->policy->trust) {
        return pst_defect(in, node, NULL,
                          "another document says already whom to trust");
    }
    in->policy->trust = node;
    in->policy->trust_document = in->document;
    return POSTERN_OK;
}

typedef postern_status read_entry_fn(struct pst_reader *in,
                                     const struct pst_node *entry,
                                     struct pst_resource *resource);

static postern_status read_list(struct pst_reader *in,
                                const struct pst_node *list,
                                read_entry_fn *read_entry)
{
    postern_policy *policy = in->policy;

    if (!list) {
        return POSTERN_OK;
    }
    if (list->type != PST_NODE_LIST) {
        return pst_defect_expected(in, list, "a list of resources");
    }
    for (const struct pst_node *entry = list->children; entry;
         entry = entry->next) {
        PST_TRY(
            read_entry(in, entry, &policy->resources[policy->resource_count]));
        policy->resource_count++;
    }
    return POSTERN_OK;
}

postern_status pst_read_document(struct pst_reader *in)
{
    struct pst_members members;

    pst_reader_forget(in);
    PST_TRY(pst_read_members(in, in->document->root, PST_SCOPE_DOCUMENT,
                             "a policy document: an object with cse, policies "
                             "and resources",
                             &members));
    PST_TRY(refuse_foreign(in));
    if (members.of[PST_TERM_CSE]) {
        PST_TRY(read_cse(in, members.of[PST_TERM_CSE]));
    }
    if (members.of[PST_TERM_TRUST]) {
        PST_TRY(read_trust(in, members.of[PST_TERM_TRUST]));
    }
    PST_TRY(read_list(in, members.of[PST_TERM_POLICIES], pst_read_policy));
    return read_list(in, members.of[PST_TERM_RESOURCES], pst_read_resource);
}
