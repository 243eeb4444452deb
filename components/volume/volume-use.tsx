import clsx from 'clsx'

import { bytesWords } from '@/components/service/use-words'
import type { VolumeNode } from '@/lib/contract/volume'

const MEBIBYTE = 1_048_576
const TONE = { unlimited: 'bg-quiet', fine: 'bg-quiet', near: 'bg-warning', over: 'bg-bad' } as const
const WORD = { unlimited: null, fine: null, near: 'Nearly full', over: 'Over its limit' } as const

/** What a volume holds, against what it should not go beyond. */
export function VolumeUse({ volume, className }: { volume: Pick<VolumeNode, 'sizeBytes' | 'limitMib' | 'use'>; className?: string }) {
  const { sizeBytes, limitMib, use } = volume
  const limit = limitMib === null ? null : limitMib * MEBIBYTE
  const share = sizeBytes === null || limit === null ? null : Math.min(1, sizeBytes / limit)
  const word = WORD[use]
  return (
    <div className={className}>
      <p className="flex items-baseline gap-1.5">
        {sizeBytes === null ? <span className="truncate text-faint">Not measured yet</span> : <span className="truncate">{bytesWords(sizeBytes)}</span>}
        {limit === null ? null : <span className="shrink-0 text-faint">of {bytesWords(limit)}</span>}
        {word ? <span className={clsx('ml-auto shrink-0', use === 'over' ? 'text-bad' : 'text-warning')}>{word}</span> : null}
      </p>
      {share === null ? null : (
        // The bar repeats the numbers above it.
        <div aria-hidden="true" className="mt-1 h-1 overflow-hidden rounded-full bg-press">
          <div className={clsx('h-full rounded-full', TONE[use])} style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </div>
  )
}
