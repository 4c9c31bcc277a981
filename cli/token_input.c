/* What the verbs about tokens read. */
#include "cli/token.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/source.h"

#include <string.h>

bool pst_take_cse(const struct pst_command *command, const char *option,
                  const char *argument, postern_cse *cse)
{
    char problem[80];
    struct pst_text text;
    postern_str id = postern_str_of(argument);
    size_t slash = pst_str_find(id, 2, '/');

    if (postern_cse_init(cse, pst_str_slice(id, 0, slash),
                         pst_str_slice(id, slash, id.len)) == POSTERN_OK) {
        return true;
    }
    pst_text_init(&text, problem, sizeof problem);
    pst_text_add(&text, option);
    pst_text_add(&text,
                 " is an absolute CSE-ID such as //sp.example/plant-cse, not");
    (void)pst_misused(command, problem, argument);
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool pst_read_token(const char *argument, struct pst_vec *bytes,
                    postern_str *token)
{
    postern_diag diag;

    pst_vec_init(bytes, 1);
    *token = postern_str_of(argument);
    if (!pst_is_stdin(argument)) {
        return true;
    }
    if (pst_source_read(bytes, argument, &diag) != POSTERN_OK) {
        pst_print_diag(stderr, &diag);
        return false;
    }
    *token = (postern_str){bytes->data, bytes->count};
    while (token->len && is_blank(token->data[token->len - 1])) {
        token->len--;
    }
    while (token->len && is_blank(token->data[0])) {
        *token = pst_str_slice(*token, 1, token->len);
    }
    return true;
}
