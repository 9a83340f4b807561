package io.winnow.selection.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Rectangle2D;
import org.junit.jupiter.api.Test;

class LetteringTest {
  private final Lettering lettering = Lettering.load();

  @Test
  void writesOnTheLine() {
    // when
    Rectangle2D h = lettering.shape("H", 100, 50, 20).getBounds2D();
    Rectangle2D wide = lettering.shape("HHHH", 100, 50, 20).getBounds2D();

    // then: a capital of DejaVu Sans is 0.729 em high
    assertThat(h.getMaxY()).isEqualTo(50);
    assertThat(h.getHeight()).isCloseTo(0.729 * 20, within(0.01));
    assertThat(h.getX()).isBetween(100.0, 103.0);
    assertThat(wide.getX()).isEqualTo(h.getX());
    assertThat(wide.getMaxX()).isLessThan(100 + lettering.width("HHHH", 20));
    assertThat(lettering.width("HHHH", 20)).isCloseTo(4 * lettering.width("H", 20), within(1e-9));
  }

  @Test
  void knowsTheLettersOfManyLanguagesAndDrawsABoxForOthers() {
    // given
    Rectangle2D box = lettering.shape("□", 0, 0, 20).getBounds2D();

    // then
    for (String letter : new String[] {"é", "ß", "Ł", "λ", "Ж", "—", "…", "€", "0"}) {
      assertThat(lettering.shape(letter, 0, 0, 20).getBounds2D()).as(letter).isNotEqualTo(box);
    }
    assertThat(lettering.shape("猫", 0, 0, 20).getBounds2D()).isEqualTo(box);
    assertThat(lettering.width("😀", 20)).isEqualTo(lettering.width("□", 20));
  }

  @Test
  void shortensWhatDoesNotFit() {
    // given
    String name = "yellow-bellied sapsucker";

    // when
    String fitted = lettering.fit(name, 20, 120);

    // then
    assertThat(lettering.fit(name, 20, 1000)).isEqualTo(name);
    assertThat(fitted).startsWith("yellow").endsWith("…");
    assertThat(lettering.width(fitted, 20)).isBetween(90.0, 120.0);
  }
}
