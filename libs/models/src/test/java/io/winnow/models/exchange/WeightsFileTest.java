package io.winnow.models.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.models.ModelFile;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFileTest {
  private static final String INDEX = "de_blocks.1.attn.rel_pos_bias.relative_position_index";
  private static final DenoiserConfig MDT =
      DenoiserConfig.of(
          new ModelSpec(
              "mdt",
              "mdtv2-s/2",
              Map.of("hiddenSize", 8, "depth", 4, "heads", 2, "decoderDepth", 2)),
          ExampleSpec.pixels(1, 4, 4),
          2);

  @TempDir Path folder;

  private static Map<String, Tensor> check(Map<String, Tensor> tensors) {
    return ParameterCheck.require(
        MDT.parameters(), tensors, MDT.buffers(), "file", () -> ParameterCheck.REMEDY);
  }

  @Test
  void whatIsImportedUnderTheOfficialNamesIsExportedBitForBit() {
    // given an MDT of 2×2 tokens as the authors' code saves it, its index buffers included
    Map<String, Tensor> official = new HashMap<>(MDT.parameters().initial(1));
    Tensor index = Tensor.of(new long[] {4, 3, 1, 0, 5, 4, 2, 1, 7, 6, 4, 3, 8, 7, 5, 4}, 4, 4);
    for (String block :
        List.of("en_inblocks.0", "en_outblocks.0", "de_blocks.0", "de_blocks.1", "sideblocks.0")) {
      official.put(block + ".attn.rel_pos_bias.relative_position_index", index);
    }
    Path given = folder.resolve("given.safetensors");
    SafeTensors.write(given, official, Map.of());

    // when
    Map<String, Tensor> imported = check(WeightsFile.read(given, null, "file", remark -> {}));
    Path exported = folder.resolve("exported.safetensors");
    ModelFile model = new ModelFile(MDT, NoiseSchedule.linear(), List.of("a", "b"), null);
    ModelExport.safetensors(model, imported, Map.of(), exported);

    // then
    assertThat(SafeTensors.bytes(SafeTensors.read(exported, "it"), Map.of()))
        .isEqualTo(SafeTensors.bytes(official, Map.of()));
  }

  @Test
  void theFirstProblemsAreNamedAndTheOthersCounted() {
    // given
    Map<String, Tensor> tensors = new HashMap<>(MDT.parameters().initial(1));
    tensors.remove("pos_embed");
    tensors.put("mask_token", Tensor.of(new float[4], 1, 1, 4));
    tensors.put(INDEX, Tensor.of(new long[16], 4, 4));
    tensors.put("more", Tensor.of(new float[1], 1));

    // then
    assertThatThrownBy(() -> check(tensors))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tensor pos_embed is missing, the model wants F32[1, 4, 8]")
        .hasMessageContaining("tensor mask_token is F32[1, 1, 4], the model wants F32[1, 1, 8]")
        .hasMessageContaining("tensor " + INDEX + " has other values than the model's; and 1 more");
    assertThatThrownBy(
            () -> WeightsFile.read(folder.resolve("a.safetensors"), "ema", "file", remark -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no key \"ema\"");
  }

  @Test
  void halfPrecisionIsWidenedAndAPrefixOfAllNamesIsRemovedAndSaid() throws Exception {
    // given an entry "ema" with bfloat16, float16 and float32 under names that begin with module.
    Path file = Path.of(WeightsFileTest.class.getResource("/golden/prefixed-half.pt").toURI());
    List<String> remarks = new ArrayList<>();

    // when
    Map<String, Tensor> weights = WeightsFile.read(file, "ema", "half.pt", remarks::add);

    // then
    assertThat(weights).containsOnlyKeys("a.weight", "b", "c");
    assertThat(weights.get("a.weight").floats()).containsExactly(1.5f, -2, 0.15625f);
    assertThat(weights.get("b").floats()).containsExactly(1, 65504);
    assertThat(weights.get("b").shape()).containsExactly(2, 1);
    assertThat(weights.get("c").floats()).containsExactly(3.25f);
    assertThat(remarks)
        .containsExactly("removed \"module.\" from the front of every name in half.pt");
  }
}
