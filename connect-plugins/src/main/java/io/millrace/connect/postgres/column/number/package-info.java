/**
 * Numbers, money and truth.
 *
 * <p>{@link io.millrace.connect.postgres.column.number.NumberTypes} chooses. Rule: no number is
 * ever rounded; a numeric that no Arrow decimal holds comes as its text.
 */
package io.millrace.connect.postgres.column.number;
