/*
 * A store: one version that readers see, a writer that makes the next one, and
 * what both need to leave each other alone. [ARC-07]
 *
 *   readers  say that they read, load `version`, use it, say that they are done
 *   writer   holds `writing` from postern_change_begin() to the end of the
 *            change; `pool` and `base/epoch.h` know what nobody reads any more
 */
#ifndef PST_STORE_H
#define PST_STORE_H

#include "base/epoch.h"
#include "base/vec.h"
#include "prp/foresight.h"

#include <pthread.h>

/* Of one thread that reads; cache lines of its own. What it remembers is of
 * `version`, and forgotten with it. */
struct pst_store_reader {
    _Alignas(PST_CACHE_LINE) const struct pst_version *version; /* NULL: left */
    struct pst_epoch_slot *slot;
    struct pst_beside beside;
    struct pst_foresight foresight;
};

struct pst_grammar; /* policy-lang */

struct postern_store {
    /* Read by all, written by none. */
    postern_prp prp;
    struct pst_store_settings settings;
    char *texts; /* those of the settings */
    size_t texts_size;
    struct pst_store_reader
        *readers; /* one for each slot of `epochs`; aligned */
    void *readers_block;
    /* Written with every change. */
    char apart[PST_CACHE_LINE];
    struct pst_epochs epochs;
    struct pst_version *_Atomic version;
    _Atomic uint64_t revision; /* of `version` or of the one before */
    /* Of the writer alone. */
    char apart_too[PST_CACHE_LINE];
    pthread_mutex_t writing;
    struct pst_pool pool;
    struct pst_grammar *grammar; /* of texts; NULL: none has been put */
};

struct postern_change {
    postern_store *store;
    const struct pst_version *base; /* what readers see */
    struct pst_version *next;       /* what it works on */
    /* Numbers whose record the change has made; perhaps more than once. */
    struct pst_vec made;
    postern_status failed; /* other than OK: it can only be aborted */
};

/* The functions of store->prp that read. */
void pst_store_fill_prp(postern_store *store);

/* ---- for those who put more than one resource into a change -------------- */

/* As postern_prp.find, of the change in progress; *resource need not be
 * initialised. What it gives is valid until the change goes on. */
postern_found pst_change_find(const postern_change *change, postern_str address,
                              postern_resource *resource);

const postern_cse *pst_change_cse(const postern_change *change);
const postern_allocator *pst_change_allocator(const postern_change *change);

/* What texts are read with, made for the first one; NULL without memory. */
struct pst_grammar *pst_change_grammar(postern_change *change);

/* From now on the change can only be aborted: all of its calls, and the commit,
 * answer `status`, a refusal. */
void pst_change_fail(postern_change *change, postern_status status);

#endif
