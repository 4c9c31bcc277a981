/*
 * Reading identifiers into canonical absolute form. Runs for every request:
 * one pass over the bytes, nothing copied. [ID-01] [ID-02] [ID-03] [ID-04]
 */
#include "pdp/id.h"

#include "base/bytes.h"

struct pst_id_parts pst_id_split(postern_str text)
{
    struct pst_id_parts parts = {PST_FORM_CSE_RELATIVE, {NULL, 0}, text, {0}};
    size_t from = 1;
    size_t slash;

    if (text.len == 0 || text.data[0] != '/') {
        return parts;
    }
    parts.form = PST_FORM_SP_RELATIVE;
    if (text.len > 1 && text.data[1] == '/') {
        parts.form = PST_FORM_ABSOLUTE;
        slash = pst_str_find(text, 2, '/');
        parts.domain = pst_str_slice(text, 2, slash);
        from = slash + 1;
    }
    slash = pst_str_find(text, from, '/');
    parts.first = pst_str_slice(text, from, slash);
    if (slash < text.len) {
        parts.second = pst_str_slice(text, slash + 1, text.len);
    }
    return parts;
}

/* A domain that was written; most are that of the hosting CSE, of which
 * everything is known. */
static bool read_domain(postern_id *id, uint64_t *hash, const postern_cse *cse,
                        postern_str text)
{
    id->domain = pst_domain_trim(text);
    if (id->domain.len == cse->domain.len && id->domain.len > 0 &&
        pst_bytes_equal(id->domain.data, cse->domain.data, id->domain.len)) {
        *hash = cse->domain_hash;
        return true;
    }
    *hash = pst_hash_domain(id->domain);
    return pst_is_domain(id->domain);
}

/* Relative forms take the domain of the hosting CSE. [ORI-07] */
static bool set_domain(postern_id *id, uint64_t *hash, const postern_cse *cse,
                       const struct pst_id_parts *parts)
{
    if (parts->form == PST_FORM_ABSOLUTE) {
        return read_domain(id, hash, cse, parts->domain);
    }
    id->domain = cse->domain;
    *hash = cse->domain_hash;
    return true;
}

struct hashes {
    uint64_t domain;
    uint64_t first;
    uint64_t second;
};

/* Cx: an AE of the hosting CSE. Sx: an AE of its service provider. */
static bool read_stem(postern_id *id, const postern_cse *cse, postern_str stem,
                      struct hashes *hashes)
{
    if (!pst_is_segment(stem)) {
        return false;
    }
    if (stem.data[0] == 'C') {
        id->first = cse->name;
        id->second = stem;
        hashes->first = cse->name_hash;
        hashes->second = pst_hash(stem);
        return true;
    }
    id->first = stem;
    hashes->first = pst_hash(stem);
    return stem.data[0] == 'S';
}

/* One or two segments from `from` on: a CSE-ID or an S-type AE-ID [ID-05], or
 * the AE-ID of an AE of a CSE. */
static bool read_segments(postern_id *id, postern_str text, size_t from,
                          struct hashes *hashes)
{
    size_t end = pst_segment_end(text, from);

    id->first = pst_str_slice(text, from, end);
    hashes->first = pst_hash(id->first);
    if (end >= text.len) {
        return id->first.len > 0;
    }
    id->second = pst_str_slice(text, end + 1, text.len);
    hashes->second = pst_hash(id->second);
    return id->first.len > 0 && text.data[end] == '/' &&
           pst_is_segment(id->second) && id->second.data[0] == 'C';
}

/* //domain/first[/second] */
static bool read_absolute(postern_id *id, const postern_cse *cse,
                          postern_str text, struct hashes *hashes)
{
    size_t slash = pst_str_find(text, 2, '/');

    return read_domain(id, &hashes->domain, cse,
                       pst_str_slice(text, 2, slash)) &&
           read_segments(id, text, slash + 1, hashes);
}

static bool read_entity(postern_id *id, const postern_cse *cse,
                        postern_str text)
{
    struct hashes hashes = {.domain = cse->domain_hash, /* [ORI-07] */
                            .second = pst_hash((postern_str){NULL, 0})};
    bool valid;

    id->domain = cse->domain;
    if (text.len == 0 || text.data[0] != '/') {
        valid = read_stem(id, cse, text, &hashes);
    } else if (text.len > 1 && text.data[1] == '/') {
        valid = read_absolute(id, cse, text, &hashes);
    } else {
        valid = read_segments(id, text, 1, &hashes);
    }
    if (valid) {
        id->hash = pst_hash_join((uint32_t)id->kind, hashes.domain,
                                 hashes.first, hashes.second);
    }
    return valid;
}

