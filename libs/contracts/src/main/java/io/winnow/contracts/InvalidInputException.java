package io.winnow.contracts;

/**
 * Input that can never succeed: a bad file, spec or event. The message names the thing, the remedy
 * says what to do about it. Raised at the door, before compute starts; never retried.
 */
public final class InvalidInputException extends RuntimeException {
  private final String problem;
  private final String remedy;

  public InvalidInputException(String problem, String remedy) {
    this(problem, remedy, null);
  }

  public InvalidInputException(String problem, String remedy, Throwable cause) {
    super(problem + " (" + remedy + ")", cause);
    this.problem = problem;
    this.remedy = remedy;
  }

  /** What is wrong, naming the thing. */
  public String problem() {
    return problem;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
