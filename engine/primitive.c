/* One row per member; each has a reader that refuses with a sentence. */
#include "engine/primitive_reader.h"

#include "base/text.h"
#include "prp/attribute.h"

enum { MESSAGE_SIZE = 200, LAST_OPERATION = 5, LAST_FILTER_USAGE = 3 };

postern_status pst_primitive_refuse(struct pst_primitive_reader *in,
                                    const struct pst_node *node,
                                    const char *expected)
{
    char message[MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    if (node->name.len) {
        pst_text_add_quoted(&text, node->name);
        pst_text_add(&text, ": ");
    }
    pst_text_add(&text, expected);
    return pst_node_refuse(in->document, node, in->diag, POSTERN_ERR_POLICY,
                           message, "TS-0003 7.1.2");
}

static postern_status read_from(struct pst_primitive_reader *in,
                                const struct pst_node *node)
{
    if (node->type == PST_NODE_NULL) {
        return POSTERN_OK; /* absent [REQ-02] */
    }
    if (node->type != PST_NODE_STRING) {
        return pst_primitive_refuse(in, node, "an AE-ID or CSE-ID is expected");
    }
    in->out->from = node->text.len ? node->text : PST_STR("");
    return POSTERN_OK;
}

static postern_status read_to(struct pst_primitive_reader *in,
                              const struct pst_node *node)
{
    if (!pst_node_is_text(node)) {
        return pst_primitive_refuse(in, node,
                                    "the address of a resource is expected");
    }
    in->out->to = node->text;
    return POSTERN_OK;
}

static postern_status read_operation(struct pst_primitive_reader *in,
                                     const struct pst_node *node)
{
    if (!pst_node_in_range(node, 1, LAST_OPERATION)) {
        return pst_primitive_refuse(in, node,
                                    "a number from 1 (Create) to 5 (Notify) is "
                                    "expected");
    }
    in->out->operation = (int)node->integer;
    return POSTERN_OK;
}

static postern_status read_child_type(struct pst_primitive_reader *in,
                                      const struct pst_node *node)
{
    if (!pst_node_in_range(node, 1, UINT16_MAX)) {
        return pst_primitive_refuse(
            in, node, "the number of a resource type is expected");
    }
    in->out->child_type = (uint32_t)node->integer;
    return POSTERN_OK;
}

static postern_status read_filter(struct pst_primitive_reader *in,
                                  const struct pst_node *node)
{
    const struct pst_node *usage = pst_node_member(node, "fu");
    const struct pst_node *named = pst_node_member(node, "filterUsage");

    if (node->type != PST_NODE_OBJECT || (usage && named)) {
        return pst_primitive_refuse(in, node,
                                    "filter criteria such as {\"fu\":1} are "
                                    "expected");
    }
    usage = usage ? usage : named;
    in->out->has_filter = node->count > (usage ? 1u : 0u);
    if (!usage) {
        return POSTERN_OK;
    }
    if (!pst_node_in_range(usage, 1, LAST_FILTER_USAGE)) {
        return pst_primitive_refuse(
            in, usage, "a filterUsage from 1 (discovery) to 3 is expected");
    }
    in->out->filter_usage = (int)usage->integer;
    return POSTERN_OK;
}

/* What comes back is not the plain representation: attributes not told. */
static postern_status read_result_content(struct pst_primitive_reader *in,
                                          const struct pst_node *node)
{
    enum { ATTRIBUTES = 1 };

    if (!pst_node_in_range(node, 0, UINT16_MAX)) {
        return pst_primitive_refuse(
            in, node, "the number of a result content is expected");
    }
    in->out->has_filter = in->out->has_filter || node->integer != ATTRIBUTES;
    return POSTERN_OK;
}

postern_status pst_primitive_texts(struct pst_primitive_reader *in,
                                   const struct pst_node *node,
                                   postern_texts *texts)
{
    postern_str *items;

    if (node->type != PST_NODE_LIST) {
        return pst_primitive_refuse(in, node, "a list of texts is expected");
    }
    items = pst_arena_alloc(in->arena, node->count, sizeof *items);
    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    *texts = (postern_texts){items, 0};
    for (const struct pst_node *item = node->children; item;
         item = item->next) {
        if (!pst_node_is_text(item)) {
            return pst_primitive_refuse(in, node,
                                        "a list of texts is expected");
        }
        items[texts->count++] = item->text;
    }
    return POSTERN_OK;
}

static postern_status read_attributes(struct pst_primitive_reader *in,
                                      const struct pst_node *node)
{
    return pst_primitive_texts(in, node, &in->out->attributes);
}

static postern_status read_roles(struct pst_primitive_reader *in,
                                 const struct pst_node *node)
{
    return pst_primitive_texts(in, node, &in->out->role_ids);
}

/* One text of several tokens: a space parts them, none is left out. */
static postern_status split_tokens(struct pst_primitive_reader *in,
                                   const struct pst_node *node)
{
    postern_str text = node->text;
    size_t count = 1;
    postern_str *items;

    for (size_t i = 0; i < text.len; i++) {
        count += text.data[i] == ' ';
    }
    items = pst_arena_alloc(in->arena, count, sizeof *items);
    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0, from = 0; i < count; i++) {
        size_t to = pst_str_find(text, from, ' ');

        items[i] = pst_str_slice(text, from, to);
        from = to + 1;
    }
    in->out->tokens = (postern_texts){items, count};
    return POSTERN_OK;
}

