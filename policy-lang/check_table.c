#include "policy-lang/check_table.h"

#include "base/sort.h"

/* How much a rule leaves open: of two that name the same originator the wider
 * may cover the other one, hardly the other way round. */
static uint32_t width(const postern_rule *rule)
{
    uint32_t width = (rule->context_count == 0) * 512u;

    width += (rule->object_details_count == 0) * 256u;
    width += (rule->attribute_count == 0) * 128u;
    width += !rule->authentication_flag * 64u;
    for (uint32_t bits = rule->operations; bits; bits &= bits - 1) {
        width++;
    }
    return width;
}

static int order_entries(const void *a, const void *b, const void *context)
{
    const struct pst_rule_set *set = context;
    const struct pst_named *left = a;
    const struct pst_named *right = b;
    int order = pst_party_order(&left->party, &right->party);

    if (order) {
        return order;
    }
    if (left->rule != right->rule) {
        uint32_t wide = width(&set->rules[left->rule]);
        uint32_t other = width(&set->rules[right->rule]);

        order = (wide < other) - (wide > other);
        return order ? order : (left->rule < right->rule ? -1 : 1);
    }
    return (left->place > right->place) - (left->place < right->place);
}

static int order_numbers(const void *a, const void *b, const void *context)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;

    (void)context;
    return (left > right) - (left < right);
}

static uint32_t entries_of(const postern_rule *rule)
{
    return rule->never ? 0 : (uint32_t)rule->originator_count;
}

/* Every entry is a value of the document, and these are counted in 32 bits. */
static uint32_t count_entries(const struct pst_rule_set *set)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < set->count; i++) {
        count += entries_of(&set->rules[i]);
    }
    return count;
}

static postern_status take_memory(struct pst_named_table *table, uint32_t count,
                                  struct pst_arena *arena)
{
    size_t rules = (size_t)table->set->count + 1;
    size_t entries = (size_t)count + 1;

    table->entries = pst_arena_alloc(arena, entries, sizeof *table->entries);
    table->atoms = pst_arena_alloc(arena, entries, sizeof *table->atoms);
    table->first = pst_arena_alloc(arena, rules, sizeof *table->first);
    table->count = pst_arena_alloc(arena, rules, sizeof *table->count);
    table->named = pst_arena_alloc(arena, entries, sizeof *table->named);
    table->by_place = pst_arena_alloc(arena, entries, sizeof *table->by_place);
    table->repeated = pst_arena_alloc(arena, entries, sizeof *table->repeated);
    table->can_hold = pst_arena_alloc(arena, rules, sizeof *table->can_hold);
    return table->entries && table->atoms && table->first && table->count &&
                   table->named && table->by_place && table->repeated &&
                   table->can_hold
               ? POSTERN_OK
               : POSTERN_ERR_MEMORY;
}

static void collect(struct pst_named_table *table, struct pst_check *check)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < table->set->count; i++) {
        const postern_rule *rule = &table->set->rules[i];

        table->first[i] = count;
        table->can_hold[i] = pst_rule_can_hold(check, rule);
        for (uint32_t k = 0; k < entries_of(rule); k++) {
            table->entries[count++] = (struct pst_named){
                pst_party_of(check, rule->originators[k]), i, k};
        }
    }
    table->first[table->set->count] = count;
}

/* Gives every entry its atom; the second of two in one rule is repeated. */
static void number_atoms(struct pst_named_table *table)
{
    uint32_t count = table->first[table->set->count];
    const struct pst_named *before = NULL;

    for (uint32_t i = 0; i < count; i++) {
        const struct pst_named *entry = &table->entries[i];
        uint32_t at = table->first[entry->rule] + entry->place;
        bool is_new =
            !before || pst_party_order(&before->party, &entry->party) != 0;

        if (is_new) {
            table->atoms[table->atom_count++] = i;
        }
        table->repeated[at] = !is_new && before->rule == entry->rule;
        table->by_place[at] = table->atom_count - 1;
        before = entry;
    }
    table->atoms[table->atom_count] = count;
}

static void list_atoms(struct pst_named_table *table, uint32_t rule)
{
    uint32_t first = table->first[rule];
    uint32_t end = table->first[rule + 1];
    uint32_t count = 0;

    for (uint32_t i = first; i < end; i++) {
        if (!table->repeated[i]) {
            table->named[first + count++] = table->by_place[i];
        }
    }
    pst_sort(table->named + first, count, sizeof *table->named, order_numbers,
             NULL);
    table->count[rule] = count;
}

postern_status pst_named_table_make(struct pst_named_table *table,
                                    struct pst_check *check,
                                    const struct pst_rule_set *set,
                                    struct pst_arena *arena)
{
    *table = (struct pst_named_table){.set = set};
    PST_TRY(take_memory(table, count_entries(set), arena));
    collect(table, check);
    pst_sort(table->entries, table->first[set->count], sizeof *table->entries,
             order_entries, set);
    number_atoms(table);
    for (uint32_t i = 0; i < set->count; i++) {
        list_atoms(table, i);
    }
    return POSTERN_OK;
}

int64_t pst_named_find(const struct pst_named_table *table,
                       const struct pst_party *party)
{
    uint32_t low = 0;
    uint32_t high = table->atom_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = pst_party_order(party, pst_atom_party(table, middle));

        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return PST_NO_ATOM;
}

bool pst_rule_names(const struct pst_named_table *table, uint32_t rule,
                    int64_t atom)
{
    const uint32_t *named = table->named + table->first[rule];
    uint32_t low = 0;
    uint32_t high = table->count[rule];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (named[middle] == atom) {
            return true;
        }
        if (named[middle] > atom) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return false;
}
