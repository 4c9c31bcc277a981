/* accessControlObjectDetails. */
#include "policy-lang/rule_reader.h"

#include "base/text.h"

enum { DECIMAL_SIZE = 11 }; /* of a uint32_t, with NUL */

static postern_status read_mgmt_definition(struct pst_reader *in,
                                           const struct pst_node *node,
                                           postern_str *definition)
{
    char decimal[DECIMAL_SIZE];
    struct pst_text text;
    uint32_t number;

    PST_TRY(pst_read_count(in, node, UINT32_MAX,
                           "the number of a mgmtDefinition", &number));
    pst_text_init(&text, decimal, sizeof decimal);
    pst_text_add_uint(&text, number);
    return pst_keep_text(in, postern_str_of(decimal), definition);
}

static postern_status read_specialization(struct pst_reader *in,
                                          const struct pst_node *node,
                                          postern_object_details *details)
{
    struct pst_members members;
    const struct pst_node *cnd;
    const struct pst_node *mgd;

    PST_TRY(pst_read_members(in, node, PST_SCOPE_SPECIALIZATION,
                             "an object with either cnd or mgd", &members));
    cnd = members.of[PST_TERM_CND];
    mgd = members.of[PST_TERM_MGD];
    if (in->foreign.node && !cnd && !mgd) {
        return POSTERN_OK; /* a kind of specialization of a later release */
    }
    if (!cnd == !mgd) {
        return pst_defect(in, node, NULL,
                          "a specialization is either a containerDefinition "
                          "(cnd) or a mgmtDefinition (mgd)");
    }
    if (cnd) {
        details->specialization_kind = POSTERN_SPECIALIZATION_CONTAINER;
        return pst_read_string(in, cnd, PST_READ_ALL_FORMS,
                               &details->specialization);
    }
    details->specialization_kind = POSTERN_SPECIALIZATION_MGMT;
    return read_mgmt_definition(in, mgd, &details->specialization);
}

/* Release 2 has specializationID, a text, for what is now an object with two
 * kinds. [OBJ-10] */
static postern_status read_either(struct pst_reader *in,
                                  const struct pst_node *spty,
                                  const struct pst_node *spid,
                                  postern_object_details *details)
{
    if (spty && spid) {
        return pst_defect(in, spid, NULL,
                          "specializationType and specializationID cannot be "
                          "given together");
    }
    if (spty) {
        return read_specialization(in, spty, details);
    }
    details->specialization_kind = POSTERN_SPECIALIZATION_ANY;
    return pst_read_string(in, spid, PST_READ_ALL_FORMS,
                           &details->specialization);
}

static postern_status read_child_types(struct pst_reader *in,
                                       const struct pst_node *node,
                                       postern_object_details *details)
{
    uint32_t *types;

    if (node->type != PST_NODE_LIST && !pst_for_people(node, PST_TERM_CHTY)) {
        return pst_defect_expected(in, node, "a list of resource types");
    }
    types = pst_keep(in, pst_entry_count(node), sizeof *types);
    if (!types) {
        return POSTERN_ERR_MEMORY;
    }
    details->child_types = types;
    for (const struct pst_node *entry = pst_first_entry(node); entry;
         entry = pst_next_entry(node, entry)) {
        PST_TRY(pst_read_type(in, entry, &types[details->child_type_count]));
        details->child_type_count++;
    }
    return POSTERN_OK;
}

/* Whether the parts go together is for the builder to say. [OBJ-05] [OBJ-07] */
static postern_status read_detail(struct pst_reader *in,
                                  const struct pst_node *node,
                                  postern_object_details *details)
{
    struct pst_members members;
    const struct pst_node *ty;
    const struct pst_node *spty;
    const struct pst_node *spid;
    const struct pst_node *chty;

    PST_TRY(pst_read_members(in, node, PST_SCOPE_DETAILS,
                             "object details: an object with child types",
                             &members));
    ty = members.of[PST_TERM_DETAILS_TY];
    spty = members.of[PST_TERM_SPTY];
    spid = members.of[PST_TERM_DETAILS_SPID];
    chty = members.of[PST_TERM_CHTY];
    if (ty) {
        PST_TRY(pst_read_type(in, ty, &details->resource_type));
    }
    if (spty || spid) {
        PST_TRY(read_either(in, spty, spid, details));
    }
    return chty ? read_child_types(in, chty, details) : POSTERN_OK;
}

postern_status pst_read_details(struct pst_reader *in,
                                const struct pst_node *node, postern_rule *rule)
{
    bool one =
        node->type == PST_NODE_OBJECT && pst_for_people(node, PST_TERM_ACOD);
    postern_object_details *details;

    if (node->type != PST_NODE_LIST && !one) {
        return pst_defect_expected(in, node, "a list of object details");
    }
    details = pst_keep(in, pst_entry_count(node), sizeof *details);
    if (!details) {
        return POSTERN_ERR_MEMORY;
    }
    rule->object_details = details;
    for (const struct pst_node *entry = pst_first_entry(node); entry;
         entry = pst_next_entry(node, entry)) {
        PST_TRY(read_detail(in, entry, &details[rule->object_details_count]));
        rule->object_details_count++;
    }
    return POSTERN_OK;
}
