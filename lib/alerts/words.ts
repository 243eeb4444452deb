import type { Message, ToldAlert } from '../domain/alert/channel'

// The words of a message, the same wherever it is read.

const STATE_WORD = { firing: 'Firing', still_firing: 'Still firing', resolved: 'Resolved' } as const
const END_WORDS = { recovered: '', gone: ' (it is no longer there, or no longer meant to run)', switched_off: ' (its rule was switched off)' } as const

/** The first line, and the subject of an e-mail. */
export function headline(message: Message): string {
  if (message.kind === 'test') return `Test from Easel, ${message.organization.name}`
  const { alerts, more } = message
  const [first] = alerts
  if (alerts.length === 1 && more === 0 && first) return `${STATE_WORD[first.what]}: ${first.summary}`
  const count = (what: ToldAlert['what'][]) => alerts.filter((alert) => what.includes(alert.what)).length
  const parts = [[count(['firing']), 'firing'], [count(['still_firing']), 'still firing'], [count(['resolved']), 'resolved']].flatMap(([n, word]) => (n === 0 ? [] : [`${n} ${word}`]))
  return `${alerts.length + more} alerts of ${message.organization.name}: ${parts.join(', ')}${more === 0 ? '' : `, ${more} more`}`
}

/** One alert as a line. */
export function alertLine(alert: ToldAlert): string {
  return `${STATE_WORD[alert.what]}: ${alert.summary}${alert.end === null ? '' : END_WORDS[alert.end]}`
}

/** Where it is, and since when. */
export function placeLine({ project, environment, since, resolvedAt, flaps }: ToldAlert): string {
  return [`${project.name} / ${environment.name}`, `since ${when(since)}`, ...(resolvedAt === null ? [] : [`resolved ${when(resolvedAt)}`]), ...(flaps === 0 ? [] : [`came back ${flaps === 1 ? 'once' : `${flaps} times`}`])].join(' · ')
}

/** The body of a test. */
export function testText({ by, url }: Extract<Message, { kind: 'test' }>): string {
  return `${by} sent this to see whether it arrives. Alerts of Easel will look like this. Console: ${url}`
}

function when(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
