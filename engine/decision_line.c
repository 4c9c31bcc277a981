/* A decision as a line of a log: the request in the form that
 * pst_primitive_read() reads, then what was decided. [DRQ-01] [AUTHN-05] */
#include "engine/json_values.h"

#include "base/sized.h"
#include "base/str.h"

#include <postern/engine.h>

/* Of two letters; the third byte may be anything. */
static bool has_country(const postern_location *location)
{
    return location->country[0] && location->country[1] &&
           !location->country[2];
}

static bool is_number(double value)
{
    return value >= -180.0 && value <= 180.0;
}

static void add_whereabouts(struct pst_json_text *json,
                            const postern_whereabouts *whereabouts)
{
    const postern_location *location = &whereabouts->location;
    bool has_point = location->has_point && is_number(location->latitude_deg) &&
                     is_number(location->longitude_deg);

    if (!has_point && !has_country(location)) {
        return;
    }
    pst_json_open(json, "rq_loc", '{');
    if (has_point) {
        pst_json_real(json, "lat", location->latitude_deg);
        pst_json_real(json, "lon", location->longitude_deg);
    }
    if (has_country(location)) {
        pst_json_word(json, "cc", location->country);
    }
    if (whereabouts->source != POSTERN_SOURCE_UNSTATED) {
        pst_json_word(json, "source",
                      whereabouts->source == POSTERN_SOURCE_NETWORK ? "network"
                                                                    : "device");
    }
    if (whereabouts->dated) {
        pst_json_time(json, "observed", whereabouts->observed_s);
    }
    pst_json_close(json, '}');
}

static const char *association_word(postern_association_kind kind)
{
    switch (kind) {
    case POSTERN_ASSOCIATION_AE:
        return "ae";
    case POSTERN_ASSOCIATION_CSE:
        return "cse";
    case POSTERN_ASSOCIATION_CREDENTIAL:
        return "credential";
    case POSTERN_ASSOCIATION_UNSTATED:
    case POSTERN_ASSOCIATION_NONE:
    default:
        return "none";
    }
}

static void add_identities(struct pst_json_text *json,
                           const postern_association *association)
{
    const postern_texts *identities = &association->identities;

    if (association->kind == POSTERN_ASSOCIATION_CREDENTIAL) {
        pst_json_str(json, "id", association->credential);
        return;
    }
    if (identities->items && identities->count == 1) {
        pst_json_str(json, "id", identities->items[0]);
    } else {
        pst_json_open(json, "id", '[');
        for (size_t i = 0; identities->items && i < identities->count; i++) {
            pst_json_str(json, NULL, identities->items[i]);
        }
        pst_json_close(json, ']');
    }
    pst_json_optional(json, "credential", association->credential);
}

static void add_association(struct pst_json_text *json,
                            const postern_association *association)
{
    const char *kind = association_word(association->kind);

    if (association->kind == POSTERN_ASSOCIATION_UNSTATED) {
        return;
    }
    pst_json_open(json, "sa", '{');
    pst_json_word(json, "kind", kind);
    if (!pst_str_is(PST_STR("none"), kind)) {
        add_identities(json, association);
        if (association->expires) {
            pst_json_time(json, "expires", association->expires_s);
        }
    }
    if (association->local_trust != POSTERN_LOCAL_BY_SESSION) {
        pst_json_word(json, "trust",
                      association->local_trust == POSTERN_LOCAL_TRUSTED
                          ? "trusted"
                          : "never");
    }
    pst_json_close(json, '}');
}

/* ---- the request --------------------------------------------------------- */

static void add_filter(struct pst_json_text *json,
                       const postern_primitive *primitive)
{
    if (primitive->filter_usage == 0 && !primitive->has_filter) {
        return;
    }
    pst_json_open(json, "fc", '{');
    if (primitive->filter_usage) {
        pst_json_int(json, "fu", primitive->filter_usage);
    }
    if (primitive->has_filter) {
        pst_json_bool(json, "criteria", true); /* which ones is not known */
    }
    pst_json_close(json, '}');
}

/* Of the content only what a decision looks at. */
static void add_content(struct pst_json_text *json,
                        const postern_primitive *primitive)
{
    if (!primitive->container_definition.data && !primitive->mgmt_definition) {
        return;
    }
    pst_json_open(json, "content", '{');
    pst_json_optional(json, "cnd", primitive->container_definition);
    if (primitive->mgmt_definition) {
        pst_json_uint(json, "mgd", primitive->mgmt_definition);
    }
    pst_json_close(json, '}');
}

