/** MariaDB for tests. */
package io.millrace.connect.debezium;