static postern_status read_tokens(struct pst_primitive_reader *in,
                                  const struct pst_node *node)
{
    return pst_node_is_text(node)
               ? split_tokens(in, node)
               : pst_primitive_texts(in, node, &in->out->tokens);
}

static postern_status read_token_ids(struct pst_primitive_reader *in,
                                     const struct pst_node *node)
{
    return pst_primitive_texts(in, node, &in->out->token_ids);
}

static postern_status read_local_token_ids(struct pst_primitive_reader *in,
                                           const struct pst_node *node)
{
    return pst_primitive_texts(in, node, &in->out->local_token_ids);
}

static postern_status read_token_request(struct pst_primitive_reader *in,
                                         const struct pst_node *node)
{
    if (node->type != PST_NODE_BOOLEAN) {
        return pst_primitive_refuse(in, node, "true or false is expected");
    }
    in->out->wants_token_info = node->boolean;
    return POSTERN_OK;
}

static bool is_wrapper(const struct pst_node *member)
{
    return pst_str_find(member->name, 0, ':') < member->name.len;
}

void pst_content_open(struct pst_content *content,
                      const struct pst_document *document,
                      const struct pst_node *node)
{
    const struct pst_node *first = node->children;

    *content = (struct pst_content){.document = document, .node = node};
    if (node->type == PST_NODE_OBJECT && node->count == 1 &&
        is_wrapper(first)) {
        content->node = first;
        content->type = first->name;
    }
}

static postern_status read_content(struct pst_primitive_reader *in,
                                   const struct pst_node *node)
{
    struct pst_content *content;

    if (node->type != PST_NODE_OBJECT) {
        return pst_primitive_refuse(in, node, "a representation is expected");
    }
    content = pst_arena_alloc(in->arena, 1, sizeof *content);
    if (!content) {
        return POSTERN_ERR_MEMORY;
    }
    pst_content_open(content, in->document, node);
    in->out->content = content;
    return POSTERN_OK;
}

static postern_status read_revision(struct pst_primitive_reader *in,
                                    const struct pst_node *node)
{
    if (!pst_node_in_range(node, 0, INT64_MAX)) {
        return pst_primitive_refuse(in, node,
                                    "the number of a revision is expected");
    }
    in->out->min_revision = (uint64_t)node->integer;
    return POSTERN_OK;
}

/* Parameters of a primitive that no access decision looks at. */
static postern_status skip(struct pst_primitive_reader *in,
                           const struct pst_node *node)
{
    (void)in;
    (void)node;
    return POSTERN_OK;
}

struct member {
    const char *names[3]; /* short, long, of Annex G */
    pst_primitive_read_fn read;
};

