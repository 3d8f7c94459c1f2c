// Names that are CNAMEs: nothing else may stand beside one (RFC 1034 section 3.6.2), so a record is published where it leads.
import type { Ask } from './ask.js';
import type { DnsRecord, Point } from './look.js';

/** The point with its records under the names where they can be published, and with a word about it. */
export async function whereItLeads(ask: Ask, point: Point): Promise<Point> {
  if (point.publish === undefined) return point;
  const publish = await Promise.all(point.publish.map((record) => moved(ask, record)));
  const said = point.publish.flatMap(({ name }, i) => {
    const to = publish[i]?.name ?? name;
    return to === name ? [] : [`${name} is a CNAME to ${to}: the record goes there, or in place of the CNAME.`];
  });
  return said.length === 0 ? point : { ...point, publish, advice: [point.advice ?? '', ...said].join(' ').trim() };
}

async function moved(ask: Ask, record: DnsRecord): Promise<DnsRecord> {
  const found = await ask(record.name, record.type);
  return found.kind === 'unknown' || found.alias === undefined ? record : { ...record, name: found.alias };
}
