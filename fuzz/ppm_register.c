/* Target functions: postern_ppm_register, postern_ppm_terms_sign,
 * postern_ppm_terms_open, postern_ppm_present, postern_ppm_accept
 *
 * Documents for the manager, with lines of "%%" between them; one whose first
 * line is "sign" is signed with the key whose public half is below. Where the
 * input begins with "%%" terms need no signature. What is refused leaves
 * nothing behind; what is registered is so once; terms count by a signature. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "consent/manager.h"
#include "support/jose_keys.h"
#include "support/memory_storage.h"

#include <string.h>

enum { NOW_S = 1764000000, DOCUMENTS = 12 };

static struct {
    postern_jose *jose;
    postern_keys *keys;
    postern_keys *public_keys;
} site;

static void make_site(void)
{
    static const char *const secret[] = {EC256_PRIVATE("51-p", SIG("ES256")),
                                         NULL};
    static const char *const open[] = {EC256_PUBLIC("51-p", SIG("ES256")),
                                       NULL};

    site.keys = jose_keys(secret);
    site.public_keys = jose_keys(open);
    FUZZ_CLAIM(postern_jose_new(&site.jose, NULL) == POSTERN_OK);
}

/* Terms that are signed are what was signed; what is no frame is not. */
static postern_str sign(postern_str terms)
{
    postern_jose_recipe recipe;
    postern_str token;
    postern_str opened;
    postern_diag diag;
    char *copy;

    postern_jose_recipe_init(&recipe);
    recipe.sign_keys = site.keys;
    if (postern_ppm_terms_sign(site.jose, &recipe, terms, NULL, &token,
                               &diag) != POSTERN_OK) {
        FUZZ_CLAIM(diag.message[0] && !token.data);
        return (postern_str){NULL, 0};
    }
    copy = malloc(token.len);
    FUZZ_CLAIM(copy);
    memcpy(copy, token.data, token.len);
    token.data = copy;
    FUZZ_CLAIM(postern_ppm_terms_open(site.jose, site.public_keys, token,
                                      &opened, NULL) == POSTERN_OK);
    FUZZ_CLAIM(pst_str_equal(opened, terms));
    token.len--;
    FUZZ_CLAIM(postern_ppm_terms_open(site.jose, site.public_keys, token,
                                      &opened, NULL) == POSTERN_ERR_POLICY);
    token.len++;
    return token;
}

struct world {
    struct memory_storage kept;
    postern_ppm_manager *manager;
    bool unsigned_terms;
};

static void claim_registered(struct world *world, postern_str text,
                             const postern_ppm_registered *first)
{
    postern_ppm_registered again;
    uint32_t version = first->version;

    FUZZ_CLAIM(version > 0 && first->owner.len > 0);
    FUZZ_CLAIM(strlen(first->hash) == 64);
    FUZZ_CLAIM(!pst_str_is(first->kind, "provider") || world->unsigned_terms ||
               pst_str_find(text, 0, '.') < text.len);
    FUZZ_CLAIM(postern_ppm_register(world->manager, text, NULL, NOW_S, &again,
                                    NULL) == POSTERN_OK);
    FUZZ_CLAIM(!again.changed && again.version == version);
}

static void put(struct world *world, postern_str text)
{
    size_t before = memory_storage_count(&world->kept, "current");
    postern_ppm_registered registered;
    postern_diag diag;
    postern_status status = postern_ppm_register(world->manager, text, NULL,
                                                 NOW_S, &registered, &diag);
    size_t after = memory_storage_count(&world->kept, "current");

    FUZZ_CLAIM(diag.status == status);
    if (status == POSTERN_OK) {
        FUZZ_CLAIM(after == before || after == before + 1);
        claim_registered(world, text, &registered);
    } else {
        FUZZ_CLAIM(after == before && diag.message[0]);
        FUZZ_CLAIM(status == POSTERN_ERR_SYNTAX ||
                   status == POSTERN_ERR_POLICY || status == POSTERN_ERR_LIMIT);
    }
}

static void put_one(struct world *world, postern_str text)
{
    if (pst_str_is(pst_str_slice(text, 0, 5), "sign\n")) {
        postern_str token = sign(pst_str_slice(text, 5, text.len));

        if (token.data) {
            put(world, token);
        }
        free((char *)(uintptr_t)token.data);
    } else if (text.len) {
        put(world, text);
    }
}

/* The end of the document that begins at `from`. */
static size_t end_of(postern_str text, size_t from)
{
    size_t at = from;

    while (at < text.len) {
        size_t end = pst_str_find(text, at, '\n');

        if (pst_str_is(pst_str_slice(text, at, end), "%%")) {
            return at;
        }
        at = end + 1;
    }
    return text.len;
}

/* What is shown can be accepted as it is, and only as it is. */
static void accept_shown(struct world *world)
{
    postern_ppm_acceptance acceptance;
    postern_customised *shown;
    postern_consent consent;
    char hash[65];

    postern_ppm_acceptance_init(&acceptance);
    acceptance.subscriber = PST_STR("s0");
    acceptance.provider = PST_STR("p0");
    acceptance.now_s = NOW_S;
    acceptance.until_s = INT64_MAX;
    if (postern_ppm_present(world->manager, acceptance.subscriber,
                            acceptance.provider, NOW_S, &shown,
                            NULL) != POSTERN_OK) {
        FUZZ_CLAIM(!shown);
        return;
    }
    memcpy(hash, postern_customised_hash(shown), sizeof hash);
    acceptance.hash = (postern_str){hash, 64};
    FUZZ_CLAIM(postern_ppm_accept(world->manager, &acceptance, &consent,
                                  NULL) == POSTERN_OK);
    FUZZ_CLAIM(consent.open <= consent.columns);
    postern_customised_free(shown);
    hash[0] = hash[0] == '0' ? '1' : '0';
    FUZZ_CLAIM(postern_ppm_accept(world->manager, &acceptance, NULL, NULL) !=
               POSTERN_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};
    postern_ppm_manager_options options;
    struct world world = {.unsigned_terms = end_of(text, 0) == 0};
    size_t from = 0;

    if (!site.jose) {
        make_site();
    }
    memory_storage_init(&world.kept);
    postern_ppm_manager_options_init(&options);
    options.unsigned_terms = world.unsigned_terms;
    FUZZ_CLAIM(postern_ppm_manager_open(&world.manager, &world.kept.storage,
                                        &options, NULL) == POSTERN_OK);
    for (int i = 0; i < DOCUMENTS && from < text.len; i++) {
        size_t end = end_of(text, from);

        put_one(&world, pst_str_slice(text, from, end));
        from = end + 3;
    }
    accept_shown(&world);
    postern_ppm_manager_close(world.manager);
    FUZZ_CLAIM(world.kept.misuses == 0);
    memory_storage_release(&world.kept);
    return 0;
}
