// Whether the mail of a compromise goes on, in words: under the state on its card, and as a half sentence in lists.
import type { Run } from '../../../incidents/running.js';
import { when, whenAgo } from './time.js';

/** `Still sending · last message today 02:14, now` */
export function runLine({ state, lastAt, wasRefused, readTo }: Run): string {
  const last = `last ${wasRefused ? 'refused' : 'message'} ${whenAgo(lastAt)}`;
  switch (state) {
    case 'on':
      return `*Still sending* · ${last}`;
    case 'tried':
      return `*Still trying* · ${last}`;
    case 'held':
      return `*Nothing more has come* · ${last}`;
    case 'stopped':
      return `*Nothing passes* · ${last}`;
    case 'silent':
      return `*Silent* · ${last}`;
    case 'unknown':
      return `:warning: *Not known whether it goes on*: the logs are ${readTo === undefined ? 'not read up to now' : `read up to ${when(readTo)}, catching up`} · ${last}`;
  }
}

/** `still sending`, `silent since today 02:14` */
export function runWords({ state, lastAt, readTo }: Run): string {
  switch (state) {
    case 'on':
      return 'still sending';
    case 'tried':
      return 'still trying';
    case 'held':
      return 'nothing since';
    case 'stopped':
      return `nothing passes since ${when(lastAt)}`;
    case 'silent':
      return `silent since ${when(lastAt)}`;
    case 'unknown':
      return `last seen ${when(lastAt)}, logs ${readTo === undefined ? 'are late' : `read up to ${when(readTo)}`}`;
  }
}
