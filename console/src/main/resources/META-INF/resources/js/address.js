// The part of the page's address after '#'.

/** Replaces percent escapes. Anybody can type an address: a malformed one is returned as it is. */
export function unescaped(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
