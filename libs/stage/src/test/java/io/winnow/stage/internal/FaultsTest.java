package io.winnow.stage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.InvalidInputException;
import io.winnow.stage.api.StopException;
import io.winnow.store.object.StoreUnavailableException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static final StoreUnavailableException AWAY =
      new StoreUnavailableException("away", new IOException());

  // as libtorch 2.5 words them
  private static final List<String> NATIVE =
      List.of(
          "[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory:"
              + " you tried to allocate 274877906944 bytes. Error code 12 (Cannot allocate memory)"
              + "\nException raised from alloc_cpu at …/alloc_cpu.cpp:117",
          "The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript"
              + " (most recent call last):\nRuntimeError: CUDA out of memory. Tried to allocate"
              + " 20.00 GiB. GPU 0 has a total capacity of 139.81 GiB",
          "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
          "std::bad_alloc");

  @Test
  void whatPassesIsWaitedForAlsoWhenWrapped() {
    assertThat(Faults.isTransient(AWAY)).isTrue();
    assertThat(Faults.isTransient(new CompletionException(new RuntimeException(AWAY)))).isTrue();
    assertThat(Faults.isTransient(Faults.kafka("say", new NetworkException()))).isTrue();
    assertThat(Faults.isTransient(new StopException(StopException.Reason.LEASE_LOST))).isTrue();
  }

  @Test
  void whatStaysIsNot() {
    assertThat(Faults.isTransient(new InvalidInputException("bad", "mend"))).isFalse();
    assertThat(Faults.isTransient(new IOException("disk full"))).isFalse();
    assertThat(Faults.isTransient(new NullPointerException())).isFalse();
    assertThat(Faults.isTransient(Faults.kafka("say", new RecordTooLargeException()))).isFalse();
    assertThat(Faults.isTransient(new StopException(StopException.Reason.CANCELLED))).isFalse();
    assertThat(Faults.isTransient(new StopException(StopException.Reason.SHUTDOWN))).isFalse();
  }

  @Test
  void explainsWithARemedy() {
    InvalidInputException bad = new InvalidInputException("bad", "mend");
    assertThat(Faults.explain("train", new RuntimeException(bad))).isSameAs(bad);
    InvalidInputException memory = Faults.explain("train", new OutOfMemoryError("heap"));
    assertThat(memory.problem()).contains("train").contains("memory");
    assertThat(memory.remedy()).contains("memory");
    for (String words : NATIVE) {
      InvalidInputException lack =
          Faults.explain("train", new RuntimeException(new IllegalStateException(words)));
      assertThat(lack.problem())
          .startsWith("stage train ran out of memory: ")
          .doesNotContain("\n")
          .doesNotContain("Exception raised from");
      assertThat(lack.remedy()).contains("reduce the batch");
    }
    InvalidInputException bug = Faults.explain("train", new IllegalStateException("oops"));
    assertThat(bug.problem()).contains("train").contains("oops");
    assertThat(bug.remedy()).contains("log");
  }
}
