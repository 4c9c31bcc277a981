/*
 * The engine: what its readers share. Options, prp and pip are fixed when it is
 * made; the settings can be replaced.
 */
#ifndef PST_ENGINE_H
#define PST_ENGINE_H

#include "engine/settings.h"
#include "prp/selection.h"

struct postern_engine {
    postern_allocator allocator;
    postern_engine_options options;
    postern_prp prp;
    postern_pip pip;
    struct pst_settings_board settings;
};

static inline enum pst_inheritance
pst_inheritance_of(const postern_engine *engine)
{
    return engine->options.inherit_parent ? PST_INHERIT_ALWAYS
                                          : PST_INHERIT_WITHOUT_ACPI;
}

#endif
