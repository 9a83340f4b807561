package io.winnow.torch.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.torch.kernel.Layers.Start;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionWriterTest {
  private final ParameterTable table = new ParameterTable();
  private final FunctionWriter writer = new FunctionWriter("f", List.of("x: Tensor"));
  private final Layers layers = new Layers(writer, table);
  private final Value image = new Value("x", List.of(Value.BATCH, 6, 8, 8));

  @Test
  void writesOneReadableLineAnOperation() {
    Value wide = new Value("x", List.of(Value.BATCH, 16, 8, 8));
    Value h = layers.conv("in", wide, 32, 3, 2, Start.GLOROT);

    assertThat(h.shape()).containsExactly(Value.BATCH, 32, 4, 4);
    assertThat(writer.finish(writer.silu(h)))
        .isEqualTo(
            """
            def f(self: __torch__.Kernel, x: Tensor) -> Tensor:
              # in
              x0 = torch.conv2d(x, p[0], p[1], [2, 2], [1, 1])
              x1 = torch.silu(x0)
              return x1
            """);
    assertThat(table.parameters().stream().map(ParameterTable.Parameter::name))
        .containsExactly("in.weight", "in.bias");
    assertThat(table.size()).isEqualTo(32 * 16 * 9 + 32);
  }

  @Test
  void fillsUpAConvolutionsBlocksOfSixteenAndCutsWhatWasAdded() {
    Value h = layers.conv("in", image, 4, 3, 1, Start.GLOROT);

    assertThat(h.shape()).containsExactly(Value.BATCH, 4, 8, 8);
    assertThat(writer.finish(h))
        .contains("torch.conv2d(torch.constant_pad_nd(x, [0, 0, 0, 0, 0, 10]), ")
        .contains("torch.constant_pad_nd(p[0], [0, 0, 0, 0, 0, 10, 0, 12])")
        .contains("torch.constant_pad_nd(p[1], [0, 12])")
        .contains("torch.slice(x0, 1, 0, 4)");
    assertThat(table.size()).as("no parameter is added").isEqualTo(4 * 6 * 9 + 4);
  }

  @Test
  void namesTheLayerThatDoesNotFit() {
    assertThatThrownBy(() -> layers.groupNorm("down.0.norm1", image, 4))
        .hasMessageContaining("layer down.0.norm1")
        .hasMessageContaining("6 channels into 4");
    assertThatThrownBy(() -> layers.attention("middle.attention", image, 4, 3))
        .hasMessageContaining("layer middle.attention")
        .hasMessageContaining("6 channels among 4 heads");
    assertThatThrownBy(() -> layers.linear("time.linear1", new Value("s", List.of(Value.BATCH)), 4))
        .hasMessageContaining("layer time.linear1")
        .hasMessageContaining("expects B×F");
    Value half = layers.conv("down.0.halve", image, 6, 3, 2, Start.GLOROT);
    assertThatThrownBy(() -> writer.concat(image, half))
        .hasMessageContaining("layer down.0.halve")
        .hasMessageContaining("cannot concatenate");
    assertThatThrownBy(() -> writer.add(image, half)).hasMessageContaining("cannot add");
    assertThatThrownBy(() -> writer.spaceToDepth(image, 3)).hasMessageContaining("squares of 3");
    assertThatThrownBy(() -> writer.reshape(image, List.of(Value.BATCH, 7)))
        .hasMessageContaining("cannot see");
  }

  @Test
  void refusesASecondParameterOfAName() {
    layers.linear("out", new Value("e", List.of(Value.BATCH, 3)), 2);

    assertThatThrownBy(() -> layers.linear("out", new Value("e", List.of(Value.BATCH, 3)), 2))
        .hasMessageContaining("two parameters are named out.weight");
  }

  @Test
  void aParametersStartDependsOnItsNameAndTheSeedOnly() {
    // given the same layer behind another one
    layers.conv("a", image, 4, 3, 1, Start.GLOROT);
    ParameterTable other = new ParameterTable();
    Layers otherLayers = new Layers(new FunctionWriter("g", List.of("x: Tensor")), other);
    otherLayers.groupNorm("before", image, 3);
    otherLayers.conv("a", image, 4, 3, 1, Start.GLOROT);

    // then it starts with the same weights, within Glorot's bound
    ByteBuffer first = table.initialise(5, 0);
    ByteBuffer second = other.initialise(5, 0);
    float bound = (float) Math.sqrt(6.0 / (6 * 9 + 4 * 9));
    double square = 0;
    for (int i = 0; i < 4 * 6 * 9; i++) {
      float value = first.getFloat(4 * i);
      assertThat(value).isBetween(-bound, bound).isEqualTo(second.getFloat(4 * (12 + i)));
      square += value * value;
    }
    assertThat(square / (4 * 6 * 9)).isBetween(0.2 * bound * bound, 0.5 * bound * bound);
    assertThat(table.initialise(6, 0)).isNotEqualTo(first);
  }

  @Test
  void equalSourcesPackToEqualArchives() {
    KernelSource source = new KernelSource("a", List.of(writer.finish(writer.silu(image))));

    assertThat(KernelArchive.pack(source)).isEqualTo(KernelArchive.pack(source));
    assertThat(source.digest()).hasSize(64);
    assertThat(new KernelSource("b", source.functions()).digest()).isEqualTo(source.digest());
  }
}
