// A disk that is full as SQLite in WAL mode meets it: each statement goes through, and the commit fails.
import type { Db } from '../../src/db/open.js';

/**
 * Lets every commit fail that such a change is part of: `update on outbox`, or `update of message_ts on incidents`. Returns what ends it. A
 * constraint that is looked at in the commit stands in for the disk; run(), all() and get() do the same as on a file system of 2 MB that is full.
 */
export function refuseCommits({ $client }: Db, change: string): () => void {
  $client.exec(`
    CREATE TEMP TABLE IF NOT EXISTS nobody (id INTEGER PRIMARY KEY);
    CREATE TEMP TABLE IF NOT EXISTS refused (id INTEGER REFERENCES nobody DEFERRABLE INITIALLY DEFERRED);
    CREATE TEMP TRIGGER refuse_commit AFTER ${change} BEGIN INSERT INTO refused VALUES (1); END`);
  return () => $client.exec('DROP TRIGGER temp.refuse_commit');
}
