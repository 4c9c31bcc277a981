/*
 * A manager with one provider, one subscriber and their consent, for tests of
 * what comes after: receipts and requests to delete.
 *
 *   struct consented it;
 *   consented_start(&it);
 *   status = consented_open(&it, NULL, NULL);
 *   status = consented_make(&it);    registers, shows, accepts
 *   ...
 *   consented_stop(&it);
 *
 * Nothing here asserts, so that sweeps can make every step fail.
 */
#ifndef TESTS_SUPPORT_CONSENTED_H
#define TESTS_SUPPORT_CONSENTED_H

#include "support/memory_storage.h"

#include <string.h>

enum { CONSENTED_AT_S = 1764000000, CONSENTED_DAY_S = 86400 };

struct consented {
    struct memory_storage kept;
    postern_ppm_manager *manager;
    postern_diag diag;
};

static const char consented_asp[] =
    "kind: asp\nowner: acme\nname: Acme Energy\napplications:\n"
    "- {app_id: R01.acme.meter, application: meter-app}\n";

static const char consented_subscriber[] =
    "kind: subscriber\nowner: p-1\nresidence: {legal_country: NL}\n"
    "devices:\n- {device: meter}\n"
    "resources:\n- {id: cnt-1, device: meter, data: energy, class: personal}\n";

/* The kind of data "presence" is shared with nobody. */
static const char consented_terms[] =
    "kind: provider\nowner: acme\nid: terms\nname: Acme Energy\nversion: 4\n"
    "link: https://acme.example/terms/4\nrows:\n"
    "  1.0/company: Acme Energy B.V.\n  1.0/country: NL\n"
    "  1.1/app_id: R01.acme.meter\n  2.0/personal: yes\n  5.0/deliver: yes\n"
    "  5.0/improve: yes\n  6.0/month: 6\n  4.0/nation: [NL, DE]\ncolumns:\n"
    "- application: meter-app\n  device: meter\n  data: energy\n  rows:\n"
    "    7.0/infrastructure: yes\n"
    "    7.0/affiliate: {scope: [heating], reason: [improve]}\n"
    "- application: meter-app\n  device: meter\n  data: presence\n  rows:\n"
    "    7.0/na: yes\n    6.0/day: 1\n";

static const char consented_user[] =
    "kind: user\nowner: p-1\nid: wishes\nrows:\n  2.0/personal: yes\n";

static inline postern_status consented_register(struct consented *it,
                                                const char *text)
{
    postern_ppm_registered registered;

    return postern_ppm_register(it->manager, postern_str_of(text), NULL,
                                CONSENTED_AT_S, &registered, &it->diag);
}

/* What is shown now, accepted as it is until a time. */
static inline postern_status consented_accept(struct consented *it,
                                              int64_t now_s, int64_t until_s)
{
    postern_ppm_acceptance acceptance;
    postern_customised *document = NULL;
    postern_status status;
    char hash[65] = "";

    postern_ppm_acceptance_init(&acceptance);
    acceptance.subscriber = postern_str_of("p-1");
    acceptance.provider = postern_str_of("acme");
    acceptance.now_s = now_s;
    acceptance.until_s = until_s;
    status =
        postern_ppm_present(it->manager, acceptance.subscriber,
                            acceptance.provider, now_s, &document, &it->diag);
    if (status == POSTERN_OK) {
        memcpy(hash, postern_customised_hash(document), sizeof hash);
        acceptance.hash = postern_str_of(hash);
        status = postern_ppm_accept(it->manager, &acceptance, NULL, &it->diag);
    }
    postern_customised_free(document);
    return status;
}

static inline postern_status consented_open(struct consented *it,
                                            const postern_allocator *allocator,
                                            const postern_keys *keys)
{
    postern_ppm_manager_options options;

    postern_ppm_manager_options_init(&options);
    options.allocator = allocator;
    options.unsigned_terms = true;
    options.sign_keys = keys;
    return postern_ppm_manager_open(&it->manager, &it->kept.storage, &options,
                                    &it->diag);
}

static inline void consented_start(struct consented *it)
{
    memset(it, 0, sizeof *it);
    memory_storage_init(&it->kept);
}

/* All of it, in an open manager. */
static inline postern_status consented_make(struct consented *it)
{
    static const char *const texts[] = {consented_asp, consented_subscriber,
                                        consented_terms, consented_user};
    postern_status status = POSTERN_OK;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (status == POSTERN_OK) {
            status = consented_register(it, texts[i]);
        }
    }
    return status == POSTERN_OK
               ? consented_accept(it, CONSENTED_AT_S, INT64_MAX)
               : status;
}

static inline void consented_stop(struct consented *it)
{
    postern_ppm_manager_close(it->manager);
    it->manager = NULL;
    memory_storage_release(&it->kept);
}

#endif
