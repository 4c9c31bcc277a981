/* One row per attribute: the short name and the long one. */
#include "prp/attribute.h"

#include "base/str.h"

static const char *const names[PST_ATTRIBUTE_COUNT][2] = {
    [PST_ATTRIBUTE_ACPI] = {"acpi", "accessControlPolicyIDs"},
    [PST_ATTRIBUTE_MACP] = {"macp", "membersAccessControlPolicyIDs"},
    [PST_ATTRIBUTE_INTERNAL_CREATOR] = {"_creator", "_creator"},
    [PST_ATTRIBUTE_CREATOR] = {"cr", "creator"},
    [PST_ATTRIBUTE_CUSTODIAN] = {"cstn", "custodian"},
    [PST_ATTRIBUTE_MEMBERS] = {"mid", "memberIDs"},
    [PST_ATTRIBUTE_AE_ID] = {"aei", "AE-ID"},
    [PST_ATTRIBUTE_CSE_ID] = {"csi", "CSE-ID"},
    [PST_ATTRIBUTE_ROLE_ID] = {"rlid", "roleID"},
    [PST_ATTRIBUTE_ISSUER] = {"tkis", "issuer"},
    [PST_ATTRIBUTE_HOLDER] = {"tkhd", "holder"},
    [PST_ATTRIBUTE_NOT_BEFORE] = {"tknb", "notBefore"},
    [PST_ATTRIBUTE_NOT_AFTER] = {"tkna", "notAfter"},
    [PST_ATTRIBUTE_REPRESENTATION] = {"_attrs", "_attrs"},
    [PST_ATTRIBUTE_CONTAINER_DEFINITION] = {"cnd", "containerDefinition"},
    [PST_ATTRIBUTE_MGMT_DEFINITION] = {"mgd", "mgmtDefinition"},
    [PST_ATTRIBUTE_CONSULTATION] = {"daci",
                                    "dynamicAuthorizationConsultationIDs"},
    [PST_ATTRIBUTE_CONSULTATION_ENABLED] = {"dae",
                                            "dynamicAuthorizationEnabled"},
};

static const struct pst_node *set_member(const struct pst_node *object,
                                         const char *name)
{
    const struct pst_node *node = pst_node_member(object, name);

    return node && node->type != PST_NODE_NULL ? node : NULL;
}

const struct pst_node *pst_attribute_of(const struct pst_resource *resource,
                                        enum pst_attribute attribute)
{
    const struct pst_node *node =
        set_member(resource->node, names[attribute][0]);

    return node ? node : set_member(resource->node, names[attribute][1]);
}

bool pst_attribute_is(postern_str name, enum pst_attribute attribute)
{
    return pst_str_is(name, names[attribute][0]) ||
           pst_str_is(name, names[attribute][1]);
}

postern_str pst_attribute_text(const struct pst_resource *resource,
                               enum pst_attribute attribute)
{
    const struct pst_node *node = pst_attribute_of(resource, attribute);

    return node && node->type == PST_NODE_STRING ? node->text
                                                 : (postern_str){NULL, 0};
}

const struct pst_node *pst_entry_after(const struct pst_node *list,
                                       const struct pst_node *entry)
{
    if (!list) {
        return NULL;
    }
    if (list->type != PST_NODE_LIST) {
        return entry ? NULL : list;
    }
    return entry ? entry->next : list->children;
}
