/* What is missing, as the library and as the twin see it. */
#include "support/compare.h"

#include "support/show.h"
#include "support/translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 8192, ID_SIZE = 96 };

/* One report in a form that both have. */
struct fact {
    int kind;
    size_t link;
    size_t rule;
    bool suffices;
    char id[ID_SIZE]; /* canonical; "" for what has none */
};

/* Each once. */
struct facts {
    struct fact facts[MOST];
    size_t count;
    size_t reports;
};

static void must(bool fits)
{
    if (!fits) {
        fputs("compare_missing: a fixed table is too small\n", stderr);
        abort();
    }
}

static bool is_same(const struct fact *a, const struct fact *b)
{
    return a->kind == b->kind && a->link == b->link && a->rule == b->rule &&
           a->suffices == b->suffices && strcmp(a->id, b->id) == 0;
}

static bool has_fact(const struct facts *facts, const struct fact *fact)
{
    for (size_t i = 0; i < facts->count; i++) {
        if (is_same(&facts->facts[i], fact)) {
            return true;
        }
    }
    return false;
}

static void add(struct facts *facts, const struct fact *fact)
{
    facts->reports++;
    if (has_fact(facts, fact)) {
        return;
    }
    must(facts->count < MOST);
    facts->facts[facts->count++] = *fact;
}

static bool note(void *user, const postern_missing *missing)
{
    struct fact fact = {.kind = (int)missing->kind,
                        .link = missing->link,
                        .rule = missing->rule,
                        .suffices = missing->suffices};

    if (missing->id) {
        must(postern_id_text(missing->id, fact.id, ID_SIZE) < ID_SIZE);
    }
    add(user, &fact);
    return true;
}

/* What both say, and room for the twin's list. */
struct desk {
    struct facts ours;
    struct facts twin;
    struct ref_missing missing[MOST];
};

static void ask_twin(struct desk *desk, const struct pair *pair,
                     const struct ref_link *links, size_t link_count,
                     const struct ref_request *rq)
{
    struct facts *out = &desk->twin;
    struct ref_missing *missing = desk->missing;
    size_t count =
        ref_missing(pair->policy, links, link_count, rq, missing, MOST);

    for (size_t i = 0; i < count && i < MOST; i++) {
        struct fact fact = {.kind = (int)missing[i].fact,
                            .link = missing[i].link,
                            .rule = missing[i].rule,
                            .suffices = missing[i].suffices};
        char canonical[REF_TEXT_SIZE];

        if (missing[i].entry) {
            (void)ref_originator(pair->policy, missing[i].entry, canonical);
            must(strlen(canonical) < ID_SIZE);
            memcpy(fact.id, canonical, strlen(canonical) + 1);
        }
        add(out, &fact);
    }
}

static bool differ(const struct pair *pair, const struct ref_request *rq,
                   const char *who, const struct fact *fact)
{
    fprintf(stderr,
            "what is missing: only %s reports kind %d (%s) of rule %zu of link "
            "%zu, which %s\n",
            who, fact->kind, fact->id[0] ? fact->id : "no identifier",
            fact->rule, fact->link,
            fact->suffices ? "suffices" : "does not suffice");
    show_policy(stderr, pair->policy);
    show_request(stderr, rq);
    return false;
}

static bool compare(struct desk *desk, const struct pair *pair,
                    const struct ref_link *given, size_t link_count,
                    const struct ref_request *rq)
{
    struct facts *ours = &desk->ours;
    struct facts *twin = &desk->twin;
    struct compared_links links;
    struct translated_request translated;
    size_t returned;

    translate_links(&links, pair, given, link_count);
    translate_request(&translated, pair->cse, rq);
    returned = postern_missing_links(links.links, links.count, &translated.rq,
                                     note, ours);
    ask_twin(desk, pair, given, links.count, rq);
    for (size_t i = 0; i < twin->count; i++) {
        if (!has_fact(ours, &twin->facts[i])) {
            return differ(pair, rq, "the twin", &twin->facts[i]);
        }
    }
    for (size_t i = 0; i < ours->count; i++) {
        if (!has_fact(twin, &ours->facts[i])) {
            return differ(pair, rq, "the library", &ours->facts[i]);
        }
    }
    if (returned != ours->reports) {
        fprintf(stderr, "%zu reports were made and %zu counted\n",
                ours->reports, returned);
        return false;
    }
    return true;
}

bool compare_missing(const struct pair *pair, const struct ref_link *given,
                     size_t link_count, const struct ref_request *rq,
                     size_t *reports)
{
    struct desk *desk = malloc(sizeof *desk);
    bool same;

    must(desk != NULL);
    desk->ours.count = desk->ours.reports = 0;
    desk->twin.count = desk->twin.reports = 0;
    same = compare(desk, pair, given, link_count, rq);
    *reports += desk->twin.count;
    free(desk);
    return same;
}
