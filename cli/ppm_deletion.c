#include "cli/ppm_deletion.h"

#include "base/str.h"
#include "cli/plain.h"

enum { COLUMN_TEXT = 256 };

static void print_text(const postern_deletion *deletion)
{
    const postern_ppm_column column = {
        deletion->what.application, deletion->what.device, deletion->what.data};
    char what[COLUMN_TEXT];
    char asked[PST_TIME_TEXT];
    char due[PST_TIME_TEXT];

    pst_ppm_column_text(&column, what, sizeof what);
    pst_ppm_time(deletion->asked_s, asked);
    pst_ppm_time(deletion->due_s, due);
    (void)fputs(deletion->parent.data ? "  " : "", stdout);
    pst_plain(stdout, deletion->id);
    printf("  %s  ", postern_deletion_state_word(deletion->state));
    pst_plain(stdout, deletion->subscriber);
    (void)fputs(" to ", stdout);
    pst_plain(stdout, deletion->provider);
    (void)fputs(": ", stdout);
    pst_plain(stdout, postern_str_of(what));
    printf(", asked %s, due %s", asked, due);
    if (deletion->reason.data) {
        (void)fputs(" (", stdout);
        pst_plain(stdout, deletion->reason);
        (void)fputs(")", stdout);
    }
    (void)putchar('\n');
}

static void add(struct pst_json_out *json, const char *name, postern_str text)
{
    if (text.data) {
        pst_json_out_name(json, name);
        pst_json_out_str(json, text);
    }
}

static void add_time(struct pst_json_out *json, const char *name,
                     int64_t time_s)
{
    char text[PST_TIME_TEXT];

    pst_ppm_time(time_s, text);
    pst_json_out_text(json, name, text);
}

static void print_json(struct pst_json_out *json,
                       const postern_deletion *deletion)
{
    pst_json_out_open(json, '{');
    add(json, "id", deletion->id);
    add(json, "parent", deletion->parent);
    add(json, "subscriber", deletion->subscriber);
    add(json, "provider", deletion->provider);
    add(json, "application", deletion->what.application);
    add(json, "device", deletion->what.device);
    add(json, "data", deletion->what.data);
    pst_json_out_text(json, "state",
                      postern_deletion_state_word(deletion->state));
    add(json, "reason", deletion->reason);
    add_time(json, "asked", deletion->asked_s);
    add_time(json, "due", deletion->due_s);
    add_time(json, "changed", deletion->changed_s);
    add(json, "consent", deletion->consent);
    pst_json_out_number(json, "version", deletion->consent_version);
    pst_json_out_close(json, '}');
    (void)pst_json_out_line(json, stdout); /* pst_finish() notices */
}

static bool is_wanted(const struct pst_ppm_deletion_out *out,
                      const postern_deletion *deletion)
{
    if (out->only_overdue && deletion->state != POSTERN_DELETION_OVERDUE) {
        return false;
    }
    return !out->only.data || pst_str_equal(deletion->id, out->only) ||
           pst_str_equal(deletion->parent, out->only);
}

bool pst_ppm_deletion_print(void *user, const postern_deletion *deletion)
{
    struct pst_ppm_deletion_out *out = user;

    if (!is_wanted(out, deletion)) {
        return true;
    }
    out->printed++;
    if (out->output == PST_OUTPUT_JSON) {
        print_json(&out->json, deletion);
    } else {
        print_text(deletion);
    }
    return true;
}

int pst_ppm_deletions_list(const struct pst_ppm_opened *opened,
                           const struct pst_ppm_manager_words *words,
                           struct pst_ppm_deletion_out *out)
{
    postern_diag diag;
    postern_status status;

    pst_json_out_init(&out->json);
    status =
        postern_ppm_deletions(opened->manager, words->subscriber, words->now_s,
                              pst_ppm_deletion_print, out, &diag);
    pst_json_out_release(&out->json);
    return status == POSTERN_OK ? pst_finish(&pst_command_ppm, PST_EXIT_YES)
                                : pst_ppm_manager_refused(&diag);
}
