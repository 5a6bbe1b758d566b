/**
 * Rows of several batches in, batches of chosen rows out: how a mirror copies what stays and what
 * comes.
 *
 * <p>A {@link io.millrace.sinks.mirror.vector.BatchBuilder} is told which rows of which source come
 * next, as runs; a {@code ColumnCopier} for each layout of Arrow's then copies one column at a
 * time. Rule: a value is copied as the bytes it is, whatever its type; no row and no value becomes
 * an object.
 */
package io.millrace.sinks.mirror.vector;
