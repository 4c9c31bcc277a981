/*
 * The dumb twin of the access decision: TS-0003 clauses 7.1.2 to 7.1.5 written
 * down from the text, in the words of the text, with its own input form and
 * its own way of reading every member. [DEC-01]
 *
 * It shares no code with the library and has no cleverness: texts are compared
 * as texts, prefixes bit by bit, every member is read anew each time it is
 * needed. It is slow, and it is made faster only as far as its tests get done.
 * Where it and the library differ, one of the two is wrong.
 *
 * All texts end in NUL; NULL means that the member or parameter is absent.
 */
#ifndef REF_REFERENCE_H
#define REF_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer texts are not what clause 7.1.3 asks for; more ACPs than these no
 * test has. */
enum { REF_TEXT_SIZE = 5120, REF_ACPS_MAX = 160 };

/* Of an ACP without expirationTime. */
#define REF_NEVER_EXPIRES INT64_MAX

/* M2M-SP-ID ("//sp.example") and SP-relative CSE-ID ("/plant-cse"). */
struct ref_cse {
    const char *sp_id;
    const char *cse_id;
};

/* items NULL: the member is absent. Not NULL with count 0: present, empty. */
struct ref_list {
    const char *const *items;
    size_t count;
};

struct ref_circle {
    double latitude_deg;
    double longitude_deg;
    double radius_m;
};

struct ref_context {
    struct ref_list windows;          /* accessControlTimeWindow */
    struct ref_list addresses;        /* accessControlIpAddress */
    const struct ref_circle *circles; /* accessControlLocationRegion */
    size_t circle_count;
    struct ref_list countries; /* accessControlLocationRegion */
};

enum ref_specialization {
    REF_SPECIALIZATION_NONE,
    REF_SPECIALIZATION_CONTAINER,
    REF_SPECIALIZATION_MGMT,
    REF_SPECIALIZATION_ANY
};

struct ref_details {
    uint32_t resource_type; /* 0: absent */
    enum ref_specialization specialization_kind;
    const char *specialization;
    const uint32_t *child_types;
    size_t child_type_count;
};

/* acr(k) */
struct ref_rule {
    struct ref_list originators;
    uint32_t operations;
    bool authentication_flag;
    const struct ref_context *contexts;
    size_t context_count;
    const struct ref_details *details;
    size_t details_count;
    struct ref_list attributes;
    bool never; /* the rule holds something that nobody can evaluate */
};

/* acrs */
struct ref_rules {
    const struct ref_rule *rules;
    size_t count;
};

struct ref_acp {
    const char *id;
    int64_t expires_s;
    struct ref_rules privileges;
    struct ref_rules self_privileges;
};

/* What the CSE knows: this text in a rule names the group of that resource. */
struct ref_group_name {
    const char *entry;
    const char *resource;
};

struct ref_policy {
    struct ref_cse cse;
    const struct ref_acp *acps;
    size_t acp_count;
    const struct ref_group_name *group_names;
    size_t group_name_count;
};

/* Tables 7.1.2-1 to 7.1.2-3. */
struct ref_request {
    const char *from;
    bool from_unknown;  /* not even its absence is known: denied */
    int operation;      /* 1 C, 2 R, 3 U, 4 D, 5 N */
    int filter_usage;   /* 1 discovery, 0 absent */
    bool authenticated; /* rq_authn */
    bool time_known;
    int64_t time_s; /* rq_time */
    const char *ip; /* rq_ip */
    bool has_point; /* rq_loc */
    double latitude_deg;
    double longitude_deg;
    const char *country;
    uint32_t target_type; /* 0 unknown */
    uint32_t child_type;  /* Resource Type; 0 unknown */
    const char *container_definition;
    uint32_t mgmt_definition; /* 0 absent */
    struct ref_list roles;    /* those that were verified */
    struct ref_list groups;   /* resources of the groups it is a member of */
    struct ref_list attributes;
};

/* ACP number `acp` and which of its two sets of rules. */
struct ref_link {
    size_t acp;
    bool self;
};

/* The partial results of a rule. A rule that is not `valid` says something
 * that clause 7.1.3 does not allow, or is out of force: it is false. */
struct ref_terms {
    bool valid;
    bool authn;
    bool origs;
    bool ops;
    bool ctxts;
    bool objd;
    bool attrs;   /* its accessControlAttributes cover the whole request */
    bool res_acr; /* all terms but attrs */
};

/* Permit by the ACPs linked. A link to an ACP that does not exist brings no
 * rule. */
bool ref_res_acrs(const struct ref_policy *policy, const struct ref_link *links,
                  size_t link_count, const struct ref_request *rq);

/* Permit by the privileges of every ACP. */
bool ref_res_all_acrs(const struct ref_policy *policy,
                      const struct ref_request *rq);

