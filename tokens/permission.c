#include "tokens/permission.h"

#include "base/diag.h"
#include "policy-lang/compile.h"

/* ---- making one ---------------------------------------------------------- */

postern_status pst_permission_reader_open(struct pst_permission_reader *self,
                                          const postern_allocator *allocator,
                                          const postern_cse *cse,
                                          struct pst_bump block)
{
    postern_load_options options;
    postern_status status;

    *self = (struct pst_permission_reader){.cse = cse};
    self->scratch.below = *allocator;
    self->temporary = pst_scratch_allocator(&self->scratch);
    postern_load_options_init(&options);
    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    status =
        pst_single_reader_open(&self->rules, &options, allocator, cse, NULL);
    if (status != POSTERN_OK) {
        return status;
    }
    /* The grammars stay on the heap; only what one reading needs goes. */
    self->scratch.block = block;
    self->rules.context.allocator = self->temporary;
    pst_arena_init(&self->rules.context.arena, &self->temporary, SIZE_MAX);
    return POSTERN_OK;
}

void pst_permission_reader_close(struct pst_permission_reader *self)
{
    pst_single_reader_close(&self->rules);
}

/* ---- rules --------------------------------------------------------------- */

/* Rules by themselves are none of the resources that the reader knows: they
 * become the privileges of an ACP that nobody can change. */
static postern_str wrap(struct pst_permission_reader *self, postern_str rules)
{
    static const char before[] = "{\"ri\":\"tkps\",\"ty\":1,\"pv\":";
    static const char behind[] = "}";
    size_t len = sizeof before - 1 + rules.len + sizeof behind - 1;
    char *text = pst_alloc(&self->temporary, len);

    if (!text) {
        return (postern_str){NULL, 0};
    }
    memcpy(text, before, sizeof before - 1);
    memcpy(text + sizeof before - 1, rules.data, rules.len);
    text[len - 1] = behind[0];
    return (postern_str){text, len};
}

/* What the reader has let by, but for the self-privileges that are not there.
 */
static const char *finding(const struct pst_single_reader *rules)
{
    const struct pst_finding *it = rules->context.findings;

    while (it && pst_str_is(postern_str_of(it->lint), "no-self-privileges")) {
        it = it->next;
    }
    return it ? "one of its rules is not what the standard allows, and false"
              : NULL;
}

/* A set is one block that refers to itself by offsets. */
static postern_status keep_set(struct pst_permission_reader *self,
                               const postern_acp_set *set,
                               postern_permission *out)
{
    size_t size = postern_acp_set_size(set);
    void *copy = pst_bump_alloc(self->kept, size, 1);

    if (!copy) {
        self->full = true;
        return POSTERN_ERR_LIMIT;
    }
    memcpy(copy, set, size);
    out->rules = copy;
    return POSTERN_OK;
}

/* [TOK-10]. Originators in the rules are compared with the holder like those of
 * any policy. [TOK-12] */
static postern_status compile(struct pst_permission_reader *self,
                              postern_permission *out)
{
    postern_builder_options options;
    struct pst_acp_source source = {&self->rules.resource, self->cse,
                                    &self->rules.reader};
    postern_acp_set *set;
    postern_status status;

    postern_builder_options_init(&options);
    options.allocator = &self->temporary;
    PST_TRY(pst_compile_acp(&set, &source, &options, NULL));
    out->remark = finding(&self->rules);
    status = keep_set(self, set, out);
    postern_acp_set_free(set);
    return status;
}

static postern_status read_and_compile(struct pst_permission_reader *self,
                                       postern_permission *out)
{
    postern_str text = wrap(self, out->privileges);
    postern_status status = POSTERN_ERR_MEMORY;

    self->full = false;
    if (text.data) {
        status = pst_single_reader_read(&self->rules, text, 0, NULL);
        if (status == POSTERN_OK) {
            status = compile(self, out);
        }
        pst_arena_release(&self->rules.context.arena);
        pst_release(&self->temporary, (char *)(uintptr_t)text.data, text.len);
    }
    self->scratch.block.used = 0;
    return status;
}

/* What cannot be compiled permits nothing. */
static postern_status settle_rules(struct pst_permission_reader *self,
                                   const struct pst_issuer *issuer,
                                   postern_permission *out)
{
    postern_status status;

    if (issuer && !issuer->may_grant_privileges) {
        out->remark = "its issuer may not grant privileges"; /* [TOK-15] */
        return POSTERN_OK;
    }
    status = read_and_compile(self, out);
    if (status == POSTERN_OK || status == POSTERN_ERR_MEMORY || self->full) {
        return status;
    }
    out->rules = NULL;
    out->remark = "its rules are not what the standard allows";
    return POSTERN_OK;
}

