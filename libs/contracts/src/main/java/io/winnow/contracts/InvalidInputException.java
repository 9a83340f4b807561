package io.winnow.contracts;

/**
 * Input that can never succeed: an invalid file, spec or event. The problem names the thing, the
 * remedy says what to do about it. Thrown before compute starts; never retried.
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
