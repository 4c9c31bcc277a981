#include "access-log/chain.h"

#include "base/diag.h"
#include "base/str.h"

static const postern_str hash_name = {PST_LOG_HASH_NAME,
                                      sizeof PST_LOG_HASH_NAME - 1};
static const postern_str hash_end = {PST_LOG_HASH_END,
                                     sizeof PST_LOG_HASH_END - 1};

static bool is_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool are_digits(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.data[i])) {
            return false;
        }
    }
    return true;
}

postern_status pst_log_chain_init(struct pst_log_chain *chain,
                                  postern_str expected)
{
    *chain = (struct pst_log_chain){.expected = expected};
    memset(chain->head.hash, '0', PST_LOG_HASH_DIGITS);
    if (expected.data &&
        (expected.len != PST_LOG_HASH_DIGITS || !are_digits(expected))) {
        return POSTERN_ERR_ARGUMENT;
    }
    chain->was_expected = !expected.data;
    chain->digest = pst_digest_new();
    return chain->digest ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

void pst_log_chain_release(struct pst_log_chain *chain)
{
    pst_digest_free(chain->digest);
    chain->digest = NULL;
}

/* The hash of a line with this body, if it came next. */
static bool next_hash(const struct pst_log_chain *chain, postern_str body,
                      char hash[PST_DIGEST_HEX])
{
    const postern_str last = {chain->head.hash, PST_LOG_HASH_DIGITS};
    uint8_t bytes[PST_DIGEST];

    if (!pst_digest_of(chain->digest, last, body, bytes)) {
        return false;
    }
    pst_digest_hex(bytes, hash);
    return true;
}

static void go_on(struct pst_log_chain *chain, const char hash[PST_DIGEST_HEX])
{
    const postern_str text = {chain->head.hash, PST_LOG_HASH_DIGITS};

    memcpy(chain->head.hash, hash, PST_DIGEST_HEX);
    chain->head.lines++;
    chain->was_expected =
        chain->was_expected || pst_str_equal(text, chain->expected);
}

/* Of the first line. */
static const char *take_id(struct pst_log_chain *chain, postern_str body)
{
    postern_str id = {NULL, 0};
    const char *problem = pst_log_read_first(body, &id);

    if (!problem) {
        memcpy(chain->head.id, id.data, id.len);
        chain->head.id[id.len] = '\0';
    }
    return problem;
}

bool pst_log_chain_add(struct pst_log_chain *chain, postern_str body,
                       char *tail)
{
    char hash[PST_DIGEST_HEX];

    if (!next_hash(chain, body, hash) ||
        (chain->head.lines == 0 && take_id(chain, body))) {
        return false;
    }
    memcpy(tail, hash_name.data, hash_name.len);
    tail += hash_name.len;
    memcpy(tail, hash, PST_LOG_HASH_DIGITS);
    tail += PST_LOG_HASH_DIGITS;
    memcpy(tail, hash_end.data, hash_end.len);
    tail[hash_end.len] = '\n';
    go_on(chain, hash);
    return true;
}

postern_str pst_log_body_of(postern_str line)
{
    return pst_str_slice(line, 0, line.len - PST_LOG_TAIL);
}

/* Whether a tail is one, of this hash. */
static bool is_tail(postern_str tail, const char hash[PST_DIGEST_HEX])
{
    size_t digits = hash_name.len + PST_LOG_HASH_DIGITS;

    return tail.len == PST_LOG_TAIL &&
           memcmp(tail.data, hash_name.data, hash_name.len) == 0 &&
           memcmp(tail.data + hash_name.len, hash, PST_LOG_HASH_DIGITS) == 0 &&
           memcmp(tail.data + digits, hash_end.data, hash_end.len) == 0;
}

const char *pst_log_chain_take(struct pst_log_chain *chain, postern_str line)
{
    bool first = chain->head.lines == 0;
    char hash[PST_DIGEST_HEX];
    const char *problem;
    postern_str body;

    if (line.len <= PST_LOG_TAIL) {
        return first ? "this is no access log of Postern"
                     : "this line is not whole";
    }
    body = pst_log_body_of(line);
    problem = first ? take_id(chain, body) : NULL;
    if (problem) {
        return problem;
    }
    if (!next_hash(chain, body, hash)) {
        return "OpenSSL computes no SHA-256";
    }
    if (!is_tail(pst_str_slice(line, body.len, line.len), hash)) {
        return "this line is not the one that was written here: it, or what "
               "was before it, has been changed";
    }
    go_on(chain, hash);
    return NULL;
}

/* ---- what was interrupted ------------------------------------------------ */

/* Where the tail begins, or the length of the text; within a value there is no
 * quote that is not escaped. */
static size_t tail_of(postern_str text)
{
    for (size_t i = 0; i + hash_name.len <= text.len; i++) {
        if (memcmp(text.data + i, hash_name.data, hash_name.len) == 0) {
            return i;
        }
    }
    return text.len;
}

static bool has_controls(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.data[i] < ' ') {
            return true;
        }
    }
    return false;
}

bool pst_log_chain_is_torn(const struct pst_log_chain *chain, postern_str text)
{
    size_t body_len = tail_of(text);
    postern_str body = pst_str_slice(text, 0, body_len);
    postern_str tail = pst_str_slice(text, body_len, text.len);
    postern_str digits =
        pst_str_slice(tail, hash_name.len, hash_name.len + PST_LOG_HASH_DIGITS);
    postern_str end = pst_str_slice(tail, hash_name.len + digits.len, tail.len);
    char hash[PST_DIGEST_HEX];

    if (text.len >= PST_LOG_LINE || has_controls(text) ||
        !(chain->head.lines == 0 ? pst_log_begins_first(text)
                                 : pst_log_begins_access(text))) {
        return false;
    }
    /* Of the tail there is so much as there is, and it is right. */
    return tail.len == 0 || (next_hash(chain, body, hash) &&
                             memcmp(digits.data, hash, digits.len) == 0 &&
                             end.len <= hash_end.len &&
                             memcmp(end.data, hash_end.data, end.len) == 0);
}
