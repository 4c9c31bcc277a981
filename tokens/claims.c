#include "tokens/claims.h"

#include "base/text.h"
#include "tokens/issuers_reader.h"

/* ---- refusing ------------------------------------------------------------ */

static postern_status refuse(struct pst_claims_reader *in, const char *path,
                             const char *problem)
{
    pst_diag_copy(in->path, sizeof in->path, path);
    in->problem = problem;
    return POSTERN_ERR_POLICY;
}

/* "/tkps/pm/3/ris" */
static postern_status refuse_permission(struct pst_claims_reader *in,
                                        size_t number, const char *member,
                                        const char *problem)
{
    struct pst_text text;

    pst_text_init(&text, in->path, sizeof in->path);
    pst_text_add(&text, "/tkps/pm/");
    pst_text_add_uint(&text, number);
    pst_text_add(&text, member);
    in->problem = problem;
    return POSTERN_ERR_POLICY;
}

static postern_status is_full(struct pst_claims_reader *in)
{
    in->problem = "it is larger than there is room for";
    return POSTERN_ERR_MEMORY;
}

/* ---- single claims ------------------------------------------------------- */

/* Where a claim stands: under its name in a JWT, or that of TS-0004. */
struct claim {
    const char *path;     /* "/jti" */
    const char *unmapped; /* "tkid"; NULL: as in a JWT */
};

static const struct claim claim_jti = {"/jti", "tkid"};
static const struct claim claim_iss = {"/iss", "tkis"};
static const struct claim claim_azp = {"/azp", "tkhd"};
static const struct claim claim_nbf = {"/nbf", "tknb"};
static const struct claim claim_exp = {"/exp", "tkna"};
static const struct claim claim_aud = {"/aud", "tkau"};
static const struct claim claim_tknm = {"/tknm", NULL};
static const struct claim claim_tkps = {"/tkps", NULL};
static const struct claim claim_tkex = {"/tkex", NULL};

struct found {
    const struct pst_json_value *value; /* NULL: absent */
    bool unmapped;                      /* under the name of TS-0004 */
};

/* A claim under both its names is none: which of them counts? [JWT-22] */
static postern_status find(struct pst_claims_reader *in,
                           const struct pst_json *json,
                           const struct claim *claim, struct found *found)
{
    const struct pst_json_value *root = pst_json_root(json);
    const struct pst_json_value *other = NULL;

    *found =
        (struct found){.value = pst_json_member(json, root, claim->path + 1)};
    if (in->unmapped && claim->unmapped) {
        other = pst_json_member(json, root, claim->unmapped);
    }
    if (other && found->value) {
        return refuse(in, claim->path, "this claim is there under two names");
    }
    if (other) {
        *found = (struct found){other, true};
    }
    return POSTERN_OK;
}

static postern_status find_mandatory(struct pst_claims_reader *in,
                                     const struct pst_json *json,
                                     const struct claim *claim,
                                     struct found *found)
{
    PST_TRY(find(in, json, claim, found));
    return found->value ? POSTERN_OK
                        : refuse(in, claim->path, "this claim is missing");
}

static postern_status read_text(struct pst_claims_reader *in,
                                const struct pst_json *json,
                                const struct claim *claim, postern_str *text)
{
    struct found found;

    PST_TRY(find_mandatory(in, json, claim, &found));
    if (found.value->type != PST_IS_STRING) {
        return refuse(in, claim->path, "a text is expected");
    }
    *text = found.value->text;
    return POSTERN_OK;
}

static postern_status read_optional(struct pst_claims_reader *in,
                                    const struct pst_json *json,
                                    const struct claim *claim,
                                    postern_str *text)
{
    struct found found;

    *text = (postern_str){NULL, 0};
    PST_TRY(find(in, json, claim, &found));
    if (!found.value) {
        return POSTERN_OK;
    }
    if (found.value->type != PST_IS_STRING) {
        return refuse(in, claim->path, "a text is expected");
    }
    *text = found.value->text;
    if (!text->data) {
        text->data = ""; /* it is there */
    }
    return POSTERN_OK;
}

