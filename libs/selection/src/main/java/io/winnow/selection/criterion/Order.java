package io.winnow.selection.criterion;

/** Which ranks of the scores are kept first. */
public enum Order {
  /** The highest score first. */
  HIGHEST,
  /** The lowest score first. */
  LOWEST,
  /** The middle rank first, then outwards. */
  MIDDLE,
  /** As many evenly spaced ranks as rows are kept, then the others. */
  EVEN
}
