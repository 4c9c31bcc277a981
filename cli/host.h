/*
 * The CSE that a verb asks: policies, further resources and a country database
 * as the command line names them, in a store with an engine over it.
 */
#ifndef PST_HOST_H
#define PST_HOST_H

#include "policy-lang/address_index.h"
#include "prp/view.h"

#include <postern/engine.h>

struct pst_host_settings {
    const char **policies; /* files and folders; together one policy */
    size_t policy_count;
    const char *resources;  /* JSON Lines; NULL: none */
    const char *country_db; /* NULL: none */
    bool lenient;
    bool keeps_tokens;             /* a request may name one that came before */
    postern_engine_options engine; /* its prp is not looked at */
};

/* `words` is the number of words of the command line: no more policies can be
 * named. False without memory. Release it whatever the answer. */
bool pst_host_settings_init(struct pst_host_settings *settings, int words);
void pst_host_settings_release(struct pst_host_settings *settings);

/* The long options that say something about the CSE; -p is the short one of
 * --policy. */
/* clang-format off */
#define PST_HOST_OPTIONS                                                       \
    {"policy", required_argument, NULL, 'p'},                                  \
    {"resources", required_argument, NULL, PST_OPTION_RESOURCES},              \
    {"country-db", required_argument, NULL, PST_OPTION_COUNTRY_DB},            \
    {"lenient", no_argument, NULL, PST_OPTION_LENIENT},                        \
    {"inherit-parent", no_argument, NULL, PST_OPTION_INHERIT_PARENT},          \
    {"specialization-of-target", no_argument, NULL,                            \
     PST_OPTION_SPECIALIZATION_OF_TARGET}

/* What they do, for the help of the verb. */
#define PST_HOST_HELP                                                          \
    "      --resources FILE   further resources, one JSON object a line\n"     \
    "      --country-db FILE  MaxMind DB that knows the country of an address\n"\
    "      --lenient          rules that the standard does not allow are "     \
    "false,\n"                                                                 \
    "                         instead of making the policy unusable\n"         \
    "      --inherit-parent   a resource without accessControlPolicyIDs takes\n"\
    "                         the policies of its parent (Release 1), instead\n"\
    "                         of letting its creator in\n"                     \
    "      --specialization-of-target\n"                                       \
    "                         object details compare specializations with the\n"\
    "                         resource addressed, instead of the content\n"
/* clang-format on */

/* Takes an option of getopt_long() that says something about the CSE, its
 * argument in optarg; false when it is none of these. */
bool pst_host_take(struct pst_host_settings *settings, int option);

/* Words behind the options go with -p: -p POLICY... */
void pst_host_take_rest(struct pst_host_settings *settings, int argc,
                        char **argv);

/* Whether one of the policies is standard input. */
bool pst_host_reads_stdin(const struct pst_host_settings *settings);

struct pst_host {
    postern_policy *policy;
    struct pst_base base;
    postern_store *store;
    postern_token_cache *tokens; /* NULL: none are kept */
    postern_engine *engine;
    postern_reader *reader;
};

/* Loads all of it. False, and reported, when something cannot be used; then
 * there is nothing to close. */
bool pst_host_open(struct pst_host *host,
                   const struct pst_host_settings *settings);

/* The same for a policy that is loaded already, and is the host's then: it is
 * freed also after a refusal. */
POSTERN_NODISCARD postern_status pst_host_open_policy(
    struct pst_host *host, postern_policy *policy,
    const struct pst_host_settings *settings, postern_diag *diag);

/* The same over resources that somebody else finds, who outlives the host. */
POSTERN_NODISCARD postern_status pst_host_open_prp(
    struct pst_host *host, postern_policy *policy, const postern_prp *prp,
    const struct pst_host_settings *settings, postern_diag *diag);
void pst_host_close(struct pst_host *host);

/* The resources by themselves, for what is not a decision. False when there is
 * no memory for a reader; else leave the view. */
bool pst_host_enter(const struct pst_host *host, struct pst_view *view);
void pst_host_leave(struct pst_view *view);

#endif
