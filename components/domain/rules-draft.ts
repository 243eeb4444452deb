import type { DomainView } from '@/lib/contract/domain'
import type { SiteRulesInput } from '@/lib/contract/site-rules'

// What is typed in the form of the rules: lists as lines, so that they can be pasted, numbers as text.

export type RulesDraft = {
  forceHttps: boolean
  hstsDays: string
  hstsSubdomains: boolean
  hstsPreload: boolean
  redirects: string
  headers: string
  allow: string
  deny: string
  people: { name: string; password: string; isKnown: boolean }[]
  isMaintained: boolean
  maintenance: string
  maxBodyMib: string
  answerS: string
  perSecond: string
  burst: string
  paths: { prefix: string; serviceId: string; isStripped: boolean; port: number | null }[]
}

const DAY_S = 86_400
const MIB = 1024 * 1024

export function draftOf({ rules, paths }: Pick<DomainView, 'rules' | 'paths'>): RulesDraft {
  return {
    forceHttps: rules.forceHttps,
    hstsDays: rules.hsts === null ? '' : String(Math.round((rules.hsts.maxAgeS / DAY_S) * 100) / 100),
    hstsSubdomains: rules.hsts?.includeSubdomains ?? false,
    hstsPreload: rules.hsts?.preload ?? false,
    redirects: rules.redirects.map(({ from, to, status }) => `${from} ${to} ${status}`).join('\n'),
    headers: rules.headers.map(({ name, value }) => (value === null ? `-${name}` : `${name}: ${value}`)).join('\n'),
    allow: rules.allow.join('\n'),
    deny: rules.deny.join('\n'),
    people: rules.basicAuth.map(({ name }) => ({ name, password: '', isKnown: true })),
    isMaintained: rules.maintenance !== null,
    maintenance: rules.maintenance?.message ?? '',
    maxBodyMib: rules.maxBodyBytes === null ? '' : String(rules.maxBodyBytes / MIB),
    answerS: rules.answerMs === null ? '' : String(rules.answerMs / 1_000),
    perSecond: rules.rateLimit === null ? '' : String(rules.rateLimit.perSecond),
    burst: rules.rateLimit === null ? '' : String(rules.rateLimit.burst),
    paths: paths.map((path) => ({ ...path })),
  }
}

export type DraftProblems = Partial<Record<keyof RulesDraft, string>>
export type ReadDraft = { ok: true; rules: SiteRulesInput; paths: RulesDraft['paths'] } | { ok: false; problems: DraftProblems }

/** The draft as it is sent. What cannot be read is told by field; what the values may be, the server says. */
export function readDraft(draft: RulesDraft): ReadDraft {
  const problems: DraftProblems = {}
  const number = (field: 'hstsDays' | 'maxBodyMib' | 'answerS' | 'perSecond' | 'burst'): number | null => {
    const text = draft[field].trim()
    if (text === '') return null
    if (/^\d+([.,]\d+)?$/.test(text)) return Number(text.replace(',', '.'))
    problems[field] = 'Must be a number, or empty.'
    return null
  }
  const redirects = rowsOf(draft.redirects).flatMap((line) => {
    const [, from, to, status = '308'] = /^(\/\S*)\s+(\S+)(?:\s+(301|302|307|308))?$/.exec(line) ?? []
    if (from !== undefined && to !== undefined) return [{ from, to, status: Number(status) as 301 | 302 | 307 | 308 }]
    problems.redirects = `“${line}” cannot be read. Write a path, where it goes, and 301, 302, 307 or 308, as in: /old /new 308.`
    return []
  })
  const headers = rowsOf(draft.headers).flatMap((line): { name: string; value: string | null }[] => {
    const [, gone] = /^-\s*(\S+)$/.exec(line) ?? []
    if (gone !== undefined) return [{ name: gone, value: null }]
    const [, name, value] = /^([^\s:]+)\s*:\s*(.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) return [{ name, value }]
    problems.headers = `“${line}” cannot be read. Write X-Frame-Options: DENY, or -Server to take a header away.`
    return []
  })
  const [days, maxBodyMib, answerS, perSecond, burst] = [number('hstsDays'), number('maxBodyMib'), number('answerS'), number('perSecond'), number('burst')]
  const people = draft.people.filter(({ name, password }) => name.trim() !== '' || password !== '')
  const nobody = people.find(({ password, isKnown }) => password === '' && !isKnown)
  if (nobody) problems.people = `Give a password for ${nobody.name}.`
  if (Object.keys(problems).length > 0) return { ok: false, problems }
  return {
    ok: true,
    rules: {
      forceHttps: draft.forceHttps,
      hsts: days === null ? null : { maxAgeS: Math.round(days * DAY_S), includeSubdomains: draft.hstsSubdomains, preload: draft.hstsPreload },
      redirects,
      headers,
      allow: linesOf(draft.allow),
      deny: linesOf(draft.deny),
      basicAuth: people.map(({ name, password }) => ({ name: name.trim(), ...(password === '' ? {} : { password }) })),
      maintenance: draft.isMaintained ? { message: draft.maintenance.trim() } : null,
      maxBodyBytes: maxBodyMib === null ? null : Math.round(maxBodyMib * MIB),
      answerMs: answerS === null ? null : Math.round(answerS * 1_000),
      rateLimit: perSecond === null ? null : { perSecond, burst: burst ?? Math.max(1, Math.ceil(perSecond * 2)) },
    },
    paths: draft.paths.filter(({ prefix }) => prefix.trim() !== ''),
  }
}

function linesOf(text: string): string[] {
  return text.split(/[\n,]/).map((line) => line.trim()).filter((line) => line !== '')
}

/** Of values that may have commas in them. */
function rowsOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
}
