package io.winnow.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Stage;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.jobs.JobRegistry;
import io.winnow.stage.testing.Delivery;
import io.winnow.stage.testing.RecordedEvents;
import io.winnow.stage.testing.TestProcess;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.local.Time;
import io.winnow.store.testing.InMemoryObjectStore;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.KernelSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** libtorch's own words for a lack of memory end one job with that reason. */
class NativeMemoryTest {
  private static final KernelSource ADD =
      new KernelSource(
          "addition",
          List.of(
              "def add(self: __torch__.Kernel, a: Tensor, b: Tensor) -> Tensor:\n"
                  + "  return torch.add(a, b)\n"));
  // a matrix of 2^48 float32, 1 PiB, is more than any x86-64 or aarch64 process can address
  private static final int SIDE = 1 << 24;

  private record TooLarge(Torch torch) implements Stage<RunRequested> {
    @Override
    public String name() {
      return "multiply";
    }

    @Override
    public Address address(RunRequested event) {
      return Address.of("things", name(), "1", Map.of("run", event.runId()), List.of());
    }

    @Override
    public void run(RunRequested event, JobContext job) {
      int side = event.runId().equals("large") ? SIDE : 2;
      try (NDManager scope = torch.newScope()) {
        NDArray column = scope.zeros(new Shape(side, 1), DataType.FLOAT32);
        NDArray row = scope.zeros(new Shape(1, side), DataType.FLOAT32);
        torch.kernel(ADD).call(scope, "add", Gradients.NONE, column, row);
      }
    }

    @Override
    public List<Event> next(RunRequested event, Artifact artifact) {
      return List.of();
    }
  }

  @Test
  void failsThatRunAndTheProcessGoesOn() {
    try (Torch torch = Torch.start(new TorchSettings(1, "cpu"))) {
      // given
      RecordedEvents events = new RecordedEvents();
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      JobRegistry jobs =
          new JobRegistry(
              TestProcess.settings(Map.of()).getConfigMapping(StageSettings.class), meters);
      TestProcess process =
          TestProcess.of(
              "a-0",
              new TestProcess.Surroundings(
                  new InMemoryObjectStore(), events, jobs, meters, Map.of(), Time.system()));

      // when
      Delivery large = Delivery.of(request("large"));
      process.runner().handle(new TooLarge(torch), RunRequested.class, large.message());
      Delivery small = Delivery.of(request("small"));
      process.runner().handle(new TooLarge(torch), RunRequested.class, small.message());

      // then
      assertThat(large.settled()).isCompletedWithValue(false);
      RunFailed failed = events.await(RunFailed.class, "large");
      assertThat(failed.problem())
          .startsWith("stage multiply ran out of memory: ")
          .contains("allocate 1125899906842624 bytes");
      assertThat(failed.remedy()).contains("reduce the batch");
      assertThat(small.settled()).isCompletedWithValue(true);
      assertThat(jobs.broken()).isEmpty();
    }
  }

  private static RunRequested request(String runId) {
    return new RunRequested(
        new Run(
            runId,
            RunSpecBuilder.builder()
                .name(runId)
                .dataset(DatasetSpec.of("somewhere"))
                .seed(1L)
                .build(),
            Instant.parse("2026-01-01T00:00:00Z")));
  }
}
