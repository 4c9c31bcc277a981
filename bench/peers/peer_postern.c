/*
 * Postern beside the other engines, through its public interface: one ACP for
 * each target, and the number of that ACP at hand as a CSE has it at hand with
 * the resource. Who asks is found out in the call that is timed, or was before:
 * then every originator has a session, with a principal of its own.
 */
#include <postern/pdp.h>

#include "bench/peers/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOWS_MAX = 3 };

/* By originator, and found by the place of a request in its file. */
struct sessions {
    postern_principal **principals; /* NULL: not of an originator, so denied */
    size_t count;
    uint32_t *of_request;
};

struct subject {
    const struct peer_case *peers;
    postern_cse cse;
    postern_acp_set *set;
    /* of the request that is decided next */
    const struct peer_request *text;
    postern_request request;
    postern_acp_ref ref;
    const postern_principal *principal;
    struct sessions sessions;
};

static const char *message_of(postern_status status, const postern_diag *diag)
{
    return diag->message[0] ? diag->message : postern_status_name(status);
}

/* ---- rules ------------------------------------------------------------- */

static size_t split(postern_str text, postern_str *windows)
{
    size_t count = 0;

    while (count < WINDOWS_MAX) {
        const char *bar = memchr(text.data, '|', text.len);
        size_t len = bar ? (size_t)(bar - text.data) : text.len;

        windows[count++] = (postern_str){text.data, len};
        if (!bar) {
            break;
        }
        text = (postern_str){bar + 1, text.len - len - 1};
    }
    return count;
}

static postern_status add_rule(postern_acp_builder *builder,
                               const struct peer_rule *rule, postern_diag *diag)
{
    postern_str windows[WINDOWS_MAX];
    postern_context context = {
        .windows = windows,
        .window_count = split(rule->windows, windows),
        .addresses = &rule->prefix,
        .address_count = 1,
    };
    postern_rule written = {
        .originators = &rule->originator,
        .originator_count = 1,
        .operations = rule->operations,
        .contexts = &context,
        .context_count = 1,
    };

    return postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &written,
                                        diag);
}

/* Rules of one target follow each other. */
static postern_status add_rules(postern_acp_builder *builder,
                                const struct peer_case *peers,
                                postern_diag *diag)
{
    postern_status status = POSTERN_OK;
    const char *target = "";

    for (size_t i = 0; i < peers->rule_count && status == POSTERN_OK; i++) {
        const struct peer_rule *rule = &peers->rules[i];

        if (strcmp(rule->target.data, target) != 0) {
            target = rule->target.data;
            status =
                postern_acp_builder_add_acp(builder, rule->target, INT64_MAX);
        }
        if (status == POSTERN_OK) {
            status = add_rule(builder, rule, diag);
        }
    }
    return status;
}

static bool load(struct subject *subject)
{
    postern_acp_builder *builder = NULL;
    postern_diag diag = {.message = ""};
    postern_status status =
        postern_cse_init(&subject->cse, postern_str_of("//sp.example"),
                         postern_str_of("/plant-cse"));

    if (status == POSTERN_OK) {
        status = postern_acp_builder_new(&builder, &subject->cse, NULL);
    }
    if (status == POSTERN_OK) {
        status = add_rules(builder, subject->peers, &diag);
    }
    if (status == POSTERN_OK) {
        status = postern_acp_builder_finish(builder, &subject->set, &diag);
    }
    postern_acp_builder_free(builder);
    if (status != POSTERN_OK) {
        (void)fprintf(stderr, "peer-postern: %s\n", message_of(status, &diag));
    }
    return status == POSTERN_OK;
}

/* ---- requests ---------------------------------------------------------- */

static void read_originator(struct subject *subject)
{
    postern_request *request = &subject->request;

    /* What cannot be read stays unset, and is denied. */
    (void)!postern_id_parse_entity(&request->originator, &subject->cse,
                                   subject->text->originator);
}

static void read_address(struct subject *subject)
{
    (void)!postern_ip_parse(&subject->request.ip, subject->text->address_text);
}

static void find_acp(struct subject *subject)
{
    subject->ref = (postern_acp_ref){
        postern_acp_set_find(subject->set, subject->text->target),
        POSTERN_PRIVILEGES};
}

static void stage_texts(void *user, const struct peer_request *request,
                        uint32_t place)
{
    struct subject *subject = user;

    (void)place;
    subject->text = request;
    subject->principal = NULL;
    postern_request_init(&subject->request);
    /* The bits of acop are the low bits of the operation. */
    subject->request.operation =
        (postern_operation)(POSTERN_OP_CREATE - POSTERN_ACOP_CREATE +
                            (int)request->operation);
    subject->request.time_known = true;
    subject->request.time_s = request->time_s;
}

static void stage_originator(void *user, const struct peer_request *request,
                             uint32_t place)
{
    stage_texts(user, request, place);
    read_address(user);
    find_acp(user);
}

static void stage_all(void *user, const struct peer_request *request,
                      uint32_t place)
{
    stage_originator(user, request, place);
    read_originator(user);
}

