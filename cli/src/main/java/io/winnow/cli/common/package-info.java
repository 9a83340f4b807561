/** Options that several commands share, and where commands print and write. */
package io.winnow.cli.common;
