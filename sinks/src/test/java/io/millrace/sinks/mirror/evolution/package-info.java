/** Types that widen, and those that do not. */
package io.millrace.sinks.mirror.evolution;
