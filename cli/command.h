/*
 * The verbs of the postern command, and what they share: exit statuses, texts
 * of help, options.
 */
#ifndef PST_COMMAND_H
#define PST_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

struct option; /* of getopt.h */

/* Exit statuses. */
enum pst_exit {
    PST_EXIT_YES = 0,     /* answered; of one request: permitted */
    PST_EXIT_NO = 1,      /* denied, or a check has failed */
    PST_EXIT_UNUSABLE = 2 /* the input or the command line */
};

struct pst_command {
    const char *name;
    const char *summary;               /* one line, for the list of verbs */
    const char *help;                  /* what `postern help VERB` prints */
    int (*run)(int argc, char **argv); /* argv[0] is the verb */
    const char *more; /* the rest of the help, if it is too long for one text
                         (C11 has 4095 characters); or NULL */
};

extern const struct pst_command pst_command_decide;
extern const struct pst_command pst_command_permitted;
extern const struct pst_command pst_command_who;
extern const struct pst_command pst_command_replay;
extern const struct pst_command pst_command_test;
extern const struct pst_command pst_command_check;
extern const struct pst_command pst_command_fmt;
extern const struct pst_command pst_command_convert;
extern const struct pst_command pst_command_compile;
extern const struct pst_command pst_command_das;
extern const struct pst_command pst_command_token;
extern const struct pst_command pst_command_jose;
extern const struct pst_command pst_command_ppm;
extern const struct pst_command pst_command_help;

/* All of them, ends with NULL (cmd_help.c). */
extern const struct pst_command *const pst_commands[];

/* NULL when there is no such verb. */
const struct pst_command *pst_find_command(const char *name);

enum pst_output { PST_OUTPUT_TEXT, PST_OUTPUT_JSON };

/* Letters that getopt_long() answers for options without a short form. */
enum pst_long_option {
    PST_OPTION_FORMAT = 256,
    PST_OPTION_LENIENT,
    PST_OPTION_INHERIT_PARENT,
    PST_OPTION_SPECIALIZATION_OF_TARGET,
    PST_OPTION_NOW,
    PST_OPTION_STRICT,
    PST_OPTION_TOGETHER,
    PST_OPTION_CHECK,
    PST_OPTION_DROP_COMMENTS,
    PST_OPTION_TO,
    PST_OPTION_VERBOSE,
    PST_OPTION_LOG,
    PST_OPTION_RESOURCES,
    PST_OPTION_COUNTRY_DB,
    PST_OPTION_ORIGINATOR,
    PST_OPTION_OPERATION,
    PST_OPTION_UNDER,
    PST_OPTION_RESOURCE,
    PST_OPTION_TYPE,
    PST_OPTION_CHILD_TYPE,
    PST_OPTION_LABEL,
    PST_OPTION_TIME,
    PST_OPTION_IP,
    PST_OPTION_LOCATION,
    PST_OPTION_AUTHENTICATED,
    PST_OPTION_ROLE,
    PST_OPTION_CONFIG,
    PST_OPTION_FROM,
    PST_OPTION_ANSWER,
    PST_OPTION_SERVER,
    PST_OPTION_DOMAIN,
    PST_OPTION_POINT,
    PST_OPTION_CLAMP,
    PST_OPTION_CSE,
    PST_OPTION_DAS,
    PST_OPTION_KIND,
    PST_OPTION_KEYS,
    PST_OPTION_KID,
    PST_OPTION_ALG,
    PST_OPTION_ENCRYPT_KEYS,
    PST_OPTION_ENCRYPT_KID,
    PST_OPTION_ENCRYPT_ALG,
    PST_OPTION_ENC,
    PST_OPTION_ONEM2M,
    PST_OPTION_SIGN_KEYS,
    PST_OPTION_PROFILE,
    PST_OPTION_ORDER,
    PST_OPTION_TODAY,
    PST_OPTION_ALL,
    PST_OPTION_CONFLICTS,
    PST_OPTION_WORDS,
    PST_OPTION_SUBSCRIBER,
    PST_OPTION_PROVIDER,
    PST_OPTION_PREVIOUS,
    PST_OPTION_HASH,
    PST_OPTION_DB,
    PST_OPTION_UNSIGNED_TERMS,
    PST_OPTION_EXCEPT,
    PST_OPTION_UNTIL,
    PST_OPTION_HISTORY,
    PST_OPTION_VERSION,
    PST_OPTION_SIGNED,
    PST_OPTION_COLUMN,
    PST_OPTION_DAYS,
    PST_OPTION_WITHDRAW,
    PST_OPTION_OVERDUE,
    PST_OPTION_REASON,
    PST_OPTION_ACCESS_LOG,
    PST_OPTION_WITH,
    PST_OPTION_ASKER,
    PST_OPTION_HEAD,
    PST_OPTION_DATA,
    PST_OPTION_CONSENT,
    PST_OPTION_SUMMARY,
    PST_OPTION_IMAGE,
    PST_OPTION_IMAGE_KEYS,
    PST_OPTION_ACP,
    PST_OPTION_VERIFY,
    PST_OPTION_COST,
    PST_OPTION_GROUPS,
    PST_OPTION_ROLES,
    PST_OPTION_LINKS,
    PST_OPTION_ATTRIBUTES,
    PST_OPTION_ID_LENGTH,
    PST_OPTION_MAX_LINES,
    PST_OPTION_MAX_NS,
    PST_OPTION_LINE_NS,
    PST_OPTION_STEP_NS
};

/* The options of a verb. */
struct pst_options {
    const struct pst_command *command;
    const char *letters; /* as for getopt_long(), with ":" and "h" */
    const struct option *options;
    /* What is done with one, its argument in optarg; false when it cannot be
     * taken, and that is reported. --help is not among them. */
    bool (*take)(void *self, int option);
};

enum { PST_GO_ON = -1 };

/*
 * Takes the options of a command line. PST_GO_ON: words are next, from optind
 * on; else the exit status to end with: help was asked for, or something was
 * misused and reported.
 */
int pst_take_options(const struct pst_options *options, int argc, char **argv,
                     void *self);

/* Prints "postern VERB: PROBLEM 'ARGUMENT'" and where to find help, on standard
 * error; argument may be NULL. Returns PST_EXIT_UNUSABLE. */
int pst_misused(const struct pst_command *command, const char *problem,
                const char *argument);

/* Prints the help of the verb. Returns PST_EXIT_YES. */
int pst_print_help(const struct pst_command *command);

/* The present time in seconds since 1970; false, and 0, when it is not to be
 * had. */
bool pst_clock(int64_t *seconds);

/* Reads "text" or "json"; false, and reported, for anything else. */
bool pst_read_output(const struct pst_command *command, const char *argument,
                     enum pst_output *output);

/* Ends output: PST_EXIT_UNUSABLE, and a message, when it could not be written;
 * else `status`. */
int pst_finish(const struct pst_command *command, int status);

#endif
