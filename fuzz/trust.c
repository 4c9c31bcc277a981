/* Target functions: postern_engine_set_trust_of, postern_engine_set_trust,
 * pst_trust_find, pst_trusts_issuer
 *
 * A policy document with "trust": refused, and the engine trusts nobody, or
 * what it trusts is found again, and is taken once more as a struct. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "engine/engine.h"
#include "engine/trust.h"

#include <string.h>

enum { MOST = 32, NAME = 512 };

static struct {
    postern_cse cse;
    postern_store *store;
    postern_engine *engine;
} site;

static void make_site(void)
{
    postern_store_options storing;
    postern_engine_options options;

    FUZZ_CLAIM(postern_cse_init(&site.cse, PST_STR("//sp.example"),
                                PST_STR("/plant-cse")) == POSTERN_OK);
    postern_store_options_init(&storing);
    storing.cse = &site.cse;
    storing.base_id = PST_STR("cb0");
    FUZZ_CLAIM(postern_store_new(&site.store, &storing, NULL) == POSTERN_OK);
    postern_engine_options_init(&options);
    options.prp = postern_store_prp(site.store);
    FUZZ_CLAIM(postern_engine_new(&site.engine, &options) == POSTERN_OK);
}

static const struct pst_trust *now(void)
{
    return pst_settings_now(&site.engine->settings)->trust;
}

/* Both as a struct, as far as there is room. */
struct rows {
    postern_trust trust;
    postern_credential credentials[MOST];
    postern_str issuers[MOST];
    char names[MOST][NAME];
};

static void take_rows(struct rows *rows, const struct pst_trust *trust)
{
    memset(rows, 0, sizeof *rows);
    for (size_t i = 0; i < trust->issuer_count && i < MOST; i++) {
        size_t len = postern_id_text(&trust->issuers[i], rows->names[i], NAME);

        if (len >= NAME) {
            break;
        }
        rows->issuers[i] = (postern_str){rows->names[i], len};
        rows->trust.role_issuer_count++;
    }
    for (size_t i = 0; i < trust->credential_count && i < MOST; i++) {
        const struct pst_trusted_credential *from = &trust->credentials[i];

        rows->credentials[i] =
            (postern_credential){.id = from->id,
                                 .kind = from->kind,
                                 .identities = from->identities,
                                 .expires = from->expires,
                                 .expires_s = from->expires_s};
        rows->trust.credential_count++;
    }
    rows->trust.role_issuers = rows->issuers;
    rows->trust.credentials = rows->credentials;
}

/* Every one of a sort that cannot be is refused, and says where. */
static void claim_refused(const struct rows *rows,
                          const postern_credential *bad, const char *path)
{
    postern_trust trust = rows->trust;
    const struct pst_trust *before = now();
    postern_diag diag;

    trust.credentials = bad;
    trust.credential_count = 1;
    FUZZ_CLAIM(postern_engine_set_trust(site.engine, &trust, &diag) ==
               POSTERN_ERR_POLICY);
    FUZZ_CLAIM(strcmp(diag.path, path) == 0);
    FUZZ_CLAIM(now() == before);
}

static void claim_neighbours(struct rows *rows)
{
    static const postern_str nobody = {"not an identity", 15};
    const postern_credential good = rows->credentials[0];
    postern_credential bad = good;
    postern_trust trust = rows->trust;
    postern_diag diag;

    bad.id = PST_STR("1-x");
    claim_refused(rows, &bad, "/credentials/0/id");
    bad.id = PST_STR("15-x");
    claim_refused(rows, &bad, "/credentials/0/id");
    bad = good;
    bad.kind = POSTERN_ASSOCIATION_UNSTATED;
    claim_refused(rows, &bad, "/credentials/0/kind");
    bad = good;
    bad.identities = (postern_texts){NULL, 0};
    claim_refused(rows, &bad, "/credentials/0/identities");
    bad.identities = (postern_texts){&nobody, 1};
    claim_refused(rows, &bad, "/credentials/0/identities/0");
    trust.role_issuers = &nobody;
    trust.role_issuer_count = 1;
    FUZZ_CLAIM(postern_engine_set_trust(site.engine, &trust, &diag) ==
               POSTERN_ERR_POLICY);
    FUZZ_CLAIM(strcmp(diag.path, "/role_issuers/0") == 0);
}

static void check_found(const struct rows *rows)
{
    const struct pst_trust *trust = now();

    FUZZ_CLAIM(!pst_trust_find(trust, PST_STR("")));
    FUZZ_CLAIM(!pst_trust_find(NULL, PST_STR("31-a")));
    for (size_t i = 0; i < rows->trust.credential_count; i++) {
        const postern_credential *row = &rows->credentials[i];
        const struct pst_trusted_credential *found =
            pst_trust_find(trust, row->id);

        FUZZ_CLAIM(found && pst_str_equal(found->id, row->id));
        FUZZ_CLAIM(found->kind == row->kind);
        FUZZ_CLAIM(found->expires == row->expires &&
                   found->expires_s == row->expires_s);
        FUZZ_CLAIM(found->identities.count == row->identities.count);
        FUZZ_CLAIM(row->kind == POSTERN_ASSOCIATION_AE ||
                   row->identities.count == 1);
    }
    for (size_t i = 0; i < rows->trust.role_issuer_count; i++) {
        postern_id id;

        FUZZ_CLAIM(postern_id_parse_entity(&id, &site.cse, rows->issuers[i]) ==
                   POSTERN_OK);
        FUZZ_CLAIM(pst_trusts_issuer(trust, &id));
        FUZZ_CLAIM(!pst_trusts_issuer(NULL, &id));
    }
}

static void trust_again(void)
{
    static struct rows rows;
    const struct pst_trust *before = now();

    take_rows(&rows, before);
    check_found(&rows);
    /* What `rows` points to is what is replaced: copied before it is gone. */
    if (before->credential_count == rows.trust.credential_count &&
        rows.trust.credential_count > 0) {
        claim_neighbours(&rows);
    }
    FUZZ_CLAIM(postern_engine_set_trust(site.engine, &rows.trust, NULL) ==
               POSTERN_OK);
    FUZZ_CLAIM(now() != before);
    FUZZ_CLAIM(now()->credential_count == rows.trust.credential_count);
    FUZZ_CLAIM(now()->issuer_count == rows.trust.role_issuer_count);
}

static void trust_nobody(void)
{
    postern_trust nobody = {.role_issuers = NULL};

    FUZZ_CLAIM(postern_engine_set_trust(site.engine, &nobody, NULL) ==
               POSTERN_OK);
    FUZZ_CLAIM(now()->credential_count == 0 && now()->issuer_count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_policy *policy;
    postern_diag diag;
    postern_status status;

    if (!site.engine) {
        make_site();
    }
    trust_nobody();
    if (postern_policy_load(&policy, (postern_str){(const char *)data, size},
                            NULL, NULL) != POSTERN_OK) {
        return 0;
    }
    status = postern_engine_set_trust_of(site.engine, policy, &diag);
    FUZZ_CLAIM(diag.status == status);
    FUZZ_CLAIM((status == POSTERN_OK) == (diag.message[0] == '\0'));
    if (status == POSTERN_OK) {
        trust_again();
    } else {
        FUZZ_CLAIM(status == POSTERN_ERR_POLICY);
        FUZZ_CLAIM(now()->credential_count == 0 && now()->issuer_count == 0);
    }
    postern_policy_free(policy);
    return 0;
}
