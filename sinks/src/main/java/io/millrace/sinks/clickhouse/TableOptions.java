package io.millrace.sinks.clickhouse;

import java.util.List;

/**
 * How tables are made.
 *
 * @param create whether a table that is not there is made, and columns that it lacks are added
 * @param engine a table's engine with its parameters
 * @param orderBy the columns of its sorting key
 */
record TableOptions(boolean create, String engine, List<String> orderBy) {}
