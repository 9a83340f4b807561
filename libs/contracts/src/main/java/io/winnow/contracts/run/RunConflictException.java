package io.winnow.contracts.run;

import io.winnow.contracts.InvalidInputException;

/** A request for a run whose id belongs to another run. The earlier run stays as it is. */
public final class RunConflictException extends InvalidInputException {
  private static final long serialVersionUID = 1;

  public RunConflictException(String id) {
    super(
        "run \"" + id + "\" exists already with another spec",
        "submit the spec under a new id; the run of this id is not changed");
  }
}
