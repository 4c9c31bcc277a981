/*
 * The manager's own side: its memory, its transactions, and how things are kept
 * in its storage.
 *
 * Tables, and what they hold. A key is the parts that are named, joined by
 * pst_manager_key().
 *
 *   text      hash                        a registered text, byte by byte
 *   format    hash                        what it is written in
 *   current   kind / owner / id           {version, hash, at} of what holds now
 *   former    kind / owner / id / version the same of every version
 *   resident  kind / place / pseudonym    nothing: whom a law may concern
 *   pair      subscriber / provider       {id, version}: the newest consent
 *   client    provider / subscriber       nothing: the same the other way round
 *   consent   subscriber / provider / version   consent/stored.h
 *   shown     hash                        a customised privacy policy accepted
 *   meta      a name                      counters, the format
 *
 * A part of the library that keeps things of its own takes a table of its own:
 *
 *   PST_TRY(pst_manager_begin(manager, diag));
 *   return pst_manager_end(manager, work(manager, ...), diag);
 *
 * where work() gets and puts, and leaves when it likes. What it hands out to
 * the caller it makes in pst_manager_memory(), which lasts until the call after
 * the next one.
 */
#ifndef PST_CONSENT_MANAGER_H
#define PST_CONSENT_MANAGER_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "policy-lang/emit.h"
#include "policy-lang/node.h"

#include <postern/consent.h>
#include <postern/prp.h>

struct pst_cached_frame;

enum {
    PST_MANAGER_FORMAT = 1,  /* of what is stored */
    PST_CACHED_FRAMES = 256, /* by the first byte of their hash */
    PST_STORED_BYTES = 1 << 26
};

struct postern_ppm_manager {
    postern_allocator allocator;
    postern_storage storage;
    postern_ppm_manager_options options;
    postern_ppm_kind order[POSTERN_PPM_USER]; /* options.order, if any */
    postern_limits limits;
    postern_jose *jose;
    bool listens;
    postern_ppm_listener listener;
    bool within;   /* a transaction */
    bool prepared; /* the listener was asked in it */
    bool refused;  /* the storage has refused a call: it is rolled back */
    /* What this call and the one before have handed out: an argument may be
     * what the last call has answered. */
    struct pst_arena memory[2];
    unsigned turn;
    struct pst_cached_frame *frames[PST_CACHED_FRAMES];
};

/* ---- transactions -------------------------------------------------------- */

/*
 * Begins a call that reads or writes: a transaction of the storage, and new
 * memory for answers. After any refusal there is nothing to end.
 */
POSTERN_NODISCARD postern_status pst_manager_begin(postern_ppm_manager *manager,
                                                   postern_diag *diag);
/* Either ends it. After a commit that was refused it is rolled back, too. The
 * listener hears of it if it was asked. */
POSTERN_NODISCARD postern_status
pst_manager_commit(postern_ppm_manager *manager, postern_diag *diag);
void pst_manager_rollback(postern_ppm_manager *manager);

/* Commits what has gone well and rolls back what has not; returns which, and
 * says in *diag what is not told there already. */
POSTERN_NODISCARD postern_status pst_manager_end(postern_ppm_manager *manager,
                                                 postern_status status,
                                                 postern_diag *diag);

/* Memory of this call: what is handed out lives in it. */
struct pst_arena *pst_manager_memory(postern_ppm_manager *manager);

/* Asks the listener about a consent as it is going to be. Within a transaction,
 * after it was put. */
POSTERN_NODISCARD postern_status pst_manager_prepare(
    postern_ppm_manager *manager, const postern_consent *consent, int64_t now_s,
    postern_diag *diag);

/* Refuses a call with a code in diag->lint. POSTERN_ERR_POLICY. */
postern_status pst_manager_refuse(postern_diag *diag, const char *code,
                                  const char *message);

/* ---- keys of the storage ------------------------------------------------- */

