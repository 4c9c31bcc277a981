/*
 * A manager over a storage in memory, and a world in which a little can be said
 * about much: providers p0 p1 ..., subscribers s0 s1 ...
 *
 * Nothing here asserts but managed_start(), so that sweeps can make every step
 * fail.
 */
#ifndef TESTS_SUPPORT_MANAGED_H
#define TESTS_SUPPORT_MANAGED_H

#include "support/memory_storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANAGED_NOW 1764000000 /* 2025-11-24T16:00:00Z */

struct managed {
    struct memory_storage kept;
    postern_ppm_manager_options options;
    postern_ppm_manager *manager;
    postern_ppm_registered registered;
    postern_consent consent;
    postern_diag diag;
    char hash[65]; /* of what was shown last */
};

static inline postern_status managed_open(struct managed *it)
{
    return postern_ppm_manager_open(&it->manager, &it->kept.storage,
                                    &it->options, &it->diag);
}

static inline void managed_start(struct managed *it)
{
    memset(it, 0, sizeof *it);
    memory_storage_init(&it->kept);
    postern_ppm_manager_options_init(&it->options);
    it->options.unsigned_terms = true;
    if (managed_open(it) != POSTERN_OK) {
        abort();
    }
}

static inline void managed_stop(struct managed *it)
{
    postern_ppm_manager_close(it->manager);
    memory_storage_release(&it->kept);
}

static inline postern_status
managed_register_at(struct managed *it, const char *text, int64_t now_s)
{
    return postern_ppm_register(it->manager, postern_str_of(text), NULL, now_s,
                                &it->registered, &it->diag);
}

static inline postern_status managed_register(struct managed *it,
                                              const char *text)
{
    return managed_register_at(it, text, MANAGED_NOW);
}

/* Fills in it->hash. */
static inline postern_status managed_show(struct managed *it, const char *s,
                                          const char *p, int64_t now_s)
{
    postern_customised *document = NULL;
    postern_status status =
        postern_ppm_present(it->manager, postern_str_of(s), postern_str_of(p),
                            now_s, &document, &it->diag);

    if (status == POSTERN_OK) {
        memcpy(it->hash, postern_customised_hash(document), sizeof it->hash);
    }
    postern_customised_free(document);
    return status;
}

struct managed_but {
    const postern_ppm_exception *list;
    size_t count;
};

static inline postern_status managed_accept_at(struct managed *it,
                                               const char *s, const char *p,
                                               const struct managed_but *but,
                                               const int64_t from_until[2])
{
    postern_ppm_acceptance acceptance;
    postern_status status = managed_show(it, s, p, from_until[0]);

    if (status != POSTERN_OK) {
        return status;
    }
    postern_ppm_acceptance_init(&acceptance);
    acceptance.subscriber = postern_str_of(s);
    acceptance.provider = postern_str_of(p);
    acceptance.hash = postern_str_of(it->hash);
    acceptance.exceptions = but ? but->list : NULL;
    acceptance.exception_count = but ? but->count : 0;
    acceptance.now_s = from_until[0];
    acceptance.until_s = from_until[1];
    return postern_ppm_accept(it->manager, &acceptance, &it->consent,
                              &it->diag);
}

/* As it is shown now, until it is withdrawn; `row` is excepted in the column
 * that names nothing; NULL: none. */
static inline postern_status managed_accept(struct managed *it, const char *s,
                                            const char *p, const char *row)
{
    const int64_t from_until[2] = {MANAGED_NOW, INT64_MAX};
    const postern_ppm_exception exception = {.row = postern_str_of(row)};
    const struct managed_but but = {&exception, row ? 1 : 0};

    return managed_accept_at(it, s, p, &but, from_until);
}

static inline postern_status managed_look(struct managed *it, const char *s,
                                          const char *p, int64_t now_s)
{
    return postern_ppm_consent_of(it->manager, postern_str_of(s),
                                  postern_str_of(p), now_s, &it->consent,
                                  &it->diag);
}

/* A provider that keeps data for months, a subscriber in NL that allows at
 * most three. */
static const char managed_asp[] =
    "kind: asp\nowner: p0\nname: Provider\napplications:\n"
    "- {app_id: R01.p0.app, application: app, originators: //p0.example/in/C1}"
    "\n";
static const char managed_subscriber[] =
    "kind: subscriber\nowner: s0\n"
    "residence: {legal_region: EU, legal_country: NL}\n"
    "devices: [{device: meter}, {device: car, place: {legal_country: DE}}]\n"
    "resources: [{id: c1, device: meter, data: energy, class: personal}]\n";
#define MANAGED_TERMS(rows)                                                    \
    "kind: provider\nowner: p0\nid: terms\nrows:\n"                            \
    "  1.1/app_id: R01.p0.app\n" rows
#define MANAGED_USER(rows) "kind: user\nowner: s0\nrows:\n" rows
#define MANAGED_LAW(rows)                                                      \
    "kind: legal_country\nowner: NL\nid: act\nname: the act\nrows:\n" rows

static inline postern_status managed_fill(struct managed *it)
{
    static const char *const texts[] = {managed_asp, managed_subscriber,
                                        MANAGED_TERMS("  6.0/month: 3\n"),
                                        MANAGED_USER("  6.0/month: 3\n")};
    postern_status status = POSTERN_OK;

    for (size_t i = 0; status == POSTERN_OK && i < 4; i++) {
        status = managed_register(it, texts[i]);
    }
    return status;
}

#endif
