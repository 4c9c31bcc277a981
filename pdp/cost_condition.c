/* The most that judging one condition can cost: every element is looked at,
 * those that are searched by halves but for the halves. Rules are false in
 * their last element at worst, so nothing is cut short here. */
#include "pdp/cost.h"

#include "pdp/rule_terms.h"

/* A list of elements of so many bytes that is gone through. */
static postern_work of_list(struct pst_list list, uint64_t size,
                            uint64_t steps_each)
{
    return (postern_work){pst_lines_of(list.count * size),
                          list.count * steps_each};
}

/* Joined ranges are searched by halves. */
static postern_work of_ranges(struct pst_list list, uint64_t size)
{
    uint64_t halves = pst_halves(list.count) + 1;

    return (postern_work){pst_bound_least(pst_lines_of(list.count * size),
                                          halves * pst_lines_of(size)),
                          4 * halves};
}

/* Years that a window names are a word of a set elsewhere. */
static postern_work of_windows(const struct pst_condition *condition,
                               struct pst_list list)
{
    const struct pst_time_window *windows = pst_list_at(condition, list);
    postern_work work = of_list(list, sizeof *windows, 8);

    for (uint32_t i = 0; i < list.count; i++) {
        work.lines += !windows[i].any_year;
    }
    return work;
}

/* An address is of one family. */
static postern_work of_context(const struct pst_condition *condition,
                               const struct pst_context *context)
{
    postern_work work = {0, 16};

    pst_work_add(&work, of_windows(condition, context->windows));
    pst_work_add(
        &work, pst_work_most(
                   of_ranges(context->ranges4, sizeof(struct pst_ip4_range)),
                   of_ranges(context->ranges6, sizeof(struct pst_ip6_range))));
    pst_work_add(&work,
                 of_list(context->circles, sizeof(struct pst_circle), 3));
    pst_work_add(&work, of_list(context->countries, sizeof(uint16_t), 2));
    return work;
}

/* A text is compared when it is as long as that of the request. */
static postern_work of_details(const struct pst_object_details *details)
{
    postern_work work = of_list(details->child_types, sizeof(uint32_t), 2);

    work.lines += pst_lines_of(details->specialization.len);
    work.steps += 8 + details->specialization.len / 8;
    return work;
}

/* Each attribute of the request with each of the rule, as long as there are not
 * more than a pass looks at: more are looked for in passes of their own. */
static postern_work of_attributes(const struct pst_costing *costing,
                                  const struct pst_condition *condition)
{
    const struct pst_text_ref *attributes = pst_attributes(condition);
    uint64_t asked =
        pst_bound_least(costing->attributes, PST_ATTRIBUTES_AT_ONCE);
    postern_work work = {0, 8};

    for (uint32_t i = 0; i < condition->attributes; i++) {
        work.lines += pst_lines_of(attributes[i].len);
        work.steps += asked * (3 + attributes[i].len / 8);
    }
    work.steps += 3 * asked;
    return work;
}

/* Its beginning: head, contexts, details, attributes. */
static uint64_t head_bytes(const struct pst_condition *condition)
{
    return sizeof *condition +
           condition->contexts * sizeof(struct pst_context) +
           condition->details * sizeof(struct pst_object_details) +
           condition->attributes * sizeof(struct pst_text_ref);
}

postern_work pst_cost_of_condition(const struct pst_costing *costing,
                                   const struct pst_condition *condition,
                                   bool create)
{
    postern_work work = {pst_lines_of(head_bytes(condition)), 8};

    if (condition->flags & PST_CONDITION_NEVER) {
        return (postern_work){pst_lines_of(sizeof *condition), 4};
    }
    for (uint32_t m = 0; m < condition->contexts; m++) {
        pst_work_add(&work, of_context(condition, pst_contexts(condition) + m));
    }
    for (uint32_t m = 0; create && m < condition->details; m++) {
        pst_work_add(&work, of_details(pst_details(condition) + m));
    }
    if (condition->attributes) {
        pst_work_add(&work, of_attributes(costing, condition));
    }
    return work;
}
