'use client'

import { bytesWords, processorWords } from '@/components/service/use-words'

import { useCanvas } from './canvas-context'

/** What a service uses, in two figures. Nothing while nothing is known. */
export function NodeUse({ serviceId }: { serviceId: string }) {
  const use = useCanvas((state) => state.uses[serviceId])
  if (!use) return null
  const cpu = use.cpuMilli === null ? null : processorWords(use.cpuMilli)
  const memory = bytesWords(use.memoryBytes)
  return (
    <span title={`Uses ${cpu === null ? '' : `${cpu} of a processor and `}${memory} of memory.`} className="ml-auto shrink-0 font-mono text-[0.6875rem] text-faint">
      <span className="sr-only">Uses </span>
      {cpu === null ? null : `${cpu} CPU · `}
      {memory}
    </span>
  )
}
