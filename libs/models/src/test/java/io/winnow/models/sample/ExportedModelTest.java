package io.winnow.models.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.contracts.Json;
import io.winnow.models.GoldenModel;
import io.winnow.models.ModelFile;
import io.winnow.models.Pseudo;
import io.winnow.models.denoiser.ValueRange;
import io.winnow.models.exchange.ModelExport;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A model exported as TorchScript against the model itself. Leaves both exports in target/exported
 * for src/test/python/exported_model.py.
 */
class ExportedModelTest {
  private static final ModelFile MODEL = GoldenModel.FILE;
  private static final int[] LABELS = {0, 1, 2, 3, 2};
  private static final Path FOLDER = Path.of("target", "exported");

  private static Torch torch;
  private static Denoiser denoiser;
  private static SamplerProbe probe;
  private static NDManager scope;
  private static PtSymbolBlock module;

  @BeforeAll
  static void export() throws Exception {
    Files.createDirectories(FOLDER);
    Path file = FOLDER.resolve("model.pt");
    ModelExport.torchscript(MODEL, GoldenModel.weights(), file);
    ModelExport.safetensors(
        MODEL, GoldenModel.weights(), Map.of(), FOLDER.resolve("model.safetensors"));
    torch = Torch.start(new TorchSettings(1, "cpu"));
    denoiser = MODEL.denoiser(torch, GoldenModel.weights());
    probe = new SamplerProbe(torch, MODEL.model(), MODEL.schedule(), GoldenModel.weights());
    scope = torch.newScope();
    try (InputStream stream = Files.newInputStream(file)) {
      module = JniUtils.loadModule((PtNDManager) scope, stream, true, false);
    }
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(false);
  }

  @AfterAll
  static void stop() {
    scope.close();
    probe.close();
    denoiser.close();
    torch.close();
  }

  private static NDArray call(String method, Object... arguments) {
    IValue[] values = Arrays.stream(arguments).map(ExportedModelTest::value).toArray(IValue[]::new);
    try (IValue result = IValueUtils.runMethod(module, method, values)) {
      return result.toTensor((PtNDManager) scope);
    } finally {
      Arrays.stream(values).forEach(IValue::close);
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof NDArray array) {
      return IValue.from((PtNDArray) array);
    }
    return argument instanceof Double number ? IValue.from(number) : IValue.from((long) argument);
  }

  private static NDArray longs(int... values) {
    return scope.create(Arrays.stream(values).asLongStream().toArray());
  }

  @Test
  void forwardIsTheModelsNoiseBitForBit() {
    // given images of pure noise and every class, the null class too
    float[] x = new float[LABELS.length * 3 * 16 * 16];
    double[] uniform = Pseudo.uniform(77, x.length);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (4 * uniform[i] - 2);
    }
    int[] t = new int[LABELS.length];
    Arrays.fill(t, 613);

    // when
    NDArray e =
        call(
            "forward",
            scope.create(x, new Shape(LABELS.length, 3, 16, 16)),
            longs(t),
            longs(LABELS));

    // then
    assertThat(e.toFloatArray()).isEqualTo(probe.epsilon(x, 613, LABELS, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "7, 1, 0",
    "20, 2.5, 11",
    "3, 1, -9223372036854775808",
    "3, 0, 8123456789012345678",
    "1000, 1, 5",
  })
  void samplesAreTheModelsByteForByte(int steps, double guidance, long seed) {
    // given the plan of a request with that seed
    SamplingPlan plan = SamplingPlan.ddim(steps, guidance, LABELS.length, SamplingPlan.seed(seed));

    // when
    NDArray images = call("sample", longs(LABELS), (long) steps, guidance, seed);

    // then
    assertThat(images.getShape()).isEqualTo(new Shape(LABELS.length, 3, 16, 16));
    assertThat(images.toByteArray()).isEqualTo(denoiser.sample(plan, LABELS));
  }

  @Test
  void aModelOnLatentsExportsItsLatentsFloatForFloat() throws Exception {
    // given the same model as one of latents
    ModelFile onLatents =
        new ModelFile(
            MODEL.model().with(MODEL.model().example().with(ValueRange.LATENTS)),
            MODEL.schedule(),
            MODEL.classes(),
            GoldenModel.SPACE);
    Path file = FOLDER.resolve("latent.pt");
    ModelExport.torchscript(onLatents, GoldenModel.weights(), file);
    SamplingPlan plan = SamplingPlan.ddim(4, 1, LABELS.length, SamplingPlan.seed(3));
    byte[] drawn;
    try (Denoiser own = onLatents.denoiser(torch, GoldenModel.weights())) {
      drawn = own.sample(plan, LABELS);
    }

    // when
    float[] latents;
    String description;
    try (InputStream stream = Files.newInputStream(file)) {
      PtSymbolBlock exported = JniUtils.loadModule((PtNDManager) scope, stream, true, false);
      try (IValue y = IValue.from((PtNDArray) longs(LABELS));
          IValue steps = IValue.from(4L);
          IValue guidance = IValue.from(1.0);
          IValue seed = IValue.from(3L);
          IValue result = IValueUtils.runMethod(exported, "sample", y, steps, guidance, seed);
          IValue described = IValueUtils.runMethod(exported, "describe")) {
        latents = result.toTensor((PtNDManager) scope).toFloatArray();
        description = described.toStringValue();
      }
    }

    // then they are the model's own, and it says how they become pictures
    ByteBuffer expected = ByteBuffer.wrap(drawn).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : latents) {
      assertThat(value).isEqualTo(expected.getFloat());
    }
    assertThat(expected.hasRemaining()).isFalse();
    assertThat(
            Json.parse(description.getBytes(StandardCharsets.UTF_8), ModelFile.class, "it")
                .latent())
        .isEqualTo(GoldenModel.SPACE);
  }

  @Test
  void refusesStepsThatTheScheduleDoesNotHave() {
    assertThatThrownBy(() -> call("sample", longs(0), 1001L, 1.0, 0L))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("steps must be at least 1");
    assertThatThrownBy(() -> call("sample", longs(0), 0L, 1.0, 0L))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("steps must be at least 1");
  }

  @Test
  void describesItself() {
    try (IValue description = IValueUtils.runMethod(module, "describe")) {
      byte[] json = description.toStringValue().getBytes(StandardCharsets.UTF_8);
      assertThat(Json.parse(json, ModelFile.class, "description")).isEqualTo(MODEL);
    }
  }
}
