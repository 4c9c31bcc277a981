/* Where nodes stand, what leads to them, and refusing at one. */
#include "support/document.h"

#include <criterion/criterion.h>

static struct read_document in;

/* In the text "@" stands in front of the node and "#" in front of its name;
 * neither is part of the document. */
struct place {
    enum pst_format format;
    const char *pointer;
    const char *text;
};

static const struct place places[] = {
    {PST_FORMAT_JSON, "", "@{}"},
    {PST_FORMAT_JSON, "", " \t\n  @1\n"},
    {PST_FORMAT_JSON, "/a", "{#\"a\": @1}"},
    {PST_FORMAT_JSON, "/a", "{\n\t#\"a\"\n:\n\t @\"x\"}"},
    {PST_FORMAT_JSON, "/b", "{\"a\":{\"b\":1},#\"b\":@[]}"},
    {PST_FORMAT_JSON, "/a/b", "{\"b\":0,\"a\":{#\"b\":@1}}"},
    {PST_FORMAT_JSON, "/2", "[1,\r\n[2],\r\n  @{},3]"},
    {PST_FORMAT_JSON, "/1/1/0", "[[0],[0,[@0]]]"},
    {PST_FORMAT_JSON, "/10", "[0,1,2,3,4,5,6,7,8,9,@10]"},
    {PST_FORMAT_JSON, "/~1~0", "{\"~/\":1,#\"/~\":@2}"},
    {PST_FORMAT_JSON, "/", "{\" \":1,#\"\":@2}"},
    {PST_FORMAT_JSON, "/ab", "{\"b\":\"\\\"\",#\"\\u0061\\u0062\":@true}"},
    {PST_FORMAT_JSON, "/\xC3\xA9", "{\"e\":\"\xC3\xA9\",#\"\\u00E9\":@null}"},
    {PST_FORMAT_JSON, "/\xC3\xA9", "{\"\xE2\x82\xAC\":0,#\"\xC3\xA9\":@1.5}"},
    {PST_FORMAT_JSON, "/a\?b", "{#\"a\\nb\":@1}"},
    {PST_FORMAT_JSON, "/x", "{\"y\":\"}]{[,:\\\\\",#\"x\":@1}"},
    {PST_FORMAT_YAML, "", "# c\n\n@a: 1\n"},
    {PST_FORMAT_YAML, "/a", "#a: @1\n"},
    {PST_FORMAT_YAML, "/b", "a: 1\n#b:\n  - x\n"},
    {PST_FORMAT_YAML, "/b/1", "a: 1\nb:\n  - x\n  - @'y'\n"},
    {PST_FORMAT_YAML, "/b/1/c", "b:\n- x\n- d: 1\n  #c : @>-\n    z\n"},
    {PST_FORMAT_YAML, "/a/b c", "a: {#b c: @x}"},
    {PST_FORMAT_YAML, "/\xC3\xA9/1", "\xC3\xA9: [\xE2\x82\xAC, @x]\r\n"},
    {PST_FORMAT_YAML, "/b",
     "\xEF\xBB\xBF"
     "a: 1\n#b: @2\n"},
    {PST_FORMAT_YAML, "/a/0/b", "a:\n- #b: @[x,\n    y]\n"},
};

struct marks {
    uint32_t line, column, name_line, name_column;
};

/* The text without its marks, and where they were. */
static postern_str take_marks(const char *text, char *plain,
                              struct marks *marks)
{
    uint32_t line = 1;
    uint32_t column = 1;
    size_t len = 0;

    *marks = (struct marks){0, 0, 0, 0};
    for (; *text; text++) {
        if (*text == '@') {
            marks->line = line;
            marks->column = column;
            continue;
        }
        if (*text == '#' && text[1] != ' ') {
            marks->name_line = line;
            marks->name_column = column;
            continue;
        }
        plain[len++] = *text;
        line += *text == '\n';
        column = *text == '\n' ? 1 : column + 1;
    }
    return (postern_str){plain, len};
}

Test(node, knows_its_line_and_column_and_those_of_its_name)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const struct place *row = &places[i];
        struct marks marks;
        char plain[256];
        const struct pst_node *node;
        uint32_t line;
        uint32_t column;

        read_document(&in, row->format, take_marks(row->text, plain, &marks),
                      NULL);
        cr_assert_eq(in.status, POSTERN_OK, "%s: %s", row->text,
                     in.diag.message);
        node = document_at(in.document.root, row->pointer);
        cr_assert_not_null(node, "%s", row->text);
        pst_document_locate(&in.document, node, &line, &column);
        if (marks.line) {
            cr_expect(line == marks.line && column == marks.column,
                      "%s: %u:%u, not %u:%u", row->text, line, column,
                      marks.line, marks.column);
        }
        cr_expect(node->name_line == marks.name_line &&
                      node->name_column == marks.name_column,
                  "%s: name %u:%u", row->text, node->name_line,
                  node->name_column);
        cr_expect_eq(read_document_release(&in), 0);
    }
}

