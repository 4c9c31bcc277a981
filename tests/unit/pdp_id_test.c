#include "support/sets.h"

#include "pdp/id.h"

/* [ID-01] [ID-02] [ID-03] [ID-04] [ID-05] */

static const struct {
    const char *text;
    const char *canonical; /* NULL: refused */
} entities[] = {
    {"Cpump7", "//sp.example/plant-cse/Cpump7"},
    {"/plant-cse/Cpump7", "//sp.example/plant-cse/Cpump7"},
    {"//sp.example/plant-cse/Cpump7", "//sp.example/plant-cse/Cpump7"},
    {"//SP.Example/plant-cse/Cpump7", "//sp.example/plant-cse/Cpump7"},
    {"//sp.example./plant-cse/Cpump7", "//sp.example/plant-cse/Cpump7"},
    {"Smeter9", "//sp.example/Smeter9"},
    {"/Smeter9", "//sp.example/Smeter9"},
    {"//rival.example/Smeter9", "//rival.example/Smeter9"},
    {"/gate-cse", "//sp.example/gate-cse"},
    {"//a.b.example/gate-cse", "//a.b.example/gate-cse"},
    {"C", "//sp.example/plant-cse/C"},
    {"C.-_~9", "//sp.example/plant-cse/C.-_~9"},
    {"/CSE", "//sp.example/CSE"},
    {"", NULL},
    {"/", NULL},
    {"//", NULL},
    {"///", NULL},
    {"//sp.example", NULL},
    {"//sp.example/", NULL},
    {"//sp.example//Cx", NULL},
    {"//sp.example/cse/", NULL},
    {"/cse/", NULL},
    {"/cse//Cx", NULL},
    {"/cse/Cx/y", NULL},
    {"/cse/Sx", NULL},
    {"/cse/pump", NULL},
    {"pump7", NULL},
    {"all", NULL},
    {"C*", NULL},
    {"Cx y", NULL},
    {"Cx\n", NULL},
    {"C%41", NULL},
    {"Cx/y", NULL},
    {"C@x.example", NULL},
    {".*", NULL},
    {"//sp..example/Sx", NULL},
    {"//-sp.example/Sx", NULL},
    {"//sp-.example/Sx", NULL},
    {"//sp_x.example/Sx", NULL},
    {"//.example/Sx", NULL},
    {"//./Sx", NULL},
};

Test(pdp_id, reads_every_form_of_an_entity_into_one)
{
    postern_cse cse = test_cse();

    for (size_t i = 0; i < COUNT(entities); i++) {
        char text[128];
        postern_id id;
        postern_status status =
            postern_id_parse_entity(&id, &cse, S(entities[i].text));

        if (!entities[i].canonical) {
            cr_expect_eq(status, POSTERN_ERR_POLICY, "%s", entities[i].text);
            cr_expect_eq(id.kind, POSTERN_ID_UNSET, "%s", entities[i].text);
            continue;
        }
        cr_expect_eq(status, POSTERN_OK, "%s", entities[i].text);
        cr_expect_eq(postern_id_text(&id, text, sizeof text),
                     strlen(entities[i].canonical));
        cr_expect_str_eq(text, entities[i].canonical);
    }
}

Test(pdp_id, refuses_a_byte_that_is_nul)
{
    postern_cse cse = test_cse();
    postern_id id;

    cr_expect_eq(postern_id_parse_entity(&id, &cse, (postern_str){"Cx\0y", 4}),
                 POSTERN_ERR_POLICY);
}

Test(pdp_id, equals_itself_in_another_spelling_and_nothing_else)
{
    postern_cse cse = test_cse();

    for (size_t i = 0; i < COUNT(entities); i++) {
        for (size_t k = 0; k < COUNT(entities); k++) {
            postern_id a;
            postern_id b;
            bool valid =
                postern_id_parse_entity(&a, &cse, S(entities[i].text)) ==
                    POSTERN_OK &&
                postern_id_parse_entity(&b, &cse, S(entities[k].text)) ==
                    POSTERN_OK;

            if (valid) {
                cr_expect_eq(
                    postern_id_equal(&a, &b),
                    strcmp(entities[i].canonical, entities[k].canonical) == 0,
                    "%s and %s", entities[i].text, entities[k].text);
            }
        }
    }
}

