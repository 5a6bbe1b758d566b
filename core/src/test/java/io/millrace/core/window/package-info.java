/** Tests of the windows: named zones by hand, all zones by their own rules. */
package io.millrace.core.window;
