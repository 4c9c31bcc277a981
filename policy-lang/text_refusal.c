/* The grammar says yes or no; pdp/ reads the same texts part by part, so it can
 * tell where one goes wrong. It is asked through a rule that is thrown away. */
#include "policy-lang/text_refusal.h"

#include "base/diag.h"
#include "base/str.h"

#include <postern/pdp.h>

/* Adds a rule with that text in its place to a set that nobody uses. */
static postern_status try_rule(postern_acp_builder *builder,
                               enum pst_grammar_form form, postern_str text,
                               postern_diag *diag)
{
    postern_str all = PST_STR("all");
    bool originator = form == PST_GRAMMAR_ORIGINATOR;
    bool window = form == PST_GRAMMAR_WINDOW;
    postern_context context = {
        .windows = window ? &text : NULL,
        .window_count = window ? 1 : 0,
        .addresses = window ? NULL : &text,
        .address_count = window ? 0 : 1,
    };
    postern_rule rule = {
        .originators = originator ? &text : &all,
        .originator_count = 1,
        .operations = POSTERN_ACOP_RETRIEVE,
        .contexts = originator ? NULL : &context,
        .context_count = originator ? 0 : 1,
    };

    PST_TRY(postern_acp_builder_add_acp(builder, PST_STR("acp"), INT64_MAX));
    return postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule,
                                        diag);
}

static postern_status ask(enum pst_grammar_form form, postern_str text,
                          const postern_allocator *allocator,
                          postern_diag *diag)
{
    postern_builder_options options;
    postern_acp_builder *builder;
    postern_status status;
    postern_cse cse;

    PST_TRY(postern_cse_init(&cse, PST_STR("//sp.example"), PST_STR("/cse")));
    postern_builder_options_init(&options);
    options.allocator = allocator;
    options.limits.text_length = UINT32_MAX; /* the document has its own */
    PST_TRY(postern_acp_builder_new(&builder, &cse, &options));
    status = try_rule(builder, form, text, diag);
    postern_acp_builder_free(builder);
    return status;
}

postern_status pst_text_refusal(enum pst_grammar_form form, postern_str text,
                                const postern_allocator *allocator,
                                char *message, size_t size)
{
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status = POSTERN_OK;
    struct pst_text out;

    if (form == PST_GRAMMAR_ORIGINATOR || form == PST_GRAMMAR_WINDOW ||
        form == PST_GRAMMAR_ADDRESS) {
        status = ask(form, text, allocator, &diag);
    }
    if (status != POSTERN_ERR_POLICY) {
        return status;
    }
    pst_text_init(&out, message, size);
    pst_text_add(&out, diag.message);
    if (form == PST_GRAMMAR_ORIGINATOR) { /* the others quote it themselves */
        pst_text_add(&out, ", found ");
        pst_text_add_quoted(&out, text);
    }
    return status;
}
