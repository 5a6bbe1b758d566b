/** A source table that is played, its changes, and what a mirror makes of them. */
package io.millrace.sinks.mirror;
