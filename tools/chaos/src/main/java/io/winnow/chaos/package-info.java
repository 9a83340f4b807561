/**
 * Fault injection. {@link io.winnow.chaos.Chaos} injects faults into a running system and compares
 * everything that its runs produce with an undisturbed run; {@link io.winnow.chaos.Flood} submits
 * more runs than a system can process.
 */
package io.winnow.chaos;
