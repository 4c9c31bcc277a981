/* postern token: oneM2M JWTs, verified, looked at and issued. [JWT-11]
 * [JWT-12] */
#include "cli/token.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: postern token verify --config ISSUERS --cse ID --originator ID\n"
    "                            [--das ID] [--now TIME] [--format FORMAT] "
    "TOKEN\n"
    "       postern token inspect [--format FORMAT] TOKEN\n"
    "       postern token issue --kind KIND [--keys FILE] [OPTIONS] CLAIMS\n"
    "\n"
    "verify: whether a token counts, and what of its permissions does.\n"
    "inspect: what a token says; nothing of it is verified.\n"
    "issue: prints a token with the claims of a JSON file. What verify would\n"
    "refuse is not issued.\n"
    "\n"
    "TOKEN is the token, or \"-\": standard input, where other users of the\n"
    "machine do not see it.\n"
    "\n"
    "      --config ISSUERS   whose tokens count, postern-issuers(5)\n"
    "      --cse ID           absolute CSE-ID of the CSE that is asked:\n"
    "                         //sp.example/plant-cse\n"
    "      --originator ID    who shows the token\n"
    "      --das ID           the DAS that was asked for it, in direct "
    "dynamic\n"
    "                         authorization\n"
    "      --now TIME         YYYYMMDDThhmmss in UTC; to verify, the present\n"
    "                         time when absent\n"
    "      --format FORMAT    text (default) or json: one object\n"
    "      --kind KIND        jws (signed), jwe (encrypted) or nested\n"
    "      --keys FILE        to sign by: JWK, JWK set or PEM\n"
    "      --kid NAME         which of them; of a PEM, its name\n"
    "      --alg ALG          where the key does not say: ES256, ...\n"
    "      --encrypt-keys FILE\n"
    "                         to encrypt by\n"
    "      --encrypt-kid NAME which of them\n"
    "      --encrypt-alg ALG  where the key does not say: A256KW, ...\n"
    "      --enc ENC          A128GCM, A192GCM or A256GCM\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 it counts, was shown or issued; 1 it is refused; 2 the "
    "input\n"
    "cannot be used, or not be issued.\n";

static int run(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } verbs[] = {
        {"verify", pst_token_verify},
        {"inspect", pst_token_inspect},
        {"issue", pst_token_issue},
    };
    const char *name = argc > 1 ? argv[1] : "";

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(name, verbs[i].name) == 0) {
            return verbs[i].run(argc - 1, argv + 1);
        }
    }
    if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0) {
        return pst_print_help(&pst_command_token);
    }
    return pst_misused(&pst_command_token,
                       argc > 1 ? "verify, inspect or issue is expected, not"
                                : "verify, inspect or issue is expected",
                       argc > 1 ? name : NULL);
}

const struct pst_command pst_command_token = {
    "token", "verify, inspect and issue tokens", help, run, NULL};
