/*
 * The twin of a store: resources in an array, looked for one by one, with the
 * same rules written down once more. Resource number n has the ID "rn".
 */
#ifndef TESTS_SUPPORT_TWIN_H
#define TESTS_SUPPORT_TWIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    RESOURCES = 24,
    MAX_DEPTH = 5,
    AT_BASE = -1,
    AT_NOTHING = -2,
    PATH = 256
};

struct twin_resource {
    bool there;
    uint32_t type;
    int parent; /* number, AT_BASE or AT_NOTHING */
    int name;   /* -1: none */
    int entity; /* of an AE */
    uint32_t serial;
};

struct twin {
    struct twin_resource at[RESOURCES];
    uint32_t serials;
};

/* ---- the twin ---------------------------------------------------------- */

static inline int depth_of(const struct twin *twin, int number)
{
    int depth = 0;

    while (number >= 0) {
        number = twin->at[number].parent;
        depth++;
    }
    return depth;
}

static inline bool is_below(const struct twin *twin, int number, int top)
{
    while (number >= 0 && number != top) {
        number = twin->at[number].parent;
    }
    return number == top;
}

static inline int height_of(const struct twin *twin, int top)
{
    int height = 0;

    for (int i = 0; i < RESOURCES; i++) {
        if (twin->at[i].there && is_below(twin, i, top)) {
            int below = depth_of(twin, i) - depth_of(twin, top);

            height = below > height ? below : height;
        }
    }
    return height;
}

static inline bool is_name_taken(const struct twin *twin, int number,
                                 int parent, int name)
{
    for (int i = 0; i < RESOURCES; i++) {
        const struct twin_resource *other = &twin->at[i];

        if (i != number && other->there && other->parent == parent &&
            other->name == name && name >= 0 && parent != AT_NOTHING) {
            return true;
        }
    }
    return false;
}

static inline bool fits(const struct twin *twin, int number, int parent,
                        int name)
{
    bool there = twin->at[number].there;
    int height = there ? height_of(twin, number) : 0;

    if (parent >= 0 && !twin->at[parent].there) {
        return false;
    }
    if (parent == number || (there && is_below(twin, parent, number))) {
        return false;
    }
    return !is_name_taken(twin, number, parent, name) &&
           ((there && twin->at[number].parent == parent) ||
            depth_of(twin, parent) + 1 + height <= MAX_DEPTH);
}

static inline void forget(struct twin *twin, int top)
{
    bool gone[RESOURCES];

    for (int i = 0; i < RESOURCES; i++) {
        gone[i] = twin->at[i].there && is_below(twin, i, top);
    }
    for (int i = 0; i < RESOURCES; i++) {
        twin->at[i].there = twin->at[i].there && !gone[i];
    }
}

/* ---- words ------------------------------------------------------------- */

struct word {
    char text[16];
};

static inline struct word id_of(int number)
{
    struct word word = {"cb0"};

    if (number == AT_NOTHING) {
        word.text[0] = '\0';
    } else if (number >= 0) {
        (void)snprintf(word.text, sizeof word.text, "r%d", number);
    }
    return word;
}

static inline struct word name_of(int name)
{
    struct word word = {""};

    if (name >= 0) {
        (void)snprintf(word.text, sizeof word.text, "n%d", name);
    }
    return word;
}

static inline struct word numbered(char kind, uint32_t number)
{
    struct word word;

    (void)snprintf(word.text, sizeof word.text, "%c%u", kind, number);
    return word;
}

/* Is "-/n1/n2", or nothing when the way down has no names. */
static inline void path_of(const struct twin *twin, int number, char *path)
{
    char below[PATH] = "";
    char longer[PATH];

    while (number >= 0) {
        struct word name = name_of(twin->at[number].name);

        path[0] = '\0';
        if (!name.text[0]) {
            return;
        }
        (void)snprintf(longer, sizeof longer, "/%s%.200s", name.text, below);
        memcpy(below, longer, sizeof below);
        number = twin->at[number].parent;
    }
    (void)snprintf(path, PATH, "%s%.200s", number == AT_BASE ? "-" : "",
                   number == AT_BASE ? below : "");
}

#endif
