package io.millrace.benchmarks.result;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Bars beside their figures, as SVG that a browser shows in the colours of its light or dark. */
final class Chart {
  private static final int WIDTH = 860;
  private static final int LABELS = 300;
  private static final int FIGURES = 90;
  private static final int LINE = 26;
  private static final int BAR = 16;
  private static final int HEAD = 40;

  private static final String STYLE =
      """
      <style>
        text { font: 13px sans-serif; fill: #1f2328; }
        .title { font-weight: bold; }
        .ours { fill: #1a7f8e; }
        .others { fill: #8c959f; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; }
          .ours { fill: #39b5c6; }
          .others { fill: #6e7681; }
        }
      </style>
      """;

  private Chart() {}

  /** Bars of one kind, under a title. */
  record Panel(String title, List<Bar> bars) {}

  /** One bar, with its figure as text. */
  record Bar(String label, double value, String figure) {}

  /** Writes the panels below each other; bars without a value are left out. */
  static void write(Path file, List<Panel> panels) {
    try {
      Files.writeString(file, svg(panels));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String svg(List<Panel> panels) {
    var body = new StringBuilder();
    int y = 0;
    for (Panel panel : panels) {
      List<Bar> bars = panel.bars().stream().filter(bar -> bar.value() > 0).toList();
      double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
      body.append(text(0, y + HEAD - 14, "title", panel.title()));
      y += HEAD;
      for (Bar bar : bars) {
        double width = Math.max(1, (WIDTH - LABELS - FIGURES) * bar.value() / most);
        body.append(text(0, y + BAR - 3, "label", bar.label()));
        body.append(
            String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                bar.label().startsWith("Millrace") ? "ours" : "others",
                LABELS,
                y,
                width,
                BAR));
        body.append(text(LABELS + (int) width + 6, y + BAR - 3, "figure", bar.figure()));
        y += LINE;
      }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\">%n%3$s%4$s</svg>%n"
        .formatted(WIDTH, y + 8, STYLE, body);
  }

  private static String text(int x, int y, String kind, String text) {
    return "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>%n"
        .formatted(kind, x, y, text.replace("&", "&amp;").replace("<", "&lt;"));
  }
}
