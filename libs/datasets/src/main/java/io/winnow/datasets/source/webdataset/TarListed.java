package io.winnow.datasets.source.webdataset;

import io.winnow.datasets.source.format.LabelVocabulary.Label;
import io.winnow.datasets.source.format.SampleReader;
import io.winnow.datasets.source.format.SourceFiles;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A tar of images whose classes a list says, as ImageNet's validation images are published. */
final class TarListed implements SampleReader {
  private static final int MAX_IMAGE = 256 << 20;

  private final TarMembers members;
  private final UnaryOperator<String> classes;

  /**
   * @param classes gives the class of an image for its path
   */
  TarListed(TarMembers members, UnaryOperator<String> classes) {
    this.members = members;
    this.classes = classes;
  }

  @Override
  public Optional<Sample> next() {
    try {
      while (members.advance()) {
        String path = members.path();
        if (SourceFiles.IMAGE_ENDINGS.contains(SourceFiles.ending(path))
            && !TarFolders.hidden(path)) {
          return Optional.of(
              new Sample(
                  members.shown(), members.content(MAX_IMAGE), Label.name(classes.apply(path))));
        }
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw TarMembers.damaged(members.shard(), e);
    }
  }

  @Override
  public void close() throws IOException {
    members.close();
  }
}
