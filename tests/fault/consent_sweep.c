/*
 * The n-th call of the storage refused, and the n-th allocation, for every n:
 * what was asked for is refused, nothing has changed, nothing leaks, and the
 * listener is told as often as it was asked.
 */
#include "support/claim.h"
#include "support/faulty.h"
#include "support/managed.h"

enum { ACTS = 8, ENOUGH = 10, LONG = 4096 };

/* ---- what is done -------------------------------------------------------- */

struct ear {
    unsigned prepared;
    unsigned told;
};

static postern_status prepare(void *user, const postern_consent *consent,
                              int64_t now_s, postern_diag *diag)
{
    struct ear *ear = user;

    (void)consent;
    (void)now_s;
    (void)diag;
    ear->prepared = 1; /* of one transaction */
    return POSTERN_OK;
}

static void tell(void *user)
{
    struct ear *ear = user;

    ear->told += ear->prepared;
    ear->prepared = 0;
}

static bool count(void *user, const postern_consent *consent)
{
    size_t *number = user;

    (*number) += consent->version;
    return true;
}

static postern_status list(struct managed *it)
{
    size_t number = 0;

    return postern_ppm_consents(it->manager, (postern_str){NULL, 0},
                                MANAGED_NOW, count, &number, &it->diag);
}

static postern_status look_again(struct managed *it)
{
    uint32_t changed;

    return postern_ppm_look_again(it->manager, MANAGED_NOW, &changed,
                                  &it->diag);
}

/* Each of them changes or reads something of a world that is filled, with a
 * consent that has an exception. */
static postern_status act(struct managed *it, int number)
{
    switch (number) {
    case 0:
        return managed_register(it, MANAGED_TERMS("  6.0/month: 5\n"));
    case 1:
        return managed_register(it, MANAGED_LAW("  6.0/month: {cap: 1}\n"));
    case 2:
        return managed_register(
            it, "kind: subscriber\nowner: s0\n"
                "residence: {legal_country: DE}\n"
                "resources: [{id: c1, device: meter, data: energy}]\n");
    case 3:
        return managed_register(
            it, "kind: asp\nowner: p0\napplications:\n"
                "- {app_id: R01.p0.app, recipients: {7.0/group: [C1]}}\n");
    case 4:
        return managed_accept(it, "s0", "p0", "6.0/month");
    case 5:
        return postern_ppm_withdraw(it->manager, postern_str_of("s0"),
                                    postern_str_of("p0"), MANAGED_NOW, NULL,
                                    &it->diag);
    case 6:
        return list(it);
    default:
        return look_again(it);
    }
}

static postern_status fill(struct managed *it)
{
    static const char *const texts[] = {managed_asp, managed_subscriber,
                                        MANAGED_TERMS("  6.0/month: 4\n"),
                                        MANAGED_USER("  6.0/month: 3\n")};
    postern_status status = POSTERN_OK;

    for (size_t i = 0; status == POSTERN_OK && i < 4; i++) {
        status = managed_register(it, texts[i]);
    }
    return status == POSTERN_OK ? managed_accept(it, "s0", "p0", "6.0/month")
                                : status;
}

/* ---- what is there ------------------------------------------------------- */

struct picture {
    char text[LONG * 16];
    size_t len;
};

static bool add(void *user, postern_str key, postern_str value)
{
    struct picture *picture = user;

    for (int i = 0; i < 2; i++) {
        postern_str part = i ? value : key;

        if (picture->len + part.len < sizeof picture->text) {
            memcpy(picture->text + picture->len, part.data, part.len);
            picture->len += part.len;
        }
    }
    return true;
}

/* Everything that is stored. */
static void picture_of(struct managed *it, struct picture *picture)
{
    static const char *const tables[] = {
        "text",   "format",   "current", "former", "pair",
        "client", "resident", "consent", "shown",  "meta"};
    const postern_storage *storage = &it->kept.storage;

    it->kept.fail_at = 0;
    memset(picture, 0, sizeof *picture);
    claim(storage->begin(storage->user, NULL) == POSTERN_OK, "begin");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        claim(storage->each(storage->user, tables[i], (postern_str){"", 0}, add,
                            picture, NULL) == POSTERN_OK,
              "each");
    }
    claim(storage->commit(storage->user, NULL) == POSTERN_OK, "commit");
}

