/* A cell in a plain sentence: what the provider does, and what somebody says to
 * that. */
#include "ppm/sound.h"

#include "ppm/bounds.h"
#include "ppm/scale.h"
#include "ppm/statement_words.h"

struct sentence {
    struct pst_text text;
    struct pst_ppm_view view;
    uint32_t row;
    const postern_ppm_cell *cell;
    const postern_ppm_words *words;
};

static struct pst_ppm_who who_is(const postern_ppm_stack *stack, int32_t place)
{
    const postern_ppm_frame_head *head =
        place < 0 ? NULL : &stack->frames[place]->head;

    return head ? pst_ppm_who_is(head->kind, head->name)
                : pst_ppm_who_is(POSTERN_PPM_NOBODY, (postern_str){NULL, 0});
}

/* "you allow", "X allows": verb is "allow". */
static void add_who(struct sentence *self, int32_t place, const char *verb)
{
    struct pst_ppm_who who = who_is(self->view.stack, place);

    pst_text_add_str(&self->text, who.name);
    pst_text_add(&self->text, " ");
    pst_text_add(&self->text, verb);
    pst_text_add(&self->text, who.plural ? "" : "s");
}

/* "Month: Acme states 24 months". */
static void add_provider(struct sentence *self)
{
    const struct pst_ppm_value *value =
        pst_ppm_practice(&self->view, self->row);
    int32_t place = (int32_t)self->view.provider;

    pst_text_add_str(&self->text,
                     postern_ppm_row_label(self->words, self->row));
    pst_text_add(&self->text, ": ");
    if (value) {
        add_who(self, place, "state");
        pst_text_add(&self->text, " ");
        pst_ppm_add_value(&self->text, self->row, value);
        return;
    }
    add_who(self, place, "state");
    pst_text_add(&self->text,
                 pst_ppm_is_declared(&self->view, pst_ppm_rows[self->row].tag)
                     ? " no"
                     : " nothing");
}

static bool is_edge(const struct pst_ppm_statement *said, int64_t rank,
                    bool cap)
{
    if (said->say == PST_PPM_LIMITS) {
        return cap ? said->has_cap && pst_ppm_rank(said->row, said->cap) == rank
                   : said->has_floor &&
                         pst_ppm_rank(said->row, said->floor) == rank;
    }
    return said->say == PST_PPM_ALLOWS || said->say == PST_PPM_REQUIRES
               ? rank == (cap ? pst_ppm_most_rank(said->row)
                              : pst_ppm_least_rank(said->row))
               : false;
}

/* The statement that is the frame's limit on the scale of the tag. */
static const struct pst_ppm_statement *edge(const struct sentence *self,
                                            bool cap)
{
    const struct pst_ppm_statement *const *rows =
        pst_ppm_rows_of(&self->view, (uint32_t)self->cell->frame);
    const postern_ppm_tag *tag = &pst_ppm_tags[pst_ppm_rows[self->row].tag];
    struct pst_ppm_bounds bounds;

    if (!pst_ppm_is_ranked(self->row)) {
        return rows[self->row];
    }
    bounds = pst_ppm_bounds_of(rows, tag);
    for (uint32_t i = 0; i < tag->row_count; i++) {
        uint32_t row = tag->first_row + i;

        if (rows[row] && pst_ppm_is_ranked(row) &&
            is_edge(rows[row], cap ? bounds.high : bounds.low, cap)) {
            return rows[row];
        }
    }
    return NULL;
}

/* "you allow at most 3 months"; without a number, the row. */
static void add_limit(struct sentence *self, bool cap)
{
    const struct pst_ppm_statement *said = edge(self, cap);

    add_who(self, self->cell->frame, cap ? "allow" : "ask");
    if (!said) {
        pst_text_add(&self->text, cap ? " less" : " for more");
        return;
    }
    pst_text_add(&self->text, cap ? " at most " : " for at least ");
    if (said->say == PST_PPM_LIMITS) {
        pst_ppm_add_number(&self->text, said->row,
                           cap ? said->cap : said->floor);
    } else if (pst_ppm_rows[said->row].bounded) {
        pst_ppm_add_number(&self->text, said->row,
                           pst_ppm_most_number(said->row));
    } else {
        pst_text_add_str(&self->text,
                         postern_ppm_row_label(self->words, said->row));
    }
}

/* "you allow only EU". */
static void add_set(struct sentence *self, const char *verb, const char *only)
{
    const struct pst_ppm_statement *said =
        pst_ppm_said(&self->view, (uint32_t)self->cell->frame, self->row);

    add_who(self, self->cell->frame, verb);
    pst_text_add(&self->text, only);
    if (said && said->value.form != PST_PPM_YES) {
        pst_ppm_add_value(&self->text, self->row, &said->value);
    } else {
        pst_text_add(&self->text, "what is local");
    }
}

