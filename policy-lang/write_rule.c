/* Access control rules in canonical form. */
#include "policy-lang/write.h"

#include "policy-lang/number.h"

static postern_str name(const struct pst_writer *writer, enum pst_term term)
{
    return writer->dialect->name(term);
}

static void write_strings(struct pst_writer *writer, enum pst_term term,
                          const postern_str *texts, size_t count)
{
    pst_emit_strings(&writer->out, name(writer, term), texts, count);
}

/* IPv4 addresses come first. */
static size_t count_ipv4(const postern_context *context)
{
    size_t count = 0;

    while (count < context->address_count &&
           pst_str_find(context->addresses[count], 0, ':') ==
               context->addresses[count].len) {
        count++;
    }
    return count;
}

/* The circles one by one, then the countries. */
static size_t count_regions(const postern_context *context)
{
    return context->circle_count + (context->country_count ? 1 : 0);
}

static void write_region(struct pst_writer *writer,
                         const postern_context *context, size_t region)
{
    pst_emit_object(&writer->out, name(writer, PST_TERM_ACLR));
    if (region < context->circle_count) {
        writer->dialect->circle(&writer->out, &context->circles[region]);
    } else {
        write_strings(writer, PST_TERM_ACCC, context->countries,
                      context->country_count);
    }
    pst_emit_close(&writer->out);
}

/* With one of its regions, if it has any. */
static void write_context(struct pst_writer *writer,
                          const postern_context *context, size_t region)
{
    pst_emit_object(&writer->out, pst_no_name());
    if (context->windows) {
        write_strings(writer, PST_TERM_ACTW, context->windows,
                      context->window_count);
    }
    if (context->addresses) {
        writer->dialect->addresses(&writer->out, context, count_ipv4(context));
    }
    if (region < count_regions(context)) {
        write_region(writer, context, region);
    }
    pst_emit_close(&writer->out);
}

/* TS-0004 has one region in a context: of several, each gets a context of its
 * own, which is the same. [CTX-02] */
static void write_contexts(struct pst_writer *writer, const postern_rule *rule)
{
    pst_emit_list(&writer->out, name(writer, PST_TERM_ACCO));
    for (size_t i = 0; i < rule->context_count; i++) {
        const postern_context *context = &rule->contexts[i];
        size_t region = 0;

        do {
            write_context(writer, context, region++);
        } while (region < count_regions(context));
    }
    pst_emit_close(&writer->out);
}

static void write_specialization(struct pst_writer *writer,
                                 const postern_object_details *details)
{
    int64_t number = 0;

    if (details->specialization_kind == POSTERN_SPECIALIZATION_ANY) {
        pst_emit_string(&writer->out, name(writer, PST_TERM_DETAILS_SPID),
                        details->specialization);
        return;
    }
    pst_emit_object(&writer->out, name(writer, PST_TERM_SPTY));
    if (details->specialization_kind == POSTERN_SPECIALIZATION_CONTAINER) {
        pst_emit_string(&writer->out, name(writer, PST_TERM_CND),
                        details->specialization);
    } else {
        (void)pst_number_integer(details->specialization, 10, &number);
        pst_emit_integer(&writer->out, name(writer, PST_TERM_MGD), number);
    }
    pst_emit_close(&writer->out);
}

static void write_detail(struct pst_writer *writer,
                         const postern_object_details *details)
{
    pst_emit_object(&writer->out, pst_no_name());
    if (details->resource_type) {
        writer->dialect->type(&writer->out, name(writer, PST_TERM_DETAILS_TY),
                              details->resource_type);
    }
    if (details->specialization_kind != POSTERN_SPECIALIZATION_NONE) {
        write_specialization(writer, details);
    }
    pst_emit_line(&writer->out, name(writer, PST_TERM_CHTY));
    for (size_t i = 0; i < details->child_type_count; i++) {
        writer->dialect->type(&writer->out, pst_no_name(),
                              details->child_types[i]);
    }
    pst_emit_close(&writer->out);
    pst_emit_close(&writer->out);
}

static void write_details(struct pst_writer *writer, const postern_rule *rule)
{
    pst_emit_list(&writer->out, name(writer, PST_TERM_ACOD));
    for (size_t i = 0; i < rule->object_details_count; i++) {
        write_detail(writer, &rule->object_details[i]);
    }
    pst_emit_close(&writer->out);
}

static void write_rule(struct pst_writer *writer, const postern_rule *rule)
{
    pst_emit_object(&writer->out, pst_no_name());
    write_strings(writer, PST_TERM_ACOR, rule->originators,
                  rule->originator_count);
    writer->dialect->operations(&writer->out, rule->operations);
    if (rule->context_count) {
        write_contexts(writer, rule);
    }
    if (rule->authentication_flag) {
        pst_emit_true(&writer->out, name(writer, PST_TERM_ACAF));
    }
    if (rule->object_details_count) {
        write_details(writer, rule);
    }
    if (rule->attributes) {
        write_strings(writer, PST_TERM_ACA, rule->attributes,
                      rule->attribute_count);
    }
    pst_emit_close(&writer->out);
}

void pst_write_rules(struct pst_writer *writer, enum pst_term term,
                     const struct pst_rule_set *set)
{
    pst_emit_list(&writer->out, name(writer, term));
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->rules[i].never) {
            pst_emit_node(&writer->out, pst_no_name(), set->nodes[i]);
        } else {
            write_rule(writer, &set->rules[i]);
        }
    }
    pst_emit_close(&writer->out);
}
