/* One row per attribute: the short name and the long one. */
#include "prp/attribute.h"

#include "base/str.h"
#include "policy-lang/vocabulary.h"

static const char *const names[PST_ATTRIBUTE_COUNT][2] = {
    [PST_ATTRIBUTE_ACPI] = {"acpi", "accessControlPolicyIDs"},
    [PST_ATTRIBUTE_MACP] = {"macp", "membersAccessControlPolicyIDs"},
    [PST_ATTRIBUTE_INTERNAL_CREATOR] = {"_creator", "_creator"},
    [PST_ATTRIBUTE_CREATOR] = {"cr", "creator"},
    [PST_ATTRIBUTE_CUSTODIAN] = {"cstn", "custodian"},
    [PST_ATTRIBUTE_MEMBERS] = {"mid", "memberIDs"},
    [PST_ATTRIBUTE_LABELS] = {"lbl", "labels"},
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
    [PST_ATTRIBUTE_CONSULTATION_POINTS] = {"dap", "dynamicAuthorizationPoA"},
    [PST_ATTRIBUTE_CONSULTATION_LIFETIME] = {"dal",
                                             "dynamicAuthorizationLifetime"},
};

static const struct pst_node *set_member(const struct pst_node *object,
                                         const char *name)
{
    const struct pst_node *node = pst_node_member(object, name);

    return node && node->type != PST_NODE_NULL ? node : NULL;
}

const struct pst_node *pst_attribute_in(const struct pst_node *representation,
                                        enum pst_attribute attribute)
{
    const struct pst_node *node =
        set_member(representation, names[attribute][0]);

    return node ? node : set_member(representation, names[attribute][1]);
}

bool pst_attribute_is(postern_str name, enum pst_attribute attribute)
{
    return pst_str_is(name, names[attribute][0]) ||
           pst_str_is(name, names[attribute][1]);
}

/* Absent for what is no text; an empty text is not absent. */
static postern_str text_of(const struct pst_node *node)
{
    if (!node || node->type != PST_NODE_STRING) {
        return (postern_str){NULL, 0};
    }
    return node->text.len ? node->text : PST_STR("");
}

postern_str pst_text_in(const struct pst_node *representation,
                        enum pst_attribute attribute)
{
    return text_of(pst_attribute_in(representation, attribute));
}

uint32_t pst_number_in(const struct pst_node *representation,
                       enum pst_attribute attribute)
{
    const struct pst_node *node = pst_attribute_in(representation, attribute);

