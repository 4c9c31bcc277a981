/* The rules of a rule set are the same in whatever form it is. */
#include "pdp/crowd.h"
#include "pdp/hashed.h"
#include "support/sets.h"

#include <stdio.h>

enum { RULES_MAX = 20, ORIGINATORS_MAX = 8, TEXT = 32 };

struct form {
    enum pst_slot_form form;
    uint32_t rules;
    uint32_t originators; /* of each rule but the last, which has none */
    bool conditions;      /* rules 0, 2, 4, .. have one */
};

static const struct form forms[] = {
    {PST_SLOT_INLINE, 0, 0, false},  {PST_SLOT_INLINE, 3, 2, true},
    {PST_SLOT_INLINE, 16, 1, true},  {PST_SLOT_INLINE, 10, 3, false},
    {PST_SLOT_NEAR, 10, 3, true},    {PST_SLOT_NEAR, 16, 4, true},
    {PST_SLOT_NEAR, 9, 8, false},    {PST_SLOT_HASHED, 10, 8, true},
    {PST_SLOT_HASHED, 17, 1, false}, {PST_SLOT_HASHED, 20, 8, true},
};

static uint32_t operations_of(uint32_t rule)
{
    return 1 + rule * 7 % POSTERN_ACOP_ALL;
}

static uint32_t originators_of(const struct form *form, uint32_t rule)
{
    return rule + 1 == form->rules ? 0 : form->originators;
}

static bool is_conditional(const struct form *form, uint32_t rule)
{
    return form->conditions && rule % 2 == 0;
}

static void name_originator(char text[TEXT], uint32_t rule, uint32_t number)
{
    (void)snprintf(text, TEXT, "Crule%u-%u", rule, number);
}

/* Rule k is limited to the attribute "k". */
static void add_rule(postern_acp_builder *builder, const struct form *form,
                     uint32_t k)
{
    char texts[ORIGINATORS_MAX][TEXT];
    char name[TEXT];
    postern_str originators[ORIGINATORS_MAX];
    postern_str attribute;
    postern_rule rule = {.originators = originators,
                         .originator_count = originators_of(form, k),
                         .operations = operations_of(k),
                         .authentication_flag = k % 3 == 0};

    for (uint32_t i = 0; i < rule.originator_count; i++) {
        name_originator(texts[i], k, i);
        originators[i] = S(texts[i]);
    }
    if (is_conditional(form, k)) {
        (void)snprintf(name, sizeof name, "%u", k);
        attribute = S(name);
        rule.attributes = &attribute;
        rule.attribute_count = 1;
    }
    cr_assert_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule, NULL),
        POSTERN_OK);
}

static postern_acp_set *make_set(const struct form *form)
{
    postern_acp_builder *builder = test_builder();

    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acpA"), INT64_MAX),
                 POSTERN_OK);
    for (uint32_t k = 0; k < form->rules; k++) {
        add_rule(builder, form, k);
    }
    return test_finish(builder);
}

static void expect_condition(const postern_acp_set *set,
                             const struct form *form, uint32_t k,
                             const struct pst_condition *condition)
{
    char name[TEXT];
    postern_str attribute;

    cr_assert_eq(condition != NULL, is_conditional(form, k));
    if (condition) {
        cr_expect_eq(condition->flags, PST_CONDITION_ATTRIBUTES);
        (void)snprintf(name, sizeof name, "%u", k);
        attribute = pst_text_at(set, *pst_attributes(condition));
        cr_assert_eq(attribute.len, strlen(name));
        cr_expect_eq(memcmp(attribute.data, name, attribute.len), 0);
    }
}

static void expect_originators(const postern_acp_set *set,
                               const struct form *form, uint32_t k,
                               struct pst_lanes lanes)
{
    cr_assert_eq(lanes.count, originators_of(form, k));
    for (uint32_t i = 0; i < lanes.count; i++) {
        char expected[TEXT];
        struct pst_name_texts texts = pst_name_texts(
            set, pst_name_of(set, pst_lane_atom(lanes.lanes[i])));

        name_originator(expected, k, i);
        cr_assert_eq(texts.second.len, strlen(expected));
        cr_expect_eq(memcmp(texts.second.data, expected, texts.second.len), 0);
    }
}

