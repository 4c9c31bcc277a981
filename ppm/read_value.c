/* Cells by the type of their row. [ANJ-03] */
#include "ppm/load.h"

#include "base/str.h"
#include "ppm/nations.h"
#include "ppm/scale.h"

enum { TEXT_BYTES = 256, LIST_WORDS = 256, MESSAGE = 160 };

int pst_ppm_yes_or_no(const struct pst_node *node)
{
    static const postern_str yes[] = {{"yes", 3}, {"y", 1}};
    static const postern_str no[] = {{"no", 2}, {"n", 1}};

    if (node->type == PST_NODE_BOOLEAN) {
        return node->boolean ? 1 : 0;
    }
    if (node->type != PST_NODE_STRING) {
        return -1;
    }
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (pst_str_fold_equal(node->text, yes[i])) {
            return 1;
        }
        if (pst_str_fold_equal(node->text, no[i])) {
            return 0;
        }
    }
    return -1;
}

/* "a number from 1 to 12 (month)". */
static const char *range_words(uint32_t row, char buffer[MESSAGE])
{
    const postern_ppm_row *of = &pst_ppm_rows[row];
    struct pst_text text;

    pst_text_init(&text, buffer, MESSAGE);
    pst_text_add(&text, "a whole number ");
    if (of->max == INT64_MAX) {
        pst_text_add(&text, "of at least ");
        pst_text_add_int(&text, of->min);
    } else {
        pst_text_add(&text, "from ");
        pst_text_add_int(&text, of->min);
        pst_text_add(&text, " to ");
        pst_text_add_int(&text, of->max);
    }
    if (of->unit[0]) {
        pst_text_add(&text, " (");
        pst_text_add(&text, of->unit);
        pst_text_add(&text, ")");
    }
    return buffer;
}

static postern_status read_number(struct pst_ppm_loader *in, uint32_t row,
                                  const struct pst_node *node, int64_t *number)
{
    const postern_ppm_row *of = &pst_ppm_rows[row];
    char words[MESSAGE];

    if (node->type != PST_NODE_INTEGER) {
        return pst_ppm_expected(in, row, node, "E_TYPE",
                                range_words(row, words));
    }
    if (node->integer < of->min || node->integer > pst_ppm_most_number(row)) {
        return pst_ppm_expected(in, row, node, "E_RANGE",
                                range_words(row, words));
    }
    *number = node->integer;
    return POSTERN_OK;
}

/* An age, or {min: 12, max: 18}. */
static postern_status read_ages(struct pst_ppm_loader *in, uint32_t row,
                                const struct pst_node *node,
                                struct pst_ppm_value *value)
{
    const struct pst_node *from = pst_node_member(node, "min");
    const struct pst_node *to = pst_node_member(node, "max");

    value->form = PST_PPM_NUMBER;
    if (node->type != PST_NODE_OBJECT) {
        return read_number(in, row, node, &value->number);
    }
    if (!from || !to || node->count != 2) {
        return pst_ppm_expected(in, row, node, "E_TYPE",
                                "an age or {min: AGE, max: AGE}");
    }
    value->form = PST_PPM_RANGE;
    PST_TRY(read_number(in, row, from, &value->number));
    PST_TRY(read_number(in, row, to, &value->upper));
    return value->number <= value->upper
               ? POSTERN_OK
               : pst_ppm_expected(in, row, to, "E_RANGE",
                                  "a max that is not below min");
}

static postern_status read_text(struct pst_ppm_loader *in, uint32_t row,
                                const struct pst_node *node, postern_str *text)
{
    if (node->type != PST_NODE_STRING || node->text.len == 0) {
        return pst_ppm_expected(in, row, node, "E_TYPE", "a text");
    }
    if (node->text.len > TEXT_BYTES) {
        return pst_ppm_expected(in, row, node, "E_RANGE",
                                "a text of at most 256 bytes");
    }
    *text = node->text;
    return POSTERN_OK;
}

