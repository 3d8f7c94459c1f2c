// An alert about ourselves: what is wrong with the bot, or with a list it asks.
import { type Message, message, section } from './blocks.js';
import { esc, fitLines } from './text/escape.js';

/** A line of the text is a line of the message. */
export function alertMessage(text: string): Message {
  const lines = text.split('\n').map((line) => esc(line, 1500));
  const shown = `:warning: *relaywarden*: ${fitLines(lines, 2800)}`;
  return message(shown, [section(shown)]);
}
