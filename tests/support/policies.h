/*
 * Policies for tests: loaded with an allocator that counts, with the warnings
 * that were reported.
 *
 *   struct loaded in = {0};                     options may be set before
 *   load_text(&in, "{...}");
 *   ... in.status, in.diag, in.policy, in.warnings[0].lint
 *   cr_assert_eq(loaded_release(&in), 0);
 */
#ifndef TESTS_SUPPORT_POLICIES_H
#define TESTS_SUPPORT_POLICIES_H

#include "support/faulty.h"

#include <postern/policy.h>

#include <stdio.h>

enum { WARNINGS_MAX = 16 };

struct loaded {
    postern_load_options options;
    struct faulty heap; /* set fail_at before loading */
    postern_allocator allocator;
    postern_policy *policy;
    postern_status status;
    postern_diag diag;
    postern_diag warnings[WARNINGS_MAX];
    size_t warning_count; /* also of those that found no place */
};

static inline void note_warning(void *user, const postern_diag *diag)
{
    struct loaded *in = user;

    if (in->warning_count < WARNINGS_MAX) {
        in->warnings[in->warning_count] = *diag;
    }
    in->warning_count++;
}

static inline void prepare_load(struct loaded *in)
{
    in->allocator = faulty_allocator(&in->heap);
    in->options.struct_size = sizeof in->options;
    in->options.allocator = &in->allocator;
    in->options.report = note_warning;
    in->options.user = in;
    in->warning_count = 0;
}

static inline void load_str(struct loaded *in, postern_str text)
{
    prepare_load(in);
    in->status =
        postern_policy_load(&in->policy, text, &in->options, &in->diag);
}

static inline void load_text(struct loaded *in, const char *text)
{
    load_str(in, postern_str_of(text));
}

static inline void load_paths(struct loaded *in, const char *const *paths,
                              size_t count)
{
    prepare_load(in);
    in->status = postern_policy_load_files(&in->policy, paths, count,
                                           &in->options, &in->diag);
}

/* Bytes that were not given back, and blocks given back with a wrong size. */
static inline size_t loaded_release(struct loaded *in)
{
    postern_policy_free(in->policy);
    in->policy = NULL;
    return in->heap.live + in->heap.wrong_sizes;
}

/* A document with one ACP "acpA" that has these rules; its other rule lets
 * Cowner1 change it. */
#define DOCUMENT_BEFORE_RULES                                                  \
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\"},"             \
    "\"resources\":[{\"m2m:acp\":{\"ri\":\"acpA\",\"pv\":{\"acr\":["
#define DOCUMENT_AFTER_RULES                                                   \
    "]},\"pvs\":{\"acr\":[{\"acor\":[\"Cowner1\"],\"acop\":63}]}}}]}"
#define DOCUMENT_OF_RULES(rules)                                               \
    DOCUMENT_BEFORE_RULES rules DOCUMENT_AFTER_RULES

static inline void load_rules(struct loaded *in, const char *rules)
{
    static char text[65536];

    snprintf(text, sizeof text, "%s%s%s", DOCUMENT_BEFORE_RULES, rules,
             DOCUMENT_AFTER_RULES);
    load_text(in, text);
}

#endif
