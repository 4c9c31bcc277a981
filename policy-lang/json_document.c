/*
 * JSON documents. One loop over the tokens and a state that says what may come
 * next: no recursion, so the text cannot choose how much stack is used.
 *
 * This is not left to jansson: when an allocation in its scanner is refused, it
 * goes on without the byte that was to be saved (2.14, strbuffer.c) and accepts
 * the document with another originator in it.
 */
#include "base/str.h"
#include "policy-lang/json_scan.h"
#include "policy-lang/number.h"
#include "policy-lang/source_text.h"

enum expectation {
    A_VALUE,         /* the root, after ":", after "," in a list */
    VALUE_OR_CLOSE,  /* after "[" */
    MEMBER_OR_CLOSE, /* after "{" */
    A_MEMBER,        /* after "," in an object */
    A_COLON,
    COMMA_OR_CLOSE, /* after a value in a list or an object */
    THE_END
};

struct reader {
    char *text; /* the document, in the arena: strings are decoded in place */
    struct pst_json_scan scan;
    struct pst_node_builder build;
    enum expectation expects;
    bool done;
};

static const char *expected(const struct reader *in)
{
    static const char *const words[] = {
        [A_VALUE] = "a value",
        [VALUE_OR_CLOSE] = "a value or \"]\"",
        [MEMBER_OR_CLOSE] = "a member name in double quotes or \"}\"",
        [A_MEMBER] = "a member name in double quotes",
        [A_COLON] = "\":\" after the member name",
        [THE_END] = "nothing after the document",
    };

    if (in->expects == COMMA_OR_CLOSE) {
        return in->build.open->type == PST_NODE_LIST ? "\",\" or \"]\""
                                                     : "\",\" or \"}\"";
    }
    return words[in->expects];
}

static postern_status refuse(struct reader *in, const char *message)
{
    return pst_builder_refuse(&in->build, in->scan.at, POSTERN_ERR_SYNTAX,
                              message);
}

static postern_status refuse_token(struct reader *in, enum pst_json_token token)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    if (token == PST_JSON_BROKEN) {
        return refuse(in, in->scan.problem);
    }
    if (token == PST_JSON_END && !in->build.document->root) {
        return refuse(in, "the document is empty");
    }
    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, "expected ");
    pst_text_add(&text, expected(in));
    if (token == PST_JSON_END) {
        pst_text_add(&text, ", but the text ends");
        return refuse(in, message);
    }
    pst_text_add(&text, ", found ");
    pst_text_add_quoted(&text, in->scan.lexeme);
    return refuse(in, message);
}

/* The text of a string token, unescaped where it stands; the NUL takes the
 * place of its closing quote at the latest. */
static postern_status read_text(struct reader *in, postern_str *text)
{
    const struct pst_json_scan *scan = &in->scan;
    char *bytes = in->text + (scan->lexeme.data - scan->text.data);

    PST_TRY(pst_builder_check_text(&in->build, scan->at, scan->decoded_len));
    pst_json_decode(scan, bytes);
    bytes[scan->decoded_len] = '\0';
    *text = (postern_str){bytes, scan->decoded_len};
    return POSTERN_OK;
}

static postern_status read_name(struct reader *in)
{
    postern_str name;

    PST_TRY(read_text(in, &name));
    pst_builder_name(&in->build, in->scan.at, name);
    in->expects = pst_json_take(&in->scan, ':') ? A_VALUE : A_COLON;
    return POSTERN_OK;
}

static void go_on_after_comma(struct reader *in)
{
    in->expects = in->build.open->type == PST_NODE_LIST ? A_VALUE : A_MEMBER;
}

/* After a value that is complete. */
static void go_on(struct reader *in)
{
    if (!in->build.open) {
        in->expects = THE_END;
    } else if (pst_json_take(&in->scan, ',')) {
        go_on_after_comma(in);
    } else {
        in->expects = COMMA_OR_CLOSE;
    }
}

struct scalar {
    postern_str text;
    int64_t integer;
    double real;
};

/* Its value, and how it was written. */
static postern_status read_number(struct reader *in, bool real,
                                  struct scalar *value)
{
    postern_str lexeme = in->scan.lexeme;

    PST_TRY(pst_builder_check_text(&in->build, in->scan.at, lexeme.len));
    value->text = lexeme; /* in the copy of the document */
    if (real) {
        return pst_number_real(lexeme, &value->real)
                   ? POSTERN_OK
                   : refuse(in, "this number is too large or too long");
    }
    if (!pst_number_integer(lexeme, 10, &value->integer)) {
        return refuse(in, "this whole number does not fit in 64 bits");
    }
    value->real = (double)value->integer;
    return POSTERN_OK;
}

