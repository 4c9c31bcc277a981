/* What documents in both formats have in common, and the call that writes. */
#include "policy-lang/write.h"

/* Indentation makes text longer than it was read, and names for people than
 * short ones: but not by more than this. */
enum { CEILING_FACTOR = 64 };

static void write_text(struct pst_writer *writer, enum pst_term term,
                       postern_str text)
{
    if (text.data) {
        pst_emit_string(&writer->out, writer->dialect->name(term), text);
    }
}

void pst_write_cse(struct pst_writer *writer, const postern_policy *policy)
{
    const struct pst_hosting_cse *host = &policy->host;

    pst_emit_object(&writer->out, writer->dialect->name(PST_TERM_CSE));
    write_text(writer, PST_TERM_SPID, host->sp_id);
    write_text(writer, PST_TERM_CSI, host->cse_id);
    write_text(writer, PST_TERM_CB_RI, host->cb_ri);
    write_text(writer, PST_TERM_CB_RN, host->cb_rn);
    pst_emit_close(&writer->out);
}

static void write_attribute(struct pst_writer *writer,
                            const struct pst_resource *acp, enum pst_term term)
{
    for (const struct pst_node *member = acp->node->children; member;
         member = member->next) {
        if (pst_term_of(PST_SCOPE_ACP, member->name) == term) {
            pst_emit_node(&writer->out,
                          term == PST_TERMS ? member->name
                                            : writer->dialect->name(term),
                          member);
        }
    }
}

void pst_write_attributes(struct pst_writer *writer,
                          const struct pst_resource *acp)
{
    write_attribute(writer, acp, PST_TERM_RI);
    write_attribute(writer, acp, PST_TERM_RN);
    write_attribute(writer, acp, PST_TERM_PI);
    if (writer->dialect->format == PST_FORMAT_JSON) {
        pst_emit_integer(&writer->out, writer->dialect->name(PST_TERM_TY),
                         PST_TY_ACP);
    }
    write_attribute(writer, acp, PST_TERM_ET);
    write_attribute(writer, acp, PST_TERMS); /* all that are not known */
    write_attribute(writer, acp, PST_TERM_ADRI);
    write_attribute(writer, acp, PST_TERM_APRI);
    write_attribute(writer, acp, PST_TERM_AIRI);
}

void pst_write_others(struct pst_writer *writer, const postern_policy *policy)
{
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        const struct pst_node *node = policy->resources[i].node;

        if (policy->resources[i].ty == PST_TY_ACP) {
            continue;
        }
        if (node->parent->type == PST_NODE_OBJECT) {
            node = node->parent; /* {"m2m:cnt": {...}} */
        }
        pst_emit_node(&writer->out, pst_no_name(), node);
    }
}

postern_status postern_policy_write(const postern_policy *policy,
                                    postern_format format, postern_str *text)
{
    struct pst_writer writer;
    size_t ceiling = policy->limits.text_bytes;

    *text = pst_no_name();
    if (format != POSTERN_FORMAT_JSON && format != POSTERN_FORMAT_YAML) {
        return POSTERN_ERR_ARGUMENT;
    }
    ceiling = ceiling < SIZE_MAX / CEILING_FACTOR ? ceiling * CEILING_FACTOR
                                                  : SIZE_MAX;
    writer.dialect =
        format == POSTERN_FORMAT_JSON ? &pst_json_dialect : &pst_yaml_dialect;
    pst_emit_init(&writer.out, writer.dialect->format, &policy->allocator,
                  ceiling);
    if (format == POSTERN_FORMAT_JSON) {
        pst_write_json(&writer, policy);
    } else {
        pst_write_yaml(&writer, policy);
    }
    pst_emit_end(&writer.out);
    *text = pst_buffer_copy(&writer.out.out);
    pst_buffer_release(&writer.out.out);
    return text->data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

void postern_text_free(const postern_policy *policy, postern_str text)
{
    void *block;

    memcpy(&block, &text.data, sizeof block); /* it was made here */
    pst_release(&policy->allocator, block, text.len + 1);
}
