'use client'

import clsx from 'clsx'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { problemOf } from '@/components/ui/problem'
import { useSubmit } from '@/components/ui/use-submit'
import { DisplayName } from '@/lib/contract/common'

import { useCanvas, useCanvasStore } from './canvas-context'
import { focusNode } from './commands/walk'
import { inputProblem } from './input-problem'
import { record } from './record'
import { rename } from './rename'
import { endRename, nodeIn } from './store'

type Named = { kind: 'service' | 'volume' | 'group'; id: string; name: string }

const HINT = { service: 'Its address stays. What refers to it follows.', volume: 'The variable that says where it is follows.', group: null }

/** The field in place of a name. Enter and leaving it save, Escape restores; what is refused stays as it was typed, with the reason. */
export function NameField({ id }: { id: string }) {
  const named = useCanvas((state) => nodeIn(state, id) ?? state.groups[id])
  return named ? <OpenField named={named} /> : null
}

function OpenField({ named }: { named: Named }) {
  const field = useRef<HTMLInputElement>(null)
  const hintId = useId()
  const { leave, isLeft } = useWayBack(named.id)
  const [typed, setTyped] = useState(named.name)
  const { submit, pending, error } = useSave(named, typed.trim())
  useEffect(() => {
    field.current?.focus({ preventScroll: true })
    field.current?.select()
    // The canvas lets a press on it take no focus away.
    const onPress = ({ target }: PointerEvent) => (target === field.current ? undefined : field.current?.blur())
    document.addEventListener('pointerdown', onPress, true)
    return () => document.removeEventListener('pointerdown', onPress, true)
  }, [])
  const problem = error === null ? null : problemOf(error)
  const words = problem ? (problem.fields.name ?? problem.message) : HINT[named.kind]
  const onKeyDown = async (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    event.preventDefault()
    if (event.key === 'Escape' || (await submit())) leave()
  }
  const onBlur = async () => {
    // Who goes elsewhere has the focus there.
    if (!isLeft() && (await submit())) leave(false)
  }
  return (
    <span className="nodrag nopan pointer-events-auto relative -my-1 -ml-1.5 min-w-0 flex-1 font-normal">
      <input
        ref={field}
        aria-label={`Name of ${named.name}`}
        aria-invalid={problem !== null || undefined}
        aria-describedby={words === null ? undefined : hintId}
        value={typed}
        readOnly={pending}
        // Neither a click nor a drag in it is about the node.
        onClick={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => void onKeyDown(event)}
        onBlur={() => void onBlur()}
        autoComplete="off"
        spellCheck={false}
        className="h-7 w-full min-w-24 rounded-small border border-accent bg-surface px-1.5 text-title font-medium text-ink outline-none aria-invalid:border-bad"
      />
      {words === null ? null : (
        <span id={hintId} role={problem ? 'alert' : undefined} className={clsx('pointer-events-none absolute top-full left-0 z-20 mt-1 w-max max-w-64 rounded-small border bg-overlay px-2 py-1 text-meta whitespace-normal shadow-float', problem ? 'border-bad/50 text-bad' : 'border-line text-muted')}>
          {words}
        </span>
      )}
    </span>
  )
}

function useSave({ kind, id, name: present }: Named, name: string) {
  const store = useCanvasStore()
  const run = useRun()
  // What it was called when it was asked: another name that somebody gives it meanwhile is not overwritten, unless one has been told of it.
  const [before, setBefore] = useState(present)
  return useSubmit(async () => {
    if (name === before) return
    const problem = inputProblem({ name: [DisplayName, name] })
    if (problem) throw problem
    try {
      await rename({ store, run }, { kind, id, before, after: name })
    } catch (error) {
      const state = store.getState()
      setBefore((nodeIn(state, id) ?? state.groups[id])?.name ?? before)
      throw error
    }
    record(store, { label: `Rename ${before}`, kind: 'set', setting: { of: 'name', kind, id, before, after: name } })
  })
}

/** Ends it. Who has left by a key goes on from where they came. */
function useWayBack(id: string) {
  const store = useCanvasStore()
  const [cameFrom] = useState(() => document.activeElement)
  const left = useRef(false)
  return {
    leave: (byKey = true) => {
      left.current = true
      endRename(store, id)
      if (!byKey) return
      if (cameFrom instanceof HTMLElement && cameFrom.isConnected && cameFrom !== document.body) cameFrom.focus({ preventScroll: true })
      else focusNode(id)
    },
    isLeft: () => left.current,
  }
}
