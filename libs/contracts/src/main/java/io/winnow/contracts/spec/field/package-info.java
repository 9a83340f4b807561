/**
 * How the run spec describes its own fields: descriptions, defaults, ranges and which artifacts a
 * field decides. Validation, JSON Schema, OpenAPI, the console's form, help texts, the reference
 * page {@code docs/run-spec.md} and artifact addresses all read these annotations.
 */
package io.winnow.contracts.spec.field;
