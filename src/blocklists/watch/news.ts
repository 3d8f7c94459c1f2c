// What people are told of a list's health, once each: in words, and what helps.
import type { Tx } from '../../db/transaction.js';
import { asGoodNews } from '../../outbox/good-news.js';
import { queueLine } from '../../outbox/queue.js';
import type { Blocklist } from '../operator.js';
import type { ListNews } from './belief.js';
import { backOffMs } from './plan.js';

/** News of several lists within this time are one message; wall clock. */
const TOGETHER_MS = 15_000;

/** Queues it in the transaction that changes the list's state. */
export function tellOfList(tx: Tx, list: Blocklist, news: ListNews, reason: string, at: number): void {
  const key = `list-health:${list.id}:${at}`;
  const text = newsText(list, news, reason);
  queueLine(tx, { key, kind: 'health.alert', lane: 'list-health', text }, at, TOGETHER_MS);
}

/** One line. `reason` may hold text of the catalogue only. */
function newsText({ id, name, keyedZone, access }: Blocklist, news: ListNews, reason: string): string {
  switch (news) {
    case 'broken':
      return `${name} is broken: ${reason}. Its answers count for nothing until its test entries pass.`;
    case 'well':
      return asGoodNews(`${name} is well again: its test entries pass, its answers count.`);
    case 'answers again':
      return asGoodNews(`${name} answers us again.`);
    case 'refuses':
      return `${name} refuses us: ${reason}. It is asked again in ${minutes(backOffMs(1))} min, then ever more rarely. ${helpFor(id, keyedZone !== undefined, access)}`;
  }
}

function helpFor(id: string, hasKeyedZone: boolean, access: Blocklist['access']): string {
  const key = hasKeyedZone ? `, or get an account key and set blocklists.keys.${id}` : '';
  const registration = access === 'registration' ? ', and register its address with the operator' : '';
  return `Ask through a resolver of your own, no public one (dns.servers)${registration}${key}. To do without the list: blocklists.disable.`;
}

function minutes(ms: number): number {
  return Math.round(ms / 60_000);
}
