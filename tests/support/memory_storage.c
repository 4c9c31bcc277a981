#include "support/memory_storage.h"

#include "base/str.h"

#include <stdlib.h>

struct memory_record {
    char *table;
    char *key;
    size_t key_len;
    char *body; /* NULL, of undo: there was none */
    size_t body_len;
};

/* ---- records ------------------------------------------------------------- */

static void *must(void *block)
{
    if (!block) {
        abort();
    }
    return block;
}

/* A block of exactly its size, so that a sanitizer sees who reads beyond. */
static char *copy(postern_str text)
{
    char *bytes = must(malloc(text.len ? text.len : 1));

    if (text.len) {
        memcpy(bytes, text.data, text.len);
    }
    return bytes;
}

static postern_str key_of(const struct memory_record *record)
{
    return (postern_str){record->key, record->key_len};
}

static postern_str body_of(const struct memory_record *record)
{
    return (postern_str){record->body, record->body_len};
}

static struct memory_record record_of(const char *table, postern_str key,
                                      postern_str body)
{
    postern_str ended = {table, strlen(table) + 1};

    return (struct memory_record){copy(ended), copy(key), key.len,
                                  body.data ? copy(body) : NULL, body.len};
}

static void release(struct memory_record *record)
{
    free(record->table);
    free(record->key);
    free(record->body);
}

static void insert(struct memory_records *records, size_t at,
                   struct memory_record record)
{
    if (records->count == records->room) {
        records->room = records->room ? 2 * records->room : 16;
        records->all =
            must(realloc(records->all, records->room * sizeof *records->all));
    }
    memmove(records->all + at + 1, records->all + at,
            (records->count - at) * sizeof *records->all);
    records->all[at] = record;
    records->count++;
}

static void drop(struct memory_records *records, size_t at)
{
    release(&records->all[at]);
    records->count--;
    memmove(records->all + at, records->all + at + 1,
            (records->count - at) * sizeof *records->all);
}

static void empty(struct memory_records *records)
{
    while (records->count > 0) {
        drop(records, records->count - 1);
    }
    free(records->all);
    *records = (struct memory_records){0};
}

static int order(const struct memory_record *record, const char *table,
                 postern_str key)
{
    int by_table = strcmp(record->table, table);

    return by_table ? by_table : pst_str_order(key_of(record), key);
}

