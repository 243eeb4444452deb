'use client'

import clsx from 'clsx'
import { useRouter } from 'next/navigation'
import { useMemo, useState } from 'react'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { Button } from '@/components/ui/button'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Spinner } from '@/components/ui/spinner'
import { useSubmit } from '@/components/ui/use-submit'

import { search, type BufferedLine } from './log-buffer'
import { isReplica } from './log-line'
import { LogList } from './log-list'
import { LogToolbar, NewLines, type KindChoice } from './log-toolbar'
import { useLog, type LogKind, type LogScope } from './use-log'

export type LogViewProps = {
  scope: LogScope
  /** Only this kind, without a choice. */
  kind?: LogKind
  /** What is said while there is no line. */
  emptyWords?: string
  className?: string
}

/** A log that is read while it is written. */
export function LogView({ scope, kind: fixedKind, emptyWords = 'No line has been written yet.', className }: LogViewProps) {
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  const [kind, setKind] = useState<KindChoice>(fixedKind ?? 'all')
  const [text, setText] = useState('')
  const [wrap, setWrap] = useState(true)
  const [stick, setStick] = useState(true)
  const [frozen, setFrozen] = useState<readonly BufferedLine[] | null>(null)
  const log = useLog(scope, kind === 'all' ? null : kind)
  const lines = frozen ?? log.buffer.lines
  const shown = useMemo(() => search(lines, text), [lines, text])
  const tellReplica = useMemo(() => lines.some(({ part }) => isReplica(part) && part !== '0'), [lines])
  const older = useSubmit(log.loadOlder)
  const [left, setLeft] = useState<string | undefined>(undefined)
  const setPaused = (paused: boolean) => setFrozen(paused ? log.buffer.lines : null)
  const follow = () => {
    setFrozen(null)
    setStick(true)
  }
  const leave = (next: boolean) => {
    setStick(next)
    setLeft(log.buffer.lines.at(-1)?.id)
  }
  const since = frozen ? frozen.at(-1)?.id : left
  const pending = frozen === null && stick ? 0 : countAfter(log.buffer.lines, since)
  const isAtTop = log.buffer.hasBefore && frozen === null && !older.pending && older.error === null
  return (
    <div className={clsx('relative flex min-h-0 flex-col', className)}>
      <LogToolbar
        lines={shown}
        text={text}
        setText={setText}
        kind={kind}
        setKind={fixedKind ? undefined : setKind}
        wrap={wrap}
        setWrap={setWrap}
        paused={frozen !== null}
        setPaused={setPaused}
        onExplore={() => router.push(`${paths.logs(project.id, environmentId)}?${new URLSearchParams({ filter: filterOf(scope) })}`)}
        fileName={`${Object.values(scope).join()}.log`}
      />
      {shown.length === 0 ? (
        <NoLines log={log} words={lines.length > 0 ? 'No line contains this. Older lines are searched once they are loaded.' : emptyWords} />
      ) : (
        <LogList
          label="Log"
          lines={shown}
          wrap={wrap}
          tellReplica={tellReplica}
          stick={stick && frozen === null}
          onStick={leave}
          onTop={() => (isAtTop ? void older.submit() : undefined)}
          head={<Older hasBefore={log.buffer.hasBefore && frozen === null} older={older} />}
        />
      )}
      {log.state === 'offline' && log.isLoaded ? <Notice>Reconnecting… New lines will follow.</Notice> : null}
      {shown.length > 0 && (frozen !== null || !stick) ? <NewLines count={pending} onClick={follow} /> : null}
    </div>
  )
}

/** What lets only these lines through. */
function filterOf(scope: LogScope): string {
  return 'runId' in scope ? `part:${scope.runId}` : `deployment:${scope.deploymentId}`
}

function countAfter(lines: readonly BufferedLine[], id: string | undefined): number {
  if (id === undefined) return 0
  const index = lines.findLastIndex((line) => line.id === id)
  return index < 0 ? 0 : lines.length - 1 - index
}

type OlderProps = { hasBefore: boolean; older: { pending: boolean; error: unknown; submit: () => Promise<boolean> } }

function Older({ hasBefore, older }: OlderProps) {
  if (!hasBefore) return null
  return (
    <div className="sticky left-0 flex flex-col items-center gap-2 pt-2">
      <ProblemMessage error={older.error} />
      <Button size="small" variant="ghost" loading={older.pending} onClick={() => void older.submit()}>
        Load older lines
      </Button>
    </div>
  )
}

function NoLines({ log, words }: { log: ReturnType<typeof useLog>; words: string }) {
  return (
    <div className="flex min-h-20 flex-1 items-center justify-center bg-sunken px-4 py-6 text-center text-muted">
      {log.error !== null && log.state !== 'live' ? (
        <ProblemMessage error={log.error} />
      ) : log.isLoaded ? (
        <p>{words}</p>
      ) : (
        <p className="flex items-center gap-2" role="status">
          <Spinner /> Reading the log
        </p>
      )}
    </div>
  )
}

function Notice({ children }: { children: string }) {
  return (
    <p role="status" className="absolute bottom-3 left-4 rounded-card border border-warning/40 bg-overlay px-3 py-1 text-meta text-warning shadow-float">
      {children}
    </p>
  )
}
