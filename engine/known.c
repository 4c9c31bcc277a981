/* Answers to needs of an earlier call, and needs for the next one. */
#include "engine/run.h"

#include "base/str.h"

/* What an answer may be about. */
struct question {
    postern_need_kind kind;
    const postern_id *id; /* of a group or role */
    postern_str text;     /* of a token */
};

static bool is_about(const struct pst_run *run, const postern_known *known,
                     const struct question *question)
{
    const postern_cse *cse = run->view.prp->cse;
    postern_id named;
    postern_status status;

    if (known->kind != question->kind) {
        return false;
    }
    if (!question->id) { /* a tokenID, or nothing needs to be said */
        return !question->text.data || pst_str_equal(known->id, question->text);
    }
    status = question->kind == POSTERN_NEED_GROUP
                 ? postern_id_parse_resource(&named, cse, known->id)
                 : postern_id_parse_role(&named, known->id);
    return status == POSTERN_OK && postern_id_equal(&named, question->id);
}

static postern_reply reply_of(const struct pst_run *run,
                              const postern_known *known)
{
    bool clear =
        known->reply == POSTERN_REPLY_YES || known->reply == POSTERN_REPLY_NO;
    bool over = known->valid_until_s != INT64_MAX &&
                (!run->now.known || run->now.time_s > known->valid_until_s);

    pst_edge_after(&run->now, known->valid_until_s);
    return clear && !over ? known->reply : POSTERN_REPLY_UNKNOWN;
}

static bool is_same_number(double a, double b)
{
    /* NOLINTNEXTLINE(bugprone-*,cert-*) doubles have no padding */
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool is_same_place(const postern_whereabouts *a,
                          const postern_whereabouts *b)
{
    return a->source == b->source && a->dated == b->dated &&
           a->observed_s == b->observed_s &&
           a->location.has_point == b->location.has_point &&
           is_same_number(a->location.latitude_deg, b->location.latitude_deg) &&
           is_same_number(a->location.longitude_deg,
                          b->location.longitude_deg) &&
           memcmp(a->location.country, b->location.country, 3) == 0;
}

static bool says_the_same(const postern_known *a, const postern_known *b)
{
    if (a->reply != b->reply) {
        return false;
    }
    if (a->reply != POSTERN_REPLY_YES) {
        return true;
    }
    if (a->kind == POSTERN_NEED_LOCATION) {
        return is_same_place(&a->whereabouts, &b->whereabouts);
    }
    if (a->kind == POSTERN_NEED_TOKEN) {
        return pst_str_equal(a->token, b->token);
    }
    return (a->kind != POSTERN_NEED_COUNTRY_OF_IP &&
            a->kind != POSTERN_NEED_COUNTRY_OF_POINT) ||
           memcmp(a->country, b->country, 3) == 0;
}

static bool find_answer(const struct pst_run *run,
                        const struct question *question, postern_known *answer)
{
    const postern_primitive *primitive = &run->primitive;
    bool told = false;

    *answer = (postern_known){.kind = question->kind};
    for (size_t i = 0; primitive->known && i < primitive->known_count; i++) {
        postern_known entry;

        if (!is_about(run, &primitive->known[i], question)) {
            continue;
        }
        entry = primitive->known[i];
        entry.reply = reply_of(run, &entry);
        if (told && !says_the_same(&entry, answer)) {
            answer->reply = POSTERN_REPLY_UNKNOWN;
            return true;
        }
        *answer = entry;
        told = true;
    }
    return told;
}

bool pst_is_told(const struct pst_run *run, postern_need_kind kind,
                 const postern_id *id, postern_known *answer)
{
    return find_answer(run, &(struct question){kind, id, {NULL, 0}}, answer);
}

bool pst_is_token_told(const struct pst_run *run, postern_str token_id,
                       postern_known *answer)
{
    return find_answer(
        run, &(struct question){POSTERN_NEED_TOKEN, NULL, token_id}, answer);
}

static bool is_needed(const struct pst_run *run, postern_need_kind kind,
                      postern_str text)
{
    for (size_t i = 0; i < run->inquiry.need_count; i++) {
        const postern_need *need = &run->inquiry.needs[i];

        if (need->kind == kind && pst_str_equal(need->id, text)) {
            return true;
        }
    }
    return false;
}

void pst_need(struct pst_run *run, postern_need_kind kind, const postern_id *id)
{
    struct pst_inquiry *inquiry = &run->inquiry;
    struct pst_shelf *shelf = &run->needed;
    size_t room = sizeof shelf->bytes - shelf->used;
    postern_str text = {NULL, 0};

    if (id) {
        text.data = shelf->bytes + shelf->used;
        text.len = postern_id_text(id, shelf->bytes + shelf->used, room);
    }
    if (text.len >= room || inquiry->need_count == PST_NEEDS ||
        is_needed(run, kind, text)) {
        return;
    }
    shelf->used += id ? text.len + 1 : 0;
    inquiry->needs[inquiry->need_count++] = (postern_need){kind, text};
}

void pst_need_text(struct pst_run *run, postern_need_kind kind,
                   postern_str text)
{
    struct pst_inquiry *inquiry = &run->inquiry;

    if (inquiry->need_count == PST_NEEDS || is_needed(run, kind, text)) {
        return;
    }
    text = pst_shelve(&run->needed, text);
    if (text.data) {
        inquiry->needs[inquiry->need_count++] = (postern_need){kind, text};
    }
}
