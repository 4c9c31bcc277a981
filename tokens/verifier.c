#include "tokens/verifier.h"

#include "base/sized.h"
#include "tokens/claims.h"

#include <openssl/crypto.h>

/* ---- made and freed ------------------------------------------------------ */

static postern_status copy_cse(postern_verifier *self, const postern_cse *cse)
{
    self->texts_size = cse->domain.len + cse->name.len + 1;
    self->texts = pst_alloc(&self->allocator, self->texts_size);
    if (!self->texts) {
        return POSTERN_ERR_MEMORY;
    }
    memcpy(self->texts, cse->domain.data, cse->domain.len);
    memcpy(self->texts + cse->domain.len, cse->name.data, cse->name.len);
    self->cse = *cse;
    self->cse.domain.data = self->texts;
    self->cse.name.data = self->texts + cse->domain.len;
    return POSTERN_OK;
}

static postern_status take_block(const postern_verifier *self,
                                 struct pst_bump *block, size_t size)
{
    block->memory = pst_alloc(&self->allocator, size);
    block->size = block->memory ? size : 0;
    return block->memory ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

static postern_status open_permissions(postern_verifier *self)
{
    struct pst_bump scratch = {.used = 0};
    postern_status status;

    PST_TRY(take_block(self, &scratch, PST_VERIFIER_SCRATCH));
    status = pst_permission_reader_open(&self->permissions, &self->allocator,
                                        &self->cse, scratch);
    if (status != POSTERN_OK) {
        pst_release(&self->allocator, scratch.memory, scratch.size);
        return status;
    }
    self->permissions.kept = &self->kept;
    self->has_permissions = true;
    return POSTERN_OK;
}

static postern_status join(postern_verifier *self, postern_token_cache *cache)
{
    if (!cache) {
        return POSTERN_OK;
    }
    self->slot = pst_token_cache_join(cache);
    self->cache = cache;
    return self->slot ? POSTERN_OK : POSTERN_ERR_LIMIT;
}

static postern_status make(postern_verifier *self, const postern_cse *cse,
                           postern_token_cache *cache)
{
    PST_TRY(copy_cse(self, cse));
    PST_TRY(take_block(self, &self->kept, PST_VERIFIER_KEPT));
    self->values =
        pst_alloc(&self->allocator, PST_CLAIMS_VALUES * sizeof *self->values);
    if (!self->values) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(open_permissions(self));
    PST_TRY(postern_jose_new(&self->jose, &self->allocator));
    return join(self, cache);
}

postern_status postern_verifier_new(postern_verifier **verifier,
                                    const postern_cse *cse,
                                    postern_token_cache *cache,
                                    const postern_allocator *allocator)
{
    postern_allocator used = pst_allocator_of(allocator);
    postern_verifier *self = pst_alloc(&used, sizeof *self);
    postern_status status;

    *verifier = NULL;
    if (!self) {
        return POSTERN_ERR_MEMORY;
    }
    *self = (postern_verifier){.allocator = used};
    status = make(self, cse, cache);
    if (status != POSTERN_OK) {
        postern_verifier_free(self);
        return status;
    }
    *verifier = self;
    return POSTERN_OK;
}

static void close_permissions(postern_verifier *self)
{
    struct pst_bump scratch = self->permissions.scratch.block;

    if (self->has_permissions) {
        pst_permission_reader_close(&self->permissions);
        pst_release(&self->allocator, scratch.memory, scratch.size);
    }
}

void postern_verifier_free(postern_verifier *verifier)
{
    postern_allocator allocator;

    if (!verifier) {
        return;
    }
    allocator = verifier->allocator;
    postern_verifier_end(verifier);
    if (verifier->slot) {
        pst_token_cache_leave_for_good(verifier->slot);
    }
    postern_jose_free(verifier->jose);
    close_permissions(verifier);
    pst_release(&allocator, verifier->values,
                PST_CLAIMS_VALUES * sizeof *verifier->values);
    pst_release(&allocator, verifier->kept.memory, verifier->kept.size);
    pst_release(&allocator, verifier->texts, verifier->texts_size);
    pst_release(&allocator, verifier, sizeof *verifier);
}

/* ---- one request --------------------------------------------------------- */

void pst_verifier_forget(postern_verifier *verifier, size_t mark)
{
    struct pst_bump *kept = &verifier->kept;

    if (kept->used > mark) {
        OPENSSL_cleanse(kept->memory + mark, kept->used - mark);
        kept->used = mark;
    }
}

void postern_verifier_end(postern_verifier *verifier)
{
    pst_verifier_forget(verifier, 0);
    if (verifier->begun && verifier->cache) {
        pst_token_cache_leave(verifier->slot);
    }
    verifier->begun = false;
}

void postern_verifier_begin(postern_verifier *verifier)
{
    postern_verifier_end(verifier);
    verifier->begun = true;
    verifier->tokens = 0;
    verifier->edge_s = INT64_MAX;
    if (verifier->cache) {
        pst_token_cache_enter(verifier->cache, verifier->slot);
    }
}

bool pst_verifier_has_place(const postern_verifier *verifier,
                            postern_refusal *refusal)
{
    *refusal =
        verifier->begun ? POSTERN_REFUSAL_TOO_MANY : POSTERN_REFUSAL_MEMORY;
    return verifier->begun && verifier->tokens < PST_TOKENS_AT_ONCE;
}

const postern_token_check *pst_token_check_of(const postern_token_check *given,
                                              postern_token_check *room)
{
    if (given && given->struct_size == sizeof *given) {
        return given;
    }
    return given && pst_sized_copy(room, sizeof *room, given) ? room : NULL;
}
