#include "gate/policy.h"

#include "base/keyed_hash.h"
#include "base/names.h"
#include "base/sort.h"
#include "gate/enforced.h"
#include "policy-lang/buffer.h"

enum { ID_SIZE = 1024, LETTERS = 26, PROVIDER_SHOWN = 40, HASH_DIGITS = 16 };

static const char prefix[] = "ppm-";

bool pst_gate_is_policy_id(postern_str id)
{
    return id.len >= sizeof prefix - 1 &&
           memcmp(id.data, prefix, sizeof prefix - 1) == 0;
}

postern_str pst_gate_base_id(const postern_gate_options *options)
{
    return options->base_id.data ? options->base_id : PST_STR("cb0");
}

/* ---- parties ------------------------------------------------------------- */

struct party {
    postern_str text;
    uint64_t hash;
};

struct gathering {
    const struct pst_gate_making *making;
    struct party *parties;
    size_t count;
};

/* Patterns, groups, domains and roles are none: nobody is let in whom the
 * provider has not named. */
static postern_status add_party(struct gathering *self, postern_str originator)
{
    char text[ID_SIZE];
    postern_id id;
    size_t len;
    struct party *party = &self->parties[self->count];

    if (postern_id_parse_entity(&id, self->making->options->cse, originator) !=
        POSTERN_OK) {
        return pst_diag_refuse(self->making->diag, POSTERN_ERR_POLICY,
                               "/applications",
                               "an originator of a provider is no AE-ID and no "
                               "CSE-ID",
                               NULL);
    }
    len = postern_id_text(&id, text, sizeof text);
    if (len >= sizeof text) {
        return pst_diag_refuse(self->making->diag, POSTERN_ERR_LIMIT,
                               "/applications",
                               "an originator of a provider is too long", NULL);
    }
    party->hash = id.hash;
    party->text = pst_arena_copy(self->making->arena, (postern_str){text, len});
    self->count++;
    return party->text.data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

static postern_status add_texts(struct gathering *self,
                                const postern_texts *texts)
{
    for (size_t i = 0; texts->items && i < texts->count; i++) {
        PST_TRY(add_party(self, texts->items[i]));
    }
    return POSTERN_OK;
}

static int by_text(const void *a, const void *b, const void *context)
{
    (void)context;
    return pst_str_order(((const struct party *)a)->text,
                         ((const struct party *)b)->text);
}

/* In order, each once. */
static postern_status hand_over(struct gathering *self,
                                struct pst_gate_parties *parties)
{
    struct pst_arena *arena = self->making->arena;
    postern_str *texts = pst_arena_alloc(arena, self->count + 1, sizeof *texts);
    uint64_t *hashes = pst_arena_alloc(arena, self->count + 1, sizeof *hashes);

    if (!texts || !hashes) {
        return POSTERN_ERR_MEMORY;
    }
    pst_sort(self->parties, self->count, sizeof *self->parties, by_text, NULL);
    for (size_t i = 0; i < self->count; i++) {
        const struct party *party = &self->parties[i];

        if (i == 0 || !pst_str_equal(party->text, party[-1].text)) {
            texts[parties->count] = party->text;
            hashes[parties->count++] = party->hash;
        }
    }
    parties->originators = texts;
    parties->hashes = hashes;
    return POSTERN_OK;
}

static size_t most_parties(const struct pst_asp_application *application)
{
    size_t most = application->originators.count + 1;

    for (uint32_t i = 0; i < application->recipient_count; i++) {
        most += application->recipients[i].originators.count;
    }
    return most;
}

postern_status
pst_gate_parties_of(const struct pst_gate_making *making,
                    const struct pst_asp_application *application,
                    const struct pst_gate_terms *terms,
                    enum pst_data_class data_class,
                    struct pst_gate_parties *parties)
{
    struct gathering self = {making, NULL, 0};

    memset(parties, 0, sizeof *parties);
    self.parties = pst_arena_alloc(making->arena, most_parties(application),
                                   sizeof *self.parties);
    if (!self.parties) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(add_texts(&self, &application->originators));
    for (uint32_t i = 0; i < application->recipient_count; i++) {
        const struct pst_asp_recipients *recipients =
            &application->recipients[i];

        if (!terms || pst_gate_shares(terms, recipients->row, data_class)) {
            PST_TRY(add_texts(&self, &recipients->originators));
            if (recipients->row < POSTERN_PPM_ROWS) {
                parties->rows[recipients->row] = true;
            }
        }
    }
    return hand_over(&self, parties);
}

/* ---- names --------------------------------------------------------------- */

size_t pst_gate_nation_codes(const struct pst_ppm_nations *nations,
                             char codes[2 * PST_GATE_NATIONS])
{
    size_t count = 0;

    for (unsigned i = 0; i < PST_GATE_NATIONS; i++) {
        if (nations->bits[i / 64] >> i % 64 & 1) {
            codes[2 * count] = (char)('A' + i / LETTERS);
            codes[2 * count + 1] = (char)('A' + i % LETTERS);
            count++;
        }
    }
    return count;
}

/* Texts are told apart by their lengths. */
static void add_key_text(struct pst_buffer *key, postern_str text)
{
    char digits[32];
    struct pst_text length;

    pst_text_init(&length, digits, sizeof digits);
    pst_text_add_uint(&length, text.len);
    pst_text_add(&length, ":");
    pst_buffer_add_word(key, digits);
    pst_buffer_add(key, text);
}

static void add_key_number(struct pst_buffer *key, int64_t number)
{
    char digits[32];
    struct pst_text text;

    pst_text_init(&text, digits, sizeof digits);
    pst_text_add_int(&text, number);
    add_key_text(key, (postern_str){digits, text.len});
}

static postern_str make_key(struct pst_arena *arena,
                            const struct pst_gate_wanted *wanted)
{
    char codes[2 * PST_GATE_NATIONS];
    size_t nations = pst_gate_nation_codes(&wanted->terms->nations, codes);
    struct pst_buffer key;
    postern_str made = {NULL, 0};

    pst_buffer_init(&key, &arena->allocator, SIZE_MAX / 2);
    add_key_text(&key, wanted->provider);
    add_key_text(&key, wanted->application);
    add_key_text(&key, wanted->terms->anywhere
                           ? PST_STR("*")
                           : (postern_str){codes, 2 * nations});
    add_key_number(&key, wanted->expires_s);
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        if (wanted->parties->rows[row]) {
            add_key_number(&key, row);
        }
    }
    if (!key.failed) {
        made = pst_arena_copy(arena, (postern_str){key.data, key.len});
    }
    pst_buffer_release(&key);
    return made;
}

