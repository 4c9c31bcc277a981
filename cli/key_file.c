#include "cli/key_file.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/source.h"

#include <openssl/crypto.h>

const uint32_t pst_signing_algs = (UINT32_C(1) << POSTERN_ALG_DIR) - 2;
const uint32_t pst_encrypting_algs = ~((UINT32_C(1) << POSTERN_ALG_DIR) - 1);

static bool is_pem(postern_str text)
{
    static const char mark[] = "-----BEGIN ";
    size_t at = pst_str_find(text, 0, '-');

    while (at < text.len) {
        if (text.len - at >= sizeof mark - 1 &&
            memcmp(text.data + at, mark, sizeof mark - 1) == 0) {
            return true;
        }
        at = pst_str_find(text, at + 1, '-');
    }
    return false;
}

/* A JWK with a kid keeps it: only what has none is named. */
static postern_status add(postern_keys *keys, postern_str text,
                          const struct pst_key_file *file, postern_diag *diag)
{
    postern_key_facts facts;

    postern_key_facts_init(&facts);
    facts.algs_if_untold = file->algs_if_untold;
    if (text.len && text.data[0] != '{' && is_pem(text)) {
        facts.kid = file->kid;
        return postern_keys_add_pem(keys, text, &facts, diag);
    }
    return postern_keys_add_jwks(keys, text, &facts, diag);
}

static postern_status read_keys(postern_keys *keys,
                                const struct pst_key_file *file,
                                postern_diag *diag)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_vec bytes;
    postern_status status = pst_source_read(&bytes, file->path, diag);

    if (status == POSTERN_OK) {
        status = add(keys, (postern_str){bytes.data, bytes.count}, file, diag);
        pst_diag_copy(diag->source, sizeof diag->source, file->path);
    }
    if (bytes.data) {
        OPENSSL_cleanse(bytes.data, bytes.count);
    }
    pst_vec_release(&bytes, &heap);
    return status;
}

postern_keys *pst_key_file_read(const struct pst_key_file *file)
{
    postern_keys *keys = NULL;
    postern_diag diag;
    postern_status status = postern_keys_new(&keys, NULL);

    pst_diag_clear(&diag);
    status = status == POSTERN_OK ? read_keys(keys, file, &diag)
                                  : pst_diag_plain(&diag, status);
    if (status != POSTERN_OK) {
        pst_print_diag(stderr, &diag);
        postern_keys_free(keys);
        return NULL;
    }
    return keys;
}
