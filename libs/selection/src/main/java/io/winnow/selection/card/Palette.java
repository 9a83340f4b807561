package io.winnow.selection.card;

import java.awt.Color;

/** Colours that are told apart from each other, from white and from light grey. */
final class Palette {
  private static final int[] COLOURS = {
    0x1F77B4, 0xFF7F0E, 0x2CA02C, 0xD62728, 0x9467BD, 0x8C564B, 0xE377C2, 0x17BECF, 0xB5B800,
    0x000075, 0xF5C400, 0x006D5B, 0xF032E6, 0x6AF06A, 0xFF9DA7, 0x5B2A00, 0x7B8CFF, 0x800000,
    0x00E0C0, 0x111111
  };

  private Palette() {}

  /** How many classes have a colour of their own. */
  static int size() {
    return COLOURS.length;
  }

  /** Of a class; those without one of their own share a dark grey. */
  static Color of(int label) {
    return label < COLOURS.length ? new Color(COLOURS[label]) : new Color(0x6E, 0x6E, 0x6E);
  }
}
