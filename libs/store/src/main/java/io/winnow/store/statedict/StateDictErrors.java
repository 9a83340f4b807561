package io.winnow.store.statedict;

import io.winnow.contracts.InvalidInputException;

/**
 * The errors about one file.
 *
 * @param what names the file, e.g. {@code file model.pt}
 */
record StateDictErrors(String what) {
  private static final int SHOWN = 100;

  /** The file is damaged or not of PyTorch. */
  InvalidInputException bad(String problem) {
    return new InvalidInputException(
        what + " is not a whole PyTorch file: it " + problem,
        "write it again with torch.save(model.state_dict(), file), or fetch it again");
  }

  /** The file is whole but has something that is not read. */
  InvalidInputException refused(String problem) {
    return new InvalidInputException(
        what
            + " "
            + problem
            + "; only tensors, dictionaries, lists, tuples, numbers and strings"
            + " are read, and nothing in the file is run",
        "save the weights alone: torch.save(model.state_dict(), file)");
  }

  /** A text from the file, cut to a length that fits in a message. */
  static String shown(Object text) {
    String all = String.valueOf(text);
    return all.length() <= SHOWN ? all : all.substring(0, SHOWN) + "…";
  }
}
