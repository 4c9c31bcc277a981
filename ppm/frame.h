/*
 * A frame once it is loaded: for each of its columns what is said about which
 * row. [PPM-07] [PPM-09]
 *
 * A column names an application, a device and a kind of data, or leaves some of
 * them out and fits all. Where several fit, the narrower speaks; two of which
 * neither is narrower do not both speak of one thing.
 */
#ifndef PST_PPM_FRAME_H
#define PST_PPM_FRAME_H

#include "ppm/value.h"

enum pst_ppm_axis {
    PST_PPM_APPLICATION,
    PST_PPM_DEVICE,
    PST_PPM_DATA,
    PST_PPM_AXES
};

enum { PST_PPM_FRAME_COLUMNS = 1024 };

struct pst_ppm_frame_column {
    postern_str name[PST_PPM_AXES];                         /* absent: any */
    const struct pst_ppm_statement *rows[POSTERN_PPM_ROWS]; /* or NULL */
    uint32_t counts[POSTERN_PPM_TAGS]; /* statements of a tag */
    const struct pst_node *node;
};

struct postern_ppm_frame {
    postern_allocator allocator;
    struct pst_arena arena;
    struct pst_document document;
    postern_ppm_frame_head head;
    struct pst_ppm_frame_column *columns;
    uint32_t first_listed; /* column: one for all goes before a list of them */
};

/* Whether what a frame of that kind says of a row stands or falls with what it
 * says of the other rows of the tag, as steps of one scale do. */
bool pst_ppm_is_one(postern_ppm_kind kind, uint32_t row);

/* The names of a column, absent ones for any: whether there is a column that
 * both fit; whether all that `a` fits, `b` fits too. */
bool pst_ppm_columns_meet(const postern_str a[PST_PPM_AXES],
                          const postern_str b[PST_PPM_AXES]);
bool pst_ppm_column_inside(const postern_str a[PST_PPM_AXES],
                           const postern_str b[PST_PPM_AXES]);

#endif
