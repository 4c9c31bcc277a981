/* postern ppm: terms of providers against preferences, laws and parents. */
#include "cli/ppm.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: postern ppm tags [--words FILE] [--format FORMAT]\n"
    "       postern ppm check [--strict] [--keys FILE] [--format FORMAT] "
    "FRAME...\n"
    "       postern ppm evaluate [OPTIONS] FRAME...\n"
    "       postern ppm policy [OPTIONS] FRAME...\n"
    "       postern ppm policy [OPTIONS] --db FILE --subscriber ID --provider "
    "ID\n"
    "       postern ppm test [-v] [--format FORMAT] FILE...\n"
    "       postern ppm sign --keys FILE [--kid KID] TERMS\n"
    "       postern ppm receipt --db FILE --subscriber S --provider P "
    "[--version N]\n"
    "               [--signed --keys FILE]\n"
    "       postern ppm delete --db FILE --subscriber S --provider P "
    "[--column A/D/K]\n"
    "               [--days N] [--withdraw]\n"
    "       postern ppm deletions --db FILE [--subscriber S] [--overdue]\n"
    "       postern ppm delete-note --db FILE ID STATE [--reason TEXT]\n"
    "       postern ppm register --db FILE [--unsigned-terms] DOCUMENT...\n"
    "       postern ppm accept --db FILE --subscriber ID --provider ID --hash "
    "HASH\n"
    "                          [--except [COLUMN:]ROW]... [--until TIME]\n"
    "       postern ppm withdraw --db FILE --subscriber ID --provider ID\n"
    "       postern ppm status --db FILE [--subscriber ID] [--provider ID] "
    "[--history]\n"
    "       postern ppm look-again --db FILE\n"
    "       postern ppm compile --db FILE --cse ID [--with POLICY] [--strict]\n"
    "       postern ppm decide --db FILE --cse ID [--access-log FILE] "
    "[QUESTIONS]\n"
    "       postern ppm answer --db FILE --cse ID --asker ID [--access-log "
    "FILE]\n"
    "                          [REQUEST]\n"
    "       postern ppm log verify [--head HASH] LOG\n"
    "       postern ppm log head LOG\n"
    "       postern ppm log query [OPTIONS] LOG\n"
    "       postern ppm log add LOG [ACCESSES]\n"
    "\n"
    "Privacy policies (TS-0003 clause 11, annexes J and K).\n"
    "\n"
    "tags      prints the table of annex J: 21 tags, 110 rows\n"
    "check     reads frames, each by itself, as they are registered\n"
    "evaluate  says for every cell green, red, locked or overruled, who "
    "decided,\n"
    "          and why; FRAMEs are those of one user, one provider, and any of "
    "laws\n"
    "          and parents\n"
    "policy    the customised privacy policy: what needs the user, what has "
    "changed,\n"
    "          and everything else, as text, JSON or an HTML page\n"
    "test      runs cases under all three profiles, and prints what differs\n"
    "sign      prints terms as a compact JWS of their provider\n"
    "receipt   prints what was accepted, in the fields of ISO/IEC TS 27560\n"
    "delete    asks a provider, and those it shares with, to delete data; "
    "this does\n"
    "          not withdraw the consent\n"
    "deletions lists such requests, and delete-note notes an answer: STATE is\n"
    "          acknowledged, done or refused\n"
    "register  puts providers, subscribers, terms, laws and preferences into "
    "FILE\n"
    "accept    takes a person's consent to the policy with that hash\n"
    "withdraw  ends a consent\n"
    "status    prints consents, what they open, and what was excepted\n"
    "look-again\n"
    "          ends what is over, and closes what a day has turned red\n"
    "compile   prints what is accepted as a policy document of a CSE; what "
    "its rules\n"
    "          do not enforce, and what does, on standard error\n"
    "decide    answers questions as a PDP: who may read what, and why\n"
    "answer    answers the request of a CSE as a DAS\n"
    "log       verifies an access log; prints where it stands; answers who "
    "read what,\n"
    "          when, and under which consent; adds what a CSE reports\n"
    "\n";

