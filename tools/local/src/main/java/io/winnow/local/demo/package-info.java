/** The demo: the method beside a random coreset and the whole set, at one training budget. */
package io.winnow.local.demo;
