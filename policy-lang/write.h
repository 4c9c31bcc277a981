/*
 * Writing a policy in canonical form. What both formats have in common is
 * written once; a dialect says how the rest looks.
 *
 * A rule that is false whatever it says, and an attribute that holds what no
 * rule can express, are written as they were read, names and all: in other
 * words they might be read as something that holds.
 */
#ifndef PST_WRITE_H
#define PST_WRITE_H

#include "policy-lang/emit.h"
#include "policy-lang/policy.h"
#include "policy-lang/vocabulary.h"

struct pst_dialect {
    enum pst_format format;
    postern_str (*name)(enum pst_term term);
    /* Each writes one member of its name, or one entry of a list. */
    void (*operations)(struct pst_emitter *out, uint32_t operations);
    /* The first `ipv4` of the addresses are of that kind, the others IPv6. */
    void (*addresses)(struct pst_emitter *out, const postern_context *context,
                      size_t ipv4);
    void (*circle)(struct pst_emitter *out, const postern_circle *circle);
    void (*type)(struct pst_emitter *out, postern_str name, uint32_t ty);
};

/* short names, TS-0004 8 (write_json.c) */
extern const struct pst_dialect pst_json_dialect;
/* words for people (write_yaml.c) */
extern const struct pst_dialect pst_yaml_dialect;

struct pst_writer {
    struct pst_emitter out;
    const struct pst_dialect *dialect;
};

/* The whole document (write_json.c, write_yaml.c). */
void pst_write_json(struct pst_writer *writer, const postern_policy *policy);
void pst_write_yaml(struct pst_writer *writer, const postern_policy *policy);

/* cse{spid, csi, cb_ri, cb_rn} */
void pst_write_cse(struct pst_writer *writer, const postern_policy *policy);

/* Attributes of an ACP other than privileges, in canonical order. */
void pst_write_attributes(struct pst_writer *writer,
                          const struct pst_resource *acp);

/* Resources that are no ACPs, each with the name around it; a list of them. */
void pst_write_others(struct pst_writer *writer, const postern_policy *policy);

/* A list of rules (write_rule.c). */
void pst_write_rules(struct pst_writer *writer, enum pst_term term,
                     const struct pst_rule_set *set);

static inline postern_str pst_no_name(void)
{
    return (postern_str){NULL, 0};
}

#endif
