/*
 * Postern, privacy policies: the terms of an application service provider
 * against the preferences of a user and what the law and parents say, point by
 * point (TS-0003 clause 11, annexes J and K).
 *
 * - The *table* is annex J: 21 tags with 110 rows. A row has a number, 0 to
 *   109, that never changes, and a key such as "6.0/month".
 * - A *frame* is what one party says about the rows, for one or more columns. A
 *   column is an application, a device and a kind of data.
 * - A *stack* is the frames that count for one user and one provider. It says
 *   of every cell (a column and a row) whether there is a conflict, who
 *   decided, and why.
 *
 * A document with a frame is described in postern-ppm(5).
 *
 * What this does not do: verify who wrote a frame, store consents, or make
 * access control policies of what was accepted.
 *
 * Thread safety: frames, words and stacks are immutable, share them freely.
 */
#ifndef POSTERN_PPM_H
#define POSTERN_PPM_H

#include <postern/policy.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the table -------------------------------------------------------- */

enum {
    POSTERN_PPM_TAGS = 21,
    POSTERN_PPM_ROWS = 110,
    /** The version of the table; a frame may say which it was written for. New
     * rows are only ever added behind the last. */
    POSTERN_PPM_TABLE = 1
};

/** What the rows of a tag are to each other. */
typedef enum postern_ppm_group {
    POSTERN_PPM_GROUP_INFO,
    POSTERN_PPM_GROUP_INDEPENDENT,
    POSTERN_PPM_GROUP_SCALE_RETENTION, /**< how long: longer is more */
    POSTERN_PPM_GROUP_SCALE_INTERVAL,  /**< how often: more often is more */
    POSTERN_PPM_GROUP_SCALE_ORDINAL,   /**< each row is more than the last */
    POSTERN_PPM_GROUP_SET_PLACE,       /**< local, or a set of nations */
    POSTERN_PPM_GROUP_ANY_OF,   /**< channels: one that is liked serves */
    POSTERN_PPM_GROUP_LEVEL,    /**< one level, 1 to 5 */
    POSTERN_PPM_GROUP_PREDICATE /**< ages and dates */
} postern_ppm_group;

/** What may stand in a row. */
typedef enum postern_ppm_type {
    POSTERN_PPM_TYPE_YES_NO,
    POSTERN_PPM_TYPE_INT_RANGE,
    POSTERN_PPM_TYPE_SECONDS,
    POSTERN_PPM_TYPE_INT_OR_RANGE,
    POSTERN_PPM_TYPE_LEVEL,
    POSTERN_PPM_TYPE_DATE,
    POSTERN_PPM_TYPE_TEXT,
    POSTERN_PPM_TYPE_TEXT_FEED,
    POSTERN_PPM_TYPE_URL,
    POSTERN_PPM_TYPE_APP_ID,
    POSTERN_PPM_TYPE_COUNTRY,
    POSTERN_PPM_TYPE_COUNTRY_SET,
    POSTERN_PPM_TYPE_NATION_BLOCK_SET,
    POSTERN_PPM_TYPE_NO_OR_SCOPE_REASON,
    POSTERN_PPM_TYPE_NO_OR_SCOPE_REASON_BODIES
} postern_ppm_type;

/** What it means that a provider states a row. */
typedef enum postern_ppm_polarity {
    POSTERN_PPM_POLARITY_LIMIT,   /**< an intrusion; a user's Yes allows it */
    POSTERN_PPM_POLARITY_REQUIRE, /**< a service; a user's Yes asks for it */
    POSTERN_PPM_POLARITY_ABSENCE, /**< "NA": the claim that there is nothing */
    POSTERN_PPM_POLARITY_INFO     /**< is shown */
} postern_ppm_polarity;

