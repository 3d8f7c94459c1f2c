// What everybody else asks of this folder.
import type { Look } from './look.js';
import type { HygieneSubject } from './subjects.js';

export interface Hygiene {
  /** Reads an address, domain or customer. Throws UserError on bad input. */
  subjectsOf: (text: string) => HygieneSubject[];
  /** Looks now. What is ours is kept, and the cards that show it are brought up to date. */
  look: (subjects: readonly HygieneSubject[], onLook?: (done: number) => void) => Promise<Look[]>;
  /** Looks at everything of ours and queues what changed to be told. Does nothing while a round is under way. */
  round: () => Promise<void>;
  /** Reports whether our addresses were not looked at for more than a day. */
  isDue: () => boolean;
  /** Ends a round that is under way. */
  stop: () => void;
}
