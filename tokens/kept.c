/*
 * A token in one block of its own, for the cache. The same walk over the token
 * runs twice: first to measure, then to copy, so that both agree.
 *
 * Compiled rules are copied as they are: a set is one block that refers to
 * itself by offsets (ARCHITECTURE.md), and so works wherever it stands.
 */
#include "tokens/cache_state.h"

#include <string.h>

enum { ALIGNMENT = 16 };

/* Where copies go; `block` is NULL while it is measured. */
struct packer {
    char *block;
    size_t used;
};

/* A copy of `size` bytes, or NULL: measured only. */
static void *pack(struct packer *out, const void *bytes, size_t size)
{
    char *copy;

    out->used = (out->used + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    copy = out->block ? out->block + out->used : NULL;
    if (copy && size) {
        memcpy(copy, bytes, size);
    }
    out->used += size;
    return copy;
}

/* Texts stand one behind the other, without gaps. */
static postern_str pack_text(struct packer *out, postern_str text)
{
    char *copy = out->block ? out->block + out->used : NULL;

    if (!text.data) {
        return text;
    }
    if (copy && text.len) {
        memcpy(copy, text.data, text.len);
    }
    out->used += text.len;
    return (postern_str){copy, text.len};
}

static const postern_str *pack_texts(struct packer *out,
                                     const postern_str *texts, size_t count)
{
    postern_str *copies;

    if (!texts) {
        return NULL;
    }
    copies = pack(out, texts, count * sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        postern_str copy = pack_text(out, texts[i]);

        if (copies) {
            copies[i] = copy;
        }
    }
    return copies;
}

static postern_id pack_id(struct packer *out, const postern_id *id)
{
    postern_id copy = *id;

    copy.domain = pack_text(out, id->domain);
    copy.first = pack_text(out, id->first);
    copy.second = pack_text(out, id->second);
    return copy;
}

static const postern_id *pack_ids(struct packer *out, const postern_id *ids,
                                  size_t count)
{
    postern_id *copies;

    if (!ids) {
        return NULL;
    }
    copies = pack(out, ids, count * sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        postern_id copy = pack_id(out, &ids[i]);

        if (copies) {
            copies[i] = copy;
        }
    }
    return copies;
}

static postern_permission pack_permission(struct packer *out,
                                          const postern_permission *from)
{
    postern_permission to = *from;

    to.resource_ids =
        pack_texts(out, from->resource_ids, from->resource_id_count);
    to.role_ids = pack_texts(out, from->role_ids, from->role_id_count);
    to.privileges = pack_text(out, from->privileges);
    to.roles = pack_ids(out, from->roles, from->role_id_count);
    if (from->rules) {
        to.rules = pack(out, from->rules, postern_acp_set_size(from->rules));
    }
    return to;
}

static const postern_permission *
pack_permissions(struct packer *out, const postern_permission *from,
                 size_t count)
{
    postern_permission *copies;

    if (!from) {
        return NULL;
    }
    copies = pack(out, from, count * sizeof *from);
    for (size_t i = 0; i < count; i++) {
        postern_permission copy = pack_permission(out, &from[i]);

        if (copies) {
            copies[i] = copy;
        }
    }
    return copies;
}

static postern_claims pack_claims(struct packer *out,
                                  const postern_claims *from)
{
    postern_claims to = *from;

    to.version = pack_text(out, from->version);
    to.token_id = pack_text(out, from->token_id);
    to.issuer = pack_text(out, from->issuer);
    to.holder = pack_text(out, from->holder);
    to.name = pack_text(out, from->name);
    to.audience = pack_texts(out, from->audience, from->audience_count);
    to.permissions =
        pack_permissions(out, from->permissions, from->permission_count);
    to.extension = pack_text(out, from->extension);
    return to;
}

static struct pst_kept_token pack_all(struct packer *out,
                                      const struct pst_token_to_keep *what)
{
    struct pst_kept_token kept = {.generation = what->generation,
                                  .keys_end_s = what->keys_end_s,
                                  .token = *what->token};

    kept.text = pack_text(out, what->text);
    kept.holder = pack_id(out, what->holder);
    kept.token.claims = pack_claims(out, &what->token->claims);
    kept.token.signature.kid = pack_text(out, what->token->signature.kid);
    kept.token.encryption.kid = pack_text(out, what->token->encryption.kid);
    kept.token.from_cache = true;
    kept.token.local_id_is_new = false;
    return kept;
}

struct pst_token_entry *pst_kept_make(const postern_allocator *allocator,
                                      const struct pst_token_to_keep *what)
{
    struct packer out = {NULL, sizeof(struct pst_token_entry)};
    struct pst_token_entry *entry;

    (void)pack_all(&out, what);
    entry = pst_alloc(allocator, out.used);
    if (!entry) {
        return NULL;
    }
    memset(entry, 0, sizeof *entry);
    entry->size = out.used;
    out = (struct packer){(char *)entry, sizeof *entry};
    entry->kept = pack_all(&out, what);
    entry->kept.over = &entry->over;
    atomic_init(&entry->over, false);
    atomic_init(&entry->direct, false);
    for (size_t i = 0; i < PST_TOKEN_INDEXES; i++) {
        atomic_init(&entry->next[i], NULL);
    }
    return entry;
}
