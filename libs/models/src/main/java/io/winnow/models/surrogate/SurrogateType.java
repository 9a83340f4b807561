package io.winnow.models.surrogate;

import java.util.function.IntFunction;

/**
 * A surrogate architecture as the registry lists it.
 *
 * @param name {@code surrogate.source} in a run spec, and {@code type} in a stored encoder: starts
 *     with a lower-case letter and has lower-case letters, digits and hyphens
 * @param settings the record of its settings
 * @param defaults the settings for a given height and width of images, in pixels
 */
public record SurrogateType<A extends SurrogateArchitecture>(
    String name, Class<A> settings, IntFunction<A> defaults) {}