static postern_status read_scalar(struct reader *in, enum pst_json_token token)
{
    static const enum pst_node_type types[] = {
        [PST_JSON_STRING] = PST_NODE_STRING,
        [PST_JSON_INTEGER] = PST_NODE_INTEGER,
        [PST_JSON_REAL] = PST_NODE_REAL,
        [PST_JSON_TRUE] = PST_NODE_BOOLEAN,
        [PST_JSON_FALSE] = PST_NODE_BOOLEAN,
        [PST_JSON_NULL] = PST_NODE_NULL,
    };
    struct scalar value = {{NULL, 0}, 0, 0.0};
    struct pst_node *node;

    if (token == PST_JSON_STRING) {
        PST_TRY(read_text(in, &value.text));
    }
    if (token == PST_JSON_INTEGER || token == PST_JSON_REAL) {
        PST_TRY(read_number(in, token == PST_JSON_REAL, &value));
    }
    PST_TRY(pst_builder_add(&in->build, in->scan.at, types[token], &node));
    node->boolean = token == PST_JSON_TRUE;
    node->integer = value.integer;
    node->real = value.real;
    node->text = value.text;
    go_on(in);
    return POSTERN_OK;
}

static postern_status read_value(struct reader *in, enum pst_json_token token)
{
    struct pst_node *node;

    switch (token) {
    case PST_JSON_OPEN_OBJECT:
        in->expects = MEMBER_OR_CLOSE;
        return pst_builder_add(&in->build, in->scan.at, PST_NODE_OBJECT, &node);
    case PST_JSON_OPEN_LIST:
        in->expects = VALUE_OR_CLOSE;
        return pst_builder_add(&in->build, in->scan.at, PST_NODE_LIST, &node);
    case PST_JSON_STRING:
    case PST_JSON_INTEGER:
    case PST_JSON_REAL:
    case PST_JSON_TRUE:
    case PST_JSON_FALSE:
    case PST_JSON_NULL:
        return read_scalar(in, token);
    default:
        return refuse_token(in, token);
    }
}

static postern_status close(struct reader *in)
{
    PST_TRY(pst_builder_close(&in->build));
    go_on(in);
    return POSTERN_OK;
}

static postern_status read_comma_or_close(struct reader *in,
                                          enum pst_json_token token)
{
    bool list = in->build.open->type == PST_NODE_LIST;

    if (token == PST_JSON_COMMA) {
        go_on_after_comma(in);
        return POSTERN_OK;
    }
    if (token == (list ? PST_JSON_CLOSE_LIST : PST_JSON_CLOSE_OBJECT)) {
        return close(in);
    }
    return refuse_token(in, token);
}

static postern_status read_token(struct reader *in, enum pst_json_token token)
{
    switch (in->expects) {
    case A_VALUE:
        return read_value(in, token);
    case VALUE_OR_CLOSE:
        return token == PST_JSON_CLOSE_LIST ? close(in) : read_value(in, token);
    case MEMBER_OR_CLOSE:
        if (token == PST_JSON_CLOSE_OBJECT) {
            return close(in);
        }
        return token == PST_JSON_STRING ? read_name(in)
                                        : refuse_token(in, token);
    case A_MEMBER:
        return token == PST_JSON_STRING ? read_name(in)
                                        : refuse_token(in, token);
    case A_COLON:
        if (token != PST_JSON_COLON) {
            return refuse_token(in, token);
        }
        in->expects = A_VALUE;
        return POSTERN_OK;
    case COMMA_OR_CLOSE:
        return read_comma_or_close(in, token);
    case THE_END:
    default:
        in->done = token == PST_JSON_END;
        return in->done ? POSTERN_OK : refuse_token(in, token);
    }
}

static postern_status copy_text(struct reader *in, postern_str text)
{
    PST_TRY(pst_builder_bytes(&in->build, (struct pst_position){1, 1}, text.len,
                              &in->text));
    if (text.len) {
        memcpy(in->text, text.data, text.len);
    }
    pst_json_scan_init(&in->scan, (postern_str){in->text, text.len});
    return POSTERN_OK;
}

static postern_status read(struct reader *in, postern_str text)
{
    PST_TRY(pst_source_check(&in->build));
    if (pst_source_has_mark(text)) {
        return pst_builder_refuse(&in->build, (struct pst_position){1, 1},
                                  POSTERN_ERR_SYNTAX,
                                  "the text begins with a byte order mark, "
                                  "which JSON does not have");
    }
    PST_TRY(copy_text(in, text));
    while (!in->done) {
        PST_TRY(read_token(in, pst_json_next(&in->scan)));
    }
    return POSTERN_OK;
}

postern_status pst_json_read(struct pst_document *document,
                             struct pst_arena *arena,
                             const postern_limits *limits, postern_diag *diag)
{
    struct reader in = {.expects = A_VALUE};
    postern_status status;

    pst_builder_init(&in.build, document, arena, limits, diag);
    status = read(&in, document->text);
    if (status != POSTERN_OK) {
        document->root = NULL; /* half a document is none */
    }
    return status;
}