/* ---- sweeps -------------------------------------------------------------- */

static void listen(struct managed *it, struct ear *ear)
{
    const postern_ppm_listener listener = {ear, prepare, tell, tell};

    memset(ear, 0, sizeof *ear);
    postern_ppm_manager_listen(it->manager, &listener);
}

/* False when the n-th call is not reached any more. */
static bool refuse_call(int number, size_t n, postern_status with)
{
    static struct picture before;
    static struct picture after;
    struct managed it;
    struct ear ear;
    postern_status status;
    bool reached;

    managed_start(&it);
    claim(fill(&it) == POSTERN_OK, "%s", it.diag.message);
    picture_of(&it, &before);
    listen(&it, &ear);
    it.kept.calls = 0;
    it.kept.fail_at = n;
    it.kept.fail_with = with;
    status = act(&it, number);
    reached = it.kept.calls >= n;
    claim(status == (reached ? with : POSTERN_OK), "act %d, call %zu: %s",
          number, n, postern_status_name(status));
    claim(ear.prepared == 0, "act %d, call %zu: nobody was told", number, n);
    picture_of(&it, &after);
    claim(!reached || memcmp(&before, &after, sizeof before) == 0,
          "act %d, call %zu: something has changed", number, n);
    claim(it.kept.misuses == 0, "act %d, call %zu: %zu misuses", number, n,
          it.kept.misuses);
    managed_stop(&it);
    return reached;
}

static bool refuse_allocation(int number, size_t n)
{
    static struct picture before;
    static struct picture after;
    struct faulty heap = {.fail_at = 0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct managed it;
    postern_status status;
    bool reached;

    managed_start(&it);
    postern_ppm_manager_close(it.manager);
    it.options.allocator = &allocator;
    claim(managed_open(&it) == POSTERN_OK && fill(&it) == POSTERN_OK, "fill");
    picture_of(&it, &before);
    heap.calls = 0;
    heap.fail_at = n;
    status = act(&it, number);
    reached = heap.calls >= n;
    claim(status == (reached ? POSTERN_ERR_MEMORY : POSTERN_OK),
          "act %d, allocation %zu: %s", number, n, postern_status_name(status));
    heap.fail_at = 0;
    picture_of(&it, &after);
    claim(!reached || memcmp(&before, &after, sizeof before) == 0,
          "act %d, allocation %zu: something has changed", number, n);
    managed_stop(&it);
    claim(heap.live == 0, "act %d, allocation %zu: %zu bytes are left", number,
          n, heap.live);
    claim(heap.wrong_sizes == 0, "act %d, allocation %zu: another size", number,
          n);
    return reached;
}

static bool refuse_opening(size_t n)
{
    struct faulty heap = {.fail_at = n};
    postern_allocator allocator = faulty_allocator(&heap);
    struct managed it;
    postern_status status;

    managed_start(&it);
    postern_ppm_manager_close(it.manager);
    it.options.allocator = &allocator;
    status = managed_open(&it);
    claim(status == (heap.calls >= n ? POSTERN_ERR_MEMORY : POSTERN_OK),
          "opening, allocation %zu", n);
    managed_stop(&it);
    claim(heap.live == 0, "opening, allocation %zu: %zu bytes are left", n,
          heap.live);
    return heap.calls >= n;
}

static size_t sweep_calls(postern_status with)
{
    size_t all = 0;

    for (int number = 0; number < ACTS; number++) {
        size_t n = 1;

        while (claims_lost == 0 && refuse_call(number, n, with)) {
            n++;
        }
        all += n - 1;
    }
    return all;
}

int main(void)
{
    size_t calls = sweep_calls(POSTERN_ERR_IO) +
                   sweep_calls(POSTERN_ERR_LIMIT) +
                   sweep_calls(POSTERN_ERR_MEMORY);
    size_t allocations = 0;
    size_t n = 1;

    while (claims_lost == 0 && refuse_opening(n)) {
        n++;
    }
    for (int number = 0; number < ACTS; number++) {
        n = 1;
        while (claims_lost == 0 && refuse_allocation(number, n)) {
            n++;
        }
        allocations += n - 1;
    }
    printf("%zu calls and %zu allocations refused, one after another\n", calls,
           allocations);
    claim(calls > ENOUGH && allocations > ENOUGH, "too few to be true");
    return claims_failed();
}
