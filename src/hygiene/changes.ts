// What changed between two looks. Only what is known counts: an unanswered question changes nothing.
import { type Look, type Point, recordPoints } from './look.js';

type Known = NonNullable<Point['lastKnown']>;

export interface Change {
  /** `SPF`, `PTR`, `DKIM s1`; `name` of a domain that is gone. */
  name: string;
  before: Known;
  after: Known;
}

/** What is known of a point: its own finding, or the last one there was; undefined when it was never answered. */
function known(point: Point, lookedAt: number): Known | undefined {
  if (point.state === 'unknown') return point.lastKnown;
  const { state, text, record } = point;
  return { state, text, at: lookedAt, ...(record === undefined ? {} : { record }) };
}

/** The fresh look, in which every unknown point remembers what was last known of it. */
export function keepKnown(before: Look, fresh: Look): Look {
  const earlier = new Map(recordPoints(before).map(({ name, point }) => [name, known(point, before.lookedAt)]));
  const keep = (name: string, point: Point): Point => {
    const last = earlier.get(name);
    return point.state === 'unknown' && last ? { ...point, lastKnown: last } : point;
  };
  if (fresh.kind === 'address')
    return { ...fresh, ptr: keep('PTR', fresh.ptr), helo: keep('HELO', fresh.helo), spf: keep('SPF', fresh.spf) };
  return {
    ...fresh,
    spf: keep('SPF', fresh.spf),
    dkim: fresh.dkim.map((point) => keep(`DKIM ${point.selector ?? ''}`.trimEnd(), point)),
    dmarc: keep('DMARC', fresh.dmarc),
  };
}

/** The points whose known state or record is another than before. A point looked at for the first time is no change. */
export function changesOf(before: Look, after: Look): Change[] {
  const earlier = new Map(recordPoints(before).map(({ name, point }) => [name, known(point, before.lookedAt)]));
  const changes = recordPoints(after).flatMap(({ name, point }) => {
    const was = earlier.get(name);
    const is = known(point, after.lookedAt);
    if (!was || !is || (was.state === is.state && was.record === is.record)) return [];
    return [{ name, before: was, after: is }];
  });
  return after.kind === 'domain' && after.name ? goneAt(after.name, changes) : changes;
}

/** That the name is gone is one change, whatever stood under it. */
function goneAt({ text }: Point, [first]: readonly Change[]): Change[] {
  if (!first) return [];
  const before: Known = { state: 'ok', text: 'the name is in the DNS', at: first.before.at };
  return [{ name: 'name', before, after: { state: 'bad', text, at: first.after.at } }];
}
