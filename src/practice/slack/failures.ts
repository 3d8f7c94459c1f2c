// Failures on demand: the next calls of a method answer as a struggling Slack would.

/** One way for Slack to fail; exactly one of `error`, `status`, `retryAfter` and `hang` says which. */
export interface Failure {
  /** `{"ok":false,"error":…}` with HTTP 200. */
  error?: string;
  /** A bare HTTP status. */
  status?: number;
  /** HTTP 429 with this many seconds in Retry-After. */
  retryAfter?: number;
  /** The call is never answered. */
  hang?: boolean;
  /** The call has its effect all the same; only the answer is lost. */
  afterEffect?: boolean;
  /** How many calls fail; 1 unless told. */
  times?: number;
}

export class Failures {
  private readonly planned = new Map<string, { failure: Failure; left: number }[]>();

  /** `method` is a Web API method, `response_url`, or `*` for whatever comes next. */
  plan(method: string, failure: Failure): void {
    const queue = this.planned.get(method) ?? [];
    this.planned.set(method, [...queue, { failure, left: failure.times ?? 1 }]);
  }

  /** The failure this call must have, if one is planned. */
  take(method: string): Failure | undefined {
    return this.takeFrom(method) ?? this.takeFrom('*');
  }

  private takeFrom(method: string): Failure | undefined {
    const queue = this.planned.get(method) ?? [];
    const first = queue[0];
    if (!first) return undefined;
    first.left -= 1;
    if (first.left <= 0) queue.shift();
    return first.failure;
  }
}
