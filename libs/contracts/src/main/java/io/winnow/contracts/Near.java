package io.winnow.contracts;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the name that somebody who wrote another one probably meant. */
public final class Near {
  private static final int PART = 3;
  private static final int LONGEST = 100;

  private Near() {}

  /**
   * The known name nearest to a given one.
   *
   * @return empty where each differs in more than a third of its letters
   */
  public static Optional<String> to(String given, Collection<String> known) {
    if (given.length() > LONGEST) {
      return Optional.empty();
    }
    String wanted = plain(given);
    return known.stream()
        .filter(name -> distance(wanted, name) <= Math.max(1, (plain(name).length() + 1) / PART))
        .min(Comparator.comparingInt(name -> distance(wanted, name)));
  }

  /** The sentence "did you mean …?", or another where no known name is near. */
  public static String remedy(String given, Collection<String> known, String otherwise) {
    return to(given, known).map(name -> "did you mean \"" + name + "\"?").orElse(otherwise);
  }

  // case and separators are what people most often get wrong
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }

  private static int distance(String wanted, String name) {
    return LevenshteinDistance.getDefaultInstance().apply(wanted, plain(name));
  }
}
