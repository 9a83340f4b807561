/** Commands that operate a system: start it, manage dead letters, free space, inject faults. */
package io.winnow.cli.ops;
