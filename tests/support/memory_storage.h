/*
 * A storage in memory for tests of what stands on storages. It keeps to the
 * contract of <postern/consent.h>, and is hard on who does not: texts are gone
 * with the next call, and a call that the contract forbids is counted.
 *
 *   struct memory_storage kept;
 *   memory_storage_init(&kept);
 *   kept.fail_at = n;                n-th call from here on refuses, from 1;
 *   kept.fail_with = POSTERN_ERR_IO;   0: none
 *   use(&kept.storage);
 *   cr_assert_eq(kept.misuses, 0);
 *   memory_storage_release(&kept);
 */
#ifndef TESTS_SUPPORT_MEMORY_STORAGE_H
#define TESTS_SUPPORT_MEMORY_STORAGE_H

#include <postern/consent.h>

struct memory_record;

struct memory_records {
    struct memory_record *all; /* ordered by table and key */
    size_t count;
    size_t room;
};

struct memory_storage {
    postern_storage storage;
    size_t fail_at; /* set `calls` to 0 along with it */
    postern_status fail_with;
    size_t calls;   /* begin, get, put, remove, each, commit */
    size_t commits; /* that answered POSTERN_OK */
    size_t misuses; /* within `take`, after a refusal, outside begin and end */
    /* The rest is its own. */
    struct memory_records now;
    struct memory_records undo; /* in the order of the changes */
    char *lent;
    bool begun;
    bool refused;
    bool listening;
};

void memory_storage_init(struct memory_storage *self);
void memory_storage_release(struct memory_storage *self);

/* How many texts a table holds, within a transaction or not. */
size_t memory_storage_count(const struct memory_storage *self,
                            const char *table);

#endif