/* Position of the first record that is not before it. */
static size_t position(const struct memory_records *records, const char *table,
                       postern_str key)
{
    size_t from = 0;
    size_t to = records->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (order(&records->all[middle], table, key) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

static const struct memory_record *find(const struct memory_records *records,
                                        const char *table, postern_str key)
{
    size_t at = position(records, table, key);

    return at < records->count && order(&records->all[at], table, key) == 0
               ? &records->all[at]
               : NULL;
}

/* A body without data takes the record away. */
static void set(struct memory_records *records, const char *table,
                postern_str key, postern_str body)
{
    size_t at = position(records, table, key);

    if (at < records->count && order(&records->all[at], table, key) == 0) {
        drop(records, at);
    }
    if (body.data) {
        insert(records, at, record_of(table, key, body));
    }
}

/* ---- calls --------------------------------------------------------------- */

static void take_back(struct memory_storage *self)
{
    free(self->lent);
    self->lent = NULL;
}

/* The text lent for as long as nothing else is called. */
static postern_str lend(struct memory_storage *self, postern_str text)
{
    take_back(self);
    self->lent = copy(text);
    return (postern_str){self->lent, text.len};
}

static postern_status refuse(struct memory_storage *self, postern_diag *diag,
                             postern_status status)
{
    self->refused = self->begun;
    if (diag) {
        diag->status = status;
        diag->severity = POSTERN_SEVERITY_ERROR;
        memcpy(diag->source, "memory", sizeof "memory");
        memcpy(diag->message, "refused by the test",
               sizeof "refused by the test");
    }
    return status;
}

static postern_status enter(struct memory_storage *self, bool within,
                            postern_str key, postern_diag *diag)
{
    if (diag) {
        *diag = (postern_diag){.status = POSTERN_OK};
    }
    if (self->listening || self->refused || self->begun != within ||
        pst_str_find(key, 0, '\0') < key.len) {
        self->misuses++;
        return POSTERN_ERR_ARGUMENT;
    }
    take_back(self);
    self->calls++;
    return self->calls == self->fail_at ? refuse(self, diag, self->fail_with)
                                        : POSTERN_OK;
}

static const postern_str absent = {NULL, 0};

static postern_status begin(void *user, postern_diag *diag)
{
    struct memory_storage *self = user;
    postern_status status = enter(self, false, absent, diag);

    self->begun = self->begun || status == POSTERN_OK;
    return status;
}

static postern_status get(void *user, const char *table, postern_str key,
                          postern_str *value, postern_diag *diag)
{
    struct memory_storage *self = user;
    postern_status status = enter(self, true, key, diag);
    const struct memory_record *record = find(&self->now, table, key);

    *value = absent;
    if (status == POSTERN_OK && record) {
        *value = lend(self, body_of(record));
    }
    return status;
}

static postern_status change(struct memory_storage *self, const char *table,
                             postern_str key, postern_str body,
                             postern_diag *diag)
{
    postern_status status = enter(self, true, key, diag);
    const struct memory_record *old = find(&self->now, table, key);

    if (status == POSTERN_OK) {
        insert(&self->undo, self->undo.count,
               record_of(table, key, old ? body_of(old) : absent));
        set(&self->now, table, key, body);
    }
    return status;
}

static postern_status put(void *user, const char *table, postern_str key,
                          postern_str value, postern_diag *diag)
{
    return change(user, table, key, value.data ? value : (postern_str){"", 0},
                  diag);
}

static postern_status remove_one(void *user, const char *table, postern_str key,
                                 postern_diag *diag)
{
    return change(user, table, key, absent, diag);
}

static bool hand_over(const struct memory_record *record,
                      bool (*take)(void *listener, postern_str key,
                                   postern_str value),
                      void *listener)
{
    char *key = copy(key_of(record));
    char *body = copy(body_of(record));
    bool goes_on = take(listener, (postern_str){key, record->key_len},
                        (postern_str){body, record->body_len});

    free(key);
    free(body);
    return goes_on;
}

static postern_status each(void *user, const char *table, postern_str prefix,
                           bool (*take)(void *listener, postern_str key,
                                        postern_str value),
                           void *listener, postern_diag *diag)
{
    struct memory_storage *self = user;
    postern_status status = enter(self, true, prefix, diag);
    size_t at = position(&self->now, table, prefix);

    self->listening = true;
    while (status == POSTERN_OK && at < self->now.count) {
        const struct memory_record *record = &self->now.all[at++];

        if (strcmp(record->table, table) != 0 ||
            !pst_str_equal(pst_str_slice(key_of(record), 0, prefix.len),
                           prefix) ||
            !hand_over(record, take, listener)) {
            break;
        }
    }
    self->listening = false;
    return status;
}

static postern_status commit(void *user, postern_diag *diag)
{
    struct memory_storage *self = user;
    postern_status status = enter(self, true, absent, diag);

    if (status == POSTERN_OK) {
        empty(&self->undo);
        self->begun = false;
        self->commits++;
    }
    return status;
}

static void rollback(void *user)
{
    struct memory_storage *self = user;

    self->misuses += self->listening;
    take_back(self);
    while (self->undo.count > 0) {
        const struct memory_record *last =
            &self->undo.all[self->undo.count - 1];

        set(&self->now, last->table, key_of(last), body_of(last));
        drop(&self->undo, self->undo.count - 1);
    }
    self->begun = false;
    self->refused = false;
}

/* ---- the handle ---------------------------------------------------------- */

void memory_storage_init(struct memory_storage *self)
{
    *self = (struct memory_storage){
        .storage =
            {
                .struct_size = sizeof self->storage,
                .user = self,
                .begin = begin,
                .get = get,
                .put = put,
                .remove = remove_one,
                .each = each,
                .commit = commit,
                .rollback = rollback,
            },
    };
}

void memory_storage_release(struct memory_storage *self)
{
    empty(&self->now);
    empty(&self->undo);
    free(self->lent);
}

size_t memory_storage_count(const struct memory_storage *self,
                            const char *table)
{
    size_t count = 0;

    for (size_t i = 0; i < self->now.count; i++) {
        count += strcmp(self->now.all[i].table, table) == 0;
    }
    return count;
}
