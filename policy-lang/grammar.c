/*
 * The grammars as PCRE2 patterns, built from named pieces so that each can be
 * read next to TS-0001 clause 7.2 and TS-0003 clause 7.1.3.
 *
 * Every repetition is possessive: what a piece has taken it never gives back,
 * so a text is read once for each alternative and no input is slow. There is
 * no just-in-time code: it would need memory that can be written and run.
 *
 * Most identifiers of a plant look alike, so PCRE2 is asked once for each look.
 */
#include "policy-lang/grammar.h"

#include "base/memory.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdalign.h>
#include <string.h>

/* Unreserved characters of RFC 3986. Percent-encoding is not among them.
 * [ID-04] */
#define UNRESERVED "[A-Za-z0-9._~-]"
#define SEGMENT UNRESERVED "++"
#define PATH SEGMENT "(?:/" SEGMENT ")*+"

/* At most 253 characters of `set`; a trailing dot does not count. */
#define UP_TO_253(set) "(?!" set "{253}(?!\\.(?!" set "))" set ")"
#define LABEL "(?![A-Za-z0-9-]{64})[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
#define FQDN UP_TO_253("[A-Za-z0-9.-]") LABEL "(?:\\." LABEL ")*+\\.?+"

#define SP_ID "//" FQDN
#define CSE_ID "/" SEGMENT
#define STEM "[CS]" UNRESERVED "*+"
#define ENTITY "(?:(?:" SP_ID ")?+" CSE_ID "(?:/C" UNRESERVED "*+)?+|" STEM ")"
#define RESOURCE "(?:(?:" SP_ID ")?+" CSE_ID "/" PATH "|" PATH ")"
#define ROLE "[A-Za-z0-9._-]++@" FQDN

/* An entity with stars. A star may stand in the domain part of an
 * identifier [ORI-06], not in a domain that is the whole entry, a Role-ID or
 * the identifier of a group [ORI-05]; alone it is nothing [ORI-10]. */
#define STARRED "[A-Za-z0-9._~*-]"
#define STARRED_DOMAIN                                                         \
    UP_TO_253("[A-Za-z0-9.*-]") "[A-Za-z0-9.-]*+\\*[A-Za-z0-9.*-]*+"
#define PATTERN                                                                \
    "(?:(?://(?:" FQDN "(?=/)|" STARRED_DOMAIN ")(?=/))?+"                     \
    "/" STARRED "++(?:/[C*]" STARRED "*+)?+|[CS]" STARRED "*+)"

/* "all" has the form of a resource ID, as the standard chose it. [ORI-02] */
#define ORIGINATOR "(?:" SP_ID "|" ENTITY "|" RESOURCE "|" ROLE "|" PATTERN ")"

#define NUMBER "(?:0|[1-9][0-9]*+)"
#define ITEM "(?:\\*/" NUMBER "|" NUMBER "(?:-" NUMBER "(?:/" NUMBER ")?+)?+)"
#define FIELD "(?:" ITEM "(?:," ITEM ")*+|\\*)"
#define WINDOW FIELD "(?: ++" FIELD "){6}+"

#define DOTTED "[0-9]{1,3}+(?:\\.[0-9]{1,3}+){3}+"
#define COLONS                                                                 \
    "(?=[0-9A-Fa-f]*+:)[0-9A-Fa-f:]{2,45}+(?:(?:\\.[0-9]{1,3}+){3}+)?+"
#define ADDRESS "(?:" DOTTED "|" COLONS ")(?:/[0-9]{1,3}+)?+"

/*
 * Characters of one group are all the same to the patterns of a form: a text
 * and the one in which each character is replaced by the first of its group,
 * its shape, are both of that form or neither is. Other characters stand for
 * themselves. Where a row of one group may be of any length (no label of a
 * domain is too long in a text as short as those that have a shape), one
 * character stands for all of it.
 */
enum alphabet {
    EACH_ITSELF,
    OF_IDENTIFIERS, /* rows of letters but C and S, and digits */
    OF_NUMBERS,     /* rows of digits but 0 */
    OF_ADDRESSES,   /* digits; letters that are digits in base 16 */
    ALPHABETS
};

struct form {
    const char *pattern;
    const char *expected;
    enum alphabet alphabet;
};