Test(node, without_a_place_has_line_0)
{
    uint32_t line = 7;
    uint32_t column = 7;

    pst_document_locate(&in.document, NULL, &line, &column);
    cr_expect(line == 0 && column == 0);
}

Test(node, pointer_is_cut_between_characters)
{
    static const char *const cut[] = {
        "", "/", "/a", "/a", "/a\xC3\xA9", "/a\xC3\xA9/", "/a\xC3\xA9/0"};
    const struct pst_node *node;

    read_document(&in, PST_FORMAT_JSON, PST_STR("{\"a\xC3\xA9\":[1]}"), NULL);
    cr_assert_eq(in.status, POSTERN_OK);
    node = in.document.root->children->children;
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
        char *exact = malloc(i + 1); /* so that writing on is noticed */

        cr_assert_not_null(exact);
        pst_node_pointer(node, exact, i + 1);
        cr_expect_str_eq(exact, cut[i], "%zu bytes: %s", i + 1, exact);
        free(exact);
    }
    cr_expect_eq(read_document_release(&in), 0);
}

Test(node, finds_members_of_objects_by_their_whole_name)
{
    const struct pst_node *root;

    read_document(&in, PST_FORMAT_JSON,
                  PST_STR("{\"ac\":1,\"acr\":2,\"acrx\":3,\"l\":[4]}"), NULL);
    cr_assert_eq(in.status, POSTERN_OK);
    root = in.document.root;
    cr_expect_eq(pst_node_member(root, "acr")->integer, 2);
    cr_expect_null(pst_node_member(root, "acrxy"));
    cr_expect_null(pst_node_member(root, ""));
    cr_expect_null(pst_node_member(pst_node_member(root, "l"), ""));
    cr_expect_null(pst_node_member(NULL, "acr"));
    cr_expect_eq(read_document_release(&in), 0);
}

Test(node, says_what_it_is)
{
    static const char *const words[] = {"null",     "true",     "false",
                                        "a number", "a number", "a string",
                                        "a list",   "an object"};
    size_t i = 0;

    read_document(&in, PST_FORMAT_JSON,
                  PST_STR("[null,true,false,1,1.5,\"\",[],{}]"), NULL);
    cr_assert_eq(in.status, POSTERN_OK);
    for (const struct pst_node *node = in.document.root->children; node;
         node = node->next) {
        cr_expect_str_eq(pst_node_type_name(node), words[i++]);
    }
    cr_expect_eq(i, 8);
    cr_expect_str_eq(pst_node_type_name(NULL), "nothing");
    cr_expect_eq(read_document_release(&in), 0);
}

Test(node, refusal_names_source_place_and_path_and_the_first_one_stays)
{
    const struct pst_node *node;
    postern_diag diag = {0};

    read_document(&in, PST_FORMAT_YAML, PST_STR("pv:\n  - acop: 64\n"), NULL);
    cr_assert_eq(in.status, POSTERN_OK);
    node = document_at(in.document.root, "/pv/0/acop");
    cr_expect_eq(pst_node_refuse(&in.document, node, &diag, POSTERN_ERR_POLICY,
                                 "expected 1 to 63", "TS-0004 6.3.4.2.29"),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(pst_node_refuse(&in.document, in.document.root, &diag,
                                 POSTERN_ERR_LIMIT, "later", NULL),
                 POSTERN_ERR_LIMIT);
    cr_expect_eq(diag.status, POSTERN_ERR_POLICY);
    cr_expect_str_eq(diag.source, "test");
    cr_expect_str_eq(diag.path, "/pv/0/acop");
    cr_expect_str_eq(diag.message, "expected 1 to 63");
    cr_expect_str_eq(diag.clause, "TS-0004 6.3.4.2.29");
    cr_expect(diag.line == 2 && diag.column == 11, "%u:%u", diag.line,
              diag.column);
    cr_expect_eq(pst_node_refuse(&in.document, node, NULL, POSTERN_ERR_POLICY,
                                 "nobody listens", NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(read_document_release(&in), 0);
}
