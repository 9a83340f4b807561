package io.winnow.models.vision;

import io.winnow.contracts.InvalidInputException;

/** Checks that the settings of published transformer encoders share. */
public final class TransformerChecks {
  private TransformerChecks() {}

  /**
   * @param what names the encoder
   * @param name of the setting
   * @throws InvalidInputException the value is below 1
   */
  public static void requirePositive(String what, String name, int value) {
    if (value < 1) {
      throw new InvalidInputException(
          "%s: \"%s\" is %d".formatted(what, name, value), "give a positive whole number");
    }
  }

  /**
   * @throws InvalidInputException the heads do not divide the width
   */
  public static void requireHeads(String what, int width, int heads) {
    if (width < 1 || heads < 1 || width % heads != 0) {
      throw new InvalidInputException(
          "%s cannot share %d features among %d heads".formatted(what, width, heads),
          "give a number of heads that divides the width");
    }
  }

  /**
   * @param setting the name of the images' size
   * @throws InvalidInputException patches do not divide square images of this size
   */
  public static void requirePatches(String what, String setting, int resolution, int patchSize) {
    if (resolution < 1 || patchSize < 1 || resolution % patchSize != 0) {
      throw new InvalidInputException(
          "%s cannot cut images of %d×%2$d into patches of %d×%3$d"
              .formatted(what, resolution, patchSize),
          "give a \"patch_size\" that divides \"%s\"".formatted(setting));
    }
  }
}
