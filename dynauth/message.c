#include "dynauth/message.h"

#include "base/str.h"

enum { VALUES_MAX = 100000, DEPTH_MAX = 32, TEXT_LENGTH_MAX = 65535 };

postern_status pst_message_refuse(struct pst_message *message,
                                  const struct pst_node *node,
                                  const char *expected)
{
    char sentence[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, sentence, sizeof sentence);
    pst_text_add(&text, expected);
    pst_text_add(&text, " is expected");
    return pst_node_refuse(&message->document, node, message->diag,
                           POSTERN_ERR_POLICY, sentence, NULL);
}

/* ---- values -------------------------------------------------------------- */

postern_status pst_message_text(struct pst_message *message,
                                const struct pst_node *node, postern_str *text)
{
    if (node->type != PST_NODE_STRING || node->text.len == 0) {
        return pst_message_refuse(message, node, "a text");
    }
    *text = node->text;
    return POSTERN_OK;
}

postern_status pst_message_texts(struct pst_message *message,
                                 const struct pst_node *node,
                                 postern_texts *texts)
{
    postern_str *items;
    size_t count = 0;

    if (node->type != PST_NODE_LIST) {
        return pst_message_refuse(message, node, "a list of texts");
    }
    items =
        pst_arena_alloc(message->arena, (size_t)node->count + 1, sizeof *items);
    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *entry = node->children; entry;
         entry = entry->next) {
        PST_TRY(pst_message_text(message, entry, &items[count++]));
    }
    *texts = (postern_texts){items, count};
    return POSTERN_OK;
}

postern_status pst_message_time(struct pst_message *message,
                                const struct pst_node *node, int64_t *time_s)
{
    if (node->type != PST_NODE_STRING ||
        postern_time_parse(time_s, node->text) != POSTERN_OK) {
        return pst_message_refuse(message, node,
                                  "a time, YYYYMMDDThhmmss in UTC,");
    }
    return POSTERN_OK;
}

/* ---- objects ------------------------------------------------------------- */

static const struct pst_message_member *
find_member(const struct pst_message_member *members, postern_str name)
{
    while (members->name && !pst_str_is(name, members->name)) {
        members++;
    }
    return members->name ? members : NULL;
}

postern_status pst_message_members(struct pst_message *message,
                                   const struct pst_node *object,
                                   const struct pst_message_member *members,
                                   void *out)
{
    if (object->type != PST_NODE_OBJECT) {
        return pst_message_refuse(message, object, "an object");
    }
    for (const struct pst_node *node = object->children; node;
         node = node->next) {
        const struct pst_message_member *member =
            find_member(members, node->name);

        if (!member) {
            return pst_node_refuse(&message->document, node, message->diag,
                                   POSTERN_ERR_POLICY,
                                   "this member is not known here", NULL);
        }
        PST_TRY(member->read(message, node, out));
    }
    return POSTERN_OK;
}

/* ---- securityInfo -------------------------------------------------------- */

struct security_info {
    int64_t type;
    const struct pst_node *bodies[3]; /* by type */
};

static postern_status read_type(struct pst_message *message,
                                const struct pst_node *node, void *out)
{
    struct security_info *info = out;

    if (node->type != PST_NODE_INTEGER) {
        return pst_message_refuse(message, node, "the number of a type");
    }
    info->type = node->integer;
    return POSTERN_OK;
}

static postern_status read_request(struct pst_message *message,
                                   const struct pst_node *node, void *out)
{
    struct security_info *info = out;

    (void)message;
    info->bodies[PST_DAS_REQUEST] = node;
    return POSTERN_OK;
}

static postern_status read_response(struct pst_message *message,
                                    const struct pst_node *node, void *out)
{
    struct security_info *info = out;

    (void)message;
    info->bodies[PST_DAS_RESPONSE] = node;
    return POSTERN_OK;
}

static postern_status read_info(struct pst_message *message,
                                const struct pst_node *object,
                                struct security_info *info)
{
    static const struct pst_message_member members[] = {
        {"sit", read_type},
        {"dreq", read_request},
        {"dres", read_response},
        {NULL, NULL},
    };

    *info = (struct security_info){.type = 0};
    return pst_message_members(message, object, members, info);
}

/* {"m2m:seci":{...}} is its only member. */
static const struct pst_node *unwrap(const struct pst_node *root)
{
    const struct pst_node *inner = pst_node_member(root, "m2m:seci");

    return inner && root->count == 1 ? inner : root;
}

static postern_status read_json(struct pst_message *message, postern_str text)
{
    postern_limits limits = {.text_bytes = PST_MESSAGE_MAX,
                             .depth = DEPTH_MAX,
                             .values = VALUES_MAX,
                             .text_length = TEXT_LENGTH_MAX};

    limits = pst_limits_of(&limits);
    message->document.format = PST_FORMAT_JSON;
    message->document.text = text;
    if (!message->document.source) {
        message->document.source = "";
    }
    return pst_json_read(&message->document, message->arena, &limits,
                         message->diag);
}

/* [DDA-08] [DDA-25]: any other type, or what does not go with it, says nothing
 * that could count. */
postern_status pst_message_open(struct pst_message *message, postern_str text,
                                enum pst_security_info type,
                                const struct pst_node **body)
{
    enum pst_security_info other =
        type == PST_DAS_REQUEST ? PST_DAS_RESPONSE : PST_DAS_REQUEST;
    const struct pst_node *object;
    struct security_info info;

    PST_TRY(read_json(message, text));
    object = unwrap(message->document.root);
    PST_TRY(read_info(message, object, &info));
    if (info.type != type) {
        return pst_message_refuse(message, object,
                                  type == PST_DAS_REQUEST
                                      ? "securityInfo of type 1 (sit), the "
                                        "request to a DAS,"
                                      : "securityInfo of type 2 (sit), the "
                                        "answer of a DAS,");
    }
    if (!info.bodies[type] || info.bodies[other]) {
        return pst_message_refuse(message, object,
                                  type == PST_DAS_REQUEST
                                      ? "dreq and nothing else"
                                      : "dres and nothing else");
    }
    *body = info.bodies[type];
    return POSTERN_OK;
}
