#include "dynauth/das_privileges.h"

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

void pst_das_privileges_write(struct pst_json_text *json,
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
