/* Tokens to be given out: what this verifier would refuse is not issued.
 * [JWT-11] */
#include "base/sized.h"
#include "jose/key.h"
#include "policy-lang/source_text.h"
#include "tokens/claims.h"
#include "tokens/verifier.h"

/* ---- what the reader refused --------------------------------------------- */

static postern_status refuse_claims(const struct pst_claims_reader *in,
                                    postern_status status, postern_str json,
                                    postern_diag *diag)
{
    if (status == POSTERN_ERR_MEMORY) {
        return pst_diag_plain(diag, POSTERN_ERR_LIMIT); /* fixed memory */
    }
    (void)pst_diag_refuse(diag, status, in->path, in->problem,
                          "TS-0003 7.3.2.6.2");
    if (in->path[0] == '\0' && status != POSTERN_ERR_POLICY) {
        struct pst_position at = pst_source_position(json, in->at);

        pst_diag_locate(diag, at.line, at.column);
    }
    return status;
}

/* ---- reading ------------------------------------------------------------- */

static postern_status read_claims(postern_verifier *verifier, postern_str json,
                                  postern_claims *claims, postern_diag *diag)
{
    struct pst_claims_reader in = {.bump = &verifier->kept,
                                   .values = verifier->values,
                                   .cse = &verifier->cse,
                                   .unmapped = true,
                                   .known_only = true};
    postern_str copy = pst_bump_copy(&verifier->kept, json);
    postern_status status;

    if (!copy.data) {
        return pst_diag_plain(diag, POSTERN_ERR_LIMIT);
    }
    status = pst_claims_parse(&in, copy, claims);
    return status == POSTERN_OK ? status
                                : refuse_claims(&in, status, copy, diag);
}

postern_status postern_claims_read(postern_verifier *verifier, postern_str json,
                                   postern_claims *claims, postern_diag *diag)
{
    size_t mark = verifier->kept.used;
    postern_status status;

    pst_diag_clear(diag);
    status = read_claims(verifier, json, claims, diag);
    if (status != POSTERN_OK) {
        pst_verifier_forget(verifier, mark);
        *claims = (postern_claims){.has_audience = false};
    }
    return status;
}

/* ---- what would be refused ----------------------------------------------- */

static postern_status refuse_permission(size_t number, const char *words,
                                        postern_diag *diag)
{
    char path[PST_CLAIMS_PATH];
    struct pst_text text;

    pst_text_init(&text, path, sizeof path);
    pst_text_add(&text, "/tkps/pm/");
    pst_text_add_uint(&text, number);
    return pst_diag_refuse(diag, POSTERN_ERR_POLICY, path, words,
                           "TS-0003 7.3.2.5");
}

/* Claims of which a part would not count are not issued either. */
static postern_status check_permissions(postern_verifier *verifier,
                                        const postern_claims *claims,
                                        postern_diag *diag)
{
    for (size_t i = 0; i < claims->permission_count; i++) {
        postern_permission permission = claims->permissions[i];
        postern_status status =
            pst_permission_settle(&verifier->permissions, NULL, &permission);

        if (status != POSTERN_OK) {
            return pst_diag_plain(diag, status);
        }
        if (permission.remark) {
            return refuse_permission(i, permission.remark, diag);
        }
    }
    return POSTERN_OK;
}

static postern_status check_audience(const postern_claims *claims,
                                     postern_diag *diag)
{
    bool good = !claims->has_audience || claims->audience_count > 0;

    for (size_t i = 0; i < claims->audience_count; i++) {
        good = good && pst_str_is(pst_str_slice(claims->audience[i], 0, 2),
                                  claims->audience[i].len > 1 ? "//" : "*");
    }
    return good ? POSTERN_OK
                : pst_diag_refuse(diag, POSTERN_ERR_POLICY, "/aud",
                                  "an audience is absolute CSE-IDs, at least "
                                  "one",
                                  "TS-0003 7.3.2.4");
}

