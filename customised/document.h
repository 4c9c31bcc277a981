/*
 * A customised privacy policy in memory. It is made of a stack (new.c) or of
 * its JSON (load.c), and sealed: from then on it is never changed.
 *
 * Invariant of a sealed one: `json` is what writing it gives, and `hash` is the
 * hash of that. What can be counted or looked up is not kept twice: the JSON
 * has it twice for its readers, and a document in which the two do not agree is
 * not what writing gives.
 */
#ifndef PST_CUSTOMISED_DOCUMENT_H
#define PST_CUSTOMISED_DOCUMENT_H

#include "base/arena.h"
#include "base/vec.h"
#include "jose/digest.h"
#include "policy-lang/buffer.h"

#include <postern/customised.h>

enum {
    PST_CUSTOMISED_FORMAT = 1,       /* of the document */
    PST_CUSTOMISED_TEXT = 65535,     /* bytes of one text */
    PST_CUSTOMISED_TEXTS = 32 << 20, /* bytes of all texts */
    PST_CUSTOMISED_STATES = 4,
    PST_CUSTOMISED_CHANGES = 6,
    PST_CUSTOMISED_NO_FRAME = -1
};

/* What a frame that prefers says of a row. */
struct pst_customised_say {
    uint32_t frame;
    postern_str words;
};

/* What became of a point; by == POSTERN_CHANGE_NONE: nothing. */
struct pst_customised_changed {
    postern_customised_change by;
    postern_ppm_state before;
    postern_str statement_before;
};

struct pst_customised_cell {
    uint32_t column;
    uint32_t row;
    postern_ppm_state state;
    postern_ppm_code code;
    int32_t frame; /* that decided, or NO_FRAME */
    bool differs;
    postern_str statement; /* absent: the provider leaves the tag out */
    postern_str sentence;
    const struct pst_customised_say *others;
    uint32_t other_count;
    struct pst_customised_changed changed;
};

struct postern_customised {
    postern_allocator allocator;
    struct pst_arena arena; /* all texts */
    size_t text_bytes;
    postern_str subscriber;
    postern_str provider;
    postern_str day;      /* absent: none */
    postern_str previous; /* hash; absent: none */
    uint32_t table;       /* version of annex J, and its hash */
    postern_str table_hash;
    postern_ppm_profile profile;
    postern_ppm_frame_head *frames; /* preferences, the user's last, then the
                                       provider's */
    uint32_t frame_count;
    postern_ppm_column *columns;
    uint32_t column_count;
    struct pst_vec cells; /* of struct pst_customised_cell, by column and row */
    struct pst_vec lost;  /* of postern_customised_lost */
    struct pst_buffer json;
    char hash[PST_DIGEST_HEX];
};

/* Empty; NULL: no memory. For postern_customised_free(). */
postern_customised *pst_customised_begin(const postern_allocator *allocator);

/* A copy of a text for the life of the document; absent stays absent.
 * POSTERN_ERR_LIMIT, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_customised_keep(postern_customised *made,
                                                     postern_str text,
                                                     postern_str *copy);

/* json.c: writes the JSON, and hashes it. The last thing that is done to a
 * document. POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_customised_seal(postern_customised *made);

/* changes.c: what has changed since another one. */
POSTERN_NODISCARD postern_status pst_customised_compare(
    postern_customised *made, const postern_customised *previous);

static inline const struct pst_customised_cell *
pst_customised_cells(const postern_customised *document)
{
    return document->cells.data;
}

static inline const postern_customised_lost *
pst_customised_losts(const postern_customised *document)
{
    return document->lost.data;
}

/* The cell of a column and a row; NULL when nobody says anything there. */
const struct pst_customised_cell *
pst_customised_find(const postern_customised *document, uint32_t column,
                    uint32_t row);

/* Of all cells, by state. */
void pst_customised_count(const postern_customised *document,
                          uint32_t count[PST_CUSTOMISED_STATES]);

/* The frame that decided, or NULL; its name as sentences call it. */
const postern_ppm_frame_head *
pst_customised_decider(const postern_customised *document,
                       const struct pst_customised_cell *cell);
postern_str pst_customised_name(const postern_ppm_frame_head *frame);

#endif
