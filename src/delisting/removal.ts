// How one gets off a list: what the catalogue of lists and of receivers says, in one shape. Pure.

import type { Blocklist, Delisting } from '../blocklists/operator.js';
import type { Receiver } from '../blocklists/receivers/receiver.js';
import { removalFor } from '../blocklists/receivers.js';

export interface Removal {
  /** Id of the list or receiver. */
  list: string;
  name: string;
  method: Delisting['method'];
  /** The form, or a page about it. */
  url?: string;
  /** Whom to write to, where a mail is the way. */
  mail?: string;
  /** What the operator says of removals, in our words. */
  policy: string;
  /** Shortest and longest time from a complete request to removal. */
  expectedHours: readonly [number, number];
  /** Time that has to lie between two requests. */
  retryHours: number;
  /** What the form or mail asks for. */
  asks: readonly string[];
  /** What is sold for a faster removal. */
  sells?: string;
  scope: Blocklist['scope'];
  /** Reports whether a DNS question tells that it is gone. */
  inDns: boolean;
  /** No catalogue knows it: times and ways are what lists have in general. */
  isUnknown?: true;
}

/** The delisting guide's word on lists in general: 24 to 72 hours for a removal to reach everybody. */
const GENERAL_WAIT: readonly [number, number] = [24, 72];

/** By id; one that no catalogue knows (a refusal named it) is asked as the guide says. `code` is the receiver's own: some have two doors. */
export function removalOf(
  id: string,
  { lists, receivers }: { lists: readonly Blocklist[]; receivers: readonly Receiver[] },
  code = '',
): Removal {
  const list = lists.find((candidate) => candidate.id === id);
  if (list) return ofList(list);
  const receiver = receivers.find((candidate) => candidate.id === id);
  return receiver ? ofReceiver(receiver, code) : { ...UNKNOWN, list: id, name: id, isUnknown: true };
}

function ofList({ id, name, scope, delisting }: Blocklist): Removal {
  const { method, url, policy, expectedHours, retryHours, needs, sells } = delisting;
  return {
    list: id,
    name,
    method,
    ...addressOf(url),
    policy,
    expectedHours,
    retryHours: retryHours ?? expectedHours[1],
    asks: needs,
    ...(sells ? { sells } : {}),
    scope,
    inDns: true,
  };
}

function ofReceiver(receiver: Receiver, code: string): Removal {
  const { removalUrl, mail, method, asks, expectedHours, notes } = removalFor(receiver, code);
  return {
    ...UNKNOWN,
    list: receiver.id,
    name: receiver.name,
    method,
    ...(removalUrl ? { url: removalUrl } : {}),
    ...(mail ? { mail } : {}),
    policy: notes ?? '',
    expectedHours,
    retryHours: expectedHours[1],
    asks,
  };
}

function addressOf(url: string | undefined): Pick<Removal, 'url' | 'mail'> {
  if (!url) return {};
  return url.startsWith('mailto:') ? { mail: url.slice('mailto:'.length) } : { url };
}

const UNKNOWN: Omit<Removal, 'list' | 'name'> = {
  method: 'form',
  policy: '',
  expectedHours: GENERAL_WAIT,
  retryHours: GENERAL_WAIT[1],
  asks: [],
  scope: 'address',
  inDns: false,
};
