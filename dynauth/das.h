/*
 * A DAS server: what it was configured with, the engine that decides for it,
 * and what its tokens are made with. Everything lives as long as the server but
 * what an answer is made of.
 */
#ifndef PST_DAS_H
#define PST_DAS_H

#include "dynauth/message.h"
#include "tokens/wiping.h"

#include <postern/dynauth.h>

enum { PST_DAS_LIFETIME_S = 3600, PST_DAS_LIFETIME_MAX_S = 366 * 86400 };

/* roles: who holds what, and for how long a token says so. */
struct pst_assignment {
    postern_texts originators;
    postern_texts roles;
    int64_t lifetime_s; /* 0: that of the server */
};

/* sign, encrypt */
struct pst_das_key {
    postern_str file;
    postern_str kid; /* absent: there is one key */
    const struct pst_node *node;
    postern_keys *keys;
};

struct pst_das_settings {
    postern_str identity;
    const struct pst_node *identity_node;
    int64_t lifetime_s;
    bool issues_tokens;
    postern_str token_domain;
    struct pst_das_key sign;    /* file absent: not signed */
    struct pst_das_key encrypt; /* file absent: not encrypted */
    struct pst_assignment *assignments;
    size_t assignment_count;
    const struct pst_node *policy;
};

struct postern_das {
    postern_allocator allocator;
    struct pst_arena arena; /* the document, the settings */
    struct pst_document document;
    struct pst_document policy_document; /* the part of it */
    struct pst_das_settings settings;
    postern_policy *policy;
    postern_store *store;
    postern_engine *engine;
    postern_reader *reader;
    postern_verifier *verifier; /* NULL: issues no tokens */
    postern_jose_recipe recipe;
    struct pst_wiping wiping; /* tokens are secrets */
    struct pst_arena said;    /* the last answer */
};

/* Reads the document (das_settings.c). POSTERN_OK, _POLICY, _MEMORY. */
POSTERN_NODISCARD postern_status pst_das_settings_read(
    struct pst_das_settings *settings, struct pst_message *document);

#endif
