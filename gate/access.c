/* A question and its answer as a line of the access log. [PPM-02] */
#include <postern/gate.h>

#include "base/character.h"
#include "base/str.h"

enum { ASKED_MAX = 512 }; /* bytes of a text that was asked for in vain */

static const struct {
    postern_operation operation;
    const char *word;
} operations[] = {
    {POSTERN_OP_CREATE, "create"}, {POSTERN_OP_RETRIEVE, "retrieve"},
    {POSTERN_OP_UPDATE, "update"}, {POSTERN_OP_DELETE, "delete"},
    {POSTERN_OP_NOTIFY, "notify"}, {POSTERN_OP_DISCOVERY, "discovery"},
};

static postern_str word_of(postern_operation operation)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (operations[i].operation == operation) {
            return postern_str_of(operations[i].word);
        }
    }
    return (postern_str){NULL, 0};
}

/* What a stranger says may be anything, and a line has to have room for it. It
 * is not shortened: what is left might be the name of somebody else. */
static postern_str asked_in_vain(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.data[i] < ' ') {
            return PST_STR("(no text)");
        }
    }
    if (!pst_is_text(text)) {
        return PST_STR("(no text)");
    }
    return text.len > ASKED_MAX ? PST_STR("(too long)") : text;
}

void postern_gate_access(const postern_gate_question *question,
                         const postern_gate_answer *answer,
                         postern_access *access)
{
    postern_access_init(access);
    access->time_s = question->time_known ? question->time_s : 0;
    access->mode = POSTERN_ACCESS_DECIDED;
    access->permitted = answer->permitted;
    access->originator = answer->permitted
                             ? question->originator
                             : asked_in_vain(question->originator);
    access->provider = answer->provider;
    access->application = answer->application;
    access->subscriber = answer->subscriber;
    access->device = answer->device;
    access->data = answer->data;
    access->operation = word_of(question->operation);
    access->target =
        answer->target.data ? answer->target : asked_in_vain(question->target);
    access->reason = postern_str_of(answer->reason);
    access->consent = answer->consent;
    access->consent_version = answer->consent_version;
    if (question->country_known) {
        access->country = (postern_str){question->country, 2};
    }
    access->delete_by_s = answer->delete_by_s;
    access->granted_until_s = INT64_MAX;
}
