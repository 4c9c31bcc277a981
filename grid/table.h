/*
 * A table: for one tag, what the wish of laws and the wish of a provider make
 * of each wish of a user: one bit for each row, red or not.
 *
 * This is where cells are judged: each distinct wish by the evaluator of
 * single cells, once. A row's bit without any law is the user's *objection*,
 * which is what planes hold. Laws turn it into red by a *rule*:
 *
 *     red = objection & keep | ~objection & base
 *
 * with one bit of keep and of base for each row. The rule is the one that most
 * wishes follow, by the judgement of each; those that do not are *strays* (a
 * law that sets a floor, say, meets a cap below it: what remains is a matter of
 * numbers) and marked, so that evaluation takes their bits from here. Hence
 * every cell is what the evaluator of single cells said, whatever the rule.
 */
#ifndef PST_GRID_TABLE_H
#define PST_GRID_TABLE_H

#include "grid/wish.h"
#include "ppm/stack.h"

enum {
    PST_GRID_UNKNOWN = 0xffff, /* not judged yet */
    PST_GRID_STRAY = 0x8000,   /* beside the bits: does not follow the rule */
    PST_GRID_BITS = 0x1ff      /* PST_GRID_TAG_ROWS of them */
};

struct pst_grid_table {
    uint32_t tag;
    uint32_t laws;  /* wish */
    uint32_t terms; /* wish */
    /* The same terms without laws; itself when there are none. */
    struct pst_grid_table *plain;
    uint16_t *bits; /* by wish */
    uint32_t size;
    uint32_t known; /* wishes that were judged */
    uint16_t keep;
    uint16_t base;
    uint32_t strays; /* wishes that are marked */
    bool used;       /* while those that are not are emptied */
};

/* What all tables stand on. */
struct pst_grid_tables {
    struct pst_grid_ground ground;
    struct pst_grid_wishes wishes[POSTERN_PPM_TAGS];
    uint32_t silence[POSTERN_PPM_TAGS]; /* wish of nobody: no laws */
    struct pst_grid_intern intern;      /* tag, laws, terms, day */
    struct pst_vec list;                /* struct pst_grid_table *, by number */
    struct postern_ppm_stack stack;     /* to judge with */
    struct pst_ppm_grid_column column;
    const struct pst_ppm_statement **cells;
};

POSTERN_NODISCARD postern_status
pst_grid_tables_init(struct pst_grid_tables *tables);
void pst_grid_tables_release(struct pst_grid_tables *tables);

/* The table of a tag for laws and terms on the day of `tables`. */
POSTERN_NODISCARD postern_status
pst_grid_table_of(struct pst_grid_tables *tables, uint32_t tag, uint32_t laws,
                  uint32_t terms, struct pst_grid_table **table);

/* Makes sure that a wish has been judged. */
POSTERN_NODISCARD postern_status
pst_grid_table_learn(struct pst_grid_tables *tables,
                     struct pst_grid_table *table, uint32_t wish);

/* ... that all those have which another table knows. */
POSTERN_NODISCARD postern_status pst_grid_table_learn_all(
    struct pst_grid_tables *tables, struct pst_grid_table *table,
    const struct pst_grid_table *other);

/* Forgets what was judged in tables of which `used` is false. */
void pst_grid_tables_empty(struct pst_grid_tables *tables);

/* The bits of a wish that has been judged. */
static inline uint32_t pst_grid_bits(const struct pst_grid_table *table,
                                     uint32_t wish)
{
    return table->bits[wish] & PST_GRID_BITS;
}

static inline bool pst_grid_is_known(const struct pst_grid_table *table,
                                     uint32_t wish)
{
    return wish < table->size && table->bits[wish] != PST_GRID_UNKNOWN;
}

#endif
