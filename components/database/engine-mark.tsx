import clsx from 'clsx'

import { ENGINES, type EngineName } from '@/lib/domain/engine/engines'

const LETTERS: Record<EngineName, string> = { postgres: 'Pg', mariadb: 'Ma', redis: 'Re', mysql: 'My', valkey: 'Va', mongodb: 'Mo' }

/** An engine as a mark of the size of an icon: a drum with its first letters. */
export function EngineMark({ engine, className }: { engine: EngineName; className?: string }) {
  return (
    <span title={ENGINES[engine].word} className={clsx('inline-flex', className)}>
      <svg aria-hidden="true" viewBox="0 0 20 20" className="size-5" fill="none" stroke="currentColor" strokeWidth="1.25">
        <path d="M2.5 4.2v11.6c0 1.3 3.4 2.4 7.5 2.4s7.5-1.1 7.5-2.4V4.2" />
        <ellipse cx="10" cy="4.2" rx="7.5" ry="2.4" />
        <text x="10" y="14.6" textAnchor="middle" stroke="none" fill="currentColor" fontSize="7.4" fontWeight="600" className="font-mono">
          {LETTERS[engine]}
        </text>
      </svg>
    </span>
  )
}
