/** The lake as its users see it: folders, files and rows. */
package io.millrace.sinks.files;