/* ---- roles --------------------------------------------------------------- */

static bool is_domain_of(const struct pst_issuer *issuer, postern_str domain)
{
    if (!issuer) {
        return true;
    }
    for (size_t i = 0; i < issuer->role_domains.count; i++) {
        if (pst_str_fold_equal(issuer->role_domains.items[i], domain)) {
            return true;
        }
    }
    return false;
}

/* The first remark stays. */
static void remark(postern_permission *out, const char *words)
{
    out->remark = out->remark ? out->remark : words;
}

/* As many as there are names, none of which counts so far. */
static postern_id *no_roles(struct pst_permission_reader *self, size_t count)
{
    postern_id *roles = pst_bump_alloc(self->kept, count, sizeof *roles);

    for (size_t i = 0; roles && i < count; i++) {
        roles[i] = (postern_id){.kind = POSTERN_ID_UNSET};
    }
    return roles;
}

/* [TOK-11] [TOK-15] */
static void settle_roles(const struct pst_issuer *issuer,
                         postern_permission *out, postern_id *roles)
{
    for (size_t i = 0; i < out->role_id_count; i++) {
        postern_id role;

        if (postern_id_parse_role(&role, out->role_ids[i]) != POSTERN_OK) {
            remark(out, "one of its roles is no Role-ID");
        } else if (!is_domain_of(issuer, role.domain)) {
            remark(out, "its issuer may not speak for one of its roles");
        } else {
            roles[i] = role;
        }
    }
}

/* ---- resources ----------------------------------------------------------- */

/* The resource itself, what is below it, or, of a CSE, anything. */
static bool is_within(const postern_id *id, const postern_id *scope)
{
    size_t len = scope->second.len;

    if (!pst_str_fold_equal(id->domain, scope->domain) ||
        !pst_str_equal(id->first, scope->first)) {
        return false;
    }
    return len == 0 ||
           (pst_str_equal(pst_str_slice(id->second, 0, len), scope->second) &&
            (id->second.len == len || id->second.data[len] == '/'));
}

static bool may_speak_for(const struct pst_issuer *issuer, const postern_id *id)
{
    for (size_t i = 0; i < issuer->resource_count; i++) {
        if (is_within(id, &issuer->resources[i])) {
            return true;
        }
    }
    return false;
}

/* Why a permission does not count for where it says, or NULL. [TOK-14]
 * [TOK-15] */
static const char *scope_defect(const struct pst_permission_reader *self,
                                const struct pst_issuer *issuer,
                                const postern_permission *it)
{
    bool limited = issuer && !issuer->any_resource;

    if (limited && !it->has_resource_ids) {
        return "it is not limited to resources that its issuer may speak for";
    }
    for (size_t i = 0; i < it->resource_id_count; i++) {
        postern_id id;

        if (postern_id_parse_resource(&id, self->cse, it->resource_ids[i]) !=
            POSTERN_OK) {
            return "one of its resource IDs is none";
        }
        if (limited && !may_speak_for(issuer, &id)) {
            return "its issuer may not speak for one of its resources";
        }
    }
    return NULL;
}

/* ---- the whole ----------------------------------------------------------- */

/* Why nothing of a permission counts, or NULL. */
static const char *defect_of(const struct pst_permission_reader *self,
                             const struct pst_issuer *issuer,
                             const postern_permission *it)
{
    if (it->remark) {
        return it->remark;
    }
    if (it->privileges.data && !it->has_resource_ids) {
        return "it has privileges and does not say for which resources";
    } /* [TOK-09] */
    if (!it->privileges.data && it->role_id_count == 0) {
        return "it has neither privileges nor roles"; /* [TOK-13] */
    }
    return scope_defect(self, issuer, it);
}

postern_status pst_permission_settle(struct pst_permission_reader *self,
                                     const struct pst_issuer *issuer,
                                     postern_permission *permission)
{
    const char *defect = defect_of(self, issuer, permission);
    postern_id *roles = no_roles(self, permission->role_id_count);

    permission->rules = NULL;
    permission->roles = roles;
    permission->remark = defect;
    if (!roles) {
        return POSTERN_ERR_LIMIT;
    }
    if (defect) {
        return POSTERN_OK;
    }
    if (permission->privileges.data) {
        PST_TRY(settle_rules(self, issuer, permission));
    }
    settle_roles(issuer, permission, roles);
    return POSTERN_OK;
}
