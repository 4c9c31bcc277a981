/*
 * What the gate knows of a resource and of its links, as labels of the resource
 * in the gate's store: so a reader sees all of one revision or of another, and
 * nothing of two.
 *
 * The first label is the head, then comes one for each link, open ones first:
 * the n-th of these leads to the n-th of the policy IDs.
 */
#ifndef PST_GATE_LABEL_H
#define PST_GATE_LABEL_H

#include "gate/opening.h"

/* Of all names of a head, and of a link: what a reader has room for. */
enum { PST_GATE_NAMES = 8192 };

struct pst_gate_head {
    enum pst_data_class data_class;
    postern_str subscriber;
    postern_str device;
    postern_str data; /* or absent */
};

struct pst_gate_card {
    enum pst_gate_stand stand;
    postern_str provider;
    postern_str application;
    postern_str consent;
    uint32_t version;
    int64_t from_s;
    int64_t ends_s;
    struct pst_gate_span interval;
    struct pst_gate_span kept;
    const char *askers; /* hashes of 8 bytes each, not aligned */
    size_t asker_count;
};

/* Each is a text in the arena. POSTERN_OK, _MEMORY, _LIMIT (names that are too
 * long). */
POSTERN_NODISCARD postern_status pst_gate_head_write(
    struct pst_arena *arena, const struct pst_gate_opening *opening,
    uint32_t resource, postern_str *label);
POSTERN_NODISCARD postern_status pst_gate_card_write(
    struct pst_arena *arena, const struct pst_gate_opening *opening,
    const struct pst_gate_link *link, postern_str *label);

/* False: it is none. What is read points into the label. */
bool pst_gate_head_read(postern_str label, struct pst_gate_head *head);
bool pst_gate_card_read(postern_str label, struct pst_gate_card *card);

/* Whether a hash is among those of a link. */
bool pst_gate_card_lists(const struct pst_gate_card *card, uint64_t hash);

/* Of a policy: where it may be asked from, codes of two letters or "*". */
POSTERN_NODISCARD postern_status pst_gate_nations_write(
    struct pst_arena *arena, const struct pst_gate_policy *policy,
    postern_str *label);

#endif
