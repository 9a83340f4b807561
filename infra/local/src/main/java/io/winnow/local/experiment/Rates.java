package io.winnow.local.experiment;

/**
 * How fast this machine is, in images a second.
 *
 * @param training of the model trained
 * @param proxy of the model that class weights are derived with
 * @param sampling of one denoising step
 * @param surrogate of the surrogate's training; 0 where none is trained
 * @param encoding by the surrogate
 */
record Rates(double training, double proxy, double sampling, double surrogate, double encoding) {}
