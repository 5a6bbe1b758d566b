/** An S3 server for tests, here and in other modules, and what can go wrong with it. */
package io.millrace.sinks.store.s3;
