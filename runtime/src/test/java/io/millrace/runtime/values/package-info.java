/**
 * Every value on the whole path but Kafka: a table on a real Postgres, COPY, batches on the wire,
 * the Parquet sink, files, other readers. What is expected is what Postgres says itself: both
 * engines render their values as text by SQL, and the texts are compared.
 */
package io.millrace.runtime.values;
