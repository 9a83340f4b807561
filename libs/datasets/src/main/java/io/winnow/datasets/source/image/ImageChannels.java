package io.winnow.datasets.source.image;

import io.winnow.contracts.InvalidInputException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataFormatImpl;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Determines the channels of an image from its metadata. */
final class ImageChannels {
  private ImageChannels() {}

  /**
   * @return 1 or 3
   * @throws InvalidInputException any other number, or more than 8 bits per channel
   */
  static int of(IIOMetadata metadata, String name) {
    Node tree = metadata.getAsTree(IIOMetadataFormatImpl.standardMetadataFormatName);
    int channels = Integer.parseInt(value(tree, "NumChannels", "3"));
    String bits = value(tree, "BitsPerSample", "8");
    for (String b : bits.trim().split("\\s+")) {
      if (Integer.parseInt(b) > 8) {
        throw new InvalidInputException(
            name + " has " + b + " bits per channel", "convert it to 8 bits per channel");
      }
    }
    // NumChannels counts neither a palette's transparency nor a transparent colour
    boolean transparent =
        !value(tree, "Alpha", "none").equals("none") || has(tree, "TransparentColor");
    if (transparent && (channels == 1 || channels == 3)) {
      channels++;
    }
    if (channels != 1 && channels != 3) {
      throw refused(name, channels);
    }
    return channels == 3 && greyPalette(tree) ? 1 : channels;
  }

  static InvalidInputException refused(String name, int channels) {
    return new InvalidInputException(
        name + " has " + channels + " channels", "convert to RGB or grey, without transparency");
  }

  private static boolean greyPalette(Node tree) {
    NodeList entries = ((Element) tree).getElementsByTagName("PaletteEntry");
    for (int i = 0; i < entries.getLength(); i++) {
      Element e = (Element) entries.item(i);
      if (!e.getAttribute("red").equals(e.getAttribute("green"))
          || !e.getAttribute("red").equals(e.getAttribute("blue"))) {
        return false;
      }
    }
    return entries.getLength() > 0;
  }

  private static boolean has(Node tree, String element) {
    return ((Element) tree).getElementsByTagName(element).getLength() > 0;
  }

  private static String value(Node tree, String element, String fallback) {
    NodeList found = ((Element) tree).getElementsByTagName(element);
    return found.getLength() == 0 ? fallback : ((Element) found.item(0)).getAttribute("value");
  }
}
