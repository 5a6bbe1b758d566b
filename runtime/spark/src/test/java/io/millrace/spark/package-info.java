/** What Spark reads from the files whose values the runtime's tests have kept. */
package io.millrace.spark;
