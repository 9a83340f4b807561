package io.winnow.contracts;

/**
 * Input that can never succeed: an invalid file, spec or event. The problem names the thing, the
 * remedy says what to do about it. Thrown before compute starts; never retried. Both are one line
 * each, in which {@link Shown} has replaced control characters, whatever input they quote.
 */
public class InvalidInputException extends RuntimeException {
  private final String problem;
  private final String remedy;

  public InvalidInputException(String problem, String remedy) {
    this(problem, remedy, null);
  }

  public InvalidInputException(String problem, String remedy, Throwable cause) {
    super(Shown.line(problem) + " (" + Shown.line(remedy) + ")", cause);
    this.problem = Shown.line(problem);
    this.remedy = Shown.line(remedy);
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
