// The reason that a form begins with: what is counted up to now, then what gave it away and when. It is kept on record and read days later,
// so its times are whole and in UTC, where Slack would translate none.
import type { Incident } from '../../../incidents/incident.js';
import { count } from '../../../words.js';
import { utcStretch } from './time.js';

/** Plain text with outsiders' words in it; '' when nothing is known. */
export function reasonSoFar({ subject, evidence, since, lastSeenAt }: Incident): string {
  const [strongest] = evidence;
  if (subject.kind !== 'compromise') return strongest ?? '';
  const { messages, recipients, evidenceOf } = subject;
  const times = utcStretch(since, lastSeenAt);
  const soFar = `${count(messages, 'message')} to ${count(recipients, 'recipient')}, ${times}`;
  // The figures of a reason are of the stretch that said most, which may be hours ago.
  const ofThem = evidenceOf && utcStretch(evidenceOf.from, evidenceOf.to);
  const by = evidenceOf?.sender ? ` (${evidenceOf.sender})` : '';
  const of = `${by}${ofThem && ofThem !== times ? `, ${ofThem}` : ''}`;
  return [...(messages > 0 ? [soFar] : []), ...(strongest ? [`${strongest}${of}`] : [])].join('. ');
}
