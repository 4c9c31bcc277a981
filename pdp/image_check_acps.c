/* The ACPs of an image: their names, their order, when they expire. */
#include "base/str.h"
#include "pdp/image_check.h"

/* Slots behind those of the privileges belong to one ACP each, in order. */
static bool check_selves(const struct pst_check *check)
{
    const postern_acp_set *set = check->set;
    const struct pst_acp *acps = PST_TABLE(set, ACPS, struct pst_acp);
    uint32_t count = pst_table_count(set, PST_TABLE_ACPS);
    uint32_t next = count;

    for (uint32_t i = 0; i < count; i++) {
        if (acps[i].reserved ||
            (acps[i].self != PST_NO_SLOT && acps[i].self != next)) {
            return pst_check_refuse(
                check, PST_TABLE_ACPS, i,
                "its self-privileges are slot #, the next is #",
                (uint64_t[]){acps[i].self, next});
        }
        next += acps[i].self != PST_NO_SLOT;
    }
    if (next != pst_table_count(set, PST_TABLE_SLOTS)) {
        return pst_check_refuse(
            check, PST_TABLE_SLOTS, PST_WHOLE_TABLE, "# are used of #",
            (uint64_t[]){next, pst_table_count(set, PST_TABLE_SLOTS)});
    }
    return true;
}

static bool check_ids(const struct pst_check *check)
{
    const postern_acp_set *set = check->set;
    const struct pst_acp *acps = PST_TABLE(set, ACPS, struct pst_acp);

    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_ACPS); i++) {
        if (!pst_text_ref_is_sound(set, acps[i].id)) {
            return pst_check_refuse(check, PST_TABLE_ACPS, i,
                                    "its name is not within the pool", NULL);
        }
    }
    return true;
}

/* Names that ascend are names of different ACPs, so that each is there. */
static bool check_order(const struct pst_check *check)
{
    const postern_acp_set *set = check->set;
    const uint32_t *order = PST_TABLE(set, ACP_ORDER, uint32_t);
    uint32_t count = pst_table_count(set, PST_TABLE_ACPS);

    for (uint32_t i = 0; i < count; i++) {
        if (order[i] >= count) {
            return pst_check_refuse(check, PST_TABLE_ACP_ORDER, i,
                                    "it is ACP # of #",
                                    (uint64_t[]){order[i], count});
        }
        if (i && pst_str_order(postern_acp_set_name(set, order[i - 1]),
                               postern_acp_set_name(set, order[i])) >= 0) {
            return pst_check_refuse(check, PST_TABLE_ACP_ORDER, i,
                                    "ACP # does not belong behind ACP #",
                                    (uint64_t[]){order[i], order[i - 1]});
        }
    }
    return true;
}

/* What a slot says about it, so that most decisions need not look here. */
static bool check_expiries(const struct pst_check *check)
{
    const postern_acp_set *set = check->set;

    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_ACPS); i++) {
        bool expires = pst_expires_s(set, i) != INT64_MAX;

        for (uint32_t which = POSTERN_PRIVILEGES;
             which <= POSTERN_SELF_PRIVILEGES; which++) {
            const struct pst_slot *slot = pst_slot_at(
                set, (postern_acp_ref){i, (postern_privileges)which});

            if (slot && slot->expires != expires) {
                return pst_check_refuse(
                    check, PST_TABLE_ACPS, i,
                    "its slot says # on whether it expires, which is #",
                    (uint64_t[]){slot->expires, expires});
            }
        }
    }
    return true;
}

bool pst_check_acps(const struct pst_check *check)
{
    return check_ids(check) && check_selves(check) && check_order(check) &&
           check_expiries(check);
}
