#include "tokens/wiping.h"

#include <openssl/crypto.h>

static void *take(void *user, size_t size)
{
    const struct pst_wiping *self = user;

    return pst_alloc(&self->below, size);
}

static void wipe_and_release(void *user, void *block, size_t size)
{
    const struct pst_wiping *self = user;

    OPENSSL_cleanse(block, size);
    pst_release(&self->below, block, size);
}

postern_allocator pst_wiping_allocator(struct pst_wiping *self,
                                       const postern_allocator *below)
{
    self->below = *below;
    return (postern_allocator){self, take, wipe_and_release};
}
