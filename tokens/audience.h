/*
 * Whether an audience names this CSE: one entry is its absolute CSE-ID, or a
 * pattern of it. "*" stands for any characters of one segment. No letter counts
 * for another, not even in the domain. [TOK-07] [IDA-11] [ORI-04]
 */
#ifndef PST_AUDIENCE_H
#define PST_AUDIENCE_H

#include <postern/token.h>

/* @param may_be_any  an entry may be of stars alone
 * Cost: linear in the entries and their texts. */
bool pst_audience_names(const postern_claims *claims, const postern_cse *cse,
                        bool may_be_any);

/* Whether it is this CSE alone, spelled out. [DDA-10] [DDA-14] */
bool pst_audience_is(const postern_claims *claims, const postern_cse *cse);

/* "*" in one segment, for segments of at most PST_SEGMENT_MAX bytes. */
enum { PST_SEGMENT_MAX = 256 };
bool pst_segment_fits(postern_str pattern, postern_str segment);

#endif
