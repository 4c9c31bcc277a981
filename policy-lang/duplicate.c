/*
 * Duplicate names found by sorting. No hash table: names come from outside, and
 * whoever knows the hash can make it slow.
 */
#include "policy-lang/duplicate.h"

#include "base/sort.h"
#include "base/str.h"

/* Up to here comparing each with each is faster than asking for memory. */
enum { SMALL = 16, HEAD_BYTES = 8 };

typedef const struct pst_node *member;

/* A member and the first bytes of its name as a number, which nearly always
 * decide. */
struct entry {
    uint64_t head;
    member node;
};

static uint64_t head_of(postern_str name)
{
    uint64_t head = 0;

    for (size_t i = 0; i < HEAD_BYTES; i++) {
        head = head << 8 | (i < name.len ? (unsigned char)name.data[i] : 0U);
    }
    return head;
}

/* By name; of one name the earlier member first. */
static int order(const void *a, const void *b, const void *context)
{
    const struct entry *left = a;
    const struct entry *right = b;
    int by_name;

    (void)context;
    if (left->head != right->head) {
        return left->head < right->head ? -1 : 1;
    }
    by_name = pst_str_order(left->node->name, right->node->name);
    return by_name ? by_name
                   : (left->node->index > right->node->index) -
                         (left->node->index < right->node->index);
}

static member find_among_few(const struct pst_node *object)
{
    for (member late = object->children; late; late = late->next) {
        for (member early = object->children; early != late;
             early = early->next) {
            if (pst_str_equal(early->name, late->name)) {
                return late;
            }
        }
    }
    return NULL;
}

static member first_repeated(const struct entry *sorted, size_t count)
{
    member found = NULL;

    for (size_t i = 1; i < count; i++) {
        member here = sorted[i].node;

        if (pst_str_equal(sorted[i - 1].node->name, here->name) &&
            (!found || here->index < found->index)) {
            found = here;
        }
    }
    return found;
}

postern_status pst_duplicate_find(const struct pst_node *object,
                                  const postern_allocator *allocator,
                                  const struct pst_node **duplicate)
{
    size_t size = object->count * sizeof(struct entry);
    struct entry *entries;
    size_t count = 0;

    if (object->count <= SMALL) {
        *duplicate = find_among_few(object);
        return POSTERN_OK;
    }
    entries = pst_alloc(allocator, size);
    if (!entries) {
        return POSTERN_ERR_MEMORY;
    }
    for (member child = object->children; child; child = child->next) {
        entries[count++] = (struct entry){head_of(child->name), child};
    }
    pst_sort(entries, count, sizeof *entries, order, NULL);
    *duplicate = first_repeated(entries, count);
    pst_release(allocator, entries, size);
    return POSTERN_OK;
}
