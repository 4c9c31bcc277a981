/* postern das: dynamic authorization by hand, both ends of it. */
#include "cli/das.h"

#include "cli/source.h"

#include <getopt.h>
#include <string.h>

static const char help[] =
    "usage: postern das request -p POLICY... [OPTIONS] [REQUEST]\n"
    "       postern das answer --config FILE [OPTIONS] [QUESTION]\n"
    "       postern das decide -p POLICY... --answer FILE [OPTIONS] [REQUEST]\n"
    "\n"
    "Dynamic authorization: when no rule permits a request, a DAS may.\n"
    "\n"
    "request  prints what the CSE asks a DAS about a request that its "
    "policies\n"
    "         deny\n"
    "answer   answers such a question as a DAS with that configuration "
    "(postern-das(5))\n"
    "decide   decides the request, with what the DAS has answered\n"
    "\n"
    "REQUEST is one request as postern decide reads it, QUESTION what das "
    "request\n"
    "prints; each is a file, or standard input.\n"
    "\n"
    "  -p, --policy POLICY    policy document, or folder of them\n"
    "      --server ID        AE-ID or CSE-ID of a DAS that the CSE knows: "
    "only "
    "its\n"
    "                         tokens count\n"
    "      --domain DOMAIN    of the Role-IDs that it gives\n"
    "      --point URI        where it is reached\n"
    "      --clamp            keep of what is granted only what the request "
    "needs\n"
    "      --answer FILE      what the DAS has answered\n"
    "      --config FILE      configuration of the DAS\n"
    "      --from CSE-ID      who asks (default: the CSE that it is for)\n"
    "      --now TIME         YYYYMMDDThhmmss in UTC (default: the clock)\n"
    "      --format FORMAT    of decide: text (default) or json\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 there is something to ask, something is granted, permit; 1 "
    "not\n"
    "so; 2 something cannot be used.\n";

static const struct option long_options[] = {
    {"policy", required_argument, NULL, 'p'},
    {"server", required_argument, NULL, PST_OPTION_SERVER},
    {"domain", required_argument, NULL, PST_OPTION_DOMAIN},
    {"point", required_argument, NULL, PST_OPTION_POINT},
    {"clamp", no_argument, NULL, PST_OPTION_CLAMP},
    {"answer", required_argument, NULL, PST_OPTION_ANSWER},
    {"config", required_argument, NULL, PST_OPTION_CONFIG},
    {"from", required_argument, NULL, PST_OPTION_FROM},
    {"now", required_argument, NULL, PST_OPTION_NOW},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* ---- the command line ---------------------------------------------------- */

static int misused(const char *problem, const char *argument)
{
    return pst_misused(&pst_command_das, problem, argument);
}

static bool read_now(const char *argument, int64_t *now_s)
{
    if (postern_time_parse(now_s, postern_str_of(argument)) != POSTERN_OK) {
        (void)misused("--now is a time such as 20260317T102030, not", argument);
        return false;
    }
    return true;
}

static bool read_option(void *user, int option)
{
    struct pst_das_words *words = user;
    switch (option) {
    case PST_OPTION_SERVER:
        words->server = optarg;
        return true;
    case PST_OPTION_DOMAIN:
        words->domain = optarg;
        return true;
    case PST_OPTION_POINT:
        words->point = optarg;
        return true;
    case PST_OPTION_CLAMP:
        words->clamps = true;
        return true;
    case PST_OPTION_ANSWER:
        words->answer = optarg;
        return true;
    case PST_OPTION_CONFIG:
        words->config = optarg;
        return true;
    case PST_OPTION_FROM:
        words->from = optarg;
        return true;
    case PST_OPTION_NOW:
        return read_now(optarg, &words->now_s);
    case PST_OPTION_FORMAT:
        return pst_read_output(&pst_command_das, optarg, &words->output);
    default:
        return pst_host_take(&words->settings, option);
    }
}

/* ---- parts --------------------------------------------------------------- */

static int check_cse(const struct pst_das_words *words)
{
    if (words->settings.policy_count == 0) {
        return misused("-p POLICY is missing", NULL);
    }
    if (pst_is_stdin(words->request) &&
        pst_host_reads_stdin(&words->settings)) {
        return misused("standard input cannot be both the policy and the "
                       "request",
                       NULL);
    }
    if (!words->server != !words->domain || !words->server != !words->point) {
        return misused("--server, --domain and --point belong together", NULL);
    }
    return PST_EXIT_YES;
}

static int check_answer(const struct pst_das_words *words)
{
    if (!words->answer) {
        return misused("--answer FILE is missing", NULL);
    }
    if (pst_is_stdin(words->answer) &&
        (pst_is_stdin(words->request) ||
         pst_host_reads_stdin(&words->settings))) {
        return misused("standard input cannot be the answer and something else",
                       NULL);
    }
    return PST_EXIT_YES;
}

static int request(const struct pst_das_words *words)
{
    int result = check_cse(words);

    return result == PST_EXIT_YES ? pst_das_request(words) : result;
}

static int decide(const struct pst_das_words *words)
{
    int result = check_cse(words);

    result = result == PST_EXIT_YES ? check_answer(words) : result;
    return result == PST_EXIT_YES ? pst_das_decide(words) : result;
}

static int answer(const struct pst_das_words *words)
{
    if (!words->config) {
        return misused("--config FILE is missing", NULL);
    }
    if (pst_is_stdin(words->config) && pst_is_stdin(words->request)) {
        return misused("standard input cannot be both the configuration and "
                       "the question",
                       NULL);
    }
    return pst_das_answer(words);
}

static const struct part {
    const char *name;
    int (*run)(const struct pst_das_words *words);
} parts[] = {{"request", request}, {"answer", answer}, {"decide", decide}};

static const struct part *find_part(const char *name)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (strcmp(parts[i].name, name) == 0) {
            return &parts[i];
        }
    }
    return NULL;
}

/* ---- the verb ------------------------------------------------------------ */

static const struct pst_options options = {&pst_command_das, ":p:h",
                                           long_options, read_option};

static int use(struct pst_das_words *words, int argc, char **argv)
{
    const struct part *part;
    int status;

    status = pst_take_options(&options, argc, argv, words);
    if (status != PST_GO_ON) {
        return status;
    }
    if (optind == argc) {
        return misused("request, answer or decide is missing", NULL);
    }
    part = find_part(argv[optind]);
    if (!part) {
        return misused("das does not know", argv[optind]);
    }
    if (argc - optind > 2) {
        return misused("too many words, as of", argv[optind + 2]);
    }
    if (argc - optind == 2) {
        words->request = argv[optind + 1];
    }
    return part->run(words);
}

static int run(int argc, char **argv)
{
    struct pst_das_words words = {.request = "-"};
    int result = PST_EXIT_UNUSABLE;

    if (!pst_clock(&words.now_s)) {
        words.now_s = INT64_MIN;
    }
    if (pst_host_settings_init(&words.settings, argc)) {
        words.settings.keeps_tokens = true;
        result = use(&words, argc, argv);
    }
    pst_host_settings_release(&words.settings);
    return result;
}

const struct pst_command pst_command_das = {
    "das", "ask, and answer as, a dynamic authorization server", help, run,
    NULL};
