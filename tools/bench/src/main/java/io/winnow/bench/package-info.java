/**
 * Benchmarks of single parts of Winnow on one machine. Each measures with the classes that the
 * services use and returns a record that {@code winnow bench} prints as JSON.
 *
 * <ul>
 *   <li>{@link io.winnow.bench.StepBench}: the training step of a diffusion model
 *   <li>{@link io.winnow.bench.EncodeBench}: reading and encoding shards
 *   <li>{@link io.winnow.bench.SelectBench}: scoring and ranking stored features; {@link
 *       io.winnow.bench.SelectBenchProcess} runs it in a process of its own
 *   <li>{@link io.winnow.bench.ReplicasBench}: the encode stage with several encoder replicas
 * </ul>
 *
 * <p>A benchmark runs on the calling thread and uses the engine's threads as a service would.
 */
package io.winnow.bench;
