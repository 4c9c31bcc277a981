/* Values that make a JWK one to be refused, and some that nearly do. Of keys
 * that protect nothing. */
#ifndef TESTS_SUPPORT_BROKEN_KEYS_H
#define TESTS_SUPPORT_BROKEN_KEYS_H

/* clang-format off */
/* A modulus that is a power of 65537 modulo each of the first 126 primes. */
#define ROCA_N \
    "hs-6XyTfsYUPxqj8_pmlCe3Fbqg8AfmsBnwnKGG4hboxZyZlBaY4QJrPA8TQIN" \
    "czO8WAZcMAAaDE0Na2Dc6NvoX4wro0iCE7POx-hnZZXn8YvZimNQPn7JQsrYs0" \
    "c_t9jcBccIe-ryKUnVIYi69WRswFgv3MiFFbGiBXM5mF-TnpCu18iBU6QCc2iF" \
    "k3slxbAJ1w3o8bK1XOkAIGL8q_Zb3kA5LDBn4zo6GacO66rR4EaPhFFZqm3v17" \
    "XNVJzGgzOP4ZVKw55cYry8rogtezvdWjl8NaoyS1N7NtnDlioMDnT-LEpfv8U-" \
    "8jmkXKXrWHQ_09ogYwYzBWXseCWHfI4Q"
/* The same but for one of them, 691. */
#define NEARLY_ROCA_N \
    "-kl_3_Xr0Z4mQCoJadMplMLjg0O7RDTmTMm94QUwTtnpltibzzI6Odys7JtMD9" \
    "0ML9zywcStKDiGVpx_rMNRcCboNIsGfypVbeJMHWpE-xuWMnbnmvkOu6H6vWEH" \
    "MEjYVrlZP7idRi0QuxUgUnInQBkCZ-gRDE4CTG-0CdSNq85tpJj7fSag8jrjo5" \
    "ZFH23fJ0sQ-NyndAfTK8Vrp7YnJ6xWEVmj3mLhjY8uo_c2BEw7uYuiz8_bQ245" \
    "F5hIoPstTZrMsXFaIWPmFecfn-Tvbp2r9FX3iw6Qoh8PMnE1Cw_bo_Hgf2NlR2" \
    "ntJWvsGNfzIv5kcqNfQSFHWpy3_aYU0w"
/* clang-format on */

#define W16 "wwwwwwwwwwwwwwww"
#define W128 W16 W16 W16 W16 W16 W16 W16 W16
#define BYTES_128 W128 W16 W16 "wwwwwwwwwww" /* as base64url */
#define BYTES_1025                                                             \
    W128 W128 W128 W128 W128 W128 W128 W128 W128 W128 W16 W16 W16 W16 W16      \
        "wwwwwww"

/* A point of P-256 whose x is 5, and x + p instead. */
#define SMALL_X "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAU"
#define SMALL_X_OVER_P "_____wAAAAEAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAQ"
#define SMALL_Y "RZJDuapYGAb-kTvOmYF63hHKUDxk2aPFM0FcCDJI-8w"
#define P256_ORDER "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE"
#define ZERO_32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ZERO_31 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ZERO_33 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OCT_15 "AAAAAAAAAAAAAAAAAAAA"
#define OCT_31 ZERO_31
#define OCT_33 ZERO_33

#endif
