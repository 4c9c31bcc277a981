/*
 * YAML documents: the events of libyaml become nodes. What YAML has beyond
 * lists, objects and scalars is refused where it begins: anchors, aliases and
 * merge keys make a rule mean what stands elsewhere (and let a small text grow
 * without bound), tags change types, several documents hide the second.
 */
#include "base/str.h"
#include "policy-lang/node_builder.h"
#include "policy-lang/source_text.h"
#include "policy-lang/yaml_scalar.h"

#include <yaml.h>

/* libyaml counts characters, we count bytes: how far both have come. */
struct cursor {
    size_t character;
    size_t offset;
    uint32_t line;
    size_t line_start; /* offset */
};

struct reader {
    yaml_parser_t parser;
    struct pst_node_builder build;
    size_t first; /* offset behind the byte order mark */
    struct cursor cursor;
    bool done;
};

static void rewind_cursor(struct reader *in)
{
    in->cursor = (struct cursor){0, in->first, 1, in->first};
}

/* Events come in the order of the text, so the cursor moves forward and all of
 * them together cost one pass. Only an error may point back. */
static struct pst_position position(struct reader *in, const yaml_mark_t *mark)
{
    postern_str text = in->build.document->text;
    struct cursor *cursor = &in->cursor;

    if (mark->index < cursor->character) {
        rewind_cursor(in);
    }
    while (cursor->character < mark->index && cursor->offset < text.len) {
        if (text.data[cursor->offset++] == '\n') {
            cursor->line++;
            cursor->line_start = cursor->offset;
        }
        while (cursor->offset < text.len &&
               ((unsigned char)text.data[cursor->offset] & 0xC0) == 0x80) {
            cursor->offset++;
        }
        cursor->character++;
    }
    return (struct pst_position){
        cursor->line, (uint32_t)(cursor->offset - cursor->line_start + 1)};
}

static postern_status refuse(struct reader *in, struct pst_position at,
                             const char *message)
{
    return pst_builder_refuse(&in->build, at, POSTERN_ERR_SYNTAX, message);
}

/* What people get wrong most often, said so that they find it. Some show only
 * far behind the place where they begin. */
static const struct {
    const char *problem;
    const char *words;
    bool begins_before;
} hints[] = {
    {"found character that cannot start any token",
     "no value begins with this character: a tab may not indent, other texts "
     "go in quotes",
     false},
    {"found a tab character that violates indentation",
     "a tab may not indent: use spaces", false},
    {"mapping values are not allowed in this context",
     "no \":\" is expected here: is this line indented as the lines around "
     "it?",
     false},
    {"did not find expected key",
     "expected the name of a member: is this line indented as the lines "
     "around it?",
     false},
    {"did not find expected '-' indicator",
     "expected \"- \": is this line indented as the lines around it?", false},
    {"could not find expected ':'",
     "the text before this place is no member: it has no \":\" with a blank "
     "behind it",
     true},
    {"did not find expected alphabetic or numeric character",
     "a text that begins with \"*\" or \"&\" goes in quotes", false},
    {"found unexpected end of stream", "a text in quotes is not closed", true},
    {"did not find expected <document start>",
     "expected nothing after the document", false},
};

/* Where there is no hint, the words of libyaml: constant sentences, nothing of
 * the text is in them. True when it is of use to know where it begins. */
static bool describe(const yaml_parser_t *parser, struct pst_text *out)
{
    const char *problem = parser->problem ? parser->problem : "not YAML";

    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        if (strcmp(problem, hints[i].problem) == 0) {
            pst_text_add(out, hints[i].words);
            return hints[i].begins_before;
        }
    }
    if (parser->context) {
        pst_text_add(out, parser->context);
        pst_text_add(out, ", ");
    }
    pst_text_add(out, problem);
    return true;
}

static void add_beginning(const yaml_parser_t *parser, struct pst_text *out)
{
    if (parser->context &&
        parser->context_mark.line != parser->problem_mark.line) {
        pst_text_add(out, "; it begins in line ");
        pst_text_add_uint(out, parser->context_mark.line + 1);
    }
}

