#include "support/show.h"

#include <inttypes.h>

static void show_list(FILE *out, const char *name, const struct ref_list *list)
{
    if (!list->items) {
        return;
    }
    fprintf(out, " %s[", name);
    for (size_t i = 0; i < list->count; i++) {
        fprintf(out, "%s\"%s\"", i ? ", " : "", list->items[i]);
    }
    fputs("]", out);
}

static void show_context(FILE *out, const struct ref_context *context)
{
    fputs("        context", out);
    show_list(out, "actw", &context->windows);
    show_list(out, "acip", &context->addresses);
    for (size_t i = 0; i < context->circle_count; i++) {
        fprintf(
            out, " accr[%.17g, %.17g, %.17g]", context->circles[i].latitude_deg,
            context->circles[i].longitude_deg, context->circles[i].radius_m);
    }
    if (context->circles && context->circle_count == 0) {
        fputs(" accr[]", out);
    }
    show_list(out, "accc", &context->countries);
    fputs("\n", out);
}

static void show_details(FILE *out, const struct ref_details *details)
{
    static const char *const kinds[] = {"none", "cnd", "mgd", "spid"};

    fprintf(out, "        details ty %" PRIu32 " %s \"%s\" chty[",
            details->resource_type, kinds[details->specialization_kind],
            details->specialization ? details->specialization : "");
    for (size_t j = 0; j < details->child_type_count; j++) {
        fprintf(out, " %" PRIu32, details->child_types[j]);
    }
    fputs(" ]\n", out);
}

static void show_rules(FILE *out, const char *name,
                       const struct ref_rules *rules)
{
    for (size_t k = 0; k < rules->count; k++) {
        const struct ref_rule *rule = &rules->rules[k];

        fprintf(out, "    %s %zu: acop %" PRIu32 "%s%s", name, k,
                rule->operations, rule->authentication_flag ? " acaf" : "",
                rule->never ? " never" : "");
        show_list(out, "acor", &rule->originators);
        show_list(out, "aca", &rule->attributes);
        fputs("\n", out);
        for (size_t m = 0; m < rule->context_count; m++) {
            show_context(out, &rule->contexts[m]);
        }
        for (size_t m = 0; m < rule->details_count; m++) {
            show_details(out, &rule->details[m]);
        }
    }
}

void show_policy(FILE *out, const struct ref_policy *policy)
{
    fprintf(out, "cse %s %s\n", policy->cse.sp_id, policy->cse.cse_id);
    for (size_t i = 0; i < policy->group_name_count; i++) {
        fprintf(out, "\"%s\" is the group %s\n", policy->group_names[i].entry,
                policy->group_names[i].resource);
    }
    for (size_t i = 0; i < policy->acp_count; i++) {
        const struct ref_acp *acp = &policy->acps[i];

        fprintf(out, "acp %zu %s expires %" PRId64 "\n", i, acp->id,
                acp->expires_s);
        show_rules(out, "pv", &acp->privileges);
        show_rules(out, "pvs", &acp->self_privileges);
    }
}

static const char *text_or_none(const char *text)
{
    return text ? text : "(none)";
}

void show_request(FILE *out, const struct ref_request *rq)
{
    fprintf(out, "request from %s%s op %d fu %d%s\n", text_or_none(rq->from),
            rq->from_unknown ? " (unknown)" : "", rq->operation,
            rq->filter_usage, rq->authenticated ? " authenticated" : "");
    fprintf(out, "    time %s%" PRId64 " ip %s country %s\n",
            rq->time_known ? "" : "unknown, not ", rq->time_s,
            text_or_none(rq->ip), text_or_none(rq->country));
    fprintf(out, "    point %s%.17g %.17g\n",
            rq->has_point ? "" : "unknown, not ", rq->latitude_deg,
            rq->longitude_deg);
    fprintf(out,
            "    target type %" PRIu32 " child type %" PRIu32
            " cnd %s mgd %" PRIu32 "\n   ",
            rq->target_type, rq->child_type,
            text_or_none(rq->container_definition), rq->mgmt_definition);
    show_list(out, "roles", &rq->roles);
    show_list(out, "groups", &rq->groups);
    show_list(out, "attributes", &rq->attributes);
    fputs("\n", out);
}