/* [JWT-20] */
static postern_status check_recipe(const postern_jose_recipe *recipe,
                                   const postern_claims *claims,
                                   postern_diag *diag)
{
    const struct pst_key *key = NULL;

    if (recipe->time_known && recipe->time_s >= claims->not_after_s) {
        return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "/exp",
                               "it is over by now", "TS-0003 7.3.2.5");
    }
    if (recipe->kind == POSTERN_JOSE_JWE && recipe->encrypt_keys) {
        key = pst_keys_find(recipe->encrypt_keys, recipe->encrypt_kid);
    }
    return key && key->type != PST_KEY_OCT
               ? pst_diag_refuse(diag, POSTERN_ERR_POLICY, "",
                                 "encrypted by a public key alone, a token "
                                 "does not prove who issued it",
                                 "TS-0003 8.5.2.1")
               : POSTERN_OK;
}

static size_t resources_of(const postern_permission *it)
{
    return it->has_resource_ids ? it->resource_id_count : 0;
}

static size_t audiences_of(const postern_claims *it)
{
    return it->has_audience ? it->audience_count : 0;
}

/* Privileges are written as they are: they must be what is read again, and not
 * end early to say something else. */
static bool is_same(const postern_claims *a, const postern_claims *b)
{
    bool same =
        !a->has_permissions || a->permission_count == b->permission_count;

    for (size_t i = 0; same && i < b->permission_count; i++) {
        const postern_permission *left = &a->permissions[i];
        const postern_permission *right = &b->permissions[i];

        same = left->has_resource_ids == right->has_resource_ids &&
               resources_of(left) == resources_of(right) &&
               left->role_id_count == right->role_id_count &&
               pst_str_equal(left->privileges, right->privileges);
    }
    return same && audiences_of(a) == audiences_of(b) &&
           a->has_permissions == b->has_permissions;
}

/* The claims as the receiver will read them. */
static postern_status check(postern_verifier *verifier, postern_str json,
                            const postern_claims *claims, postern_claims *read,
                            postern_diag *diag)
{
    struct pst_claims_reader in = {.bump = &verifier->kept,
                                   .values = verifier->values,
                                   .cse = &verifier->cse};
    postern_status status = pst_claims_parse(&in, json, read);

    if (status != POSTERN_OK) {
        (void)refuse_claims(&in, status, json, diag);
        return status == POSTERN_ERR_MEMORY ? POSTERN_ERR_LIMIT
                                            : POSTERN_ERR_POLICY;
    }
    if (!is_same(claims, read)) {
        return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "/tkps",
                               "privileges are one JSON object each", NULL);
    }
    PST_TRY(check_audience(read, diag));
    return check_permissions(verifier, read, diag);
}

/* ---- issuing ------------------------------------------------------------- */

static postern_str write_claims(postern_verifier *verifier,
                                const postern_claims *claims)
{
    size_t len = postern_claims_write(claims, NULL, 0);
    char *text = pst_bump_alloc(&verifier->kept, len + 1, 1);

    if (!text) {
        return (postern_str){NULL, 0};
    }
    (void)postern_claims_write(claims, text, len + 1);
    return (postern_str){text, len};
}

static postern_status issue(postern_verifier *verifier,
                            const postern_jose_recipe *recipe,
                            const postern_claims *claims, postern_str *token,
                            postern_diag *diag)
{
    postern_str json = write_claims(verifier, claims);
    postern_claims read;
    postern_status status;

    if (!json.data) {
        return pst_diag_plain(diag, POSTERN_ERR_LIMIT);
    }
    PST_TRY(check(verifier, json, claims, &read, diag));
    PST_TRY(check_recipe(recipe, &read, diag));
    status = postern_jose_seal(verifier->jose, recipe, json, token, diag);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}

postern_status postern_token_issue(postern_verifier *verifier,
                                   const postern_jose_recipe *recipe,
                                   const postern_claims *claims,
                                   postern_str *token, postern_diag *diag)
{
    size_t mark = verifier->kept.used;
    postern_jose_recipe taken;
    postern_status status;

    *token = (postern_str){NULL, 0};
    pst_diag_clear(diag);
    if (!recipe || !pst_sized_copy(&taken, sizeof taken, recipe)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    taken.onem2m = true;
    status = issue(verifier, &taken, claims, token, diag);
    pst_verifier_forget(verifier, mark);
    return status;
}
