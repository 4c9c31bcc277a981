/*
 * Every allocation of a grid refused once: nothing leaks, what was there stays
 * as it was, and the call that was refused succeeds when it is repeated. A pass
 * asks for no memory at all.
 */
#include <postern/grid.h>

#include "support/claim.h"
#include "support/faulty.h"

#include <stdio.h>

static const char *const texts[] = {
    "{\"kind\":\"provider\",\"rows\":{\"6.0/month\":6,\"2.0/personal\":\"Yes\","
    "\"7.0/affiliate\":{\"scope\":[\"a\"],\"reason\":[\"improve\"]}}}",
    "{\"kind\":\"provider\",\"rows\":{\"6.0/month\":2}}",
    "{\"kind\":\"legal_country\",\"rows\":{\"6.0/month\":{\"floor\":6}}}",
    "{\"kind\":\"legal_region\",\"rows\":{\"2.0/personal\":{\"forbid\":true}}}",
    "{\"kind\":\"parental\",\"rows\":{\"2.0/personal\":\"No\"}}",
    "{\"kind\":\"user\",\"rows\":{\"6.0/month\":3,\"4.0/nation\":[\"EU\"],"
    "\"7.0/affiliate\":{\"scope\":[\"b\"]}}}"};

enum { FRAMES = sizeof texts / sizeof *texts, USERS = 600 };

struct sample {
    postern_ppm_frame *frames[FRAMES];
    postern_grid *grid;
    uint64_t places[USERS];
    uint32_t voice;
};

static postern_grid_frames from(const struct sample *sample, size_t first,
                                size_t count)
{
    return (postern_grid_frames){
        (const postern_ppm_frame *const *)sample->frames + first, count};
}

static postern_status fill(struct sample *sample)
{
    postern_grid_frames terms = from(sample, 0, 1);
    postern_grid_frames laws = from(sample, 2, 1);
    postern_grid_frames said = from(sample, 4, 2);
    const postern_ppm_column name = {
        postern_str_of("app"), {NULL, 0}, {NULL, 0}};
    postern_status status;
    uint32_t number;

    status = postern_grid_add_column(sample->grid, &terms, &name, &number);
    if (status == POSTERN_OK) {
        status = postern_grid_add_jurisdiction(sample->grid, &laws, &number);
    }
    if (status == POSTERN_OK) {
        status = postern_grid_add_voice(sample->grid, 0, &said, &sample->voice);
    }
    for (uint32_t user = 0; status == POSTERN_OK && user < USERS; user++) {
        const postern_grid_subscription subscription = {user, 0, 0,
                                                        sample->voice};

        status = postern_grid_add(sample->grid, &subscription,
                                  &sample->places[user]);
    }
    return status;
}

static postern_status make(struct sample *sample, struct faulty *heap)
{
    postern_allocator allocator = faulty_allocator(heap);
    postern_grid_options options;
    postern_status status;

    postern_grid_options_init(&options);
    options.allocator = &allocator;
    status = postern_grid_new(&sample->grid, &options);
    if (status == POSTERN_OK) {
        status = fill(sample);
    }
    return status;
}

static bool is_as_before(const struct sample *sample,
                         const postern_grid_red *before)
{
    postern_grid_red red;

    return postern_grid_evaluate(sample->grid, NULL, NULL) == POSTERN_OK &&
           postern_grid_read(sample->grid, sample->places[USERS - 1], &red) &&
           red.words[0] == before->words[0] && red.words[1] == before->words[1];
}

typedef postern_status change(struct sample *sample);

static postern_status set_laws(struct sample *sample)
{
    postern_grid_frames laws = from(sample, 2, 2);

    return postern_grid_set_laws(sample->grid, 0, &laws);
}

static postern_status set_terms(struct sample *sample)
{
    postern_grid_frames terms = from(sample, 1, 1);

    return postern_grid_set_terms(sample->grid, 0, &terms);
}

static postern_status set_time(struct sample *sample)
{
    return postern_grid_set_time(sample->grid, true, 1577836800);
}

static postern_status try_laws(struct sample *sample)
{
    postern_grid_frames laws = from(sample, 2, 2);
    postern_grid_forecast forecast;

    return postern_grid_try_laws(sample->grid, 0, &laws, &forecast);
}

static change *const changes[] = {set_laws, set_terms, set_time, try_laws};

/* Each allocation of a change refused, in one grid: the last goes through. */
static void sweep_change(struct sample *sample, struct faulty *heap, size_t i)
{
    postern_grid_red before;

    (void)postern_grid_read(sample->grid, sample->places[USERS - 1], &before);
    for (size_t n = 1;; n++) {
        postern_status status;

        heap->calls = 0;
        heap->fail_at = n;
        status = changes[i](sample);
        heap->fail_at = 0;
        if (status == POSTERN_OK) {
            break;
        }
        claim(status == POSTERN_ERR_MEMORY, "change %zu: %s", i,
              postern_status_name(status));
        if (!claim(is_as_before(sample, &before),
                   "change %zu, refused at %zu, has changed something", i, n)) {
            break;
        }
    }
    heap->calls = 0;
    claim(postern_grid_evaluate(sample->grid, NULL, NULL) == POSTERN_OK &&
              heap->calls == 0,
          "a pass asks for memory");
}

int main(void)
{
    static struct sample sample;

    for (int i = 0; i < FRAMES; i++) {
        if (postern_ppm_frame_load(&sample.frames[i], postern_str_of(texts[i]),
                                   NULL, NULL) != POSTERN_OK) {
            printf("frame %d is refused\n", i);
            return 1;
        }
    }
    for (size_t n = 1;; n++) {
        struct faulty heap = {.fail_at = n};
        postern_status status = make(&sample, &heap);
        bool whole = status == POSTERN_OK;

        heap.fail_at = 0;
        for (size_t i = 0; whole && i < sizeof changes / sizeof *changes; i++) {
            sweep_change(&sample, &heap, i);
        }
        postern_grid_free(sample.grid);
        claim(heap.live == 0, "%zu bytes are left after %zu", heap.live, n);
        claim(heap.wrong_sizes == 0, "a wrong size was given back");
        if (whole) {
            break;
        }
        claim(status == POSTERN_ERR_MEMORY, "refused with %s at %zu",
              postern_status_name(status), n);
    }
    for (int i = 0; i < FRAMES; i++) {
        postern_ppm_frame_free(sample.frames[i]);
    }
    return claims_failed();
}
