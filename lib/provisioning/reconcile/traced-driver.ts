import { isTracing, traced } from '../../trace'
import type { RuntimeDriver } from '../runtime/driver'

/** What changes something at the runtime, and the look at it. */
const TOLD: readonly PropertyKey[] = ['apply', 'remove', 'stop', 'forget', 'ensureNetwork', 'forgetEnvironment', 'observe'] satisfies (keyof RuntimeDriver)[]

/** The same driver, whose calls are spans while spans are collected. */
export function tracedDriver(driver: RuntimeDriver): RuntimeDriver {
  if (!isTracing()) return driver
  return new Proxy(driver, {
    get(own, name, self) {
      const value: unknown = Reflect.get(own, name, self)
      if (typeof value !== 'function' || !TOLD.includes(name)) return value
      return (...args: unknown[]) => traced(`runtime ${String(name)}`, { kind: 'client', attributes: aboutOf(args[0]) }, async () => Reflect.apply(value, own, args) as unknown)
    },
  })
}

/** Names and ids of what is acted on; never what it is given. */
function aboutOf(subject: unknown): Record<string, string> {
  if (typeof subject === 'string') return { 'easel.subject': subject }
  if (typeof subject !== 'object' || subject === null) return {}
  const { name, deploymentId, serviceId } = subject as Record<string, unknown>
  const pairs = [['easel.workload', name], ['easel.deployment', deploymentId], ['easel.service', serviceId]] as const
  return Object.fromEntries(pairs.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])))
}
