/* As much of PKCS#11 2.40 as the tests of a secure environment need. */
#ifndef TESTS_HSM_CRYPTOKI_H
#define TESTS_HSM_CRYPTOKI_H

typedef unsigned long ck_ulong;
typedef unsigned char ck_bool;

enum {
    CKR_OK = 0,
    CKR_ATTRIBUTE_SENSITIVE = 0x11,
    CKF_RW_SESSION = 2,
    CKF_SERIAL_SESSION = 4,
    CKU_USER = 1,
    CKM_RSA_PKCS_KEY_PAIR_GEN = 0x0000,
    CKM_EC_KEY_PAIR_GEN = 0x1040,
    CKA_TOKEN = 0x001,
    CKA_PRIVATE = 0x002,
    CKA_LABEL = 0x003,
    CKA_VALUE = 0x011,
    CKA_ID = 0x102,
    CKA_SENSITIVE = 0x103,
    CKA_ENCRYPT = 0x104,
    CKA_DECRYPT = 0x105,
    CKA_SIGN = 0x108,
    CKA_VERIFY = 0x10A,
    CKA_DERIVE = 0x10C,
    CKA_MODULUS = 0x120,
    CKA_MODULUS_BITS = 0x121,
    CKA_PUBLIC_EXPONENT = 0x122,
    CKA_PRIVATE_EXPONENT = 0x123,
    CKA_EXTRACTABLE = 0x162,
    CKA_EC_PARAMS = 0x180,
    CKA_EC_POINT = 0x181
};

struct ck_attribute {
    ck_ulong type;
    void *value;
    ck_ulong size;
};

struct ck_mechanism {
    ck_ulong type;
    void *parameter;
    ck_ulong size;
};

struct ck_version {
    unsigned char major, minor;
};

struct ck_token_info {
    unsigned char label[32]; /* filled up with blanks */
    unsigned char maker[32];
    unsigned char model[16];
    unsigned char serial[16];
    ck_ulong flags;
    ck_ulong numbers[10];
    struct ck_version hardware;
    struct ck_version firmware;
    unsigned char time[16];
};

/* The functions that are used, by their names in the module. */
struct cryptoki {
    void *library;
    ck_ulong (*initialize)(void *arguments);
    ck_ulong (*finalize)(void *reserved);
    ck_ulong (*slot_list)(ck_bool present, ck_ulong *slots, ck_ulong *count);
    ck_ulong (*token_info)(ck_ulong slot, struct ck_token_info *info);
    ck_ulong (*open_session)(ck_ulong slot, ck_ulong flags, void *application,
                             void *notify, ck_ulong *session);
    ck_ulong (*login)(ck_ulong session, ck_ulong user, unsigned char *pin,
                      ck_ulong size);
    ck_ulong (*generate_pair)(ck_ulong session, struct ck_mechanism *mechanism,
                              struct ck_attribute *public_attributes,
                              ck_ulong public_count,
                              struct ck_attribute *private_attributes,
                              ck_ulong private_count, ck_ulong *public_key,
                              ck_ulong *private_key);
    ck_ulong (*get_attribute)(ck_ulong session, ck_ulong object,
                              struct ck_attribute *attributes, ck_ulong count);
    ck_ulong (*set_attribute)(ck_ulong session, ck_ulong object,
                              struct ck_attribute *attributes, ck_ulong count);
};

#endif
