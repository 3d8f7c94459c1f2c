// Outsiders' text on a terminal.

/** The text without what could steer the terminal, cut to a length nobody reads beyond. */
export function visible(text: string, most = 2_000): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, most);
}
