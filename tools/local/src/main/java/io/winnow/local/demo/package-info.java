/** The demo: Winnow's method, a random coreset and the full data set, with one training budget. */
package io.winnow.local.demo;
