package io.winnow.stage.internal;

import io.winnow.store.object.ObjectStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.function.Consumer;

/** A store whose writes pass a gate first, which may hold or refuse them. */
final class GatedStore {
  private static final Set<String> WRITES = Set.of("put", "create");

  private GatedStore() {}

  /**
   * @param gate called with the key of every object to be written, on the thread that writes
   */
  static ObjectStore of(ObjectStore store, Consumer<String> gate) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            GatedStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              if (WRITES.contains(method.getName())) {
                gate.accept((String) arguments[0]);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
