/*
 * Postern, all subscribers at once: which of millions of users a change of law,
 * or of a provider's terms, turns red, cell by cell.
 *
 * A *grid* holds columns (what a provider states about an application, a device
 * and a kind of data), jurisdictions (the laws that hold somewhere), and
 * *subscriptions*: a user, a column, a jurisdiction and a voice. A *voice* is
 * what a user, and the parents, say about a column; those who say the same have
 * the same voice.
 *
 * Every cell is red exactly when postern_ppm_evaluate() with the profile
 * POSTERN_PPM_SOUND shows POSTERN_PPM_RED or POSTERN_PPM_LOCKED for a stack of
 * the same frames. How that comes to one bit is told in postern_grid_new(3).
 *
 * Thread safety: a grid belongs to one thread at a time; but several may
 * evaluate it together when their ranges of blocks do not overlap.
 *
 * A call that is refused leaves the grid as it was.
 */
#ifndef POSTERN_GRID_H
#define POSTERN_GRID_H

#include <postern/ppm.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct postern_grid postern_grid;

/** How planes of bits are worked through. All give the same bits. */
typedef enum postern_grid_path {
    POSTERN_GRID_BEST = 0, /**< what this processor does fastest */
    POSTERN_GRID_PORTABLE = 1,
    POSTERN_GRID_AVX2 = 2,
    POSTERN_GRID_AVX512 = 3, /**< with VPOPCNTDQ */
    POSTERN_GRID_NEON = 4
} postern_grid_path;

enum { POSTERN_GRID_PATHS = 5 };

/** "portable", "avx2" ...; never NULL. */
POSTERN_API const char *postern_grid_path_word(postern_grid_path path);

/** Whether this processor, and this build, have it. */
POSTERN_API bool postern_grid_path_exists(postern_grid_path path);

enum {
    POSTERN_GRID_MAX_LAWS = 16,   /**< frames of one jurisdiction */
    POSTERN_GRID_MAX_TERMS = 8,   /**< frames of one provider */
    POSTERN_GRID_MAX_PARENTS = 7, /**< frames beside the user's */
    /** Numbers of users are below this. */
    POSTERN_GRID_MAX_USERS = 0x7fffffff
};

/** Options of a grid; start with postern_grid_options_init(). */
typedef struct postern_grid_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    /** As of a stack, with the parents right in front of the user. NULL: the
     * order of clause 11.4.1.3. */
    const postern_ppm_kind *order;
    size_t order_count;
    bool time_known; /**< as of a stack */
    int64_t time_s;
    postern_grid_path path;
    /** Numbers that nobody can guess: users choose what is hashed. */
    uint64_t hash_key[2];
} postern_grid_options;

POSTERN_API void postern_grid_options_init_sized(postern_grid_options *options,
                                                 size_t struct_size);
#define postern_grid_options_init(options)                                     \
    postern_grid_options_init_sized((options), sizeof(postern_grid_options))

/**
 * @param options NULL for defaults
 * @return POSTERN_OK, _MEMORY, _ARGUMENT (an order that is none, a path that
 *         does not exist)
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_grid_new(postern_grid **grid, const postern_grid_options *options);
POSTERN_API void postern_grid_free(postern_grid *grid);

/* ---- who is there ------------------------------------------------------- */

/** Several frames. */
typedef struct postern_grid_frames {
    const postern_ppm_frame *const *list;
    size_t count;
} postern_grid_frames;

