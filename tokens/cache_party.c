/* Holders and issuers of tokens that are kept: who they are, and how much they
 * have. */
#include "tokens/cache_state.h"

#include "base/str.h"

/* ---- rings --------------------------------------------------------------- */

void pst_ring_init(struct pst_ring *ring)
{
    ring->previous = ring;
    ring->next = ring;
}

void pst_ring_add(struct pst_ring *head, struct pst_ring *last)
{
    last->previous = head->previous;
    last->next = head;
    head->previous->next = last;
    head->previous = last;
}

void pst_ring_remove(struct pst_ring *member)
{
    member->previous->next = member->next;
    member->next->previous = member->previous;
    pst_ring_init(member);
}

/* ---- parties ------------------------------------------------------------- */

static size_t size_of(size_t text_len)
{
    return sizeof(struct pst_party) + text_len;
}

static bool is_it(const struct pst_party *party, enum pst_party_kind kind,
                  postern_str text)
{
    return party->kind == kind &&
           pst_str_equal((postern_str){party->text, party->text_len}, text);
}

static struct pst_party *make(postern_token_cache *cache,
                              enum pst_party_kind kind, postern_str text)
{
    struct pst_party *party =
        text.len <= PST_PARTY_TEXT_MAX
            ? pst_alloc(&cache->allocator, size_of(text.len))
            : NULL;

    if (!party) {
        return NULL;
    }
    memset(party, 0, sizeof *party);
    party->kind = kind;
    party->text_len = text.len;
    if (text.len) {
        memcpy(party->text, text.data, text.len);
    }
    pst_ring_init(&party->entries);
    pst_ring_init(&party->of_share);
    return party;
}

struct pst_party *pst_token_party(postern_token_cache *cache,
                                  enum pst_party_kind kind, postern_str text)
{
    uint64_t hash = pst_keyed_hash(&cache->hash_key, text.data, text.len);
    struct pst_party **head = &cache->parties[hash & cache->mask];
    struct pst_party *party;

    for (party = *head; party; party = party->next) {
        if (party->hash == hash && is_it(party, kind, text)) {
            party->is_wanted = true;
            return party;
        }
    }
    party = make(cache, kind, text);
    if (party) {
        party->is_wanted = true;
        party->hash = hash;
        party->next = *head;
        *head = party;
        cache->bytes += size_of(party->text_len);
    }
    return party;
}

static size_t share_of(uint64_t weight)
{
    return weight < PST_SHARES ? (size_t)weight : PST_SHARES - 1;
}

/* Who comes to another share stands last there: among equals the one whose
 * share has not changed for longest gives way first. */
static void weigh(postern_token_cache *cache, struct pst_party *party,
                  uint64_t weight)
{
    party->weight = weight;
    pst_ring_remove(&party->of_share);
    if (party->kind == PST_HOLDER && weight > 0) {
        pst_ring_add(&cache->shares[share_of(weight)], &party->of_share);
    }
}

static void free_if_idle(postern_token_cache *cache, struct pst_party *party)
{
    struct pst_party **at;

    if (party->count > 0 || party->is_wanted) {
        return;
    }
    at = &cache->parties[party->hash & cache->mask];
    while (*at != party) {
        at = &(*at)->next;
    }
    *at = party->next;
    pst_ring_remove(&party->of_share);
    cache->bytes -= size_of(party->text_len);
    pst_release(&cache->allocator, party, size_of(party->text_len));
}

void pst_token_party_let_go(postern_token_cache *cache, struct pst_party *party)
{
    if (party) {
        party->is_wanted = false;
        free_if_idle(cache, party);
    }
}

void pst_token_party_add(postern_token_cache *cache, struct pst_party *party,
                         uint64_t weight)
{
    party->count++;
    weigh(cache, party, party->weight + weight);
}

void pst_token_party_subtract(postern_token_cache *cache,
                              struct pst_party *party, uint64_t weight)
{
    party->count--;
    weigh(cache, party, party->weight - weight);
    free_if_idle(cache, party);
}

struct pst_party *pst_token_party_heaviest(const postern_token_cache *cache)
{
    for (size_t share = PST_SHARES; share-- > 0;) {
        const struct pst_ring *head = &cache->shares[share];

        if (!pst_ring_is_empty(head)) {
            return PST_AROUND(struct pst_party, of_share, head->next);
        }
    }
    return NULL;
}
