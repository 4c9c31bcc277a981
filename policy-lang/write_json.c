/* Canonical JSON: the representations of oneM2M, with short names. */
#include "policy-lang/write.h"

static postern_str short_name(enum pst_term term)
{
    return postern_str_of(pst_word_of(term)->short_name);
}

static void write_operations(struct pst_emitter *out, uint32_t operations)
{
    pst_emit_integer(out, short_name(PST_TERM_ACOP), operations);
}

static void write_addresses(struct pst_emitter *out,
                            const postern_context *context, size_t ipv4)
{
    size_t ipv6 = context->address_count - ipv4;

    pst_emit_object(out, short_name(PST_TERM_ACIP));
    if (ipv4) {
        pst_emit_strings(out, short_name(PST_TERM_IPV4), context->addresses,
                         ipv4);
    }
    if (ipv6) {
        pst_emit_strings(out, short_name(PST_TERM_IPV6),
                         context->addresses + ipv4, ipv6);
    }
    pst_emit_close(out);
}

static void write_circle(struct pst_emitter *out, const postern_circle *circle)
{
    pst_emit_line(out, short_name(PST_TERM_ACCR));
    pst_emit_real(out, pst_no_name(), circle->latitude_deg);
    pst_emit_real(out, pst_no_name(), circle->longitude_deg);
    pst_emit_real(out, pst_no_name(), circle->radius_m);
    pst_emit_close(out);
}

static void write_type(struct pst_emitter *out, postern_str name, uint32_t ty)
{
    pst_emit_integer(out, name, ty);
}

const struct pst_dialect pst_json_dialect = {
    PST_FORMAT_JSON, short_name,   write_operations,
    write_addresses, write_circle, write_type,
};

static void write_set(struct pst_writer *writer, enum pst_term term,
                      const struct pst_rule_set *set)
{
    if (set->as_read) {
        pst_emit_node(&writer->out, set->node->name, set->node);
    } else if (set->present) {
        pst_emit_object(&writer->out, short_name(term));
        pst_write_rules(writer, PST_TERM_ACR, set);
        pst_emit_close(&writer->out);
    }
}

static void write_acp(struct pst_writer *writer, const struct pst_resource *acp)
{
    char root[PST_TYPE_NAME_SIZE];

    (void)pst_type_root(PST_TY_ACP, root);
    pst_emit_object(&writer->out, pst_no_name());
    pst_emit_object(&writer->out, postern_str_of(root));
    pst_write_attributes(writer, acp);
    write_set(writer, PST_TERM_PV, &acp->privileges);
    write_set(writer, PST_TERM_PVS, &acp->self_privileges);
    pst_emit_close(&writer->out);
    pst_emit_close(&writer->out);
}

/* ACPs first, as they come first in what is written for people. */
void pst_write_json(struct pst_writer *writer, const postern_policy *policy)
{
    pst_emit_object(&writer->out, pst_no_name());
    pst_write_cse(writer, policy);
    pst_emit_list(&writer->out, short_name(PST_TERM_RESOURCES));
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        if (policy->resources[i].ty == PST_TY_ACP) {
            write_acp(writer, &policy->resources[i]);
        }
    }
    pst_write_others(writer, policy);
    pst_emit_close(&writer->out);
    if (policy->trust) {
        pst_emit_node(&writer->out, short_name(PST_TERM_TRUST), policy->trust);
    }
    pst_emit_close(&writer->out);
}
