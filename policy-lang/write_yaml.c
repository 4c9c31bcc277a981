/* Canonical YAML: the words of the standard, in the form for people. */
#include "policy-lang/write.h"

static postern_str people_name(enum pst_term term)
{
    return postern_str_of(pst_people_name(term));
}

static void write_operations(struct pst_emitter *out, uint32_t operations)
{
    postern_str all = postern_str_of(pst_operation_word(POSTERN_ACOP_ALL));

    pst_emit_line(out, people_name(PST_TERM_ACOP));
    if (operations == POSTERN_ACOP_ALL) {
        pst_emit_string(out, pst_no_name(), all);
        operations = 0;
    }
    for (uint32_t bit = 1; bit <= operations; bit <<= 1) {
        if (operations & bit) {
            pst_emit_string(out, pst_no_name(),
                            postern_str_of(pst_operation_word(bit)));
        }
    }
    pst_emit_close(out);
}

static void write_addresses(struct pst_emitter *out,
                            const postern_context *context, size_t ipv4)
{
    (void)ipv4; /* both kinds in one list */
    pst_emit_strings(out, people_name(PST_TERM_ACIP), context->addresses,
                     context->address_count);
}

static void write_circle(struct pst_emitter *out, const postern_circle *circle)
{
    pst_emit_real(out, people_name(PST_TERM_LATITUDE), circle->latitude_deg);
    pst_emit_real(out, people_name(PST_TERM_LONGITUDE), circle->longitude_deg);
    pst_emit_real(out, people_name(PST_TERM_RADIUS), circle->radius_m);
}

static void write_type(struct pst_emitter *out, postern_str name, uint32_t ty)
{
    char type[PST_TYPE_NAME_SIZE];

    if (pst_type_name(ty, type)) {
        pst_emit_string(out, name, postern_str_of(type));
    } else {
        pst_emit_integer(out, name, ty);
    }
}

const struct pst_dialect pst_yaml_dialect = {
    PST_FORMAT_YAML, people_name,  write_operations,
    write_addresses, write_circle, write_type,
};

static void write_set(struct pst_writer *writer, enum pst_term term,
                      const struct pst_rule_set *set)
{
    if (set->as_read) {
        pst_emit_node(&writer->out, set->node->name, set->node);
    } else if (set->present) {
        pst_write_rules(writer, term, set);
    }
}

static uint32_t write_acps(struct pst_writer *writer,
                           const postern_policy *policy)
{
    uint32_t count = 0;

    pst_emit_list(&writer->out, people_name(PST_TERM_POLICIES));
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        const struct pst_resource *acp = &policy->resources[i];

        if (acp->ty == PST_TY_ACP) {
            pst_emit_object(&writer->out, pst_no_name());
            pst_write_attributes(writer, acp);
            write_set(writer, PST_TERM_PV, &acp->privileges);
            write_set(writer, PST_TERM_PVS, &acp->self_privileges);
            pst_emit_close(&writer->out);
            count++;
        }
    }
    pst_emit_close(&writer->out);
    return count;
}

void pst_write_yaml(struct pst_writer *writer, const postern_policy *policy)
{
    pst_emit_object(&writer->out, pst_no_name());
    pst_write_cse(writer, policy);
    if (write_acps(writer, policy) < policy->resource_count) {
        pst_emit_list(&writer->out, people_name(PST_TERM_RESOURCES));
        pst_write_others(writer, policy);
        pst_emit_close(&writer->out);
    }
    if (policy->trust) {
        pst_emit_node(&writer->out, people_name(PST_TERM_TRUST), policy->trust);
    }
    pst_emit_close(&writer->out);
}
