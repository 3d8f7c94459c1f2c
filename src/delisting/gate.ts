// The gate: whether a removal may be asked for now. To ask while the cause still sends means being listed again, for longer.

/** What one open point is about; `compromise` once for each linked incident that nothing holds back. */
export type GatePointId = 'suspect' | 'compromise' | 'quiet' | 'ptr' | 'spf' | 'retry';

export interface GatePoint {
  id: GatePointId;
  isMet: boolean;
  /** For people, without markup: "Incident 12 (Kvist AS) is contained", "quiet for 1 h of 4 h". May hold outsiders' text. */
  text: string;
  /** What mends it: a button of the listing's card. `action` is the action id, `arg` what follows incident and revision in its value. */
  mend?: { action: string; label: string; arg?: string; url?: string };
}

export interface Gate {
  /** Reports whether every point is met. */
  isOpen: boolean;
  points: GatePoint[];
}
