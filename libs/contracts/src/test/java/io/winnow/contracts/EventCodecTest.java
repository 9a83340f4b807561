package io.winnow.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.event.CoresetSelected;
import io.winnow.contracts.event.DatasetImported;
import io.winnow.contracts.event.DatasetReady;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.LossesScored;
import io.winnow.contracts.event.ModelEvaluated;
import io.winnow.contracts.event.ModelTrained;
import io.winnow.contracts.event.ReferenceRequested;
import io.winnow.contracts.event.ReferenceTrained;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.event.SamplesGenerated;
import io.winnow.contracts.event.ShardEncode;
import io.winnow.contracts.event.ShardEncoded;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.event.WeightsDerived;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.RunSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final ObjectRef OBJECT = new ObjectRef("a/b", "ab".repeat(32), 12, 3L);
  private static final ArtifactRef ARTIFACT = new ArtifactRef("a/1", "cd".repeat(32), OBJECT);
  private static final Run RUN = new Run("r-1", RunSpec.of(DatasetSpec.of("/d")), NOW);
  private static final Lineage LINEAGE =
      Lineage.of(ARTIFACT)
          .with(LineageKey.ENCODER, ARTIFACT)
          .with(LineageKey.FEATURES, ARTIFACT)
          .with(LineageKey.CORESET, ARTIFACT)
          .with(LineageKey.WEIGHTS, ARTIFACT);

  static Stream<Event> events() {
    return Stream.of(
        new RunRequested(RUN),
        new DatasetImported(RUN, Lineage.of(ARTIFACT)),
        new DatasetReady(RUN, LINEAGE.with(LineageKey.LATENTS, ARTIFACT)),
        new ShardEncode(RUN, LINEAGE, Subject.DATASET, "features/1", 0, 2, OBJECT, "train"),
        new ShardEncoded(RUN, LINEAGE, Subject.SAMPLES, "features/1", 1, 2, OBJECT),
        new FeaturesReady(RUN, LINEAGE, Subject.DATASET),
        new CoresetSelected(RUN, LINEAGE),
        new ReferenceRequested(RUN, LINEAGE),
        new ReferenceTrained(RUN, LINEAGE.with(LineageKey.REFERENCE, ARTIFACT)),
        new LossesScored(RUN, LINEAGE.with(LineageKey.REFERENCE, ARTIFACT), ARTIFACT),
        new WeightsDerived(RUN, LINEAGE),
        new ModelTrained(RUN, LINEAGE.with(LineageKey.MODEL, ARTIFACT)),
        new SamplesGenerated(
            RUN,
            LINEAGE.with(LineageKey.SAMPLES, ARTIFACT).with(LineageKey.SAMPLE_FEATURES, ARTIFACT)),
        new ModelEvaluated(RUN, LINEAGE, OBJECT),
        new RunProgress(
            "r-1",
            "train",
            RunProgress.State.RUNNING,
            5,
            9,
            "images",
            2.5,
            1.6,
            "a/1",
            "m",
            Map.of("training.loss", 0.5),
            NOW),
        new RunFailed("r-1", "import", "file x is truncated", "download it again", NOW),
        new RunCancel("r-1", null, NOW));
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventSurvivesTheWire(Event event) {
    // Given an event on its topic
    String type = EventType.of(event).topic();

    // When it is written and read
    Event again = EventCodec.decode(type, EventCodec.encode(event));

    // Then it is the same
    assertThat(again).isEqualTo(event);
  }

  @Test
  void everyTypeIsCovered() {
    assertThat(events().map(EventType::of))
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(EventType.values()));
  }

  @Test
  void garbageIsRefusedByName() {
    assertThatThrownBy(() -> EventCodec.decode("winnow.run.failed.v1", new byte[] {1, 2, 3}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("winnow.run.failed.v1");
  }

  @Test
  void anUnknownTypeIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> EventCodec.decode("winnow.run.failed.v9", new byte[] {'{', '}'}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("winnow.run.failed.v9")
        .hasMessageContaining("winnow.run.failed.v1");
  }

  @Test
  void anEventWithoutARunIsRefused() {
    assertThatThrownBy(() -> EventCodec.decode("winnow.dataset.ready.v1", "{}".getBytes()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("names no run");
  }

  @Test
  void shardsOfARunHaveKeysOfTheirOwn() {
    // Given all events of a run

    // When keys are asked for
    // Then only a shard's work order has one of its own; the rest keeps the run's order
    assertThat(events().map(Event::key).distinct()).containsExactlyInAnyOrder("r-1", "r-1/0");
  }
}