struct ref_terms ref_res_terms(const struct ref_policy *policy,
                               const struct ref_acp *acp,
                               const struct ref_rule *rule,
                               const struct ref_request *rq);

/* specializationID, containerDefinition or mgmtDefinition, compared with the
 * Content of the Create request. [OBJ-06] */
bool ref_specialization_holds(const struct ref_details *details,
                              const struct ref_request *rq);

/* ---- terms, one by one ------------------------------------------------- */

bool ref_res_authn(const struct ref_rule *acr, const struct ref_request *rq);
bool ref_res_ops(const struct ref_rule *acr, const struct ref_request *rq);
bool ref_res_time(const struct ref_context *context,
                  const struct ref_request *rq);
bool ref_res_ip(const struct ref_context *context,
                const struct ref_request *rq);
bool ref_res_loc(const struct ref_context *context,
                 const struct ref_request *rq);
bool ref_res_objd(const struct ref_rule *acr, const struct ref_request *rq);
bool ref_is_in_force(const struct ref_acp *acp, const struct ref_request *rq);

/* Who asks, in canonical form; "" when the request names nobody. False when
 * what it says is no originator. [REQ-02] */
bool ref_originator_of(const struct ref_policy *policy,
                       const struct ref_request *rq, char out[REF_TEXT_SIZE]);

/* ---- what is missing (missing.c) --------------------------------------- */

/* Facts that a request may lack. */
enum ref_fact {
    REF_FACT_GROUP = 1,
    REF_FACT_ROLE,
    REF_FACT_TIME,
    REF_FACT_ADDRESS,
    REF_FACT_POINT,
    REF_FACT_COUNTRY,
    REF_FACT_TYPES, /* Resource Type, that of the target, specialization */
    REF_FACT_ATTRIBUTES
};

/* A fact that a rule could still be made true by. */
struct ref_missing {
    enum ref_fact fact;
    const char *entry; /* of accessControlOriginators: a group, a role; or NULL
                        */
    size_t link;
    size_t rule;
    bool suffices; /* nothing else is missing to the rule */
};

/* Every one of them, each once for a rule and an entry. Returns how many there
 * are; at most `size` are written. [DEC-09] */
size_t ref_missing(const struct ref_policy *policy,
                   const struct ref_link *links, size_t link_count,
                   const struct ref_request *rq, struct ref_missing *out,
                   size_t size);

/* Whether clause 7.1.3 allows every member of the rule. */
bool ref_rule_is_valid(const struct ref_policy *policy,
                       const struct ref_rule *rule);

/* Whether the request says who asks and for what. */
bool ref_request_is_valid(const struct ref_policy *policy,
                          const struct ref_request *rq);

/* ---- identifiers: canonical texts (identifier.c) ---------------------- */

enum ref_kind {
    REF_KIND_NONE, /* nothing that clause 7.1.3 allows */
    REF_KIND_ALL,
    REF_KIND_ROLE,
    REF_KIND_DOMAIN,
    REF_KIND_PATTERN,
    REF_KIND_GROUP,
    REF_KIND_ENTITY
};

/* Each writes the canonical text and answers whether `text` is of that form. */
bool ref_entity(const struct ref_cse *cse, const char *text,
                char out[REF_TEXT_SIZE]);
bool ref_resource(const struct ref_cse *cse, const char *text,
                  char out[REF_TEXT_SIZE]);
bool ref_role(const char *text, char out[REF_TEXT_SIZE]);

/* One entry of accessControlOriginators. */
enum ref_kind ref_originator(const struct ref_policy *policy, const char *text,
                             char out[REF_TEXT_SIZE]);

/* Whether an entry, in canonical form, is about this originator ("": nobody) by
 * its name alone: roles and groups are not asked. */
bool ref_fits_by_name(enum ref_kind kind, const char *canonical,
                      const char *originator);

/* Canonical pattern against canonical identifier: "*" stands for any
 * characters but "/". */
bool ref_pattern_fits(const char *pattern, const char *id);

/* ---- contexts --------------------------------------------------------- */

bool ref_window_is_valid(const char *window);
bool ref_window_holds(const char *window, int64_t time_s);

bool ref_address_is_valid(const char *text); /* with or without "/n" */
/* Request address `ip` (no suffix) in the prefix; false if one is malformed. */
bool ref_address_holds(const char *prefix, const char *ip);

bool ref_circle_is_valid(const struct ref_circle *circle);
bool ref_point_is_valid(double latitude_deg, double longitude_deg);
/* Great-circle distance by haversine. [CTX-32] */
double ref_distance_m(double latitude_deg, double longitude_deg,
                      double other_latitude_deg, double other_longitude_deg);
bool ref_circle_holds(const struct ref_circle *circle, double latitude_deg,
                      double longitude_deg);
bool ref_country_is_valid(const char *country);
bool ref_country_equal(const char *a, const char *b);

#endif
