// What the desk's own judgements say about past mail: compromises that people acted on, and alarms they called noise.
import { eq } from 'drizzle-orm';
import { RELAYWARDEN } from '../../audit/record.js';
import { teachings } from '../../db/schema.js';
import type { Tx } from '../../db/transaction.js';
import { sendersOf, type TrueRun, type Truth, type Verdict } from '../../detection/replay/truth.js';
import { UserError } from '../../errors.js';
import { compromisesBetween, containmentsOf } from '../store.js';

/**
 * The desk's judgements about mail between two times (ms), as far as it made any: an alarm marked as noise was honest mail; a compromise
 * that a person contained, or opened, was spam. What was only resolved stays open: a resolution is words. `source` names the database.
 */
export function judgedTruth(db: Tx, source: string, from: number, to: number): Truth {
  const runs = compromisesBetween(db, from, to).flatMap((incident): TrueRun[] => {
    const verdict = verdictOn(db, incident);
    if (!verdict) return [];
    const { shape, logins, clientIps, ...subject } = incident.subject;
    const senders = sendersOf(subject);
    const name = `incident ${incident.id}`;
    const { customer, since, lastSeenAt } = incident;
    return [{ name, verdict, kind: shape, customer, senders, logins, clientIps, since, until: lastSeenAt }];
  });
  return { source, isComplete: false, runs, blocks: [] };
}

function verdictOn(db: Tx, { id, openedBy }: { id: number; openedBy: string }): Verdict | undefined {
  if (marksOf(db, id).some(({ undoneAt }) => undoneAt === null)) return 'honest';
  const isActedOn = containmentsOf(db, id).some(({ placedBy }) => placedBy !== RELAYWARDEN.name);
  return isActedOn || openedBy !== RELAYWARDEN.id ? 'spam' : undefined;
}

function marksOf(db: Tx, incidentId: number) {
  try {
    return db.select().from(teachings).where(eq(teachings.incidentId, incidentId)).all();
  } catch (cause) {
    if (!/no such table/.test(String((cause as Error).cause ?? cause))) throw cause;
    throw new UserError('The database is of an earlier version: start the bot, or run relaywarden db migrate.', {
      cause,
    });
  }
}
