package io.winnow.contracts.spec;

import com.fasterxml.jackson.core.type.TypeReference;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;

/**
 * The choices of a spec field whose implementations live in a library that this one cannot depend
 * on. Each catalog is a JSON resource that a test of that library generates from its registry, so
 * that a spec is checked when it is read, wherever that is.
 *
 * @param <T> describes one choice
 */
public final class Catalog<T> {
  /** Selection criteria; the registry is {@code io.winnow.selection.criterion.Criteria}. */
  public static final Catalog<CriterionInfo> CRITERIA =
      new Catalog<>(
          "selection.criterion", "criteria.json", new TypeReference<>() {}, CriterionInfo::name);

  /** Weighting methods; the registry is {@code io.winnow.reweighting.WeightingMethods}. */
  public static final Catalog<WeightingInfo> WEIGHTING =
      new Catalog<>(
          "reweight.method",
          "weighting-methods.json",
          new TypeReference<>() {},
          WeightingInfo::name);

  private final String field;
  private final List<T> all;
  private final Function<T, String> name;

  private Catalog(
      String field, String resource, TypeReference<List<T>> type, Function<T, String> name) {
    this.field = field;
    this.name = name;
    try (InputStream in = Catalog.class.getResourceAsStream(resource)) {
      this.all = List.copyOf(Json.mapper().readValue(in, type));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every choice, in the order of the registry. */
  public List<T> all() {
    return all;
  }

  /** The names of the choices, in the order of the registry. */
  public List<String> names() {
    return all.stream().map(name).toList();
  }

  /**
   * The choice of a name, whose case does not matter.
   *
   * @throws InvalidInputException there is no such choice; the error lists the names
   */
  public T of(String wanted) {
    return all.stream()
        .filter(choice -> name.apply(choice).equalsIgnoreCase(wanted))
        .findFirst()
        .orElseThrow(() -> unknown(wanted));
  }

  /** The error that there is no choice of a name; it lists the names. */
  public InvalidInputException unknown(String wanted) {
    return new InvalidInputException(
        "\"" + field + "\" is \"" + wanted + "\", which is none of " + String.join(", ", names()),
        "use one of these names");
  }
}
