package io.winnow.stage.api;

import io.winnow.contracts.event.Event;
import java.util.function.Predicate;

/**
 * Starts a stage that needs two events of a run, which may arrive in either order. The input event
 * carries everything that the stage works on. The signal event only says that whatever {@link
 * Stage#ready} waits for exists now.
 *
 * <p>The runner stores the input event under {@code runs/<id>/pending/} before it asks {@link
 * Stage#ready}. On a signal it reads the input event back and asks again. Whoever sends the signal
 * commits the artifact first. So either the input event finds the artifact, or the signal finds the
 * input event. Both may happen; the second job then finds the artifact of the first.
 *
 * @param <I> the input event
 * @param <S> the signal event
 * @param waits whether an input event may have to wait for a signal; if not, it is not stored
 */
public record Join<I extends Event, S extends Event>(
    Stage<I> stage, Class<I> input, Class<S> signal, Predicate<I> waits) {}
