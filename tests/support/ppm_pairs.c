#include "support/ppm_pairs.h"

#include <stdio.h>
#include <string.h>

enum { LAWS = 3, YEAR = 2020 };

/* ---- choosing ------------------------------------------------------------ */

static int choose_number(struct bytes *bytes, int most)
{
    static const int numbers[] = {1, 2, 3, 4, 6, 7, 12, 15, 24, 60};
    int number = numbers[bytes_below(bytes, sizeof numbers / sizeof *numbers)];

    return number < most ? number : most;
}

static void choose_value(struct ref_ppm_cell *cell, int row,
                         struct bytes *bytes, bool states)
{
    struct ref_ppm_row of = ref_ppm_row(row);

    cell->verb = REF_PPM_VALUE;
    if (of.sort == REF_PPM_NATIONS) {
        cell->nations = 1 + bytes_below(bytes, 31);
        return;
    }
    if (of.sort != REF_PPM_SCOPES) {
        cell->number = choose_number(bytes, of.most);
        return;
    }
    for (int i = 0; i < of.most; i++) {
        bool given =
            (states && i < 2) || bytes_chance(bytes, 60) || (i == 0 && !states);

        cell->parts[i] = given ? 1 + bytes_below(bytes, 7) : 0;
        cell->is_text[i] = given && states && bytes_chance(bytes, 15);
        cell->parts[i] = cell->is_text[i] ? 1 : cell->parts[i];
    }
}

static bool has_value(enum ref_ppm_sort sort)
{
    return sort == REF_PPM_NUMBERED || sort == REF_PPM_NATIONS ||
           sort == REF_PPM_SCOPES || sort == REF_PPM_AGE ||
           sort == REF_PPM_ADDRESS;
}

static void choose_terms(struct ref_ppm_cell *cell, int row,
                         struct bytes *bytes)
{
    enum ref_ppm_sort sort = ref_ppm_row(row).sort;

    if (sort == REF_PPM_OTHER || !bytes_chance(bytes, 45)) {
        return;
    }
    if (bytes_chance(bytes, sort == REF_PPM_CLAIM ? 70 : 35)) {
        cell->verb = REF_PPM_NO;
    } else if (has_value(sort)) {
        choose_value(cell, row, bytes, true);
    } else {
        cell->verb = REF_PPM_YES;
    }
}

/* Verbs that a row takes, by its sort. */
static void choose_verb(struct ref_ppm_cell *cell, int row, struct bytes *bytes)
{
    enum ref_ppm_sort sort = ref_ppm_row(row).sort;
    bool set = sort == REF_PPM_NATIONS || sort == REF_PPM_SCOPES;
    bool number = sort == REF_PPM_NUMBERED || sort == REF_PPM_AGE;

    switch (bytes_below(bytes, set || number ? 6 : 3)) {
    case 0:
        cell->verb = REF_PPM_ALLOW;
        break;
    case 1:
        cell->verb = sort == REF_PPM_CLAIM || sort == REF_PPM_LEVEL
                         ? REF_PPM_ALLOW
                         : REF_PPM_FORBID;
        break;
    case 2:
        cell->verb = REF_PPM_REQUIRE;
        break;
    case 3:
        choose_value(cell, row, bytes, false);
        break;
    case 4:
        choose_value(cell, row, bytes, false);
        cell->verb = set ? REF_PPM_VALUE : REF_PPM_CAP;
        break;
    default:
        choose_value(cell, row, bytes, false);
        cell->verb = set ? REF_PPM_REQUIRE_VALUE : REF_PPM_FLOOR;
        break;
    }
}

static void choose_preference(struct ref_ppm_cell *cell, int row,
                              struct bytes *bytes, bool user)
{
    enum ref_ppm_sort sort = ref_ppm_row(row).sort;
    bool rare = sort == REF_PPM_CLAIM;

    if (sort == REF_PPM_OTHER || !bytes_chance(bytes, rare ? 6 : 30)) {
        return;
    }
    if (user && bytes_chance(bytes, 50)) {
        cell->verb = bytes_chance(bytes, 50) ? REF_PPM_YES : REF_PPM_NO;
    } else if (bytes_chance(bytes, 20)) {
        cell->verb = REF_PPM_NO;
    } else {
        choose_verb(cell, row, bytes);
    }
}

