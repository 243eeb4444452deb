'use client'

import type { Place, Problem } from '@/lib/domain/log-filter/filter'

/** As much of the filter as is shown around the place. */
const AROUND = 32

/** Why a filter cannot be read, below the field, with the place underlined. */
export function FilterProblem({ id, text, problem, onPoint }: { id: string; text: string; problem: Problem; onPoint: () => void }) {
  return (
    <div id={id} role="alert" className="absolute inset-x-0 top-full z-30 mt-1 rounded-card border border-bad/50 bg-overlay px-3 py-2 shadow-float @3xl:max-w-[34rem]">
      <button type="button" className="block max-w-full truncate text-left font-mono text-code" aria-label={`Go to character ${problem.at + 1}`} onClick={onPoint}>
        <Pointed text={text} place={problem} />
      </button>
      <p className="mt-1">{problem.message}</p>
    </div>
  )
}

/** A piece of a filter with a place in it underlined. At the end, where nothing stands yet, the place is a gap. */
export function Pointed({ text, place: { at, length } }: { text: string; place: Place }) {
  const from = Math.max(0, at - AROUND)
  const end = at + Math.max(length, 1)
  return (
    <>
      <span className="text-muted">
        {from > 0 ? '…' : ''}
        {text.slice(from, at)}
      </span>
      <mark className="bg-transparent text-bad underline decoration-bad decoration-wavy underline-offset-3">{text.slice(at, end) || '\u00a0'}</mark>
      <span className="text-muted">
        {text.slice(end, end + AROUND)}
        {text.length > end + AROUND ? '…' : ''}
      </span>
    </>
  )
}
