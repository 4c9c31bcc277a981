/*
 * Originators and rules that add nothing because others are there. [ORI-16]
 *
 * A rule that covers another one covers each of its originators. So one of
 * these, the one that the fewest rules name, leads to all rules that could:
 * they name it, or "all", or its domain, or a pattern that it fits. The widest
 * few of each are compared in full, which finds what there is to find in any
 * document that somebody wrote, in a time that grows with its length.
 */
#include "base/text.h"
#include "policy-lang/check_table.h"
#include "policy-lang/reader.h"
#include "policy-lang/rule_path.h"

#include "base/sort.h"

enum { WIDEST = 32, PATTERNS = 256 };

struct overlap {
    struct pst_check *check;
    const struct pst_resource *acp;
    const struct pst_named_table *table;
    uint32_t *leader; /* of a rule: the first that looks the same */
};

static void say(const struct overlap *self, const struct pst_node *node,
                enum pst_lint lint, const struct pst_words *words)
{
    struct pst_place place = {self->acp->document, node};

    pst_check_say(self->check, &place, lint, words);
}

/* ---- originators of one rule ------------------------------------------- */

/* What `atom` of a rule is covered by, in words; NULL: by nothing. */
static const char *cover_in_rule(const struct overlap *self, uint32_t rule,
                                 uint32_t atom)
{
    const struct pst_named_table *table = self->table;
    const struct pst_party *party = pst_atom_party(table, atom);
    struct pst_party domain;

    if (party->kind != PST_PARTY_ENTITY && party->kind != PST_PARTY_PATTERN) {
        return NULL;
    }
    domain = pst_party_of_domain(party->domain);
    if (pst_rule_names(table, rule, pst_named_find(table, &domain))) {
        return " adds nothing: its service provider domain is named in the "
               "same rule; remove one of the two";
    }
    for (uint32_t i = table->count[rule]; i > 0; i--) {
        uint32_t other = table->named[table->first[rule] + i - 1];
        const struct pst_party *pattern = pst_atom_party(table, other);

        if (pattern->kind != PST_PARTY_PATTERN) {
            return NULL;
        }
        if (other != atom && pst_pattern_covers(self->check, pattern, party)) {
            return " adds nothing: a pattern of the same rule matches "
                   "whatever it matches; remove one of the two";
        }
    }
    return NULL;
}

static void check_originator(const struct overlap *self, uint32_t rule,
                             uint32_t at, const struct pst_node *entry)
{
    struct pst_words words = {"", entry->text,
                              " is named in this rule already, perhaps in "
                              "another form; remove one of the two"};

    if (self->table->repeated[at]) {
        say(self, entry, PST_LINT_DUPLICATE_ORIGINATOR, &words);
        return;
    }
    words.after = cover_in_rule(self, rule, self->table->by_place[at]);
    if (words.after) {
        say(self, entry, PST_LINT_SUBSUMED_ORIGINATOR, &words);
    }
}

/* One finding for all entries beside "all", at the first of them. */
static void say_beside_all(const struct overlap *self,
                           const struct pst_node *entry)
{
    struct pst_words words = {"", entry->text,
                              " adds nothing: \"all\" in the same rule lets "
                              "everybody in; remove \"all\", or everything "
                              "else"};

    say(self, entry, PST_LINT_SUBSUMED_ORIGINATOR, &words);
}

static bool names_all_and_more(const struct pst_named_table *table,
                               uint32_t rule)
{
    uint32_t least = table->named[table->first[rule]];

    return table->count[rule] > 1 &&
           pst_atom_party(table, least)->kind == PST_PARTY_ALL;
}

/* For a rule that names somebody. */
static void check_originators(const struct overlap *self, uint32_t rule)
{
    const struct pst_named_table *table = self->table;
    const struct pst_node *node = table->set->nodes[rule];
    const struct pst_node *list = pst_rule_path_node(node, "/acor");
    const struct pst_node *entry = pst_first_entry(list);
    uint32_t least = table->named[table->first[rule]];
    bool beside_all = names_all_and_more(table, rule);

    for (uint32_t at = table->first[rule]; at < table->first[rule + 1] && entry;
         at++) {
        if (!beside_all) {
            check_originator(self, rule, at, entry);
        } else if (table->by_place[at] != least) {
            say_beside_all(self, entry);
            return;
        }
        entry = pst_next_entry(list, entry);
    }
}

