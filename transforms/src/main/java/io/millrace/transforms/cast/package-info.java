/**
 * Vectors of one type become vectors of another.
 *
 * <p>{@link io.millrace.transforms.cast.Casts} finds the {@link io.millrace.transforms.cast.Kernel}
 * of a pair; each kernel serves a family of pairs: whole numbers, floats, decimals, to text, from
 * text. Rule: a value is kept exactly or it is a misfit, and misfits follow the policy.
 */
package io.millrace.transforms.cast;
