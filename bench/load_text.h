/*
 * The ACPs of scale_world.h, kept as rules in memory and written as a document:
 * oneM2M JSON with short names and no spaces, as it arrives from a client.
 * Besides what is drawn, every ACP has one rule in its self-privileges.
 */
#ifndef BENCH_LOAD_TEXT_H
#define BENCH_LOAD_TEXT_H

#include "base/arena.h"
#include "bench/scale_world.h"
#include "policy-lang/buffer.h"

enum { LOAD_ID = 16 };

struct load_acp {
    char id[LOAD_ID];
    uint32_t first_rule;
    uint32_t rules;    /* of the privileges */
    size_t first_byte; /* of its representation in the text */
    size_t bytes;
};

struct load_text {
    struct pst_arena arena; /* of what the rules consist of */
    postern_cse cse;
    struct load_acp *acps;
    postern_rule *rules;
    postern_rule self; /* the one rule of all self-privileges */
    uint32_t acp_count;
    uint32_t rule_count; /* of privileges and self-privileges */
    struct pst_buffer json;
};

/* Of the mix the seed, ACPs and their rules count. False when there is no
 * memory; _free is due in either case. */
bool load_text_make(struct load_text *text, const struct scale_mix *mix);
void load_text_free(struct load_text *text);

#endif