/* ---- rules that look the same ------------------------------------------ */

struct look {
    uint64_t hash;
    uint32_t rule;
};

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint64_t hash_bytes(const void *data, size_t size)
{
    const unsigned char *bytes = data;
    uint64_t hash = 0xCBF29CE484222325u;

    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * 0x100000001B3u;
    }
    return mix(hash);
}

/* The order of a list means nothing: so does that of the terms of a sum. */
static uint64_t hash_texts(const postern_str *texts, size_t count)
{
    uint64_t sum = count;

    for (size_t i = 0; i < count; i++) {
        sum += hash_bytes(texts[i].data, texts[i].len);
    }
    return mix(sum);
}

static uint64_t hash_context(const postern_context *context)
{
    uint64_t sum = hash_texts(context->windows, context->window_count);

    sum += 3 * hash_texts(context->addresses, context->address_count);
    sum += 5 * hash_texts(context->countries, context->country_count);
    for (size_t i = 0; i < context->circle_count; i++) {
        sum += 7 * hash_bytes(&context->circles[i], sizeof(postern_circle));
    }
    return mix(sum);
}

static uint64_t hash_details(const postern_object_details *details)
{
    uint64_t sum = details->resource_type;

    sum += 3 * hash_texts(&details->specialization, 1);
    for (size_t i = 0; i < details->child_type_count; i++) {
        sum += 5 * mix(details->child_types[i]);
    }
    return mix(sum);
}

static uint64_t hash_rule(const struct pst_named_table *table, uint32_t number)
{
    const postern_rule *rule = &table->set->rules[number];
    const uint32_t *named = table->named + table->first[number];
    uint64_t sum = rule->operations * 2u + rule->authentication_flag;

    for (uint32_t i = 0; i < table->count[number]; i++) {
        sum += 3 * mix(named[i]);
    }
    for (size_t i = 0; i < rule->context_count; i++) {
        sum += 5 * hash_context(&rule->contexts[i]);
    }
    for (size_t i = 0; i < rule->object_details_count; i++) {
        sum += 7 * hash_details(&rule->object_details[i]);
    }
    return sum + 11 * hash_texts(rule->attributes, rule->attribute_count);
}

static int order_looks(const void *a, const void *b, const void *context)
{
    const struct look *left = a;
    const struct look *right = b;

    (void)context;
    if (left->hash != right->hash) {
        return left->hash < right->hash ? -1 : 1;
    }
    return (left->rule > right->rule) - (left->rule < right->rule);
}

static postern_status find_leaders(struct overlap *self,
                                   struct pst_arena *arena)
{
    uint32_t count = self->table->set->count;
    struct look *looks =
        pst_arena_alloc(arena, count + (size_t)1, sizeof *looks);

    self->leader =
        pst_arena_alloc(arena, count + (size_t)1, sizeof *self->leader);
    if (!looks || !self->leader) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        looks[i] = (struct look){hash_rule(self->table, i), i};
    }
    pst_sort(looks, count, sizeof *looks, order_looks, NULL);
    for (uint32_t i = 0; i < count; i++) {
        bool is_first = i == 0 || looks[i].hash != looks[i - 1].hash;

        self->leader[looks[i].rule] =
            is_first ? looks[i].rule : self->leader[looks[i - 1].rule];
    }
    return POSTERN_OK;
}

/* ---- rules that others cover ------------------------------------------- */

/* A rule that makes another one superfluous. */
struct cover {
    uint32_t rule; /* POSTERN_NO_RULE: none */
    bool is_equal; /* each covers the other one */
};

/* Of two that mean the same the later one is superfluous. */
static bool covers(const struct overlap *self, uint32_t wide, uint32_t narrow,
                   struct cover *cover)
{
    if (wide == narrow || self->table->set->rules[wide].never ||
        !pst_rule_covers(self->check, self->table, wide, narrow)) {
        return false;
    }
    cover->is_equal = pst_rule_covers(self->check, self->table, narrow, wide);
    cover->rule = wide;
    return !cover->is_equal || wide < narrow;
}

