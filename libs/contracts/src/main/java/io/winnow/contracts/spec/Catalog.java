package io.winnow.contracts.spec;

import com.fasterxml.jackson.core.type.TypeReference;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Near;
import io.winnow.contracts.Shown;
import io.winnow.contracts.spec.field.SpecField;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

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

  /**
   * Types of architectures; the registry is {@code io.winnow.models.architecture.Architectures}.
   */
  public static final Catalog<ArchitectureInfo> ARCHITECTURES =
      new Catalog<>(
          "model.type", "architectures.json", new TypeReference<>() {}, ArchitectureInfo::name);

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

  /** The names that a spec field takes; empty for a field without a catalog. */
  public static Optional<List<String>> namesOf(SpecField field) {
    return Stream.of(CRITERIA, WEIGHTING, ARCHITECTURES)
        .filter(catalog -> catalog.field.equals(field.path()))
        .findFirst()
        .map(Catalog::names);
  }

  /**
   * The choice of a name.
   *
   * @throws InvalidInputException there is no such choice; the error names a similar one, or all
   */
  public T of(String wanted) {
    return of(field, wanted);
  }

  /** The same for another place in the spec. */
  T of(String path, String wanted) {
    return all.stream()
        .filter(choice -> name.apply(choice).equals(wanted))
        .findFirst()
        .orElseThrow(() -> unknown(path, wanted));
  }

  /** The error that there is no choice of a name. */
  public InvalidInputException unknown(String wanted) {
    return unknown(field, wanted);
  }

  private InvalidInputException unknown(String path, String wanted) {
    return new InvalidInputException(
        "\"%s\" is \"%s\", which is none of %s"
            .formatted(path, Shown.of(wanted), String.join(", ", names())),
        Near.remedy(wanted, names(), "use one of these names"));
  }
}
