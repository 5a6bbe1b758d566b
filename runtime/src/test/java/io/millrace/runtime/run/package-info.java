/** Tests of a whole run's bookkeeping. */
package io.millrace.runtime.run;
