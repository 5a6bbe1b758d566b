/**
 * How a stream is divided into RunInstances: the windows of its run column.
 *
 * <p>Start at {@link io.millrace.core.window.WindowCalendar}: seconds on the column's own time line
 * come in, windows with their ids leave. Pure arithmetic, without a clock. Rule: the windows of a
 * calendar tile its line, and a window's id tells its start.
 */
package io.millrace.core.window;
