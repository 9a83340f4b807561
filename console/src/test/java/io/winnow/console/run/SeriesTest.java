package io.winnow.console.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {

  @Test
  void keepsEveryPointWhileThereAreFew() {
    // given
    Series series = new Series();

    // when
    series.add(64, 0.9);
    series.add(128, 0.5);

    // then
    assertThat(series.points()).containsExactly(new double[] {64, 0.9}, new double[] {128, 0.5});
  }

  @Test
  void isThinnedOutEvenlyAndNeverGrowsBeyondItsBound() {
    // given
    Series series = new Series();

    // when many more come than are kept
    for (int i = 0; i < 10_000; i++) {
      series.add(i, 2.0 * i);
      assertThat(series.points().size()).isLessThanOrEqualTo(Series.MOST);
    }

    // then those that are kept lie equally far apart, from the first on, and are as given
    List<double[]> points = series.points();
    assertThat(points.size()).isGreaterThan(Series.MOST / 4);
    double step = points.get(1)[0] - points.get(0)[0];
    for (int i = 0; i < points.size(); i++) {
      assertThat(points.get(i)).containsExactly(i * step, 2 * i * step);
    }
    assertThat(points.get(points.size() - 1)[0]).isGreaterThan(10_000 - 2 * step);
  }

  @Test
  void ofAJobThatWasResumedForgetsWhatIsDoneAgain() {
    // given a job that was killed at 300
    Series series = new Series();
    series.add(100, 3);
    series.add(200, 2);
    series.add(300, 1);

    // when it goes on from 100
    series.add(200, 2.5);

    // then
    assertThat(series.points()).containsExactly(new double[] {100, 3}, new double[] {200, 2.5});
  }
}
