/* What loading frames and loading words share. */
#include "ppm/load.h"

#include "base/sized.h"
#include "base/str.h"
#include "policy-lang/files.h"

enum { MESSAGE = 320 };

void postern_ppm_load_options_init_sized(postern_ppm_load_options *options,
                                         size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

bool pst_ppm_load_options_copy(postern_ppm_load_options *out,
                               const postern_ppm_load_options *given)
{
    if (!pst_sized_copy(out, sizeof *out, given) ||
        (unsigned)out->format > POSTERN_FORMAT_YAML) {
        return false;
    }
    out->source = out->source ? out->source : "";
    return true;
}

static bool looks_like_json(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!strchr(" \t\r\n\xEF\xBB\xBF", text.data[i])) {
            return text.data[i] == '{' || text.data[i] == '[';
        }
    }
    return false;
}

static enum pst_format format_of(const postern_ppm_load_options *options,
                                 postern_str text)
{
    bool json = looks_like_json(text);

    if (options->format != POSTERN_FORMAT_AUTO) {
        json = options->format == POSTERN_FORMAT_JSON;
    } else if (pst_is_json_name(options->source)) {
        json = true;
    } else if (pst_is_yaml_name(options->source)) {
        json = false;
    }
    return json ? PST_FORMAT_JSON : PST_FORMAT_YAML;
}

/* The nodes do not point into the text: it is not needed afterwards. */
postern_status pst_ppm_read(struct pst_document *document,
                            struct pst_arena *arena,
                            const postern_ppm_load_options *options,
                            postern_diag *diag)
{
    postern_limits limits = pst_limits_of(&options->limits);
    postern_str source = pst_arena_copy(arena, postern_str_of(options->source));
    postern_status status;

    if (!source.data) {
        return POSTERN_ERR_MEMORY;
    }
    document->source = source.data;
    document->format = format_of(options, document->text);
    status = pst_document_read(document, arena, &limits, diag);
    document->text = (postern_str){NULL, 0};
    return status;
}

postern_status pst_ppm_refuse(const struct pst_ppm_loader *in,
                              const struct pst_node *node, const char *code,
                              const char *message)
{
    postern_diag *diag = in->diag;
    bool first = diag && diag->status == POSTERN_OK;

    (void)pst_node_refuse(&in->frame->document, node, diag, POSTERN_ERR_POLICY,
                          message, NULL);
    if (first) {
        pst_diag_copy(diag->lint, sizeof diag->lint, code);
    }
    return POSTERN_ERR_POLICY;
}

static void add_found(struct pst_text *text, const struct pst_node *node)
{
    if (node->type == PST_NODE_INTEGER) {
        pst_text_add_int(text, node->integer);
    } else if (node->type == PST_NODE_STRING) {
        pst_text_add_quoted(text, node->text);
    } else {
        pst_text_add(text, pst_node_type_name(node));
    }
}

postern_status pst_ppm_expected(const struct pst_ppm_loader *in, uint32_t row,
                                const struct pst_node *node, const char *code,
                                const char *expected)
{
    char buffer[MESSAGE];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, pst_ppm_rows[row].key);
    pst_text_add(&text, ": ");
    pst_text_add(&text, expected);
    pst_text_add(&text, " is expected, not ");
    add_found(&text, node);
    return pst_ppm_refuse(in, node, code, buffer);
}

void pst_ppm_warn(const struct pst_ppm_loader *in, const struct pst_node *node,
                  const char *lint, const char *message)
{
    postern_diag diag;

    if (!in->options.report) {
        return;
    }
    pst_diag_clear(&diag);
    (void)pst_node_refuse(&in->frame->document, node, &diag, POSTERN_ERR_POLICY,
                          message, NULL);
    diag.status = POSTERN_OK;
    diag.severity = POSTERN_SEVERITY_WARNING;
    pst_diag_copy(diag.lint, sizeof diag.lint, lint);
    in->options.report(in->options.user, &diag);
}

/* ---- files --------------------------------------------------------------- */

postern_status pst_ppm_file_open(struct pst_ppm_file *file, const char *path,
                                 const postern_ppm_load_options *options,
                                 postern_diag *diag)
{
    postern_status status;

    *file = (struct pst_ppm_file){.text = {NULL, 0}};
    file->allocator = pst_allocator_of(NULL);
    pst_diag_clear(diag);
    if (!path || !pst_ppm_load_options_copy(&file->options, options)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    file->options.source = path;
    file->allocator = pst_allocator_of(file->options.allocator);
    status =
        pst_file_read(&file->bytes, &file->allocator, path,
                      pst_limits_of(&file->options.limits).text_bytes, diag);
    file->text = (postern_str){file->bytes.data, file->bytes.count};
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}

void pst_ppm_file_close(struct pst_ppm_file *file)
{
    pst_vec_release(&file->bytes, &file->allocator);
}
