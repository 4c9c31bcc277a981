#include "cli/rewrite.h"

#include "base/diag.h"
#include "base/str.h"
#include "policy-lang/policy.h"

static postern_str source_text(const struct pst_rewriting *rewriting)
{
    return (postern_str){rewriting->bytes.data, rewriting->bytes.count};
}

static postern_format target_format(const struct pst_rewriting *rewriting,
                                    int format)
{
    if (format == POSTERN_FORMAT_AUTO) {
        return rewriting->format;
    }
    if (format != PST_FORMAT_OTHER) {
        return (postern_format)format;
    }
    return rewriting->format == POSTERN_FORMAT_JSON ? POSTERN_FORMAT_YAML
                                                    : POSTERN_FORMAT_JSON;
}

postern_status pst_rewrite(struct pst_rewriting *rewriting, const char *name,
                           int format, postern_diag *diag)
{
    postern_load_options options;

    *rewriting = (struct pst_rewriting){.name = name};
    PST_TRY(pst_source_read(&rewriting->bytes, name, diag));
    postern_load_options_init(&options);
    options.source = name;
    PST_TRY(postern_policy_load(&rewriting->policy, source_text(rewriting),
                                &options, diag));
    rewriting->format =
        rewriting->policy->documents[0].format == PST_FORMAT_YAML
            ? POSTERN_FORMAT_YAML
            : POSTERN_FORMAT_JSON;
    return pst_diag_plain(diag,
                          postern_policy_write(rewriting->policy,
                                               target_format(rewriting, format),
                                               &rewriting->text));
}

void pst_rewriting_release(struct pst_rewriting *rewriting)
{
    postern_allocator heap = pst_allocator_of(NULL);

    if (rewriting->policy) {
        postern_text_free(rewriting->policy, rewriting->text);
    }
    postern_policy_free(rewriting->policy);
    pst_vec_release(&rewriting->bytes, &heap);
}

bool pst_may_hold_comments(const struct pst_rewriting *rewriting)
{
    postern_str text = source_text(rewriting);
    size_t at = pst_str_find(text, 0, '#');

    if (rewriting->format != POSTERN_FORMAT_YAML) {
        return false;
    }
    while (at < text.len) {
        char before = at ? text.data[at - 1] : '\n';

        if (before == ' ' || before == '\t' || before == '\n' ||
            before == '\r') {
            return true;
        }
        at = pst_str_find(text, at + 1, '#');
    }
    return false;
}
