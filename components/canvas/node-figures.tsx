'use client'

import { isErring, latencyWords, rateWords, trafficSentence } from '@/components/service/traffic-words'
import { bytesWords, processorWords } from '@/components/service/use-words'

import { useCanvas } from './canvas-context'
import { curvePath } from './traffic'

const BOX = { width: 32, height: 10 }

/** What comes to a service, while anything does; else what it uses. Nothing while nothing is known. */
export function NodeFigures({ serviceId }: { serviceId: string }) {
  const traffic = useCanvas((state) => state.traffic.services[serviceId])
  const use = useCanvas((state) => state.uses[serviceId])
  const cpu = !use || use.cpuMilli === null ? null : processorWords(use.cpuMilli)
  const memory = use ? bytesWords(use.memoryBytes) : null
  const used = memory === null ? '' : `Uses ${cpu === null ? '' : `${cpu} of a processor and `}${memory} of memory.`
  const path = traffic ? curvePath(traffic.curve, BOX) : null
  if (traffic && path)
    return (
      <span title={`${trafficSentence(traffic)} The curve is of the last five minutes. ${used}`.trim()} className={`node-figures ml-auto flex shrink-0 items-baseline gap-1 tabular-nums font-mono text-[0.6875rem] ${isErring(traffic) ? 'text-bad' : 'text-faint'}`}>
        <svg {...BOX} viewBox={`-0.5 -0.5 ${BOX.width + 1} ${BOX.height + 1}`} aria-hidden="true">
          <path d={path} fill="none" stroke="currentColor" strokeLinejoin="round" />
        </svg>
        <span>{rateWords(traffic.requestsPerSecond)}</span>
        {traffic.p95Ms === null ? null : (
          <span>
            <span className="sr-only">, 95 % answered within </span>
            {latencyWords(traffic.p95Ms)}
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
