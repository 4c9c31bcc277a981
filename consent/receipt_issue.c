/* Receipts of the manager: of what is stored, at a time, signed or not. */
#include "consent/accepted.h"
#include "consent/receipt.h"

#include "base/sized.h"

static postern_status issue(postern_ppm_manager *manager,
                            const struct pst_accepted *accepted, int64_t now_s,
                            postern_str *receipt)
{
    postern_consent consent = pst_stored_at(accepted->stored, now_s);
    struct pst_receipt_of of = {&consent, accepted->stack, accepted->columns};

    return pst_receipt_write(&of, pst_manager_memory(manager), receipt);
}

static postern_status sign(postern_ppm_manager *manager, int64_t now_s,
                           postern_str *receipt, postern_diag *diag)
{
    if (!manager->options.sign_keys) {
        return pst_manager_refuse(diag, "E_UNSIGNED",
                                  "the manager has no key to sign with");
    }
    return pst_manager_seal(manager, pst_manager_memory(manager), *receipt,
                            now_s, receipt, diag);
}

/* Within a transaction. */
static postern_status make(postern_ppm_manager *manager,
                           const postern_receipt_query *query,
                           postern_str *receipt, postern_diag *diag)
{
    const postern_str pair[2] = {query->subscriber, query->provider};
    struct pst_accepted accepted;
    postern_status status =
        pst_accepted_load(manager, pair, query->version, &accepted, diag);

    if (status == POSTERN_OK) {
        status = issue(manager, &accepted, query->now_s, receipt);
    }
    pst_accepted_release(&accepted);
    if (status == POSTERN_OK && query->form == POSTERN_RECEIPT_SIGNED) {
        status = sign(manager, query->now_s, receipt, diag);
    }
    return status;
}

postern_status postern_ppm_receipt(postern_ppm_manager *manager,
                                   const postern_receipt_query *query,
                                   postern_str *receipt, postern_diag *diag)
{
    postern_receipt_query own;
    postern_status status;

    *receipt = (postern_str){NULL, 0};
    pst_diag_clear(diag);
    if (!manager || !pst_sized_copy(&own, sizeof own, query) ||
        (unsigned)own.form > POSTERN_RECEIPT_SIGNED) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    PST_TRY(pst_manager_begin(manager, diag));
    status = make(manager, &own, receipt, diag);
    status = pst_manager_end(manager, status, diag);
    if (status != POSTERN_OK) {
        *receipt = (postern_str){NULL, 0};
    }
    return status;
}
