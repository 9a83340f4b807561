package io.winnow.cli.data;

import io.winnow.contracts.spec.SelectionSpec.Criterion;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a criterion by its name in a run spec, such as {@code k-means}. */
final class CriterionConverter implements ITypeConverter<Criterion> {

  @Override
  public Criterion convert(String value) {
    return Arrays.stream(Criterion.values())
        .filter(criterion -> name(criterion).equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of "
                        + Arrays.stream(Criterion.values())
                            .map(CriterionConverter::name)
                            .collect(Collectors.joining(", "))
                        + " but was '"
                        + value
                        + "'"));
  }

  private static String name(Criterion criterion) {
    return criterion.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
