import java.nio.file.*;
import java.time.Instant;
import java.util.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.StringSerializer;

/** Asks for a run: {@code Submit <Kafka client's properties file> <run id> <spec.json>}. */
public class Submit {
  public static void main(String[] args) throws Exception {
    String spec = Files.readString(Path.of(args[2]));
    String run = "{\"id\": \"%s\", \"requestedAt\": \"%s\", \"spec\": %s}";
    var request = new ProducerRecord<>("winnow.run.requested.v1", args[1],
        "{\"run\": " + run.formatted(args[1], Instant.now(), spec) + "}");
    Map.of("ce_specversion", "1.0", "ce_id", args[1], "ce_source", "/me", "ce_type", request.topic())
        .forEach((name, value) -> request.headers().add(name, value.getBytes()));
    var kafka = new Properties();
    try (var file = Files.newBufferedReader(Path.of(args[0]))) {
      kafka.load(file);
    }
    try (var producer = new KafkaProducer<>(kafka, new StringSerializer(), new StringSerializer())) {
      producer.send(request).get();
    }
  }
}
