// Reports written for these tests, in the manner of the servers their names tell.
import { readdirSync, readFileSync } from 'node:fs';
import { type Report, readReport } from '../../../src/intake/reports/read-report.js';

const FOLDER = new URL('../../fixtures/reports/', import.meta.url);

export const fixtureNames = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.eml'))
  .sort();

export function fixture(name: string): Buffer {
  return readFileSync(new URL(name, FOLDER));
}

export async function readFixture<Kind extends Report['kind']>(
  name: string,
  kind: Kind,
): Promise<Extract<Report, { kind: Kind }>> {
  const report = await readReport(fixture(name));
  if (report.kind !== kind) throw new Error(`${name} was read as ${report.kind}`);
  return report as Extract<Report, { kind: Kind }>;
}
