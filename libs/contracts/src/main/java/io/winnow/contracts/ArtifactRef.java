package io.winnow.contracts;

/**
 * A committed artifact.
 *
 * @param address key prefix, e.g. {@code features/<digest>}
 * @param digest sha-256 (hex) of stage, version, parameters and inputs
 * @param manifest the manifest object that commits it
 */
public record ArtifactRef(String address, String digest, ObjectRef manifest) {}
