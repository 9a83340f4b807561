package io.winnow.stage.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of an error response. */
@Schema(name = "Problem", description = "What is wrong, and what to do about it")
public record Problem(String problem, String remedy) {}
