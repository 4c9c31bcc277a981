/*
 * Accesses counted by what they have in common: who, what of whom, how it
 * became known and ended, under which consent. Two are of a group when their
 * lines would be equal but for the rest.
 */
#include "access-log/line.h"
#include "cli/json_out.h"
#include "cli/plain.h"
#include "cli/ppm_consents.h"
#include "cli/ppm_log.h"
#include "cli/ppm_manager.h"

#include "base/sort.h"
#include "base/str.h"
#include "base/time_text.h"

#include <stdlib.h>

struct group {
    struct pst_gate_entry entry; /* its name: a line of what is in common */
    postern_access access;
    uint64_t times;
    int64_t first_s;
    int64_t last_s;
    size_t number; /* in the order in which groups were met */
};

void pst_ppm_log_summary_init(struct pst_ppm_log_summary *summary)
{
    static const uint64_t key[2] = {0, 0};
    postern_allocator heap = pst_allocator_of(NULL);

    pst_arena_init(&summary->arena, &heap, SIZE_MAX);
    pst_gate_table_init(&summary->groups, &heap, key);
    summary->starved = false;
}

void pst_ppm_log_summary_release(struct pst_ppm_log_summary *summary)
{
    pst_gate_table_release(&summary->groups);
    pst_arena_release(&summary->arena);
}

/* ---- counting ------------------------------------------------------------ */

static postern_access common_of(const postern_access *access)
{
    postern_access common;
    bool has_reason =
        !access->permitted || access->mode == POSTERN_ACCESS_CONSENT;

    postern_access_init(&common);
    common.mode = access->mode;
    common.permitted = access->permitted;
    common.originator = access->originator;
    common.provider = access->provider;
    common.subscriber = access->subscriber;
    common.data = access->data;
    common.operation = access->operation;
    common.consent = access->consent;
    common.consent_version = access->consent_version;
    if (has_reason) {
        common.reason = access->reason;
    }
    return common;
}

/* The texts of an access as long as the arena. False: no memory. */
static bool keep(struct pst_arena *arena, postern_access *access)
{
    postern_str *const texts[] = {
        &access->originator, &access->provider,  &access->subscriber,
        &access->data,       &access->operation, &access->consent,
        &access->reason,
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i]->data) {
            *texts[i] = pst_arena_copy(arena, *texts[i]);
            if (!texts[i]->data) {
                return false;
            }
        }
    }
    return true;
}

/* NULL: no memory. */
static struct group *add_group(struct pst_ppm_log_summary *summary,
                               const postern_access *common, postern_str name)
{
    struct group *group = pst_arena_alloc(&summary->arena, 1, sizeof *group);

    if (!group) {
        return NULL;
    }
    group->access = *common;
    group->first_s = INT64_MAX;
    group->last_s = INT64_MIN;
    group->number = summary->groups.count;
    group->entry.name = pst_arena_copy(&summary->arena, name);
    return group->entry.name.data && keep(&summary->arena, &group->access) &&
                   pst_gate_table_add(&summary->groups, &group->entry)
               ? group
               : NULL;
}

bool pst_ppm_log_summary_add(struct pst_ppm_log_summary *summary,
                             const postern_access *access)
{
    postern_access common = common_of(access);
    char line[PST_LOG_ROOM];
    postern_str name = {line, pst_log_write_access(line, &common)};
    struct group *group = pst_gate_table_find(&summary->groups, name);

    if (!group) {
        group = add_group(summary, &common, name);
    }
    summary->starved = !group;
    if (!group) {
        return false;
    }
    group->times++;
    if (access->time_s < group->first_s) {
        group->first_s = access->time_s;
    }
    if (access->time_s > group->last_s) {
        group->last_s = access->time_s;
    }
    return true;
}

/* ---- printing ------------------------------------------------------------ */

