/**
 * Tests of the wire. What it looks like is held still by the files in {@code
 * src/test/resources/wire}: a change there is a change of the format, and old records lie in topics
 * for ever. They are written only with {@code -Dmillrace.golden=write}.
 */
package io.millrace.core.wire;