/* TS-0003 and TS-0004 name it differently. [JWT-18] */
static postern_status read_version(struct pst_claims_reader *in,
                                   const struct pst_json *json,
                                   postern_str *version)
{
    const struct pst_json_value *root = pst_json_root(json);
    const struct pst_json_value *tkvr = pst_json_member(json, root, "tkvr");
    const struct pst_json_value *vr = pst_json_member(json, root, "vr");

    if (!tkvr && !vr) {
        return refuse(in, "/tkvr", "this claim is missing");
    }
    if (tkvr && vr &&
        (tkvr->type != vr->type || !pst_str_equal(tkvr->text, vr->text))) {
        return refuse(in, "/tkvr", "tkvr and vr are not the same");
    }
    tkvr = tkvr ? tkvr : vr;
    if (tkvr->type != PST_IS_STRING || tkvr->text.len == 0) {
        return refuse(in, "/tkvr", "a text is expected");
    }
    *version = tkvr->text;
    return POSTERN_OK;
}

bool pst_is_absolute(const postern_cse *cse, postern_str text, postern_id *id)
{
    return text.len > 2 && text.data[0] == '/' && text.data[1] == '/' &&
           postern_id_parse_entity(id, cse, text) == POSTERN_OK;
}

static postern_status read_identity(struct pst_claims_reader *in,
                                    const struct pst_json *json,
                                    const struct claim *claim,
                                    postern_str *text)
{
    postern_id id;

    PST_TRY(read_text(in, json, claim, text));
    return pst_is_absolute(in->cse, *text, &id)
               ? POSTERN_OK
               : refuse(in, claim->path,
                        "one absolute AE-ID or CSE-ID is expected");
}

static postern_status read_token_id(struct pst_claims_reader *in,
                                    const struct pst_json *json,
                                    postern_str *text)
{
    PST_TRY(read_text(in, json, &claim_jti, text));
    return pst_is_token_id(*text)
               ? POSTERN_OK
               : refuse(in, "/jti",
                        "a tokenID is a name, @ and a domain name in lower "
                        "case");
}

/* ---- times --------------------------------------------------------------- */

/* YYYYMMDDThhmmss, and whether a part of a second is left. [TOK-18] */
static bool read_calendar(postern_str text, int64_t *seconds, bool *more)
{
    size_t comma = pst_str_find(text, 0, ',');

    *more = false;
    for (size_t i = comma + 1; i < text.len; i++) {
        *more = *more || text.data[i] != '0';
    }
    return postern_time_parse(seconds, text) == POSTERN_OK && *seconds >= 0;
}

static postern_status read_time(struct pst_claims_reader *in,
                                const struct pst_json *json,
                                const struct claim *claim, int64_t *seconds,
                                bool *more)
{
    struct found found;

    PST_TRY(find_mandatory(in, json, claim, &found));
    if (pst_json_seconds(found.value, seconds, more) ||
        (in->unmapped && found.value->type == PST_IS_STRING &&
         read_calendar(found.value->text, seconds, more))) {
        return POSTERN_OK;
    }
    return refuse(in, claim->path, "seconds from 0 to 2^53 are expected");
}

/* What is cut off makes the time in which the token counts shorter, not longer.
 * [JWT-03] */
static postern_status read_times(struct pst_claims_reader *in,
                                 const struct pst_json *json,
                                 postern_claims *claims)
{
    bool more;

    PST_TRY(read_time(in, json, &claim_nbf, &claims->not_before_s, &more));
    claims->not_before_s += more;
    PST_TRY(read_time(in, json, &claim_exp, &claims->not_after_s, &more));
    return claims->not_before_s < claims->not_after_s
               ? POSTERN_OK
               : refuse(in, "/exp", "it is over before it begins");
}

/* ---- lists of texts ------------------------------------------------------ */

static postern_status read_list(struct pst_claims_reader *in,
                                const struct pst_json *json,
                                const struct pst_json_value *list,
                                const postern_str **texts, size_t *count)
{
    postern_str *items;
    size_t i = 0;

    if (list->type != PST_IS_LIST) {
        return POSTERN_ERR_POLICY;
    }
    items = pst_bump_alloc(in->bump, list->count, sizeof *items);
    if (!items) {
        return is_full(in);
    }
    for (const struct pst_json_value *entry = pst_json_first(list); entry;
         entry = pst_json_beside(json, entry)) {
        if (entry->type != PST_IS_STRING) {
            return POSTERN_ERR_POLICY;
        }
        items[i++] = entry->text;
    }
    *texts = items;
    *count = i;
    return POSTERN_OK;
}

