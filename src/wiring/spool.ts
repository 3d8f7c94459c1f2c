// The spool between those who receive batches and the log worker that counts them.
import { type Config, intakeToken } from '../config.js';
import { readCountedBatches } from '../detection/live/counted-batches.js';
import { SpoolWriter } from '../intake/spool-writer.js';

export interface Spool {
  /** Where receivers put what they got. */
  writer: SpoolWriter;
  stop(): Promise<void>;
}

export function createSpool({ intake, database }: Config): Spool {
  const counted = readCountedBatches(database.traffic);
  const writer = new SpoolWriter({
    dir: intake.spool,
    maxBytes: intake.spoolMegabytes * 1_000_000,
    countedFingerprint: (id) => counted.fingerprint(id),
  });
  return {
    writer,
    async stop() {
      await writer.stop();
      counted.close();
    },
  };
}

/** What health says of the spool; nothing where nothing is taken and nothing waits. */
export function spoolLevel(config: Config, spool: Spool | undefined): ReturnType<SpoolWriter['level']> | undefined {
  const level = spool?.writer.level();
  const isOn = intakeToken(config) !== undefined || config.intake.lmtp.listen !== undefined;
  return level && (isOn || level.batches + level.failed > 0) ? level : undefined;
}
