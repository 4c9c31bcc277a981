#include "cli/host.h"

#include "base/diag.h"
#include "cli/command.h"
#include "cli/source.h"
#include "engine/admission.h"
#include "prp/loading.h"

#include <getopt.h>
#include <stdlib.h>

bool pst_host_settings_init(struct pst_host_settings *settings, int words)
{
    *settings = (struct pst_host_settings){.policy_count = 0};
    postern_engine_options_init(&settings->engine);
    settings->engine.admit = pst_admit_node;
    settings->policies = calloc((size_t)words + 1, sizeof *settings->policies);
    return settings->policies != NULL;
}

void pst_host_settings_release(struct pst_host_settings *settings)
{
    free(settings->policies);
}

bool pst_host_take(struct pst_host_settings *settings, int option)
{
    switch (option) {
    case 'p':
        settings->policies[settings->policy_count++] = optarg;
        return true;
    case PST_OPTION_RESOURCES:
        settings->resources = optarg;
        return true;
    case PST_OPTION_COUNTRY_DB:
        settings->country_db = optarg;
        return true;
    case PST_OPTION_LENIENT:
        settings->lenient = true;
        return true;
    case PST_OPTION_INHERIT_PARENT:
        settings->engine.inherit_parent = true;
        return true;
    case PST_OPTION_SPECIALIZATION_OF_TARGET:
        settings->engine.specialization_of_target = true;
        return true;
    default:
        return false;
    }
}

void pst_host_take_rest(struct pst_host_settings *settings, int argc,
                        char **argv)
{
    while (optind < argc) {
        settings->policies[settings->policy_count++] = argv[optind++];
    }
}

bool pst_host_reads_stdin(const struct pst_host_settings *settings)
{
    for (size_t i = 0; i < settings->policy_count; i++) {
        if (pst_is_stdin(settings->policies[i])) {
            return true;
        }
    }
    return false;
}

/* Warnings of a lenient load. */
static void report(void *user, const postern_diag *diag)
{
    (void)user;
    pst_print_diag(stderr, diag);
}

static postern_load_options
load_options(const struct pst_host_settings *settings)
{
    postern_load_options options;

    postern_load_options_init(&options);
    options.rule_errors = settings->lenient ? POSTERN_RULE_ERRORS_DISABLE
                                            : POSTERN_RULE_ERRORS_REFUSE;
    options.report = settings->lenient ? report : NULL;
    return options;
}

static postern_status put_all(struct pst_host *host, postern_change *change,
                              const struct pst_host_settings *settings,
                              postern_diag *diag)
{
    postern_load_options options = load_options(settings);

    PST_TRY(postern_change_put_policy(change, host->policy, diag));
    return settings->resources
               ? postern_change_put_lines(change, settings->resources, &options,
                                          diag)
               : POSTERN_OK;
}

static postern_status fill_store(struct pst_host *host,
                                 const struct pst_host_settings *settings,
                                 postern_diag *diag)
{
    postern_change *change;
    postern_status status;

    PST_TRY(pst_store_for(&host->store, host->policy, diag));
    PST_TRY(postern_change_begin(host->store, &change));
    status = put_all(host, change, settings, diag);
    if (status != POSTERN_OK) {
        postern_change_abort(change);
        return status;
    }
    return postern_change_commit(change, NULL);
}

/* Without the database no country of an address is known, and that is all:
 * conditions on it are false. Said once. */
static void warn_of_countries(const postern_diag *why)
{
    postern_diag warning = *why;
    struct pst_text text;

    warning.severity = POSTERN_SEVERITY_WARNING;
    pst_text_init(&text, warning.message, sizeof warning.message);
    pst_text_add(&text, why->message);
    pst_text_add(&text, ": the country of an address is not known");
    pst_print_diag(stderr, &warning);
}

