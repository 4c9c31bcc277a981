/* Making and freeing the context of a thread, and the structs of its callers
 * that grow from release to release. */
#include "jose/context.h"

#include "base/sized.h"

#include <openssl/crypto.h>

#include <string.h>

postern_status postern_jose_new(postern_jose **jose,
                                const postern_allocator *allocator)
{
    postern_allocator memory = pst_allocator_of(allocator);
    postern_jose *made = pst_alloc(&memory, sizeof *made);

    *jose = NULL;
    if (!made) {
        return POSTERN_ERR_MEMORY;
    }
    memset(made, 0, sizeof *made);
    made->allocator = memory;
    if (!pst_crypto_init(&made->crypto)) {
        postern_jose_free(made);
        return POSTERN_ERR_MEMORY;
    }
    *jose = made;
    return POSTERN_OK;
}

void postern_jose_free(postern_jose *jose)
{
    postern_allocator memory;

    if (!jose) {
        return;
    }
    memory = jose->allocator;
    pst_crypto_release(&jose->crypto);
    OPENSSL_cleanse(jose, sizeof *jose); /* it has held payloads */
    pst_release(&memory, jose, sizeof *jose);
}

void postern_jose_rules_init_sized(postern_jose_rules *rules,
                                   size_t struct_size)
{
    pst_sized_init(rules, struct_size);
}

void postern_jose_recipe_init_sized(postern_jose_recipe *recipe,
                                    size_t struct_size)
{
    pst_sized_init(recipe, struct_size);
}
