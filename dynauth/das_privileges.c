#include "dynauth/das_privileges.h"

#include "dynauth/dynauth.h"
#include "engine/json_values.h"

static void write_countries(struct pst_json_text *json,
                            const postern_texts *countries)
{
    if (!countries->items) {
        return;
    }
    pst_json_open(json, "acco", '[');
    pst_json_open(json, NULL, '{');
    pst_json_open(json, "aclr", '{');
    pst_json_texts(json, "accc", countries);
    pst_json_close(json, '}');
    pst_json_close(json, '}');
    pst_json_close(json, ']');
}

static void write_privileges(struct pst_json_text *json,
                             const postern_das_privileges *privileges)
{
    pst_json_open(json, "dai", '{');
    pst_json_open(json, "gp", '{');
    pst_json_open(json, "acr", '[');
    pst_json_open(json, NULL, '{');
    pst_json_open(json, "acor", '[');
    pst_json_str(json, NULL, privileges->originator);
    pst_json_close(json, ']');
    pst_json_uint(json, "acop", privileges->operations);
    write_countries(json, &privileges->countries);
    if (privileges->authentication_flag) {
        pst_json_bool(json, "acaf", true);
    }
    pst_json_close(json, '}');
    pst_json_close(json, ']');
    pst_json_close(json, '}');
    pst_json_time(json, "pl", privileges->expires_s);
    pst_json_close(json, '}');
}

static size_t write(const postern_das_privileges *privileges, postern_str token,
                    char *buffer, size_t size)
{
    struct pst_sink sink;
    struct pst_json_text *json = &sink.json;

    pst_sink_open(&sink, buffer, size);
    pst_json_open(json, NULL, '{');
    pst_json_open(json, "m2m:seci", '{');
    pst_json_int(json, "sit", PST_DAS_RESPONSE);
    pst_json_open(json, "dres", '{');
    if (privileges) {
        write_privileges(json, privileges);
    }
    if (token.data) { /* beside dai */
        pst_json_open(json, "tkns", '[');
        pst_json_str(json, NULL, token);
        pst_json_close(json, ']');
    }
    pst_json_close(json, '}');
    pst_json_close(json, '}');
    pst_json_close(json, '}');
    return json->text.len;
}

postern_status pst_das_response_write(struct pst_arena *arena,
                                      const postern_das_privileges *privileges,
                                      postern_str token, postern_str *text)
{
    size_t len = write(privileges, token, NULL, 0);
    char *buffer = pst_arena_alloc(arena, len + 1, 1);

    *text = (postern_str){NULL, 0};
    if (!buffer) {
        return POSTERN_ERR_MEMORY;
    }
    (void)write(privileges, token, buffer, len + 1);
    *text = (postern_str){buffer, len};
    return POSTERN_OK;
}
