// What a listing hits now: how much of the mail leaves over the listed addresses, whose, and how many relays are left. Pure.

/** Of the last 24 hours. */
export interface Impact {
  /** Part of all mail that left over the listed addresses, 0..1; undefined when the logs do not tell. */
  share: number | undefined;
  messages: number;
  /** Customers with mail over the listed addresses. */
  customers: number;
  /** Relays there are, and those none of whose addresses is listed. */
  relays: number;
  cleanRelays: number;
}