/**
 * Adds a column.
 *
 * @param terms  frames of one provider, each of which has to be acceptable;
 *               borrowed for the call
 * @param name   as a stack names it; NULL: all parts absent
 * @param number receives its number, from 0 on
 * @return POSTERN_OK; _POLICY (a frame of another kind, or none that speaks of
 *         this column); _LIMIT, _MEMORY, _ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_grid_add_column(postern_grid *grid, const postern_grid_frames *terms,
                        const postern_ppm_column *name, uint32_t *number);

/**
 * Adds a jurisdiction.
 *
 * @param laws   legal frames in any order; the grid's order is applied, frames
 *               of one kind keep theirs; borrowed until the laws are changed or
 *               the grid is freed
 * @param number receives its number, from 0 on
 * @return POSTERN_OK; _POLICY (a frame that is no law); _LIMIT, _MEMORY,
 *         _ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_grid_add_jurisdiction(
    postern_grid *grid, const postern_grid_frames *laws, uint32_t *number);

/**
 * The number of what frames say about a column: the user's, which is one, and
 * the parents'. Distinct voices are kept until the grid is freed. A birth date
 * stays in there.
 *
 * @param frames borrowed for the call
 * @return POSTERN_OK; _POLICY (another kind, not one of a user); _LIMIT,
 *         _MEMORY, _ARGUMENT (no such column)
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_grid_add_voice(postern_grid *grid, uint32_t column,
                       const postern_grid_frames *frames, uint32_t *voice);

/** One user and one column. */
typedef struct postern_grid_subscription {
    uint32_t user; /**< a number of the caller's */
    uint32_t column;
    uint32_t jurisdiction;
    uint32_t voice; /**< of this column */
} postern_grid_subscription;

/** A bit for each row: row r is bit r % 64 of words[r / 64]. */
typedef struct postern_grid_red {
    uint64_t words[2];
} postern_grid_red;

/**
 * Adds a subscription. Its red cells are known at once, under the laws last
 * set; an evaluation does not report them as a change.
 *
 * @param place receives what the other calls know it by
 * @return POSTERN_OK, _LIMIT, _MEMORY, _ARGUMENT (a number that is not there)
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_grid_add(
    postern_grid *grid, const postern_grid_subscription *subscription,
    uint64_t *place);

/** Another voice for a subscription; as when it was added. */
POSTERN_API POSTERN_NODISCARD postern_status
postern_grid_change(postern_grid *grid, uint64_t place, uint32_t voice);

/** Ends a subscription; nothing when there is none. Its place is used again. */
POSTERN_API void postern_grid_remove(postern_grid *grid, uint64_t place);

/* ---- what changes ------------------------------------------------------- */

/** Other laws for a jurisdiction, as when it was added. What that does to
 * subscriptions shows when they are evaluated. */
POSTERN_API POSTERN_NODISCARD postern_status postern_grid_set_laws(
    postern_grid *grid, uint32_t jurisdiction, const postern_grid_frames *laws);

/** Other terms for a column, as when it was added. */
POSTERN_API POSTERN_NODISCARD postern_status postern_grid_set_terms(
    postern_grid *grid, uint32_t column, const postern_grid_frames *terms);

/** Another day: ages and shelf lives pass, blocks of nations change. */
POSTERN_API POSTERN_NODISCARD postern_status
postern_grid_set_time(postern_grid *grid, bool time_known, int64_t time_s);

/* ---- evaluation --------------------------------------------------------- */

/** What a pass looks at. */
typedef enum postern_grid_extent {
    /** the rows that changes since the last pass may have touched */
    POSTERN_GRID_PENDING = 0,
    POSTERN_GRID_ALL = 1, /**< every row */
    /** every row, without a comparison with what was red before */
    POSTERN_GRID_STORE = 2
} postern_grid_extent;

/** Every jurisdiction. */
#define POSTERN_GRID_ANY UINT32_MAX

/** Options of a pass; start with postern_grid_pass_init(). */
typedef struct postern_grid_pass {
    size_t struct_size;
    postern_grid_extent extent;
    uint32_t jurisdiction; /**< or POSTERN_GRID_ANY */
    uint32_t from;         /**< block */
    uint32_t to;           /**< one behind the last block; cut to fit */
    /** Receives a bit for each user with a cell that changed: user u is bit
     * u % 64 of users[u / 64]. Other bits stay. NULL: not asked. */
    uint64_t *users;
    size_t user_words; /**< enough for the highest number of a user */
} postern_grid_pass;

