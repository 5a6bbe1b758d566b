/** The contract of object stores, and what keeps it. */
package io.millrace.sinks.store;
