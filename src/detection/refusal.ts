// What a bounce says about the sender's list or mail. Blocks of our address say nothing about the sender and are not in here.
import type { ReplyMeaning } from '../intake/replies/index.js';
import type { Delivery } from '../mail/event.js';

/** `unknown-user` for a recipient that does not exist, `content` for mail refused for what it says; else undefined. */
export function refusalOf(event: Delivery, meaning: ReplyMeaning | undefined): 'unknown-user' | 'content' | undefined {
  if (event.status !== 'bounced') return undefined;
  if (meaning?.meaning === 'unknown-user' || meaning?.meaning === 'content') return meaning.meaning;
  // The domain itself does not exist: as dead an address as an unknown user (RFC 3463: 5.1.2, and Postfix' 5.4.4 for no such host).
  return meaning === undefined && (event.dsn === '5.1.2' || event.dsn === '5.4.4') ? 'unknown-user' : undefined;
}
