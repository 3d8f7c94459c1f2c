import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordAudit } from '../../src/audit/record.js';
import { auditRows, CSV_HEADER, toCsv, toJsonLine, verifyAudit } from '../../src/audit/verify.js';
import type { Db } from '../../src/db/open.js';
import { ANN, T0 } from '../helpers/incidents.js';
import { freshDb, tempDir } from '../helpers/temp.js';

function fill(db: Db, count: number): void {
  for (let i = 0; i < count; i++)
    recordAudit(db, {
      at: T0 + i,
      actor: ANN,
      verb: 'note',
      subject: `incident:${i}`,
      reason: `why ${i}`,
      details: { i },
    });
}

describe('the audit trail', () => {
  it('refuses update and delete', () => {
    const db = freshDb();
    fill(db, 2);

    expect(() => db.$client.exec("UPDATE audit SET reason = 'other' WHERE seq = 1")).toThrow(/append-only/);
    expect(() => db.$client.exec('DELETE FROM audit')).toThrow(/append-only/);
  });

  it('verifies what it wrote, over pages', () => {
    const db = freshDb();
    fill(db, 25);

    expect(verifyAudit(db)).toMatchObject({ intact: true, rows: 25 });
    expect([...auditRows(db, 10)].map((row) => row.seq)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  });

  it.each([
    ['a changed reason', "UPDATE audit SET reason = 'nothing to see' WHERE seq = 4", 4],
    ['a changed outcome', "UPDATE audit SET outcome = 'refused' WHERE seq = 2", 2],
    ['changed details', `UPDATE audit SET details = '{"i":99}' WHERE seq = 3`, 3],
    ['a removed row', 'DELETE FROM audit WHERE seq = 3', 3],
    ['a swapped hash', 'UPDATE audit SET prev_hash = hash WHERE seq = 5', 5],
  ])('names the first broken row: %s', (_, tampering, broken) => {
    const path = join(tempDir(), 'audit.db');
    const db = freshDb(path);
    fill(db, 6);

    // Somebody with the file in hand removes the triggers first.
    const forger = new Database(path);
    forger.exec('DROP TRIGGER audit_refuses_update; DROP TRIGGER audit_refuses_delete;');
    forger.exec(tampering);
    forger.close();

    expect(verifyAudit(db)).toMatchObject({ intact: false, seq: broken });
  });

  it('survives any text in a reason, in SQL, JSON and CSV', () => {
    const db = freshDb();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (reason) => {
        const row = recordAudit(db, { at: T0, actor: ANN, verb: 'note', subject: 'incident:1', reason });

        expect(JSON.parse(toJsonLine(row)).seq).toBe(row.seq);
        expect(toCsv(row).startsWith(`${row.seq},`)).toBe(true);
      }),
      { numRuns: 50 },
    );
    expect(verifyAudit(db)).toMatchObject({ intact: true });
  });

  it('survives half a surrogate pair, as a cut emoji leaves it', () => {
    const db = freshDb();
    recordAudit(db, { at: T0, actor: ANN, verb: 'note', subject: 'incident:1', reason: 'oh \ud83d' });

    expect(verifyAudit(db)).toMatchObject({ intact: true });
  });

  it('makes a formula in a cell inert', () => {
    const row = recordAudit(freshDb(), {
      at: T0,
      actor: ANN,
      verb: 'note',
      subject: 'incident:1',
      reason: '=HYPERLINK("x")',
    });

    expect(CSV_HEADER.split(',').length).toBe(11);
    expect(toCsv(row)).toContain(`"'=HYPERLINK(""x"")"`);
  });
});
