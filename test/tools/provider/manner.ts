// What a receiver's manner of answering is. `said` is the text after `said: `, and may hold several lines as Postfix joins them.
import type { Dice } from './dice.js';

export type Style =
  | 'google'
  | 'microsoft-consumer'
  | 'microsoft-365'
  | 'yahoo'
  | 'mail-ru'
  | 'united-internet'
  | 't-online'
  | 'icloud'
  | 'orange'
  | 'postfix'
  | 'exim'
  | 'exchange'
  | 'proofpoint'
  | 'barracuda'
  | 'mimecast'
  | 'ironport'
  | 'qmail'
  | 'zimbra'
  | 'sendmail';

export type Trouble = 'unknown' | 'full' | 'content' | 'auth' | 'grey' | 'slow' | 'busy';

export interface Asked {
  dice: Dice;
  recipient: string;
  sender: string;
  /** Our address. */
  ip: string;
  mx: string;
}
export interface Answer {
  said: string;
  at: 'RCPT TO' | 'end of DATA' | 'MAIL FROM' | 'greeting';
}

export function rcpt(said: string): Answer {
  return { said, at: 'RCPT TO' };
}
export function data(said: string): Answer {
  return { said, at: 'end of DATA' };
}
export const HEX = '0123456789abcdef';
export const ALNUM = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const UPPER = '0123456789ABCDEF';

export type Manner = Partial<Record<Trouble, (asked: Asked) => Answer>> & { sent: (asked: Asked) => string };