static void choose_frame(struct ppm_pair *pair, struct ref_ppm_frame *frame,
                         struct bytes *bytes)
{
    for (int t = 0; t < 2; t++) {
        int row;
        int end;

        ref_ppm_tag(pair->tags[t], &row, &end);
        for (; row < end; row++) {
            struct ref_ppm_cell *cell = &frame->cells[row];

            memset(cell, 0, sizeof *cell);
            if (frame->kind == REF_PPM_PROVIDER) {
                choose_terms(cell, row, bytes);
            } else {
                choose_preference(cell, row, bytes,
                                  frame->kind == REF_PPM_USER);
            }
        }
    }
}

void ppm_pair_choose(struct ppm_pair *pair, struct bytes *bytes)
{
    int kind = REF_PPM_REGION;
    int count = 0;

    memset(pair, 0, sizeof *pair);
    pair->tags[0] = (int)bytes_below(bytes, REF_PPM_ROWS);
    pair->tags[1] = (int)bytes_below(bytes, REF_PPM_ROWS);
    pair->stack.age = bytes_chance(bytes, 70) ? (int)bytes_below(bytes, 40)
                                              : PPM_PAIR_AGE_UNKNOWN;
    for (; kind < REF_PPM_USER && count < LAWS + 1; kind++) {
        if (bytes_chance(bytes, 45)) {
            pair->frames[count++].kind = (enum ref_ppm_kind)kind;
            kind -= bytes_chance(bytes, 10); /* two of one kind */
        }
    }
    pair->frames[count++].kind = REF_PPM_USER;
    pair->frames[count].kind = REF_PPM_PROVIDER;
    pair->stack.count = count;
    pair->stack.provider = &pair->frames[count];
    for (int f = 0; f <= count; f++) {
        choose_frame(pair, &pair->frames[f], bytes);
        if (f < count) {
            pair->stack.frames[f] = &pair->frames[f];
        }
    }
}

/* ---- writing ------------------------------------------------------------- */

struct writer {
    char *text;
    size_t len;
};

static void add(struct writer *out, const char *words)
{
    size_t len = strlen(words);

    if (out->len + len < PPM_PAIR_TEXT) {
        memcpy(out->text + out->len, words, len + 1);
        out->len += len;
    }
}

static void add_number(struct writer *out, int number)
{
    char digits[16];

    (void)snprintf(digits, sizeof digits, "%d", number);
    add(out, digits);
}

static void add_words(struct writer *out, unsigned chosen,
                      const char *const *words, unsigned count)
{
    const char *before = "[\"";

    for (unsigned i = 0; i < count; i++) {
        if (chosen >> i & 1) {
            add(out, before);
            add(out, words[i]);
            before = "\",\"";
        }
    }
    add(out, "\"]");
}

static void add_scope(struct writer *out, const struct ref_ppm_cell *cell)
{
    static const char *const names[] = {
        "\"scope\":", "\"reason\":", "\"bodies\":"};
    static const char *const words[][3] = {{"a", "b", "c"},
                                           {"deliver", "improve", "legal"},
                                           {"police", "court", "tax"}};
    const char *before = "{";

    for (int i = 0; i < 3; i++) {
        if (!cell->parts[i]) {
            continue;
        }
        add(out, before);
        add(out, names[i]);
        before = ",";
        if (cell->is_text[i]) {
            add(out, "\"as need be\"");
        } else {
            add_words(out, cell->parts[i], words[i], 3);
        }
    }
    add(out, "}");
}

static void add_value(struct writer *out, int row,
                      const struct ref_ppm_cell *cell)
{
    static const char *const nations[] = {"DE", "FR", "US", "JP", "EU"};

    switch (ref_ppm_row(row).sort) {
    case REF_PPM_NATIONS:
        add_words(out, cell->nations, nations, 5);
        break;
    case REF_PPM_SCOPES:
        add_scope(out, cell);
        break;
    case REF_PPM_ADDRESS:
        add(out, "\"https://provider.example/terms\"");
        break;
    default:
        add_number(out, cell->number);
        break;
    }
}