/*
 * Joined: each part with "%" as "%25" and "/" as "%2F", and a "/" behind each
 * but the last. So no two lists of parts have one key, and the key of fewer
 * parts with a "/" behind it is a prefix of those that begin with them.
 * data NULL: no memory.
 */
postern_str pst_manager_key(struct pst_arena *arena, const postern_str *parts,
                            size_t count);
postern_str pst_manager_prefix(struct pst_arena *arena,
                               const postern_str *parts, size_t count);
/* The part with a number, as it was; data NULL: no memory, or no such part. */
postern_str pst_manager_part(struct pst_arena *arena, postern_str key,
                             size_t number);
/* Ten digits, so that versions are in order. data NULL: no memory. */
postern_str pst_manager_digits(struct pst_arena *arena, uint64_t number);

/* ---- what is stored, within a transaction -------------------------------- */

/* A copy in the arena; absent when there is none. */
POSTERN_NODISCARD postern_status pst_manager_get(
    postern_ppm_manager *manager, struct pst_arena *arena, const char *table,
    postern_str key, postern_str *value, postern_diag *diag);

/* What was stored as JSON; NULL when there is none. POSTERN_ERR_IO: what is
 * there is damaged. */
POSTERN_NODISCARD postern_status pst_manager_get_json(
    postern_ppm_manager *manager, struct pst_arena *arena, const char *table,
    postern_str key, const struct pst_node **root, postern_diag *diag);

/* The same of a text that is at hand already, for those who enumerate. */
POSTERN_NODISCARD postern_status pst_manager_parse(postern_ppm_manager *manager,
                                                   struct pst_arena *arena,
                                                   postern_str text,
                                                   const struct pst_node **root,
                                                   postern_diag *diag);

POSTERN_NODISCARD postern_status pst_manager_put(postern_ppm_manager *manager,
                                                 const char *table,
                                                 postern_str key,
                                                 postern_str value,
                                                 postern_diag *diag);

/*
 * JSON to put. The root object is open after _json(); _put_json() closes it,
 * puts what was written and releases the emitter, whatever the answer.
 */
void pst_manager_json(postern_ppm_manager *manager,
                      struct pst_emitter *emitter);
POSTERN_NODISCARD postern_status pst_manager_put_json(
    postern_ppm_manager *manager, const char *table, postern_str key,
    struct pst_emitter *emitter, postern_diag *diag);

POSTERN_NODISCARD postern_status
pst_manager_remove(postern_ppm_manager *manager, const char *table,
                   postern_str key, postern_diag *diag);

/* As `each` of the storage: `take` makes no call of manager or storage. */
POSTERN_NODISCARD postern_status pst_manager_each(
    postern_ppm_manager *manager, const char *table, postern_str prefix,
    bool (*take)(void *user, postern_str key, postern_str value), void *user,
    postern_diag *diag);

/* The keys that begin with a prefix, copied, so that calls can be made for each
 * of them afterwards. */
POSTERN_NODISCARD postern_status pst_manager_keys(
    postern_ppm_manager *manager, struct pst_arena *arena, const char *table,
    postern_str prefix, postern_texts *keys, postern_diag *diag);

/* The next number of a counter: 1, 2 ... */
POSTERN_NODISCARD postern_status pst_manager_next(postern_ppm_manager *manager,
                                                  const char *counter,
                                                  uint64_t *number,
                                                  postern_diag *diag);

/* Members of what was stored: absent, 0, `other` when they are not there. */
postern_str pst_manager_text_of(const struct pst_node *object,
                                const char *name);
int64_t pst_manager_integer_of(const struct pst_node *object, const char *name,
                               int64_t other);

/* ---- signing ------------------------------------------------------------- */

/* A compact JWS by the manager's key, copied into the arena; absent when it has
 * no key. */
POSTERN_NODISCARD postern_status pst_manager_seal(
    postern_ppm_manager *manager, struct pst_arena *arena, postern_str payload,
    int64_t now_s, postern_str *token, postern_diag *diag);

#endif
