package io.winnow.store.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardedSafeTensorsTest {
  private static final Map<String, Tensor> TENSORS = new LinkedHashMap<>();

  static {
    TENSORS.put("b", Tensor.of(new float[] {1, 2, 3}, 3));
    TENSORS.put("a", Tensor.of(new float[] {4, 5}, 1, 2));
    TENSORS.put("large", Tensor.of(new float[10], 10));
    TENSORS.put("n", Tensor.of(new long[] {7}));
  }

  @TempDir private Path folder;

  @Test
  void tensorsAreSpreadOverFilesAndFoundAgain() throws IOException {
    // when at most 20 bytes of tensors may be in one file
    Path index = folder.resolve("model.safetensors.index.json");
    ShardedSafeTensors.write(index, TENSORS, Map.of("k", "v"), 20);

    // then each file is plain safetensors, and the index says where what is
    JsonNode json = Json.mapper().readTree(Files.readAllBytes(index));
    assertThat(json.path("metadata").path("total_size").asLong()).isEqualTo(12 + 8 + 40 + 8);
    assertThat(json.path("weight_map").path("a").asText())
        .isEqualTo("model-00001-of-00003.safetensors");
    assertThat(json.path("weight_map").path("large").asText())
        .isEqualTo("model-00002-of-00003.safetensors");
    assertThat(SafeTensors.read(folder.resolve("model-00003-of-00003.safetensors"), "third"))
        .containsOnlyKeys("n");

    // and all are read again
    Map<String, Tensor> read = ShardedSafeTensors.map(index, "index");
    assertThat(read).containsOnlyKeys("b", "a", "large", "n");
    assertThat(read.get("a").floats()).containsExactly(4, 5);
    assertThat(read.get("a").shape()).containsExactly(1, 2);
    assertThat(read.get("n").longs()).containsExactly(7);
    assertThat(ShardedSafeTensors.metadata(index, "index")).containsExactly(Map.entry("k", "v"));
  }

  @Test
  void aPlainFileIsReadToo() {
    Path file = folder.resolve("model.safetensors");
    SafeTensors.write(file, TENSORS, Map.of("k", "v"));

    assertThat(ShardedSafeTensors.map(file, "file").get("b").floats()).containsExactly(1, 2, 3);
    assertThat(ShardedSafeTensors.metadata(file, "file")).containsExactly(Map.entry("k", "v"));
  }

  @Test
  void aMappedFileMayBeDeletedWhileItIsUsed() throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafeTensors.write(file, TENSORS, Map.of());

    Map<String, Tensor> mapped = SafeTensors.map(file, "file");
    Files.delete(file);

    assertThat(mapped.get("a").floats()).containsExactly(4, 5);
    assertThat(mapped.get("large").data().isDirect()).as("not on the heap").isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | JSON object",
        "{\"weight_map\": {}} | weight_map",
        "{\"weight_map\": {\"a\": 1}} | tensor a",
        "{\"weight_map\": {\"a\": \"../model-00001-of-00003.safetensors\"}} | not beside it",
        "{\"weight_map\": {\"a\": \"model-00009-of-00003.safetensors\"}} | model-00009",
        "{\"weight_map\": {\"a\": \"model-00001-of-00003.safetensors\"}} | for tensor b",
        "{\"weight_map\": {\"b\": \"model-00001-of-00003.safetensors\", \"a\": \"model-00001-of-00003.safetensors\", \"x\": \"model-00001-of-00003.safetensors\"}} | tensor x",
        "{ | JSON",
      })
  void aDamagedIndexIsNamed(String content, String names) throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    ShardedSafeTensors.write(index, TENSORS, Map.of(), 20);
    Files.writeString(index, content);

    assertThatThrownBy(() -> ShardedSafeTensors.map(index, "index of x"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(names);
  }
}