postern_status postern_id_parse_entity(postern_id *id, const postern_cse *cse,
                                       postern_str text)
{
    *id = (postern_id){.kind = POSTERN_ID_ENTITY};
    if (!read_entity(id, cse, text)) {
        *id = (postern_id){.kind = POSTERN_ID_UNSET};
        return POSTERN_ERR_POLICY;
    }
    return POSTERN_OK;
}

void postern_id_set_absent(postern_id *id)
{
    *id = (postern_id){.kind = POSTERN_ID_ABSENT};
}

/* Segments with one slash between each two. */
static bool is_path(postern_str text)
{
    size_t from = 0;

    while (from <= text.len) {
        size_t slash = pst_str_find(text, from, '/');

        if (!pst_is_segment(pst_str_slice(text, from, slash))) {
            return false;
        }
        from = slash + 1;
    }
    return true;
}

postern_status postern_id_parse_resource(postern_id *id, const postern_cse *cse,
                                         postern_str text)
{
    struct pst_id_parts parts = pst_id_split(text);
    uint64_t domain_hash;
    bool valid;

    *id = (postern_id){.kind = POSTERN_ID_RESOURCE};
    valid = set_domain(id, &domain_hash, cse, &parts);
    if (parts.form == PST_FORM_CSE_RELATIVE) {
        id->first = cse->name;
        id->second = text;
    } else {
        id->first = parts.first;
        id->second = parts.second;
    }
    if (!valid || !pst_is_segment(id->first) || !is_path(id->second)) {
        *id = (postern_id){.kind = POSTERN_ID_UNSET};
        return POSTERN_ERR_POLICY;
    }
    id->hash = pst_hash_join((uint32_t)id->kind, domain_hash,
                             pst_hash(id->first), pst_hash(id->second));
    return POSTERN_OK;
}

static bool is_role_local(postern_str text)
{
    return pst_is_segment(text) &&
           pst_str_find(text, 0, '~') == text.len; /* [ID-07] */
}

postern_status postern_id_parse_role(postern_id *id, postern_str text)
{
    size_t at = pst_str_find(text, 0, '@');

    *id = (postern_id){
        .kind = POSTERN_ID_ROLE,
        .domain = pst_domain_trim(pst_str_slice(text, at + 1, text.len)),
        .second = pst_str_slice(text, 0, at),
    };
    if (at == text.len || !is_role_local(id->second) ||
        !pst_is_domain(id->domain)) {
        *id = (postern_id){.kind = POSTERN_ID_UNSET};
        return POSTERN_ERR_POLICY;
    }
    id->hash = pst_hash_join((uint32_t)id->kind, pst_hash_domain(id->domain),
                             pst_hash(id->first), pst_hash(id->second));
    return POSTERN_OK;
}

bool postern_id_equal(const postern_id *a, const postern_id *b)
{
    return a->kind == b->kind && a->kind > POSTERN_ID_ABSENT &&
           a->hash == b->hash && pst_str_equal(a->second, b->second) &&
           pst_str_equal(a->first, b->first) &&
           pst_str_fold_equal(a->domain, b->domain);
}

postern_status postern_cse_init(postern_cse *cse, postern_str sp_id,
                                postern_str cse_id)
{
    struct pst_id_parts sp = pst_id_split(sp_id);
    struct pst_id_parts name = pst_id_split(cse_id);

    *cse =
        (postern_cse){.domain = pst_domain_trim(sp.domain), .name = name.first};
    if (sp.form != PST_FORM_ABSOLUTE || sp.first.len || sp.second.data ||
        sp_id.len != sp.domain.len + 2 || !pst_is_domain(cse->domain) ||
        name.form != PST_FORM_SP_RELATIVE || name.second.data ||
        !pst_is_segment(cse->name)) {
        *cse = (postern_cse){0};
        return POSTERN_ERR_POLICY;
    }
    cse->domain_hash = pst_hash_domain(cse->domain);
    cse->name_hash = pst_hash(cse->name);
    return POSTERN_OK;
}
