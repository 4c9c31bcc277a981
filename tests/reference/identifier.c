/*
 * Identifiers become absolute by writing the missing beginning in front of
 * them; from then on they are compared as texts. [ID-01] [ID-02] [ID-03]
 */
#include "reference/reference.h"

#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* `out` = the three texts one after another; false if they do not fit. */
static bool join(char out[REF_TEXT_SIZE], const char *a, const char *b,
                 const char *c)
{
    if (strlen(a) + strlen(b) + strlen(c) >= REF_TEXT_SIZE) {
        return false;
    }
    memcpy(out, a, strlen(a) + 1);
    memcpy(out + strlen(out), b, strlen(b) + 1);
    memcpy(out + strlen(out), c, strlen(c) + 1);
    return true;
}

/* Copies text up to `end`, or up to its NUL, and returns what follows. */
static const char *cut(char out[REF_TEXT_SIZE], const char *text, char end)
{
    size_t i = 0;

    while (text[i] != '\0' && text[i] != end && i < REF_TEXT_SIZE - 1) {
        out[i] = text[i];
        i++;
    }
    out[i] = '\0';
    return text + i;
}

static size_t count_of(const char *text, char c)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += *text == c;
    }
    return count;
}

/* Letters, digits and the other unreserved characters of a URI. [ID-04] */
static bool is_segment(const char *text, const char *others)
{
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (!is_letter(text[i]) && !is_digit(text[i]) &&
            !is_one_of(text[i], others)) {
            return false;
        }
    }
    return text[0] != '\0';
}

static bool is_label(const char *label)
{
    size_t length = strlen(label);

    return is_segment(label, "-") && length <= 63 && label[0] != '-' &&
           label[length - 1] != '-';
}

/* The name of a host, in lower case by now. */
static bool is_domain(const char *domain)
{
    char label[REF_TEXT_SIZE];
    const char *rest = domain;

    if (strlen(domain) > 253) {
        return false;
    }
    for (;;) {
        rest = cut(label, rest, '.');
        if (!is_label(label)) {
            return false;
        }
        if (*rest == '\0') {
            return true;
        }
        rest++;
    }
}

/* Domain names: case and the dot of the root make no difference. [ID-03] */
static void fold_domain(char *domain)
{
    size_t length = strlen(domain);

    for (size_t i = 0; i < length; i++) {
        domain[i] = lower(domain[i]);
    }
    if (length > 1 && domain[length - 1] == '.') {
        domain[length - 1] = '\0';
    }
}

/* Domain of the hosting SP: of the M2M-SP-ID, without the slashes. */
static void own_domain(const struct ref_cse *cse, char out[REF_TEXT_SIZE])
{
    cut(out, cse->sp_id + 2, '/');
    fold_domain(out);
}

/* "//domain" and whatever follows it, the domain folded; `domain` gets the
 * domain alone. */
static bool fold_absolute(const char *text, char out[REF_TEXT_SIZE],
                          char domain[REF_TEXT_SIZE])
{
    const char *rest;

    if (strlen(text) >= REF_TEXT_SIZE) {
        return false;
    }
    rest = cut(domain, text + 2, '/');
    fold_domain(domain);
    return join(out, "//", domain, rest);
}

/* In front of a relative text comes what it is relative to. [ID-02] [ORI-07] */
static bool make_absolute(const struct ref_cse *cse, const char *text,
                          bool relative_to_cse, char out[REF_TEXT_SIZE],
                          char domain[REF_TEXT_SIZE])
{
    char prefix[REF_TEXT_SIZE];

    if (strncmp(text, "//", 2) == 0) {
        return fold_absolute(text, out, domain);
    }
    own_domain(cse, domain);
    if (text[0] == '/') {
        return join(out, "//", domain, text);
    }
    if (relative_to_cse) {
        return join(prefix, "//", domain, cse->cse_id) &&
               join(out, prefix, "/", text);
    }
    return join(prefix, "//", domain, "/") && join(out, prefix, text, "");
}

/* The segments behind "//domain/": one (a CSE-ID, or an AE-ID that begins with
 * S), or two of which the second begins with C. */
static bool are_entity_segments(const char *canonical, const char *others)
{
    char first[REF_TEXT_SIZE];
    char second[REF_TEXT_SIZE];
    const char *rest = strchr(canonical + 2, '/');

    if (!rest) {
        return false;
    }
    rest = cut(first, rest + 1, '/');
    if (!is_segment(first, others)) {
        return false;
    }
    if (*rest == '\0') {
        return true;
    }
    rest = cut(second, rest + 1, '/');
    return *rest == '\0' && is_segment(second, others) &&
           (second[0] == 'C' || second[0] == '*');
}

/* What does not begin with a slash is the stem of an AE-ID, and a stem holds no
 * slash. */
