import type { DrainView } from '@/lib/contract/drain'
import { RelativeTime } from '@/components/ui/relative-time'

import { countWords, testWords } from './drain-words'

/** How far a drain is, and what is wrong with it. */
export function DrainState({ drain }: { drain: DrainView }) {
  const { state, waiting, failing, refused, lost, test, sentAt, sentLines, metricsTo } = drain
  return (
    <div role="status" className="mt-1 space-y-0.5 text-meta">
      {test === null ? null : <p className={`break-words ${test.status === 'failed' ? 'text-bad' : 'text-muted'}`}>{testWords(test)}</p>}
      {failing === null ? null : (
        <p className="break-words text-bad">
          Nothing gets through since <RelativeTime at={failing.since} />: {failing.message} {state === 'paused' ? '' : 'It is tried again and again.'}
        </p>
      )}
      {waiting.lines === 0 || state === 'sending' ? null : (
        <p className="text-muted">
          {countWords(waiting.lines, waiting.isMore).replace(/^m/, 'M')} {waiting.lines === 1 ? 'waits' : 'wait'}
          {waiting.since === null ? null : (
            <>
              , the oldest from <RelativeTime at={waiting.since} />
            </>
          )}
          .
        </p>
      )}
      {refused === null ? null : (
        <p className="break-words text-warning">
          {countWords(refused.lines)} {refused.lines === 1 ? 'was' : 'were'} not taken by the other side and left out. It said last: {refused.message}
        </p>
      )}
      {lost === null ? null : (
        <p className="text-warning">
          {countWords(lost.lines)} from <RelativeTime at={lost.from} /> to <RelativeTime at={lost.until} /> {lost.lines === 1 ? 'was' : 'were'} removed here before {lost.lines === 1 ? 'it' : 'they'} could be sent.
        </p>
      )}
      {failing !== null || sentAt === null ? null : (
        <p className="text-faint">
          {sentLines === 0 ? 'Last sent' : `${countWords(sentLines)} sent, last`} <RelativeTime at={sentAt} />
          {metricsTo === null ? null : (
            <>
              ; metrics up to <RelativeTime at={metricsTo} />
            </>
          )}
        </p>
      )}
      {failing === null && sentAt === null && test === null ? <p className="text-faint">Nothing was sent yet.</p> : null}
    </div>
  )
}
