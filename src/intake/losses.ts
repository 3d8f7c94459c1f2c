// What of a log could not be read, in the words that the desk gets.
import { NEVER_ALLOWED } from './locked-wait.js';
import { isRefusal, type RotatedFile } from './rotated-files.js';
import { isAllRead, type Rotation } from './rotations.js';
import type { OtherPacking } from './unpacked.js';

const REST_LOST = 'and its last lines are lost';

export class Losses {
  /** Each with the time when it was given up. */
  readonly all: { at: number; text: string }[] = [];
  /** Said since a file was begun: those that are passed over are met again as long as none is. */
  private readonly told = new Set<string>();

  constructor(private readonly now: () => number) {}

  /** A file is begun behind those that were passed over. */
  begun(): void {
    this.told.clear();
  }

  /** Of the log at `path`, the rest of the file that was read last is not to be had. */
  rest(path: string, rotation: Rotation): void {
    if (isAllRead(rotation)) return;
    if (rotation.kind === 'gone')
      this.add(`${path}: was rotated, and the old file is gone: what it got since it was read last is lost`);
    else if (rotation.kind === 'locked') this.add(`${rotation.file.path}: ${NEVER_ALLOWED}, ${REST_LOST}`);
    else if (rotation.kind === 'packed') {
      const { file, packing } = rotation;
      const reason = `was packed with ${packing.name} before it was read to its end`;
      this.add(`${file.path}: ${reason}, ${REST_LOST}${byHand(file, packing)}`);
    }
  }

  packedOtherwise(file: RotatedFile, packing: OtherPacking): void {
    this.add(
      `${file.path}: is packed with ${packing.name}, which is not read, and is passed over${byHand(file, packing)}`,
    );
  }

  notOpened({ path }: RotatedFile, error: unknown): void {
    this.add(`${path}: ${isRefusal(error) ? NEVER_ALLOWED : (error as Error).message}, and is passed over`);
  }

  broken(path: string, failure: Error): void {
    this.add(`${path}: is broken (${failure.message}), and lines of it are lost`);
  }

  private add(text: string): void {
    if (this.told.has(text)) return;
    this.told.add(text);
    this.all.push({ at: this.now(), text });
  }
}

/** What there is for it: nothing takes past lines into the live detection. */
function byHand({ path }: RotatedFile, { program }: OtherPacking): string {
  return `. To see what was in it: ${program} ${path} | relaywarden replay -`;
}