static bool may_be_entity(const char *text)
{
    return text[0] == '/' ||
           (is_one_of(text[0], "CS") && count_of(text, '/') == 0);
}

bool ref_entity(const struct ref_cse *cse, const char *text,
                char out[REF_TEXT_SIZE])
{
    char domain[REF_TEXT_SIZE];

    if (!may_be_entity(text)) {
        return false;
    }
    return make_absolute(cse, text, text[0] == 'C', out, domain) &&
           is_domain(domain) && are_entity_segments(out, "-._~");
}

bool ref_resource(const struct ref_cse *cse, const char *text,
                  char out[REF_TEXT_SIZE])
{
    char domain[REF_TEXT_SIZE];
    char segment[REF_TEXT_SIZE];
    const char *rest;
    size_t segments = 0;

    if (!make_absolute(cse, text, true, out, domain) || !is_domain(domain)) {
        return false;
    }
    rest = out + 2 + strlen(domain);
    while (*rest == '/') {
        rest = cut(segment, rest + 1, '/');
        if (!is_segment(segment, "-._~")) {
            return false;
        }
        segments++;
    }
    return segments >= 2;
}

bool ref_role(const char *text, char out[REF_TEXT_SIZE])
{
    char local[REF_TEXT_SIZE];
    char domain[REF_TEXT_SIZE];
    const char *rest;

    if (strlen(text) >= REF_TEXT_SIZE || count_of(text, '@') != 1) {
        return false;
    }
    rest = cut(local, text, '@');
    cut(domain, rest + 1, '\0');
    fold_domain(domain);
    return is_segment(local, "-._") && is_domain(domain) &&
           join(out, local, "@", domain);
}

/* [ORI-04] [ORI-05] [ORI-06] [ORI-10] */
static bool is_pattern(const struct ref_cse *cse, const char *text,
                       char out[REF_TEXT_SIZE])
{
    char domain[REF_TEXT_SIZE];

    if (!may_be_entity(text)) {
        return false;
    }
    if (!make_absolute(cse, text, text[0] == 'C', out, domain) ||
        (!strchr(domain, '*') && !is_domain(domain))) {
        return false;
    }
    return strlen(domain) <= 253 && is_segment(domain, "-.*") &&
           are_entity_segments(out, "-._~*");
}

static bool is_domain_entry(const char *text, char out[REF_TEXT_SIZE])
{
    char domain[REF_TEXT_SIZE];

    return fold_absolute(text, out, domain) && is_domain(domain);
}

static const char *named_group(const struct ref_policy *policy,
                               const char *text)
{
    for (size_t i = 0; i < policy->group_name_count; i++) {
        if (strcmp(policy->group_names[i].entry, text) == 0) {
            return policy->group_names[i].resource;
        }
    }
    return NULL;
}

/* In the order in which an entry can be told. [ORI-14] */
enum ref_kind ref_originator(const struct ref_policy *policy, const char *text,
                             char out[REF_TEXT_SIZE])
{
    const struct ref_cse *cse = &policy->cse;

    out[0] = '\0';
    if (strcmp(text, "all") == 0) {
        return REF_KIND_ALL;
    }
    if (strchr(text, '@')) {
        return ref_role(text, out) ? REF_KIND_ROLE : REF_KIND_NONE;
    }
    if (strchr(text, '*')) {
        return is_pattern(cse, text, out) ? REF_KIND_PATTERN : REF_KIND_NONE;
    }
    if (strncmp(text, "//", 2) == 0 && !strchr(text + 2, '/')) {
        return is_domain_entry(text, out) ? REF_KIND_DOMAIN : REF_KIND_NONE;
    }
    if (named_group(policy, text)) {
        return ref_resource(cse, named_group(policy, text), out)
                   ? REF_KIND_GROUP
                   : REF_KIND_NONE;
    }
    if (ref_entity(cse, text, out)) {
        return REF_KIND_ENTITY;
    }
    return ref_resource(cse, text, out) ? REF_KIND_GROUP : REF_KIND_NONE;
}

/* Every "*" is tried with no character first, then with one more each time the
 * rest does not fit; the last "*" passed is the only one worth lengthening. */
static bool segment_fits(const char *pattern, const char *text)
{
    const char *star = NULL;
    const char *retry = NULL;

    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            retry = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

bool ref_pattern_fits(const char *pattern, const char *id)
{
    char pattern_segment[REF_TEXT_SIZE];
    char id_segment[REF_TEXT_SIZE];

    if (count_of(pattern, '/') != count_of(id, '/')) {
        return false; /* [ORI-09] */
    }
    for (;;) {
        pattern = cut(pattern_segment, pattern, '/');
        id = cut(id_segment, id, '/');
        if (!segment_fits(pattern_segment, id_segment)) {
            return false;
        }
        if (*pattern == '\0') {
            return true;
        }
        pattern++;
        id++;
    }
}
