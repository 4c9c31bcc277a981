/* Making a DAS server of its document. */
#include "dynauth/das.h"

#include "base/sized.h"
#include "base/str.h"
#include "policy-lang/policy.h"

/* One load. */
struct load {
    postern_das *das;
    postern_das_options options;
    postern_diag *diag;
};

static postern_status refuse(const struct load *self,
                             const struct pst_node *node, const char *message)
{
    return pst_node_refuse(&self->das->document, node, self->diag,
                           POSTERN_ERR_POLICY, message, NULL);
}

/* ---- the document -------------------------------------------------------- */

static bool looks_like_json(postern_str text)
{
    size_t at = 0;

    while (at < text.len && (text.data[at] == ' ' || text.data[at] == '\n' ||
                             text.data[at] == '\r' || text.data[at] == '\t')) {
        at++;
    }
    return at < text.len && text.data[at] == '{';
}

static enum pst_format format_of(const postern_das_options *options,
                                 postern_str text)
{
    if (options->format == POSTERN_FORMAT_AUTO) {
        return looks_like_json(text) ? PST_FORMAT_JSON : PST_FORMAT_YAML;
    }
    return options->format == POSTERN_FORMAT_JSON ? PST_FORMAT_JSON
                                                  : PST_FORMAT_YAML;
}

static postern_status read_document(struct load *self, postern_str text)
{
    postern_das *das = self->das;
    postern_limits limits = pst_limits_of(NULL);
    const char *source = self->options.source ? self->options.source : "";
    struct pst_message message = {.arena = &das->arena, .diag = self->diag};

    das->document.source =
        pst_arena_copy(&das->arena, postern_str_of(source)).data;
    if (!das->document.source) {
        return POSTERN_ERR_MEMORY;
    }
    das->document.format = format_of(&self->options, text);
    das->document.text = text;
    PST_TRY(
        pst_document_read(&das->document, &das->arena, &limits, self->diag));
    das->document.text = (postern_str){NULL, 0};
    message.document = das->document;
    return pst_das_settings_read(&das->settings, &message);
}

/* ---- the policy ---------------------------------------------------------- */

/* The part of the document, whose nodes it shares. */
static postern_status load_policy(struct load *self)
{
    postern_das *das = self->das;
    struct pst_node *root = pst_arena_alloc(&das->arena, 1, sizeof *root);
    postern_load_options options;

    if (!root) {
        return POSTERN_ERR_MEMORY;
    }
    *root = *das->settings.policy;
    das->policy_document = das->document;
    das->policy_document.root = root;
    postern_load_options_init(&options);
    options.allocator = &das->allocator;
    return pst_policy_load_document(&das->policy, &das->policy_document,
                                    &options, self->diag);
}

static postern_status make_store(struct load *self)
{
    postern_store_options options;

    postern_store_options_init(&options);
    options.allocator = &self->das->allocator;
    return postern_store_of_policy(&self->das->store, self->das->policy,
                                   &options, self->diag);
}

static postern_status make_engine(struct load *self)
{
    postern_das *das = self->das;
    postern_engine_options options;

    PST_TRY(load_policy(self));
    PST_TRY(make_store(self));
    postern_engine_options_init(&options);
    options.allocator = &das->allocator;
    options.prp = postern_store_prp(das->store);
    PST_TRY(postern_engine_new(&das->engine, &options));
    PST_TRY(postern_engine_set_trust_of(das->engine, das->policy, self->diag));
    return postern_reader_new(das->engine, &das->reader);
}

/* Whoever asks compares the issuer of a token with it byte by byte. */
static postern_status check_identity(const struct load *self)
{
    const struct pst_das_settings *settings = &self->das->settings;
    postern_id id;

    if (!pst_str_is(pst_str_slice(settings->identity, 0, 2), "//") ||
        postern_id_parse_entity(&id, postern_policy_cse(self->das->policy),
                                settings->identity) != POSTERN_OK) {
        return refuse(self, settings->identity_node,
                      "an absolute AE-ID or CSE-ID is expected");
    }
    return POSTERN_OK;
}

