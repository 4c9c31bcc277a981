#include "prp/loading.h"

#include "base/text.h"
#include "policy-lang/compile.h"
#include "prp/attribute.h"
#include "prp/store.h"

/* An entry that names a <group> is that group under its canonical identifier,
 * whatever form of address it is written in. [ORI-14] [ID-06] */
static bool resolve_group(void *user, postern_str entry, postern_id *group)
{
    struct pst_loading *self = user;
    postern_resource named;
    postern_found found = pst_change_find(self->change, entry, &named);

    self->lookup_failed = self->lookup_failed || found == POSTERN_FOUND_FAILED;
    return found == POSTERN_FOUND && named.type == PST_TYPE_GROUP &&
           postern_id_parse_resource(group, self->cse, named.id) == POSTERN_OK;
}

void pst_loading_init(struct pst_loading *self, postern_change *change,
                      postern_diag *diag)
{
    *self = (struct pst_loading){.change = change, .diag = diag};
    self->cse = pst_change_cse(change);
    self->allocator = *pst_change_allocator(change);
    postern_builder_options_init(&self->compiling);
    self->compiling.allocator = &self->allocator;
    self->compiling.resolve_group = resolve_group;
    self->compiling.user = self;
}

/* [PRP-11] */
static postern_status compile(struct pst_loading *self,
                              const struct pst_resource *acp,
                              struct pst_reader *in, postern_acp_set **set)
{
    struct pst_acp_source source = {acp, self->cse, in};
    postern_status status =
        pst_compile_acp(set, &source, &self->compiling, self->diag);

    if (status == POSTERN_OK && self->lookup_failed) {
        postern_acp_set_free(*set);
        *set = NULL;
        status = POSTERN_ERR_MEMORY;
    }
    return pst_diag_plain(self->diag, status);
}

/* What the store says, with the place in the document. */
static postern_status refuse(struct pst_loading *self,
                             const struct pst_resource *resource,
                             const postern_diag *why)
{
    const char *name = why->path + (why->path[0] == '/');
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, why->message);
    if (self->base_unknown && pst_str_is(postern_str_of("pi"), name)) {
        pst_text_add(&text, "; if it is the CSEBase, the document has to say "
                            "so (cb_ri of the cse)");
    }
    return pst_node_refuse(resource->document, pst_universal_in(resource, name),
                           self->diag, why->status, message, why->clause);
}

static postern_status put(struct pst_loading *self,
                          const struct pst_resource *resource,
                          struct pst_reader *in, struct pst_arena *arena)
{
    postern_resource described;
    postern_acp_set *set = NULL;
    postern_diag why = {.status = POSTERN_OK};
    postern_status status;

    PST_TRY(pst_resource_describe(&described, resource, arena));
    if (resource->ty == PST_TYPE_ACP) {
        PST_TRY(compile(self, resource, in, &set));
        described.acp_set = set;
    }
    status = postern_change_put(self->change, &described, &why);
    if (status == POSTERN_OK) {
        return status; /* the set is the store's */
    }
    postern_acp_set_free(set);
    return why.status == POSTERN_OK ? status : refuse(self, resource, &why);
}

postern_status pst_loading_put(struct pst_loading *self,
                               const struct pst_resource *resource,
                               struct pst_reader *in)
{
    struct pst_arena arena;
    postern_status status;

    pst_arena_init(&arena, &self->allocator, SIZE_MAX);
    status = put(self, resource, in, &arena);
    pst_arena_release(&arena);
    return pst_diag_plain(self->diag, status); /* unless told why */
}