postern_status pst_ppm_read_texts(struct pst_ppm_loader *in, uint32_t row,
                                  const struct pst_node *node,
                                  struct pst_ppm_list *list)
{
    const struct pst_node *entry = node;
    postern_str *words;
    uint32_t count = 1;

    if (node->type == PST_NODE_LIST) {
        entry = node->children;
        count = node->count;
    }
    if (count == 0 || count > LIST_WORDS) {
        return pst_ppm_expected(in, row, node, "E_RANGE",
                                "a list of 1 to 256 words");
    }
    words = pst_arena_alloc(&in->frame->arena, count, sizeof *words);
    if (!words) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        PST_TRY(read_text(in, row, entry, &words[i]));
        entry = entry->next;
    }
    *list = (struct pst_ppm_list){words, count};
    return POSTERN_OK;
}

/* Names of models and applications; an App-ID that is registered begins with R.
 * [PPM-19] */
static postern_status read_names(struct pst_ppm_loader *in, uint32_t row,
                                 const struct pst_node *node,
                                 struct pst_ppm_value *value)
{
    value->form = PST_PPM_TEXTS;
    PST_TRY(pst_ppm_read_texts(in, row, node, &value->list));
    if (pst_ppm_rows[row].type != POSTERN_PPM_TYPE_APP_ID) {
        return POSTERN_OK;
    }
    for (uint32_t i = 0; i < value->list.count; i++) {
        postern_str name = value->list.words[i];

        if (name.len < 2 || name.data[0] != 'R' ||
            pst_str_find(name, 0, ' ') != name.len) {
            return pst_ppm_expected(in, row, node, "E_RANGE",
                                    "a registered App-ID, which begins with R");
        }
    }
    return POSTERN_OK;
}

static bool is_in_capitals(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < 'A' || text.data[i] > 'Z') {
            return false;
        }
    }
    return true;
}

static bool is_code(postern_str code, bool blocks)
{
    return is_in_capitals(code) && pst_ppm_is_nation(code) &&
           (blocks || !pst_ppm_is_block(code));
}

/* Codes of countries, and of blocks where these are expected. One that is not
 * known would never match: it is refused where it is written. */
static postern_status read_nations(struct pst_ppm_loader *in, uint32_t row,
                                   const struct pst_node *node,
                                   struct pst_ppm_value *value)
{
    bool states = in->frame->head.kind == POSTERN_PPM_PROVIDER;
    bool blocks =
        pst_ppm_rows[row].type == POSTERN_PPM_TYPE_NATION_BLOCK_SET ||
        (pst_ppm_rows[row].type == POSTERN_PPM_TYPE_COUNTRY && !states);
    const struct pst_node *entry = node;

    value->form = PST_PPM_NATIONS;
    PST_TRY(pst_ppm_read_texts(in, row, node, &value->list));
    if (pst_ppm_rows[row].type == POSTERN_PPM_TYPE_COUNTRY && states &&
        value->list.count != 1) {
        return pst_ppm_expected(in, row, node, "E_TYPE", "one country");
    }
    entry = node->type == PST_NODE_LIST ? node->children : node;
    for (uint32_t i = 0; i < value->list.count; i++) {
        if (!is_code(value->list.words[i], blocks)) {
            return pst_ppm_expected(
                in, row, entry, "E_NATION",
                blocks ? "a country code of ISO 3166-1 in capitals, or EU, "
                         "EEA, EFTA or APEC,"
                       : "a country code of ISO 3166-1 in capitals");
        }
        entry = entry->next;
    }
    return POSTERN_OK;
}

static postern_status read_url(struct pst_ppm_loader *in, uint32_t row,
                               const struct pst_node *node,
                               struct pst_ppm_value *value)
{
    static const char start[] = "https://";
    postern_str text = node->text;
    size_t len = sizeof start - 1;

