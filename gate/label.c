#include "gate/label.h"

#include "gate/policy.h"

/* What stands before the names. */
struct packed_head {
    uint32_t data_class;
    uint32_t subscriber;
    uint32_t device;
    uint32_t data; /* UINT32_MAX: absent */
};

struct packed_card {
    int64_t from_s;
    int64_t ends_s;
    struct pst_gate_span interval;
    struct pst_gate_span kept;
    uint32_t stand;
    uint32_t version;
    uint32_t provider;
    uint32_t application;
    uint32_t consent;
    uint32_t askers;
};

/* ---- writing ------------------------------------------------------------- */

static char *add(char *at, const void *bytes, size_t count)
{
    if (count) {
        memcpy(at, bytes, count);
    }
    return at + count;
}

static bool is_short(size_t a, size_t b, size_t c)
{
    return a <= PST_GATE_NAMES && b <= PST_GATE_NAMES && c <= PST_GATE_NAMES &&
           a + b + c <= PST_GATE_NAMES;
}

postern_status pst_gate_head_write(struct pst_arena *arena,
                                   const struct pst_gate_opening *opening,
                                   uint32_t resource, postern_str *label)
{
    const struct pst_subscriber_resource *of = &opening->resources[resource];
    struct packed_head packed;
    size_t size =
        sizeof packed + opening->subscriber.len + of->device.len + of->data.len;
    char *bytes;
    char *at;

    if (!is_short(opening->subscriber.len, of->device.len, of->data.len) ||
        of->id.len > PST_GATE_NAMES) {
        return POSTERN_ERR_LIMIT;
    }
    bytes = pst_arena_alloc(arena, size, 1);
    if (!bytes) {
        return POSTERN_ERR_MEMORY;
    }
    packed = (struct packed_head){
        .data_class = (uint32_t)of->data_class,
        .subscriber = (uint32_t)opening->subscriber.len,
        .device = (uint32_t)of->device.len,
        .data = of->data.data ? (uint32_t)of->data.len : UINT32_MAX};
    at = add(bytes, &packed, sizeof packed);
    at = add(at, opening->subscriber.data, opening->subscriber.len);
    at = add(at, of->device.data, of->device.len);
    (void)add(at, of->data.data, of->data.len);
    *label = (postern_str){bytes, size};
    return POSTERN_OK;
}

static void pack_card(const struct pst_gate_opening *opening,
                      const struct pst_gate_link *link,
                      struct packed_card *packed)
{
    memset(packed, 0, sizeof *packed); /* equal cards have equal bytes */
    packed->from_s = opening->from_s;
    packed->ends_s = link->ends_s;
    packed->interval.endless = link->interval.endless;
    packed->interval.months = link->interval.months;
    packed->interval.seconds = link->interval.seconds;
    packed->kept.endless = link->kept.endless;
    packed->kept.months = link->kept.months;
    packed->kept.seconds = link->kept.seconds;
    packed->stand = (uint32_t)link->stand;
    packed->version = opening->version;
    packed->provider = (uint32_t)opening->provider.len;
    packed->application = (uint32_t)link->application.len;
    packed->consent = (uint32_t)opening->consent.len;
    packed->askers = (uint32_t)link->asker_count;
}

postern_status pst_gate_card_write(struct pst_arena *arena,
                                   const struct pst_gate_opening *opening,
                                   const struct pst_gate_link *link,
                                   postern_str *label)
{
    struct packed_card packed;
    size_t askers = link->asker_count * sizeof *link->askers;
    size_t size = sizeof packed + askers + opening->provider.len +
                  link->application.len + opening->consent.len;
    char *bytes;
    char *at;

    if (!is_short(opening->provider.len, link->application.len,
                  opening->consent.len)) {
        return POSTERN_ERR_LIMIT;
    }
    bytes = pst_arena_alloc(arena, size, 1);
    if (!bytes) {
        return POSTERN_ERR_MEMORY;
    }
    pack_card(opening, link, &packed);
    at = add(bytes, &packed, sizeof packed);
    at = add(at, link->askers, askers);
    at = add(at, opening->provider.data, opening->provider.len);
    at = add(at, link->application.data, link->application.len);
    (void)add(at, opening->consent.data, opening->consent.len);
    *label = (postern_str){bytes, size};
    return POSTERN_OK;
}

postern_status pst_gate_nations_write(struct pst_arena *arena,
                                      const struct pst_gate_policy *policy,
                                      postern_str *label)
{
    char codes[2 * PST_GATE_NATIONS];
    size_t count = pst_gate_nation_codes(&policy->nations, codes);

    *label = pst_arena_copy(arena, policy->anywhere
                                       ? (postern_str){"*", 1}
                                       : (postern_str){codes, 2 * count});
    return label->data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

/* ---- reading ------------------------------------------------------------- */

/* The next bytes of a label. */
static postern_str take(postern_str *rest, size_t count)
{
    postern_str taken = {rest->data, count};

    rest->data += count;
    rest->len -= count;
    return taken;
}

bool pst_gate_head_read(postern_str label, struct pst_gate_head *head)
{
    struct packed_head packed;
    size_t data;

    if (label.len < sizeof packed) {
        return false;
    }
    memcpy(&packed, take(&label, sizeof packed).data, sizeof packed);
    data = packed.data == UINT32_MAX ? 0 : packed.data;
    if (packed.data_class >= PST_CLASSES ||
        !is_short(packed.subscriber, packed.device, data) ||
        label.len != packed.subscriber + packed.device + data) {
        return false;
    }
    head->data_class = (enum pst_data_class)packed.data_class;
    head->subscriber = take(&label, packed.subscriber);
    head->device = take(&label, packed.device);
    head->data = packed.data == UINT32_MAX ? (postern_str){NULL, 0} : label;
    return true;
}

bool pst_gate_card_read(postern_str label, struct pst_gate_card *card)
{
    struct packed_card packed;
    size_t askers;

    if (label.len < sizeof packed) {
        return false;
    }
    memcpy(&packed, take(&label, sizeof packed).data, sizeof packed);
    askers = packed.askers * sizeof(uint64_t);
    if (packed.stand > PST_GATE_OPEN ||
        !is_short(packed.provider, packed.application, packed.consent) ||
        label.len !=
            askers + packed.provider + packed.application + packed.consent) {
        return false;
    }
    *card = (struct pst_gate_card){.stand = (enum pst_gate_stand)packed.stand,
                                   .version = packed.version,
                                   .from_s = packed.from_s,
                                   .ends_s = packed.ends_s,
                                   .interval = packed.interval,
                                   .kept = packed.kept,
                                   .askers = take(&label, askers).data,
                                   .asker_count = packed.askers};
    card->provider = take(&label, packed.provider);
    card->application = take(&label, packed.application);
    card->consent = label;
    return true;
}

bool pst_gate_card_lists(const struct pst_gate_card *card, uint64_t hash)
{
    for (size_t i = 0; i < card->asker_count; i++) {
        uint64_t asker;

        memcpy(&asker, card->askers + i * sizeof asker, sizeof asker);
        if (asker == hash) {
            return true;
        }
    }
    return false;
}
