import type { Config } from '../config'
import type { Database } from '../db/connection'
import type { Log } from '../log'
import type { Seal } from '../secrets/seal'
import type { Collector } from '../telemetry/collector'
import type { Ingress } from './ingress/table'
import type { DataPaths } from './paths'
import type { Cgroups } from './process/cgroup'
import type { RuntimeDriver } from './runtime/driver'
import type { SnapshotStore } from './snapshot/store'
import type { Target, Targets } from './targets'

/** What the parts of the engine work with; made once, by the worker. */
export type Engine = {
  db: Database['db']
  sql: Database['sql']
  seal: Seal
  targets: Targets
  ingress: Ingress
  collector: Pick<Collector, 'drain' | 'forget'>
  paths: DataPaths
  /** The disk that snapshots are kept on, unless a store is chosen. */
  snapshots: SnapshotStore
  /** Groups of processes that the kernel keeps; null where it does not. */
  cgroups: Cgroups | null
  /** Folder of the bundled templates. */
  templatesDirectory: string
  /** Folder of the bundled programs that images are given. */
  imageTools: string
  /** The bundled programs that databases are, and are checked by, where services are processes. */
  databasePrograms: { server: string; probe: string }
  config: Pick<Config, 'publicUrl' | 'ingress' | 'ingressAddresses' | 'dnsResolvers' | 'localSources' | 'workloadPorts' | 'buildTimeoutMs' | 'buildMemoryMib' | 'keepBuilds' | 'baseImages' | 'dockerDisk' | 'alertsToPrivate' | 'logBudgetBytes' | 'logDays' | 'uploads' | 'prometheusTargets' | 'otlp' | 'acme'>
  log: Log
  now(): Date
  /** Called at each point of the work that the fault suite steps in at (see `part`); absent in production. */
  at?(point: string): Promise<void | 'again'>
}

/** The engine at work on one environment, with the target it is on; null for what is left of one that is gone. */
export type TargetEngine = Engine & { target: Target | null; driver: RuntimeDriver }
