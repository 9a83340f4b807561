package io.winnow.contracts;

/** Names of the stages, as in addresses, stage records, progress events and metrics. */
public final class StageNames {
  public static final String IMPORT = "import";
  public static final String LATENTS = "latents";
  public static final String SURROGATE = "surrogate";
  public static final String ENCODE = "encode";
  public static final String ENCODE_SAMPLES = "encode-samples";
  public static final String ORDER_SAMPLES = "order-samples";
  public static final String SCORE_LOSSES = "score-losses";
  public static final String SELECT = "select";
  public static final String REQUEST_REFERENCE = "request-reference";
  public static final String TRAIN_REFERENCE = "train-reference";
  public static final String REWEIGHT = "reweight";
  public static final String TRAIN = "train";
  public static final String SAMPLE = "sample";
  public static final String EVALUATE = "evaluate";

  private StageNames() {}
}
