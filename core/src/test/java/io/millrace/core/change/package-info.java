/** Tests of the words of a change stream. */
package io.millrace.core.change;
