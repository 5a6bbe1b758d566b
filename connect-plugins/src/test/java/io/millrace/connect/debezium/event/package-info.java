/** Events as Debezium makes them, and the places they get. */
package io.millrace.connect.debezium.event;
