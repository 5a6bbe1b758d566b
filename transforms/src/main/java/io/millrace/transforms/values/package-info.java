/**
 * What values are: the words for types, how types lie in memory, and values as text.
 *
 * <p>{@link io.millrace.transforms.values.TypeWords} reads {@code decimal(12,2)}, {@link
 * io.millrace.transforms.values.Whole} tells the types whose values are whole numbers in a long,
 * {@link io.millrace.transforms.values.Printer} and {@link io.millrace.transforms.values.Parser}
 * are the one canonical text of each type. Rule: what one of them writes the other reads, exactly.
 */
package io.millrace.transforms.values;
