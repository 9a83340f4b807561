package io.winnow.datasets;

import java.nio.file.Path;

/** A process of its own that holds a directory's lock until it is killed. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] args) throws Exception {
    new DirectoryLock(Path.of(args[0])).take(() -> {});
    System.out.println("locked");
    Thread.sleep(Long.MAX_VALUE);
  }
}
