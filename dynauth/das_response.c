#include "dynauth/das_response.h"

static postern_status read_privileges(struct pst_message *message,
                                      const struct pst_node *node, void *out)
{
    struct pst_das_response *response = out;

    if (node->type != PST_NODE_OBJECT) {
        return pst_message_refuse(message, node, "a set of rules");
    }
    response->privileges = node;
    return POSTERN_OK;
}

static postern_status read_lifetime(struct pst_message *message,
                                    const struct pst_node *node, void *out)
{
    struct pst_das_response *response = out;

    response->has_lifetime = true;
    return pst_message_time(message, node, &response->lifetime_s);
}

/* What names them twice leaves open which ones are meant. [DDA-09] */
static postern_status read_tokens(struct pst_message *message,
                                  const struct pst_node *node, void *out)
{
    struct pst_das_response *response = out;

    if (response->tokens.items) {
        return pst_message_refuse(message, node, "one list of tokens");
    }
    return pst_message_texts(message, node, &response->tokens);
}

/* dynamicACPInfo */
static postern_status read_info(struct pst_message *message,
                                const struct pst_node *node, void *out)
{
    static const struct pst_message_member members[] = {
        {"gp", read_privileges},
        {"pl", read_lifetime},
        {"tkns", read_tokens},
        {NULL, NULL},
    };

    return pst_message_members(message, node, members, out);
}

/* Of a later release: the DAS wants the originator to sign first. */
static postern_status read_signing(struct pst_message *message,
                                   const struct pst_node *node, void *out)
{
    (void)out;
    return node->type == PST_NODE_BOOLEAN && !node->boolean
               ? POSTERN_OK
               : pst_message_refuse(message, node,
                                    "an answer that needs no signatures of "
                                    "the originator");
}

postern_status pst_das_response_read(struct pst_das_response *response,
                                     struct pst_message *message,
                                     const struct pst_node *body)
{
    static const struct pst_message_member members[] = {
        {"dai", read_info},
        {"tkns", read_tokens},
        {"asri", read_signing},
        {NULL, NULL},
    };

    *response = (struct pst_das_response){.privileges = NULL};
    return pst_message_members(message, body, members, response);
}