static postern_status load_countries(struct pst_host *host, const char *path,
                                     postern_diag *diag)
{
    postern_country_db *db;
    postern_status status = postern_country_db_load(&db, path, NULL, diag);

    if (status == POSTERN_ERR_MEMORY) {
        return status;
    }
    if (status != POSTERN_OK) {
        warn_of_countries(diag);
        pst_diag_clear(diag);
        return POSTERN_OK;
    }
    status = postern_engine_set_country_db(host->engine, db);
    if (status != POSTERN_OK) {
        postern_country_db_free(db);
    }
    return status;
}

static postern_status start_engine(struct pst_host *host,
                                   const struct pst_host_settings *settings,
                                   const postern_prp *prp, postern_diag *diag)
{
    postern_engine_options options = settings->engine;

    options.prp = prp;
    options.admit_user = host->policy;
    if (settings->keeps_tokens) {
        PST_TRY(postern_token_cache_new(&host->tokens, NULL));
    }
    options.token_cache = host->tokens;
    PST_TRY(postern_engine_new(&host->engine, &options));
    PST_TRY(postern_engine_set_trust_of(host->engine, host->policy, diag));
    if (settings->country_db) {
        PST_TRY(load_countries(host, settings->country_db, diag));
    }
    return postern_reader_new(host->engine, &host->reader);
}

static postern_status start(struct pst_host *host,
                            const struct pst_host_settings *settings,
                            postern_diag *diag)
{
    PST_TRY(fill_store(host, settings, diag));
    return start_engine(host, settings, postern_store_prp(host->store), diag);
}

static postern_status finish_opening(struct pst_host *host,
                                     postern_status status, postern_diag *diag)
{
    if (status != POSTERN_OK) {
        pst_host_close(host);
    }
    return pst_diag_plain(diag, status); /* unless there is a reason */
}

postern_status pst_host_open_policy(struct pst_host *host,
                                    postern_policy *policy,
                                    const struct pst_host_settings *settings,
                                    postern_diag *diag)
{
    *host =
        (struct pst_host){.policy = policy, .base = pst_policy_base(policy)};
    if (!host->base.ri.data) {
        host->base.ri = PST_STR("-");
    }
    pst_diag_clear(diag);
    return finish_opening(host, start(host, settings, diag), diag);
}

postern_status pst_host_open_prp(struct pst_host *host, postern_policy *policy,
                                 const postern_prp *prp,
                                 const struct pst_host_settings *settings,
                                 postern_diag *diag)
{
    *host = (struct pst_host){.policy = policy};
    pst_diag_clear(diag);
    return finish_opening(host, start_engine(host, settings, prp, diag), diag);
}

bool pst_host_open(struct pst_host *host,
                   const struct pst_host_settings *settings)
{
    struct pst_source_list list = {settings->policies, settings->policy_count};
    postern_load_options options = load_options(settings);
    postern_policy *policy;
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status = pst_source_load(&policy, &list, &options, &diag);

    if (status == POSTERN_OK) {
        status = pst_host_open_policy(host, policy, settings, &diag);
    }
    if (status != POSTERN_OK) {
        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
    }
    return status == POSTERN_OK;
}

void pst_host_close(struct pst_host *host)
{
    postern_reader_free(host->reader);
    postern_engine_free(host->engine);
    postern_token_cache_free(host->tokens);
    postern_store_free(host->store);
    postern_policy_free(host->policy);
    *host = (struct pst_host){.policy = NULL};
}

bool pst_host_enter(const struct pst_host *host, struct pst_view *view)
{
    const postern_prp *prp = postern_store_prp(host->store);

    *view = (struct pst_view){.prp = prp};
    if (prp->reader_new(prp->user, &view->reader) != POSTERN_OK) {
        return false;
    }
    (void)prp->enter(prp->user, view->reader);
    return true;
}

void pst_host_leave(struct pst_view *view)
{
    view->prp->leave(view->prp->user, view->reader);
    view->prp->reader_free(view->prp->user, view->reader);
}