/** How a provider's value is compared with a preference. */
typedef enum postern_ppm_comparison {
    POSTERN_PPM_COMPARE_ALLOW,
    POSTERN_PPM_COMPARE_ABSENCE,
    POSTERN_PPM_COMPARE_SCALE_LE,
    POSTERN_PPM_COMPARE_INTERVAL_GE,
    POSTERN_PPM_COMPARE_ORDINAL_LE,
    POSTERN_PPM_COMPARE_FEED_OPTION,
    POSTERN_PPM_COMPARE_SET_SUBSET,
    POSTERN_PPM_COMPARE_CONTAINS,
    POSTERN_PPM_COMPARE_SCOPE_SUBSET,
    POSTERN_PPM_COMPARE_ANY_OF,
    POSTERN_PPM_COMPARE_LEVEL_GE,
    POSTERN_PPM_COMPARE_AGE_GE,
    POSTERN_PPM_COMPARE_AGE_INPUT,
    POSTERN_PPM_COMPARE_DATE_LE,
    POSTERN_PPM_COMPARE_DENY_LIST,
    POSTERN_PPM_COMPARE_INFO
} postern_ppm_comparison;

typedef struct postern_ppm_tag {
    const char *id; /**< "6.0" */
    uint32_t major; /**< tags are in the order of these two numbers */
    uint32_t minor;
    const char *name;
    const char *description;
    postern_ppm_group group;
    uint32_t first_row;
    uint32_t row_count;
} postern_ppm_tag;

typedef struct postern_ppm_row {
    const char *key; /**< "6.0/month" */
    const char *label;
    const char *description;
    uint32_t tag; /**< position among the tags */
    postern_ppm_type type;
    postern_ppm_polarity polarity;
    postern_ppm_comparison comparison;
    bool bounded;     /**< a number from min to max */
    int64_t min;      /**< inclusive */
    int64_t max;      /**< inclusive; INT64_MAX: none */
    const char *unit; /**< of the number: "month", or "" */
} postern_ppm_row;

/** The tag at a position, the row with a number; NULL beyond the last. */
POSTERN_API const postern_ppm_tag *postern_ppm_tag_at(uint32_t position);
POSTERN_API const postern_ppm_row *postern_ppm_row_at(uint32_t number);

/** The number of the row with a key; POSTERN_PPM_ROWS when there is none. */
POSTERN_API uint32_t postern_ppm_row_find(postern_str key);

/** The words of annex-j.json for these: "scale_retention", "yes_no", "limit",
 * "scale_le". Never NULL. */
POSTERN_API const char *postern_ppm_group_word(postern_ppm_group group);
POSTERN_API const char *postern_ppm_type_word(postern_ppm_type type);
POSTERN_API const char *
postern_ppm_polarity_word(postern_ppm_polarity polarity);
POSTERN_API const char *
postern_ppm_comparison_word(postern_ppm_comparison comparison);

/** SHA-256 of annex-j.json, from which the table was made, in hexadecimal. */
POSTERN_API const char *postern_ppm_table_hash(void);

/* ---- words in another language ---------------------------------------- */

/** Names of tags and labels of rows in one language: the Descriptor frame. */
typedef struct postern_ppm_words postern_ppm_words;

/* ---- frames ----------------------------------------------------------- */

/** Whose frame it is. The order of the numbers is that of clause 11.4.1.3. */
typedef enum postern_ppm_kind {
    POSTERN_PPM_NOBODY = 0,
    POSTERN_PPM_LEGAL_REGION = 1,
    POSTERN_PPM_LEGAL_COUNTRY = 2,
    POSTERN_PPM_LEGAL_CITY = 3,
    POSTERN_PPM_LEGAL_STATE = 4,
    POSTERN_PPM_PARENTAL = 5,
    POSTERN_PPM_USER = 6,
    POSTERN_PPM_PROVIDER = 7
} postern_ppm_kind;

enum { POSTERN_PPM_KINDS = 8 };

/** "legal_region" ... "provider"; "nobody". Never NULL. */
POSTERN_API const char *postern_ppm_kind_word(postern_ppm_kind kind);

/** The kind with that word; POSTERN_PPM_NOBODY when there is none. */
POSTERN_API postern_ppm_kind postern_ppm_kind_of(postern_str word);