static const char options_help[] =
    "      --profile PROFILE  sound (default), literal or annexk\n"
    "      --order KINDS      who overrules whom, front first (default:\n"
    "                         legal_region,legal_country,legal_city,"
    "legal_state,\n"
    "                         parental,user)\n"
    "      --today DATE       YYYY-MM-DD (default: the clock)\n"
    "      --all              also cells about which nobody says anything\n"
    "      --conflicts        only red, locked and overruled cells\n"
    "      --words FILE       labels in another language\n"
    "      --format FORMAT    text (default) or json: one object a line\n"
    "      --keys FILE        JWK set or PEM: of sign a private key, of check "
    "the\n"
    "                         public keys of the provider that has signed\n"
    "      --kid KID          which of the keys\n"
    "      --format html      of policy; --format json is the document itself\n"
    "      --hash             of policy: only the hash of the document\n"
    "      --previous FILE    of policy: the JSON that was accepted before\n"
    "      --subscriber ID    of policy: the pseudonym (default: owner of the "
    "user's\n"
    "                         frame)\n"
    "      --provider ID      of policy: (default: owner of the terms)\n"
    "      --db FILE          the manager's file, which is made if need be\n"
    "      --unsigned-terms   of register: take terms without a signature\n"
    "      --keys FILE        of the manager: the key that signs consents\n"
    "      --except [A/D/K:]ROW\n"
    "                         of accept: a red point that is accepted all the "
    "same;\n"
    "                         A/D/K is its column, * for a part nobody names; "
    "ROW\n"
    "                         alone: in every column\n"
    "      --until TIME       of accept: when the consent ends\n"
    "      --history          of status: every version\n"
    "      --now TIME         YYYYMMDDThhmmss in UTC (default: the clock)\n"
    "      --version N        of receipt: of the consent (default: the "
    "newest)\n"
    "      --signed           of receipt: as a compact JWS by the manager's "
    "--keys\n"
    "      --column A/D/K     of delete: application, device, kind of data; * "
    "is all\n"
    "      --days N           of delete: overdue after (default: 30)\n"
    "      --withdraw         of delete: withdraws the consent first\n"
    "      --overdue          of deletions: only these; exit status 1 if there "
    "are any\n"
    "      --reason TEXT      of delete-note: why refused\n"
    "      --cse ID           absolute CSE-ID of the CSE with the resources\n"
    "      --access-log FILE  of decide, answer: each answer is on disk before "
    "it is\n"
    "                         printed\n"
    "      --with POLICY      of compile: warns of rules of the CSE that let "
    "a\n"
    "                         provider in all the same; with --strict the "
    "exit\n"
    "                         status is 1 then\n"
    "      --asker ID         of answer: CSE-ID of the CSE that asks\n"
    "      --head HASH        of log verify: of a line it has to have\n"
    "      --subscriber ID, --provider ID, --originator ID, --data KIND, "
    "--consent ID,\n"
    "      --from TIME, --until TIME\n"
    "                         of log query: only what is of these\n"
    "      --summary          of log query: only how often\n"
    "      --strict           of check: warnings make the exit status 1\n"
    "  -v, --verbose          of test: print every cell, also those that pass\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 no conflict, nothing failed; 1 some; 2 a file cannot be "
    "used.\n";

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} verbs[] = {{"tags", pst_ppm_tags_run},
             {"check", pst_ppm_check_run},
             {"evaluate", pst_ppm_evaluate_run},
             {"test", pst_ppm_test_run},
             {"policy", pst_ppm_policy_run},
             {"sign", pst_ppm_sign_run},
             {"receipt", pst_ppm_receipt_run},
             {"delete", pst_ppm_delete_run},
             {"deletions", pst_ppm_deletions_run},
             {"delete-note", pst_ppm_delete_note_run},
             {"register", pst_ppm_register_run},
             {"accept", pst_ppm_accept_run},
             {"withdraw", pst_ppm_withdraw_run},
             {"status", pst_ppm_status_run},
             {"look-again", pst_ppm_look_again_run},
             {"compile", pst_ppm_compile_run},
             {"decide", pst_ppm_decide_run},
             {"answer", pst_ppm_answer_run},
             {"log", pst_ppm_log_run}};

static int run(int argc, char **argv)
{
    if (argc < 2) {
        return pst_misused(&pst_command_ppm,
                           "a verb such as tags, policy or log is expected",
                           NULL);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return pst_print_help(&pst_command_ppm);
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0) {
            return verbs[i].run(argc - 1, argv + 1);
        }
    }
    return pst_misused(&pst_command_ppm,
                       "a verb such as tags, policy or log is expected, not",
                       argv[1]);
}

const struct pst_command pst_command_ppm = {
    "ppm", "privacy policies: terms, preferences, consents, log", help, run,
    options_help};
