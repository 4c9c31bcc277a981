/* Lines of an access log: one table of members, by which they are written and
 * read. */
#include "access-log/line.h"

#include "base/character.h"
#include "base/json_text.h"
#include "base/names.h"
#include "base/str.h"
#include "base/time_text.h"

#include <stddef.h>

#define ACCESS_START "{\"time\":\""
#define FORMAT_START "{\"format\":\"postern-access-log\",\"version\":"
#define FIRST_START FORMAT_START "1,\"log\":\""

/* ---- words --------------------------------------------------------------- */

static const char *const modes[] = {
    [POSTERN_ACCESS_DECIDED] = "decided",
    [POSTERN_ACCESS_GRANTED] = "granted",
    [POSTERN_ACCESS_REPORTED] = "reported",
    [POSTERN_ACCESS_CONSENT] = "consent",
};

enum { MODES = sizeof modes / sizeof *modes };

const char *postern_access_mode_word(postern_access_mode mode)
{
    return (unsigned)mode < MODES ? modes[mode] : "unknown";
}

/* ---- members ------------------------------------------------------------- */

enum kind { TIME, TIME_OR_NONE, MODE, BOOLEAN, NUMBER, TEXT };

/* In the order in which they are written. */
static const struct member {
    const char *name;
    enum kind kind;
    size_t offset;
} members[] = {
    {"time", TIME, offsetof(postern_access, time_s)},
    {"mode", MODE, offsetof(postern_access, mode)},
    {"permitted", BOOLEAN, offsetof(postern_access, permitted)},
    {"originator", TEXT, offsetof(postern_access, originator)},
    {"provider", TEXT, offsetof(postern_access, provider)},
    {"application", TEXT, offsetof(postern_access, application)},
    {"subscriber", TEXT, offsetof(postern_access, subscriber)},
    {"device", TEXT, offsetof(postern_access, device)},
    {"data", TEXT, offsetof(postern_access, data)},
    {"operation", TEXT, offsetof(postern_access, operation)},
    {"target", TEXT, offsetof(postern_access, target)},
    {"reason", TEXT, offsetof(postern_access, reason)},
    {"consent", TEXT, offsetof(postern_access, consent)},
    {"consent_version", NUMBER, offsetof(postern_access, consent_version)},
    {"country", TEXT, offsetof(postern_access, country)},
    {"delete_by", TIME_OR_NONE, offsetof(postern_access, delete_by_s)},
    {"granted_until", TIME_OR_NONE, offsetof(postern_access, granted_until_s)},
};

enum { MEMBERS = sizeof members / sizeof *members };

/* ---- writing ------------------------------------------------------------- */

static bool write_time(struct pst_json_text *json, const char *name,
                       int64_t time_s)
{
    char text[PST_TIME_TEXT];

    if (time_s < PST_CIVIL_MIN_S || time_s > PST_CIVIL_MAX_S) {
        return false;
    }
    pst_time_text(text, PST_TIME_BASIC, time_s);
    pst_json_word(json, name, text);
    return true;
}

static bool write_text(struct pst_json_text *json, const char *name,
                       postern_str text)
{
    if (!text.data) {
        return true;
    }
    if (!pst_is_text(text)) {
        return false;
    }
    pst_json_str(json, name, text);
    return true;
}

static bool write_mode(struct pst_json_text *json, const char *name,
                       postern_access_mode mode)
{
    if ((unsigned)mode >= MODES) {
        return false;
    }
    pst_json_word(json, name, modes[mode]);
    return true;
}

static bool write_member(struct pst_json_text *json,
                         const struct member *member,
                         const postern_access *access)
{
    const void *value = (const char *)access + member->offset;

    switch (member->kind) {
    case TIME_OR_NONE:
        if (*(const int64_t *)value == INT64_MAX) {
            return true;
        }
        return write_time(json, member->name, *(const int64_t *)value);
    case TIME:
        return write_time(json, member->name, *(const int64_t *)value);
    case MODE:
        return write_mode(json, member->name,
                          *(const postern_access_mode *)value);
    case BOOLEAN:
        pst_json_bool(json, member->name, *(const bool *)value);
        return true;
    case NUMBER:
        if (*(const uint32_t *)value) {
            pst_json_uint(json, member->name, *(const uint32_t *)value);
        }
        return true;
    case TEXT:
    default:
        return write_text(json, member->name, *(const postern_str *)value);
    }
}

size_t pst_log_write_access(char *body, const postern_access *access)
{
    struct pst_json_text json = {.wants_comma = false};

    pst_text_init(&json.text, body, PST_LOG_ROOM);
    pst_json_open(&json, NULL, '{');
    for (size_t i = 0; i < MEMBERS; i++) {
        if (!write_member(&json, &members[i], access)) {
            return 0;
        }
    }
    return json.text.len <= PST_LOG_BODY ? json.text.len : 0;
}

bool pst_log_is_written_as(const postern_access *access, postern_str body)
{
    char written[PST_LOG_ROOM];
    size_t len = pst_log_write_access(written, access);

    return len > 0 && pst_str_equal((postern_str){written, len}, body);
}

