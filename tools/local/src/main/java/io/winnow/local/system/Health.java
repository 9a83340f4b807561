package io.winnow.local.system;

import java.util.Optional;

/** Asks services about their health. */
interface Health {

  /** Whether a service accepts work. */
  boolean ready(Child child) throws InterruptedException;

  /**
   * Why a service does not work any more and cannot recover without a restart; empty if it works.
   */
  Optional<String> fault(Child child) throws InterruptedException;
}
