/*
 * Postern, the customised privacy policy: what one provider does with the data
 * of one subscriber, as far as the subscriber has to look at it (TS-0003
 * 11.3.3.2, 11.4.1.3: the frame that is presented).
 *
 * It is a document of its own: it holds every point about which anybody says
 * anything, with the words it was shown in, and it is named by the SHA-256 of
 * its text. Whoever accepts, accepts that hash. A birth date is never in it,
 * nor the name of the user: that one is a pseudonym.
 *
 * It is described in postern-customised(5).
 *
 * Thread safety: immutable, share it freely.
 */
#ifndef POSTERN_CUSTOMISED_H
#define POSTERN_CUSTOMISED_H

#include <postern/ppm.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct postern_customised postern_customised;

/** Options; start with postern_customised_options_init(). */
typedef struct postern_customised_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    postern_str subscriber;             /**< pseudonym; required */
    postern_str provider;               /**< its id; required */
    postern_ppm_profile profile;
    /** The day that the document bears; unknown: it bears none. It is not the
     * day of the stack, and should be. */
    bool time_known;
    int64_t time_s;
    /** The one that was accepted before, of the same subscriber and provider,
     * to say what has changed since. NULL: there is none. */
    const postern_customised *previous;
} postern_customised_options;

POSTERN_API void
postern_customised_options_init_sized(postern_customised_options *options,
                                      size_t struct_size);
#define postern_customised_options_init(options)                               \
    postern_customised_options_init_sized((options),                           \
                                          sizeof(postern_customised_options))

/**
 * Writes down what a stack shows. The stack is not needed afterwards.
 *
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT (a text is
 *         missing or is not UTF-8; the previous one is of others),
 *         POSTERN_ERR_LIMIT (a text of more than
 *         65,535 bytes, texts of more than 32 MiB)
 *
 * Cost: one evaluation of each cell under three profiles. A document of the
 * same stack and options is the same byte by byte.
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_customised_new(
    postern_customised **document, const postern_ppm_stack *stack,
    const postern_customised_options *options, postern_diag *diag);

/**
 * Reads one that was written before, from its JSON. What does not come out the
 * same byte by byte when it is written again is refused, with line and column:
 * so the hash is that of the text, and what is counted or named twice agrees.
 *
 * @param options  its format is of no interest; NULL for defaults
 * @return POSTERN_OK, _SYNTAX, _POLICY (not such a document; a cell that is
 *         none), _LIMIT, _MEMORY, _ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_customised_load(
    postern_customised **document, postern_str text,
    const postern_ppm_load_options *options, postern_diag *diag);

POSTERN_API void postern_customised_free(postern_customised *document);

/** The document itself: JSON, UTF-8. Valid as long as the handle. */
POSTERN_API postern_str
postern_customised_json(const postern_customised *document);

/** SHA-256 of that text, 64 hexadecimal digits in lower case. */
POSTERN_API const char *
postern_customised_hash(const postern_customised *document);

/** What its head says. */
typedef struct postern_customised_head {
    postern_str subscriber;
    postern_str provider; /**< id */
    postern_str name;     /**< of the provider, as its terms call it; absent */
    postern_str day;      /**< "2026-11-22", or absent */
    postern_str previous; /**< hash of the document it is compared with; absent
                           */
    postern_ppm_profile profile;
    uint32_t columns;
    uint32_t cells; /**< points about which somebody says something */
    /** Of all cells of all columns, by postern_ppm_state. */
    uint32_t count[4];
    uint32_t changes; /**< since the previous one, with those that are gone */
    uint32_t gone;    /**< points of the previous one about which nobody says
                           anything any more */
    uint32_t frames;
} postern_customised_head;

POSTERN_API void postern_customised_look(const postern_customised *document,
                                         postern_customised_head *head);

/** A column; absent parts beyond the last. */
POSTERN_API postern_ppm_column
postern_customised_column(const postern_customised *document, uint32_t number);

/** The n-th frame it was made of, from front to back, the provider's at the
 * end; false beyond the last. The user's has no name here, and none has a
 * number of columns. */
POSTERN_API bool postern_customised_frame_at(const postern_customised *document,
                                             uint32_t n,
                                             postern_ppm_frame_head *frame);

/** What became of a point since the previous document. */
typedef enum postern_customised_change {
    POSTERN_CHANGE_NONE = 0,
    POSTERN_CHANGE_BY_PROVIDER = 1,
    POSTERN_CHANGE_BY_LAW = 2,
    POSTERN_CHANGE_BY_PARENTS = 3,
    POSTERN_CHANGE_BY_YOU = 4,
    POSTERN_CHANGE_BY_TIME = 5 /**< nobody said anything else: a day came, or
                                    it is judged in another way */
} postern_customised_change;

/** "none", "provider", "law", "parents", "you", "time". Never NULL. */
POSTERN_API const char *
postern_customised_change_word(postern_customised_change change);

/** One point. Texts are valid as long as the handle. */
typedef struct postern_customised_cell {
    uint32_t column;
    uint32_t row;
    postern_ppm_state state;
    postern_ppm_code code;
    postern_ppm_kind decided_by;
    bool user_can_accept;
    bool differs;          /**< other profiles show another colour */
    postern_str statement; /**< of the provider, in words: "every 15 minutes";
                                "no"; absent: it leaves the tag out */
    postern_str sentence;  /**< postern_ppm_sentence(), in English */
    postern_str decider; /**< name of who decided_by is; absent: nobody, you */
    postern_str overruler; /**< OVERRULED: the same; else absent */
    postern_str link;      /**< of the frame that decided; absent */
    postern_customised_change change;
    postern_ppm_state before; /**< where it has changed */
    postern_str statement_before;
} postern_customised_cell;

/** The n-th of head.cells, by column and row; false beyond the last. */
POSTERN_API bool postern_customised_cell_at(const postern_customised *document,
                                            uint32_t n,
                                            postern_customised_cell *cell);

/** A point of the previous document about which nobody says anything now. */
typedef struct postern_customised_lost {
    postern_ppm_column column;
    uint32_t row;
    postern_customised_change change;
    postern_ppm_state before;
    postern_str statement_before; /**< absent: there was none */
} postern_customised_lost;

/** The n-th of head.gone; false beyond the last. */
POSTERN_API bool postern_customised_lost_at(const postern_customised *document,
                                            uint32_t n,
                                            postern_customised_lost *lost);

/** How it is laid out for people. */
typedef enum postern_customised_layout {
    POSTERN_LAYOUT_TEXT = 0,
    POSTERN_LAYOUT_HTML = 1 /**< one file, no script, nothing loaded from
                                 elsewhere */
} postern_customised_layout;

/**
 * Lays the document out: what needs the reader first, then what has changed,
 * what a law overrules, counts, and all points.
 *
 * @param words   labels in another language; NULL: English
 * @param write   receives the text in pieces; what it returns other than
 *                POSTERN_OK ends the work and is returned
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_customised_write(
    const postern_customised *document, postern_customised_layout layout,
    const postern_ppm_words *words,
    postern_status (*write)(void *user, postern_str piece), void *user);

#ifdef __cplusplus
}
#endif

#endif
