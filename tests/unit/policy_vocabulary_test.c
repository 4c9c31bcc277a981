/* The words of documents: members, resource types, operations. */
#include "policy-lang/vocabulary.h"

#include <criterion/criterion.h>
#include <postern/pdp.h>
#include <stdio.h>

#define S(text) postern_str_of(text)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum pst_term term_of(enum pst_scope scope, const char *name)
{
    return name ? pst_term_of(scope, S(name)) : PST_TERMS;
}

Test(vocabulary, finds_every_name_of_every_term_and_no_other_term_by_it)
{
    for (int i = 0; i < PST_TERMS; i++) {
        enum pst_term term = (enum pst_term)i;
        const struct pst_word *word = pst_word_of(term);
        const char *names[] = {word->short_name, word->long_names[0],
                               word->long_names[1], word->people,
                               pst_people_name(term)};

        for (size_t k = 0; k < COUNT(names); k++) {
            cr_expect(!names[k] || term_of(word->scope, names[k]) == term,
                      "term %d, %s", i, names[k] ? names[k] : "");
        }
        cr_expect_not_null(pst_people_name(term));
    }
}

Test(vocabulary, knows_a_name_in_its_own_place_only)
{
    cr_expect_eq(term_of(PST_SCOPE_RULE, "acor"), PST_TERM_ACOR);
    cr_expect_eq(term_of(PST_SCOPE_CONTEXT, "acor"), PST_TERMS);
    cr_expect_eq(term_of(PST_SCOPE_ACP, "ty"), PST_TERM_TY);
    cr_expect_eq(term_of(PST_SCOPE_DETAILS, "ty"), PST_TERM_DETAILS_TY);
    cr_expect_eq(term_of(PST_SCOPE_CSE, "spid"), PST_TERM_SPID);
    cr_expect_eq(term_of(PST_SCOPE_DETAILS, "spid"), PST_TERM_DETAILS_SPID);
    cr_expect_eq(term_of(PST_SCOPE_RULE, "ACOR"), PST_TERMS);
    cr_expect_eq(term_of(PST_SCOPE_RULE, ""), PST_TERMS);
    cr_expect_eq(term_of(PST_SCOPE_RULE, "originator"), PST_TERMS);
}

Test(vocabulary, tells_short_names_from_those_for_people)
{
    cr_expect(pst_is_short_name(PST_TERM_ACOR, S("acor")));
    cr_expect_not(pst_is_short_name(PST_TERM_ACOR, S("originators")));
    cr_expect_not(
        pst_is_short_name(PST_TERM_ACOR, S("accessControlOriginators")));
    cr_expect_not(pst_is_short_name(PST_TERM_COUNTRY, S("country")),
                  "there is no short one");
    cr_expect_str_eq(pst_people_name(PST_TERM_PVS), "self privileges");
    cr_expect_str_eq(pst_people_name(PST_TERM_PV), "privileges");
    cr_expect_str_eq(pst_people_name(PST_TERM_TRUST), "trust");
}

struct nearest {
    enum pst_scope scope;
    const char *name;
    const char *nearest;
};

static const struct nearest nearest[] = {
    {PST_SCOPE_DOCUMENT, "resource", "resources"},
    {PST_SCOPE_DOCUMENT, "polices", "policies"},
    {PST_SCOPE_RULE, "originator", "originators"},
    {PST_SCOPE_RULE, "Operations", "operations"},
    {PST_SCOPE_RULE, "oporations", "operations"},
    {PST_SCOPE_RULE, "accessControlOperation", "accessControlOperations"},
    {PST_SCOPE_ACP, "exprires", "expires"},
    {PST_SCOPE_ACP, "self-privileges", "selfPrivileges"},
    {PST_SCOPE_CSE, "cbri", "cb_ri"},
    {PST_SCOPE_CONTEXT, "time window", "time windows"},
    /* Too far, or too short to tell. */
    {PST_SCOPE_RULE, "colour", NULL},
    {PST_SCOPE_RULE, "", NULL},
    {PST_SCOPE_RULE, "ax", NULL},
    {PST_SCOPE_ACP, "ct", NULL},
    {PST_SCOPE_ACP, "lt", NULL},
    {PST_SCOPE_ACP, "lbl", NULL},
    {PST_SCOPE_RULE,
     "accessControlOriginatorsaccessControlOriginatorsaccessControlOriginators",
     NULL},
};

Test(vocabulary, proposes_the_nearest_word_to_a_misspelt_one)
{
    for (size_t i = 0; i < COUNT(nearest); i++) {
        const struct nearest *row = &nearest[i];
        const char *found = pst_nearest_word(row->scope, S(row->name));

        cr_expect_str_eq(found ? found : "-", row->nearest ? row->nearest : "-",
                         "for \"%s\"", row->name);
    }
}

