/**
 * Options, each declared once: a component of a record with an {@link
 * io.millrace.core.options.Option}.
 *
 * <p>{@link io.millrace.core.options.OptionSpec} tells what a record declares (for lint, JSON
 * Schema, ConfigDef and the reference page), {@link io.millrace.core.options.OptionsReader} makes
 * the record from a tree of maps, lists and texts. Rule: what is wrong is a {@link
 * io.millrace.core.options.Problem} with its place, all of them at once.
 */
package io.millrace.core.options;
