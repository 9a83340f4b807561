/** Tables and charts of plain text. */
package io.winnow.local.text;
