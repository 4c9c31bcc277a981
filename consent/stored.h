/*
 * One version of a consent as it is stored, table "consent", and everything
 * that was accepted with it. All texts live in the arena it was read into.
 *
 * Columns are told by their names. The list says of each column of the document
 * that was accepted whether it is open, and of those that were closed later
 * that they are not. It speaks of other columns, too: what is inside a column
 * of the list is as open as the narrowest of those it is inside of.
 */
#ifndef PST_CONSENT_STORED_H
#define PST_CONSENT_STORED_H

#include "consent/manager.h"

/* No point of a column may be red, but for exceptions, and nobody has closed
 * it. */
struct pst_stored_column {
    postern_ppm_column name;
    bool open;
    bool suspended; /* it was open when it was accepted */
};

/* A red point that was accepted: it holds as long as the provider states this,
 * and nobody else is against it. */
struct pst_stored_exception {
    postern_ppm_column column;
    uint32_t row;
    postern_str statement; /* of the provider, in words */
    postern_ppm_kind by;   /* who is against it */
};

/* A document that was in force when it was accepted. */
struct pst_stored_source {
    postern_str kind; /* "asp", "subscriber", "provider" ... */
    postern_str owner;
    postern_str id; /* or absent */
    uint32_t version;
    postern_str hash; /* key of its text in table "text" */
};

struct pst_stored_consent {
    postern_consent head; /* `state` as it was written down: never EXPIRED by
                             time alone */
    struct pst_stored_column *columns;
    uint32_t column_count;
    const struct pst_stored_exception *exceptions;
    uint32_t exception_count;
    const struct pst_stored_source *sources;
    uint32_t source_count;
};

/* A version of a consent; 0: the newest. NULL when there is none. Within a
 * transaction. */
POSTERN_NODISCARD postern_status
pst_stored_get(postern_ppm_manager *manager, struct pst_arena *arena,
               const postern_str pair[2], uint32_t version,
               struct pst_stored_consent **stored, postern_diag *diag);

/* From the JSON of table "consent". */
POSTERN_NODISCARD postern_status pst_stored_read(
    postern_ppm_manager *manager, struct pst_arena *arena, postern_str text,
    struct pst_stored_consent *stored, postern_diag *diag);

/* Puts it under its subscriber, provider and version. */
POSTERN_NODISCARD postern_status
pst_stored_put(postern_ppm_manager *manager,
               const struct pst_stored_consent *stored, postern_diag *diag);

/* What is signed: what was accepted, with the rows that are exceptions by
 * column. Copied into the arena; data NULL: no memory. */
postern_str pst_stored_statement(postern_ppm_manager *manager,
                                 struct pst_arena *arena,
                                 const struct pst_stored_consent *stored);

/* What its head is at a time: EXPIRED, and nothing open, when it is over. */
postern_consent pst_stored_at(const struct pst_stored_consent *stored,
                              int64_t now_s);

/* Whether it permits anything: active or suspended, and not over. Before it
 * begins it is in force as well, and permits nothing yet. */
bool pst_stored_in_force(const struct pst_stored_consent *stored,
                         int64_t now_s);

/* The document that was accepted, table "shown". POSTERN_ERR_IO: it is not
 * there. */
POSTERN_NODISCARD postern_status pst_stored_shown(postern_ppm_manager *manager,
                                                  postern_str hash,
                                                  postern_customised **document,
                                                  postern_diag *diag);

/* Whether a column may be open, as far as the list says. */
bool pst_stored_is_open(const struct pst_stored_consent *stored,
                        const postern_ppm_column *name);

#endif