/* What is in no segment becomes a hyphen; the hash tells apart. */
static postern_str make_id(struct pst_arena *arena, postern_str provider,
                           postern_str key)
{
    static const struct pst_hash_key fixed = {{0, 0}};
    static const char digits[] = "0123456789abcdef";
    uint64_t hash = pst_keyed_hash(&fixed, key.data, key.len);
    char id[sizeof prefix + PROVIDER_SHOWN + HASH_DIGITS + 1];
    struct pst_text text;

    pst_text_init(&text, id, sizeof id);
    pst_text_add(&text, prefix);
    for (size_t i = 0; i < provider.len && i < PROVIDER_SHOWN; i++) {
        char c[] = {
            pst_is_unreserved(provider.data[i]) ? provider.data[i] : '-', '\0'};

        pst_text_add(&text, c);
    }
    pst_text_add(&text, "-");
    for (unsigned i = HASH_DIGITS; i-- > 0;) {
        char c[] = {digits[hash >> 4 * i & 15], '\0'};

        pst_text_add(&text, c);
    }
    return pst_arena_copy(arena, (postern_str){id, text.len});
}

postern_status pst_gate_policy_make(struct pst_arena *arena,
                                    const struct pst_gate_wanted *wanted,
                                    struct pst_gate_policy **policy)
{
    struct pst_gate_policy *made = pst_arena_alloc(arena, 1, sizeof *made);

    *policy = made;
    if (!made) {
        return POSTERN_ERR_MEMORY;
    }
    made->key = make_key(arena, wanted);
    if (!made->key.data) {
        return POSTERN_ERR_MEMORY;
    }
    made->id = make_id(arena, wanted->provider, made->key);
    made->originators = wanted->parties->originators;
    made->originator_count = wanted->parties->count;
    made->anywhere = wanted->terms->anywhere;
    made->nations = wanted->terms->nations;
    made->expires_s = wanted->expires_s;
    return made->id.data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

uint64_t pst_gate_policy_mark(const struct pst_gate_policy *policy)
{
    struct pst_hash_key key = {{policy->originator_count, 0}};

    for (size_t i = 0; i < policy->originator_count; i++) {
        postern_str text = policy->originators[i];

        key.words[1] = pst_keyed_hash(&key, text.data, text.len);
    }
    return key.words[1];
}

/* ---- the rule ------------------------------------------------------------ */

static postern_status add_rule(postern_acp_builder *builder,
                               const struct pst_gate_policy *policy,
                               postern_diag *diag)
{
    char codes[2 * PST_GATE_NATIONS];
    postern_str countries[PST_GATE_NATIONS];
    size_t count = pst_gate_nation_codes(&policy->nations, codes);
    postern_context context = {.countries = countries, .country_count = count};
    postern_rule rule = {.originators = policy->originators,
                         .originator_count = policy->originator_count,
                         .operations =
                             POSTERN_ACOP_RETRIEVE | POSTERN_ACOP_DISCOVERY,
                         .authentication_flag = true};

    for (size_t i = 0; i < count; i++) {
        countries[i] = (postern_str){codes + 2 * i, 2};
    }
    if (!policy->anywhere) {
        rule.contexts = &context;
        rule.context_count = 1;
    }
    return postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule,
                                        diag);
}

static postern_status build(postern_acp_builder *builder,
                            const struct pst_gate_policy *policy,
                            postern_acp_set **set, postern_diag *diag)
{
    PST_TRY(
        postern_acp_builder_add_acp(builder, policy->id, policy->expires_s));
    PST_TRY(add_rule(builder, policy, diag));
    return postern_acp_builder_finish(builder, set, diag);
}

postern_status pst_gate_policy_compile(const struct pst_gate_policy *policy,
                                       const postern_gate_options *options,
                                       postern_acp_set **set,
                                       postern_diag *diag)
{
    postern_builder_options building;
    postern_acp_builder *builder;
    postern_status status;

    *set = NULL;
    postern_builder_options_init(&building);
    building.allocator = options->allocator;
    PST_TRY(postern_acp_builder_new(&builder, options->cse, &building));
    status = build(builder, policy, set, diag);
    postern_acp_builder_free(builder);
    return status;
}
