package io.winnow.selection.card;

import io.winnow.selection.card.CoresetCard.Group;
import io.winnow.store.object.CanonicalJson;
import java.util.Locale;

/** How the pictures of a card say its figures. */
final class Words {
  private Words() {}

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A few digits of a score, whatever its size. */
  static String score(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    String format =
        size >= 1e7 || size < 1e-3 ? "%.1e" : size >= 100 ? "%,.0f" : size >= 1 ? "%.1f" : "%.3f";
    return (value < 0 ? "−" : "") + String.format(Locale.ROOT, format, size);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, share < 0.0995 ? "%.1f%%" : "%.0f%%", 100 * share);
  }

  static String kept(Group group) {
    return number(group.kept()) + " of " + number(group.count());
  }

  /** E.g. {@code 3,000 of 12,000 rows kept by criterion gaussian}. */
  static String selection(CoresetCard card) {
    return kept(card.all())
        + " rows kept by criterion "
        + CanonicalJson.tree(card.selection().criterion()).asText();
  }
}
