/** Tests of the words: what their texts are, and what is refused with which message. */
package io.millrace.core;
