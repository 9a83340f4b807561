/** Image networks that others publish weights of, by the names of their parameters. */
package io.winnow.models.vision;
