// docs/blocklists.md out of the catalogue. `npx vitest run --project unit test/blocklists/page.test.ts -u` writes it anew.
import { deadZones, unfitZones } from '../../src/blocklists/dead.js';
import type { Blocklist } from '../../src/blocklists/operator.js';
import { blocklists } from '../../src/blocklists/operators/index.js';

export function blocklistsPage(): string {
  return [
    '# Blocklists',
    '',
    'Written out of `src/blocklists/operators/` and `src/blocklists/dead.ts`; `relaywarden catalogue show ID` tells all of one list.',
    '',
    `## The ${blocklists.length} lists`,
    '',
    '_Removal takes_ counts from an accepted request, or from the end of the abuse. A list of low confidence alone is never more than a note.',
    '',
    ...table(
      ['list', 'name', 'zone', 'of', 'impact', 'confidence', 'removal', 'removal takes'],
      blocklists.map((list) => [
        `\`${list.id}\``,
        list.name,
        zoneOf(list),
        list.kinds.join(', '),
        list.impact,
        list.confidence,
        list.delisting.method,
        hours(list.delisting.expectedHours),
      ]),
    ),
    '',
    `## The ${deadZones.length} zones that ended`,
    '',
    'Naming one in the configuration gives a warning; none is asked.',
    '',
    ...table(
      ['zone', 'since', 'what happened', 'now'],
      deadZones.map(({ zone, match, since, whatHappened, behaviour }) => [
        `\`${match === 'suffix' ? '*.' : ''}${zone}\``,
        since,
        whatHappened,
        behaviour,
      ]),
    ),
    '',
    `## The ${unfitZones.length} zones that tell nothing of senders`,
    '',
    ...table(
      ['zone', 'why'],
      unfitZones.map(({ zone, match, reason }) => [`\`${match === 'suffix' ? '*.' : ''}${zone}\``, reason]),
    ),
    '',
  ].join('\n');
}

function zoneOf({ access, zone, keyedZone }: Blocklist): string {
  if (access === 'private') return 'none in the DNS';
  return keyedZone === undefined ? `\`${zone}\`` : `\`${zone}\`, with a key \`${keyedZone}\``;
}

function hours([shortest, longest]: readonly [number, number]): string {
  if (longest === 0) return 'not known';
  return shortest === longest ? `${longest} h` : `${shortest}–${longest} h`;
}

function table(header: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}