Test(pdp_id, tells_apart_where_the_slash_stands)
{
    postern_cse cse = test_cse();
    postern_id a;
    postern_id b;

    cr_assert_eq(postern_id_parse_entity(&a, &cse, S("//x/yCz")), POSTERN_OK);
    cr_assert_eq(postern_id_parse_entity(&b, &cse, S("//x/y/Cz")), POSTERN_OK);
    cr_expect_not(postern_id_equal(&a, &b));
    cr_assert_eq(postern_id_parse_resource(&b, &cse, S("//x/y/Cz")),
                 POSTERN_OK);
    cr_expect_not(postern_id_equal(&a, &b));
}

Test(pdp_id, is_equal_to_nothing_when_unset)
{
    postern_id unset = {.kind = POSTERN_ID_UNSET};
    postern_id absent;

    postern_id_set_absent(&absent);
    cr_expect_not(postern_id_equal(&unset, &unset));
    cr_expect_not(postern_id_equal(&absent, &absent));
}

Test(pdp_id, cuts_the_text_and_tells_its_length)
{
    postern_cse cse = test_cse();
    postern_id id;
    char small[8];

    cr_assert_eq(postern_id_parse_entity(&id, &cse, S("Cpump7")), POSTERN_OK);
    cr_expect_eq(postern_id_text(&id, small, sizeof small), 29);
    cr_expect_str_eq(small, "//sp.ex");
}

/* [ID-06] */
Test(pdp_id, reads_resource_addresses)
{
    static const struct {
        const char *text;
        const char *canonical;
    } resources[] = {
        {"grp5", "//sp.example/plant-cse/grp5"},
        {"base/team", "//sp.example/plant-cse/base/team"},
        {"-/team", "//sp.example/plant-cse/-/team"},
        {"/plant-cse/grp5", "//sp.example/plant-cse/grp5"},
        {"//sp.example/plant-cse/base/team",
         "//sp.example/plant-cse/base/team"},
        {"", NULL},
        {"/plant-cse", NULL},
        {"//sp.example/plant-cse", NULL},
        {"grp5/", NULL},
        {"base//team", NULL},
        {"grp*", NULL},
        {"grp 5", NULL},
    };
    postern_cse cse = test_cse();

    for (size_t i = 0; i < COUNT(resources); i++) {
        char text[128];
        postern_id id;
        postern_status status =
            postern_id_parse_resource(&id, &cse, S(resources[i].text));

        cr_expect_eq(status == POSTERN_OK, resources[i].canonical != NULL, "%s",
                     resources[i].text);
        if (resources[i].canonical) {
            postern_id_text(&id, text, sizeof text);
            cr_expect_str_eq(text, resources[i].canonical);
        }
    }
}

/* [ID-07] */
Test(pdp_id, reads_role_ids)
{
    static const struct {
        const char *text;
        bool valid;
    } roles[] = {
        {"12-op@auth.example", true},
        {"op_1.x@AUTH.example", true},
        {"@auth.example", false},
        {"op@", false},
        {"op", false},
        {"op@a@b.example", false},
        {"*@auth.example", false},
        {"op~@auth.example", false},
        {"op@auth_x.example", false},
        {"op x@auth.example", false},
    };

    for (size_t i = 0; i < COUNT(roles); i++) {
        postern_id id;

        cr_expect_eq(postern_id_parse_role(&id, S(roles[i].text)) == POSTERN_OK,
                     roles[i].valid, "%s", roles[i].text);
    }
}

Test(pdp_id, compares_the_domain_of_a_role_without_case)
{
    postern_id a;
    postern_id b;
    postern_id c;

    cr_assert_eq(postern_id_parse_role(&a, S("op@auth.example")), POSTERN_OK);
    cr_assert_eq(postern_id_parse_role(&b, S("op@Auth.Example.")), POSTERN_OK);
    cr_assert_eq(postern_id_parse_role(&c, S("Op@auth.example")), POSTERN_OK);
    cr_expect(postern_id_equal(&a, &b));
    cr_expect_not(postern_id_equal(&a, &c));
}

Test(pdp_id, refuses_a_host_that_is_none)
{
    static const struct {
        const char *sp;
        const char *cse;
        bool valid;
    } hosts[] = {
        {"//sp.example", "/plant-cse", true},
        {"//sp.example.", "/plant-cse", true},
        {"sp.example", "/plant-cse", false},
        {"/sp.example", "/plant-cse", false},
        {"//sp.example/", "/plant-cse", false},
        {"//sp.example/x", "/plant-cse", false},
        {"//", "/plant-cse", false},
        {"//*", "/plant-cse", false},
        {"//sp.example", "plant-cse", false},
        {"//sp.example", "/", false},
        {"//sp.example", "/plant/cse", false},
        {"//sp.example", "//plant", false},
        {"//sp.example", "/pl*nt", false},
    };

    for (size_t i = 0; i < COUNT(hosts); i++) {
        postern_cse cse;

        cr_expect_eq(postern_cse_init(&cse, S(hosts[i].sp), S(hosts[i].cse)) ==
                         POSTERN_OK,
                     hosts[i].valid, "%s %s", hosts[i].sp, hosts[i].cse);
    }
}

