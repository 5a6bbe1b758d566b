/** Tests of options: every kind of value, and what somebody reads who wrote it wrong. */
package io.millrace.core.options;
