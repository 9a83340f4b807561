/** A whole Winnow system on one machine: its home, its servers and its service processes. */
package io.winnow.local.system;