Test(pdp_id, accepts_domains_up_to_the_limits_of_dns)
{
    char label[65];
    char text[256];

    memset(label, 'a', 64);
    label[63] = '\0';
    cr_expect(pst_is_domain(S(label)));
    memcpy(label + 63, "a", 2);
    cr_expect_not(pst_is_domain(S(label)));
    label[63] = '.';
    for (size_t i = 0; i < 4; i++) {
        memcpy(text + 64 * i, label, 64);
    }
    text[255] = '\0';
    cr_expect_not(pst_is_domain(S(text)), "255 bytes");
    text[253] = '\0';
    cr_expect(pst_is_domain(S(text)), "253 bytes");
}

/* The hash spreads; folding makes it blind to case, and only for domains. */
Test(pdp_id, hashes_domains_without_case)
{
    char lower[40];
    char upper[40];

    for (size_t len = 0; len < 33; len++) {
        for (size_t i = 0; i < len; i++) {
            lower[i] = (char)('a' + (char)(i * 7 % 26));
            upper[i] = (char)('A' + (char)(i * 7 % 26));
        }
        cr_expect_eq(pst_hash_domain((postern_str){lower, len}),
                     pst_hash_domain((postern_str){upper, len}), "%zu", len);
        cr_expect_eq(pst_hash_domain((postern_str){lower, len}),
                     pst_hash((postern_str){lower, len}));
        if (len) {
            cr_expect_neq(pst_hash((postern_str){lower, len}),
                          pst_hash((postern_str){upper, len}), "%zu", len);
        }
    }
}

Test(pdp_id, folds_letters_and_nothing_near_them)
{
    static const char near[] = "@[`{/:09\x80\xC1\xDA";

    for (size_t i = 0; i + 1 < sizeof near; i++) {
        char a[9] = "aaaaaaaa";

        a[3] = near[i];
        cr_expect_eq(pst_hash_domain((postern_str){a, 8}),
                     pst_hash((postern_str){a, 8}), "%d", near[i]);
    }
}

/* What stands behind a text is no part of it. */
Test(pdp_id, is_split_at_its_slashes)
{
    static const struct {
        const char *text;
        size_t len; /* 0: all of it */
        enum pst_id_form form;
        const char *domain;
        const char *first;
        const char *second; /* NULL: none */
    } rows[] = {
        {"Cx", 0, PST_FORM_CSE_RELATIVE, "", "Cx", NULL},
        {"Cx/a", 0, PST_FORM_CSE_RELATIVE, "", "Cx/a", NULL},
        {"/cse", 0, PST_FORM_SP_RELATIVE, "", "cse", NULL},
        {"/cse/Cx/a", 0, PST_FORM_SP_RELATIVE, "", "cse", "Cx/a"},
        {"/cse/", 0, PST_FORM_SP_RELATIVE, "", "cse", ""},
        {"//a.b/cse", 1, PST_FORM_SP_RELATIVE, "", "", NULL},
        {"//a.b/cse", 2, PST_FORM_ABSOLUTE, "", "", NULL},
        {"//a.b/cse", 5, PST_FORM_ABSOLUTE, "a.b", "", NULL},
        {"//a.b/cse", 0, PST_FORM_ABSOLUTE, "a.b", "cse", NULL},
        {"//a.b/cse/Cx/a", 0, PST_FORM_ABSOLUTE, "a.b", "cse", "Cx/a"},
        {"///cse/Cx", 0, PST_FORM_ABSOLUTE, "", "cse", "Cx"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t len = rows[i].len ? rows[i].len : strlen(rows[i].text);
        struct pst_id_parts parts =
            pst_id_split((postern_str){rows[i].text, len});

        cr_expect_eq(parts.form, rows[i].form, "row %zu", i);
        cr_expect(pst_str_is(parts.domain, rows[i].domain), "row %zu", i);
        cr_expect(pst_str_is(parts.first, rows[i].first), "row %zu", i);
        cr_expect_eq(parts.second.data == NULL, rows[i].second == NULL);
        cr_expect(
            pst_str_is(parts.second, rows[i].second ? rows[i].second : ""),
            "row %zu", i);
    }
}
