// A message as a client hands it to the relay, before anybody has decided about it.
import type { Client, Habit } from './people.js';

export interface Letter {
  /** Practice time, ms. */
  at: number;
  /** Host name of the relay it is handed to. */
  relay: string;
  /** Customer id: whose it truly is, which the relay has to find out. */
  customer: string;
  client: Client;
  login?: string;
  sender: string;
  recipients: Recipient[];
  sizeBytes: number;
  /** Name of the scene it belongs to; absent for quiet mail. */
  scene?: string;
}

export interface Recipient {
  address: string;
  /** Whether there is such a mailbox. */
  exists: boolean;
}

/** The login a customer's mailbox hands mail in with; undefined for customers known by their address. */
export function loginOf({ customer }: Habit, mailbox: string): string | undefined {
  const [smarthost] = customer.sasl_users;
  const [domain] = customer.sasl_domains;
  return smarthost ?? (domain === undefined ? undefined : `${mailbox}@${domain}`);
}

/** The sender domain of a customer. */
export function domainOfCustomer({ customer }: Habit): string {
  return customer.domains[0] ?? '';
}