static postern_status refuse_problem(struct reader *in)
{
    const yaml_parser_t *parser = &in->parser;
    struct pst_position at = position(in, &parser->problem_mark);
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    if (parser->error == YAML_MEMORY_ERROR) {
        return pst_diag_plain(in->build.diag, POSTERN_ERR_MEMORY);
    }
    if (parser->error == YAML_READER_ERROR) {
        at = pst_source_position(in->build.document->text,
                                 in->first + parser->problem_offset);
    }
    pst_text_init(&text, message, sizeof message);
    if (describe(parser, &text)) {
        add_beginning(parser, &text);
    }
    return refuse(in, at, message);
}

static postern_status refuse_empty(struct reader *in, struct pst_position at)
{
    return refuse(in, at, "the document is empty");
}

/* A text of libyaml, checked and copied to the arena. */
static postern_status read_text(struct reader *in, struct pst_position at,
                                postern_str given, postern_str *text)
{
    char *bytes = NULL;

    if (pst_str_find(given, 0, '\0') < given.len) {
        return refuse(in, at, "a string may not hold the NUL character");
    }
    PST_TRY(pst_builder_text(&in->build, at, given.len, &bytes));
    if (given.len) {
        memcpy(bytes, given.data, given.len);
    }
    *text = (postern_str){bytes, given.len};
    return POSTERN_OK;
}

static postern_status read_name(struct reader *in, struct pst_position at,
                                postern_str given, bool plain)
{
    postern_str name = {NULL, 0};

    if (plain && given.len == 0) {
        return refuse(in, at, "expected a member name before \":\"");
    }
    if (plain && pst_str_is(given, "<<")) {
        return refuse(in, at, "merge keys are not read: write the members out");
    }
    PST_TRY(read_text(in, at, given, &name));
    pst_builder_name(&in->build, at, name);
    return POSTERN_OK;
}

static postern_status read_value(struct reader *in, struct pst_position at,
                                 postern_str given, bool plain)
{
    struct pst_node value = {.type = PST_NODE_STRING};
    struct pst_node *node;
    enum pst_yaml_scalar answer = PST_YAML_SCALAR_OK;

    PST_TRY(read_text(in, at, given, &value.text));
    if (plain) {
        answer = pst_yaml_scalar_read(&value, value.text);
    }
    if (answer != PST_YAML_SCALAR_OK) {
        return refuse(in, at,
                      answer == PST_YAML_SCALAR_NOT_FINITE
                          ? "infinity and not-a-number are not read"
                          : "this number is too large or too long");
    }
    PST_TRY(pst_builder_add(&in->build, at, value.type, &node));
    node->boolean = value.boolean;
    node->integer = value.integer;
    node->real = value.real;
    node->text = value.text;
    return POSTERN_OK;
}

/* Anchor and tag of a node; both are refused. */
static postern_status check_properties(struct reader *in,
                                       struct pst_position at,
                                       const yaml_char_t *anchor,
                                       const yaml_char_t *tag)
{
    if (anchor) {
        return refuse(in, at,
                      "anchors and aliases are not read: write the value out; "
                      "a text that begins with \"*\" or \"&\" goes in quotes");
    }
    return tag ? refuse(in, at,
                        "tags are not read; a text that begins with \"!\" goes "
                        "in quotes")
               : POSTERN_OK;
}

static postern_status on_scalar(struct reader *in, struct pst_position at,
                                const yaml_event_t *event)
{
    postern_str given = {(const char *)event->data.scalar.value,
                         event->data.scalar.length};
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

    PST_TRY(check_properties(in, at, event->data.scalar.anchor,
                             event->data.scalar.tag));
    if (pst_builder_wants_name(&in->build)) {
        return read_name(in, at, given, plain);
    }
    if (!in->build.open && plain && given.len == 0) {
        return refuse_empty(in, at);
    }
    return read_value(in, at, given, plain);
}

static postern_status on_start(struct reader *in, struct pst_position at,
                               enum pst_node_type type)
{
    struct pst_node *node;

    if (pst_builder_wants_name(&in->build)) {
        return refuse(in, at,
                      "a member name is a text, not a list or an object");
    }
    return pst_builder_add(&in->build, at, type, &node);
}