    if (node->type != PST_NODE_STRING || text.len <= len ||
        memcmp(text.data, start, len) != 0 || text.data[len] == '/' ||
        pst_str_find(text, 0, ' ') != text.len) {
        return pst_ppm_expected(in, row, node, "E_TYPE",
                                "an absolute https URL");
    }
    value->form = PST_PPM_TEXTS;
    return pst_ppm_read_texts(in, row, node, &value->list);
}

/* The reasons are the purposes of tag 5.0. */
static postern_status check_reasons(struct pst_ppm_loader *in, uint32_t row,
                                    const struct pst_node *node,
                                    const struct pst_ppm_list *list)
{
    static const char before[] = "5.0/";

    for (uint32_t i = 0; i < list->count; i++) {
        bool known = false;

        for (uint32_t r = 0; r < POSTERN_PPM_ROWS; r++) {
            const char *key = pst_ppm_rows[r].key;

            known =
                known || (strncmp(key, before, sizeof before - 1) == 0 &&
                          pst_str_is(list->words[i], key + sizeof before - 1));
        }
        if (!known) {
            return pst_ppm_expected(in, row, node, "E_REASON",
                                    "deliver, improve, personalize or legal");
        }
    }
    return POSTERN_OK;
}

static const char *const part_names[PST_PPM_PARTS] = {"scope", "reason",
                                                      "bodies"};

static int part_of(uint32_t row, postern_str name)
{
    bool bodies =
        pst_ppm_rows[row].type == POSTERN_PPM_TYPE_NO_OR_SCOPE_REASON_BODIES;

    for (int i = 0; i < (bodies ? PST_PPM_PARTS : PST_PPM_BODIES); i++) {
        if (pst_str_is(name, part_names[i])) {
            return i;
        }
    }
    return -1;
}

static postern_status read_part(struct pst_ppm_loader *in, uint32_t row,
                                const struct pst_node *node,
                                struct pst_ppm_scope *scope)
{
    int part = part_of(row, node->name);
    bool states = in->frame->head.kind == POSTERN_PPM_PROVIDER;

    if (part < 0) {
        return pst_ppm_expected(in, row, node, "E_MEMBER",
                                "scope or reason (or bodies, of public ones)");
    }
    if (!states && node->type != PST_NODE_LIST) {
        return pst_ppm_expected(in, row, node, "E_TYPE",
                                "a list of words, which can be compared,");
    }
    scope->part[part].given = true;
    scope->part[part].is_text = node->type == PST_NODE_STRING;
    PST_TRY(pst_ppm_read_texts(in, row, node, &scope->part[part].list));
    return part == PST_PPM_REASON && !scope->part[part].is_text
               ? check_reasons(in, row, node, &scope->part[part].list)
               : POSTERN_OK;
}

static postern_status read_scope(struct pst_ppm_loader *in, uint32_t row,
                                 const struct pst_node *node,
                                 struct pst_ppm_value *value)
{
    bool states = in->frame->head.kind == POSTERN_PPM_PROVIDER;
    struct pst_ppm_scope *scope =
        pst_arena_alloc(&in->frame->arena, 1, sizeof *scope);

    if (!scope) {
        return POSTERN_ERR_MEMORY;
    }
    if (node->type != PST_NODE_OBJECT || node->count == 0) {
        return pst_ppm_expected(in, row, node, "E_TYPE",
                                "{scope: [...], reason: [...]}");
    }
    for (const struct pst_node *part = node->children; part;
         part = part->next) {
        PST_TRY(read_part(in, row, part, scope));
    }
    if (states && (!scope->part[PST_PPM_SCOPE].given ||
                   !scope->part[PST_PPM_REASON].given)) {
        return pst_ppm_expected(in, row, node, "E_TYPE",
                                "{scope: [...], reason: [...]} with both");
    }
    value->form = PST_PPM_SHARING;
    value->scope = scope;
    return POSTERN_OK;
}

static postern_status read_date(struct pst_ppm_loader *in, uint32_t row,
                                const struct pst_node *node,
                                struct pst_ppm_value *value)
{
    value->form = PST_PPM_NUMBER;
    if (node->type != PST_NODE_STRING ||
        !pst_ppm_day(node->text, &value->number)) {
        return pst_ppm_expected(in, row, node, "E_TYPE",
                                "a date as YYYY-MM-DD or DD/MM/YYYY");
    }
    return POSTERN_OK;
}

