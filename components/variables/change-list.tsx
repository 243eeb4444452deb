import clsx from 'clsx'

import type { Change } from './variable-draft'

const MARK = { added: '+', changed: '~', removed: '−' } as const
const WORD = { added: 'Added', changed: 'Changed', removed: 'Removed' } as const
const TONE = { added: 'text-good', changed: 'text-warning', removed: 'text-bad' } as const

/** What saving would do, before it is done. Values of secrets are not shown. */
export function ChangeList({ changes, isOpen }: { changes: readonly Change[]; isOpen: boolean }) {
  if (changes.length === 0) return null
  return (
    <details open={isOpen} className="mt-4 rounded-card border border-line">
      <summary className="cursor-pointer px-3 py-1.5 font-medium">What saving changes</summary>
      <ul className="divide-y divide-line border-t border-line">
        {changes.map(({ key, kind, before, after }) => (
          <li key={`${kind}:${key}`} className="grid gap-x-3 px-3 py-1.5 sm:grid-cols-[12rem_1fr]">
            <span className="min-w-0 font-mono text-code break-all">
              <span aria-hidden="true" className={clsx('mr-1.5 inline-block w-2 font-semibold', TONE[kind])}>
                {MARK[kind]}
              </span>
              <span className="sr-only">{WORD[kind]}: </span>
              {key}
            </span>
            <span className="min-w-0 font-mono text-code break-all">
              {kind === 'added' ? null : <del className="text-faint">{short(before) ?? 'a secret'}</del>}
              {kind === 'changed' ? ' → ' : null}
              {kind === 'removed' ? null : (short(after) ?? <span className="text-muted">a secret</span>)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}

const LONGEST = 200

function short(value: string | null): string | null {
  if (value === null) return null
  if (value === '') return '(empty)'
  const visible = value.replaceAll('\n', '⏎')
  return visible.length > LONGEST ? `${visible.slice(0, LONGEST)}…` : visible
}
