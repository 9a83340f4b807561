package io.winnow.models.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.models.GoldenModel;
import io.winnow.models.ModelFile;
import io.winnow.models.denoiser.ValueRange;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelExportTest {
  private static final int LOCAL_HEADER = 0x04034b50;

  @TempDir Path folder;

  @Test
  void safetensorsHoldEveryParameterAndTheConfiguration() {
    // when
    Path file = folder.resolve("model.safetensors");
    ModelExport.safetensors(
        GoldenModel.FILE, GoldenModel.weights(), Map.of("weights", "ema"), file);

    // then
    assertThat(SafeTensors.bytes(SafeTensors.read(file, "it"), Map.of()))
        .isEqualTo(SafeTensors.bytes(GoldenModel.weights(), Map.of()));
    Map<String, String> metadata = SafeTensors.metadata(file, "it");
    assertThat(metadata)
        .containsEntry("weights", "ema")
        .containsEntry("classes", "[\"a \\\"quoted\\\" cat\",\"Hündin\",\"3\"]")
        .containsEntry(
            "schedule", "{\"kind\":\"LINEAR\",\"prediction\":\"EPSILON\",\"timesteps\":1000}");
    assertThat(new ModelImport(file).configuration()).hasValue(GoldenModel.FILE);
  }

  @Test
  void theConfigurationSaysWhichLatentsAModelDraws() {
    // given a model on latents
    ModelFile onLatents =
        new ModelFile(
            GoldenModel.FILE
                .model()
                .with(GoldenModel.FILE.model().example().with(ValueRange.LATENTS)),
            GoldenModel.FILE.schedule(),
            GoldenModel.FILE.classes(),
            GoldenModel.SPACE);
    Path file = folder.resolve("latent.safetensors");

    // when
    ModelExport.safetensors(onLatents, GoldenModel.weights(), Map.of(), file);

    // then it reads back, and that of a model on pixels does not speak of latents
    assertThat(new ModelImport(file).configuration()).hasValue(onLatents);
    assertThat(onLatents.pictures().toString()).isEqualTo("3×32×32");
    assertThat(new String(Json.bytes(GoldenModel.FILE), StandardCharsets.UTF_8))
        .doesNotContain("latent");
  }

  @Test
  void equalModelsGiveEqualFilesAndNothingElseIsLeft() throws IOException {
    // when
    Path first = folder.resolve("first.pt");
    Path second = folder.resolve("second.pt");
    ModelExport.torchscript(GoldenModel.FILE, GoldenModel.weights(), first);
    ModelExport.torchscript(GoldenModel.FILE, GoldenModel.weights(), second);

    // then
    assertThat(first).hasSameBinaryContentAs(second);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(first, second);
    }
  }

  @Test
  void everyEntryStartsAtAMultipleOf64Bytes() throws IOException {
    // when
    Path file = folder.resolve("model.pt");
    ModelExport.torchscript(GoldenModel.FILE, GoldenModel.weights(), file);

    // then, entry by entry from the start of the file
    List<String> names = new ArrayList<>();
    try (RandomAccessFile zip = new RandomAccessFile(file.toFile(), "r")) {
      byte[] header = new byte[30];
      for (long at = 0; ; ) {
        zip.seek(at);
        zip.readFully(header);
        ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        if (fields.getInt(0) != LOCAL_HEADER) {
          break;
        }
        assertThat(fields.getShort(8)).as("stored").isZero();
        byte[] name = new byte[fields.getShort(26)];
        zip.readFully(name);
        names.add(new String(name));
        long content = at + 30 + name.length + fields.getShort(28);
        assertThat(content % 64).as(new String(name)).isZero();
        at = content + fields.getInt(18);
      }
    }
    assertThat(names)
        .containsExactly(
            "kernel/data.pkl",
            "kernel/code/__torch__.py",
            "kernel/data/0",
            "kernel/constants.pkl",
            "kernel/version",
            "kernel/byteorder");
  }

  @ParameterizedTest
  @CsvSource({"in.bias, is missing", "out.conv.weight, is F32[1]", "extra, is no parameter"})
  void refusesWeightsThatAreNotTheModels(String name, String problem) {
    // given
    Map<String, Tensor> weights = new HashMap<>(GoldenModel.weights());
    if (name.equals("in.bias")) {
      weights.remove(name);
    } else {
      weights.put(name, Tensor.of(new float[] {1}, 1));
    }
    Path file = folder.resolve("model");

    // then
    assertThatThrownBy(() -> ModelExport.torchscript(GoldenModel.FILE, weights, file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tensor " + name + " " + problem);
    assertThatThrownBy(() -> ModelExport.safetensors(GoldenModel.FILE, weights, Map.of(), file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tensor " + name + " " + problem);
    assertThat(file).doesNotExist();
  }
}
