/*
 * Originators: what is relative gets the names of the hosting CSE in front, and
 * is then cut into a domain and at most two parts. [ID-01] [ID-02] [ID-03]
 */
#include "proof/reading.h"

#include "base/str.h"

enum { LABEL_MAX = 63, DOMAIN_MAX = 253 };

static const char UNRESERVED[] = "-._~";
static const char IN_PATTERN[] = "-._~*";

static bool begins(postern_str text, const char *with)
{
    return pst_str_is(pst_str_slice(text, 0, strlen(with)), with);
}

static bool has(postern_str text, char c)
{
    return text.len && memchr(text.data, c, text.len) != NULL;
}

/* Letters, digits and the others, at least one character. [ID-04] */
static bool is_made_of(postern_str text, const char *others)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z');

        if (!plain && (c == '\0' || !strchr(others, c))) {
            return false;
        }
    }
    return text.len > 0;
}

/* What is before the first `c`; *rest is behind it, without data when there is
 * none. */
static postern_str cut(postern_str text, char c, postern_str *rest)
{
    size_t at = 0;

    while (at < text.len && text.data[at] != c) {
        at++;
    }
    *rest = (postern_str){NULL, 0};
    if (at < text.len) {
        *rest = (postern_str){text.data + at + 1, text.len - at - 1};
    }
    return (postern_str){text.data, at};
}

static bool is_domain(postern_str text)
{
    postern_str rest = text;

    do {
        postern_str label = cut(rest, '.', &rest);

        if (!is_made_of(label, "-") || label.len > LABEL_MAX ||
            label.data[0] == '-' || label.data[label.len - 1] == '-') {
            return false;
        }
    } while (rest.data);
    return text.len <= DOMAIN_MAX;
}

/* The dot of the root makes no difference. [ID-03] */
static postern_str without_root(postern_str domain)
{
    domain.len -= domain.len > 1 && domain.data[domain.len - 1] == '.';
    return domain;
}

/* Takes "//domain" off the front; else the domain is that of the hosting CSE.
 * What is left begins with a slash if it is relative to the domain. */
static postern_str take_domain(struct pst_proof_originator *out,
                               const postern_cse *cse, postern_str text)
{
    postern_str rest;

    out->domain = cse->domain;
    if (!begins(text, "//")) {
        return text;
    }
    out->domain = without_root(
        cut((postern_str){text.data + 2, text.len - 2}, '/', &rest));
    if (!rest.data) {
        return (postern_str){text.data + text.len, 0};
    }
    return (postern_str){rest.data - 1, rest.len + 1};
}

/* /cse, /S-ae, /cse/C-ae, C-ae or S-ae. [ORI-07] [ORI-10] */
static bool read_entity(struct pst_proof_originator *out,
                        const postern_cse *cse, postern_str text,
                        const char *others)
{
    postern_str rest = take_domain(out, cse, text);

    if (begins(rest, "/")) {
        out->first =
            cut((postern_str){rest.data + 1, rest.len - 1}, '/', &out->second);
    } else if (begins(rest, "C")) {
        out->first = cse->name;
        out->second = rest;
    } else if (begins(rest, "S")) {
        out->first = rest;
        out->second = (postern_str){NULL, 0};
    } else {
        return false;
    }
    return is_made_of(out->first, others) &&
           (!out->second.data ||
            (is_made_of(out->second, others) &&
             (begins(out->second, "C") || begins(out->second, "*"))));
}

static bool read_name_of_entity(struct pst_proof_originator *out,
                                const postern_cse *cse, postern_str text)
{
    out->kind = PST_PROOF_NAME;
    out->name = PST_NAME_ENTITY;
    return read_entity(out, cse, text, UNRESERVED) && is_domain(out->domain);
}

/* [ORI-04] [ORI-05] [ORI-06] */
static bool read_pattern(struct pst_proof_originator *out,
                         const postern_cse *cse, postern_str text)
{
    out->kind = PST_PROOF_PATTERN;
    return read_entity(out, cse, text, IN_PATTERN) &&
           (is_domain(out->domain) ||
            (has(out->domain, '*') && is_made_of(out->domain, "-.*") &&
             out->domain.len <= DOMAIN_MAX));
}

/* A CSE and a path below it. */
static bool read_resource(struct pst_proof_originator *out,
                          const postern_cse *cse, postern_str text)
{
    postern_str rest = take_domain(out, cse, text);

    out->kind = PST_PROOF_NAME;
    out->name = PST_NAME_RESOURCE;
    out->first = cse->name;
    out->second = rest;
    if (begins(rest, "/")) {
        out->first =
            cut((postern_str){rest.data + 1, rest.len - 1}, '/', &out->second);
    }
    rest = out->second;
    do {
        if (!is_made_of(cut(rest, '/', &rest), UNRESERVED)) {
            return false;
        }
    } while (rest.data);
    return is_made_of(out->first, UNRESERVED) && is_domain(out->domain);
}

static bool read_role(struct pst_proof_originator *out, postern_str text)
{
    out->kind = PST_PROOF_NAME;
    out->name = PST_NAME_ROLE;
    out->second = cut(text, '@', &out->domain);
    out->domain = without_root(out->domain);
    return is_made_of(out->second, "-._") && is_domain(out->domain);
}

static bool read_domain(struct pst_proof_originator *out, postern_str text)
{
    out->kind = PST_PROOF_NAME;
    out->name = PST_NAME_DOMAIN;
    out->domain = without_root((postern_str){text.data + 2, text.len - 2});
    return is_domain(out->domain);
}

static bool take_group(struct pst_proof_originator *out, const postern_id *id)
{
    out->kind = PST_PROOF_NAME;
    out->name = PST_NAME_RESOURCE;
    out->domain = id->domain;
    out->first = id->first;
    out->second = id->second;
    return id->kind == POSTERN_ID_RESOURCE;
}

/* In the order in which an entry can be told. [ORI-14] */
bool pst_proof_read_originator(struct pst_proof_originator *out,
                               const postern_acp_source *source,
                               postern_str text)
{
    postern_id group;

    *out = (struct pst_proof_originator){.kind = PST_PROOF_ALL};
    if (pst_str_is(text, "all")) { /* [ORI-02] */
        return true;
    }
    if (has(text, '@')) {
        return read_role(out, text);
    }
    if (has(text, '*')) {
        return read_pattern(out, source->cse, text);
    }
    if (begins(text, "//") &&
        !has((postern_str){text.data + 2, text.len - 2}, '/')) {
        return read_domain(out, text);
    }
    if (source->resolve_group &&
        source->resolve_group(source->user, text, &group)) {
        return take_group(out, &group);
    }
    return read_name_of_entity(out, source->cse, text) ||
           read_resource(out, source->cse, text);
}

/* The last "*" passed is the only one worth lengthening. */
bool pst_proof_fits(postern_str pattern, postern_str text, bool fold)
{
    size_t p = 0;
    size_t t = 0;
    size_t star = SIZE_MAX;
    size_t retry = 0;

    while (t < text.len) {
        char c = fold ? pst_fold(text.data[t]) : text.data[t];

        if (p < pattern.len && pattern.data[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.len && pattern.data[p] == c) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.data[p] == '*') {
        p++;
    }
    return p == pattern.len;
}
