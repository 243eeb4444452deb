import clsx from 'clsx'
import { Check, Circle, Loader, TriangleAlert } from 'lucide-react'

import { RelativeTime } from '@/components/ui/relative-time'
import { useNow } from '@/components/ui/use-now'
import { TONE_TEXT } from '@/components/ui/tone'
import type { DomainView } from '@/lib/contract/domain'

import { CHECK_WORDS, stepsOf } from './domain-words'

/** The four steps to a name that answers, each with what was found. */
export function DomainChecks({ domain }: { domain: Pick<DomainView, 'checks' | 'state' | 'checkedAt' | 'nextCheckAt' | 'givesUpAt'> }) {
  const { checkedAt, nextCheckAt, givesUpAt } = domain
  const now = useNow(1_000)
  return (
    <section aria-label="Checks">
      <ol className="space-y-2">
        {stepsOf(domain).map(({ check, result, tone }) => (
          <li key={check} className="flex gap-2.5">
            <span aria-hidden="true" className={clsx('mt-0.5 shrink-0 [&_svg]:size-4', TONE_TEXT[tone])}>
              {tone === 'good' ? <Check /> : tone === 'warning' ? <TriangleAlert /> : tone === 'progress' ? <Loader /> : <Circle />}
            </span>
            <div className="min-w-0 flex-1">
              <p className="font-medium" title={CHECK_WORDS[check].meaning}>
                {CHECK_WORDS[check].word}
                <span className="sr-only">{tone === 'good' ? ': passed' : result === null ? ': not looked at yet' : ': not passed'}</span>
              </p>
              {result === null ? <p className="text-meta text-faint">Looked at once the steps before have passed.</p> : null}
              {result !== null && result.message !== '' ? <p className={clsx('text-meta break-words', tone === 'good' ? 'text-muted' : 'text-ink')}>{result.message}</p> : null}
              {result !== null && result.found.length > 0 && (result.isPassed || result.reason === 'record_wrong') ? (
                <p className="text-meta text-faint">
                  Found <span className="font-mono text-code break-all">{result.found.join(' → ')}</span>
                </p>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
      <p className="mt-2.5 text-meta text-faint">
        {checkedAt === null ? 'Not looked at yet.' : <>Looked at <RelativeTime at={checkedAt} />.</>}
        {nextCheckAt === null ? null : <> Next look {Date.parse(nextCheckAt) <= now ? 'now' : <RelativeTime at={nextCheckAt} />}.</>}
        {givesUpAt === null ? null : <> Given up <RelativeTime at={givesUpAt} /> unless it is proven.</>}
      </p>
    </section>
  )
}
