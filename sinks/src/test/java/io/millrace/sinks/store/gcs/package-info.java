/** As much of Google Cloud Storage as tests need. */
package io.millrace.sinks.store.gcs;
