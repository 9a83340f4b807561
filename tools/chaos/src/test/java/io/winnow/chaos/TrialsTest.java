package io.winnow.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialsTest {
  @TempDir Path folder;

  @Test
  void theScriptIsASurrogateWhoseLoopTurnsAsOftenAsItSays() throws Exception {
    // given the script with few turns
    Path file = folder.resolve("surrogate.pt");
    Files.write(file, EndlessScript.archive(3));
    try (Torch torch = Torch.start(new TorchSettings(1, "cpu"));
        ScriptModule script = torch.load(file);
        NDManager scope = torch.newScope()) {
      // when
      NDArray images = scope.create(new float[] {1, 2, 3, 4, 5, 6, 7, 8}).reshape(2, 1, 2, 2);
      NDArray features = script.call(scope, "forward", Gradients.NONE, images).head();

      // then it gives the values of each image
      assertThat(features.getShape().getShape()).containsExactly(2, 4);
      assertThat(features.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    // and the endless one differs from it only in the number of turns
    assertThat(EndlessScript.source(EndlessScript.FOR_EVER).text())
        .isEqualTo(
            EndlessScript.source(3).text().replace("lt(i, 3)", "lt(i, " + Long.MAX_VALUE + ")"));
  }

  @Test
  void noReaderCanDecodeAPoisonRecord() {
    // when
    List<ProducerRecord<byte[], byte[]>> records = PoisonTrial.records();

    // then every topic gets the same number of records
    Map<String, Long> perTopic =
        records.stream()
            .collect(Collectors.groupingBy(ProducerRecord::topic, Collectors.counting()));
    assertThat(perTopic).hasSize(EventType.values().length);
    assertThat(perTopic.values()).containsOnly(16L);

    // and none of them is an event
    assertThat(records)
        .allSatisfy(
            record ->
                assertThatThrownBy(() -> EventCodec.decode(record.topic(), record.value()))
                    .isInstanceOf(Exception.class));
  }
}
