package io.winnow.encoder;

import io.winnow.stage.api.JobContext;
import java.util.List;

/** Where a run's encoder comes from: training, or a file. */
interface EncoderSource {

  /** Everything that determines the encoder besides {@link #inputs}, for its address. */
  Object parameters();

  /** Digests of the artifacts that the encoder is made from. */
  List<String> inputs();

  /**
   * Writes the encoder.
   *
   * @throws io.winnow.contracts.InvalidInputException it cannot be made as the spec says
   */
  void write(JobContext job);
}
