#include "pdp/originator.h"

static bool has(postern_str text, char c)
{
    return pst_str_find(text, 0, c) < text.len;
}

/* Unreserved characters and stars. */
static bool is_pattern_segment(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '*' && !pst_is_unreserved(text.data[i])) {
            return false;
        }
    }
    return text.len > 0;
}

static bool is_domain_pattern(postern_str text)
{
    if (!has(text, '*')) {
        return pst_is_domain(text); /* the star is in another part */
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '_' || text.data[i] == '~') {
            return false;
        }
    }
    return is_pattern_segment(text) && text.len <= 253;
}

/* [ORI-05] [ORI-06] [ORI-08]: the domain part of an identifier may hold a star,
 * a domain that is the whole entry may not. */
static const char *read_pattern(struct pst_originator *out,
                                const postern_cse *cse, postern_str text)
{
    struct pst_id_parts parts = pst_id_split(text);
    postern_id *id = &out->id;

    out->kind = PST_ORIGINATOR_PATTERN;
    id->domain = cse->domain;
    id->first = parts.first;
    id->second = parts.second;
    if (parts.form == PST_FORM_CSE_RELATIVE) {
        if (text.data[0] != 'C' && text.data[0] != 'S') {
            return "a wildcard is allowed in CSE-IDs and AE-IDs only, and a "
                   "relative AE-ID begins with C or S; to allow everybody "
                   "write \"all\"";
        }
        id->first = text.data[0] == 'C' ? cse->name : text;
        id->second = text.data[0] == 'C' ? text : (postern_str){NULL, 0};
    }
    if (parts.form == PST_FORM_ABSOLUTE) {
        id->domain = pst_domain_trim(parts.domain);
        if (parts.first.len == 0) {
            return "a wildcard is not allowed in a service provider domain";
        }
    }
    if (!is_domain_pattern(id->domain) || !is_pattern_segment(id->first) ||
        (id->second.data && !is_pattern_segment(id->second))) {
        return "this is not an AE-ID or CSE-ID with wildcards: one or two "
               "segments of letters, digits and - . _ ~ * are expected";
    }
    if (id->second.data && id->second.data[0] != 'C' &&
        id->second.data[0] != '*') {
        return "the AE part of /cse/ae begins with C (or *): nothing else can "
               "match";
    }
    return NULL;
}

static const char *read_domain(struct pst_originator *out, postern_str text)
{
    out->kind = PST_ORIGINATOR_DOMAIN;
    out->id.domain = pst_domain_trim(pst_str_slice(text, 2, text.len));
    return pst_is_domain(out->id.domain)
               ? NULL
               : "a service provider domain such as //sp.example is expected";
}

static const char *read_role(struct pst_originator *out, postern_str text)
{
    out->kind = PST_ORIGINATOR_ROLE;
    if (has(text, '*')) {
        return "a wildcard is not allowed in a Role-ID";
    }
    return postern_id_parse_role(&out->id, text) == POSTERN_OK
               ? NULL
               : "a Role-ID such as 12-operator@auth.example is expected";
}

static bool is_group(postern_id *group, postern_str text,
                     const postern_builder_options *options)
{
    return options->resolve_group &&
           options->resolve_group(options->user, text, group);
}

static const char *read_group(struct pst_originator *out,
                              const postern_id *group)
{
    out->kind = PST_ORIGINATOR_GROUP;
    out->id = *group;
    return group->kind == POSTERN_ID_RESOURCE
               ? NULL
               : "the group has no canonical resource identifier";
}

static const char *read_resource(struct pst_originator *out,
                                 const postern_cse *cse, postern_str text)
{
    out->kind = PST_ORIGINATOR_GROUP;
    return postern_id_parse_resource(&out->id, cse, text) == POSTERN_OK
               ? NULL
               : "an AE-ID, CSE-ID, service provider domain, group, Role-ID or "
                 "\"all\" is expected";
}

/* What is no identifier of an entity, in the order in which it can be told
 * without doubt. [ORI-14] */
static const char *read_other(struct pst_originator *out,
                              const postern_cse *cse, postern_str text,
                              const postern_builder_options *options)
{
    struct pst_id_parts parts = pst_id_split(text);
    postern_id group;

    if (pst_str_is(text, "all")) { /* case-sensitive [ORI-02] */
        out->kind = PST_ORIGINATOR_ALL;
        return NULL;
    }
    if (has(text, '@')) {
        return read_role(out, text);
    }
    if (has(text, '*')) {
        return read_pattern(out, cse, text);
    }
    if (parts.form == PST_FORM_ABSOLUTE &&
        parts.domain.len + 2 == text.len) { /* [ORI-03] */
        return read_domain(out, text);
    }
    return is_group(&group, text, options) ? read_group(out, &group)
                                           : read_resource(out, cse, text);
}

/* An entry that could be an AE-ID is one, unless it is known to be a group.
 * Nothing else can be taken for one: it is not "all", has neither "@" nor "*",
 * and is more than a domain. So it is tried first, being the most frequent. */
static const char *read(struct pst_originator *out, const postern_cse *cse,
                        postern_str text,
                        const postern_builder_options *options)
{
    postern_id group;

    if (postern_id_parse_entity(&out->id, cse, text) != POSTERN_OK) {
        return read_other(out, cse, text, options);
    }
    out->kind = PST_ORIGINATOR_ENTITY;
    return is_group(&group, text, options) ? read_group(out, &group) : NULL;
}

postern_status pst_originator_read(struct pst_originator *out,
                                   const postern_cse *cse, postern_str text,
                                   const postern_builder_options *options,
                                   const char **why)
{
    *out = (struct pst_originator){.id = {.kind = POSTERN_ID_UNSET}};
    *why = text.len ? read(out, cse, text, options)
                    : "an originator may not be empty";
    return *why ? POSTERN_ERR_POLICY : POSTERN_OK;
}
