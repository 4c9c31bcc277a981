#include "gate/table.h"

#include "base/str.h"

enum { FIRST_BUCKETS = 64 };

void pst_gate_table_init(struct pst_gate_table *table,
                         const postern_allocator *allocator,
                         const uint64_t key[2])
{
    *table = (struct pst_gate_table){.allocator = *allocator,
                                     .key = {{key[0], key[1]}}};
}

void pst_gate_table_release(struct pst_gate_table *table)
{
    pst_release(&table->allocator, table->buckets,
                table->bucket_count * sizeof(struct pst_gate_entry *));
    table->buckets = NULL;
    table->bucket_count = 0;
}

static struct pst_gate_entry **bucket_of(const struct pst_gate_table *table,
                                         postern_str name)
{
    uint64_t hash = pst_keyed_hash(&table->key, name.data, name.len);

    return &table->buckets[hash & (table->bucket_count - 1)];
}

void *pst_gate_table_find(const struct pst_gate_table *table, postern_str name)
{
    struct pst_gate_entry *entry =
        table->bucket_count ? *bucket_of(table, name) : NULL;

    while (entry && !pst_str_equal(entry->name, name)) {
        entry = entry->chain;
    }
    return entry;
}

static void hang(struct pst_gate_table *table, struct pst_gate_entry *entry)
{
    struct pst_gate_entry **bucket = bucket_of(table, entry->name);

    entry->chain = *bucket;
    *bucket = entry;
}

static bool grow(struct pst_gate_table *table)
{
    size_t count =
        table->bucket_count ? 2 * table->bucket_count : FIRST_BUCKETS;
    struct pst_gate_entry **buckets;

    if (count > SIZE_MAX / sizeof(struct pst_gate_entry *)) {
        return false;
    }
    buckets =
        pst_alloc(&table->allocator, count * sizeof(struct pst_gate_entry *));
    if (!buckets) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        buckets[i] = NULL;
    }
    pst_gate_table_release(table);
    table->buckets = buckets;
    table->bucket_count = count;
    for (struct pst_gate_entry *entry = table->first; entry;
         entry = entry->after) {
        hang(table, entry);
    }
    return true;
}

bool pst_gate_table_add(struct pst_gate_table *table,
                        struct pst_gate_entry *entry)
{
    if (table->count == table->bucket_count && !grow(table)) {
        return false;
    }
    entry->after = NULL;
    *(table->last ? &table->last->after : &table->first) = entry;
    table->last = entry;
    table->count++;
    hang(table, entry);
    return true;
}
