/* Tokens for people and for programs. */
#include "cli/token.h"

#include "base/str.h"
#include "base/time_text.h"
#include "cli/plain.h"

#include <stdlib.h>

const char *pst_kind_word(postern_jose_kind kind)
{
    switch (kind) {
    case POSTERN_JOSE_JWS:
        return "signed";
    case POSTERN_JOSE_JWE:
        return "encrypted";
    case POSTERN_JOSE_NESTED:
        return "nested";
    case POSTERN_JOSE_ANY:
    default:
        return "any";
    }
}

/* ---- for people ---------------------------------------------------------- */

static void show_line(const char *name, postern_str text)
{
    printf("  %-12s", name);
    pst_plain(stdout, text);
    printf("\n");
}

static void show_optional(const char *name, postern_str text)
{
    if (text.data) {
        show_line(name, text);
    }
}

static void show_list(const char *name, const postern_str *texts, size_t count)
{
    printf("  %-12s", name);
    for (size_t i = 0; i < count; i++) {
        printf(i ? ", " : "");
        pst_plain(stdout, texts[i]);
    }
    printf(count ? "\n" : "(none)\n");
}

static void show_protection(const char *what, const postern_protected_by *by)
{
    if (by->alg == POSTERN_ALG_NONE) {
        return;
    }
    printf("  %-12s%s%s%s, key ", what, postern_jose_alg_name(by->alg),
           by->enc ? " " : "", postern_jose_enc_name(by->enc));
    pst_plain(stdout, by->kid);
    printf("\n");
}

static void show_times(const postern_claims *claims)
{
    char from[PST_TIME_TEXT];
    char to[PST_TIME_TEXT];

    pst_time_text(from, PST_TIME_PLAIN, claims->not_before_s);
    pst_time_text(to, PST_TIME_PLAIN, claims->not_after_s);
    printf("  %-12sfrom %s until %s\n", "valid", from, to);
}

/* The roles that count; those that do not are in the remark. */
static void show_roles(const postern_permission *it)
{
    const char *before = "    roles     ";

    for (size_t i = 0; i < it->role_id_count; i++) {
        if (it->roles[i].kind == POSTERN_ID_ROLE) {
            printf("%s", before);
            pst_plain(stdout, it->role_ids[i]);
            before = ", ";
        }
    }
    printf(*before == ',' ? "\n" : "");
}

static void show_permission(size_t number, const postern_permission *it)
{
    printf("  permission %zu\n", number);
    if (it->has_resource_ids) {
        printf("  ");
        show_list("for", it->resource_ids, it->resource_id_count);
    }
    if (it->rules) {
        printf("    rules     %u\n", (unsigned)postern_acp_set_rule_count(
                                         it->rules, 0, POSTERN_PRIVILEGES));
    }
    show_roles(it);
    if (it->remark) {
        printf("    not all of it counts: %s\n", it->remark);
    }
}

void pst_show_token(const postern_token *token)
{
    const postern_claims *claims = &token->claims;

    printf("good: %s\n", pst_kind_word(token->kind));
    show_line("token", claims->token_id);
    show_line("issuer", claims->issuer);
    show_line("holder", claims->holder);
    show_times(claims);
    if (claims->has_audience) {
        show_list("audience", claims->audience, claims->audience_count);
    }
    show_line("version", claims->version);
    show_optional("name", claims->name);
    show_optional("extension", claims->extension);
    show_protection("signature", &token->signature);
    show_protection("encryption", &token->encryption);
    for (size_t i = 0; i < claims->permission_count; i++) {
        show_permission(i, &claims->permissions[i]);
    }
}

/* ---- for programs -------------------------------------------------------- */

void pst_json_out_as_it_is(struct pst_json_out *out, postern_str json)
{
    for (size_t i = 0; i < json.len; i++) {
        bool is_break = json.data[i] == '\n' || json.data[i] == '\r';

        pst_buffer_add(&out->text,
                       is_break ? PST_STR(" ") : pst_str_slice(json, i, i + 1));
    }
    out->wants_comma = true;
}

static void json_claims(struct pst_json_out *out, const postern_claims *claims)
{
    size_t size = postern_claims_write(claims, NULL, 0) + 1;
    char *text = malloc(size);

    pst_json_out_name(out, "claims");
    if (text) {
        (void)postern_claims_write(claims, text, size);
        pst_json_out_as_it_is(out, (postern_str){text, size - 1});
    } else {
        out->text.failed = true;
    }
    free(text);
}

static void json_protection(struct pst_json_out *out, const char *name,
                            const postern_protected_by *by)
{
    if (by->alg == POSTERN_ALG_NONE) {
        return;
    }
    pst_json_out_name(out, name);
    pst_json_out_open(out, '{');
    pst_json_out_text(out, "alg", postern_jose_alg_name(by->alg));
    if (by->enc) {
        pst_json_out_text(out, "enc", postern_jose_enc_name(by->enc));
    }
    pst_json_out_name(out, "kid");
    pst_json_out_str(out, by->kid);
    pst_json_out_close(out, '}');
}

static void json_permission(struct pst_json_out *out,
                            const postern_permission *it)
{
    pst_json_out_open(out, '{');
    pst_json_out_number(
        out, "rules",
        it->rules ? postern_acp_set_rule_count(it->rules, 0, POSTERN_PRIVILEGES)
                  : 0);
    pst_json_out_name(out, "roles");
    pst_json_out_open(out, '[');
    for (size_t i = 0; i < it->role_id_count; i++) {
        if (it->roles[i].kind == POSTERN_ID_ROLE) {
            pst_json_out_str(out, it->role_ids[i]);
        }
    }
    pst_json_out_close(out, ']');
    if (it->remark) {
        pst_json_out_text(out, "remark", it->remark);
    }
    pst_json_out_close(out, '}');
}

void pst_show_token_json(struct pst_json_out *out, const postern_token *token)
{
    const postern_claims *claims = &token->claims;

    pst_json_out_open(out, '{');
    pst_json_out_name(out, "good");
    pst_json_out_bool(out, true);
    pst_json_out_text(out, "kind", pst_kind_word(token->kind));
    json_claims(out, claims);
    json_protection(out, "signature", &token->signature);
    json_protection(out, "encryption", &token->encryption);
    pst_json_out_name(out, "counts");
    pst_json_out_open(out, '[');
    for (size_t i = 0; i < claims->permission_count; i++) {
        json_permission(out, &claims->permissions[i]);
    }
    pst_json_out_close(out, ']');
    pst_json_out_close(out, '}');
}
