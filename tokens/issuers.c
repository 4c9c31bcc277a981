#include "tokens/issuers.h"

#include "base/names.h"
#include "base/sized.h"
#include "base/sort.h"
#include "tokens/issuers_reader.h"
#include "tokens/random.h"

enum { TOKEN_NAME_MAX = 256 }; /* bytes before the "@" */

postern_status pst_issuers_refuse(const struct pst_issuers_reader *in,
                                  const struct pst_node *node,
                                  const char *message, const char *clause)
{
    return pst_node_refuse(in->document, node, in->diag, POSTERN_ERR_POLICY,
                           message, clause);
}

/* ---- revoked tokens ------------------------------------------------------ */

static bool is_lower_domain(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] >= 'A' && text.data[i] <= 'Z') {
            return false;
        }
    }
    return pst_is_domain(text);
}

static bool is_token_name(postern_str text)
{
    return text.len <= TOKEN_NAME_MAX && pst_is_segment(text);
}

bool pst_is_token_id(postern_str text)
{
    size_t at = pst_str_find(text, 0, '@');

    return at < text.len && is_token_name(pst_str_slice(text, 0, at)) &&
           is_lower_domain(pst_str_slice(text, at + 1, text.len));
}

static int order_texts(const void *a, const void *b, const void *context)
{
    (void)context;
    return pst_str_order(*(const postern_str *)a, *(const postern_str *)b);
}

/* One that is misspelt would not be revoked. [TOK-17] */
static postern_status read_revoked(const struct pst_issuers_reader *in,
                                   const struct pst_node *node)
{
    static const char expected[] =
        "a list of tokenIDs such as t7@das.example is expected";
    struct pst_arena *arena = &in->out->arena;
    postern_str *items;
    size_t count = 0;

    if (!node) {
        return POSTERN_OK;
    }
    if (node->type != PST_NODE_LIST) {
        return pst_issuers_refuse(in, node, expected, NULL);
    }
    items = pst_arena_alloc(arena, node->count, sizeof *items);
    for (const struct pst_node *entry = node->children; items && entry;
         entry = entry->next) {
        if (entry->type != PST_NODE_STRING || !pst_is_token_id(entry->text)) {
            return pst_issuers_refuse(in, entry, expected, "TS-0001 7.1.15");
        }
        items[count] = pst_arena_copy(arena, entry->text);
        if (!items[count++].data) {
            items = NULL;
        }
    }
    if (!items) {
        return pst_diag_plain(in->diag, POSTERN_ERR_MEMORY);
    }
    pst_sort(items, count, sizeof *items, order_texts, NULL);
    in->out->revoked = (struct pst_texts){items, count};
    return POSTERN_OK;
}