static void add_cell(struct writer *out, int row,
                     const struct ref_ppm_cell *cell)
{
    static const char *const verbs[REF_PPM_VERBS] = {
        [REF_PPM_NO] = "\"No\"",
        [REF_PPM_YES] = "\"Yes\"",
        [REF_PPM_ALLOW] = "{\"allow\":true}",
        [REF_PPM_FORBID] = "{\"forbid\":true}",
        [REF_PPM_REQUIRE] = "{\"require\":true}",
        [REF_PPM_CAP] = "{\"cap\":",
        [REF_PPM_FLOOR] = "{\"floor\":",
        [REF_PPM_REQUIRE_VALUE] = "{\"require_within\":"};

    if (verbs[cell->verb]) {
        add(out, verbs[cell->verb]);
    }
    if (cell->verb == REF_PPM_VALUE || cell->verb == REF_PPM_CAP ||
        cell->verb == REF_PPM_FLOOR || cell->verb == REF_PPM_REQUIRE_VALUE) {
        add_value(out, row, cell);
        add(out, cell->verb == REF_PPM_VALUE ? "" : "}");
    }
}

static void add_birth(struct writer *out, int age)
{
    char date[32];

    (void)snprintf(date, sizeof date, "%04d-01-01", YEAR - age);
    add(out, "\"11.0/dob\":\"");
    add(out, date);
    add(out, "\"");
}

void ppm_pair_write(const struct ref_ppm_frame *frame, int age,
                    char text[PPM_PAIR_TEXT])
{
    struct writer out = {text, 0};
    const char *before = "";

    add(&out, "{\"kind\":\"");
    add(&out, postern_ppm_kind_word((postern_ppm_kind)frame->kind));
    add(&out, "\",\"rows\":{");
    if (frame->kind == REF_PPM_USER && age >= 0) {
        add_birth(&out, age);
        before = ",";
    }
    for (int row = 0; row < REF_PPM_ROWS; row++) {
        if (frame->cells[row].verb != REF_PPM_NOTHING) {
            add(&out, before);
            add(&out, "\"");
            add(&out, ref_ppm_row(row).key);
            add(&out, "\":");
            add_cell(&out, row, &frame->cells[row]);
            before = ",";
        }
    }
    add(&out, "}}");
}

postern_ppm_frame *ppm_pair_load(const struct ref_ppm_frame *frame, int age)
{
    char text[PPM_PAIR_TEXT];
    postern_ppm_frame *loaded;

    ppm_pair_write(frame, age, text);
    return postern_ppm_frame_load(&loaded, postern_str_of(text), NULL, NULL) ==
                   POSTERN_OK
               ? loaded
               : NULL;
}

/* ---- comparing ----------------------------------------------------------- */

static bool is_red(const postern_ppm_cell *cell)
{
    return cell->state == POSTERN_PPM_RED || cell->state == POSTERN_PPM_LOCKED;
}

static bool is_same(const struct ref_ppm_stack *reference,
                    const struct ref_ppm_answer *expected,
                    const postern_ppm_cell *cell, bool sound)
{
    bool overrules =
        sound && strcmp(expected->code, "OVERRULES_PREFERENCE") == 0;
    postern_ppm_state state =
        !expected->red ? overrules ? POSTERN_PPM_OVERRULED : POSTERN_PPM_GREEN
        : expected->decided == reference->count - 1 ? POSTERN_PPM_RED
                                                    : POSTERN_PPM_LOCKED;

    return is_red(cell) == expected->red && cell->state == state &&
           cell->frame == expected->decided &&
           (!sound ||
            (cell->overruled == expected->overruled &&
             strcmp(postern_ppm_code_word(cell->code), expected->code) == 0));
}

