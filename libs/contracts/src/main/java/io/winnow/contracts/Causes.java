package io.winnow.contracts;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;

/** Says why something failed, without the names of Java classes. */
public final class Causes {
  private static final Pattern CLASS = Pattern.compile("(?:[a-z]\\w*\\.)+[A-Z][\\w$]*");
  private static final Pattern OBJECT = Pattern.compile("[\\w.$]+@[0-9a-f]{4,}\\b");
  private static final Pattern SOURCE =
      Pattern.compile("\\s*(?:at )?\\[Source: [^]]*]", Pattern.DOTALL);

  private Causes() {}

  /**
   * The reason in plain words, to follow "…: ".
   *
   * @return one line; a file that the reason is about is not named
   */
  public static String of(Throwable thrown) {
    if (thrown instanceof FileSystemException file) {
      return of(file);
    }
    String message = thrown.getMessage();
    if (message == null || message.isBlank()) {
      return "it could not be read or written";
    }
    String plain = SOURCE.matcher(message).replaceAll("");
    plain = OBJECT.matcher(plain).replaceAll("it");
    plain = CLASS.matcher(plain).replaceAll("").replaceAll("^(?:[:\\s]+)", "");
    return plain.isBlank() ? "it could not be read or written" : Shown.line(plain.strip());
  }

  private static String of(FileSystemException file) {
    if (file instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (file instanceof FileAlreadyExistsException) {
      return "a file of that name is in the way";
    }
    if (file instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (file instanceof NotDirectoryException) {
      return "it is not a folder";
    }
    if (file instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    if (file instanceof FileSystemLoopException) {
      return "its links lead in a circle";
    }
    return file.getReason() == null
        ? "it could not be read or written"
        : Shown.line(file.getReason());
  }
}
