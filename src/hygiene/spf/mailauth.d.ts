// What we use of mailauth, which ships no types.
declare module 'mailauth/lib/spf/macro.js' {
  /** Throws when a macro cannot be read. */
  export default function expandMacros(text: string, values: { sender: string; ip: string; helo: string }): string;
}

declare module 'mailauth/lib/spf/index.js' {
  export interface SpfOptions {
    sender: string;
    ip: string;
    helo: string;
    /** Named in comments; the machine's own name unless given. */
    mta: string;
    maxResolveCount?: number;
    maxVoidCount?: number;
    /** As dns.promises.resolve: throws errors with `code` ENOTFOUND, ENODATA or ETIMEOUT. */
    resolver: (name: string, type: string) => Promise<unknown[]>;
  }

  export interface SpfResult {
    status: {
      result: 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'permerror' | 'temperror';
      comment?: string;
    };
    rr?: string;
    lookups?: { limit: number; count: number; void: number };
  }

  const module: { spf: (options: SpfOptions) => Promise<SpfResult> };
  export default module;
}