struct type {
    uint32_t ty;
    const char *name;
    const char *short_name; /* NULL: none */
};

static const struct type types[] = {
    {1, "accessControlPolicy", "acp"},
    {2, "AE", "ae"},
    {3, "container", "cnt"},
    {4, "contentInstance", "cin"},
    {5, "CSEBase", "cb"},
    {9, "group", "grp"},
    {13, "mgmtObj", NULL},
    {16, "remoteCSE", "csr"},
    {23, "subscription", "sub"},
    {28, "flexContainer", NULL},
    {31, "role", "rol"},
    {32, "token", "tk"},
    {34, "dynamicAuthorizationConsultation", "dac"},
    {51, "transaction", "trac"},
    {66, "dependency", "depr"},
    {10003, "containerAnnc", "cntA"},
    {10028, "flexContainerAnnc", NULL},
};

static postern_str root_of(const struct type *row, char *buffer, size_t size)
{
    snprintf(buffer, size, "m2m:%s", row->short_name ? row->short_name : "");
    return S(buffer);
}

Test(resource_types, have_numbers_and_names_in_both_directions)
{
    for (size_t i = 0; i < COUNT(types); i++) {
        const struct type *row = &types[i];
        char root[PST_TYPE_NAME_SIZE];
        char name[PST_TYPE_NAME_SIZE];

        cr_expect_eq(pst_type_of_name(S(row->name)), row->ty, "%s", row->name);
        cr_expect(pst_type_name(row->ty, name));
        cr_expect_str_eq(name, row->name);
        cr_expect_eq(pst_type_root(row->ty, name), row->short_name != NULL);
        if (row->short_name) {
            postern_str expected = root_of(row, root, sizeof root);

            cr_expect_eq(pst_type_of_name(S(row->short_name)), row->ty);
            cr_expect_eq(pst_type_of_root(expected), row->ty);
            cr_expect_str_eq(name, root);
        }
    }
}

Test(resource_types, are_the_same_number_by_every_name_of_the_table)
{
    uint32_t known = 0;

    for (uint32_t ty = 0; ty <= 20000; ty++) {
        char name[PST_TYPE_NAME_SIZE];

        if (pst_type_name(ty, name)) {
            cr_expect_eq(pst_type_of_name(S(name)), ty, "%s", name);
            known++;
        }
        if (pst_type_root(ty, name)) {
            cr_expect_eq(pst_type_of_root(S(name)), ty, "%s", name);
        }
    }
    cr_expect_eq(known, 2 * 57, "types, and as many announced ones");
}

Test(resource_types, are_not_guessed)
{
    static const char *const unknown[] = {
        "",  "Container", "containers", "33",         "void",  "Annc",
        "A", "m2m:cnt",   "cntAnnc",    "containerA", "cntAA", "hd:cnt",
    };
    char name[PST_TYPE_NAME_SIZE];

    for (size_t i = 0; i < COUNT(unknown); i++) {
        cr_expect_eq(pst_type_of_name(S(unknown[i])), 0, "%s", unknown[i]);
    }
    cr_expect_eq(pst_type_of_root(S("cnt")), 0);
    cr_expect_eq(pst_type_of_root(S("m2m:container")), 0);
    cr_expect_eq(pst_type_of_root(S("m2m:")), 0);
    cr_expect_eq(pst_type_of_root(S("hd:binSh")), 0);
    cr_expect_not(pst_type_name(0, name));
    cr_expect_not(pst_type_name(33, name));
    cr_expect_not(pst_type_name(10000, name));
    cr_expect_not(pst_type_name(20003, name));
    cr_expect_not(pst_type_name(UINT32_MAX, name));
}

Test(operations, have_a_word_for_every_bit)
{
    static const char *const words[] = {"create", "retrieve", "update",
                                        "delete", "notify",   "discover"};

    for (size_t i = 0; i < COUNT(words); i++) {
        uint32_t bit = UINT32_C(1) << i;

        cr_expect_str_eq(pst_operation_word(bit), words[i]);
        cr_expect_eq(pst_operations_of_word(S(words[i])), bit);
    }
    cr_expect_eq(pst_operations_of_word(S("discovery")),
                 POSTERN_ACOP_DISCOVERY);
    cr_expect_eq(pst_operations_of_word(S("all")), POSTERN_ACOP_ALL);
    cr_expect_eq(pst_operations_of_word(S("Create")), 0);
    cr_expect_eq(pst_operations_of_word(S("read")), 0);
    cr_expect_eq(pst_operations_of_word(S("")), 0);
}
