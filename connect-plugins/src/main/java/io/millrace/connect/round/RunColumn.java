package io.millrace.connect.round;

import io.millrace.core.Bounds;
import io.millrace.core.window.Window;
import io.millrace.core.window.WindowCalendar;
import java.util.function.Function;

/**
 * The column of a table that says which run a row belongs to, where the runs are windows.
 *
 * @param timeLine what its windows are counted on
 * @param bounds the rows of a window
 * @param statistics what the table holds
 */
public record RunColumn(
    WindowCalendar.TimeLine timeLine,
    Function<Window, Bounds.Range> bounds,
    WindowStatistics statistics) {}