static const struct form forms[PST_GRAMMAR_FORMS] = {
    [PST_GRAMMAR_SP_ID] = {SP_ID,
                           "a service provider domain such as //sp.example",
                           OF_IDENTIFIERS},
    [PST_GRAMMAR_CSE_ID] = {CSE_ID, "a CSE-ID such as /plant-cse",
                            OF_IDENTIFIERS},
    [PST_GRAMMAR_ENTITY] = {ENTITY, "an AE-ID or a CSE-ID", OF_IDENTIFIERS},
    [PST_GRAMMAR_RESOURCE] = {RESOURCE, "a resource identifier or address",
                              OF_IDENTIFIERS},
    [PST_GRAMMAR_RESOURCE_ID] = {SEGMENT,
                                 "a resource ID: letters, digits and - . _ ~",
                                 OF_IDENTIFIERS},
    [PST_GRAMMAR_RESOURCE_NAME] = {"[A-Za-z0-9][A-Za-z0-9._-]*+",
                                   "a resource name: a letter or digit, then "
                                   "letters, digits and - . _",
                                   OF_IDENTIFIERS},
    [PST_GRAMMAR_ROLE] = {ROLE, "a Role-ID such as 12-operator@auth.example",
                          OF_IDENTIFIERS},
    [PST_GRAMMAR_ORIGINATOR] = {ORIGINATOR,
                                "an AE-ID, CSE-ID, service provider domain, "
                                "group, Role-ID or \"all\"",
                                OF_IDENTIFIERS},
    [PST_GRAMMAR_WINDOW] = {WINDOW,
                            "seven crontab fields: second minute hour day "
                            "month weekday year",
                            OF_NUMBERS},
    [PST_GRAMMAR_ADDRESS] = {ADDRESS,
                             "an IPv4 or IPv6 address, with or without a "
                             "prefix length",
                             OF_ADDRESSES},
    [PST_GRAMMAR_COUNTRY] = {"[A-Za-z]{2}", "a country code of two letters",
                             EACH_ITSELF},
    [PST_GRAMMAR_ATTRIBUTE] = {"[A-Za-z_][A-Za-z0-9._-]*+",
                               "the short name of an attribute", EACH_ITSELF},
};

/* A shape that PCRE2 has found to be of a form. */
enum { SHAPES = 256, SHAPE_MAX = 62 };

struct shape {
    uint8_t form; /* + 1; 0: none */
    uint8_t len;
    char text[SHAPE_MAX];
};

struct pst_grammar {
    postern_allocator allocator;
    size_t bytes; /* of it */
    pcre2_general_context *memory;
    pcre2_match_context *limits;
    pcre2_match_data *match;
    pcre2_code *codes[PST_GRAMMAR_FORMS]; /* NULL: not asked for yet */
    postern_status status;
    char first[ALPHABETS][256];  /* of the group of a character */
    struct shape shapes[SHAPES]; /* by their hash; the last one stays */
};

/* Far above what a possessive pattern needs for the longest text. */
enum { MATCH_LIMIT = 1000000, DEPTH_LIMIT = 256, HEAP_LIMIT_KIB = 1024 };

/* PCRE2 gives no size back on release, our allocators want it: it is kept in
 * front of each block. */
union header {
    size_t size;
    max_align_t align;
};

static void *pcre_alloc(size_t size, void *user)
{
    struct pst_grammar *grammar = user;
    union header *block;

    if (size > SIZE_MAX - sizeof *block) {
        return NULL;
    }
    block = pst_alloc(&grammar->allocator, sizeof *block + size);
    if (!block) {
        return NULL;
    }
    block->size = sizeof *block + size;
    grammar->bytes += block->size;
    return block + 1;
}

static void pcre_release(void *data, void *user)
{
    struct pst_grammar *grammar = user;
    union header *block = data;

    if (block) {
        block--;
        grammar->bytes -= block->size;
        pst_release(&grammar->allocator, block, block->size);
    }
}

static pcre2_code *compile(struct pst_grammar *grammar,
                           enum pst_grammar_form form)
{
    pcre2_compile_context *context =
        pcre2_compile_context_create(grammar->memory);
    uint32_t options = PCRE2_ANCHORED | PCRE2_ENDANCHORED |
                       PCRE2_NO_AUTO_CAPTURE | PCRE2_NEVER_UTF;
    pcre2_code *code;
    int error = 0;
    size_t offset;

    if (!context) {
        grammar->status = POSTERN_ERR_MEMORY;
        return NULL;
    }
    code = pcre2_compile((PCRE2_SPTR)forms[form].pattern, PCRE2_ZERO_TERMINATED,
                         options, &error, &offset, context);
    pcre2_compile_context_free(context);
    if (!code) {
        grammar->status = error == PCRE2_ERROR_HEAP_FAILED
                              ? POSTERN_ERR_MEMORY
                              : POSTERN_ERR_INTERNAL;
    }
    return code;
}

static void fill_alphabets(struct pst_grammar *grammar)
{
    static const char *const groups[ALPHABETS][2] = {
        [OF_IDENTIFIERS] = {"0123456789ABDEFGHIJKLMNOPQRTUVWXYZ"
                            "abcdefghijklmnopqrstuvwxyz"},
        [OF_NUMBERS] = {"123456789"},
        [OF_ADDRESSES] = {"0123456789", "ABCDEFabcdef"},
    };

    for (size_t a = 0; a < ALPHABETS; a++) {
        for (int c = 0; c < 256; c++) {
            grammar->first[a][c] = (char)c;
        }
        for (size_t g = 0; g < 2 && groups[a][g]; g++) {
            for (const char *c = groups[a][g]; *c; c++) {
                grammar->first[a][(unsigned char)*c] = groups[a][g][0];
            }
        }
    }
}

