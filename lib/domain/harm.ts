/** What one version answered in a span of time. Times are milliseconds to the first byte; null without any answer. */
export type Answers = { requests: number; failed: number; p50Ms: number | null; p95Ms: number | null }

/** A release that does measured harm: what was compared, and why it counts as worse. */
export type Harm = {
  at: string
  kind: 'errors' | 'latency'
  /** The sentence a person reads, with the numbers. */
  message: string
  before: Answers
  after: Answers
  /** The deployment that serves again. */
  restored: string
}
