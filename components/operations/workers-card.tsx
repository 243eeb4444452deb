'use client'

import { SectionCard } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { Mark } from '@/components/ui/state-mark'
import { StateShape } from '@/components/ui/state-shape'
import type { WorkerView } from '@/lib/contract/job'

/** Who works, when each was heard of last, and what it found when it looked at ingress and runtime. */
export function WorkersCard({ workers }: { workers: readonly WorkerView[] }) {
  return (
    <SectionCard title="Workers">
      {workers.length === 0 ? (
        <p>
          <Mark word="None" tone="bad" shape="cross" /> <span className="text-muted">No worker reports. Nothing is built, and nothing that crashes is started again, until one runs. Start Easel again on its machine.</span>
        </p>
      ) : (
        <ul className="-my-4 divide-y divide-line">
          {workers.map((worker) => (
            <Worker key={worker.name} worker={worker} />
          ))}
        </ul>
      )}
    </SectionCard>
  )
}

function Worker({ worker: { name, at, isAlive, working, ingress, runtime } }: { worker: WorkerView }) {
  return (
    <li className="py-3">
      <p className="flex items-center justify-between gap-3">
        <Mark {...(isAlive ? { word: 'Alive', tone: 'good', shape: 'dot' } : { word: 'Silent', tone: 'bad', shape: 'cross' })} />
        <code className="truncate font-mono text-code text-faint" title={name}>
          {name.slice(-6)}
        </code>
      </p>
      <p className="mt-0.5 text-meta text-faint">
        Heard of <RelativeTime at={at} />
        {working === 0 ? null : `, at ${working} ${working === 1 ? 'job' : 'jobs'} of this organization`}
      </p>
      <dl className="mt-2 space-y-1 text-meta">
        <Check name="Ingress" check={ingress} />
        <Check name="Runtime" check={runtime} />
      </dl>
    </li>
  )
}

function Check({ name, check }: { name: string; check: WorkerView['ingress'] }) {
  const tone = check === null ? 'text-faint' : check.ok ? 'text-good' : 'text-bad'
  return (
    <div className="flex items-baseline gap-1.5">
      <dt className="flex w-18 shrink-0 items-center gap-1.5">
        <span className={tone}>
          <StateShape shape={check === null ? 'dashed' : check.ok ? 'dot' : 'cross'} size={10} />
        </span>
        {name}
      </dt>
      <dd className="min-w-0 break-words text-muted">{check === null ? 'Not looked at yet.' : check.message}</dd>
    </div>
  )
}
