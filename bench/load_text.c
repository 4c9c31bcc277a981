#include "bench/load_text.h"

#include "base/str.h"

enum { RULES_MAX = 10, ORIGINATORS_OF_ACP = 5 };

/* ---- rules that last ---------------------------------------------------- */

static bool copy_texts(struct load_text *text, const postern_str **texts,
                       size_t count)
{
    postern_str *copies = pst_arena_alloc(&text->arena, count, sizeof *copies);

    for (size_t i = 0; copies && i < count; i++) {
        copies[i] = pst_arena_copy(&text->arena, (*texts)[i]);
        if (!copies[i].data) {
            return false;
        }
    }
    *texts = count ? copies : NULL;
    return copies != NULL;
}

/* Rules of scale_world.h have at most one context, of windows and addresses. */
static bool copy_rule(struct load_text *text, postern_rule *rule)
{
    postern_context *context;

    if (!copy_texts(text, &rule->originators, rule->originator_count)) {
        return false;
    }
    if (rule->context_count == 0) {
        return true;
    }
    context = pst_arena_alloc(&text->arena, 1, sizeof *context);
    if (!context) {
        return false;
    }
    *context = rule->contexts[0];
    rule->contexts = context;
    return copy_texts(text, &context->windows, context->window_count) &&
           copy_texts(text, &context->addresses, context->address_count);
}

/* ---- JSON --------------------------------------------------------------- */

static void add_number(struct pst_buffer *out, uint32_t number)
{
    char digits[LOAD_ID];
    struct pst_text text;

    pst_text_init(&text, digits, sizeof digits);
    pst_text_add_uint(&text, number);
    pst_buffer_add_word(out, digits);
}

static void add_texts(struct pst_buffer *out, const char *before,
                      const postern_str *texts, size_t count)
{
    pst_buffer_add_word(out, before);
    for (size_t i = 0; i < count; i++) {
        pst_buffer_add_word(out, i ? ",\"" : "\"");
        pst_buffer_add(out, texts[i]);
        pst_buffer_add_word(out, "\"");
    }
    pst_buffer_add_word(out, "]");
}

static void add_context(struct pst_buffer *out, const postern_context *context)
{
    pst_buffer_add_word(out, ",\"acco\":[{");
    if (context->windows) {
        add_texts(out, "\"actw\":[", context->windows, context->window_count);
    }
    if (context->addresses) {
        pst_buffer_add_word(out, context->windows ? "," : "");
        add_texts(out, "\"acip\":{\"ipv4\":[", context->addresses,
                  context->address_count);
        pst_buffer_add_word(out, "}");
    }
    pst_buffer_add_word(out, "}]");
}

static void add_rule(struct pst_buffer *out, const postern_rule *rule)
{
    add_texts(out, "{\"acor\":[", rule->originators, rule->originator_count);
    pst_buffer_add_word(out, ",\"acop\":");
    add_number(out, rule->operations);
    if (rule->context_count) {
        add_context(out, rule->contexts);
    }
    pst_buffer_add_word(out,
                        rule->authentication_flag ? ",\"acaf\":true}" : "}");
}

static void add_rules(struct pst_buffer *out, const char *name,
                      const postern_rule *rules, uint32_t count)
{
    pst_buffer_add_word(out, name);
    for (uint32_t i = 0; i < count; i++) {
        pst_buffer_add_word(out, i ? "," : "");
        add_rule(out, &rules[i]);
    }
    pst_buffer_add_word(out, "]}");
}

static void add_acp(struct load_text *text, struct load_acp *acp)
{
    struct pst_buffer *out = &text->json;

    pst_buffer_add_word(out, acp == text->acps ? "" : ",");
    acp->first_byte = out->len;
    pst_buffer_add_word(out, "{\"m2m:acp\":{\"ri\":\"");
    pst_buffer_add_word(out, acp->id);
    pst_buffer_add_word(out, "\",\"rn\":\"");
    pst_buffer_add_word(out, acp->id);
    pst_buffer_add_word(out, "\",\"ty\":1,");
    add_rules(out, "\"pv\":{\"acr\":[", text->rules + acp->first_rule,
              acp->rules);
    add_rules(out, ",\"pvs\":{\"acr\":[", &text->self, 1);
    pst_buffer_add_word(out, "}}");
    acp->bytes = out->len - acp->first_byte;
}

/* ---- all of it ---------------------------------------------------------- */

static bool take_acp(void *user, uint32_t number, const postern_rule *rules,
                     uint32_t count)
{
    struct load_text *text = user;
    struct load_acp *acp = &text->acps[number];
    struct pst_text id;

    pst_text_init(&id, acp->id, sizeof acp->id);
    pst_text_add(&id, "acp");
    pst_text_add_uint(&id, number);
    acp->first_rule = text->rule_count;
    acp->rules = count;
    for (uint32_t i = 0; i < count; i++) {
        postern_rule *rule = &text->rules[text->rule_count++];

        *rule = rules[i];
        if (!copy_rule(text, rule)) {
            return false;
        }
    }
    add_acp(text, acp);
    return !text->json.failed;
}

bool load_text_make(struct load_text *text, const struct scale_mix *mix)
{
    static const postern_str owner = {"Sowner", 6};
    struct scale_mix drawn = *mix;
    uint32_t acps = mix->acps;
    postern_allocator memory = pst_allocator_of(NULL);
    bool done;

    drawn.originators = acps * ORIGINATORS_OF_ACP;
    *text = (struct load_text){.acp_count = acps,
                               .self = {.originators = &owner,
                                        .originator_count = 1,
                                        .operations = POSTERN_ACOP_ALL}};
    pst_arena_init(&text->arena, &memory, SIZE_MAX);
    pst_buffer_init(&text->json, &memory, SIZE_MAX);
    text->acps = pst_arena_alloc(&text->arena, acps, sizeof *text->acps);
    text->rules = pst_arena_alloc(&text->arena, (size_t)acps * RULES_MAX,
                                  sizeof *text->rules);
    if (!text->acps || !text->rules ||
        postern_cse_init(&text->cse, postern_str_of(BENCH_SP_ID),
                         postern_str_of(BENCH_CSE_ID)) != POSTERN_OK) {
        return false;
    }
    pst_buffer_add_word(&text->json,
                        "{\"cse\":{\"spid\":\"" BENCH_SP_ID
                        "\",\"csi\":\"" BENCH_CSE_ID "\"},\"resources\":[");
    done = scale_world_each_acp(&drawn, take_acp, text);
    pst_buffer_add_word(&text->json, "]}");
    text->rule_count += acps;
    return done && !text->json.failed;
}

void load_text_free(struct load_text *text)
{
    pst_buffer_release(&text->json);
    pst_arena_release(&text->arena);
}