static void add_overruled(struct sentence *self)
{
    uint32_t user = self->view.stack->preferences - 1;

    add_who(self, self->cell->frame, "overrule");
    pst_text_add(&self->text, self->cell->overruled >> user & 1
                                  ? " what you wish"
                                  : " what the parents wish");
}

/* What follows, where it is the same for everybody. */
static const char *fixed_words(postern_ppm_code code)
{
    static const char *const words[POSTERN_PPM_CODES] = {
        [POSTERN_PPM_NO_PREF] = "nobody has set a preference",
        [POSTERN_PPM_MATCH] = "nobody objects",
        [POSTERN_PPM_NOT_USED] = "more would be allowed",
        [POSTERN_PPM_BOTH_NO] = "it is refused, and it is not done",
        [POSTERN_PPM_WITHIN_LIMIT] = "that is within the limits",
        [POSTERN_PPM_WITHIN_SET] = "that is within what is allowed",
        [POSTERN_PPM_SERVED_BY_OTHER_CHANNEL] =
            "another way that you like is offered",
        [POSTERN_PPM_ABOVE_NEED] = "that is more than is needed",
        [POSTERN_PPM_CLAIMS_NONE] = "nothing of this tag is done",
        [POSTERN_PPM_UNCOMPARABLE] =
            "a text cannot be compared with what is allowed",
        [POSTERN_PPM_AGE_UNDER] = "the user is younger",
        [POSTERN_PPM_AGE_OVER] = "the user is older",
        [POSTERN_PPM_AGE_UNKNOWN] = "the age of the user is not known",
        [POSTERN_PPM_EXPIRED] = "that day is over",
        [POSTERN_PPM_DATE_UNKNOWN] = "what day it is is not known",
    };

    return words[code];
}

static void add_reason(struct sentence *self)
{
    int32_t frame = self->cell->frame;
    const char *words = fixed_words(self->cell->code);

    if (words) {
        pst_text_add(&self->text, words);
        return;
    }
    switch (self->cell->code) {
    case POSTERN_PPM_OVERRULES_PREFERENCE:
        add_overruled(self);
        break;
    case POSTERN_PPM_OVER_LIMIT:
        add_limit(self, true);
        break;
    case POSTERN_PPM_UNDER_FLOOR:
        add_limit(self, false);
        break;
    case POSTERN_PPM_OUTSIDE_SET:
        add_set(self, "allow", " only ");
        break;
    case POSTERN_PPM_LACKS_COUNTRY:
        add_set(self, "ask", " for all of ");
        break;
    case POSTERN_PPM_SUBSTITUTE_WANTED:
        add_set(self, "want", " another feed: ");
        break;
    case POSTERN_PPM_LAW_FORBIDS:
        add_who(self, frame, "forbid");
        pst_text_add(&self->text, " it");
        break;
    case POSTERN_PPM_REFUSED:
        add_who(self, frame, "refuse");
        pst_text_add(&self->text, " it");
        break;
    case POSTERN_PPM_DIFFERS:
        add_who(self, frame, "say");
        pst_text_add(&self->text, " something else");
        break;
    case POSTERN_PPM_UNDECLARED:
        add_who(self, frame, "want");
        pst_text_add(&self->text, " to know");
        break;
    case POSTERN_PPM_BELOW_LEVEL:
    case POSTERN_PPM_MANDATED_MISSING:
    default:
        add_who(self, frame, "ask");
        pst_text_add(&self->text, " for it");
        break;
    }
}

/* The frame of the provider that a sentence is about: the first that does
 * something here, or the first. */
static uint32_t provider_of(const postern_ppm_stack *stack, uint32_t column,
                            uint32_t row)
{
    struct pst_ppm_view view = {stack, column, 0};
    uint32_t first = stack->frame_count;

    for (uint32_t place = stack->preferences; place < stack->frame_count;
         place++) {
        if (!(stack->columns[column].providers >> place & 1)) {
            continue;
        }
        view.provider = place;
        if (pst_ppm_practice(&view, row)) {
            return place;
        }
        first = first < place ? first : place;
    }
    return first;
}

size_t postern_ppm_sentence(const postern_ppm_stack *stack,
                            const postern_ppm_cell *cell,
                            const postern_ppm_words *words, char *buffer,
                            size_t size)
{
    char none;
    struct sentence self = {.view = {stack, cell->column, 0},
                            .row = cell->row,
                            .cell = cell,
                            .words = words};

    pst_text_init(&self.text, size ? buffer : &none, size ? size : 1);
    if (cell->column >= stack->column_count || cell->row >= POSTERN_PPM_ROWS) {
        pst_text_add(&self.text, "There is no such cell.");
        return self.text.len;
    }
    self.view.provider = provider_of(stack, cell->column, cell->row);
    add_provider(&self);
    pst_text_add(&self.text, "; ");
    add_reason(&self);
    pst_text_add(&self.text,
                 cell->state == POSTERN_PPM_LOCKED ? ". You cannot accept this."
                 : cell->state == POSTERN_PPM_RED  ? ". You may accept it."
                                                   : ".");
    return self.text.len;
}
