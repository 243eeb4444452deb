import type { DomainCheckView, DomainView } from '@/lib/contract/domain'
import type { StateTone } from '@/lib/domain/service-state'

/** What a state is called, and its tone. One that answers but has a trouble is told apart. */
export function stateWords({ state, reason }: Pick<DomainView, 'state' | 'reason'>): { word: string; tone: StateTone } {
  if (state === 'active') return reason === null ? { word: 'Active', tone: 'good' } : { word: 'Active, with trouble', tone: 'warning' }
  if (state === 'failed') return { word: 'Given up', tone: 'bad' }
  if (state === 'verifying') return reason === null ? { word: 'Proven, in progress', tone: 'progress' } : { word: 'Proven, not ready', tone: 'warning' }
  return { word: 'Waiting for DNS', tone: 'progress' }
}

export const CHECK_WORDS: Record<DomainCheckView['check'], { word: string; meaning: string; awaited: string }> = {
  ownership: { word: 'Yours', meaning: 'A DNS record proves that the name is meant for this service.', awaited: 'the record that proves it is yours' },
  resolution: { word: 'Leads here', meaning: 'DNS leads to this instance.', awaited: 'the record that leads here' },
  certificate: { word: 'Certificate', meaning: 'There is one for HTTPS.', awaited: 'its certificate' },
  answer: { word: 'Answers', meaning: 'This instance answers under the name.', awaited: 'an answer of this instance' },
}

/** What the steps of a name are at: those that were not reached wait for the ones before. */
export function stepsOf({ checks, state }: Pick<DomainView, 'checks' | 'state'>): { check: DomainCheckView['check']; result: DomainCheckView | null; tone: StateTone }[] {
  return (['ownership', 'resolution', 'certificate', 'answer'] as const).map((check) => {
    const result = checks.find((each) => each.check === check) ?? null
    const isNeedless = check === 'ownership' && state === 'active'
    const tone: StateTone = result === null ? 'quiet' : result.isPassed || isNeedless ? 'good' : result.reason === null ? 'progress' : 'warning'
    return { check, result, tone }
  })
}

/** What is to be said of a name above its steps: how far it is where a step says the rest, else what is wrong. */
export function summaryOf({ message, checks }: Pick<DomainView, 'message' | 'checks'>): string {
  const at = checks.findIndex((each) => !each.isPassed && each.message === message)
  if (at === -1) return message
  return `Waits for ${CHECK_WORDS[checks[at]!.check].awaited} (step ${stepNumber(checks[at]!.check)} of 4).`
}

function stepNumber(check: DomainCheckView['check']): number {
  return ['ownership', 'resolution', 'certificate', 'answer'].indexOf(check) + 1
}

/** Where a record stands, as providers ask for it: without the name that was registered, which they add themselves. */
export function hostPart(name: string, registered: string): string {
  if (name === registered) return '@'
  return name.endsWith(`.${registered}`) ? name.slice(0, -registered.length - 1) : name
}

/** `Let's Encrypt`, or who uploaded it. */
export function sourceWords({ source, issuer }: { source: 'acme' | 'uploaded'; issuer: string }): string {
  return source === 'acme' ? `${issuer}, renewed by Easel` : `${issuer}, uploaded`
}
