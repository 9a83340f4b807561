package io.winnow.torch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.sun.jna.NativeLibrary;
import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Precision;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TorchTest {
  private static final KernelSource ADD =
      new KernelSource(
          "addition",
          List.of(
              "def add(self: __torch__.Kernel, a: Tensor, b: Tensor) -> Tensor:\n  return torch.add(a, b)\n"));

  @Test
  void runsAKernelWrittenFromJava() {
    try (Torch torch = Torch.start(new TorchSettings(1, "cpu"));
        NDManager scope = torch.newScope()) {
      // when the kernel is asked for twice
      ScriptModule kernel = torch.kernel(ADD);
      assertThat(torch.kernel(ADD)).isSameAs(kernel);

      // then it adds, and says its name where it cannot
      NDArray a = scope.create(new float[] {1, 2});
      assertThat(
              kernel
                  .call(scope, "add", Gradients.NONE, a, scope.create(new float[] {3, 4}))
                  .head()
                  .toFloatArray())
          .containsExactly(4, 6);
      assertThatThrownBy(
              () ->
                  kernel.call(scope, "add", Gradients.NONE, a, scope.create(new float[] {1, 2, 3})))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("addition.add");
    }
  }

  @Test
  void theEngineOutlivesWhoeverClosesIt() {
    Torch.start(new TorchSettings(1, "cpu")).close();

    runsAKernelWrittenFromJava();
  }

  @Test
  void namesADeviceThatIsNotThere() {
    assertThatThrownBy(() -> Torch.start(new TorchSettings(1, "cuda:99")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no device cuda:99");
    assertThatThrownBy(() -> new TorchSettings(1, "gpu"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no such device: gpu");
    assertThatThrownBy(() -> new TorchSettings(-1, "cpu"))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void knowsWhichProcessorsMultiplyInBfloat16() {
    assertThat(Bfloat16.saysSo(Stream.of("model name : X", "flags\t\t: fpu avx512_bf16 amx_tile")))
        .isTrue();
    assertThat(Bfloat16.saysSo(Stream.of("Features\t: fp asimd i8mm bf16"))).isTrue();
    assertThat(Bfloat16.saysSo(Stream.of("flags\t\t: fpu avx2 avx512f"))).isFalse();
    try (Torch torch = Torch.start(new TorchSettings(1, "cpu"))) {
      assertThatCode(() -> torch.require(Precision.FLOAT32, "training.precision"))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void threadsSleepSoonUnlessToldOtherwise() {
    Torch.start(new TorchSettings(1, "cpu")).close();

    // the C library's own view: the JVM's is a copy of its start
    assertThat(
            NativeLibrary.getProcess()
                .getFunction("getenv")
                .invokeString(new Object[] {"OMP_WAIT_POLICY"}, false))
        .isEqualTo(System.getenv().getOrDefault("OMP_WAIT_POLICY", "PASSIVE"));
  }

  @Test
  void foldsASeedsHalves() {
    assertThat(Torch.generatorSeed(0x0000_0001_0000_0000L)).isEqualTo(1);
    assertThat(Torch.generatorSeed(0xFFFF_FFFF_0000_0000L)).isEqualTo(0xFFFF_FFFFL);
    assertThat(Torch.generatorSeed(-1)).isZero();
  }
}