    return node && node->type == PST_NODE_INTEGER && node->integer > 0 &&
                   node->integer <= UINT32_MAX
               ? (uint32_t)node->integer
               : 0;
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

/* An ACP may be written in long names and words for people. */
const struct pst_node *pst_universal_in(const struct pst_resource *resource,
                                        const char *short_name)
{
    postern_str name = postern_str_of(short_name);
    enum pst_term term = pst_term_of(PST_SCOPE_ACP, name);

    for (const struct pst_node *member = resource->node->children; member;
         member = member->next) {
        if (pst_str_equal(member->name, name) ||
            (resource->ty == PST_TYPE_ACP && term != PST_TERMS &&
             pst_term_of(PST_SCOPE_ACP, member->name) == term)) {
            return member;
        }
    }
    return resource->node;
}

/* ---- what the store keeps ---------------------------------------------- */

struct description {
    postern_resource *out;
    const struct pst_node *node;
    struct pst_arena *arena;
};

/* No entries, no value [PRP-03]; what is no text is an entry that leads
 * nowhere. [PRP-07] */
static postern_status read_entries(const struct description *self,
                                   const struct pst_node *list,
                                   postern_texts *texts)
{
    const struct pst_node *entry = NULL;
    size_t count = 1;
    postern_str *items;

    if (!list) {
        return POSTERN_OK;
    }
    if (list->type == PST_NODE_LIST) {
        count = list->count;
    }
    items = pst_arena_alloc(self->arena, count, sizeof *items);
    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    *texts = (postern_texts){count ? items : NULL, count};
    while ((entry = pst_entry_after(list, entry)) != NULL) {
        *items++ = text_of(entry);
    }
    return POSTERN_OK;
}

/* Where one thing in the place of a list means nothing. */
static postern_status read_list(const struct description *self,
                                enum pst_attribute attribute,
                                postern_texts *texts)
{
    const struct pst_node *list = pst_attribute_in(self->node, attribute);

    return list && list->type == PST_NODE_LIST ? read_entries(self, list, texts)
                                               : POSTERN_OK;
}

/* Not known as a whole when one of the names is not. */
static postern_status read_representation(const struct description *self)
{
    postern_texts *texts = &self->out->attributes;

    PST_TRY(read_list(self, PST_ATTRIBUTE_REPRESENTATION, texts));
    for (size_t i = 0; i < texts->count; i++) {
        if (!texts->items[i].data) {
            *texts = (postern_texts){NULL, 0};
        }
    }
    return POSTERN_OK;
}

/* There, and if it is no text then nobody. */
static postern_str read_owner(const struct pst_node *node)
{
    return node && node->type != PST_NODE_STRING ? PST_STR("") : text_of(node);
}

/* [PRP-04]. What the CSE has kept goes before the attribute, which is there
 * only when the originator asked for it. */
static void read_owners(const struct description *self)
{
    const struct pst_node *creator =
        pst_attribute_in(self->node, PST_ATTRIBUTE_INTERNAL_CREATOR);

    if (!creator) {
        creator = pst_attribute_in(self->node, PST_ATTRIBUTE_CREATOR);
    }
    self->out->creator = read_owner(creator);
    self->out->custodian =
        read_owner(pst_attribute_in(self->node, PST_ATTRIBUTE_CUSTODIAN));
}

static bool read_time(const struct pst_node *node, enum pst_attribute attribute,
                      int64_t *time_s)
{
    return postern_time_parse(time_s, pst_text_in(node, attribute)) ==
           POSTERN_OK;
}

/* [ROLE-05] */
static postern_status read_role(const struct description *self)
{
    postern_role *role = pst_arena_alloc(self->arena, 1, sizeof *role);

    if (!role) {
        return POSTERN_ERR_MEMORY;
    }
    role->role_id = pst_text_in(self->node, PST_ATTRIBUTE_ROLE_ID);
    role->issuer = pst_text_in(self->node, PST_ATTRIBUTE_ISSUER);
    role->holder = pst_text_in(self->node, PST_ATTRIBUTE_HOLDER);
    role->dated =
        read_time(self->node, PST_ATTRIBUTE_NOT_BEFORE, &role->not_before_s) &&
        read_time(self->node, PST_ATTRIBUTE_NOT_AFTER, &role->not_after_s);
    self->out->role = role;
    return POSTERN_OK;
}

/* A lifetime that is no time is over: nobody is consulted by it. [DDA-05] */
static postern_status read_consultation(const struct description *self)
{
    const struct pst_node *enabled =
        pst_attribute_in(self->node, PST_ATTRIBUTE_CONSULTATION_ENABLED);
    postern_consultation *consultation =
        pst_arena_alloc(self->arena, 1, sizeof *consultation);

    if (!consultation) {
        return POSTERN_ERR_MEMORY;
    }
    consultation->enabled =
        enabled && enabled->type == PST_NODE_BOOLEAN && enabled->boolean;
    consultation->has_lifetime =
        pst_attribute_in(self->node, PST_ATTRIBUTE_CONSULTATION_LIFETIME);
    if (consultation->has_lifetime &&
        !read_time(self->node, PST_ATTRIBUTE_CONSULTATION_LIFETIME,
                   &consultation->lifetime_s)) {
        consultation->lifetime_s = INT64_MIN;
    }
    self->out->consultation = consultation;
    return read_entries(
        self, pst_attribute_in(self->node, PST_ATTRIBUTE_CONSULTATION_POINTS),
        &consultation->points);
}

/* What only some types have. */
static postern_status read_by_type(const struct description *self)
{
    switch (self->out->type) {
    case PST_TYPE_AE:
        self->out->entity = pst_text_in(self->node, PST_ATTRIBUTE_AE_ID);
        return POSTERN_OK;
    case PST_TYPE_REMOTE_CSE:
        self->out->entity = pst_text_in(self->node, PST_ATTRIBUTE_CSE_ID);
        return POSTERN_OK;
    case PST_TYPE_GROUP:
        return read_list(self, PST_ATTRIBUTE_MEMBERS, &self->out->members);
    case PST_TYPE_ROLE:
        return read_role(self);
    case PST_TYPE_CONSULTATION:
        return read_consultation(self);
    default:
        return POSTERN_OK;
    }
}

postern_status pst_resource_describe(postern_resource *out,
                                     const struct pst_resource *in,
                                     struct pst_arena *arena)
{
    struct description self = {out, in->node, arena};

    postern_resource_init(out);
    out->id = in->ri;
    out->parent_id = in->pi.len ? in->pi : (postern_str){NULL, 0};
    out->name = in->rn;
    out->type = in->ty;
    out->expires_s = in->expires_s;
    out->container_definition =
        pst_text_in(in->node, PST_ATTRIBUTE_CONTAINER_DEFINITION);
    out->mgmt_definition =
        pst_number_in(in->node, PST_ATTRIBUTE_MGMT_DEFINITION);
    read_owners(&self);
    PST_TRY(read_entries(&self, pst_attribute_in(in->node, PST_ATTRIBUTE_ACPI),
                         &out->policy_ids));
    PST_TRY(read_entries(&self, pst_attribute_in(in->node, PST_ATTRIBUTE_MACP),
                         &out->members_policy_ids));
    PST_TRY(read_entries(&self,
                         pst_attribute_in(in->node, PST_ATTRIBUTE_CONSULTATION),
                         &out->consultation_ids));
    PST_TRY(read_list(&self, PST_ATTRIBUTE_LABELS, &out->labels));
    PST_TRY(read_representation(&self));
    return read_by_type(&self);
}
