package io.winnow.stage.internal;

import io.winnow.store.local.Time;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The machine's time as a bean, so that tests can replace it. */
@Singleton
class TimeBean {

  @Produces
  @Singleton
  Time time() {
    return Time.system();
  }
}
