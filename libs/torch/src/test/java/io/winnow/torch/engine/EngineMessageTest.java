package io.winnow.torch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineMessageTest {

  @Test
  void takesWhatFollowsTheLastErrorAndDropsTheFrames() {
    String message =
        """
        kernel.forward: The following operation failed in the TorchScript interpreter.
        Traceback of TorchScript, serialized code (most recent call last):
          File "code/__torch__.py", line 3, in forward
            return torch.matmul(x, w)
                   ~~~~~~~~~~~~ <--- HERE
        RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3072 and 784x10)
        """;

    assertThat(EngineMessage.summary(message))
        .isEqualTo("mat1 and mat2 shapes cannot be multiplied (2x3072 and 784x10)");
  }

  @Test
  void takesTheFirstLineOfAMessageWithoutAnError() {
    assertThat(EngineMessage.summary("\nUnknown builtin op: vision::nms.\nCould not find any.\n"))
        .isEqualTo("Unknown builtin op: vision::nms.");
    assertThat(EngineMessage.summary("a".repeat(999))).hasSize(241).endsWith("…");
  }

  @Test
  void saysSoIfThereIsNone() {
    assertThat(EngineMessage.summary(null)).isEqualTo("the engine gives no reason");
    assertThat(EngineMessage.summary(" \n ")).isEqualTo("the engine gives no reason");
  }
}