bool pst_is_revoked(const postern_issuers *issuers, postern_str token_id)
{
    size_t low = 0;
    size_t high = issuers->revoked.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = pst_str_order(token_id, issuers->revoked.items[middle]);

        if (order == 0) {
            return true;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return false;
}

/* ---- issuers ------------------------------------------------------------- */

/* The reader of documents has refused names that are there twice. */
static postern_status read_issuers(const struct pst_issuers_reader *in,
                                   const struct pst_node *node)
{
    postern_issuers *out = in->out;

    if (!node) {
        return POSTERN_OK;
    }
    if (node->type != PST_NODE_OBJECT) {
        return pst_issuers_refuse(in, node,
                                  "an object is expected: the issuers by "
                                  "their IDs",
                                  NULL);
    }
    out->issuers =
        pst_arena_alloc(&out->arena, node->count, sizeof *out->issuers);
    if (!out->issuers) {
        return pst_diag_plain(in->diag, POSTERN_ERR_MEMORY);
    }
    for (const struct pst_node *entry = node->children; entry;
         entry = entry->next) {
        uint32_t number = (uint32_t)out->issuer_count++;

        PST_TRY(pst_issuer_read(in, entry, &out->issuers[number]));
        PST_TRY(pst_issuer_read_keys(in, entry, number));
    }
    return POSTERN_OK;
}

const struct pst_issuer *pst_issuer_of(const postern_issuers *issuers,
                                       const struct pst_key *key)
{
    uintptr_t at = (uintptr_t)key - (uintptr_t)issuers->keys->keys;

    /* Keys from elsewhere may say any number. */
    return at < issuers->keys->count * sizeof *key &&
                   key->owner < issuers->issuer_count
               ? &issuers->issuers[key->owner]
               : NULL;
}

/* ---- the whole ----------------------------------------------------------- */

/* A name that is nearly one of ours, so that a limit is not lost in silence;
 * other members of "trust" are for others. */
static bool is_misspelt(postern_str name)
{
    static const char *const ours[] = {"token_issuers", "decryption_keys",
                                       "decryption_key_files",
                                       "revoked_tokens"};
    static const char *const starts[] = {"token",  "issuer", "decrypt",
                                         "revoke", "algs",   "keys"};

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (pst_str_is(name, ours[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t len = strlen(starts[i]);

        if (pst_str_fold_equal(pst_str_slice(name, 0, len),
                               postern_str_of(starts[i]))) {
            return true;
        }
    }
    return false;
}

static postern_status check_members(const struct pst_issuers_reader *in,
                                    const struct pst_node *trust)
{
    if (trust->type != PST_NODE_OBJECT) {
        return pst_issuers_refuse(
            in, trust, "an object with token_issuers is expected", NULL);
    }
    for (const struct pst_node *member = trust->children; member;
         member = member->next) {
        if (is_misspelt(member->name)) {
            return pst_issuers_refuse(
                in, member,
                "this member is not known: token_issuers, decryption_keys, "
                "decryption_key_files and revoked_tokens are",
                NULL);
        }
    }
    return POSTERN_OK;
}

static postern_status copy_cse(const struct pst_issuers_reader *in,
                               const postern_cse *cse)
{
    postern_issuers *out = in->out;

    out->cse = *cse; /* the hashes are of the texts, not of their places */
    out->cse.domain = pst_arena_copy(&out->arena, cse->domain);
    out->cse.name = pst_arena_copy(&out->arena, cse->name);
    return out->cse.domain.data && out->cse.name.data
               ? POSTERN_OK
               : pst_diag_plain(in->diag, POSTERN_ERR_MEMORY);
}

static postern_status pick_generation(const struct pst_issuers_reader *in)
{
    uint64_t *generation = &in->out->generation;

    while (*generation == 0) {
        if (!pst_random(generation, sizeof *generation)) {
            return pst_diag_plain(in->diag, POSTERN_ERR_INTERNAL);
        }
    }
    return POSTERN_OK;
}

static postern_status make(const struct pst_issuers_reader *in,
                           const struct pst_node *trust)
{
    postern_issuers *out = in->out;

    PST_TRY(copy_cse(in, in->options->cse));
    PST_TRY(pick_generation(in));
    PST_TRY(pst_diag_plain(
        in->diag, postern_keys_new(&out->keys, &out->arena.allocator)));
    if (!trust) {
        return POSTERN_OK;
    }
    PST_TRY(check_members(in, trust));
    PST_TRY(read_issuers(in, pst_node_member(trust, "token_issuers")));
    PST_TRY(pst_issuers_read_own_keys(in, trust));
    PST_TRY(read_revoked(in, pst_node_member(trust, "revoked_tokens")));
    return pst_issuers_compare_keys(in, trust);
}

void postern_issuers_free(postern_issuers *issuers)
{
    if (issuers) {
        postern_allocator allocator = issuers->arena.allocator;

        postern_keys_free(issuers->keys);
        pst_arena_release(&issuers->arena);
        pst_release(&allocator, issuers, sizeof *issuers);
    }
}

size_t postern_issuers_count(const postern_issuers *issuers)
{
    return issuers->issuer_count;
}

/* `options` has all members of this release. */
static postern_status make_of_trust(postern_issuers **issuers,
                                    struct pst_issuers_reader *in,
                                    const struct pst_node *trust)
{
    postern_allocator allocator = pst_allocator_of(in->options->allocator);
    postern_status status;

    *issuers = NULL;
    in->wiper = pst_wiping_allocator(&in->wiping, &allocator);
    in->out = pst_alloc(&allocator, sizeof *in->out);
    if (!in->out) {
        return pst_diag_plain(in->diag, POSTERN_ERR_MEMORY);
    }
    *in->out =
        (postern_issuers){.decryption_keys = in->options->decryption_keys};
    pst_arena_init(&in->out->arena, &allocator, SIZE_MAX);
    status = make(in, trust);
    if (status != POSTERN_OK) {
        postern_issuers_free(in->out);
        return status;
    }
    *issuers = in->out;
    return POSTERN_OK;
}

static bool take_options(postern_issuers_options *out,
                         const postern_issuers_options *given)
{
    return given && pst_sized_copy(out, sizeof *out, given) && out->cse;
}

postern_status pst_issuers_of_trust(postern_issuers **issuers,
                                    const struct pst_document *document,
                                    const struct pst_node *trust,
                                    const postern_issuers_options *options,
                                    postern_diag *diag)
{
    postern_issuers_options taken;
    struct pst_issuers_reader in = {
        .document = document, .options = &taken, .diag = diag};

    *issuers = NULL;
    return take_options(&taken, options)
               ? make_of_trust(issuers, &in, trust)
               : pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
}

/* ---- from a text --------------------------------------------------------- */

static bool looks_like_json(postern_str text)
{
    size_t i = pst_str_is(pst_str_slice(text, 0, 3), "\xEF\xBB\xBF") ? 3 : 0;

    while (i < text.len && (text.data[i] == ' ' || text.data[i] == '\t' ||
                            text.data[i] == '\r' || text.data[i] == '\n')) {
        i++;
    }
    return i < text.len && (text.data[i] == '{' || text.data[i] == '[');
}

static postern_status load(postern_issuers **issuers, postern_str text,
                           const postern_issuers_options *options,
                           struct pst_arena *arena, postern_diag *diag)
{
    postern_limits limits = pst_limits_of(NULL);
    struct pst_document document = {
        .format = looks_like_json(text) ? PST_FORMAT_JSON : PST_FORMAT_YAML,
        .source = options->source ? options->source : "",
        .text = text};
    struct pst_issuers_reader in = {
        .document = &document, .options = options, .diag = diag};

    PST_TRY(pst_document_read(&document, arena, &limits, diag));
    return make_of_trust(issuers, &in, document.root);
}

postern_status postern_issuers_load(postern_issuers **issuers, postern_str text,
                                    const postern_issuers_options *options,
                                    postern_diag *diag)
{
    postern_issuers_options taken;
    postern_allocator allocator;
    struct pst_wiping wiping;
    postern_allocator wiper;
    struct pst_arena arena;
    postern_status status;

    *issuers = NULL;
    pst_diag_clear(diag);
    if (!take_options(&taken, options)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    allocator = pst_allocator_of(taken.allocator);
    wiper = pst_wiping_allocator(&wiping, &allocator);
    pst_arena_init(&arena, &wiper, SIZE_MAX);
    status = load(issuers, text, &taken, &arena, diag);
    pst_arena_release(&arena);
    return pst_diag_plain(diag, status);
}
