'use client'

import { useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { stripAnsi } from '@/components/logs/ansi'
import { paths } from '@/components/paths'
import { useLiveQuery } from '@/components/service/use-live-query'
import { Button } from '@/components/ui/button'
import { ButtonLink } from '@/components/ui/button-link'
import { exitWords } from '@/components/ui/exit-words'
import { ProblemMessage } from '@/components/ui/problem-message'
import { RelativeTime } from '@/components/ui/relative-time'
import { StateShape } from '@/components/ui/state-shape'
import { TONE_GROUND, TONE_TEXT } from '@/components/ui/tone'
import { useSubmit } from '@/components/ui/use-submit'
import { deploymentLogs, deploymentRedeploy } from '@/lib/contract/doors'
import type { ServiceNode } from '@/lib/contract/graph'
import type { LogPage } from '@/lib/contract/log'
import { SERVICE_STATE } from '@/lib/domain/service-state'

const LINES = 12
/** More of one line is in the log. */
const LINE_LENGTH = 400
const NO_LINES: LogPage = { lines: [], cursor: null, hasBefore: false }

/** Of a service whose process ended by itself: how it ended, what it said last, and what to do. */
export function ExitNote({ service, onDeployed }: { service: ServiceNode; onDeployed: () => void }) {
  const { state, activeId, observed } = service
  if ((state !== 'crashing' && state !== 'crashed' && state !== 'exited') || activeId === null) return null
  return <Exit key={activeId} service={service} deploymentId={activeId} observed={observed} onDeployed={onDeployed} />
}

type ExitProps = { service: ServiceNode; deploymentId: string; observed: ServiceNode['observed']; onDeployed: () => void }

function Exit({ service, deploymentId, observed, onDeployed }: ExitProps) {
  const { tone, shape, explanation } = SERVICE_STATE[service.state]
  const why = observed?.phase === 'exited' ? observed.healthMessage : null
  // Nothing of it has run, or nobody saw its end: then why is all there is to say.
  const isUnseen = why !== null && observed?.exitCode === null && observed.exitSignal === null
  return (
    <section aria-label="Exit" className={`rounded-control border px-3 py-2.5 ${TONE_GROUND[tone]}`}>
      <p className={`flex flex-wrap items-center gap-x-2 font-medium ${TONE_TEXT[tone]}`}>
        <StateShape shape={shape} size={11} />
        {isUnseen ? 'It does not run' : observed ? exitWords(observed) : 'It ended'}
        {observed?.exitedAt ? <RelativeTime at={observed.exitedAt} className="font-normal" /> : null}
        {observed && service.replicas.wanted > 1 ? <span className="font-normal">replica {observed.replica + 1}</span> : null}
      </p>
      <p className="mt-1">{isUnseen ? why : [why, explanation].filter(Boolean).join(' ')}</p>
      <LastLines deploymentId={deploymentId} version={JSON.stringify([observed?.exitedAt, observed?.restarts])} />
      <ExitActions service={service} deploymentId={deploymentId} onDeployed={onDeployed} />
    </section>
  )
}

/** The end of what it printed. */
function LastLines({ deploymentId, version }: { deploymentId: string; version: string }) {
  const { data, error } = useLiveQuery(deploymentLogs, { deploymentId, kind: 'runtime', limit: LINES }, { initial: NO_LINES, version, everyMs: 5000 })
  if (error !== null) return <ProblemMessage error={error} className="mt-2" />
  if (data.lines.length === 0) return <p className="mt-2 text-meta text-muted">It printed nothing.</p>
  return (
    // Reversed, so that it begins scrolled to its end: the last line tells most.
    <div role="group" aria-label="The last lines of its log" tabIndex={0} className="mt-2 flex max-h-60 flex-col-reverse overflow-auto rounded-small bg-sunken px-2.5 py-2">
      <pre className="font-mono text-code whitespace-pre-wrap [overflow-wrap:anywhere]">{data.lines.map((line) => `${stripAnsi(line.text).slice(0, LINE_LENGTH)}\n`)}</pre>
    </div>
  )
}

function ExitActions({ service, deploymentId, onDeployed }: Omit<ExitProps, 'observed'>) {
  const { project, environmentId } = useEnvironment()
  const missing = useMissing('deployment.create')
  const run = useRun()
  const again = useSubmit(async () => {
    await run(deploymentRedeploy, { deploymentId })
    onDeployed()
  })
  return (
    <>
      <ProblemMessage error={again.error} className="mt-2" />
      <div className="mt-2 flex flex-wrap justify-end gap-2">
        <ButtonLink size="small" href={paths.service(project.id, environmentId, service.id, 'logs')}>
          Open the log
        </ButtonLink>
        {service.state === 'crashing' ? null : (
          <Button size="small" loading={again.pending} disabledReason={missing} onClick={() => void again.submit()}>
            Redeploy
          </Button>
        )}
      </div>
    </>
  )
}
