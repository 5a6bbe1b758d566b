package io.millrace.core.options;

import java.util.regex.Pattern;

/** Values that lie in files of their own. */
public final class FileText {
  private static final Pattern LINE_ENDS = Pattern.compile("[\\r\\n]+$");

  private FileText() {}

  /**
   * A file's text without the line end that editors add; a Connect worker hands it over with it.
   */
  public static String value(String text) {
    return LINE_ENDS.matcher(text).replaceFirst("");
  }
}
