/*
 * Claims about the access decision that hold for whatever policies and requests
 * are generated. Each function tries one of them `count` times, driven by the
 * random numbers, says on standard error what broke it, and answers whether
 * nothing did.
 */
#ifndef TESTS_PROPERTY_H
#define TESTS_PROPERTY_H

#include "support/rng.h"

#include <stdbool.h>
#include <stddef.h>

/* pairs.c: decision, explanation and twin agree. */
bool decisions_agree(struct rng *rng, size_t count);

/* missing.c: facts that could still make a rule true. [ARC-03] [DEC-09] */
bool what_is_missing_agrees(struct rng *rng, size_t count);
bool learning_what_is_missing_permits(struct rng *rng, size_t count);
bool learning_anything_else_does_not_permit(struct rng *rng, size_t count);
bool what_suffices_permits(struct rng *rng, size_t count);

/* cells.c: all 256 combinations of partial results. [DEC-13] */
bool every_cell_is_as_the_standard_says(struct rng *rng, size_t count);

/* leaves.c: what is read from texts, and what it means. */
bool windows_agree(struct rng *rng, size_t count);
bool prefixes_agree(struct rng *rng, size_t count);
bool identifiers_agree(struct rng *rng, size_t count);
bool originators_agree(struct rng *rng, size_t count);
bool circles_agree(struct rng *rng, size_t count);

/* laws.c: what holds between decisions. */
bool one_more_rule_never_denies(struct rng *rng, size_t count);
bool order_makes_no_difference(struct rng *rng, size_t count);
bool a_fact_less_never_permits(struct rng *rng, size_t count);
bool a_request_without_facts_is_denied(struct rng *rng, size_t count);
bool requests_of_other_releases_are_not_guessed_at(struct rng *rng,
                                                   size_t count);
bool other_operations_are_denied(struct rng *rng, size_t count);
bool a_star_never_crosses_a_slash(struct rng *rng, size_t count);
bool a_longer_prefix_is_inside_a_shorter_one(struct rng *rng, size_t count);
bool building_is_deterministic(struct rng *rng, size_t count);

#endif
