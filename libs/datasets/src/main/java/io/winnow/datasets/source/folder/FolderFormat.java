package io.winnow.datasets.source.folder;

import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFormat;
import java.nio.file.Files;
import java.nio.file.Path;

/** One folder of PNG or JPEG files per class; see {@link ClassFolders}. */
public final class FolderFormat implements SourceFormat {

  @Override
  public String name() {
    return "folder";
  }

  @Override
  public String description() {
    return "a folder with one folder of PNG or JPEG files per class";
  }

  @Override
  public boolean matches(Path place) {
    return Files.isDirectory(place)
        && SourceFiles.children(place).stream().anyMatch(Files::isDirectory);
  }

  @Override
  public ScannedSource scan(Path place, ScanOptions options) {
    options.requireFolder(place);
    return ClassFolders.scan(place, options);
  }
}
