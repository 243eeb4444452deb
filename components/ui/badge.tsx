import clsx from 'clsx'
import type { ReactNode } from 'react'

import type { StateTone } from '@/lib/domain/service-state'

import { TONE_GROUND, TONE_TEXT } from './tone'

/** A word in a frame. Its colour says a state; without one it is neutral. */
export function Badge({ children, tone = 'neutral', className }: { children: ReactNode; tone?: StateTone; className?: string }) {
  return (
    <span className={clsx('inline-flex h-5 items-center gap-1 rounded-small border px-1.5 text-meta whitespace-nowrap', TONE_GROUND[tone], tone === 'neutral' ? 'text-muted' : TONE_TEXT[tone], className)}>
      {children}
    </span>
  )
}
