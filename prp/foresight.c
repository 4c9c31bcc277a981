#include "prp/foresight.h"

#include "base/fetch.h"
#include "prp/address.h"

enum { AHEAD = 6 }; /* resources: about as long as one takes to come */

void pst_foresight_forget(struct pst_foresight *foresight)
{
    foresight->ahead = (struct pst_slots_near){NULL, 0};
    foresight->far = (struct pst_slots_near){NULL, 0};
    foresight->last = PST_NO_NUMBER;
    foresight->last_next = PST_NO_NUMBER;
    foresight->expected = PST_NO_NUMBER;
    foresight->count = 0;
    foresight->at = 0;
}

/* First slots, then, when these are there, their records. */
void pst_foresee_row(struct pst_foresight *foresight,
                     const struct pst_version *version, uint32_t number,
                     uint32_t step)
{
    const struct pst_slots *slots = &version->slots;
    const struct pst_slot *slot;

    pst_fetch(
        pst_slots_look(slots, &foresight->far, number + 2 * AHEAD * step));
    slot = pst_slots_look(slots, &foresight->ahead, number + AHEAD * step);
    if (slot) {
        pst_fetch(slot->record);
    }
}

/* ---- order -------------------------------------------------------------- */

/* Two that were created one after the other, or are siblings one after the
 * other, are followed by a third. */
static void expect(struct pst_foresight *foresight,
                   const struct pst_version *version,
                   struct pst_slots_near *near, uint32_t number)
{
    const struct pst_slot *slot = pst_slots_look(&version->slots, near, number);
    uint32_t sibling = slot ? slot->next : PST_NO_NUMBER;

    foresight->expected = PST_NO_NUMBER;
    if (slot && number - 1 == foresight->last) {
        foresight->expected = number + 1;
    } else if (slot && number == foresight->last_next) {
        foresight->expected = sibling;
    }
    foresight->last = number;
    foresight->last_next = sibling;
    if (foresight->expected != PST_NO_NUMBER) {
        pst_foresee_row(foresight, version, number,
                        foresight->expected - number);
    }
}

/* ---- announcements ------------------------------------------------------ */

/* Each step is done for all before the next one, so that what they wait for
 * comes at the same time. */
void pst_foresee_addresses(struct pst_foresight *foresight,
                           const struct pst_version *version,
                           const postern_str *addresses, size_t count)
{
    struct pst_slots_near near = {NULL, 0};
    const struct pst_slot *slots[PST_FORESEEN];
    uint64_t hashes[PST_FORESEEN];

    foresight->at = 0;
    foresight->count = 0;
    if (count == 0 || pst_address_is_id_of(version, &near, foresight->expected,
                                           addresses[0])) {
        return; /* they have an order */
    }
    foresight->count = count < PST_FORESEEN ? (uint32_t)count : PST_FORESEEN;
    for (uint32_t i = 0; i < foresight->count; i++) {
        foresight->addresses[i] = addresses[i];
        pst_fetch(addresses[i].data);
    }
    for (uint32_t i = 0; i < foresight->count; i++) {
        hashes[i] = pst_hash_id(version->settings, addresses[i]);
    }
    pst_trie_first_of_each(&version->by[PST_BY_ID], hashes, foresight->count,
                           foresight->numbers);
    for (uint32_t i = 0; i < foresight->count; i++) {
        slots[i] = pst_slots_at(&version->slots, foresight->numbers[i]);
        pst_fetch(slots[i]);
    }
    for (uint32_t i = 0; i < foresight->count; i++) {
        pst_fetch(slots[i] ? slots[i]->record : NULL);
        slots[i] =
            slots[i] ? pst_slots_at(&version->slots, slots[i]->parent) : NULL;
        pst_fetch(slots[i]);
    }
    for (uint32_t i = 0; i < foresight->count; i++) {
        pst_fetch(slots[i] ? slots[i]->record : NULL);
    }
}

/* The number foreseen for an address, or PST_NO_NUMBER. */
static uint32_t foreseen(struct pst_foresight *foresight, postern_str address)
{
    uint32_t at = foresight->at;

    if (at < foresight->count &&
        foresight->addresses[at].data == address.data &&
        foresight->addresses[at].len == address.len) {
        foresight->at++;
        return foresight->numbers[at];
    }
    return foresight->expected;
}

uint32_t pst_foresight_find(struct pst_foresight *foresight,
                            const struct pst_version *version,
                            struct pst_slots_near *near, postern_str address)
{
    uint32_t number = foreseen(foresight, address);

    if (!pst_address_is_id_of(version, near, number, address)) {
        number = pst_address_find(version, address);
    }
    expect(foresight, version, near, number);
    return number;
}
