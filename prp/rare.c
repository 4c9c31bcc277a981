#include "prp/rare.h"

#include <string.h>

enum { WORD = 8 };

/* The piece: this, then entries of lists, then bytes. */
struct rare {
    size_t size;
    bool has_role;
    bool has_consultation;
    postern_role role;
    postern_consultation consultation;
    postern_texts consultation_ids;
};

bool pst_has_rare(const postern_resource *resource)
{
    return resource->role || resource->consultation ||
           resource->consultation_ids.items;
}

/* ---- size -------------------------------------------------------------- */

static uint64_t size_of_list(const postern_texts *list)
{
    uint64_t size = 0;

    if (!list->items) {
        return 0;
    }
    if (list->count > UINT32_MAX / sizeof(postern_str)) {
        return UINT64_MAX;
    }
    for (size_t i = 0; i < list->count; i++) {
        size += sizeof(postern_str) + list->items[i].len;
    }
    return size;
}

static uint64_t size_of_role(const postern_role *role)
{
    return role ? role->role_id.len + role->issuer.len + role->holder.len : 0;
}

uint64_t pst_rare_size(const postern_resource *resource)
{
    const postern_consultation *consultation = resource->consultation;
    uint64_t ids = size_of_list(&resource->consultation_ids);
    uint64_t points = consultation ? size_of_list(&consultation->points) : 0;
    uint64_t size = sizeof(struct rare) + size_of_role(resource->role);

    if (ids > UINT32_MAX || points > UINT32_MAX) {
        return UINT64_MAX;
    }
    return (size + ids + points + WORD - 1) / WORD * WORD;
}

/* ---- making ------------------------------------------------------------ */

/* Where the next entries of a list go, and the next bytes. */
struct pen {
    postern_str *entries;
    char *bytes;
};

static postern_str put_text(struct pen *pen, postern_str text)
{
    char *to = pen->bytes;

    if (text.len) {
        memcpy(to, text.data, text.len);
    }
    pen->bytes += text.len;
    return (postern_str){text.data ? to : NULL, text.len};
}

static postern_texts put_list(struct pen *pen, const postern_texts *list)
{
    postern_str *entries = pen->entries;

    if (!list->items) {
        return (postern_texts){NULL, 0};
    }
    for (size_t i = 0; i < list->count; i++) {
        entries[i] = put_text(pen, list->items[i]);
    }
    pen->entries += list->count;
    return (postern_texts){entries, list->count};
}

static size_t count_of(const postern_texts *list)
{
    return list->items ? list->count : 0;
}

void pst_rare_put(void *place, const postern_resource *resource)
{
    struct rare *rare = place;
    postern_str *entries = (postern_str *)(void *)(rare + 1);
    size_t count = count_of(&resource->consultation_ids);
    struct pen pen;

    memset(rare, 0, sizeof *rare);
    rare->size = (size_t)pst_rare_size(resource);
    rare->has_role = resource->role != NULL;
    rare->has_consultation = resource->consultation != NULL;
    if (rare->has_role) {
        rare->role = *resource->role;
    }
    if (rare->has_consultation) {
        rare->consultation = *resource->consultation;
        count += count_of(&rare->consultation.points);
    }
    pen = (struct pen){entries, (char *)(entries + count)};
    rare->role.role_id = put_text(&pen, rare->role.role_id);
    rare->role.issuer = put_text(&pen, rare->role.issuer);
    rare->role.holder = put_text(&pen, rare->role.holder);
    rare->consultation.points = put_list(&pen, &rare->consultation.points);
    rare->consultation_ids = put_list(&pen, &resource->consultation_ids);
}

/* ---- reading ----------------------------------------------------------- */

size_t pst_rare_read(const void *place, postern_resource *resource)
{
    const struct rare *rare = place;

    resource->role = rare->has_role ? &rare->role : NULL;
    resource->consultation =
        rare->has_consultation ? &rare->consultation : NULL;
    resource->consultation_ids = rare->consultation_ids;
    return rare->size;
}