/* ---- reading ------------------------------------------------------------- */

static postern_status refuse(const struct pst_document *document,
                             const struct pst_node *node, postern_diag *diag,
                             const char *message)
{
    return pst_node_refuse(document, node, diag, POSTERN_ERR_POLICY, message,
                           NULL);
}

static bool read_mode(postern_access_mode *mode, const struct pst_node *node)
{
    for (int i = 0; i < MODES && node->type == PST_NODE_STRING; i++) {
        if (pst_str_is(node->text, modes[i])) {
            *mode = (postern_access_mode)i;
            return true;
        }
    }
    return false;
}

static bool read_number(uint32_t *number, const struct pst_node *node)
{
    if (node->type != PST_NODE_INTEGER || node->integer < 1 ||
        node->integer > UINT32_MAX) {
        return false;
    }
    *number = (uint32_t)node->integer;
    return true;
}

static bool read_value(postern_access *access, const struct member *member,
                       const struct pst_node *node)
{
    void *value = (char *)access + member->offset;

    switch (member->kind) {
    case TIME:
    case TIME_OR_NONE:
        return node->type == PST_NODE_STRING &&
               postern_time_parse(value, node->text) == POSTERN_OK;
    case MODE:
        return read_mode(value, node);
    case BOOLEAN:
        *(bool *)value = node->boolean;
        return node->type == PST_NODE_BOOLEAN;
    case NUMBER:
        return read_number(value, node);
    case TEXT:
    default:
        *(postern_str *)value = node->text;
        return node->type == PST_NODE_STRING;
    }
}

static const char *expected_words(enum kind kind)
{
    static const char *const words[] = {
        [TIME] = "a time such as 20261122T100000 is expected",
        [TIME_OR_NONE] = "a time such as 20261122T100000 is expected",
        [MODE] = "decided, granted, reported or consent is expected",
        [BOOLEAN] = "true or false is expected",
        [NUMBER] = "a number from 1 on is expected",
        [TEXT] = "a text is expected",
    };

    return words[kind];
}

static const struct member *find_member(postern_str name)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        if (pst_str_is(name, members[i].name)) {
            return &members[i];
        }
    }
    return NULL;
}

static postern_status read_members(const struct pst_document *document,
                                   postern_access *access, postern_diag *diag)
{
    for (const struct pst_node *node = document->root->children; node;
         node = node->next) {
        const struct member *member = find_member(node->name);

        if (member && !read_value(access, member, node)) {
            return refuse(document, node, diag, expected_words(member->kind));
        }
        if (!member && !pst_str_is(node->name, "hash")) {
            return refuse(document, node, diag, "an access has no such member");
        }
    }
    return POSTERN_OK;
}

postern_status pst_log_read_access(const struct pst_document *document,
                                   struct pst_log_given given,
                                   postern_access *access, postern_diag *diag)
{
    const struct pst_node *root = document->root;

    if (root->type != PST_NODE_OBJECT) {
        return refuse(document, root, diag, "an access is an object");
    }
    PST_TRY(read_members(document, access, diag));
    if (!pst_node_member(root, "time")) {
        return refuse(document, root, diag, "an access has a time");
    }
    if (!given.mode && !pst_node_member(root, "mode")) {
        return refuse(document, root, diag, "an access has a mode");
    }
    if (!given.permitted && !pst_node_member(root, "permitted")) {
        return refuse(document, root, diag,
                      "an access says whether it was permitted");
    }
    return POSTERN_OK;
}

/* ---- the first line ------------------------------------------------------ */

bool pst_log_is_id(postern_str id)
{
    return pst_is_segment(id) && id.len <= POSTERN_ACCESS_LOG_ID_MAX;
}

size_t pst_log_write_first(char *body, postern_str id)
{
    struct pst_text out;

    pst_text_init(&out, body, PST_LOG_ROOM);
    pst_text_add(&out, FIRST_START);
    pst_text_add_str(&out, id);
    pst_text_add(&out, "\"");
    return out.len;
}

static bool starts_with(postern_str text, postern_str start)
{
    return pst_str_equal(pst_str_slice(text, 0, start.len), start);
}

const char *pst_log_read_first(postern_str body, postern_str *id)
{
    const postern_str first = PST_STR(FIRST_START);

    if (!starts_with(body, PST_STR(FORMAT_START))) {
        return "this is no access log of Postern";
    }
    if (!starts_with(body, first)) {
        return "this access log is of a newer release of Postern";
    }
    *id = pst_str_slice(body, first.len, body.len - 1);
    if (!pst_log_is_id(*id) || body.data[body.len - 1] != '"') {
        return "the log has no name, or one that cannot be";
    }
    return NULL;
}

static bool is_or_begins(postern_str text, postern_str start)
{
    size_t len = text.len < start.len ? text.len : start.len;

    return memcmp(text.data, start.data, len) == 0;
}

bool pst_log_begins_first(postern_str text)
{
    return text.len == 0 || is_or_begins(text, PST_STR(FIRST_START));
}

bool pst_log_begins_access(postern_str text)
{
    return text.len == 0 || is_or_begins(text, PST_STR(ACCESS_START));
}
