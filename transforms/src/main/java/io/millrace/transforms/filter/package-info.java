/**
 * Conditions on rows, from text to the rows that are left.
 *
 * <p>{@link io.millrace.transforms.filter.ConditionParser} makes a {@link
 * io.millrace.transforms.filter.Condition} of the text, {@link
 * io.millrace.transforms.filter.Binding} binds it to a schema, {@link
 * io.millrace.transforms.filter.Selection} copies the rows. Rule: SQL's three values; only a row
 * for which the condition is true stays.
 */
package io.millrace.transforms.filter;
