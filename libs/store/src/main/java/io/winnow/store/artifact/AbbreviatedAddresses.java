package io.winnow.store.artifact;

import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.ObjectStore;
import java.util.List;

/** Finds artifacts by addresses whose digest is abbreviated, as tables show them. */
public final class AbbreviatedAddresses {
  /** The fewest digits of a digest that are accepted. */
  public static final int MIN_DIGITS = 8;

  private static final String MANIFEST = "/" + ArtifactStore.MANIFEST;

  private final ObjectStore objects;

  public AbbreviatedAddresses(ObjectStore objects) {
    this.objects = objects;
  }

  /**
   * Addresses of the committed artifacts that an abbreviated address stands for.
   *
   * @param named e.g. {@code models/1a2b3c4d}; a trailing slash is ignored
   * @return empty if there is none, or if the digest has fewer than {@link #MIN_DIGITS} digits
   */
  public List<String> matching(String named) {
    String address = trimmed(named);
    return address.matches(".*/[0-9a-f]{" + MIN_DIGITS + ",64}")
        ? committed(address).stream().filter(found -> depth(found) == depth(address)).toList()
        : List.of();
  }

  /** Addresses of the committed artifacts whose address begins so. */
  public List<String> committed(String prefix) {
    return objects.list(prefix).stream()
        .map(ObjectRef::key)
        .filter(key -> key.matches(".*/[0-9a-f]{64}" + MANIFEST))
        .map(key -> key.substring(0, key.length() - MANIFEST.length()))
        .toList();
  }

  /**
   * Whether an address, or its digest alone, is what an abbreviated name stands for.
   *
   * @param named an abbreviated address or digest
   */
  public static boolean matches(String named, String address) {
    String name = trimmed(named);
    return digest(name).length() >= MIN_DIGITS
        && (address.startsWith(name) || digest(address).startsWith(name));
  }

  private static String trimmed(String named) {
    return named.strip().replaceAll("/+$", "");
  }

  private static String digest(String address) {
    return address.substring(address.lastIndexOf('/') + 1);
  }

  private static int depth(String address) {
    return address.split("/").length;
  }
}
