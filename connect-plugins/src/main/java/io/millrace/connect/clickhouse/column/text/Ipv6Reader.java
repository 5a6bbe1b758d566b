package io.millrace.connect.clickhouse.column.text;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import org.apache.arrow.vector.FieldVector;

/**
 * {@code IPv6}: 16 bytes in network order. Written as {@code inet_ntop} and ClickHouse do (RFC
 * 5952): the longest run of two or more zero groups is left out, the first of equally long ones; an
 * address that holds one of IPv4 ends with it.
 */
final class Ipv6Reader extends AddressReader {
  private static final int GROUPS = 8;
  private static final int MAPPED = 5;
  private static final int COMPATIBLE = 6;

  private final int[] groups = new int[GROUPS];
  private int runStart;
  private int runLength;

  Ipv6Reader(FieldVector vector) {
    super(vector);
  }

  @Override
  void write(NativeInput in) {
    for (int i = 0; i < GROUPS; i++) {
      int upper = in.uint8();
      groups[i] = upper << Byte.SIZE | in.uint8();
    }
    findRun();
    for (int i = 0; i < GROUPS; i++) {
      if (runLength > 0 && i == runStart) {
        put(':');
        i += runLength - 1;
        if (i == GROUPS - 1) {
          put(':');
        }
        continue;
      }
      if (i > 0) {
        put(':');
      }
      if (i == GROUPS - 2 && endsWithIpv4()) {
        putDotted(groups[i] << Short.SIZE | groups[i + 1]);
        return;
      }
      putNumber(groups[i], 16);
    }
  }

  private boolean endsWithIpv4() {
    return runStart == 0
        && (runLength == COMPATIBLE || (runLength == MAPPED && groups[MAPPED] == 0xffff));
  }

  private void findRun() {
    runStart = 0;
    runLength = 0;
    int length = 0;
    for (int i = 0; i < GROUPS; i++) {
      length = groups[i] == 0 ? length + 1 : 0;
      if (length > runLength) {
        runLength = length;
        runStart = i - length + 1;
      }
    }
    if (runLength < 2) {
      runLength = 0;
    }
  }
}
