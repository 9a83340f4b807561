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
 * The report as one page that needs nothing else: pictures are in it.
 *
 * @param name of the experiment
 * @param facts what the figures rest on, in sentences
 * @param tables in order
 * @param charts in order
 * @param grids pictures of samples
 * @param missing runs that are not through, and why
 * @param runs every run and its spec
 */
record HtmlReport(
    String name,
    List<String> facts,
    List<Table> tables,
    List<Picture> charts,
    List<Picture> grids,
    List<String> missing,
    List<Text> runs) {

  /** Some words on a table, and the table. */
  record Table(String title, String words, List<String> header, List<List<String>> rows) {
    static Table of(
        String title, String words, List<MarkdownReport.Column> columns, List<Findings.Arm> arms) {
      return new Table(
          title,
          words,
          columns.stream().map(MarkdownReport.Column::title).toList(),
          arms.stream()
              .map(arm -> columns.stream().map(c -> c.cell().apply(arm)).toList())
              .toList());
    }
  }

  /** A PNG. */
  record Picture(String title, String words, String base64) {
    static Picture of(String title, String words, byte[] png) {
      return new Picture(title, words, Base64.getEncoder().encodeToString(png));
    }
  }

  /** A heading and what is below it. */
  record Text(String title, String words) {}

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
      throw new UncheckedIOException("the report's template cannot be read", e);
    }
  }
}