static struct ref_ppm_answer ask(const struct ref_ppm_stack *reference, int row,
                                 int profile)
{
    switch (profile) {
    case POSTERN_PPM_LITERAL:
        return ref_ppm_literal(reference, row);
    case POSTERN_PPM_ANNEX_K:
        return ref_ppm_annex_k(reference, row);
    default:
        return ref_ppm_sound(reference, row);
    }
}

static void show(const struct ref_ppm_stack *reference)
{
    char text[PPM_PAIR_TEXT];

    for (int f = 0; f <= reference->count; f++) {
        ppm_pair_write(f < reference->count ? reference->frames[f]
                                            : reference->provider,
                       reference->age, text);
        fprintf(stderr, "  %s\n", text);
    }
}

bool ppm_pair_compare(const struct ref_ppm_stack *reference,
                      const postern_ppm_stack *stack, uint32_t column, int row)
{
    for (int profile = 0; profile < POSTERN_PPM_PROFILES; profile++) {
        struct ref_ppm_answer expected = ask(reference, row, profile);
        postern_ppm_cell cell;

        postern_ppm_evaluate(stack, column, (uint32_t)row,
                             (postern_ppm_profile)profile, &cell);
        if (is_same(reference, &expected, &cell,
                    profile == POSTERN_PPM_SOUND)) {
            continue;
        }
        fprintf(stderr,
                "%s under %s: library %s %s by %d over %x, twin %s %s by %d "
                "over %x\n",
                ref_ppm_row(row).key,
                postern_ppm_profile_word((postern_ppm_profile)profile),
                postern_ppm_state_word(cell.state),
                postern_ppm_code_word(cell.code), cell.frame,
                (unsigned)cell.overruled, expected.red ? "red" : "green",
                expected.code ? expected.code : "-", expected.decided,
                expected.overruled);
        show(reference);
        return false;
    }
    return true;
}

static bool compare_tags(const struct ppm_pair *pair,
                         const postern_ppm_stack *stack, uint64_t *compared)
{
    for (int t = 0; t < 2; t++) {
        int row;
        int end;

        ref_ppm_tag(pair->tags[t], &row, &end);
        for (; row < end; row++) {
            if (ref_ppm_row(row).sort == REF_PPM_OTHER) {
                continue;
            }
            if (!ppm_pair_compare(&pair->stack, stack, 0, row)) {
                return false;
            }
            ++*compared;
        }
    }
    return true;
}

/* Whether the library takes what the twin finds consistent, and no other. */
static bool load_all(const struct ppm_pair *pair,
                     postern_ppm_frame *frames[REF_PPM_FRAMES], bool *usable)
{
    *usable = true;
    for (int f = 0; f <= pair->stack.count; f++) {
        const struct ref_ppm_frame *frame = &pair->frames[f];

        frames[f] = ppm_pair_load(frame, pair->stack.age);
        *usable = *usable && frames[f];
        if ((frames[f] != NULL) != ref_ppm_is_consistent(frame)) {
            char text[PPM_PAIR_TEXT];

            ppm_pair_write(frame, pair->stack.age, text);
            fprintf(stderr, "the library %s, the twin does not: %s\n",
                    frames[f] ? "takes it" : "refuses it", text);
            return false;
        }
    }
    return true;
}

bool ppm_pair_agree(const struct ppm_pair *pair, uint64_t *compared)
{
    postern_ppm_frame *frames[REF_PPM_FRAMES] = {NULL};
    postern_ppm_stack_options options;
    postern_ppm_stack *stack = NULL;
    bool usable;
    bool agree = load_all(pair, frames, &usable);

    postern_ppm_stack_options_init(&options);
    options.time_known = true;
    options.time_s = PPM_PAIR_TODAY_S;
    if (agree && usable) {
        agree = postern_ppm_stack_new(&stack,
                                      (const postern_ppm_frame *const *)frames,
                                      (size_t)pair->stack.count + 1, &options,
                                      NULL) == POSTERN_OK &&
                compare_tags(pair, stack, compared);
    }
    postern_ppm_stack_free(stack);
    for (int f = 0; f < REF_PPM_FRAMES; f++) {
        postern_ppm_frame_free(frames[f]);
    }
    return agree;
}
