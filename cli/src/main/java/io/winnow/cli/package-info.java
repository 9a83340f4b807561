/** The command line: {@code winnow demo | up | submit | status | report | cancel}. */
package io.winnow.cli;
