/* An access in words: what was seen, what a CSE says and what was granted are
 * never put alike. */
#include "cli/plain.h"
#include "cli/ppm_log.h"
#include "cli/ppm_manager.h"

#include "base/str.h"

static const struct verb {
    const char *operation;
    const char *past;
    const char *infinitive;
} verbs[] = {
    {"create", "created", "create"},
    {"retrieve", "read", "read"},
    {"update", "changed", "change"},
    {"delete", "deleted", "delete"},
    {"notify", "was notified of", "be notified of"},
    {"discovery", "discovered", "discover"},
};

static const struct verb other = {"", "had access to", "have access to"};

static const struct verb *verb_of(postern_str operation)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (pst_str_is(operation, verbs[i].operation)) {
            return &verbs[i];
        }
    }
    return &other;
}

static void print_if(const char *before, postern_str text)
{
    if (text.data) {
        printf("%s", before);
        pst_plain(stdout, text);
    }
}

static void print_consent_event(const postern_access *access)
{
    printf("consent");
    print_if(" of ", access->subscriber);
    print_if(" and ", access->provider);
    print_if(": ", access->reason);
}

void pst_ppm_log_print_phrase(const postern_access *access)
{
    const struct verb *verb = verb_of(access->operation);
    bool granted = access->mode == POSTERN_ACCESS_GRANTED;

    if (access->mode == POSTERN_ACCESS_CONSENT) {
        print_consent_event(access);
        return;
    }
    if (access->permitted && !granted) {
        printf("%s ", verb->past);
    } else if (access->permitted) {
        printf("was granted to %s ", verb->infinitive);
    } else {
        printf("was refused %sto %s ", granted ? "a grant " : "",
               verb->infinitive);
    }
    if (access->data.data) {
        pst_plain(stdout, access->data);
    } else {
        printf("data");
    }
    print_if(" of ", access->subscriber);
    if (!access->permitted && access->reason.data) {
        print_if(" (", access->reason);
        printf(")");
    }
}

void pst_ppm_log_print_consent(const postern_access *access)
{
    print_if(", consent ", access->consent);
    if (access->consent.data && access->consent_version) {
        printf(" v%u", (unsigned)access->consent_version);
    }
}

void pst_ppm_log_print_who(postern_str originator)
{
    pst_plain(stdout, originator.data ? originator : PST_STR("somebody"));
}

static void print_time(const char *before, int64_t time_s)
{
    char text[PST_TIME_TEXT];

    if (time_s != INT64_MAX) {
        pst_ppm_time(time_s, text);
        printf("%s%s", before, text);
    }
}

/* How it became known. */
static const char *mark_of(postern_access_mode mode)
{
    return mode == POSTERN_ACCESS_DECIDED ? "observed"
                                          : postern_access_mode_word(mode);
}

void pst_ppm_log_print_line(const postern_access *access)
{
    print_time("", access->time_s);
    printf("  %-8s  ", mark_of(access->mode));
    if (access->mode != POSTERN_ACCESS_CONSENT) {
        pst_ppm_log_print_who(access->originator);
        printf(" ");
    }
    pst_ppm_log_print_phrase(access);
    print_if(", from ", access->target);
    print_time(", until ", access->granted_until_s);
    pst_ppm_log_print_consent(access);
    print_time(", to be deleted by ", access->delete_by_s);
    printf("\n");
}
