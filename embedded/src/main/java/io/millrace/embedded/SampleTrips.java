package io.millrace.embedded;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The sample table {@code public.trips}: 20 columns in the manner of New York's taxi records,
 * pick-ups spread evenly over January 2024. Every value is computed by the server from the row's
 * number, so two fills of the same size are equal.
 */
public final class SampleTrips {
  /** The table's name, with its schema. */
  public static final String TABLE = "public.trips";

  private static final String CREATE =
      """
      CREATE TABLE public.trips (
        trip_id bigint NOT NULL,
        vendor_id int NOT NULL,
        pickup_at timestamp NOT NULL,
        dropoff_at timestamp NOT NULL,
        passenger_count int,
        trip_distance double precision,
        ratecode_id int,
        store_and_fwd_flag text,
        pu_location_id int NOT NULL,
        do_location_id int NOT NULL,
        payment_type int,
        fare_amount numeric(10,2),
        extra numeric(10,2),
        mta_tax numeric(10,2),
        tip_amount numeric(10,2),
        tolls_amount numeric(10,2),
        improvement_surcharge numeric(10,2),
        total_amount numeric(10,2),
        congestion_surcharge numeric(10,2),
        airport_fee numeric(10,2))
      """;

  /**
   * Three 64-bit hashes of the row's number (a, b and c) are all the chance there is: values are
   * cut from the bits of a and b, NULLs (3 in 64) from those of c. Money is computed in cents.
   * OFFSET 0 keeps the planner from computing the inner expressions once per use.
   */
  private static final String INSERT =
      """
      INSERT INTO public.trips
      SELECT
        n,
        1 + (a & 1),
        pickup_at,
        pickup_at + seconds * interval '1 second',
        CASE WHEN c & 63 >= 3 THEN CASE WHEN b & 7 < 6 THEN 1 ELSE 2 + (b >> 3 & 3) END END,
        CASE WHEN c >> 4 & 63 >= 3 THEN hundredths / 100::double precision END,
        CASE WHEN c >> 8 & 63 >= 3 THEN CASE WHEN jfk THEN 2 ELSE 1 END END,
        CASE WHEN c >> 12 & 63 >= 3 THEN CASE WHEN b >> 6 & 127 = 0 THEN 'Y' ELSE 'N' END END,
        CASE WHEN jfk THEN 132 ELSE 1 + (b >> 13 & 255) * (b >> 21 & 255) % 265 END,
        1 + (b >> 29 & 255) * (b >> 37 & 255) % 265,
        CASE WHEN c >> 16 & 63 >= 3 THEN CASE WHEN cash THEN 2 ELSE 1 END END,
        CASE WHEN c >> 20 & 63 >= 3 THEN fare * 0.01 END,
        CASE WHEN c >> 24 & 63 >= 3 THEN extra * 0.01 END,
        CASE WHEN c >> 28 & 63 >= 3 THEN 0.50 END,
        CASE WHEN c >> 32 & 63 >= 3 THEN tip * 0.01 END,
        CASE WHEN c >> 36 & 63 >= 3 THEN tolls * 0.01 END,
        CASE WHEN c >> 40 & 63 >= 3 THEN 1.00 END,
        CASE WHEN c >> 44 & 63 >= 3
          THEN (fare + extra + 50 + tip + tolls + 100 + congestion + airport) * 0.01 END,
        CASE WHEN c >> 48 & 63 >= 3 THEN congestion * 0.01 END,
        CASE WHEN c >> 52 & 63 >= 3 THEN airport * 0.01 END
      FROM (
        SELECT *,
          CASE WHEN cash THEN 0 ELSE fare * (10 + (b >> 45 & 15)) / 100 END AS tip,
          CASE WHEN jfk OR b >> 49 & 31 = 0 THEN 694 ELSE 0 END AS tolls,
          CASE WHEN jfk THEN 175 ELSE 0 END AS airport,
          CASE WHEN b >> 54 & 15 > 0 THEN 250 ELSE 0 END AS congestion,
          50 * (b >> 58 & 3) AS extra
        FROM (
          SELECT *,
            CASE WHEN jfk THEN 7000 ELSE 300 + hundredths * 7 / 4 + seconds * 2 / 3 END AS fare
          FROM (
            SELECT *, seconds * (6 + (a >> 12 & 15)) / 36 AS hundredths
            FROM (
              SELECT n, a, b, c,
                timestamp '2024-01-01' + (n - 1) * 2676600 / rows * interval '1 second'
                  + (a >> 32 & 2047) % 1800 * interval '1 second' AS pickup_at,
                90 + (a >> 1 & 2047) + CASE WHEN a >> 16 & 31 = 0 THEN 1800 ELSE 0 END AS seconds,
                a >> 21 & 31 = 0 AS jfk,
                a >> 26 & 7 = 0 AS cash
              FROM (
                SELECT n, ?::bigint AS rows,
                  hashint8extended(n, 1) AS a,
                  hashint8extended(n, 2) AS b,
                  hashint8extended(n, 3) AS c
                FROM generate_series(1, ?::bigint) AS n
                OFFSET 0) AS hashes
              OFFSET 0) AS trip
            OFFSET 0) AS priced
          OFFSET 0) AS paid
        OFFSET 0) AS charged
      """;

  private SampleTrips() {}

  /**
   * Makes {@link #TABLE} hold exactly the rows 1 to {@code rows}. A table that has as many is left
   * alone, any other is dropped and filled anew, in one transaction.
   */
  public static void fill(Connection connection, long rows) throws SQLException {
    if (rows < 0) {
      throw new IllegalArgumentException("Cannot fill " + TABLE + " with " + rows + " rows");
    }
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try {
      if (count(connection) != rows) {
        create(connection, rows);
      }
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(autoCommit);
    }
  }

  /** The rows in the table, or -1 without a table. */
  private static long count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet table = statement.executeQuery("SELECT to_regclass('" + TABLE + "')")) {
        table.next();
        if (table.getString(1) == null) {
          return -1;
        }
      }
      try (ResultSet count = statement.executeQuery("SELECT count(*) FROM " + TABLE)) {
        count.next();
        return count.getLong(1);
      }
    }
  }

  private static void create(Connection connection, long rows) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS " + TABLE);
      statement.execute(CREATE);
      try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
        insert.setLong(1, rows);
        insert.setLong(2, rows);
        insert.executeUpdate();
      }
      // An index built at the end is several times cheaper than one kept up row by row.
      statement.execute("ALTER TABLE " + TABLE + " ADD PRIMARY KEY (trip_id)");
      statement.execute("ANALYZE " + TABLE);
    }
  }
}
