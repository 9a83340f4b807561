/** Tables, bar charts and short digests as plain text. */
package io.winnow.local.text;
