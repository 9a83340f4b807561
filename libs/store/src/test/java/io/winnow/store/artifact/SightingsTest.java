package io.winnow.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.store.artifact.GarbageCollector.Item;
import io.winnow.store.artifact.GarbageCollector.Kind;
import io.winnow.store.artifact.Sightings.Divided;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SightingsTest {
  private static final Duration GRACE = Duration.ofHours(24);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final Sightings sightings = new Sightings(objects);

  private Item item(String path, Kind kind, boolean forgotten, Instant written) {
    objects.put(path + "a", new byte[1]);
    objects.put(path + "b", new byte[1]);
    objects.written(path, NOW.minus(Duration.ofDays(90)));
    objects.written(path + "b", written);
    return new Item(path, kind, List.of(path + "a", path + "b"), 2, forgotten);
  }

  private Divided record(Item item, Instant at) {
    return sightings.record(List.of(item), at, GRACE);
  }

  @Test
  void oldGarbageIsDueOnceItWasSeenAGraceAgo() {
    // given
    Item old = item("weights/1/", Kind.ARTIFACT, false, NOW.minus(Duration.ofDays(30)));

    // when, then
    assertThat(record(old, NOW)).isEqualTo(new Divided(List.of(), List.of(old)));
    assertThat(record(old, NOW.plus(GRACE).minusMillis(1)).due()).isEmpty();
    assertThat(record(old, NOW.plus(GRACE))).isEqualTo(new Divided(List.of(old), List.of()));
  }

  @Test
  void whatWasInUseInBetweenIsSeenForTheFirstTimeAgain() {
    // given
    Item old = item("weights/1/", Kind.ARTIFACT, false, NOW.minus(Duration.ofDays(30)));
    record(old, NOW);
    sightings.record(List.of(), NOW.plus(Duration.ofHours(12)), GRACE);

    // when, then
    assertThat(record(old, NOW.plus(GRACE)).due()).isEmpty();
    assertThat(record(old, NOW.plus(GRACE).plus(GRACE)).due()).containsExactly(old);
  }

  @Test
  void whatWasMadeAnewInBetweenIsSeenForTheFirstTimeAgain() {
    // given an artifact that was seen, and of which an object is new
    Item item = item("datasets/x/1/", Kind.UNFINISHED, false, NOW.minus(Duration.ofDays(30)));
    record(item, NOW);
    objects.written(item.path() + "b", NOW.plus(Duration.ofHours(1)));

    // when, then
    assertThat(record(item, NOW.plus(Duration.ofHours(30))).due()).isEmpty();
    assertThat(record(item, NOW.plus(Duration.ofHours(54))).due()).containsExactly(item);
  }

  @Test
  void forgottenRunsAndWhatTheyReferToNeedNoEarlierSighting() {
    // given
    Item run = item("runs/r/", Kind.RUN, true, NOW);
    Item old = item("weights/1/", Kind.ARTIFACT, true, NOW.minus(GRACE));
    Item fresh = item("weights/2/", Kind.ARTIFACT, true, NOW.minusSeconds(1));

    // when
    Divided divided = sightings.record(List.of(run, old, fresh), NOW, GRACE);

    // then, and nothing was seen that would be garbage otherwise
    assertThat(divided).isEqualTo(new Divided(List.of(run, old), List.of(fresh)));
    assertThat(objects.list("garbage/")).isEmpty();
  }

  @Test
  void withoutAGraceEverythingIsDue() {
    Item fresh = item("weights/1/", Kind.ARTIFACT, false, NOW.plusSeconds(5));

    assertThat(sightings.record(List.of(fresh), NOW, Duration.ZERO).due()).containsExactly(fresh);
  }

  @Test
  void damagedSightingsDeleteNothing() {
    // given
    Item old = item("weights/1/", Kind.ARTIFACT, false, NOW.minus(Duration.ofDays(30)));
    record(old, NOW.minus(GRACE));
    objects.alter("garbage/sightings.json", "nonsense".getBytes(StandardCharsets.UTF_8));

    // when, then
    assertThat(record(old, NOW).due()).isEmpty();
    assertThat(record(old, NOW.plus(GRACE)).due()).containsExactly(old);
  }
}
