/* Canonical identifiers as text, for people. */
#include "base/text.h"
#include "pdp/id.h"

static void add_domain(struct pst_text *text, postern_str domain)
{
    for (size_t i = 0; i < domain.len; i++) {
        char c = pst_fold(domain.data[i]);

        pst_text_add_str(text, (postern_str){&c, 1});
    }
}

static void add_absolute(struct pst_text *text, const postern_id *id)
{
    pst_text_add(text, "//");
    add_domain(text, id->domain);
    pst_text_add(text, "/");
    pst_text_add_str(text, id->first);
    if (id->second.len) {
        pst_text_add(text, "/");
        pst_text_add_str(text, id->second);
    }
}

size_t postern_id_text(const postern_id *id, char *buffer, size_t size)
{
    struct pst_text text;

    pst_text_init(&text, buffer, size);
    switch (id->kind) {
    case POSTERN_ID_ENTITY:
    case POSTERN_ID_RESOURCE:
        add_absolute(&text, id);
        break;
    case POSTERN_ID_ROLE:
        pst_text_add_str(&text, id->second);
        pst_text_add(&text, "@");
        add_domain(&text, id->domain);
        break;
    case POSTERN_ID_ABSENT:
        pst_text_add(&text, "(no originator)");
        break;
    case POSTERN_ID_UNSET:
    default:
        pst_text_add(&text, "(not an identifier)");
        break;
    }
    return text.len;
}
