/* What an answer is made of: refusals, remarks, and texts that outlast the
 * decision. */
#include "engine/run.h"

#include "base/diag.h"
#include "base/text.h"

bool pst_deny(struct pst_run *run, postern_stage stage, int rsc,
              const char *reason, const char *message)
{
    postern_answer *answer = &run->answer;

    answer->effect = POSTERN_DENY;
    answer->rsc = rsc;
    answer->stage = stage;
    answer->reason = reason;
    answer->acp = (postern_str){NULL, 0};
    answer->token = (postern_str){NULL, 0};
    answer->refusal = POSTERN_REFUSAL_NONE;
    answer->rule = POSTERN_NO_RULE;
    answer->which = POSTERN_PRIVILEGES;
    if (!run->terse) {
        pst_diag_copy(run->message, sizeof run->message, message);
    }
    return false;
}

bool pst_deny_internal(struct pst_run *run, postern_stage stage,
                       const char *message)
{
    return pst_deny(run, stage, POSTERN_RSC_INTERNAL, "internal", message);
}

postern_str pst_shelve(struct pst_shelf *shelf, postern_str text)
{
    char *copy = shelf->bytes + shelf->used;

    if (!text.data || text.len >= sizeof shelf->bytes - shelf->used) {
        return (postern_str){NULL, 0};
    }
    if (text.len) {
        memcpy(copy, text.data, text.len);
    }
    copy[text.len] = '\0';
    shelf->used += text.len + 1;
    return (postern_str){copy, text.len};
}

bool pst_is_explained(const struct pst_run *run)
{
    return run->listener && run->listener->note;
}

void pst_note(struct pst_run *run, const char *what, postern_str name,
              const char *why)
{
    char buffer[PST_NOTE_SIZE];
    struct pst_text text;

    if (!pst_is_explained(run)) {
        return;
    }
    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, what);
    pst_text_add(&text, " ");
    pst_text_add_quoted(&text, name);
    pst_text_add(&text, " ");
    pst_text_add(&text, why);
    run->listener->note(run->listener->user, buffer);
}
