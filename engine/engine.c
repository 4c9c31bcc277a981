#include "engine/engine.h"

#include "base/sized.h"

enum { READERS_DEFAULT = 64, READERS_MAX = 4096 };

void postern_engine_options_init_sized(postern_engine_options *options,
                                       size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

static uint32_t readers_of(const postern_engine_options *options)
{
    uint32_t count =
        options->max_readers ? options->max_readers : READERS_DEFAULT;

    return count < READERS_MAX ? count : READERS_MAX;
}

/* False when the engine cannot work with what it is given. */
static bool take_options(postern_engine *engine,
                         const postern_engine_options *options)
{
    return pst_sized_copy(&engine->options, sizeof engine->options, options) &&
           engine->options.prp &&
           pst_sized_copy(&engine->prp, sizeof engine->prp,
                          engine->options.prp) &&
           engine->prp.cse && engine->prp.find &&
           pst_sized_copy(&engine->pip, sizeof engine->pip,
                          engine->options.pip);
}

postern_status postern_engine_new(postern_engine **engine,
                                  const postern_engine_options *options)
{
    postern_engine fresh = {.options = {.struct_size = 0}};
    postern_status status;

    *engine = NULL;
    if (!options || !take_options(&fresh, options)) {
        return POSTERN_ERR_ARGUMENT;
    }
    fresh.allocator = pst_allocator_of(fresh.options.allocator);
    *engine = pst_alloc(&fresh.allocator, sizeof **engine);
    if (!*engine) {
        return POSTERN_ERR_MEMORY;
    }
    **engine = fresh;
    status = pst_settings_board_init(&(*engine)->settings, &fresh.allocator,
                                     readers_of(&fresh.options));
    if (status != POSTERN_OK) {
        pst_release(&fresh.allocator, *engine, sizeof **engine);
        *engine = NULL;
    }
    return status;
}

void postern_engine_free(postern_engine *engine)
{
    if (engine) {
        postern_allocator allocator = engine->allocator;

        pst_settings_board_release(&engine->settings);
        pst_release(&allocator, engine, sizeof *engine);
    }
}

postern_status postern_engine_set_country_db(postern_engine *engine,
                                             postern_country_db *db)
{
    return pst_settings_set_country_db(&engine->settings, db);
}

postern_status postern_engine_set_issuers(postern_engine *engine,
                                          postern_issuers *issuers)
{
    return pst_settings_set_issuers(&engine->settings, issuers);
}
