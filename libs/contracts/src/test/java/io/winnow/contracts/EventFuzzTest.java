package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.fuzz.Fuzz;
import io.winnow.contracts.fuzz.Fuzz.Tally;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.RunSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever arrives as a spec or as an event is read or refused. */
class EventFuzzTest {
  private static final long MEMORY = 16L << 20;
  private static final String SPEC =
      """
      {"name": "a", "dataset": {"source": "x", "format": "folder", "size": 64, "resize": "crop"},
       "surrogate": {"source": "s.pt", "mean": [0.5], "std": [1], "encodeBatch": 10},
       "selection": {"criterion": "gaussian", "ratio": 0.25, "minPerClass": 3},
       "reweight": {"method": "dro", "eta": 0.1, "maxWeightRatio": 5}, "model": {"preset": "ddpm-tiny",
       "channels": 16, "channelMultipliers": [1, 2]}, "training": {"images": 60000, "batch": 32},
       "sampling": {"images": 100, "steps": 20}, "seed": 7}""";

  private static RunSpec spec() {
    return RunSpec.parse(SPEC.getBytes(StandardCharsets.UTF_8), "spec");
  }

  @Test
  void aRunSpecIsReadOrRefused() {
    // given
    List<byte[]> seeds = List.of(SPEC.getBytes(StandardCharsets.UTF_8), Json.bytes(spec()));

    // when
    Tally tally = new Fuzz("run-spec", MEMORY).run(seeds, input -> RunSpec.parse(input, "spec"));

    // then both happened
    assertThat(tally.read()).isPositive();
    assertThat(tally.refused()).isPositive();
  }

  @Test
  void anEventOfAnyTypeIsReadOrRefused() {
    // given the type as the header has it, a zero byte, and the data
    Run run = new Run("run-1", spec(), Instant.EPOCH);
    ArtifactRef artifact =
        new ArtifactRef("datasets/a", "aa", new ObjectRef("datasets/a/manifest.json", "b", 3, 4L));
    List<Event> events =
        List.of(
            new RunRequested(run),
            new DatasetReady(run, Lineage.of(artifact)),
            new RunCancel("run-1", "why", Instant.EPOCH),
            new RunFailed("run-1", "select", "a", "b", Instant.EPOCH),
            new RunProgress(
                "run-1",
                "select",
                RunProgress.State.RUNNING,
                1,
                2,
                "rows",
                0.5,
                null,
                null,
                "so far",
                Map.of("training.loss", 0.25),
                Instant.EPOCH));
    List<byte[]> seeds = new ArrayList<>();
    events.forEach(event -> seeds.add(record(EventType.of(event).topic(), event)));

    // when
    Tally tally = new Fuzz("event", MEMORY).run(seeds, EventFuzzTest::decode);

    // then
    assertThat(tally.read()).isPositive();
    assertThat(tally.refused()).isPositive();
  }

  private static byte[] record(String type, Event event) {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.writeBytes(type.getBytes(StandardCharsets.UTF_8));
    record.write(0);
    record.writeBytes(EventCodec.encode(event));
    return record.toByteArray();
  }

  private static void decode(byte[] record) {
    int end = 0;
    while (end < record.length && record[end] != 0) {
      end++;
    }
    String type = new String(record, 0, end, StandardCharsets.UTF_8);
    byte[] data = Arrays.copyOfRange(record, Math.min(record.length, end + 1), record.length);
    EventCodec.decode(type, data);
  }
}
