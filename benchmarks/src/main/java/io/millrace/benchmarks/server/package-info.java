/**
 * The servers between source and target, each a process of its own as an operator starts it: a
 * broker, Connect workers, and what drives other programs from the outside. The rule: ours and the
 * peers' get the same broker, the same worker and the same flags, which are Kafka's own.
 */
package io.millrace.benchmarks.server;
