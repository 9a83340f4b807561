/**
 * The coreset card: what was kept and pruned of every class, how well the kept rows stand for all
 * of them in feature space, and two pictures of it, so that a collapse is seen before training.
 */
package io.winnow.selection.card;
