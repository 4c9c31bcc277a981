#include "consent/frame_cache.h"

#include "jose/base64url.h"

enum { HASH = 64 };

/* ---- what was registered ------------------------------------------------- */

static bool is_base64url(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool pst_is_compact_jws(postern_str text)
{
    size_t dots = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '.') {
            dots++;
        } else if (!is_base64url(text.data[i])) {
            return false;
        }
    }
    return dots == 2;
}

postern_str pst_payload_of(struct pst_arena *arena, postern_str registered)
{
    const postern_str none = {NULL, 0};
    size_t from = pst_str_find(registered, 0, '.') + 1;
    postern_str payload =
        pst_str_slice(registered, from, pst_str_find(registered, from, '.'));
    uint8_t *bytes;

    if (!pst_is_compact_jws(registered)) {
        return registered;
    }
    bytes = pst_arena_alloc(arena, pst_base64url_bytes(payload.len) + 1, 1);
    if (!bytes || !pst_base64url_decode(payload, bytes)) {
        return none;
    }
    return (postern_str){(const char *)bytes, pst_base64url_bytes(payload.len)};
}

static postern_status damaged(postern_diag *diag)
{
    return pst_diag_refuse(diag, POSTERN_ERR_IO, "",
                           "what is stored is damaged", NULL);
}

postern_status pst_registered_text(postern_ppm_manager *manager,
                                   struct pst_arena *arena, postern_str hash,
                                   struct pst_document *document,
                                   postern_diag *diag)
{
    postern_str format;
    postern_str text;

    PST_TRY(pst_manager_get(manager, arena, "format", hash, &format, diag));
    PST_TRY(pst_manager_get(manager, arena, "text", hash, &text, diag));
    text = text.data ? pst_payload_of(arena, text) : text;
    if (!format.data || !text.data) {
        return damaged(diag);
    }
    *document = (struct pst_document){.format = pst_str_is(format, "json")
                                                    ? PST_FORMAT_JSON
                                                    : PST_FORMAT_YAML,
                                      .source = "",
                                      .text = text};
    return POSTERN_OK;
}

postern_status pst_registered_put(postern_ppm_manager *manager,
                                  postern_str hash, postern_str text,
                                  enum pst_format format, postern_diag *diag)
{
    PST_TRY(pst_manager_put(
        manager, "format", hash,
        format == PST_FORMAT_JSON ? PST_STR("json") : PST_STR("yaml"), diag));
    return pst_manager_put(manager, "text", hash, text, diag);
}

/* ---- the cache ----------------------------------------------------------- */

static unsigned digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10) & 15;
}

static struct pst_cached_frame **place_of(postern_ppm_manager *manager,
                                          postern_str hash)
{
    return &manager->frames[digit(hash.data[0]) << 4 | digit(hash.data[1])];
}

static postern_status load(postern_ppm_manager *manager,
                           struct pst_arena *arena,
                           struct pst_cached_frame *held, postern_diag *diag)
{
    postern_ppm_load_options options;
    struct pst_document document = {.format = PST_FORMAT_JSON};
    postern_status status;

    PST_TRY(pst_registered_text(manager, arena, postern_str_of(held->hash),
                                &document, diag));
    postern_ppm_load_options_init(&options);
    options.allocator = &manager->allocator;
    options.limits = manager->options.limits;
    options.format = document.format == PST_FORMAT_JSON ? POSTERN_FORMAT_JSON
                                                        : POSTERN_FORMAT_YAML;
    status =
        postern_ppm_frame_load(&held->frame, document.text, &options, NULL);
    return status == POSTERN_ERR_SYNTAX || status == POSTERN_ERR_POLICY
               ? damaged(diag)
               : status;
}

static struct pst_cached_frame *new_held(postern_ppm_manager *manager,
                                         postern_str hash)
{
    struct pst_cached_frame *held =
        pst_alloc(&manager->allocator, sizeof *held);

    if (held) {
        memset(held, 0, sizeof *held);
        held->allocator = manager->allocator;
        held->holders = 1;
        memcpy(held->hash, hash.data, HASH);
    }
    return held;
}

postern_status pst_frame_take(postern_ppm_manager *manager, postern_str hash,
                              bool shared, struct pst_cached_frame **held,
                              postern_diag *diag)
{
    struct pst_cached_frame **place;
    struct pst_arena arena;
    postern_status status;

    *held = NULL;
    if (hash.len != HASH) {
        return damaged(diag);
    }
    place = place_of(manager, hash);
    if (*place && pst_str_is(hash, (*place)->hash)) {
        (*place)->holders++;
        *held = *place;
        return POSTERN_OK;
    }
    *held = new_held(manager, hash);
    if (!*held) {
        return POSTERN_ERR_MEMORY;
    }
    pst_arena_init(&arena, &manager->allocator, SIZE_MAX);
    status = load(manager, &arena, *held, diag);
    pst_arena_release(&arena);
    if (status != POSTERN_OK) {
        pst_frame_give(*held);
        *held = NULL;
    } else if (shared) {
        pst_frame_give(*place);
        (*held)->holders++;
        *place = *held;
    }
    return status;
}

void pst_frame_give(struct pst_cached_frame *held)
{
    if (held && --held->holders == 0) {
        postern_allocator allocator = held->allocator;

        postern_ppm_frame_free(held->frame);
        pst_release(&allocator, held, sizeof *held);
    }
}

void pst_frame_cache_empty(postern_ppm_manager *manager)
{
    for (int i = 0; i < PST_CACHED_FRAMES; i++) {
        pst_frame_give(manager->frames[i]);
        manager->frames[i] = NULL;
    }
}
