import type { StateTone } from '@/lib/domain/service-state'

/** Colour of words and marks, by tone. */
export const TONE_TEXT: Record<StateTone, string> = {
  good: 'text-good',
  warning: 'text-warning',
  bad: 'text-bad',
  progress: 'text-progress',
  quiet: 'text-quiet',
  neutral: 'text-neutral',
}

/** Faint ground and hairline in the colour of a tone. */
export const TONE_GROUND: Record<StateTone, string> = {
  good: 'border-good/30 bg-good/10',
  warning: 'border-warning/30 bg-warning/10',
  bad: 'border-bad/35 bg-bad/10',
  progress: 'border-progress/30 bg-progress/10',
  quiet: 'border-quiet/25 bg-quiet/8',
  neutral: 'border-line-strong bg-hover',
}

/** The CSS variable of a tone, for SVG and charts. */
export function toneColor(tone: StateTone): string {
  return `var(--color-${tone})`
}
