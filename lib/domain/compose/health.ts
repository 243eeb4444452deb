import type { z } from 'zod'

import type { HealthSettings } from '../../contract/service-settings'
import { formatCommandLine } from '../command-line'
import { secondsOf, wholeOf } from './measures'
import { complain, entriesOf, isYes, shown, tell, textsOf, type Entries, type Findings, type Value } from './value'
import { splitWords } from './words'

export type Health = z.input<typeof HealthSettings>

/** `port`: of a request that the check is; `otherwise`: the same check as a command, for where it is not the port of the service. */
type Check = { health: Health; port: number | null; otherwise?: Health }
export type HealthReading = Check | null

const KNOWN = new Set(['test', 'interval', 'timeout', 'retries', 'start_period', 'start_interval', 'disable'])

/** `healthcheck` as settings of how it is found out whether a service is well. */
export function readHealth(findings: Findings, entries: Entries): HealthReading {
  const written = entries.get('healthcheck')
  const fields = written && entriesOf(findings, written.value, 'healthcheck')
  if (!written || !fields) return null
  for (const [name, { at }] of fields) if (!KNOWN.has(name) && !name.startsWith('x-')) tell(findings, at, `healthcheck.${shown(name)} is not known and left out.`)
  if (isYes(fields.get('disable')?.value)) {
    tell(findings, written.at, 'Its health check is off in the file. Here every service is checked: that its port accepts a connection.')
    return null
  }
  const times = timesOf(findings, fields)
  const test = fields.get('test')
  const { health, port, otherwise }: Check = test ? checkOf(findings, test.value) : AUTOMATIC
  return { health: { ...health, ...times }, port, ...(otherwise ? { otherwise: { ...otherwise, ...times } } : {}) }
}

const AUTOMATIC = { health: {}, port: null }

function checkOf(findings: Findings, value: Value): Check {
  const texts = textsOf(findings, value, 'healthcheck.test')
  if (texts === null || texts.length === 0) return AUTOMATIC
  const [kind, ...rest] = texts
  if (value.kind === 'list' && kind === 'NONE') {
    tell(findings, value.at, 'Its health check is off in the file. Here every service is checked: that its port accepts a connection.')
    return AUTOMATIC
  }
  if (value.kind === 'list' && kind !== 'CMD' && kind !== 'CMD-SHELL') {
    complain(findings, value.at, 'healthcheck.test begins with CMD, CMD-SHELL or NONE.')
    return AUTOMATIC
  }
  const line = value.kind === 'text' ? kind! : kind === 'CMD-SHELL' ? rest.join(' ') : null
  const words = line === null ? rest : ['/bin/sh', '-c', line]
  const command: Health = { kind: 'command', command: formatCommandLine(words) }
  const request = requestOf(line === null ? rest : splitWords(line.replace(/\s*\|\|\s*exit\s+1\s*;?\s*$/, '')))
  return request ? { ...request, otherwise: command } : { health: command, port: null }
}

const LOCAL = /^(?:http:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d{1,5}))?(\/[^\s]*)?$/

/** A request to the service itself, made by curl or wget with options that change nothing of what is asked. */
function requestOf(words: readonly string[] | null): Check | null {
  const [program = '', ...rest] = words ?? []
  if (!/^(\/usr\/bin\/)?(curl|wget)$/.test(program)) return null
  const plain = rest.filter((word) => !/^(-[fsSLkqI]+|-[fsSLkqO]*O-?|--fail|--silent|--show-error|--location|--quiet|--spider|--no-verbose|-nv|--head|--tries=\d+|--no-check-certificate|--output-document=-|-|\/dev\/null|-o)$/.test(word))
  const match = plain.length === 1 ? LOCAL.exec(plain[0]!) : null
  return match && { health: { kind: 'http', path: match[2] ?? '/' }, port: match[1] === undefined ? 80 : Number(match[1]) }
}

const BOUNDS = { intervalS: [1, 300], timeoutS: [1, 60], failures: [1, 20], deadlineS: [3, 3600] } as const
/** What is used where a file says nothing: of Compose, and of ours for the grace. */
const USUAL = { intervalS: 30, failures: 3, deadlineS: 60 }

function timesOf(findings: Findings, fields: Entries): Health {
  const intervalS = measure(findings, fields, 'interval')
  const timeoutS = measure(findings, fields, 'timeout')
  const failures = measure(findings, fields, 'retries')
  const grace = measure(findings, fields, 'start_period')
  // A container is ill once it has failed so often after its start period.
  const deadlineS = grace === null ? null : Math.max(USUAL.deadlineS, Math.ceil(grace + (failures ?? USUAL.failures) * (intervalS ?? USUAL.intervalS)))
  const times: Health = {}
  for (const [name, wanted] of Object.entries({ intervalS, timeoutS, failures, deadlineS }) as [keyof typeof BOUNDS, number | null][]) {
    if (wanted === null) continue
    const [least, most] = BOUNDS[name]
    times[name] = Math.min(most, Math.max(least, Math.round(wanted)))
  }
  return times
}

function measure(findings: Findings, fields: Entries, name: string): number | null {
  const entry = fields.get(name)
  if (!entry || entry.value.kind === 'nothing') return null
  const text = entry.value.kind === 'text' ? entry.value.text : ''
  const number = name === 'retries' ? wholeOf(text) : secondsOf(text)
  if (number === null) complain(findings, entry.value.at, `healthcheck.${name} must be ${name === 'retries' ? 'a whole number' : 'a time such as 30s'}${text === '' ? '' : `, and is ${shown(text)}`}.`)
  return number
}
