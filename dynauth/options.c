/* Options, the servers in them, and what everybody needs. */
#include "dynauth/dynauth.h"

#include "base/sized.h"
#include "base/str.h"

void postern_dynauth_options_init_sized(postern_dynauth_options *options,
                                        size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

void postern_das_options_init_sized(postern_das_options *options,
                                    size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

/* What stands behind the only "@"; absent when that is not there. */
static postern_str domain_of(postern_str id)
{
    size_t at = pst_str_find(id, 0, '@');

    if (at == 0 || at + 1 >= id.len || pst_str_find(id, at + 1, '@') < id.len) {
        return (postern_str){NULL, 0};
    }
    return pst_str_slice(id, at + 1, id.len);
}

/* A Role-ID names no more of its DAS. [DDA-04] [ID-03] */
bool pst_is_of_server(const postern_das_server *server, postern_str id)
{
    postern_str domain = domain_of(id);

    for (size_t i = 0;
         domain.len && server->domains.items && i < server->domains.count;
         i++) {
        if (pst_str_fold_equal(server->domains.items[i], domain)) {
            return true;
        }
    }
    return false;
}

/* [IDA-08] */
const postern_das_server *
postern_das_server_of(const postern_dynauth_options *options, postern_str id)
{
    for (size_t i = 0; i < options->server_count; i++) {
        if (pst_is_of_server(&options->servers[i], id)) {
            return &options->servers[i];
        }
    }
    return NULL;
}

void pst_dynauth_note(const postern_dynauth *self, const char *what,
                      postern_str name, const char *why)
{
    char sentence[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    if (!self->options.note) {
        return;
    }
    pst_text_init(&text, sentence, sizeof sentence);
    pst_text_add(&text, what);
    if (name.data) {
        pst_text_add(&text, " ");
        pst_text_add_quoted(&text, name);
    }
    pst_text_add(&text, why);
    self->options.note(self->options.note_user, sentence);
}

void pst_sink_open(struct pst_sink *sink, char *buffer, size_t size)
{
    sink->json.wants_comma = false;
    pst_text_init(&sink->json.text, size ? buffer : sink->none,
                  size ? size : sizeof sink->none);
}
