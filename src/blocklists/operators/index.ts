// Every operator we know, by how much mail its lists cost. A new one is one file and one line here.
import type { Blocklist, Operator } from '../operator.js';
import { barracuda } from './barracuda.js';
import { mailspike } from './mailspike.js';
import { psbl } from './psbl.js';
import { spamcop } from './spamcop.js';
import { spamhaus } from './spamhaus.js';
import { surbl } from './surbl.js';
import { uceprotect } from './uceprotect.js';
import { uribl } from './uribl.js';
import { validity } from './validity.js';

export const operators: readonly Operator[] = [
  spamhaus,
  barracuda,
  spamcop,
  validity,
  surbl,
  uribl,
  mailspike,
  psbl,
  uceprotect,
];

export const blocklists: readonly Blocklist[] = operators.flatMap(({ lists }) => lists);
