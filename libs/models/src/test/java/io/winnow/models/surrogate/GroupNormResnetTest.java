package io.winnow.models.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.models.TinyModel;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.optimiser.AdamSettings;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupNormResnetTest {
  private static final int B = 24;
  private static final int[] LABELS = TinyModel.labels(B);
  private static final byte[] IMAGES = TinyModel.images(LABELS, 1);

  private static Torch torch;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void featuresAgreeWithANaiveNetwork(boolean wideStem) {
    // given: a network that trained a little, so that no parameter is at its start
    GroupNormResnet architecture = new GroupNormResnet(List.of(4, 6), 2, 2, wideStem);
    ClassifierPlan plan =
        new ClassifierPlan(
            new ClassifierConfig(architecture, 8, 1, 3),
            new AdamSettings(1e-2, 0.9, 0.999, 0.01, 2, 40, 0.1, 1, 0.8),
            false,
            3);
    try (ClassifierTrainer trainer = ClassifierTrainer.create(torch, plan)) {
      for (int step = 0; step < 5; step++) {
        trainer.step(step, IMAGES, LABELS);
      }
      Map<String, Tensor> weights = trainer.emaWeights();
      try (Surrogate surrogate =
          Surrogate.trained(torch, plan.model(), weights, InferenceOptions.DEFAULT)) {
        // when
        float[] features = surrogate.features(IMAGES, B, 1, 8, 8);

        // then
        for (int i = 0; i < B; i++) {
          double[] expected = new Naive(weights, 2).features(image(i), wideStem);
          for (int j = 0; j < 6; j++) {
            assertThat((double) features[i * 6 + j]).isCloseTo(expected[j], within(1e-5));
          }
        }
      }
    }
  }

  @Test
  void resnet18HasFourLevelsAndAStemThatFitsTheImages() {
    ClassifierConfig small = Surrogates.config("resnet-18-gn", new ImageShape(3, 32, 32), 10);
    ClassifierConfig large = Surrogates.config("resnet-18-gn", new ImageShape(3, 224, 224), 10);

    assertThat(small.architecture())
        .isEqualTo(new GroupNormResnet(List.of(64, 128, 256, 512), 2, 32, false));
    assertThat(large.architecture())
        .isEqualTo(new GroupNormResnet(List.of(64, 128, 256, 512), 2, 32, true));
    assertThat(small.dimension()).isEqualTo(512);
  }

  @Test
  void refusesSettingsThatMakeNoNetwork() {
    assertThatThrownBy(() -> new GroupNormResnet(List.of(8, 10), 2, 4, false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("widths [8, 10] in 4 groups");
    assertThatThrownBy(() -> new GroupNormResnet(List.of(8), 0, 4, false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("0 blocks");
    assertThatThrownBy(() -> Surrogates.config("resnet-18-gn", new ImageShape(1, 3, 3), 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("images of 3×3");
  }

  private static double[][][] image(int i) {
    double[][][] image = new double[1][8][8];
    for (int p = 0; p < 64; p++) {
      image[0][p / 8][p % 8] = (IMAGES[i * 64 + p] & 0xff) / 127.5 - 1;
    }
    return image;
  }

  /** The network in float64 loops over C×H×W arrays. */
  private record Naive(Map<String, Tensor> weights, int groups) {

    double[] features(double[][][] image, boolean wideStem) {
      double[][][] h = conv("stem", image, wideStem ? 2 : 1);
      h = relu(norm("stem.norm", h));
      h = wideStem ? halfByMaximum(h) : h;
      for (String block : List.of("level.0.0", "level.0.1", "level.1.0", "level.1.1")) {
        h = block(block, h, block.equals("level.1.0") ? 2 : 1);
      }
      double[] means = new double[h.length];
      for (int c = 0; c < h.length; c++) {
        for (double[] row : h[c]) {
          for (double x : row) {
            means[c] += x / (h[c].length * row.length);
          }
        }
      }
      return means;
    }

    private double[][][] block(String name, double[][][] x, int stride) {
      double[][][] h = relu(norm(name + ".norm1", conv(name + ".conv1", x, stride)));
      h = norm(name + ".norm2", conv(name + ".conv2", h, 1));
      double[][][] shortcut =
          weights.containsKey(name + ".shortcut.weight")
              ? norm(name + ".shortcut.norm", conv(name + ".shortcut", x, stride))
              : x;
      for (int c = 0; c < h.length; c++) {
        for (int y = 0; y < h[c].length; y++) {
          for (int k = 0; k < h[c][y].length; k++) {
            h[c][y][k] += shortcut[c][y][k];
          }
        }
      }
      return relu(h);
    }

    private double[][][] conv(String name, double[][][] x, int stride) {
      Tensor tensor = weights.get(name + ".weight");
      double[] weight = doubles(name + ".weight");
      double[] bias = doubles(name + ".bias");
      int size = (int) tensor.shape()[2];
      int height = x[0].length;
      int width = x[0][0].length;
      double[][][] out =
          new double[bias.length][(height - 1) / stride + 1][(width - 1) / stride + 1];
      for (int o = 0; o < out.length; o++) {
        for (int y = 0; y < out[o].length; y++) {
          for (int k = 0; k < out[o][y].length; k++) {
            double sum = bias[o];
            for (int c = 0; c < x.length; c++) {
              for (int a = 0; a < size; a++) {
                for (int b = 0; b < size; b++) {
                  int row = y * stride + a - size / 2;
                  int column = k * stride + b - size / 2;
                  if (row >= 0 && row < height && column >= 0 && column < width) {
                    sum += weight[((o * x.length + c) * size + a) * size + b] * x[c][row][column];
                  }
                }
              }
            }
            out[o][y][k] = sum;
          }
        }
      }
      return out;
    }

    private double[] doubles(String name) {
      float[] values = weights.get(name).floats();
      return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private double[][][] norm(String name, double[][][] x) {
      double[] weight = doubles(name + ".weight");
      double[] bias = doubles(name + ".bias");
      int each = x.length / groups;
      double[][][] out = new double[x.length][x[0].length][x[0][0].length];
      for (int g = 0; g < groups; g++) {
        double sum = 0;
        double squares = 0;
        int n = 0;
        for (int c = g * each; c < (g + 1) * each; c++) {
          for (double[] row : x[c]) {
            for (double v : row) {
              sum += v;
              squares += v * v;
              n++;
            }
          }
        }
        double mean = sum / n;
        double scale = 1 / Math.sqrt(squares / n - mean * mean + 1e-5);
        for (int c = g * each; c < (g + 1) * each; c++) {
          for (int y = 0; y < x[c].length; y++) {
            for (int k = 0; k < x[c][y].length; k++) {
              out[c][y][k] = (x[c][y][k] - mean) * scale * weight[c] + bias[c];
            }
          }
        }
      }
      return out;
    }

    private static double[][][] relu(double[][][] x) {
      for (double[][] channel : x) {
        for (double[] row : channel) {
          for (int k = 0; k < row.length; k++) {
            row[k] = Math.max(0, row[k]);
          }
        }
      }
      return x;
    }

    private static double[][][] halfByMaximum(double[][][] x) {
      int height = (x[0].length - 1) / 2 + 1;
      int width = (x[0][0].length - 1) / 2 + 1;
      double[][][] out = new double[x.length][height][width];
      for (int c = 0; c < x.length; c++) {
        for (int y = 0; y < height; y++) {
          for (int k = 0; k < width; k++) {
            double best = Double.NEGATIVE_INFINITY;
            for (int row = Math.max(0, 2 * y - 1);
                row <= Math.min(x[c].length - 1, 2 * y + 1);
                row++) {
              for (int column = Math.max(0, 2 * k - 1);
                  column <= Math.min(x[c][row].length - 1, 2 * k + 1);
                  column++) {
                best = Math.max(best, x[c][row][column]);
              }
            }
            out[c][y][k] = best;
          }
        }
      }
      return out;
    }
  }
}
