package io.winnow.experiments;

import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The report as one self-contained HTML page.
 *
 * @param name of the experiment
 * @param facts sentences that explain the metrics
 * @param tables in order
 * @param charts in order
 * @param grids pictures of samples
 * @param missing runs without a result, and why
 * @param runs every run with its spec
 */
record HtmlReport(
    String name,
    List<String> facts,
    List<Table> tables,
    List<Picture> charts,
    List<Picture> grids,
    List<String> missing,
    List<Text> runs) {

  /** A table with an introduction. */
  record Table(String title, String text, List<String> header, List<List<String>> rows) {
    static Table of(
        String title, String text, List<MarkdownReport.Column> columns, List<Findings.Arm> arms) {
      return new Table(
          title,
          text,
          columns.stream().map(MarkdownReport.Column::title).toList(),
          arms.stream()
              .map(arm -> columns.stream().map(c -> c.cell().apply(arm)).toList())
              .toList());
    }
  }

  /** A PNG with an introduction. */
  record Picture(String title, String text, String base64) {
    static Picture of(String title, String text, byte[] png) {
      return new Picture(title, text, Base64.getEncoder().encodeToString(png));
    }
  }

  /** A heading and preformatted text. */
  record Text(String title, String text) {}

  String page() {
    Engine engine =
        Engine.builder()
            .addDefaults()
            .addValueResolver(new ReflectionValueResolver())
            .addResultMapper(new HtmlEscaper(List.of("text/html")))
            .build();
    Template template =
        engine.parse(source(), new io.quarkus.qute.Variant(null, "text/html", "UTF-8"));
    return template
        .data("name", name)
        .data("facts", facts)
        .data("tables", tables)
        .data("charts", charts)
        .data("grids", grids)
        .data("missing", missing)
        .data("runs", runs)
        .render();
  }

  private static String source() {
    try (InputStream stream = HtmlReport.class.getResourceAsStream("report.html")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the template of the report", e);
    }
  }
}