/** Options of a load; start with postern_ppm_load_options_init(). */
typedef struct postern_ppm_load_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    postern_limits limits;
    postern_format format;
    const char *source; /**< name for diagnostics, NULL for none */
    /** Receives what is legal and probably not meant: tags that a provider
     * leaves out ("undeclared-tag") ... NULL: nobody listens. */
    void (*report)(void *user, const postern_diag *diag);
    void *user;
} postern_ppm_load_options;

POSTERN_API void
postern_ppm_load_options_init_sized(postern_ppm_load_options *options,
                                    size_t struct_size);
#define postern_ppm_load_options_init(options)                                 \
    postern_ppm_load_options_init_sized((options),                             \
                                        sizeof(postern_ppm_load_options))

/** What one party says. */
typedef struct postern_ppm_frame postern_ppm_frame;

/**
 * Loads a frame from memory. A frame that contradicts itself is refused, with a
 * code in diag->lint such as "E_RANGE": postern-ppm(5) lists them.
 *
 * @param frame    receives the handle; NULL after any refusal
 * @param text     JSON or YAML, borrowed for the call
 * @param options  NULL for defaults
 * @param diag     why it was refused, with line, column and path; may be NULL
 * @return POSTERN_OK, _SYNTAX, _POLICY, _LIMIT, _MEMORY, _ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_frame_load(
    postern_ppm_frame **frame, postern_str text,
    const postern_ppm_load_options *options, postern_diag *diag);

/** The same from a file; the name is the source. Also POSTERN_ERR_IO. */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_frame_load_file(
    postern_ppm_frame **frame, const char *path,
    const postern_ppm_load_options *options, postern_diag *diag);

POSTERN_API void postern_ppm_frame_free(postern_ppm_frame *frame);

/** What the head of a frame says. Texts are absent when it does not. */
typedef struct postern_ppm_frame_head {
    postern_ppm_kind kind;
    postern_str id;      /**< of the document */
    postern_str name;    /**< of the provider, the user, the law */
    postern_str link;    /**< where the whole text can be read */
    postern_str version; /**< of the document */
    uint32_t columns;    /**< how many it has */
    postern_str owner;   /**< whose it is: the id of the provider, the pseudonym
                              of the subscriber, the place of a law */
} postern_ppm_frame_head;

/** The texts are valid as long as the frame. */
POSTERN_API void postern_ppm_frame_look(const postern_ppm_frame *frame,
                                        postern_ppm_frame_head *head);

/** Loads words, as a frame is loaded. */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_words_load(
    postern_ppm_words **words, postern_str text,
    const postern_ppm_load_options *options, postern_diag *diag);
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_words_load_file(
    postern_ppm_words **words, const char *path,
    const postern_ppm_load_options *options, postern_diag *diag);
POSTERN_API void postern_ppm_words_free(postern_ppm_words *words);

/** The language: "nl"; "en" for NULL. */
POSTERN_API postern_str
postern_ppm_words_language(const postern_ppm_words *words);

/** A name, label or description; the English one when `words` is NULL or says
 * nothing about it; absent beyond the last. */
POSTERN_API postern_str postern_ppm_tag_name(const postern_ppm_words *words,
                                             uint32_t position);
POSTERN_API postern_str
postern_ppm_tag_description(const postern_ppm_words *words, uint32_t position);
POSTERN_API postern_str postern_ppm_row_label(const postern_ppm_words *words,
                                              uint32_t number);
POSTERN_API postern_str
postern_ppm_row_description(const postern_ppm_words *words, uint32_t number);

/* ---- the stack -------------------------------------------------------- */

/** How conflicts are found. docs/privacy.md says where the three differ. */
typedef enum postern_ppm_profile {
    /** A value satisfies a preference when it does not go beyond it; all
     * parties hold as long as they can hold together. */
    POSTERN_PPM_SOUND = 0,
    /** Rules a to f of clause 11.4.1.3 by equality; the first frame that says
     * anything stands for all. For comparison. */
    POSTERN_PPM_LITERAL = 1,
    /** The fold of annex K. For comparison. */
    POSTERN_PPM_ANNEX_K = 2
} postern_ppm_profile;

