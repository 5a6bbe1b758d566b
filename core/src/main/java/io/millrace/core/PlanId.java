package io.millrace.core;

import java.time.Instant;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One reading of a run. Ordered: a later plan of the same run supersedes an earlier one.
 *
 * @param epochMillis when it was made by the source's clock, and at least one above the plan before
 *     it
 * @param nonce tells apart two plans of the same millisecond: {@code [a-z0-9]+}
 */
public record PlanId(long epochMillis, String nonce) implements Comparable<PlanId> {
  private static final int DIGITS = 13;
  private static final Pattern TEXT = Pattern.compile("([0-9]{13})-([a-z0-9]{1,40})");
  private static final Comparator<PlanId> ORDER =
      Comparator.comparingLong(PlanId::epochMillis).thenComparing(PlanId::nonce);

  public PlanId {
    String text = text(epochMillis, nonce);
    if (!TEXT.matcher(text).matches()) {
      throw malformed(text);
    }
  }

  /** Reads what {@link #toString} wrote. */
  public static PlanId parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      throw malformed(text);
    }
    return new PlanId(Long.parseLong(m.group(1)), m.group(2));
  }

  /** The plan made at {@code now} after one of {@code last} milliseconds (0 if there was none). */
  public static PlanId after(long last, Instant now, String nonce) {
    return new PlanId(Math.max(last + 1, now.toEpochMilli()), nonce);
  }

  @Override
  public int compareTo(PlanId other) {
    return ORDER.compare(this, other);
  }

  /** 13 digits, a hyphen, the nonce: text sorts as plans do. */
  @Override
  public String toString() {
    return text(epochMillis, nonce);
  }

  private static String text(long epochMillis, String nonce) {
    String millis = Long.toString(epochMillis);
    return "0".repeat(Math.max(0, DIGITS - millis.length())) + millis + "-" + nonce;
  }

  private static MillraceException malformed(String text) {
    return MillraceException.data(
        "Cannot parse plan \"%s\": expected 13 digits, a hyphen and [a-z0-9]+, such as 1795171234567-k3f9"
            .formatted(text));
  }
}