static postern_status fill(struct pst_grammar *grammar)
{
    grammar->memory =
        pcre2_general_context_create(pcre_alloc, pcre_release, grammar);
    if (!grammar->memory) {
        return POSTERN_ERR_MEMORY;
    }
    grammar->limits = pcre2_match_context_create(grammar->memory);
    grammar->match = pcre2_match_data_create(1, grammar->memory);
    if (!grammar->limits || !grammar->match) {
        return POSTERN_ERR_MEMORY;
    }
    pcre2_set_match_limit(grammar->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(grammar->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(grammar->limits, HEAP_LIMIT_KIB);
    fill_alphabets(grammar);
    return POSTERN_OK;
}

postern_status pst_grammar_new(struct pst_grammar **grammar,
                               const postern_allocator *allocator)
{
    postern_allocator used = pst_allocator_of(allocator);
    struct pst_grammar *made = pst_alloc(&used, sizeof *made);
    postern_status status;

    *grammar = NULL;
    if (!made) {
        return POSTERN_ERR_MEMORY;
    }
    *made = (struct pst_grammar){.allocator = used, .bytes = sizeof *made};
    status = fill(made);
    if (status != POSTERN_OK) {
        pst_grammar_free(made);
        return status;
    }
    *grammar = made;
    return POSTERN_OK;
}

void pst_grammar_free(struct pst_grammar *grammar)
{
    postern_allocator used;

    if (!grammar) {
        return;
    }
    used = grammar->allocator;
    for (unsigned i = 0; i < PST_GRAMMAR_FORMS; i++) {
        pcre2_code_free(grammar->codes[i]);
    }
    pcre2_match_data_free(grammar->match);
    pcre2_match_context_free(grammar->limits);
    pcre2_general_context_free(grammar->memory);
    pst_release(&used, grammar, sizeof *grammar);
}

size_t pst_grammar_bytes(const struct pst_grammar *grammar)
{
    return grammar ? grammar->bytes : 0;
}

postern_status pst_grammar_prepare(struct pst_grammar *grammar)
{
    for (unsigned i = 0; i < PST_GRAMMAR_FORMS; i++) {
        if (!grammar->codes[i]) {
            grammar->codes[i] = compile(grammar, (enum pst_grammar_form)i);
        }
    }
    return grammar->status;
}

/* What PCRE2 says. */
static bool ask(struct pst_grammar *grammar, enum pst_grammar_form form,
                postern_str text)
{
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.data ? text.data : "");
    int answer;

    if (!grammar->codes[form]) {
        grammar->codes[form] = compile(grammar, form);
    }
    if (!grammar->codes[form]) {
        return false;
    }
    answer = pcre2_match(grammar->codes[form], subject, text.len, 0, 0,
                         grammar->match, grammar->limits);
    if (answer < 0 && answer != PCRE2_ERROR_NOMATCH) {
        grammar->status = answer == PCRE2_ERROR_NOMEMORY ? POSTERN_ERR_MEMORY
                                                         : POSTERN_ERR_LIMIT;
    }
    return answer >= 0;
}

/* Of a text that is short enough. Bytes behind the shape are 0. */
static void shape_of(struct shape *shape, const struct pst_grammar *grammar,
                     enum pst_grammar_form form, postern_str text)
{
    static const char rows[ALPHABETS] = {
        [OF_IDENTIFIERS] = '0', [OF_NUMBERS] = '1'};
    enum alphabet alphabet = forms[form].alphabet;
    const char *first = grammar->first[alphabet];
    char row = rows[alphabet]; /* '\0': none, and no text of a form has it */
    size_t len = 0;
    size_t i = 0;

    *shape = (struct shape){.form = (uint8_t)(form + 1)};
    while (i < text.len) {
        char c = first[(unsigned char)text.data[i++]];

        shape->text[len++] = c;
        while (c == row && i < text.len &&
               first[(unsigned char)text.data[i]] == row) {
            i++;
        }
    }
    shape->len = (uint8_t)len;
}

/* Where a shape would be kept. */
static size_t place_of(const struct shape *shape)
{
    uint64_t words[sizeof *shape / 8];
    uint64_t hash = 0;

    memcpy(words, shape, sizeof *shape);
    for (size_t i = 0; i * 8 < shape->len + 2U; i++) {
        hash = (hash ^ words[i]) * 0x9E3779B97F4A7C15U;
        hash ^= hash >> 32;
    }
    return hash % SHAPES;
}

bool pst_grammar_matches(struct pst_grammar *grammar,
                         enum pst_grammar_form form, postern_str text)
{
    struct shape shape;
    size_t at;

    if (text.len > SHAPE_MAX) {
        return ask(grammar, form, text);
    }
    shape_of(&shape, grammar, form, text);
    at = place_of(&shape);
    if (memcmp(&grammar->shapes[at], &shape, sizeof shape) == 0) {
        return true;
    }
    if (!ask(grammar, form, text)) {
        return false;
    }
    grammar->shapes[at] = shape;
    return true;
}

postern_status pst_grammar_status(const struct pst_grammar *grammar)
{
    return grammar->status;
}

const char *pst_grammar_expected(enum pst_grammar_form form)
{
    return forms[form].expected;
}
