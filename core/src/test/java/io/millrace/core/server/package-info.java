/** Servers that the tests of several modules ask, where they are installed. */
package io.millrace.core.server;
