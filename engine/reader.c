#include "engine/reader.h"

/* Both places that a reader takes. */
static postern_status take_places(struct pst_run *run)
{
    const postern_prp *prp = run->view.prp;
    postern_status status;

    run->slot = pst_epochs_take(&run->engine->settings.epochs);
    if (!run->slot) {
        return POSTERN_ERR_LIMIT;
    }
    if (!prp->reader_new) {
        return POSTERN_OK;
    }
    status = prp->reader_new(prp->user, &run->view.reader);
    if (status != POSTERN_OK) {
        pst_epochs_give(run->slot);
    }
    return status;
}

/* With a cache there has to be a place in it, and it is better known now than
 * in the middle of a request that there is none. */
static postern_status take_verifier(struct pst_run *run)
{
    const postern_engine *engine = run->engine;

    return engine->options.token_cache
               ? postern_verifier_new(&run->tokens.verifier, engine->prp.cse,
                                      engine->options.token_cache,
                                      &engine->allocator)
               : POSTERN_OK;
}

postern_status postern_reader_new(postern_engine *engine,
                                  postern_reader **reader)
{
    postern_reader *fresh = pst_alloc(&engine->allocator, sizeof *fresh);
    postern_status status;

    *reader = NULL;
    if (!fresh) {
        return POSTERN_ERR_MEMORY;
    }
    memset(fresh, 0, sizeof *fresh);
    fresh->run.engine = engine;
    fresh->run.view.prp = &engine->prp;
    status = take_verifier(&fresh->run);
    if (status == POSTERN_OK) {
        status = take_places(&fresh->run);
    }
    if (status != POSTERN_OK) {
        postern_verifier_free(fresh->run.tokens.verifier);
        pst_release(&engine->allocator, fresh, sizeof *fresh);
        return status;
    }
    *reader = fresh;
    return POSTERN_OK;
}

void postern_reader_free(postern_reader *reader)
{
    const postern_prp *prp;
    postern_engine *engine;

    if (!reader) {
        return;
    }
    engine = reader->run.engine;
    prp = &engine->prp;
    if (prp->reader_free) {
        prp->reader_free(prp->user, reader->run.view.reader);
    }
    pst_epochs_give(reader->run.slot);
    postern_verifier_free(reader->run.tokens.verifier);
    pst_release(&engine->allocator, reader, sizeof *reader);
    pst_settings_collect(&engine->settings);
}
