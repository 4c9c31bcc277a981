#include "base/sized.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <string.h>

struct older {
    size_t struct_size;
    int a;
};

struct ours {
    size_t struct_size;
    int a;
    int b;
};

struct newer {
    size_t struct_size;
    int a;
    int b;
    int c;
};

Test(base_sized, starts_with_zeroes_and_the_size)
{
    struct ours ours;

    memset(&ours, 0xff, sizeof ours);
    pst_sized_init(&ours, sizeof ours);
    cr_assert_eq(ours.struct_size, sizeof ours);
    cr_assert(ours.a == 0 && ours.b == 0);
}

Test(base_sized, copies_a_struct_of_the_same_release)
{
    struct ours given = {sizeof given, 1, 2};
    struct ours out;

    cr_assert(pst_sized_copy(&out, sizeof out, &given));
    cr_assert(out.struct_size == sizeof out && out.a == 1 && out.b == 2);
}

Test(base_sized, takes_no_struct_for_one_of_zeroes)
{
    struct ours out;

    memset(&out, 0xff, sizeof out);
    cr_assert(pst_sized_copy(&out, sizeof out, NULL));
    cr_assert(out.struct_size == sizeof out && out.a == 0 && out.b == 0);
}

Test(base_sized, zeroes_what_an_older_release_does_not_know)
{
    struct older given = {offsetof(struct older, a) + sizeof given.a, 1};
    struct ours out;

    memset(&out, 0xff, sizeof out);
    cr_assert(pst_sized_copy(&out, sizeof out, &given));
    cr_assert(out.struct_size == sizeof out && out.a == 1 && out.b == 0);
}

Test(base_sized, takes_of_a_newer_release_only_what_is_zero)
{
    struct newer given;
    struct ours out;

    pst_sized_init(&given, sizeof given);
    given.b = 2;
    cr_assert(pst_sized_copy(&out, sizeof out, &given));
    cr_assert(out.struct_size == sizeof out && out.a == 0 && out.b == 2);

    given.c = 3;
    cr_assert_not(pst_sized_copy(&out, sizeof out, &given));
    cr_assert(out.struct_size == sizeof out && out.a == 0 && out.b == 0);
}

Test(base_sized, refuses_a_struct_that_was_never_initialised)
{
    for (size_t size = 0; size < sizeof(size_t); size++) {
        struct ours given = {size, 1, 2};
        struct ours out;

        cr_assert_not(pst_sized_copy(&out, sizeof out, &given));
        cr_assert_eq(out.a, 0);
    }
    cr_assert(pst_sized_copy(&(struct ours){0}, sizeof(struct ours),
                             &(struct ours){sizeof(size_t), 1, 2}));
}
