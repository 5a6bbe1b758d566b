/** Tests of the transforms: the contract, what comes out, and what is refused. */
package io.millrace.transforms;
