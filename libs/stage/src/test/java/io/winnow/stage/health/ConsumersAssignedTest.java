package io.winnow.stage.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class ConsumersAssignedTest {
  private final Set<String> lacking = new TreeSet<>();
  private final List<String> rebalanced = new ArrayList<>();
  private boolean away;

  private final ConsumersAssigned check =
      new ConsumersAssigned(
          new IncomingChannels() {
            @Override
            public Set<String> names() {
              return Set.of("weights-derived", "model-trained");
            }

            @Override
            public List<String> ended() {
              return List.of();
            }

            @Override
            public boolean lacksPartition(String channel) {
              if (away) {
                throw new IllegalStateException("Kafka is away");
              }
              return lacking.contains(channel);
            }

            @Override
            public void rebalance(String channel) {
              rebalanced.add(channel);
            }
          });

  @Test
  void aConsumerWithoutAPartitionMakesTheProcessUnreadyUntilARebalanceHelps() {
    // given
    check.look();
    assertThat(check.call().getStatus()).isEqualTo(Status.UP);

    // when a consumer has lost its partition, for longer than a rebalance takes
    lacking.add("weights-derived");
    check.look();
    assertThat(check.call().getStatus()).isEqualTo(Status.UP);
    assertThat(rebalanced).isEmpty();
    check.look();

    // then the process is not ready, says why, and asks for its share again and again
    HealthCheckResponse response = check.call();
    assertThat(response.getStatus()).isEqualTo(Status.DOWN);
    assertThat(response.getData().orElseThrow().get("problem").toString())
        .contains("weights-derived")
        .doesNotContain("model-trained");
    check.look();
    assertThat(rebalanced).containsExactly("weights-derived", "weights-derived");

    // and it stays so while Kafka does not answer, and is ready once it has its share
    away = true;
    check.look();
    assertThat(check.call().getStatus()).isEqualTo(Status.DOWN);
    away = false;
    lacking.clear();
    check.look();
    assertThat(check.call().getStatus()).isEqualTo(Status.UP);
  }
}