static postern_status read_level(struct pst_ppm_loader *in, uint32_t row,
                                 const struct pst_node *node,
                                 struct pst_ppm_value *value)
{
    value->form = PST_PPM_YES; /* the number of the row says the same */
    return read_number(in, row, node, &value->number);
}

/* What a scalar says in the place of a set may be Norway. */
static bool is_norway_or_no(uint32_t row, const struct pst_node *node)
{
    return pst_ppm_rows[row].type == POSTERN_PPM_TYPE_NATION_BLOCK_SET &&
           node->type == PST_NODE_STRING && pst_str_is(node->text, "NO");
}

/* Rows whose texts may be "No" and mean it. */
static bool takes_any_text(uint32_t row)
{
    postern_ppm_type type = pst_ppm_rows[row].type;

    return type == POSTERN_PPM_TYPE_TEXT || type == POSTERN_PPM_TYPE_APP_ID ||
           type == POSTERN_PPM_TYPE_COUNTRY;
}

static postern_status read_typed(struct pst_ppm_loader *in, uint32_t row,
                                 const struct pst_node *node,
                                 struct pst_ppm_value *value)
{
    switch (pst_ppm_rows[row].type) {
    case POSTERN_PPM_TYPE_INT_RANGE:
    case POSTERN_PPM_TYPE_SECONDS:
        value->form = PST_PPM_NUMBER;
        return read_number(in, row, node, &value->number);
    case POSTERN_PPM_TYPE_INT_OR_RANGE:
        return read_ages(in, row, node, value);
    case POSTERN_PPM_TYPE_LEVEL:
        return read_level(in, row, node, value);
    case POSTERN_PPM_TYPE_DATE:
        return read_date(in, row, node, value);
    case POSTERN_PPM_TYPE_TEXT:
    case POSTERN_PPM_TYPE_APP_ID:
        return read_names(in, row, node, value);
    case POSTERN_PPM_TYPE_TEXT_FEED:
        value->form = PST_PPM_TEXTS;
        return pst_ppm_read_texts(in, row, node, &value->list);
    case POSTERN_PPM_TYPE_URL:
        return read_url(in, row, node, value);
    case POSTERN_PPM_TYPE_COUNTRY:
    case POSTERN_PPM_TYPE_COUNTRY_SET:
    case POSTERN_PPM_TYPE_NATION_BLOCK_SET:
        return read_nations(in, row, node, value);
    case POSTERN_PPM_TYPE_NO_OR_SCOPE_REASON:
    case POSTERN_PPM_TYPE_NO_OR_SCOPE_REASON_BODIES:
        return read_scope(in, row, node, value);
    case POSTERN_PPM_TYPE_YES_NO:
    default:
        return pst_ppm_expected(in, row, node, "E_TYPE", "Yes or No");
    }
}

postern_status pst_ppm_read_value(struct pst_ppm_loader *in, uint32_t row,
                                  const struct pst_node *node,
                                  struct pst_ppm_value *value)
{
    postern_ppm_type type = pst_ppm_rows[row].type;
    int word = takes_any_text(row) ? -1 : pst_ppm_yes_or_no(node);

    *value = (struct pst_ppm_value){.form = PST_PPM_NO};
    if (is_norway_or_no(row, node)) {
        return pst_ppm_expected(in, row, node, "E_NO_AMBIGUOUS",
                                "[NO] for Norway, or No,");
    }
    if (word == 0) {
        return POSTERN_OK;
    }
    if (word == 1 &&
        (type == POSTERN_PPM_TYPE_YES_NO || type == POSTERN_PPM_TYPE_LEVEL)) {
        value->form = PST_PPM_YES;
        return POSTERN_OK;
    }
    return read_typed(in, row, node, value);
}
