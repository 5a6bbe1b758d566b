/** The contract suites: what every transform, sink and source has to keep. */
package io.millrace.core.stage;
