import type { DeploymentMoment } from '@/lib/contract/deployment'

import { alongOf } from './plot-room'
import type { Names } from './series'

/** Deployments that lie so close together that they are one mark. */
export type Mark = { along: number; moments: readonly DeploymentMoment[] }

/** Closer than this share of the window they cannot be pointed at singly. */
const CLOSE = 0.02

/** The marks within a window, from left to right. */
export function gathered(moments: readonly DeploymentMoment[], frame: { fromMs: number; untilMs: number }): Mark[] {
  const marks: Mark[] = []
  for (const moment of [...moments].sort((a, b) => a.at.localeCompare(b.at))) {
    const along = alongOf(frame, Date.parse(moment.at))
    if (along < 0 || along > 1) continue
    const last = marks.at(-1)
    if (last && along - last.along < CLOSE) marks[marks.length - 1] = { along: last.along, moments: [...last.moments, moment] }
    else marks.push({ along, moments: [moment] })
  }
  return marks
}

/** `api #12`, `api #13 failed`. */
export function momentName({ serviceId, number, status }: DeploymentMoment, names: Names): string {
  return `${names[serviceId] ?? 'Deleted service'} #${number}${status === 'failed' ? ' failed' : ''}`
}

/** What a mark stands for. */
export function marksWords(moments: readonly DeploymentMoment[], names: Names): string {
  const shown = moments.slice(-3).map((moment) => momentName(moment, names))
  return moments.length > shown.length ? `${shown.join(', ')} and ${moments.length - shown.length} more` : shown.join(', ')
}