Test(slot, shows_each_rule_in_every_form)
{
    for (size_t i = 0; i < COUNT(forms); i++) {
        const struct form *form = &forms[i];
        postern_acp_set *set = make_set(form);
        const struct pst_slot *slot =
            pst_slot_at(set, (postern_acp_ref){0, POSTERN_PRIVILEGES});

        if (!slot) {
            cr_assert_fail("form %zu has no slot", i);
            return;
        }
        cr_assert_eq(slot->form, form->form, "form %zu", i);
        cr_assert_eq(pst_slot_rule_count(slot), form->rules);
        for (uint32_t k = 0; k < form->rules; k++) {
            struct pst_rule_view rule = pst_slot_rule(set, slot, k);

            cr_expect_eq(rule.operations, operations_of(k), "rule %u", k);
            cr_expect_eq(rule.authn, k % 3 == 0);
            expect_condition(set, form, k, rule.condition);
            expect_originators(set, form, k,
                               pst_slot_originators(set, slot, k));
        }
        postern_acp_set_free(set);
    }
}

Test(slot, shows_a_rule_that_can_never_hold)
{
    for (uint32_t rules = 1; rules < RULES_MAX; rules++) {
        postern_rule broken[RULES_MAX];
        postern_acp_set *set;
        const struct pst_slot *slot;

        for (uint32_t k = 0; k < rules; k++) {
            broken[k] = (postern_rule){.never = "broken"};
        }
        set = test_set(broken, rules);
        slot = pst_slot_at(set, (postern_acp_ref){0, POSTERN_PRIVILEGES});
        cr_assert_eq(pst_slot_rule_count(slot), rules);
        for (uint32_t k = 0; k < rules; k++) {
            struct pst_rule_view rule = pst_slot_rule(set, slot, k);

            cr_expect_eq(rule.operations, 0);
            cr_assert_not_null(rule.condition);
            cr_expect_eq(rule.condition->flags, PST_CONDITION_NEVER);
            cr_expect_eq(pst_slot_originators(set, slot, k).count, 0);
        }
        postern_acp_set_free(set);
    }
}

/* ---- originators of very many rules ---------------------------------------
 */

enum { CROWDED = 7, RULES_OF_EACH = PST_CROWD_MIN + 8, FEW = 3 };

/* Rules that all list Ccrowd0 to Ccrowd6; the first three Cfew as well. */
static postern_acp_set *make_crowded(void)
{
    postern_acp_builder *builder = test_builder();
    char texts[CROWDED][TEXT];
    postern_str originators[CROWDED + 1];
    postern_rule rule = {.originators = originators,
                         .operations = POSTERN_ACOP_RETRIEVE};

    for (uint32_t i = 0; i < CROWDED; i++) {
        (void)snprintf(texts[i], TEXT, "Ccrowd%u", i);
        originators[i] = S(texts[i]);
    }
    originators[CROWDED] = S("Cfew");
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acpA"), INT64_MAX),
                 POSTERN_OK);
    for (uint32_t k = 0; k < RULES_OF_EACH; k++) {
        rule.originator_count = CROWDED + (k < FEW);
        cr_assert_eq(postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                                  &rule, NULL),
                     POSTERN_OK);
    }
    return test_finish(builder);
}

static bool is_few(const postern_acp_set *set, uint32_t atom)
{
    return pst_name_texts(set, pst_name_of(set, atom)).second.len == 4;
}

Test(slot, has_the_rules_and_the_crowd_of_each_originator)
{
    postern_acp_set *set = make_crowded();
    const struct pst_slot *slot =
        pst_slot_at(set, (postern_acp_ref){0, POSTERN_PRIVILEGES});
    const struct pst_hashed *hashed = pst_hashed_of(slot);
    const uint64_t *seen[CROWDED + 1] = {NULL};

    cr_assert_eq(slot->form, PST_SLOT_HASHED);
    cr_assert_eq(hashed->crowds, CROWDED);
    for (uint32_t i = 0; i <= CROWDED; i++) {
        uint32_t atom = PST_ATOM_NAMES + i;
        struct pst_entries of = pst_hashed_find(set, hashed, atom);
        bool few = is_few(set, atom);

        seen[i] = pst_hashed_crowd(set, hashed, atom);
        cr_expect_eq(of.count, few ? FEW : RULES_OF_EACH, "atom %u", atom);
        for (uint32_t k = 0; k < of.count; k++) {
            cr_expect(of.entries[k].atom == atom && of.entries[k].rule == k);
        }
        cr_expect_eq(seen[i] == NULL, few, "atom %u", atom);
        for (uint32_t k = 0; k < i; k++) {
            cr_expect_neq(seen[i], seen[k]);
        }
    }
    cr_expect_eq(pst_hashed_find(set, hashed, PST_ATOM_ALL).count, 0);
    cr_expect_null(pst_hashed_crowd(set, hashed, PST_ATOM_ALL));
    cr_expect_null(pst_hashed_crowd(set, hashed, PST_ATOM_NAMES + CROWDED + 1));
    postern_acp_set_free(set);
}