static postern_status on_document(struct reader *in, struct pst_position at,
                                  const yaml_event_t *event)
{
    const yaml_version_directive_t *version =
        event->data.document_start.version_directive;

    if (in->build.document->root) {
        return refuse(in, at, "one document is read, and here is a second");
    }
    return version && (version->major != 1 || version->minor != 2)
               ? refuse(in, at, "YAML 1.2 is read, not another version")
               : POSTERN_OK;
}

static postern_status on_event(struct reader *in, const yaml_event_t *event)
{
    struct pst_position at = position(in, &event->start_mark);

    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return on_document(in, at, event);
    case YAML_ALIAS_EVENT:
        return check_properties(in, at, event->data.alias.anchor, NULL);
    case YAML_SCALAR_EVENT:
        return on_scalar(in, at, event);
    case YAML_SEQUENCE_START_EVENT:
        PST_TRY(check_properties(in, at, event->data.sequence_start.anchor,
                                 event->data.sequence_start.tag));
        return on_start(in, at, PST_NODE_LIST);
    case YAML_MAPPING_START_EVENT:
        PST_TRY(check_properties(in, at, event->data.mapping_start.anchor,
                                 event->data.mapping_start.tag));
        return on_start(in, at, PST_NODE_OBJECT);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return pst_builder_close(&in->build);
    case YAML_STREAM_END_EVENT:
        in->done = true;
        return in->build.document->root ? POSTERN_OK : refuse_empty(in, at);
    default:
        return POSTERN_OK; /* start of the stream, end of the document */
    }
}

static postern_status read_events(struct reader *in)
{
    while (!in->done) {
        yaml_event_t event;
        postern_status status;

        if (!yaml_parser_parse(&in->parser, &event)) {
            return refuse_problem(in);
        }
        status = on_event(in, &event);
        yaml_event_delete(&event);
        PST_TRY(status);
    }
    return POSTERN_OK;
}

/* Line breaks as libyaml knows them: the last three are of YAML 1.1. */
static bool begins_line(postern_str text, size_t first, size_t i)
{
    static const char *const breaks[] = {"\n", "\r", "\xC2\x85", "\xE2\x80\xA8",
                                         "\xE2\x80\xA9"};

    for (size_t k = 0; k < sizeof breaks / sizeof breaks[0]; k++) {
        size_t len = strlen(breaks[k]);

        if (i - first >= len &&
            memcmp(text.data + i - len, breaks[k], len) == 0) {
            return true;
        }
    }
    return i == first;
}

/*
 * Refuses %TAG before libyaml sees it: libyaml compares each with all that came
 * before, which a text full of them makes slow beyond any limit.
 */
static postern_status check_directives(struct reader *in)
{
    postern_str text = in->build.document->text;

    for (size_t i = pst_str_find(text, in->first, '%'); i < text.len;
         i = pst_str_find(text, i + 1, '%')) {
        if (pst_str_is(pst_str_slice(text, i, i + 4), "%TAG") &&
            begins_line(text, in->first, i)) {
            return refuse(in, pst_source_position(text, i),
                          "tags are not read");
        }
    }
    return POSTERN_OK;
}

static postern_status read(struct reader *in)
{
    postern_str text = in->build.document->text;
    postern_status status;

    PST_TRY(pst_source_check(&in->build));
    in->first = pst_source_has_mark(text) ? PST_SOURCE_MARK_SIZE : 0;
    rewind_cursor(in);
    PST_TRY(check_directives(in));
    if (!yaml_parser_initialize(&in->parser)) {
        return pst_diag_plain(in->build.diag, POSTERN_ERR_MEMORY);
    }
    text = pst_str_slice(text, in->first, text.len);
    yaml_parser_set_encoding(&in->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &in->parser, (const unsigned char *)(text.data ? text.data : ""),
        text.len);
    status = read_events(in);
    yaml_parser_delete(&in->parser);
    return status;
}

postern_status pst_yaml_read(struct pst_document *document,
                             struct pst_arena *arena,
                             const postern_limits *limits, postern_diag *diag)
{
    struct reader in = {.done = false};
    postern_status status;

    pst_builder_init(&in.build, document, arena, limits, diag);
    status = read(&in);
    if (status != POSTERN_OK) {
        document->root = NULL; /* half a document is none */
    }
    return status;
}
