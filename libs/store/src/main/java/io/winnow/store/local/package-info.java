/**
 * What libraries and services need of the machine that they run on, once: files that appear
 * completely or not at all, locks between processes, daemon threads, and time that tests control.
 */
package io.winnow.store.local;