enum { POSTERN_PPM_PROFILES = 3 };

/** "sound", "literal", "annexk". Never NULL. */
POSTERN_API const char *postern_ppm_profile_word(postern_ppm_profile profile);

/** What a cell shows. */
typedef enum postern_ppm_state {
    POSTERN_PPM_GREEN = 0,    /**< agreement */
    POSTERN_PPM_RED = 1,      /**< conflict; the user may accept it */
    POSTERN_PPM_LOCKED = 2,   /**< conflict; the user may not */
    POSTERN_PPM_OVERRULED = 3 /**< agreement against a wish: somebody in front
                                   overruled the user or the parents */
} postern_ppm_state;

/** "green", "red", "locked", "overruled". Never NULL. */
POSTERN_API const char *postern_ppm_state_word(postern_ppm_state state);

/** Why. */
typedef enum postern_ppm_code {
    /* green */
    POSTERN_PPM_NO_PREF,
    POSTERN_PPM_MATCH,
    POSTERN_PPM_NOT_USED,
    POSTERN_PPM_BOTH_NO,
    POSTERN_PPM_WITHIN_LIMIT,
    POSTERN_PPM_WITHIN_SET,
    POSTERN_PPM_SERVED_BY_OTHER_CHANNEL,
    POSTERN_PPM_ABOVE_NEED,
    POSTERN_PPM_CLAIMS_NONE,
    POSTERN_PPM_OVERRULES_PREFERENCE,
    /* red */
    POSTERN_PPM_REFUSED,
    POSTERN_PPM_LAW_FORBIDS,
    POSTERN_PPM_OVER_LIMIT,
    POSTERN_PPM_UNDER_FLOOR,
    POSTERN_PPM_OUTSIDE_SET,
    POSTERN_PPM_LACKS_COUNTRY,
    POSTERN_PPM_SUBSTITUTE_WANTED,
    POSTERN_PPM_UNCOMPARABLE,
    POSTERN_PPM_MANDATED_MISSING,
    POSTERN_PPM_BELOW_LEVEL,
    POSTERN_PPM_UNDECLARED,
    POSTERN_PPM_AGE_UNDER,
    POSTERN_PPM_AGE_OVER,
    POSTERN_PPM_AGE_UNKNOWN,
    POSTERN_PPM_EXPIRED,
    POSTERN_PPM_DATE_UNKNOWN,
    /* of the profiles literal and annexk */
    POSTERN_PPM_DIFFERS
} postern_ppm_code;

enum { POSTERN_PPM_CODES = POSTERN_PPM_DIFFERS + 1 };

/** "NO_PREF" ...; never NULL. */
POSTERN_API const char *postern_ppm_code_word(postern_ppm_code code);

/** What cells stand in. An absent part: whatever no frame names. */
typedef struct postern_ppm_column {
    postern_str application;
    postern_str device;
    postern_str data; /**< kind of data */
} postern_ppm_column;

/** Options of a stack; start with postern_ppm_stack_options_init(). */
typedef struct postern_ppm_stack_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    /** Who overrules whom: the kinds from front to back, each from
     * LEGAL_REGION to USER once, USER last. NULL: that of clause 11.4.1.3. */
    const postern_ppm_kind *order;
    size_t order_count;
    /** The day, for ages, shelf lives and who belongs to a block of nations.
     * Unknown: what has to do with ages and shelf lives is red, and blocks are
     * as they are today. */
    bool time_known;
    int64_t time_s; /**< seconds since 1970, UTC */
    /** Devices by which columns are divided although no frame names them;
     * borrowed as long as the stack. */
    const postern_str *devices;
    size_t device_count;
    /** Whether a law, parents or the user, by the number among the frames
     * given, speak of a column: a law holds where the device is. Asked while
     * the stack is made. NULL: they do. */
    bool (*holds)(void *user, size_t frame, const postern_ppm_column *column);
    void *user;
} postern_ppm_stack_options;

POSTERN_API void
postern_ppm_stack_options_init_sized(postern_ppm_stack_options *options,
                                     size_t struct_size);
