// What can be watched. Kinds with a unit compare a measured value with a threshold; the others are true or not (value 1 or 0, threshold 0).

export const ALERT_KINDS = ['down', 'unhealthy', 'deployment_failed', 'cpu', 'cpu_milli', 'memory', 'memory_mib', 'error_rate', 'latency_p95', 'volume', 'disk', 'snapshot_failed', 'certificate'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** What a kind is measured of: a service, something with bytes of its own, or the machine below an environment. */
export type AlertSubject = 'service' | 'volume' | 'environment'

export type AlertUnit = 'percent' | 'milli_cpu' | 'mib' | 'ms'

type KindFacts = {
  of: AlertSubject
  /** Null: it is true or not. */
  unit: AlertUnit | null
  /** What a person calls it at the beginning of a sentence. */
  word: string
  /** What is compared, in one sentence. */
  explanation: string
  /** The rule of every environment that says nothing else. */
  standard: { isOn: boolean; threshold: number; forSeconds: number }
  /** How long it has to be well again before the alert is resolved. */
  clearSeconds: number
}

export const ALERT_KIND: Record<AlertKind, KindFacts> = {
  down: { of: 'service', unit: null, word: 'Down', explanation: 'No replica of a service that should run is well, or it exits again and again.', standard: { isOn: true, threshold: 0, forSeconds: 60 }, clearSeconds: 60 },
  unhealthy: { of: 'service', unit: null, word: 'Health check fails', explanation: 'At least one replica runs and does not answer its health check.', standard: { isOn: true, threshold: 0, forSeconds: 120 }, clearSeconds: 60 },
  deployment_failed: { of: 'service', unit: null, word: 'Deployment failed', explanation: 'The newest deployment of a service failed. It is resolved by one that does not.', standard: { isOn: true, threshold: 0, forSeconds: 0 }, clearSeconds: 0 },
  cpu: { of: 'service', unit: 'percent', word: 'CPU', explanation: 'Of the busiest replica, as a share of its limit. Nothing is said of services without a limit.', standard: { isOn: true, threshold: 90, forSeconds: 300 }, clearSeconds: 60 },
  cpu_milli: { of: 'service', unit: 'milli_cpu', word: 'CPU', explanation: 'Of the busiest replica, in thousandths of one processor; also of services without a limit.', standard: { isOn: false, threshold: 1_000, forSeconds: 300 }, clearSeconds: 60 },
  memory: { of: 'service', unit: 'percent', word: 'Memory', explanation: 'Of the replica that has the least left, as a share of its limit. Nothing is said of services without a limit.', standard: { isOn: true, threshold: 90, forSeconds: 300 }, clearSeconds: 60 },
  memory_mib: { of: 'service', unit: 'mib', word: 'Memory', explanation: 'Of the replica that uses most, in mebibytes; also of services without a limit.', standard: { isOn: false, threshold: 1_024, forSeconds: 300 }, clearSeconds: 60 },
  error_rate: { of: 'service', unit: 'percent', word: 'Error rate', explanation: 'Answers with 5xx and requests without an answer, of the last minute, where there were at least 10 requests.', standard: { isOn: true, threshold: 5, forSeconds: 120 }, clearSeconds: 120 },
  latency_p95: { of: 'service', unit: 'ms', word: '95 % of answers take', explanation: 'Time to the first byte of all but the slowest twentieth, of the last minute, where there were at least 10 requests.', standard: { isOn: false, threshold: 2_000, forSeconds: 300 }, clearSeconds: 120 },
  volume: { of: 'volume', unit: 'percent', word: 'Volume', explanation: 'What a volume holds, as a share of its limit. Nothing is said of volumes without a limit.', standard: { isOn: true, threshold: 90, forSeconds: 60 }, clearSeconds: 60 },
  disk: { of: 'environment', unit: 'percent', word: 'Disk', explanation: 'Of the machine that the environment runs on: the data folder, or that of its Docker engine.', standard: { isOn: true, threshold: 90, forSeconds: 60 }, clearSeconds: 60 },
  snapshot_failed: { of: 'volume', unit: null, word: 'Snapshot failed', explanation: 'The newest snapshot by schedule or by hand failed. It is resolved by one that does not.', standard: { isOn: true, threshold: 0, forSeconds: 0 }, clearSeconds: 0 },
  certificate: { of: 'service', unit: null, word: 'Certificate ends soon', explanation: 'The certificate of a host name ends within 7 days, or has ended: it was not renewed, or the next one was not uploaded.', standard: { isOn: true, threshold: 0, forSeconds: 0 }, clearSeconds: 0 },
}

/** What a threshold of this unit may be. */
export const THRESHOLD_RANGE: Record<AlertUnit, { least: number; most: number }> = { percent: { least: 1, most: 100 }, milli_cpu: { least: 10, most: 1_000_000 }, mib: { least: 1, most: 100_000_000 }, ms: { least: 1, most: 600_000 } }

/** `firing` and `pending` are open: one of a rule and a subject at a time. */
export const ALERT_STATES = ['pending', 'firing', 'resolved'] as const
export type AlertState = (typeof ALERT_STATES)[number]

/** How one came to its end. `gone`: what it was about is no longer there, or no longer meant to run. `switched_off`: its rule is. */
export const ALERT_ENDS = ['recovered', 'gone', 'switched_off'] as const
export type AlertEnd = (typeof ALERT_ENDS)[number]
