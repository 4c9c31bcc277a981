/* Resources in their oneM2M representation, one at a time. */
#include "policy-lang/lines.h"
#include "policy-lang/single_reader.h"
#include "prp/loading.h"
#include "prp/store.h"

struct text_loading {
    struct pst_loading common;
    struct pst_single_reader reader;
};

static postern_status begin(struct text_loading *self, postern_change *change,
                            const postern_load_options *options,
                            postern_diag *diag)
{
    struct pst_loading *common = &self->common;
    struct pst_grammar *grammar = pst_change_grammar(change);

    pst_diag_clear(diag);
    if (!grammar) {
        (void)pst_diag_plain(diag, POSTERN_ERR_MEMORY);
        return POSTERN_ERR_MEMORY;
    }
    pst_loading_init(common, change, diag);
    PST_TRY(pst_diag_plain(diag, pst_single_reader_open_with(
                                     &self->reader, options, &common->allocator,
                                     common->cse, grammar)));
    common->compiling.limits = self->reader.context.limits;
    return POSTERN_OK;
}

static postern_status put(struct text_loading *self, postern_str text,
                          uint32_t lines_before)
{
    struct pst_single_reader *reader = &self->reader;

    PST_TRY(
        pst_single_reader_read(reader, text, lines_before, self->common.diag));
    return pst_loading_put(&self->common, &reader->resource, &reader->reader);
}

postern_status postern_change_put_text(postern_change *change, postern_str text,
                                       const postern_load_options *options,
                                       postern_diag *diag)
{
    struct text_loading self;
    postern_status status = begin(&self, change, options, diag);

    if (status == POSTERN_OK) {
        status = put(&self, text, 0);
        pst_single_reader_close(&self.reader);
    }
    if (status == POSTERN_ERR_MEMORY) {
        pst_change_fail(change, status);
    }
    return status;
}

static postern_status put_each(struct text_loading *self,
                               struct pst_lines *lines)
{
    postern_str text;

    for (;;) {
        PST_TRY(pst_lines_next(lines, &text, self->common.diag));
        if (!text.data) {
            return POSTERN_OK;
        }
        if (!pst_line_is_blank(text)) {
            PST_TRY(put(self, text, lines->number - 1));
        }
    }
}

static postern_status put_file(struct text_loading *self, const char *path)
{
    const postern_policy *context = &self->reader.context;
    struct pst_lines lines;
    postern_status status;

    if (!path) {
        return pst_diag_plain(self->common.diag, POSTERN_ERR_ARGUMENT);
    }
    self->reader.document.source = path;
    PST_TRY(pst_lines_open(&lines, path, &context->allocator,
                           context->limits.text_bytes, self->common.diag));
    status = put_each(self, &lines);
    pst_lines_close(&lines);
    return status;
}

postern_status postern_change_put_lines(postern_change *change,
                                        const char *path,
                                        const postern_load_options *options,
                                        postern_diag *diag)
{
    struct text_loading self;
    postern_status status = begin(&self, change, options, diag);

    if (status == POSTERN_OK) {
        status = put_file(&self, path);
        pst_single_reader_close(&self.reader);
    }
    if (status != POSTERN_OK) {
        pst_change_fail(change, status);
    }
    return status;
}