static const struct member members[] = {
    {{"fr", "from", "Originator"}, read_from},
    {{"to", "to", "Resource"}, read_to},
    {{"op", "operation", "Operation"}, read_operation},
    {{"ty", "resourceType", NULL}, read_child_type},
    {{"fc", "filterCriteria", NULL}, read_filter},
    {{"content", "primitiveContent", "pc"}, read_content},
    {{"attrs", NULL, NULL}, read_attributes},
    {{"rids", "roleIDs", NULL}, read_roles},
    {{"tkns", "tokens", NULL}, read_tokens},
    {{"tids", "tokenIDs", NULL}, read_token_ids},
    {{"ltids", "localTokenIDs", NULL}, read_local_token_ids},
    {{"tqi", "tokenRequestIndicator", NULL}, read_token_request},
    {{"rq_time", NULL, "AccessTime"}, pst_primitive_time},
    {{"rq_ip", NULL, "IPAddress"}, pst_primitive_ip},
    {{"rq_loc", NULL, "LocationRegion"}, pst_primitive_location},
    {{"rq_authn", NULL, NULL}, pst_primitive_authn},
    {{"sa", NULL, NULL}, pst_primitive_association},
    {{"esprim_id", NULL, NULL}, pst_primitive_esprim},
    {{"min_revision", NULL, NULL}, read_revision},
    {{"rcn", "resultContent", NULL}, read_result_content},
    {{"rqi", "requestIdentifier", NULL}, skip},
    {{"rvi", "releaseVersionIndicator", NULL}, skip},
    {{"ot", "originatingTimestamp", NULL}, skip}, /* not rq_time [REQ-05] */
    {{"rqet", "requestExpirationTimestamp", NULL}, skip},
    {{"rset", "resultExpirationTimestamp", NULL}, skip},
    {{"oet", "operationExecutionTime", NULL}, skip},
    {{"rt", "responseType", NULL}, skip},
    {{"ec", "eventCategory", NULL}, skip},
};

/* Of a verdict, by the form of the request that it stands in; end with NULL. */
static const char *const verdict_members[][13] = {
    [PST_PRIMITIVE_PLAIN] = {NULL},
    [PST_PRIMITIVE_OF_CASE] = {"name", "expect", "rsc", "why", NULL},
    [PST_PRIMITIVE_OF_LOG] = {"decision", "rsc", "reason", "acp", "rule",
                              "token", "refusal", "verified", "which", "authn",
                              "revision", "message", NULL},
};

static bool has_name(const struct member *member, postern_str name)
{
    for (size_t i = 0; i < 3; i++) {
        if (member->names[i] && pst_str_is(name, member->names[i])) {
            return true;
        }
    }
    return false;
}

static const struct member *find_member(postern_str name)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (has_name(&members[i], name)) {
            return &members[i];
        }
    }
    return NULL;
}

static bool is_of_verdict(enum pst_primitive_form form, postern_str name)
{
    const char *const *known = verdict_members[form];

    while (*known && !pst_str_is(name, *known)) {
        known++;
    }
    return *known != NULL;
}

/* Short and long name of one thing must not contradict each other. */
static bool is_given_before(const struct pst_node *object,
                            const struct pst_node *node,
                            const struct member *member)
{
    for (const struct pst_node *other = object->children; other != node;
         other = other->next) {
        if (has_name(member, other->name)) {
            return true;
        }
    }
    return false;
}

static postern_status read_members(struct pst_primitive_reader *in,
                                   const struct pst_node *object,
                                   enum pst_primitive_form form)
{
    for (const struct pst_node *node = object->children; node;
         node = node->next) {
        const struct member *member = find_member(node->name);

        if (member && is_given_before(object, node, member)) {
            return pst_primitive_refuse(in, node, "this is given twice");
        }
        if (member) {
            PST_TRY(member->read(in, node));
        } else if (!is_of_verdict(form, node->name)) {
            return pst_primitive_refuse(in, node,
                                        "a request has no such member");
        }
    }
    return POSTERN_OK;
}

/* Fills in what can be shown of a request that may turn out malformed. */
static void peek(postern_primitive *out, const struct pst_node *object)
{
    for (const struct pst_node *node = object->children; node;
         node = node->next) {
        bool text = pst_node_is_text(node);

        if (has_name(&members[0], node->name) && text) {
            out->from = node->text;
        } else if (has_name(&members[1], node->name) && text) {
            out->to = node->text;
        } else if (has_name(&members[2], node->name) &&
                   pst_node_in_range(node, 1, LAST_OPERATION)) {
            out->operation = (int)node->integer;
        }
    }
}

/* A content for Create and Update is a representation: its members are the
 * attributes written, in addition to those that are listed. */
