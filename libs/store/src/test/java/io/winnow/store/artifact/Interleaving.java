package io.winnow.store.artifact;

import io.winnow.store.local.Time;
import io.winnow.store.object.ObjectStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Runs two actors on an object store by turns, in an order that the test decides: before each
 * request of an actor, the order says who goes on. Nothing else runs at the same time.
 */
final class Interleaving {
  private static final int MOST_STEPS = 10_000;

  private final IntUnaryOperator order;
  private final boolean[] ended = new boolean[2];
  private final List<Throwable> faults = new ArrayList<>();
  private int step;
  private int turn;

  /**
   * @param order who takes the step with this number, 0 or 1
   */
  Interleaving(IntUnaryOperator order) {
    this.order = order;
  }

  /** What one actor does. */
  interface Actor {
    void act(ObjectStore objects, Time time) throws Exception;
  }

  /** Runs both to their ends, and returns what they threw. */
  List<Throwable> run(ObjectStore objects, Actor first, Actor second) throws InterruptedException {
    turn = order.applyAsInt(0);
    Thread[] threads = {thread(0, first, objects), thread(1, second, objects)};
    for (Thread thread : threads) {
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return faults;
  }

  private Thread thread(int me, Actor actor, ObjectStore objects) {
    return new Thread(
        () -> {
          try {
            await(me);
            actor.act(stepping(me, objects), new SteppingTime(me));
          } catch (Throwable e) {
            synchronized (this) {
              faults.add(e);
            }
          } finally {
            end(me);
          }
        });
  }

  private ObjectStore stepping(int me, ObjectStore objects) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              step(me, order.applyAsInt(step));
              try {
                return method.invoke(objects, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private synchronized void await(int me) throws InterruptedException {
    while (turn != me) {
      wait();
    }
  }

  private synchronized void step(int me, int next) throws InterruptedException {
    if (++step > MOST_STEPS) {
      throw new IllegalStateException("an actor waits for ever");
    }
    turn = ended[next] ? me : next;
    notifyAll();
    await(me);
  }

  private synchronized void end(int me) {
    ended[me] = true;
    turn = 1 - me;
    notifyAll();
  }

  /** Time that stands still; who sleeps lets the other go on. */
  private final class SteppingTime implements Time {
    private final int me;

    SteppingTime(int me) {
      this.me = me;
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      step(me, 1 - me);
    }

    @Override
    public Repetition every(Duration interval, String name, Runnable task) {
      return () -> {};
    }
  }
}
