package io.winnow.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class HtmlReportTest {

  @Test
  void thePageIsSelfContainedAndEscaped() {
    // given
    HtmlReport report =
        new HtmlReport(
            "x <script>",
            List.of("A & B"),
            List.of(
                new HtmlReport.Table(
                    "T", "words", List.of("a", "b"), List.of(List.of("1", "<2>")))),
            List.of(HtmlReport.Picture.of("chart", "of it", new byte[] {1, 2, 3})),
            List.of(HtmlReport.Picture.of("grid", "", new byte[] {4, 5, 6})),
            List.of("run 1: why"),
            List.of(new HtmlReport.Text("run", "{\"a\": 1}")));

    // when
    String page = report.page();

    // then
    assertThat(page)
        .contains("<title>x &lt;script&gt;</title>", "<li>A &amp; B</li>", "<td>&lt;2&gt;</td>")
        .contains("<img alt=\"chart\" src=\"data:image/png;base64,AQID\">")
        .contains("src=\"data:image/png;base64,BAUG\"", "run 1: why", "<pre>{&quot;a&quot;: 1}")
        .contains("name=\"viewport\"")
        .doesNotContain("http://", "https://", "<script>");
  }

  @Test
  void chartsAreDrawn() throws Exception {
    // when
    byte[] png = Charts.weights(List.of("a", "b"), Map.of("dro", List.of(0.5, 1.5)));

    // then
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getWidth()).isEqualTo(900);
    long colours =
        java.util.Arrays.stream(image.getRGB(0, 0, 900, 640, null, 0, 900)).distinct().count();
    assertThat(colours).isGreaterThan(3);
  }
}