POSTERN_API void postern_grid_pass_init_sized(postern_grid_pass *pass,
                                              size_t struct_size);
#define postern_grid_pass_init(pass)                                           \
    postern_grid_pass_init_sized((pass), sizeof(postern_grid_pass))

/** What a pass found. Ranges of one grid are put together by adding. */
typedef struct postern_grid_report {
    uint64_t cells;                      /**< looked at */
    uint64_t changed;                    /**< subscriptions; not by STORE */
    uint64_t red[POSTERN_PPM_ROWS];      /**< of the cells looked at */
    uint64_t reddened[POSTERN_PPM_ROWS]; /**< green before; not by STORE */
    uint64_t cleared[POSTERN_PPM_ROWS];  /**< red before; not by STORE */
} postern_grid_report;

/**
 * Brings the red cells up to date with laws, terms and the day.
 *
 * @param pass   NULL: what is pending, everywhere, no users asked
 * @param report receives what was found; may be NULL
 * @return POSTERN_OK; _ARGUMENT (too few words for the users, an extent that is
 *         none), then nothing is done
 *
 * Cost: by memory; no allocation, lock, system call or clock.
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_grid_evaluate(postern_grid *grid, const postern_grid_pass *pass,
                      postern_grid_report *report);

/* ---- what if ------------------------------------------------------------ */

/** What would become of subscriptions, if. */
typedef struct postern_grid_forecast {
    uint64_t subscriptions; /**< looked at */
    uint64_t worse;         /**< with a cell that would turn red */
    uint64_t better;        /**< with a cell that would turn green */
    uint64_t reddened[POSTERN_PPM_ROWS];
    uint64_t cleared[POSTERN_PPM_ROWS];
} postern_grid_forecast;

/** What postern_grid_set_laws() would do, against the laws last set. Nothing is
 * changed. The frames are borrowed for the call. */
POSTERN_API POSTERN_NODISCARD postern_status postern_grid_try_laws(
    postern_grid *grid, uint32_t jurisdiction, const postern_grid_frames *laws,
    postern_grid_forecast *forecast);

/** What postern_grid_set_terms() would do. */
POSTERN_API POSTERN_NODISCARD postern_status postern_grid_try_terms(
    postern_grid *grid, uint32_t column, const postern_grid_frames *terms,
    postern_grid_forecast *forecast);

/* ---- reading ------------------------------------------------------------ */

/** The red cells of a subscription at the last pass, or when it was added or
 * changed; false when there is none at this place. */
POSTERN_API bool postern_grid_read(const postern_grid *grid, uint64_t place,
                                   postern_grid_red *red);

/** Hands over the red cells of every subscription in blocks from `from` to
 * before `to`, until `take` returns false, which makes no call here. */
POSTERN_API void postern_grid_each(
    const postern_grid *grid, uint32_t from, uint32_t to,
    bool (*take)(void *listener, const postern_grid_subscription *subscription,
                 const postern_grid_red *red),
    void *listener);

typedef struct postern_grid_size {
    uint32_t columns;
    uint32_t jurisdictions;
    uint32_t blocks;
    uint32_t voices;        /**< distinct */
    uint32_t wishes;        /**< distinct; what is said about one tag */
    uint32_t strays;        /**< wishes that a plane alone does not tell */
    uint32_t users;         /**< one more than the highest number */
    uint64_t subscriptions; /**< live ones */
    uint64_t block_bytes;   /**< planes, users and voices */
    uint64_t bytes;         /**< of all memory held, without the frames */
} postern_grid_size;

POSTERN_API void postern_grid_measure(const postern_grid *grid,
                                      postern_grid_size *size);

#ifdef __cplusplus
}
#endif

#endif