/* How often and when; and what is to be known of how it became known. */
static void print_text(const struct group *group)
{
    char first[PST_TIME_TEXT];
    char last[PST_TIME_TEXT];

    printf("  ");
    pst_ppm_log_print_phrase(&group->access);
    if (group->times == 1) {
        printf(" once");
    } else {
        printf(" %llu times", (unsigned long long)group->times);
    }
    if (group->access.mode == POSTERN_ACCESS_REPORTED) {
        printf(", as a CSE reports");
    } else if (group->access.mode == POSTERN_ACCESS_GRANTED &&
               group->access.permitted) {
        printf(", and what it did meanwhile was not seen");
    }
    pst_ppm_log_print_consent(&group->access);
    pst_ppm_time(group->first_s, first);
    pst_ppm_time(group->last_s, last);
    if (group->first_s == group->last_s) {
        printf("; %s\n", first);
    } else {
        printf("; %s to %s\n", first, last);
    }
}

static void json_time(struct pst_json_out *out, const char *name,
                      int64_t time_s)
{
    char text[PST_TIME_TEXT];

    pst_time_text(text, PST_TIME_BASIC, time_s);
    pst_json_out_text(out, name, text);
}

static void print_json(const struct group *group)
{
    const postern_access *access = &group->access;
    struct pst_json_out out;

    pst_json_out_init(&out);
    pst_json_out_open(&out, '{');
    pst_json_out_number(&out, "times", (int64_t)group->times);
    json_time(&out, "first", group->first_s);
    json_time(&out, "last", group->last_s);
    pst_json_out_text(&out, "mode", postern_access_mode_word(access->mode));
    pst_json_out_name(&out, "permitted");
    pst_json_out_bool(&out, access->permitted);
    pst_ppm_json_text(&out, "originator", access->originator);
    pst_ppm_json_text(&out, "provider", access->provider);
    pst_ppm_json_text(&out, "subscriber", access->subscriber);
    pst_ppm_json_text(&out, "data", access->data);
    pst_ppm_json_text(&out, "operation", access->operation);
    pst_ppm_json_text(&out, "reason", access->reason);
    pst_ppm_json_text(&out, "consent", access->consent);
    if (access->consent_version) {
        pst_json_out_number(&out, "consent_version", access->consent_version);
    }
    pst_json_out_close(&out, '}');
    (void)pst_json_out_line(&out, stdout); /* pst_finish() notices */
    pst_json_out_release(&out);
}

/* Lines about consents first: they are of no originator. */
static int by_originator(const void *a, const void *b, const void *context)
{
    const struct group *one = *(const struct group *const *)a;
    const struct group *other = *(const struct group *const *)b;
    int order = pst_str_order(one->access.originator, other->access.originator);

    (void)context;
    return order
               ? order
               : (one->number > other->number) - (one->number < other->number);
}

static void print_groups(const struct group *const *groups, size_t count,
                         enum pst_output output)
{
    for (size_t i = 0; i < count; i++) {
        postern_str who = groups[i]->access.originator;

        if (output == PST_OUTPUT_JSON) {
            print_json(groups[i]);
            continue;
        }
        if (i == 0 || !pst_str_equal(who, groups[i - 1]->access.originator)) {
            printf("\n");
            pst_ppm_log_print_who(who);
            printf("\n");
        }
        print_text(groups[i]);
    }
}

bool pst_ppm_log_summary_print(struct pst_ppm_log_summary *summary,
                               enum pst_output output)
{
    const struct group **groups = pst_arena_alloc(
        &summary->arena, summary->groups.count + 1, sizeof *groups);
    const struct pst_gate_entry *entry = summary->groups.first;

    if (!groups) {
        return false;
    }
    for (size_t i = 0; entry; i++, entry = entry->after) {
        groups[i] = (const struct group *)(const void *)entry;
    }
    pst_sort(groups, summary->groups.count, sizeof *groups, by_originator,
             NULL);
    print_groups(groups, summary->groups.count, output);
    return true;
}
