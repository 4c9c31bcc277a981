#include "base/text_order.h"

#include "base/str.h"

enum { HEAD_BYTES = 8 };

/* A text by its bytes behind what all have in common. */
struct entry {
    uint64_t head;
    uint32_t number;
};

struct texts {
    pst_text_of_fn *text_of;
    const void *texts;
    size_t common; /* bytes that all begin with */
};

static uint64_t head_of(const struct texts *self, uint32_t number)
{
    postern_str text = self->text_of(self->texts, number);
    uint64_t head = 0;

    for (size_t i = self->common; i < self->common + HEAD_BYTES; i++) {
        head = head << 8 | (i < text.len ? (unsigned char)text.data[i] : 0U);
    }
    return head;
}

static bool is_before(const struct texts *self, const struct entry *a,
                      const struct entry *b)
{
    int order;

    if (a->head != b->head) {
        return a->head < b->head;
    }
    order = pst_str_order(self->text_of(self->texts, a->number),
                          self->text_of(self->texts, b->number));
    return order ? order < 0 : a->number < b->number;
}

static size_t common_of(const struct texts *self, uint32_t count)
{
    postern_str first = self->text_of(self->texts, 0);
    size_t common = first.len;

    for (uint32_t i = 1; i < count && common; i++) {
        postern_str text = self->text_of(self->texts, i);
        size_t same = 0;

        while (same < common && same < text.len &&
               text.data[same] == first.data[same]) {
            same++;
        }
        common = same;
    }
    return common;
}

/* Both halves of from[0..count) are in order; to[0..count) is all of it. */
static void merge(const struct texts *self, const struct entry *from,
                  uint32_t half, uint32_t count, struct entry *to)
{
    uint32_t left = 0;
    uint32_t right = half;

    for (uint32_t i = 0; i < count; i++) {
        bool take_right =
            right < count &&
            (left == half || is_before(self, &from[right], &from[left]));

        to[i] = from[take_right ? right++ : left++];
    }
}

static uint32_t lesser(uint32_t a, uint64_t b)
{
    return a < b ? a : (uint32_t)b;
}

/* Runs of 1, 2, 4 ... from one half of the memory to the other; returns the one
 * that holds the result. */
static struct entry *sort(const struct texts *self, struct entry *entries,
                          uint32_t count)
{
    struct entry *from = entries;
    struct entry *to = entries + count;

    for (uint64_t run = 1; run < count; run *= 2) {
        struct entry *done = to;

        for (uint64_t at = 0; at < count; at += 2 * run) {
            uint32_t rest = count - (uint32_t)at;

            merge(self, from + at, lesser(rest, run), lesser(rest, 2 * run),
                  to + at);
        }
        to = from;
        from = done;
    }
    return from;
}

postern_status pst_text_order(uint32_t *order, uint32_t count,
                              pst_text_of_fn *text_of, const void *texts,
                              const postern_allocator *allocator)
{
    struct texts self = {text_of, texts, 0};
    size_t size = 2 * (size_t)count * sizeof(struct entry);
    struct entry *entries;
    const struct entry *sorted;

    if (count == 0) {
        return POSTERN_OK;
    }
    if (count == 1) {
        order[0] = 0;
        return POSTERN_OK;
    }
    entries = pst_alloc(allocator, size);
    if (!entries) {
        return POSTERN_ERR_MEMORY;
    }
    self.common = common_of(&self, count);
    for (uint32_t i = 0; i < count; i++) {
        entries[i] = (struct entry){head_of(&self, i), i};
    }
    sorted = sort(&self, entries, count);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = sorted[i].number;
    }
    pst_release(allocator, entries, size);
    return POSTERN_OK;
}
