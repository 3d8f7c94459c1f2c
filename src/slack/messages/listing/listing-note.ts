// A listing that is no alarm: one plain line, once.
import type { ListFacts } from '../../../incidents/listings/entries.js';
import { andMore } from '../../../words.js';
import { type Message, message, section } from '../blocks.js';
import { esc } from '../text/escape.js';

const SHOWN = 5;

/** `Note: 203.0.113.17 is on X (few receivers ask it, nothing to do)`. */
export function listingNote(targets: readonly string[], { name, scope }: Pick<ListFacts, 'name' | 'scope'>): Message {
  const shown = targets.slice(0, SHOWN).map((target) => `\`${esc(target, 80)}\``);
  const whom = andMore(shown, targets.length);
  const isNetwork = scope === 'range' || scope === 'network';
  const why = isNetwork ? "your provider's network, not you" : 'few receivers ask it, nothing to do';
  const line = `:information_source: Note: ${whom} ${targets.length === 1 ? 'is' : 'are'} on *${esc(name, 80)}* (${why})`;
  return message(line, [section(line)]);
}
