package io.millrace.benchmarks.spark;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a table over JDBC and writes Parquet, once for each line of its input, which is the folder
 * to write. Usage: {@code JdbcToParquet URL USER TABLE KEY ROWS}.
 */
public final class JdbcToParquet {
  private static final String PARTITIONS = "4";
  private static final String FETCH_SIZE = "10000";

  private JdbcToParquet() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("benchmark")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.parquet.compression.codec", "zstd")
            .getOrCreate()) {
      spark.range(1).count();
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      System.out.println("ready");
      for (String folder = in.readLine(); folder != null; folder = in.readLine()) {
        copy(spark, args, folder);
        System.out.println("done " + args[4]);
      }
    }
  }

  private static void copy(SparkSession spark, String[] args, String folder) {
    spark
        .read()
        .format("jdbc")
        .option("url", args[0])
        .option("user", args[1])
        .option("dbtable", args[2])
        .option("fetchsize", FETCH_SIZE)
        .option("partitionColumn", args[3])
        .option("lowerBound", "1")
        .option("upperBound", Long.toString(Long.parseLong(args[4]) + 1))
        .option("numPartitions", PARTITIONS)
        .option("preferTimestampNTZ", "true")
        .load()
        .write()
        .parquet(folder);
  }
}