/* Roles assigned to nobody would be a mistake that nobody notices. */
static postern_status check_assignments(const struct load *self)
{
    const struct pst_das_settings *settings = &self->das->settings;
    const postern_cse *cse = postern_policy_cse(self->das->policy);

    for (size_t i = 0; i < settings->assignment_count; i++) {
        const postern_texts *names = &settings->assignments[i].originators;

        for (size_t k = 0; k < names->count; k++) {
            postern_id id;

            if (postern_id_parse_entity(&id, cse, names->items[k]) !=
                POSTERN_OK) {
                return pst_diag_refuse(
                    self->diag, POSTERN_ERR_POLICY, "/das/roles",
                    "an originator is no AE-ID or CSE-ID", NULL);
            }
        }
    }
    return POSTERN_OK;
}

/* ---- tokens -------------------------------------------------------------- */

static postern_status load_key(const struct load *self, struct pst_das_key *key)
{
    postern_str text;

    if (!key->file.data) {
        return POSTERN_OK;
    }
    if (!self->options.read_file) {
        return refuse(self, key->node, "files cannot be read here");
    }
    PST_TRY(self->options.read_file(self->options.user, key->file, &text,
                                    self->diag));
    PST_TRY(postern_keys_new(&key->keys, &self->das->allocator));
    return postern_keys_add_jwks(key->keys, text, NULL, self->diag);
}

static postern_jose_kind kind_of(const struct pst_das_settings *settings)
{
    if (!settings->encrypt.file.data) {
        return POSTERN_JOSE_JWS;
    }
    return settings->sign.file.data ? POSTERN_JOSE_NESTED : POSTERN_JOSE_JWE;
}

static postern_status make_issuer(struct load *self)
{
    postern_das *das = self->das;
    struct pst_das_settings *settings = &das->settings;
    postern_jose_recipe *recipe = &das->recipe;

    if (!settings->issues_tokens) {
        return POSTERN_OK;
    }
    PST_TRY(load_key(self, &settings->sign));
    PST_TRY(load_key(self, &settings->encrypt));
    postern_jose_recipe_init(recipe);
    recipe->kind = kind_of(settings);
    recipe->sign_keys = settings->sign.keys;
    recipe->sign_kid = settings->sign.kid;
    recipe->encrypt_keys = settings->encrypt.keys;
    recipe->encrypt_kid = settings->encrypt.kid;
    recipe->onem2m = true;
    recipe->time_known = true;
    return postern_verifier_new(&das->verifier, postern_policy_cse(das->policy),
                                NULL, &das->allocator);
}

/* ---- the server ---------------------------------------------------------- */

static postern_status make(struct load *self, postern_str text)
{
    PST_TRY(read_document(self, text));
    PST_TRY(make_engine(self));
    PST_TRY(check_identity(self));
    PST_TRY(check_assignments(self));
    return make_issuer(self);
}

postern_status postern_das_load(postern_das **das, postern_str text,
                                const postern_das_options *options,
                                postern_diag *diag)
{
    struct load self = {.diag = diag};
    postern_allocator allocator;
    postern_allocator wiper;
    postern_status status;

    *das = NULL;
    pst_diag_clear(diag);
    if (!pst_sized_copy(&self.options, sizeof self.options, options) ||
        (unsigned)self.options.format > POSTERN_FORMAT_YAML) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    allocator = pst_allocator_of(self.options.allocator);
    self.das = pst_alloc(&allocator, sizeof *self.das);
    if (!self.das) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    memset(self.das, 0, sizeof *self.das);
    self.das->allocator = allocator;
    pst_arena_init(&self.das->arena, &self.das->allocator, SIZE_MAX);
    wiper = pst_wiping_allocator(&self.das->wiping, &self.das->allocator);
    pst_arena_init(&self.das->said, &wiper, SIZE_MAX);
    status = make(&self, text);
    if (status != POSTERN_OK) {
        postern_das_free(self.das);
        return pst_diag_plain(diag, status);
    }
    *das = self.das;
    return POSTERN_OK;
}

void postern_das_free(postern_das *das)
{
    postern_allocator allocator;

    if (!das) {
        return;
    }
    allocator = das->allocator;
    postern_verifier_free(das->verifier);
    postern_keys_free(das->settings.sign.keys);
    postern_keys_free(das->settings.encrypt.keys);
    postern_reader_free(das->reader);
    postern_engine_free(das->engine);
    postern_store_free(das->store);
    postern_policy_free(das->policy);
    pst_arena_release(&das->said);
    pst_arena_release(&das->arena);
    pst_release(&allocator, das, sizeof *das);
}

postern_str postern_das_asker(const postern_das *das)
{
    return das->policy->host.cse_id;
}
