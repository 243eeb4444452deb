import type { Engine } from '../engine'
import type { DnsProvider } from './dns/records'

export type IssuingEngine = Pick<Engine, 'db' | 'sql' | 'seal' | 'ingress' | 'config' | 'log' | 'now' | 'at'>

/** What tests set otherwise. `limitMs`: how long is waited until a challenge can be seen. */
export type IssueOptions = { provider?: DnsProvider; limitMs?: number }
