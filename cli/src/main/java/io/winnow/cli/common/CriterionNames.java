package io.winnow.cli.common;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.Catalog;
import io.winnow.contracts.spec.CriterionInfo;
import io.winnow.contracts.spec.CriterionInfo.Needs;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The names of all criteria, for help texts and completion. */
public final class CriterionNames implements Iterable<String> {

  @Override
  public Iterator<String> iterator() {
    return Catalog.CRITERIA.names().iterator();
  }

  /** The names of the criteria that need no reference model. */
  public static final class WithoutLosses implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Catalog.CRITERIA.all().stream()
          .filter(criterion -> criterion.needs() != Needs.LOSSES)
          .map(CriterionInfo::name)
          .iterator();
    }
  }

  /** Accepts the name of a criterion, such as {@code k-means}. */
  public static final class Converter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      try {
        return Catalog.CRITERIA.of(value).name();
      } catch (InvalidInputException e) {
        throw new TypeConversionException(
            "expected one of "
                + String.join(", ", new CriterionNames())
                + " but was '"
                + value
                + "'");
      }
    }
  }
}
