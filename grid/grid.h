/*
 * The grid: subscriptions in runs, one for each column and jurisdiction that
 * meet. In a run the provider and the laws are the same for everybody, so that
 * what they make of an objection is one rule for each row.
 *
 *   frames --resolve--> side --> wishes --judge--> tables --> bits of a slot
 */
#ifndef PST_GRID_GRID_H
#define PST_GRID_GRID_H

#include "grid/block.h"
#include "grid/table.h"

struct pst_grid_voice {
    uint32_t wishes[POSTERN_PPM_TAGS];
};

/* Tables by tag. */
struct pst_grid_judgement {
    struct pst_grid_table *tables[POSTERN_PPM_TAGS];
};

struct pst_grid_column {
    postern_str name[PST_PPM_AXES];
    uint32_t terms[POSTERN_PPM_TAGS]; /* wishes */
    struct pst_grid_judgement plain;  /* without laws */
    /* What is to become of it, while a change is prepared. */
    uint32_t next_terms[POSTERN_PPM_TAGS];
    struct pst_grid_judgement next;
};

struct pst_grid_jurisdiction {
    const postern_ppm_frame **laws; /* front to back */
    uint32_t law_count;
};

struct pst_grid_run {
    uint32_t column;
    uint32_t jurisdiction;
    struct pst_grid_judgement now;
    struct pst_grid_judgement next; /* while a change is prepared */
    struct pst_vec blocks;          /* struct pst_grid_block * */
    uint32_t slots;                 /* of which some may be free */
    uint32_t free;                  /* a free slot, or PST_GRID_NONE; the next
                                       one is where its voice would be */
};

struct postern_grid {
    postern_allocator outer;
    uint64_t bytes; /* asked of it and not given back */
    struct pst_grid_tables tables;
    postern_ppm_kind order[POSTERN_PPM_USER];
    const struct pst_grid_way *way;
    struct pst_grid_intern voices; /* struct pst_grid_voice */
    struct pst_grid_intern pairs;  /* column and jurisdiction, to run */
    struct pst_vec columns;        /* struct pst_grid_column * */
    struct pst_vec jurisdictions;  /* struct pst_grid_jurisdiction * */
    struct pst_vec runs;           /* struct pst_grid_run * */
    struct pst_vec blocks;         /* struct pst_grid_block * */
    struct pst_grid_side side;     /* to read frames into */
    uint32_t users;
    uint64_t subscriptions;
};

static inline void *pst_grid_item(const struct pst_vec *vec, uint32_t number)
{
    return ((void **)vec->data)[number];
}

static inline struct pst_grid_column *
pst_grid_column_at(const postern_grid *grid, uint32_t number)
{
    return pst_grid_item(&grid->columns, number);
}

static inline struct pst_grid_run *pst_grid_run_at(const postern_grid *grid,
                                                   uint32_t number)
{
    return pst_grid_item(&grid->runs, number);
}

static inline struct pst_grid_block *pst_grid_block_at(const postern_grid *grid,
                                                       uint32_t number)
{
    return pst_grid_item(&grid->blocks, number);
}

static inline struct pst_grid_jurisdiction *
pst_grid_jurisdiction_at(const postern_grid *grid, uint32_t number)
{
    return pst_grid_item(&grid->jurisdictions, number);
}

static inline const struct pst_grid_voice *
pst_grid_voice_at(const postern_grid *grid, uint32_t number)
{
    return (const struct pst_grid_voice *)(const void *)pst_grid_intern_at(
               &grid->voices, number)
        .data;
}

static inline const postern_allocator *pst_grid_memory(const postern_grid *grid)
{
    return &grid->tables.ground.allocator;
}

/* ---- side.c: what frames say, as wishes ---------------------------------- */

POSTERN_NODISCARD postern_status pst_grid_read_terms(
    postern_grid *grid, const postern_grid_frames *terms,
    const postern_str name[PST_PPM_AXES], uint32_t wishes[POSTERN_PPM_TAGS]);
POSTERN_NODISCARD postern_status pst_grid_read_laws(
    postern_grid *grid, const struct pst_grid_jurisdiction *jurisdiction,
    const postern_str name[PST_PPM_AXES], uint32_t wishes[POSTERN_PPM_TAGS]);
POSTERN_NODISCARD postern_status pst_grid_read_voice(
    postern_grid *grid, const postern_grid_frames *frames,
    const postern_str name[PST_PPM_AXES], uint32_t wishes[POSTERN_PPM_TAGS]);

/* The laws in order, in memory of their own. */
POSTERN_NODISCARD postern_status
pst_grid_sort_laws(postern_grid *grid, const postern_grid_frames *laws,
                   struct pst_grid_jurisdiction *jurisdiction);
void pst_grid_free_laws(postern_grid *grid,
                        struct pst_grid_jurisdiction *jurisdiction);

/* ---- judgement.c --------------------------------------------------------- */

/* The tables for wishes of laws (NULL: none) and of terms. */
POSTERN_NODISCARD postern_status pst_grid_judgement_of(
    postern_grid *grid, const uint32_t *laws, const uint32_t *terms,
    struct pst_grid_judgement *judgement);

/* Makes sure that they know a voice; whatever others know. */
POSTERN_NODISCARD postern_status pst_grid_judge_voice(
    postern_grid *grid, struct pst_grid_judgement *judgement, uint32_t voice);
POSTERN_NODISCARD postern_status
pst_grid_judge_all(postern_grid *grid, struct pst_grid_judgement *judgement,
                   const struct pst_grid_judgement *others);

/* What a voice that they know comes to. */
void pst_grid_judged(const postern_grid *grid,
                     const struct pst_grid_judgement *judgement, uint32_t voice,
                     postern_grid_red *bits);

/* ---- change.c ------------------------------------------------------------ */

/* What is to be changed. */
struct pst_grid_change {
    uint32_t column;       /* or POSTERN_GRID_ANY */
    uint32_t jurisdiction; /* or POSTERN_GRID_ANY */
    /* Other laws of the jurisdiction, other terms of the column; or NULL. */
    const struct pst_grid_jurisdiction *laws;
    const postern_grid_frames *terms;
};

static inline bool pst_grid_concerns(const struct pst_grid_change *change,
                                     const struct pst_grid_run *run)
{
    return (change->column == POSTERN_GRID_ANY ||
            change->column == run->column) &&
           (change->jurisdiction == POSTERN_GRID_ANY ||
            change->jurisdiction == run->jurisdiction);
}

/* Fills `next` of the columns and runs concerned; nobody looks at it when that
 * is refused. */
POSTERN_NODISCARD postern_status
pst_grid_prepare(postern_grid *grid, const struct pst_grid_change *change);

/* Whole days since 1970, or PST_PPM_NO_DAY. */
int64_t pst_grid_day_of(bool known, int64_t time_s);

/* Gives back what was judged for tables that nobody has any more. */
void pst_grid_forget(postern_grid *grid);

#endif
