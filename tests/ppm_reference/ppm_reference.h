/*
 * The dumb twin of the privacy policy manager: clause 11.4.1, annex K, and the
 * reading of them that docs/privacy.md calls "sound", written down plainly. It
 * lists the values a provider could state one by one, asks of each whether a
 * frame accepts it, and keeps those that all accept. It links nothing of the
 * library and shares no table with it. One column; nations, scopes and reasons
 * come from small worlds.
 */
#ifndef TESTS_PPM_REFERENCE_H
#define TESTS_PPM_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

enum { REF_PPM_ROWS = 110, REF_PPM_FRAMES = 8, REF_PPM_NOBODY = -1 };

/* Whose frame; the numbers are those of the library. */
enum ref_ppm_kind {
    REF_PPM_REGION = 1,
    REF_PPM_COUNTRY,
    REF_PPM_CITY,
    REF_PPM_STATE,
    REF_PPM_PARENTS,
    REF_PPM_USER,
    REF_PPM_PROVIDER
};

enum ref_ppm_verb {
    REF_PPM_NOTHING,
    REF_PPM_NO,
    REF_PPM_YES,   /* of the provider and of the user */
    REF_PPM_VALUE, /* of the provider; of the others a limit, or a set */
    REF_PPM_ALLOW, /* of the others, as all below */
    REF_PPM_FORBID,
    REF_PPM_REQUIRE,
    REF_PPM_CAP,
    REF_PPM_FLOOR,
    REF_PPM_REQUIRE_VALUE,
    REF_PPM_VERBS
};

/* Nations: DE, FR, US, JP, and EU as it is written. */
enum {
    REF_PPM_DE = 1,
    REF_PPM_FR = 2,
    REF_PPM_US = 4,
    REF_PPM_JP = 8,
    REF_PPM_EU = 16
};

struct ref_ppm_cell {
    enum ref_ppm_verb verb;
    int number;        /* of VALUE, CAP, FLOOR */
    unsigned nations;  /* of VALUE, REQUIRE_VALUE */
    unsigned parts[3]; /* words of scope, reason, bodies; 0: not given */
    bool is_text[3];   /* of the provider: not comparable */
};

struct ref_ppm_frame {
    enum ref_ppm_kind kind;
    struct ref_ppm_cell cells[REF_PPM_ROWS];
};

/* Frames that prefer from front to back, the user's last. */
struct ref_ppm_stack {
    int count;
    const struct ref_ppm_frame *frames[REF_PPM_FRAMES];
    const struct ref_ppm_frame *provider;
    int age; /* of the user in years; -1: unknown */
};

struct ref_ppm_answer {
    bool red;
    const char *code;
    int decided;        /* among the frames; count: the provider; NOBODY */
    unsigned overruled; /* 1 << position */
};

/* What stands in a row, for those who make up frames. */
enum ref_ppm_sort {
    REF_PPM_CLAIM,
    REF_PPM_PLAIN,
    REF_PPM_STEP,     /* of a scale, Yes or No */
    REF_PPM_NUMBERED, /* of a scale, a number from 1 to .most */
    REF_PPM_LOCAL,
    REF_PPM_NATIONS,
    REF_PPM_SCOPES,
    REF_PPM_CHANNEL,
    REF_PPM_ADDRESS, /* a channel with a URL */
    REF_PPM_LEVEL,
    REF_PPM_AGE,
    REF_PPM_OTHER /* is not looked at */
};

struct ref_ppm_row {
    const char *key;
    enum ref_ppm_sort sort;
    int most;
};

struct ref_ppm_row ref_ppm_row(int row);

/* First and one behind the last row of the tag of a row. */
void ref_ppm_tag(int row, int *first, int *end);

/* Whether a frame does not contradict itself. */
bool ref_ppm_is_consistent(const struct ref_ppm_frame *frame);

struct ref_ppm_answer ref_ppm_sound(const struct ref_ppm_stack *stack, int row);
/* Only red is told. */
struct ref_ppm_answer ref_ppm_literal(const struct ref_ppm_stack *stack,
                                      int row);
struct ref_ppm_answer ref_ppm_annex_k(const struct ref_ppm_stack *stack,
                                      int row);

#endif