#define postern_ppm_stack_options_init(options)                                \
    postern_ppm_stack_options_init_sized((options),                            \
                                         sizeof(postern_ppm_stack_options))

enum {
    POSTERN_PPM_MAX_FRAMES = 32,   /**< of one stack */
    POSTERN_PPM_MAX_COLUMNS = 4096 /**< of one stack */
};

/** The frames of one user and one provider. */
typedef struct postern_ppm_stack postern_ppm_stack;

/**
 * Puts frames together: one of the user, one or more of the provider (the terms
 * of its components, each of which has to be acceptable), any number of others.
 * Frames of one kind keep the order in which they are given.
 *
 * The columns are those that the provider lists, or one for all; where it
 * leaves out the application, the device or the kind of data and a frame names
 * one, that column is divided.
 *
 * @param stack   receives the handle; NULL after any refusal
 * @param frames  borrowed: they live as long as the stack
 * @param options NULL for defaults
 * @param diag    why it was refused; may be NULL
 * @return POSTERN_OK, _POLICY (a frame is missing or one too many), _LIMIT,
 *         _MEMORY, _ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_ppm_stack_new(
    postern_ppm_stack **stack, const postern_ppm_frame *const *frames,
    size_t frame_count, const postern_ppm_stack_options *options,
    postern_diag *diag);

POSTERN_API void postern_ppm_stack_free(postern_ppm_stack *stack);

POSTERN_API uint32_t postern_ppm_stack_columns(const postern_ppm_stack *stack);
/** The column with a number; all parts are absent beyond the last. */
POSTERN_API postern_ppm_column
postern_ppm_stack_column(const postern_ppm_stack *stack, uint32_t number);

/** The frames by their place: those that may prefer, from front to back, then
 * the provider's. NULL beyond the last. */
POSTERN_API uint32_t postern_ppm_stack_frames(const postern_ppm_stack *stack);
POSTERN_API const postern_ppm_frame *
postern_ppm_stack_frame(const postern_ppm_stack *stack, uint32_t place);

enum { POSTERN_PPM_NO_FRAME = -1 };

typedef struct postern_ppm_cell {
    uint32_t column;
    uint32_t row;
    postern_ppm_state state;
    postern_ppm_code code;
    /** Who made it red or overruled somebody; POSTERN_PPM_NOBODY for other
     * green ones. */
    postern_ppm_kind decided_by;
    int32_t frame;        /**< place of that one's frame, or NO_FRAME */
    uint32_t overruled;   /**< 1 << place for each frame that was overruled */
    bool user_can_accept; /**< red, and nobody but the user is against it */
    bool stated;          /**< provider or a frame says something about it */
    uint32_t red_in;      /**< 1 << profile for each in which it is red */
    bool differs;         /**< the profiles do not show the same colour */
} postern_ppm_cell;

/**
 * What one cell shows. A column or row that is not there is LOCKED, as are all
 * cells for a profile that is none.
 *
 * Cost: proportional to the frames. No allocation, lock, system call or clock.
 */
POSTERN_API void postern_ppm_evaluate(const postern_ppm_stack *stack,
                                      uint32_t column, uint32_t row,
                                      postern_ppm_profile profile,
                                      postern_ppm_cell *cell);

/** Number of cells of a column that show a state, under a profile. */
POSTERN_API uint32_t postern_ppm_count(const postern_ppm_stack *stack,
                                       uint32_t column,
                                       postern_ppm_profile profile,
                                       postern_ppm_state state);

/**
 * A plain sentence: what the provider states, who says what, and what follows.
 * A birth date is never in it.
 *
 * @param cell    from postern_ppm_evaluate() of this stack
 * @param words   for the label of the row; NULL: English
 * @param buffer  receives the text, cut to fit, always with a NUL if size > 0
 * @return the length of the whole sentence
 */
POSTERN_API size_t postern_ppm_sentence(const postern_ppm_stack *stack,
                                        const postern_ppm_cell *cell,
                                        const postern_ppm_words *words,
                                        char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