/* Tokens, and what stands for one: how many there were, and nothing of them. */
static void add_secrets(struct pst_json_text *json, const char *name,
                        const postern_texts *secrets)
{
    if (!secrets->items || secrets->count == 0) {
        return;
    }
    pst_json_open(json, name, '[');
    for (size_t i = 0; i < secrets->count; i++) {
        pst_json_word(json, NULL, "-");
    }
    pst_json_close(json, ']');
}

static void add_primitive(struct pst_json_text *json,
                          const postern_primitive *primitive)
{
    bool create = postern_operation_of_primitive(primitive->operation, 0) ==
                  POSTERN_OP_CREATE;

    pst_json_optional(json, "fr", primitive->from);
    pst_json_optional(json, "to", primitive->to);
    pst_json_int(json, "op", primitive->operation);
    if (create) {
        pst_json_uint(json, "ty", primitive->child_type);
    }
    add_filter(json, primitive);
    pst_json_texts(json, "attrs", &primitive->attributes);
    if (create) {
        add_content(json, primitive);
    }
    pst_json_texts(json, "rids", &primitive->role_ids);
    add_secrets(json, "tkns", &primitive->tokens);
    pst_json_texts(json, "tids", &primitive->token_ids);
    add_secrets(json, "ltids", &primitive->local_token_ids);
    if (primitive->wants_token_info) {
        pst_json_bool(json, "tqi", true);
    }
}

static void add_context(struct pst_json_text *json,
                        const postern_primitive *primitive)
{
    if (primitive->time_known) {
        pst_json_time(json, "rq_time", primitive->time_s);
    }
    pst_json_ip(json, "rq_ip", &primitive->ip);
    add_whereabouts(json, &primitive->whereabouts);
    if (primitive->authn != POSTERN_AUTHN_UNSTATED) {
        pst_json_bool(json, "rq_authn", primitive->authn == POSTERN_AUTHN_TRUE);
    }
    add_association(json, &primitive->association);
    if (primitive->has_esprim) {
        pst_json_str(json, "esprim_id", primitive->esprim_id);
    }
    if (primitive->min_revision) {
        pst_json_uint(json, "min_revision", primitive->min_revision);
    }
}

/* ---- the decision -------------------------------------------------------- */

static const char *level_word(postern_authn_level level)
{
    switch (level) {
    case POSTERN_AUTHN_LEVEL_STATED:
        return "stated";
    case POSTERN_AUTHN_LEVEL_SESSION:
        return "session";
    case POSTERN_AUTHN_LEVEL_TRUSTED:
        return "trusted";
    case POSTERN_AUTHN_LEVEL_ESPRIM:
        return "esprim";
    case POSTERN_AUTHN_LEVEL_NONE:
    default:
        return "none";
    }
}

static void add_answer(struct pst_json_text *json, const postern_answer *answer)
{
    pst_json_word(json, "decision",
                  answer->effect == POSTERN_PERMIT ? "permit" : "deny");
    pst_json_int(json, "rsc", answer->rsc);
    pst_json_word(json, "reason", answer->reason ? answer->reason : "");
    pst_json_optional(json, "acp", answer->acp);
    if (answer->rule != POSTERN_NO_RULE) {
        pst_json_uint(json, "rule", answer->rule);
    }
    pst_json_optional(json, "token", answer->token);
    if (answer->refusal != POSTERN_REFUSAL_NONE) {
        pst_json_word(json, "refusal", postern_refusal_word(answer->refusal));
    }
    pst_json_texts(json, "verified", &answer->token_ids);
    pst_json_word(json, "authn", level_word(answer->authn.level));
    pst_json_uint(json, "revision", answer->revision);
}

size_t postern_decision_line(const postern_primitive *primitive,
                             const postern_answer *answer, char *buffer,
                             size_t size)
{
    struct pst_json_text json = {.wants_comma = false};
    postern_primitive known;

    (void)pst_sized_copy(&known, sizeof known, primitive);
    pst_text_init(&json.text, buffer, size);
    pst_json_open(&json, NULL, '{');
    add_primitive(&json, &known);
    add_context(&json, &known);
    add_answer(&json, answer);
    pst_json_close(&json, '}');
    pst_text_add(&json.text, "\n");
    if (json.text.len >= size && size) {
        buffer[0] = '\0';
    }
    return json.text.len;
}