static postern_status add_content_attributes(struct pst_primitive_reader *in,
                                             const struct pst_node *content)
{
    postern_primitive *out = in->out;
    postern_str *items;
    size_t count = out->attributes.count;

    if (content->type != PST_NODE_OBJECT) {
        return pst_primitive_refuse(in, content,
                                    "a representation is expected");
    }
    items = pst_arena_alloc(in->arena, count + content->count, sizeof *items);
    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    if (count) {
        memcpy(items, out->attributes.items, count * sizeof *items);
    }
    for (const struct pst_node *node = content->children; node;
         node = node->next) {
        if (is_wrapper(node)) {
            return pst_primitive_refuse(in, node,
                                        "a representation stands alone in its "
                                        "wrapper");
        }
        if (node->name.len == 0) {
            return pst_primitive_refuse(in, node, "an attribute has a name");
        }
        items[count++] = node->name;
    }
    out->attributes = (postern_texts){items, count};
    return POSTERN_OK;
}

/* What the new resource is, beside its type. [OBJ-06] */
static void read_specialization(struct pst_primitive_reader *in,
                                const struct pst_node *content)
{
    in->out->container_definition =
        pst_text_in(content, PST_ATTRIBUTE_CONTAINER_DEFINITION);
    in->out->mgmt_definition =
        pst_number_in(content, PST_ATTRIBUTE_MGMT_DEFINITION);
}

/* The attribute list of a partial retrieve. */
static postern_status add_attribute_list(struct pst_primitive_reader *in,
                                         const struct pst_content *content)
{
    postern_primitive *out = in->out;

    if (!pst_str_is(content->type, "m2m:atrl") || out->attributes.count) {
        return pst_primitive_refuse(in, content->node,
                                    "a retrieve has no content but "
                                    "m2m:atrl, and that not beside attrs");
    }
    return pst_primitive_texts(in, content->node, &out->attributes);
}

/* What holds between members. */
static postern_status check_together(struct pst_primitive_reader *in,
                                     const struct pst_node *object)
{
    enum { CREATE = 1, RETRIEVE = 2, UPDATE = 3 };
    postern_primitive *out = in->out;
    const struct pst_content *content = out->content;
    bool create = out->operation == CREATE;

    if (!out->to.data) {
        return pst_primitive_refuse(in, object, "\"to\" is missing");
    }
    if (!out->operation) {
        return pst_primitive_refuse(in, object, "\"op\" is missing");
    }
    if (create != (out->child_type != 0)) {
        return pst_primitive_refuse(
            in, object,
            create ? "\"ty\" is missing: a Create names the type of "
                     "the new resource"
                   : "\"ty\" is for Create only");
    }
    if (!content) {
        return POSTERN_OK;
    }
    if (create) {
        read_specialization(in, content->node);
    }
    if (create || out->operation == UPDATE) {
        return add_content_attributes(in, content->node);
    }
    return out->operation == RETRIEVE ? add_attribute_list(in, content)
                                      : POSTERN_OK;
}

postern_status pst_primitive_read(postern_primitive *primitive,
                                  const struct pst_document *document,
                                  const struct pst_node *node,
                                  enum pst_primitive_form form,
                                  struct pst_arena *arena, postern_diag *diag)
{
    struct pst_primitive_reader in = {primitive, document, arena, diag};

    postern_primitive_init(primitive);
    if (node->type != PST_NODE_OBJECT) {
        return pst_primitive_refuse(&in, node, "a request is a JSON object");
    }
    peek(primitive, node);
    PST_TRY(read_members(&in, node, form));
    return check_together(&in, node);
}

const char *pst_primitive_operation_name(const postern_primitive *primitive)
{
    static const char *const names[] = {"request", "create", "retrieve",
                                        "update",  "delete", "notify"};

    if (postern_operation_of_primitive(primitive->operation,
                                       primitive->filter_usage) ==
        POSTERN_OP_DISCOVERY) {
        return "discover";
    }
    return primitive->operation >= 0 && primitive->operation <= LAST_OPERATION
               ? names[primitive->operation]
               : names[0];
}

void pst_answer_malformed(postern_answer *answer, const postern_diag *diag)
{
    bool memory = diag->status == POSTERN_ERR_MEMORY;

    memset(answer, 0, sizeof *answer);
    answer->effect = POSTERN_DENY;
    answer->stage = POSTERN_STAGE_REQUEST;
    answer->rsc = memory ? POSTERN_RSC_INTERNAL : POSTERN_RSC_BAD_REQUEST;
    answer->reason = memory ? "memory" : "malformed";
    answer->message = postern_str_of(diag->message);
    answer->rule = POSTERN_NO_RULE;
    answer->authn.why = "the request was not looked at";
}