static postern_status read_single(struct pst_claims_reader *in,
                                  postern_str text, postern_claims *claims)
{
    postern_str *items = pst_bump_alloc(in->bump, 1, sizeof *items);

    if (!items) {
        return is_full(in);
    }
    *items = text;
    claims->audience = items;
    claims->audience_count = 1;
    return POSTERN_OK;
}

/* [JWT-04] */
static postern_status read_audience(struct pst_claims_reader *in,
                                    const struct pst_json *json,
                                    postern_claims *claims)
{
    struct found found;
    postern_status status;

    PST_TRY(find(in, json, &claim_aud, &found));
    claims->has_audience = found.value != NULL;
    if (!found.value) {
        return POSTERN_OK;
    }
    if (found.value->type == PST_IS_STRING && in->single_audience) {
        return read_single(in, found.value->text, claims);
    }
    status = read_list(in, json, found.value, &claims->audience,
                       &claims->audience_count);
    return status == POSTERN_ERR_POLICY
               ? refuse(in, claim_aud.path, "a list of texts is expected")
               : status;
}

/* ---- permissions --------------------------------------------------------- */

/* [JWT-19] [TOK-09] [TOK-13] */
static postern_status read_member(struct pst_claims_reader *in,
                                  const struct pst_json *json,
                                  const struct pst_json_value *member,
                                  postern_permission *out)
{
    if (pst_str_is(member->name, "ris")) {
        out->has_resource_ids = true;
        return read_list(in, json, member, &out->resource_ids,
                         &out->resource_id_count);
    }
    if (pst_str_is(member->name, "rids")) {
        return read_list(in, json, member, &out->role_ids, &out->role_id_count);
    }
    if (pst_str_is(member->name, "pv")) {
        out->privileges = member->text;
        return member->type == PST_IS_OBJECT ? POSTERN_OK : POSTERN_ERR_POLICY;
    }
    out->remark = "it has a member that is not known, which could limit it";
    return POSTERN_OK;
}

static const char *path_of(const struct pst_json_value *member)
{
    static const char *const paths[] = {"/ris", "/rids", "/pv"};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (pst_str_is(member->name, paths[i] + 1)) {
            return paths[i];
        }
    }
    return "";
}

static postern_status read_permission(struct pst_claims_reader *in,
                                      const struct pst_json *json,
                                      const struct pst_json_value *value,
                                      size_t number, postern_permission *out)
{
    *out = (postern_permission){.remark = NULL};
    if (value->type != PST_IS_OBJECT) {
        return refuse_permission(in, number, "", "an object is expected");
    }
    for (const struct pst_json_value *member = pst_json_first(value); member;
         member = pst_json_beside(json, member)) {
        postern_status status = read_member(in, json, member, out);

        if (status == POSTERN_ERR_POLICY) {
            return refuse_permission(in, number, path_of(member),
                                     pst_str_is(member->name, "pv")
                                         ? "a set of rules is expected"
                                         : "a list of texts is expected");
        }
        PST_TRY(status);
    }
    return POSTERN_OK;
}

/* The list: alone, or as the member pm. */
static postern_status find_permissions(struct pst_claims_reader *in,
                                       const struct pst_json *json,
                                       const struct pst_json_value *tkps,
                                       const struct pst_json_value **list)
{
    *list =
        tkps->type == PST_IS_LIST ? tkps : pst_json_member(json, tkps, "pm");
    if (tkps->type != PST_IS_LIST && tkps->type != PST_IS_OBJECT) {
        return refuse(in, "/tkps", "an object with a list (pm) is expected");
    }
    if (*list && (*list)->type != PST_IS_LIST) {
        return refuse(in, "/tkps/pm", "a list of permissions is expected");
    }
    return POSTERN_OK;
}