/* Among the widest rules that name the atom. */
static bool covers_by(const struct overlap *self, int64_t atom, uint32_t narrow,
                      struct cover *cover)
{
    const struct pst_named_table *table = self->table;
    uint32_t end;

    if (atom == PST_NO_ATOM) {
        return false;
    }
    end = table->atoms[atom + 1];
    for (uint32_t i = table->atoms[atom];
         i < end && i < table->atoms[atom] + WIDEST; i++) {
        if (covers(self, table->entries[i].rule, narrow, cover)) {
            return true;
        }
    }
    return false;
}

static bool covers_by_pattern(const struct overlap *self, uint32_t atom,
                              uint32_t narrow, struct cover *cover)
{
    const struct pst_named_table *table = self->table;
    const struct pst_party *party = pst_atom_party(table, atom);
    uint32_t tried = 0;

    for (uint32_t i = table->atom_count; i > 0 && tried < PATTERNS; i--) {
        const struct pst_party *pattern = pst_atom_party(table, i - 1);

        if (pattern->kind < PST_PARTY_PATTERN) {
            return false;
        }
        tried++;
        if (i - 1 != atom && pattern->kind == PST_PARTY_PATTERN &&
            pst_pattern_covers(self->check, pattern, party) &&
            covers_by(self, i - 1, narrow, cover)) {
            return true;
        }
    }
    return false;
}

static uint32_t rarest_atom(const struct pst_named_table *table, uint32_t rule)
{
    const uint32_t *named = table->named + table->first[rule];
    uint32_t rarest = named[0];

    for (uint32_t i = 1; i < table->count[rule]; i++) {
        uint32_t entries = table->atoms[named[i] + 1] - table->atoms[named[i]];

        if (entries < table->atoms[rarest + 1] - table->atoms[rarest]) {
            rarest = named[i];
        }
    }
    return rarest;
}

static struct cover find_cover(const struct overlap *self, uint32_t rule)
{
    const struct pst_named_table *table = self->table;
    uint32_t atom = rarest_atom(table, rule);
    const struct pst_party *party = pst_atom_party(table, atom);
    struct pst_party all = {.kind = PST_PARTY_ALL};
    struct pst_party domain = pst_party_of_domain(party->domain);
    struct cover cover = {POSTERN_NO_RULE, false};

    if (covers(self, self->leader[rule], rule, &cover) ||
        covers_by(self, pst_named_find(table, &all), rule, &cover) ||
        covers_by(self, atom, rule, &cover)) {
        return cover;
    }
    if ((party->kind == PST_PARTY_ENTITY || party->kind == PST_PARTY_PATTERN) &&
        (covers_by(self, pst_named_find(table, &domain), rule, &cover) ||
         covers_by_pattern(self, atom, rule, &cover))) {
        return cover;
    }
    return (struct cover){POSTERN_NO_RULE, false};
}

static void check_rule(const struct overlap *self, uint32_t rule)
{
    struct cover cover = find_cover(self, rule);
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_words words = {message, {NULL, 0}, ""};
    struct pst_text text;

    if (cover.rule == POSTERN_NO_RULE) {
        return;
    }
    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, cover.is_equal
                            ? "this rule says the same as rule "
                            : "this rule adds nothing: all that it permits "
                              "is permitted by rule ");
    pst_text_add_uint(&text, cover.rule);
    pst_text_add(&text, " (line ");
    pst_text_add_uint(&text, self->table->set->nodes[cover.rule]->line);
    pst_text_add(&text, cover.is_equal ? "); remove one of the two"
                                       : "); remove this one, or narrow that "
                                         "one");
    say(self, self->table->set->nodes[rule],
        cover.is_equal ? PST_LINT_DUPLICATE_RULE : PST_LINT_SUBSUMED_RULE,
        &words);
}

postern_status pst_check_overlaps(struct pst_check *check,
                                  const struct pst_resource *acp,
                                  const struct pst_named_table *table,
                                  struct pst_arena *arena)
{
    struct overlap self = {check, acp, table, NULL};

    PST_TRY(find_leaders(&self, arena));
    for (uint32_t i = 0; i < table->set->count; i++) {
        if (table->count[i]) {
            check_originators(&self, i);
            check_rule(&self, i);
        }
    }
    return POSTERN_OK;
}
