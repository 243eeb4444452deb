'use client'

import { bytesWords, processorWords } from '@/components/service/use-words'

import { useCanvas } from './canvas-context'
import { CURVE } from './traffic'

/** What comes to a service, while anything does; else what it uses. Nothing while nothing is known. */
export function NodeFigures({ serviceId }: { serviceId: string }) {
  const traffic = useCanvas((state) => state.traffic.services[serviceId])
  const use = useCanvas((state) => state.uses[serviceId])
  const cpu = !use || use.cpuMilli === null ? null : processorWords(use.cpuMilli)
  const memory = use ? bytesWords(use.memoryBytes) : null
  const used = memory === null ? '' : `Uses ${cpu === null ? '' : `${cpu} of a processor and `}${memory} of memory.`
  if (traffic?.path)
    return (
      <span title={`${traffic.sentence} The curve is of the last five minutes. ${used}`.trim()} className={`node-figures ml-auto flex shrink-0 items-baseline gap-1 tabular-nums font-mono text-[0.6875rem] ${traffic.isErring ? 'text-bad' : 'text-faint'}`}>
        <svg {...CURVE} viewBox={`-0.5 -0.5 ${CURVE.width + 1} ${CURVE.height + 1}`} aria-hidden="true">
          <path d={traffic.path} fill="none" stroke="currentColor" strokeLinejoin="round" />
        </svg>
        <span>{traffic.rate}</span>
        {traffic.p95 === null ? null : (
          <span>
            <span className="sr-only">, 95 % answered within </span>
            {traffic.p95}
          </span>
        )}
      </span>
    )
  if (memory === null) return null
  return (
    <span title={used} className="node-figures ml-auto shrink-0 font-mono text-[0.6875rem] text-faint">
      <span className="sr-only">Uses </span>
      {cpu === null ? null : `${cpu} CPU · `}
      {memory}
    </span>
  )
}
