/* Names of the store are segments, so a text that is no address finds nothing
 * and needs no look of its own. */
#include "prp/address.h"

#include "base/str.h"

bool pst_address_local(const struct pst_store_settings *settings,
                       postern_str address, postern_str *local)
{
    const postern_cse *cse = &settings->cse;
    postern_id id;

    *local = address;
    if (address.len == 0 || address.data[0] != '/') {
        return true;
    }
    if (postern_id_parse_resource(&id, cse, address) != POSTERN_OK) {
        return false;
    }
    *local = id.second;
    return pst_str_equal(id.first, cse->name) &&
           pst_str_fold_equal(id.domain, cse->domain);
}

bool pst_names_base(const struct pst_store_settings *settings,
                    postern_str segment)
{
    return pst_str_is(segment, "-") ||
           (settings->base_name.len &&
            pst_str_equal(segment, settings->base_name));
}

/* The ID of a resource, or the name of the CSEBase; not both. */
static uint32_t find_single(const struct pst_version *version, postern_str text)
{
    uint32_t number = pst_version_find(version, text);

    if (!pst_names_base(version->settings, text)) {
        return number;
    }
    return number == PST_NO_NUMBER || number == PST_BASE ? PST_BASE
                                                         : PST_NO_NUMBER;
}

/* Names from the CSEBase down. The ID of another resource with names behind it
 * is no address. */
static uint32_t walk(const struct pst_version *version, postern_str path,
                     size_t end)
{
    uint32_t number = PST_BASE;

    if (!pst_names_base(version->settings, pst_str_slice(path, 0, end))) {
        return PST_NO_NUMBER;
    }
    while (end < path.len && number != PST_NO_NUMBER) {
        size_t from = end + 1;

        end = pst_str_find(path, from, '/');
        number =
            pst_version_child(version, number, pst_str_slice(path, from, end));
    }
    return number;
}

uint32_t pst_address_find(const struct pst_version *version,
                          postern_str address)
{
    postern_str local;
    size_t slash;

    if (!pst_address_local(version->settings, address, &local)) {
        return PST_NO_NUMBER;
    }
    slash = pst_str_find(local, 0, '/');
    return slash == local.len ? find_single(version, local)
                              : walk(version, local, slash);
}

/* An ID is one segment and no prefix. */
bool pst_address_is_id_of(const struct pst_version *version,
                          struct pst_slots_near *near, uint32_t number,
                          postern_str address)
{
    const struct pst_slot *slot = pst_slots_look(&version->slots, near, number);

    return slot && slot->record &&
           pst_str_equal(pst_record_id(slot->record), address) &&
           !pst_names_base(version->settings, address);
}
