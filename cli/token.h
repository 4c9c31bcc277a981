/* What `postern token verify`, `inspect` and `issue` share. */
#ifndef PST_CLI_TOKEN_H
#define PST_CLI_TOKEN_H

#include "base/vec.h"
#include "cli/command.h"
#include "cli/json_out.h"

#include <postern/token.h>

/* Each takes the words behind "token"; argv[0] is its own name. */
int pst_token_verify(int argc, char **argv);
int pst_token_inspect(int argc, char **argv);
int pst_token_issue(int argc, char **argv);

/* "//sp.example/plant-cse", of the option of that name; the texts are those of
 * the argument. False, and reported, when it is not that. */
bool pst_take_cse(const struct pst_command *command, const char *option,
                  const char *argument, postern_cse *cse);

/*
 * A token as the command line has it: itself, or "-" for standard input, where
 * blanks around it do not count. `bytes` is for the caller to release with
 * malloc's allocator, whatever the answer. False, and reported.
 */
bool pst_read_token(const char *argument, struct pst_vec *bytes,
                    postern_str *token);

/* "signed", "encrypted", "nested" */
const char *pst_kind_word(postern_jose_kind kind);

/* A value that is JSON already, on one line: strings hold no line break, so
 * what is one stands between values. */
void pst_json_out_as_it_is(struct pst_json_out *out, postern_str json);

/* A verified token, with what of it counts. */
void pst_show_token(const postern_token *token);
void pst_show_token_json(struct pst_json_out *out, const postern_token *token);

#endif
