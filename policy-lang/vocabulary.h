/*
 * The words of policy documents: one table of members, one of resource types,
 * one of operations. Each member has the short name of oneM2M, the standard's
 * long names and, where that reads better, a word for people.
 *
 * A short name promises the exact form that oneM2M serializes (TS-0004 8.4.2);
 * what is written for people, one string for a list of one say, goes with long
 * names and words only. So a malformed rule stays malformed when the document
 * is converted between JSON and YAML.
 */
#ifndef PST_VOCABULARY_H
#define PST_VOCABULARY_H

#include "base/str.h"

/* Where a member stands. */
enum pst_scope {
    PST_SCOPE_DOCUMENT,
    PST_SCOPE_CSE,
    PST_SCOPE_ACP,
    PST_SCOPE_RULES, /* value of privileges and selfPrivileges */
    PST_SCOPE_RULE,
    PST_SCOPE_CONTEXT,
    PST_SCOPE_ADDRESSES,
    PST_SCOPE_REGION,
    PST_SCOPE_DETAILS,
    PST_SCOPE_SPECIALIZATION
};

enum pst_term {
    PST_TERM_CSE,
    PST_TERM_POLICIES,
    PST_TERM_RESOURCES,
    PST_TERM_TRUST,

    PST_TERM_SPID,
    PST_TERM_CSI,
    PST_TERM_CB_RI,
    PST_TERM_CB_RN,

    PST_TERM_RI,
    PST_TERM_RN,
    PST_TERM_PI,
    PST_TERM_TY,
    PST_TERM_ET,
    PST_TERM_PV,
    PST_TERM_PVS,
    PST_TERM_ADRI,
    PST_TERM_APRI,
    PST_TERM_AIRI,

    PST_TERM_ACR,

    PST_TERM_ACOR,
    PST_TERM_ACOP,
    PST_TERM_ACCO,
    PST_TERM_ACAF,
    PST_TERM_ACOD,
    PST_TERM_ACA,
    PST_TERM_RULE_ACL,

    PST_TERM_ACTW,
    PST_TERM_ACIP,
    PST_TERM_ACLR,
    PST_TERM_ACUI,
    PST_TERM_ACEC,
    PST_TERM_ACL,

    PST_TERM_IPV4,
    PST_TERM_IPV6,

    PST_TERM_ACCC,
    PST_TERM_ACCR,
    PST_TERM_COUNTRY,
    PST_TERM_LATITUDE,
    PST_TERM_LONGITUDE,
    PST_TERM_RADIUS,

    PST_TERM_DETAILS_TY,
    PST_TERM_SPTY,
    PST_TERM_DETAILS_SPID,
    PST_TERM_CHTY,

    PST_TERM_CND,
    PST_TERM_MGD,

    PST_TERMS
};

struct pst_word {
    enum pst_scope scope;
    const char *short_name;    /* NULL: there is none */
    const char *long_names[2]; /* the first is written; NULL: there is none */
    const char *people;        /* NULL: as the long name */
    bool unsupported;          /* known, and never evaluated */
};

const struct pst_word *pst_word_of(enum pst_term term);

/* The term that a member name of that scope stands for; PST_TERMS: none. */
enum pst_term pst_term_of(enum pst_scope scope, postern_str name);

/* The same, if members come in the order of the table: `expected` is tried
 * first when it is a word of that scope. */
enum pst_term pst_term_of_next(enum pst_scope scope, postern_str name,
                               enum pst_term expected);

/* Whether that name of the term is the short one. */
bool pst_is_short_name(enum pst_term term, postern_str name);

/* How the term is written for people. */
const char *pst_people_name(enum pst_term term);

/* The known word of the scope that comes nearest to a misspelt one; NULL when
 * none is near. */
const char *pst_nearest_word(enum pst_scope scope, postern_str name);

enum {
    PST_TY_ACP = 1,
    PST_TY_CSEBASE = 5,
    PST_TY_GROUP = 9,
    PST_TY_ANNOUNCED = 10000, /* added to the type that is announced */
    PST_TYPE_NAME_SIZE = 48   /* enough for any name below, with NUL */
};

/* Number of a resource type by its long or short name; 0: unknown name. */
uint32_t pst_type_of_name(postern_str name);

/* Number of the resource type whose representations have that root member
 * ("m2m:acp"); 0: the name does not tell. */
uint32_t pst_type_of_root(postern_str name);

/* Writes the long name; false when the number has none. */
bool pst_type_name(uint32_t ty, char name[PST_TYPE_NAME_SIZE]);

/* Writes the root member name, "m2m:acp"; false when the number has none. */
bool pst_type_root(uint32_t ty, char name[PST_TYPE_NAME_SIZE]);

/* Bits of accessControlOperations by the word for them; 0: unknown word. */
uint32_t pst_operations_of_word(postern_str word);

/* The word for one bit of accessControlOperations. */
const char *pst_operation_word(uint32_t bit);

#endif
