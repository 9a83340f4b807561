package io.winnow.datasets.source.folder;

import io.winnow.datasets.source.format.ScanOptions;
import io.winnow.datasets.source.format.ScannedSource;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A zip of class folders, which is read in place; see {@link ClassFolders}. */
public final class ZipFormat implements SourceFormat {

  @Override
  public String name() {
    return "zip";
  }

  @Override
  public String description() {
    return "a zip of class folders";
  }

  @Override
  public boolean matches(Path place) {
    return Files.isRegularFile(place)
        && SourceFiles.name(place).toLowerCase(Locale.ROOT).endsWith(".zip");
  }

  @Override
  public ScannedSource scan(Path place, ScanOptions options) {
    ZipArchive zip = ZipArchive.open(place);
    try {
      return ClassFolders.scan(zip.root(), options.within(zip.root())).holding(zip);
    } catch (RuntimeException e) {
      zip.close();
      throw e;
    }
  }
}