static postern_status read_permissions(struct pst_claims_reader *in,
                                       const struct pst_json *json,
                                       postern_claims *claims)
{
    const struct pst_json_value *list;
    postern_permission *items;
    struct found found;
    bool is_limited;

    PST_TRY(find(in, json, &claim_tkps, &found));
    claims->has_permissions = found.value != NULL;
    if (!found.value) {
        return POSTERN_OK;
    }
    PST_TRY(find_permissions(in, json, found.value, &list));
    items = pst_bump_alloc(in->bump, list ? list->count : 0, sizeof *items);
    if (!items) {
        return is_full(in);
    }
    claims->permissions = items;
    is_limited = found.value->type == PST_IS_OBJECT &&
                 found.value->count > (list ? 1u : 0u);
    for (const struct pst_json_value *entry = list ? pst_json_first(list)
                                                   : NULL;
         entry; entry = pst_json_beside(json, entry)) {
        postern_permission *item = &items[claims->permission_count];

        PST_TRY(
            read_permission(in, json, entry, claims->permission_count, item));
        if (is_limited) {
            item->remark = "the permissions have a member that is not known, "
                           "which could limit them";
        }
        claims->permission_count++;
    }
    return POSTERN_OK;
}

/* ---- the whole: ten fields [TOK-01] -------------------------------------- */

static bool is_known(postern_str name)
{
    static const char *const names[] = {
        "tkvr", "vr",   "jti",  "tkid", "iss",  "tkis", "azp",
        "tkhd", "nbf",  "tknb", "exp",  "tkna", "aud",  "tkau",
        "tknm", "tkps", "tkex", "iat",  "sub",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (pst_str_is(name, names[i])) {
            return true;
        }
    }
    return false;
}

/* Others than those of the table are not looked at [JWT-17]; not so where
 * somebody writes claims to be issued. */
static postern_status check_names(struct pst_claims_reader *in,
                                  const struct pst_json *json,
                                  const postern_claims *claims)
{
    for (const struct pst_json_value *claim =
             pst_json_first(pst_json_root(json));
         claim; claim = pst_json_beside(json, claim)) {
        if (!is_known(claim->name)) {
            return refuse(in, "",
                          "there is a claim of a name that is not "
                          "known");
        }
    }
    for (size_t i = 0; i < claims->permission_count; i++) {
        if (claims->permissions[i].remark) {
            return refuse_permission(in, i, "", claims->permissions[i].remark);
        }
    }
    return POSTERN_OK;
}

static postern_status read_claims(struct pst_claims_reader *in,
                                  const struct pst_json *json,
                                  postern_claims *claims)
{
    PST_TRY(read_version(in, json, &claims->version));
    PST_TRY(read_token_id(in, json, &claims->token_id));
    PST_TRY(read_identity(in, json, &claim_iss, &claims->issuer));
    PST_TRY(read_identity(in, json, &claim_azp, &claims->holder));
    PST_TRY(read_times(in, json, claims));
    PST_TRY(read_optional(in, json, &claim_tknm, &claims->name));
    PST_TRY(read_audience(in, json, claims));
    PST_TRY(read_permissions(in, json, claims));
    PST_TRY(read_optional(in, json, &claim_tkex, &claims->extension));
    return in->known_only ? check_names(in, json, claims) : POSTERN_OK;
}

postern_status pst_claims_parse(struct pst_claims_reader *in, postern_str text,
                                postern_claims *claims)
{
    size_t escaped = pst_str_find(text, 0, '\\') < text.len ? text.len : 0;
    struct pst_json json = {.values = in->values,
                            .capacity = PST_CLAIMS_VALUES,
                            .scratch = pst_bump_alloc(in->bump, escaped, 1),
                            .scratch_size = escaped,
                            .depth = PST_CLAIMS_DEPTH,
                            .members = PST_CLAIMS_MEMBERS};
    postern_status status;

    *claims = (postern_claims){.has_audience = false};
    in->path[0] = '\0';
    in->problem = NULL;
    in->at = 0;
    if (!json.scratch) {
        return is_full(in);
    }
    status = pst_json_parse(&json, text);
    if (status != POSTERN_OK) {
        in->problem = json.problem;
        in->at = json.at;
        return status;
    }
    return read_claims(in, &json, claims);
}
