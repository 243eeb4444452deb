'use client'

import '@xterm/xterm/css/xterm.css'
import './terminal.css'

import { SquareTerminal } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { z } from 'zod'

import { useMissing, useService } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { useLiveQuery } from '@/components/service/use-live-query'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { terminalCreate, terminalPlaces } from '@/lib/contract/doors'
import type { TerminalPlace } from '@/lib/contract/terminal'

import { PlaceChoice, placeKey } from './place-choice'
import { TerminalBar, TerminalNote } from './terminal-bar'
import { startSession, type Session, type SessionState } from './terminal-session'

type Places = z.output<NonNullable<typeof terminalPlaces.output>>

/** A terminal inside of what runs of a service. `initial`: null for someone who may not open one. */
export function TerminalView({ serviceId, initial }: { serviceId: string; initial: Places | null }) {
  const missing = useMissing('terminal.open')
  if (initial === null || missing !== null) {
    return (
      <EmptyState icon={<SquareTerminal />} title="You cannot open terminals here" className="my-auto">
        {missing ?? 'Your role does not include it. Ask an owner or admin of the organization.'}
      </EmptyState>
    )
  }
  return <OpenTerminal serviceId={serviceId} initial={initial} />
}

function OpenTerminal({ serviceId, initial }: { serviceId: string; initial: Places }) {
  const { places, reason, offered } = usePlaces(serviceId, initial)
  const [wanted, setWanted] = useState<string | null>(null)
  const place = places.find((each) => placeKey(each) === wanted) ?? places[0] ?? null
  const { host, state, open, close, here } = useTerminal(serviceId)
  const leave = useRef<HTMLButtonElement>(null)
  const isOpen = state?.kind === 'connecting' || state?.kind === 'connected'
  const start = () => place !== null && open(place, () => leave.current?.focus())
  const choice = places.length > 1 && !isOpen ? <PlaceChoice places={places} value={place} onChange={(next) => setWanted(placeKey(next))} /> : null
  if (state === null) {
    return (
      <EmptyState icon={<SquareTerminal />} title={titleOf(offered, reason)} className="my-auto" action={reason === null ? <div className="flex gap-2">{choice}<Button variant="primary" onClick={start}>Open terminal</Button></div> : null}>
        {reason ?? 'A shell inside of the running service. Who opens one is recorded in the activity.'}
      </EmptyState>
    )
  }
  return (
    <>
      <TerminalBar state={state} place={here}>
        {choice}
        {isOpen ? (
          <Button ref={leave} size="small" onClick={close}>
            Close
          </Button>
        ) : (
          <Button ref={leave} size="small" variant="primary" disabledReason={reason} onClick={start}>
            Open again
          </Button>
        )}
      </TerminalBar>
      <TerminalNote state={state} />
      <div className="relative min-h-0 flex-1 bg-sunken">
        <div ref={host} data-terminal role="group" aria-label="Terminal" className="absolute inset-x-3 inset-y-2 font-mono" />
      </div>
    </>
  )
}

function titleOf(offered: boolean, reason: string | null): string {
  if (!offered) return 'No terminals on this target'
  return reason === null ? 'Open a terminal' : 'Nothing runs'
}

/** What runs now: read again when the service changes, and now and then. */
function usePlaces(serviceId: string, initial: Places): Places {
  const service = useService(serviceId)
  const version = service ? `${service.state} ${service.activeId} ${service.replicas.healthy} ${service.observed?.restarts}` : ''
  return useLiveQuery(terminalPlaces, { serviceId }, { initial, version, everyMs: 10_000 }).data
}

/** One session at a time, in one element; it ends when the tab is left. */
function useTerminal(serviceId: string) {
  const run = useRun()
  const host = useRef<HTMLDivElement>(null)
  const session = useRef<Session | null>(null)
  const [state, setState] = useState<SessionState | null>(null)
  const [asked, setAsked] = useState<{ place: TerminalPlace; onLeave: () => void } | null>(null)
  const end = () => {
    session.current?.close()
    session.current = null
  }
  useEffect(() => end, [])
  // The element is there once the state says so.
  useEffect(() => {
    if (asked === null || host.current === null) return
    const { place, onLeave } = asked
    const { part, deploymentId } = place
    end()
    session.current = startSession({ host: host.current, ask: async () => (await run(terminalCreate, { serviceId, part, deploymentId })).ticket, onState: setState, onLeave })
    return end
  }, [asked, run, serviceId])
  return {
    host,
    state,
    here: asked?.place ?? null,
    open(place: TerminalPlace, onLeave: () => void) {
      setState({ kind: 'connecting' })
      setAsked({ place, onLeave })
    },
    close() {
      end()
      setAsked(null)
      setState(null)
    },
  }
}
