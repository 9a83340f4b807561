package io.winnow.store.object;

/** What to do about an object of an artifact that is missing or altered. */
public final class DamagedObject {
  private DamagedObject() {}

  /**
   * A remedy that names the outermost artifact with the object: its manifest has to go too, or it
   * would be reused as it is.
   *
   * @param key of the object
   */
  public static String remedy(String key) {
    return ContentPath.outermost(key)
        .map(
            artifact ->
                "run \"winnow verify --contents --repair "
                    + artifact
                    + "\" and then the run again, which makes the artifact anew")
        .orElse("put it into the store again");
  }
}
