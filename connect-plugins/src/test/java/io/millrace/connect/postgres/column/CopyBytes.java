package io.millrace.connect.postgres.column;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Bytes as Postgres would send them, written from its manual and from numeric.c's description. */
public final class CopyBytes {
  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0
  };

  private CopyBytes() {}

  /** A tuple; a field that is null is NULL. */
  public static byte[] tuple(byte[]... fields) {
    int length = Short.BYTES;
    for (byte[] field : fields) {
      length += Integer.BYTES + (field == null ? 0 : field.length);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).putShort((short) fields.length);
    for (byte[] field : fields) {
      bytes.putInt(field == null ? -1 : field.length);
      if (field != null) {
        bytes.put(field);
      }
    }
    return bytes.array();
  }

  /**
   * The messages of a whole COPY: the header rides with the first tuple, the trailer comes last.
   */
  public static List<byte[]> messages(List<byte[]> tuples) {
    var messages = new ArrayList<>(tuples);
    messages.add(int16((short) -1));
    byte[] first = messages.get(0);
    messages.set(
        0,
        ByteBuffer.allocate(SIGNATURE.length + 8 + first.length)
            .put(SIGNATURE)
            .putInt(0)
            .putInt(0)
            .put(first)
            .array());
    return messages;
  }

  public static byte[] int16(short value) {
    return ByteBuffer.allocate(Short.BYTES).putShort(value).array();
  }

  public static byte[] int32(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  public static byte[] int64(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  /** numeric: digits of base 10,000 without zeros at either end. */
  public static byte[] numeric(BigDecimal value) {
    BigInteger base = BigInteger.valueOf(10_000);
    int scale = Math.max(0, value.scale());
    int fraction = (scale + 3) / 4;
    BigInteger rest = value.abs().setScale(fraction * 4).unscaledValue();
    var digits = new ArrayList<Short>();
    while (rest.signum() != 0) {
      digits.add(rest.mod(base).shortValueExact());
      rest = rest.divide(base);
    }
    Collections.reverse(digits);
    int weight = digits.size() - fraction - 1;
    while (!digits.isEmpty() && digits.get(digits.size() - 1) == 0) {
      digits.remove(digits.size() - 1);
    }
    return numeric(digits.isEmpty() ? 0 : weight, value.signum() < 0 ? 0x4000 : 0, scale, digits);
  }

  /** numeric from its parts. */
  public static byte[] numeric(int weight, int sign, int scale, List<Short> digits) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + 2 * digits.size());
    bytes.putShort((short) digits.size());
    bytes.putShort((short) weight);
    bytes.putShort((short) sign);
    bytes.putShort((short) scale);
    digits.forEach(bytes::putShort);
    return bytes.array();
  }
}
