#include "policy-lang/single_reader.h"

#include "base/sized.h"
#include "policy-lang/resource_reader.h"

static bool take_options(struct pst_single_reader *self,
                         const postern_load_options *options)
{
    postern_load_options *taken = &self->options;

    return pst_sized_copy(taken, sizeof *taken, options) &&
           ((unsigned)taken->format == POSTERN_FORMAT_AUTO ||
            (unsigned)taken->format == POSTERN_FORMAT_JSON) &&
           (unsigned)taken->rule_errors <= POSTERN_RULE_ERRORS_DISABLE;
}

postern_status pst_single_reader_open_with(struct pst_single_reader *self,
                                           const postern_load_options *options,
                                           const postern_allocator *allocator,
                                           const postern_cse *cse,
                                           struct pst_grammar *grammar)
{
    postern_policy *context = &self->context;

    memset(self, 0, sizeof *self);
    self->borrows_grammar = true;
    self->reader.grammar = grammar;
    if (!take_options(self, options)) {
        return POSTERN_ERR_ARGUMENT;
    }
    context->allocator =
        self->options.allocator ? *self->options.allocator : *allocator;
    context->limits = pst_limits_of(&self->options.limits);
    context->host.cse = *cse;
    pst_arena_init(&context->arena, &context->allocator, SIZE_MAX);
    self->reader.policy = context;
    self->reader.options = &self->options;
    self->document.format = PST_FORMAT_JSON;
    self->document.source = self->options.source ? self->options.source : "";
    return POSTERN_OK;
}

static postern_status open_own(struct pst_single_reader *self,
                               const postern_load_options *options,
                               const postern_allocator *allocator,
                               const postern_cse *cse)
{
    PST_TRY(pst_single_reader_open_with(self, options, allocator, cse, NULL));
    PST_TRY(pst_grammar_new(&self->reader.grammar, &self->context.allocator));
    self->borrows_grammar = false;
    return pst_grammar_prepare(self->reader.grammar);
}

postern_status pst_single_reader_open(struct pst_single_reader *self,
                                      const postern_load_options *options,
                                      const postern_allocator *allocator,
                                      const postern_cse *cse,
                                      postern_diag *diag)
{
    postern_status status = open_own(self, options, allocator, cse);

    if (status != POSTERN_OK) {
        pst_single_reader_close(self);
    }
    return pst_diag_plain(diag, status);
}

void pst_single_reader_close(struct pst_single_reader *self)
{
    if (!self->borrows_grammar) {
        pst_grammar_free(self->reader.grammar);
    }
    self->reader.grammar = NULL;
    pst_arena_release(&self->context.arena);
}

static void forget(struct pst_single_reader *self)
{
    pst_arena_release(&self->context.arena);
    self->context.findings = NULL;
    self->reader.last_finding = &self->context.findings;
    self->reader.document = &self->document;
    self->document.root = NULL;
    self->resource = (struct pst_resource){.acp = POSTERN_NO_ACP};
}

postern_status pst_single_reader_read(struct pst_single_reader *self,
                                      postern_str text, uint32_t lines_before,
                                      postern_diag *diag)
{
    postern_status status;

    forget(self);
    self->document.text = text;
    self->document.lines_before = lines_before;
    PST_TRY(pst_json_read(&self->document, &self->context.arena,
                          &self->context.limits, diag));
    status =
        pst_read_resource(&self->reader, self->document.root, &self->resource);
    return status == POSTERN_ERR_POLICY ? pst_refuse_defect(&self->reader, diag)
                                        : pst_diag_plain(diag, status);
}
