package io.winnow.reweighting;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.artifacts.ClassWeights;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class WeightsPictureTest {

  @Test
  void drawsALineAndALegendForEachClass() throws Exception {
    // given
    ClassWeights.Curve curve =
        new ClassWeights.Curve(
            new int[] {1, 2, 3},
            new double[][] {{0.5, 0.5}, {0.4, 0.6}, {0.2, 0.8}},
            new double[3][2]);

    // when
    byte[] png = WeightsPicture.png("dro", List.of("cat", "dog"), curve).orElseThrow();

    // then: a picture with the colours of both, of which the greatest has the first
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(picture.getWidth()).isEqualTo(1000);
    assertThat(picture.getHeight()).isEqualTo(640);
    Set<Integer> colours = new HashSet<>();
    for (int x = 0; x < picture.getWidth(); x++) {
      for (int y = 0; y < picture.getHeight(); y++) {
        colours.add(picture.getRGB(x, y) & 0xFFFFFF);
      }
    }
    assertThat(colours).contains(0x1F77B4, 0xFF7F0E).doesNotContain(0x2CA02C);
    assertThat(WeightsPicture.drawn(curve)).containsExactly(1, 0);
  }

  @Test
  void anUpdateAloneCanBeDrawn() {
    ClassWeights.Curve curve =
        new ClassWeights.Curve(new int[] {1}, new double[][] {{1}}, new double[1][1]);
    assertThat(WeightsPicture.png("dro", List.of("only"), curve)).isPresent();
  }

  @Test
  void ofManyClassesOrNamesTwiceTheOutermostAreDrawn() {
    // given 50 classes, each heavier than the one before, of one name
    double[] last = IntStream.range(0, 50).mapToDouble(c -> c).toArray();
    ClassWeights.Curve curve =
        new ClassWeights.Curve(new int[] {1}, new double[][] {last}, new double[1][50]);
    String[] names = new String[50];
    Arrays.fill(names, "same");

    // when
    byte[] png = WeightsPicture.png("dro", List.of(names), curve).orElseThrow();

    // then
    assertThat(png).isNotEmpty();
    assertThat(WeightsPicture.drawn(curve))
        .containsExactly(49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  }
}
