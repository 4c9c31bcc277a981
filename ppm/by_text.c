/* The text by its letter: rules a to f of 11.4.1.3, and annex K. Both look at a
 * row alone and compare for equality. [PPM-10] [PPM-11] [PPM-22] [ANK-05]
 */
#include "ppm/finding.h"

static const struct pst_ppm_value no = {.form = PST_PPM_NO};
static const struct pst_ppm_value yes = {.form = PST_PPM_YES};

/* What a preference puts into the cell. A duty is a selection, as a permission
 * is; what is to be avoided is not. */
static const struct pst_ppm_value *
value_of(const struct pst_ppm_statement *statement)
{
    switch (statement->say) {
    case PST_PPM_REQUIRE_WITHIN:
        return &yes;
    case PST_PPM_AVOIDS:
        return &no;
    default:
        return &statement->value;
    }
}

struct pst_ppm_finding pst_ppm_literal(const struct pst_ppm_view *view,
                                       uint32_t row)
{
    const struct pst_ppm_statement *stated =
        pst_ppm_said(view, view->provider, row);
    struct pst_ppm_finding found = {.code = POSTERN_PPM_NO_PREF,
                                    .place = POSTERN_PPM_NO_FRAME};

    for (uint32_t place = 0; place < view->stack->preferences; place++) {
        const struct pst_ppm_statement *said = pst_ppm_said(view, place, row);

        if (!said) {
            continue;
        }
        found.code = POSTERN_PPM_MATCH;
        if (!pst_ppm_value_equal(stated ? &stated->value : &no,
                                 value_of(said))) {
            found.red = true;
            found.code = POSTERN_PPM_DIFFERS;
            found.place = (int32_t)place;
        }
        return found; /* the first that says anything */
    }
    return found;
}

/* Whether the provider says anything about the tag of a row. */
static bool is_declared(const struct pst_ppm_view *view, uint32_t row)
{
    const postern_ppm_tag *tag = &pst_ppm_tags[pst_ppm_rows[row].tag];

    for (uint32_t i = 0; i < tag->row_count; i++) {
        if (pst_ppm_said(view, view->provider, tag->first_row + i)) {
            return true;
        }
    }
    return false;
}

/* The summary before the first frame: the provider's value. [ANK-04] */
static const struct pst_ppm_value *base(const struct pst_ppm_view *view,
                                        uint32_t row)
{
    const struct pst_ppm_statement *stated =
        pst_ppm_said(view, view->provider, row);

    if (stated) {
        return &stated->value;
    }
    return is_declared(view, row) ? &no : NULL; /* NULL: not applicable */
}

/* [ANK-01] [ANK-02] [ANK-03] */
struct pst_ppm_finding pst_ppm_annex_k(const struct pst_ppm_view *view,
                                       uint32_t row)
{
    const struct pst_ppm_value *summary = base(view, row);
    struct pst_ppm_finding found = {.code = POSTERN_PPM_NO_PREF,
                                    .place = POSTERN_PPM_NO_FRAME};

    for (uint32_t place = view->stack->preferences; place-- > 0;) {
        const struct pst_ppm_statement *said = pst_ppm_said(view, place, row);
        const struct pst_ppm_value *value = said ? value_of(said) : NULL;

        if (!value) {
            continue;
        }
        if (found.code == POSTERN_PPM_NO_PREF) {
            found.code = POSTERN_PPM_MATCH;
        }
        if (summary && pst_ppm_value_equal(value, summary)) {
            continue; /* the summary is that value */
        }
        if (value->form == PST_PPM_YES) {
            summary = summary ? summary : value;
            continue; /* no objection */
        }
        summary = value;
        found.red = true;
        found.code = POSTERN_PPM_DIFFERS;
        found.place = (int32_t)place;
    }
    return found;
}