static void stage_session(void *user, const struct peer_request *request,
                          uint32_t place)
{
    struct subject *subject = user;
    const struct sessions *sessions = &subject->sessions;

    stage_all(user, request, place);
    subject->principal =
        sessions->principals[sessions->of_request[request -
                                                  subject->peers->requests]];
}

static uint32_t decide(void *user)
{
    const struct subject *subject = user;

    return postern_decide_acps(subject->set, &subject->ref, 1,
                               &subject->request)
        .effect;
}

static uint32_t decide_session(void *user)
{
    const struct subject *subject = user;

    return postern_decide_as(subject->set, subject->principal, &subject->ref, 1,
                             &subject->request)
        .effect;
}

static uint32_t decide_originator(void *user)
{
    read_originator(user);
    return decide(user);
}

static uint32_t decide_texts(void *user)
{
    read_originator(user);
    read_address(user);
    find_acp(user);
    return decide(user);
}

/* ---- sessions ---------------------------------------------------------- */

struct from {
    postern_str originator;
    size_t place;
};

static int by_originator(const void *a, const void *b)
{
    return strcmp(((const struct from *)a)->originator.data,
                  ((const struct from *)b)->originator.data);
}

static bool open_session(struct subject *subject, postern_str originator)
{
    struct sessions *sessions = &subject->sessions;
    postern_request request;
    postern_status status;

    postern_request_init(&request);
    (void)!postern_id_parse_entity(&request.originator, &subject->cse,
                                   originator);
    status = postern_principal_new(&sessions->principals[sessions->count++],
                                   subject->set, &request, NULL);
    return status == POSTERN_OK || status == POSTERN_ERR_ARGUMENT;
}

static bool open_all(struct subject *subject, struct from *from, size_t count)
{
    struct sessions *sessions = &subject->sessions;

    for (size_t i = 0; i < count; i++) {
        from[i] = (struct from){subject->peers->requests[i].originator, i};
    }
    qsort(from, count, sizeof *from, by_originator);
    for (size_t i = 0; i < count; i++) {
        if ((i == 0 || by_originator(&from[i - 1], &from[i]) != 0) &&
            !open_session(subject, from[i].originator)) {
            return false;
        }
        sessions->of_request[from[i].place] = (uint32_t)sessions->count - 1;
    }
    return true;
}

static bool open_sessions(struct subject *subject)
{
    struct sessions *sessions = &subject->sessions;
    size_t count = subject->peers->request_count;
    struct from *from = calloc(count, sizeof *from);
    bool opened;

    sessions->principals = calloc(count, sizeof *sessions->principals);
    sessions->of_request = calloc(count, sizeof *sessions->of_request);
    opened = from && sessions->principals && sessions->of_request &&
             open_all(subject, from, count);
    if (!opened) {
        (void)fprintf(stderr, "peer-postern: no memory for principals\n");
    }
    free(from);
    return opened;
}

static void close_sessions(struct sessions *sessions)
{
    for (size_t i = 0; i < sessions->count; i++) {
        postern_principal_free(sessions->principals[i]);
    }
    free(sessions->principals);
    free(sessions->of_request);
}

/* ---- the program ------------------------------------------------------- */

static void measure(struct peer_case *peers, struct subject *subject,
                    double load_s)
{
    struct peer_engine engine = {
        .engine = "Postern",
        .variant = "originator read",
        .version = postern_version(),
        .timed = "postern_decide_acps; originator and address parsed, ACP of "
                 "the target known",
        .bytes_by = "postern_acp_set_size",
        .load_s = load_s,
        .bytes = postern_acp_set_size(subject->set),
        .lot = 1,
        .stage = stage_all,
        .decide = decide,
        .subject = subject,
    };

    peer_measure(peers, &engine);
    engine.variant = "principal at hand";
    engine.timed = "postern_decide_as; the same, and the principal of the "
                   "originator made before";
    engine.stage = stage_session;
    engine.decide = decide_session;
    peer_measure(peers, &engine);
    engine.variant = "string to decision";
    engine.timed = "postern_decide_acps and postern_id_parse_entity; address "
                   "parsed, ACP of the target known";
    engine.stage = stage_originator;
    engine.decide = decide_originator;
    peer_measure(peers, &engine);
    engine.variant = "all strings to decision";
    engine.timed = "the same, postern_ip_parse and postern_acp_set_find";
    engine.stage = stage_texts;
    engine.decide = decide_texts;
    peer_measure(peers, &engine);
}

int main(int argc, char **argv)
{
    struct peer_case peers;
    struct subject subject = {.peers = &peers};
    bool loaded = false;

    if (peer_case_open(&peers, argc, argv)) {
        double start_s = bench_cpu_s();
        double load_s;

        loaded = load(&subject);
        load_s = bench_cpu_s() - start_s;
        loaded = loaded && open_sessions(&subject);
        if (loaded) {
            measure(&peers, &subject, load_s);
        }
    }
    close_sessions(&subject.sessions);
    postern_acp_set_free(subject.set);
    peer_case_close(&peers);
    return loaded ? 0 : 1;
}
