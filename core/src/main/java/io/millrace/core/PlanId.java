package io.millrace.core;

import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One reading of a run. Ordered: a later plan of the same run supersedes an earlier one.
 *
 * @param epochMillis when it was made by the source's clock, and at least one above the plan before
 *     it
 * @param nonce tells apart two plans of the same millisecond: {@code [a-z0-9]+}
 * @param replay 0 for the plan as the source sent it; n for what replay number n makes of it, which
 *     is later than the plan and all replays before, and earlier than the source's next plan
 */
public record PlanId(long epochMillis, String nonce, int replay) implements Comparable<PlanId> {
  private static final Pattern TEXT =
      Pattern.compile("([0-9]{13})-([a-z0-9]{1,40})(?:\\.r([1-9][0-9]{0,8}))?");
  private static final Comparator<PlanId> ORDER =
      Comparator.comparingLong(PlanId::epochMillis)
          .thenComparing(PlanId::nonce)
          .thenComparingInt(PlanId::replay);

  public PlanId {
    String text = text(epochMillis, nonce, replay);
    if (!TEXT.matcher(text).matches()) {
      throw malformed(text);
    }
  }

  /** A plan as the source sent it. */
  public PlanId(long epochMillis, String nonce) {
    this(epochMillis, nonce, 0);
  }

  /** Reads what {@link #toString} wrote. */
  public static PlanId parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      throw malformed(text);
    }
    int replay = m.group(3) == null ? 0 : Integer.parseInt(m.group(3));
    return new PlanId(Long.parseLong(m.group(1)), m.group(2), replay);
  }

  /** The plan made at {@code now} after one of {@code last} milliseconds (0 if there was none). */
  public static PlanId after(long last, Instant now, String nonce) {
    return new PlanId(Math.max(last + 1, now.toEpochMilli()), nonce);
  }

  /** What a replay of this number makes of the plan. */
  public PlanId replayed(int number) {
    return new PlanId(epochMillis, nonce, number);
  }

  @Override
  public int compareTo(PlanId other) {
    return ORDER.compare(this, other);
  }

  /** 13 digits, a hyphen, the nonce: sorts as plans do; of a replay, {@code .r} and its number. */
  @Override
  public String toString() {
    return text(epochMillis, nonce, replay);
  }

  private static String text(long epochMillis, String nonce, int replay) {
    String plan = String.format(Locale.ROOT, "%013d-%s", epochMillis, nonce);
    return replay == 0 ? plan : plan + ".r" + replay;
  }

  private static MillraceException malformed(String text) {
    return MillraceException.data(
        "Cannot parse plan \"%s\": expected 13 digits, a hyphen and [a-z0-9]+, such as 1795171234567-k3f9"
            .formatted(text));
  }
}
