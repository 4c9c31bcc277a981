#include "pdp/atom_text.h"

#include "base/text.h"

static const char *kind_of(const struct pst_name *name)
{
    switch ((enum pst_name_kind)name->kind) {
    case PST_NAME_RESOURCE:
        return "group";
    case PST_NAME_ROLE:
        return "role";
    case PST_NAME_DOMAIN:
        return "domain";
    case PST_NAME_ENTITY:
    default:
        return "entity";
    }
}

static void write_name(char *text, size_t size, const postern_acp_set *set,
                       const struct pst_name *name)
{
    struct pst_text out;
    postern_id id;

    if (name->kind == PST_NAME_DOMAIN) {
        pst_text_init(&out, text, size);
        pst_text_add(&out, "//");
        pst_text_add_str(&out, pst_name_texts(set, name).domain);
    } else {
        id = pst_name_id(set, name);
        (void)postern_id_text(&id, text, size);
    }
}

/* As an entity is written, "*" and all. */
static void write_pattern(char *text, size_t size, const postern_acp_set *set,
                          const struct pst_pattern *pattern)
{
    postern_id id = {.kind = POSTERN_ID_ENTITY,
                     .domain = pst_text_at(set, pattern->domain),
                     .first = pst_text_at(set, pattern->first),
                     .second = pst_text_at(set, pattern->second)};

    (void)postern_id_text(&id, text, size);
}

const char *pst_atom_text(const postern_acp_set *set, uint32_t atom, char *text,
                          size_t size)
{
    struct pst_text out;

    if (atom == PST_ATOM_ALL) {
        pst_text_init(&out, text, size);
        pst_text_add(&out, "all");
        return "all";
    }
    if (pst_atom_is_pattern(set, atom)) {
        write_pattern(text, size, set, pst_pattern_of(set, atom));
        return "pattern";
    }
    write_name(text, size, set, pst_name_of(set, atom));
    return kind_of(pst_name_of(set, atom));
}
