'use client'

import clsx from 'clsx'
import { ChevronRight, TriangleAlert } from 'lucide-react'
import { memo, useMemo, type MouseEvent } from 'react'

import { exactWords } from '@/components/ui/time-words'
import type { LogLineView } from '@/lib/contract/log'

import { AnsiText } from '../ansi-text'
import { LevelMark, severityOf, type Severity } from './level-mark'
import { rowTime, rowWords, spokenWords, type Request } from './line-words'

export type LogRowProps = {
  line: LogLineView
  /** Whose line it is, where lines of several are shown. */
  serviceName: string | null
  isOpen: boolean
  /** The one that keys are about. */
  isCurrent: boolean
  /** The one that the address names. */
  isNamed: boolean
  wrap: boolean
  onToggle: (line: LogLineView) => void
  onFocus: (line: LogLineView) => void
}

/** One line in the list: when, how bad, whose, what. A press opens its details. */
export const LogRow = memo(function LogRow({ line, serviceName, isOpen, isCurrent, isNamed, wrap, onToggle, onFocus }: LogRowProps) {
  const words = useMemo(() => rowWords(line), [line])
  const isNotice = line.stream === 'platform' && severityOf(line.level) !== 'plain'
  const press = (event: MouseEvent) => {
    // Who marks text to copy it does not want to open the line.
    if (event.detail > 0 && String(getSelection() ?? '') !== '') return
    onToggle(line)
  }
  return (
    // The button in it does the same for keys and is what is read out; the rest of the row is only more room to press.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div className={clsx('group flex cursor-pointer gap-x-3 border-l-2 pr-3 pl-2 font-mono text-code hover:[&_.text-faint]:text-muted @max-xl:flex-wrap @max-xl:py-0.5', groundOf({ severity: severityOf(line.level), isNotice, isNamed, isOpen }))} onClick={press}>
      <button
        type="button"
        data-line={line.id}
        tabIndex={isCurrent ? 0 : -1}
        aria-expanded={isOpen}
        aria-label={`${rowTime(line.at)}, ${spokenWords(line, serviceName)}`}
        onFocus={() => onFocus(line)}
        onClick={(event) => {
          event.stopPropagation()
          onToggle(line)
        }}
        className="flex shrink-0 items-center gap-1 self-start rounded-small text-faint focus-visible:outline-offset-0"
      >
        <ChevronRight aria-hidden="true" className={clsx('size-3 transition-transform group-hover:opacity-100', isOpen ? 'rotate-90' : 'opacity-0 group-has-focus-visible:opacity-100')} />
        <time dateTime={line.at} suppressHydrationWarning onPointerEnter={(event) => (event.currentTarget.title = exactWords(line.at))}>
          {rowTime(line.at)}
        </time>
      </button>
      <LevelMark level={line.level} className="w-12.5 shrink-0 self-start" />
      {serviceName === null ? null : (
        <span className="w-24 shrink-0 truncate text-muted" title={serviceName}>
          {serviceName}
        </span>
      )}
      <span className="flex min-w-0 flex-1 gap-2 @max-xl:basis-full @max-xl:pl-4">
        <span className={clsx('min-w-0 text-ink', wrap ? 'whitespace-pre-wrap [overflow-wrap:anywhere]' : 'truncate whitespace-pre')}>
          {line.kind === 'build' || line.kind === 'deploy' ? <span className="mr-2 text-faint select-none">{line.kind}</span> : null}
          {isNotice ? <TriangleAlert aria-hidden="true" className="mr-1.5 inline size-3 align-[-1px] text-warning" /> : null}
          {words.request === null ? <AnsiText text={words.head} /> : <RequestWords request={words.request} />}
          {words.attributes.map(({ name, value }) => (
            <span key={name} className="ml-3 text-faint">
              {name}=<span className="text-muted">{value.slice(0, 80)}</span>
            </span>
          ))}
          {words.head === '' && words.request === null ? '\u00a0' : null}
        </span>
        {words.folded > 0 ? <span className="shrink-0 self-start rounded-small bg-press px-1 text-muted select-none">+{words.folded} lines</span> : null}
      </span>
    </div>
  )
})

const EDGE: Record<Severity, string> = { bad: 'border-bad', warning: 'border-warning', plain: 'border-transparent' }

/** A row that stands out has the ground of its details or a frame: on a tint of more than a breath its words could not be read. */
function groundOf({ severity, isNotice, isNamed, isOpen }: { severity: Severity; isNotice: boolean; isNamed: boolean; isOpen: boolean }): string {
  if (isNamed) return 'border-accent bg-surface outline outline-accent/60 -outline-offset-1'
  if (isNotice) return 'border-warning bg-surface outline outline-warning/60 -outline-offset-1'
  if (isOpen) return clsx(EDGE[severity], 'bg-surface')
  return severity === 'bad' ? 'border-bad bg-bad/6 [&_.text-faint]:text-muted' : clsx(EDGE[severity], 'hover:bg-hover')
}

function RequestWords({ request: { method, path, status, took } }: { request: Request }) {
  return (
    <>
      <span className="text-muted">{method}</span> {path} <span className={clsx('ml-1', status >= 500 ? 'text-bad' : status >= 400 ? 'text-warning' : 'text-muted')}>{status}</span>
      {took === null ? null : <span className="ml-2 text-faint">{took}</span>}
    </>
  )
}
