'use client'

import { Eye, EyeOff } from 'lucide-react'
import { useState, type ReactNode } from 'react'

import { useCanvas, useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { TakesEffect } from '@/components/service/takes-effect'
import { useLiveQuery } from '@/components/service/use-live-query'
import { UseCard } from '@/components/service/use-card'
import { CopyButton } from '@/components/ui/copy-button'
import { IconButton } from '@/components/ui/icon-button'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { serviceGet, variableList, variableReveal } from '@/lib/contract/doors'
import type { ServiceView, VariablesView } from '@/lib/contract/service'
import { ENGINES } from '@/lib/domain/engine/engines'
import { formatReference } from '@/lib/domain/reference'
import type { ServiceState } from '@/lib/domain/service-state'
import { hasNetwork } from '@/lib/domain/target'

import { connectionOf, urlOf, type Connection } from './connection'
import { FiguresCard } from './figures-card'
import { PublicAccess } from './public-access'
import { Rotation } from './rotation'
import { useRotations, type RotationsView } from './use-rotations'

/** What is asked how it is; of the others nothing runs. */
const ASKED: readonly ServiceState[] = ['running', 'degraded']

const HIDDEN = '••••••••••••••••'

/** What somebody needs who wants to connect, and how the database is. */
export function DatabaseOverview({ initial, variables, rotations }: { initial: ServiceView; variables: VariablesView; rotations: RotationsView }) {
  const node = useCanvas((state) => state.services[initial.id])
  const version = JSON.stringify([node?.name, node?.source, node?.state])
  const { data: service, replace } = useLiveQuery(serviceGet, { serviceId: initial.id }, { initial, version, everyMs: null })
  const { data: rotated, reload } = useRotations(initial.id, rotations, version)
  const at = rotated.items[0] ? `${rotated.items[0].id} ${rotated.items[0].status} ${rotated.items[0].step} ${rotated.items[0].isReturning}` : ''
  const { data: known } = useLiveQuery(variableList, { serviceId: initial.id }, { initial: variables, version: `${version} ${at}`, everyMs: null })
  const { source } = service
  if (source.type !== 'database') return null
  const connection = connectionOf(source.engine, service.privateUrl, known.variables)
  return (
    <div className="space-y-5">
      <TakesEffect serviceId={service.id} />
      {/* Mounted anew with another password: one that was revealed is not it any more. */}
      <ConnectionCard key={at} service={service} connection={connection} urlKey={ENGINES[source.engine].urlKey} />
      <Rotation service={service} rotations={rotated} onChange={reload} />
      <PublicAccess service={service} onChange={replace} />
      {ASKED.includes(node?.state ?? service.state) ? <FiguresCard serviceId={service.id} engine={source.engine} version={version} /> : null}
      <UseCard serviceId={service.id} version={version} />
    </div>
  )
}

function ConnectionCard({ service, connection, urlKey }: { service: ServiceView; connection: Connection; urlKey: string }) {
  const run = useRun()
  const missing = useMissing('variable.reveal')
  const { target } = useEnvironment()
  const [password, setPassword] = useState<string | null>(null)
  const { submit, pending, error } = useSubmit(async () => setPassword((await run(variableReveal, { serviceId: service.id, key: connection.passwordKey })).value))
  const reference = formatReference(service.name, urlKey)
  const eye = (
    <IconButton
      size="small"
      label={password === null ? 'Reveal the password. It is recorded in the activity' : 'Hide the password'}
      icon={password === null ? <Eye /> : <EyeOff />}
      loading={pending}
      disabledReason={password === null ? missing : null}
      onClick={() => (password === null ? void submit() : setPassword(null))}
    />
  )
  return (
    <section aria-labelledby="connection">
      <h3 id="connection" className="font-medium">
        Connection
      </h3>
      <p className="text-meta text-faint">For services {hasNetwork(target.kind) ? 'of this environment' : 'on this machine'}. {service.publicAccess === null ? 'Nothing outside of it can connect.' : 'Others connect by its public address.'}</p>
      <dl className="mt-3 divide-y divide-line rounded-card border border-line bg-raised">
        <Row label="In variables" value={reference} copy={reference} />
        <Row label="Host" value={connection.host} copy={connection.host} />
        <Row label="Port" value={connection.port} copy={connection.port} />
        {connection.user === null ? null : <Row label="User" value={connection.user} copy={connection.user} />}
        {connection.database === null ? null : <Row label="Database" value={connection.database} copy={connection.database} />}
        <Row label="Password" value={password ?? HIDDEN} copy={password} action={eye} />
        <Row label="Address" value={urlOf(connection, password ?? HIDDEN)} copy={password === null ? null : urlOf(connection, encodeURIComponent(password))} />
      </dl>
      <ProblemMessage error={error} className="mt-3" />
    </section>
  )
}

function Row({ label, value, copy, action }: { label: string; value: string; copy: string | null; action?: ReactNode }) {
  return (
    <div className="flex min-h-9 items-center gap-2 py-1 pr-1.5 pl-3.5">
      <dt className="w-24 shrink-0 text-meta text-faint">{label}</dt>
      <dd className="flex min-w-0 flex-1 items-center gap-2">
        <span className="min-w-0 flex-1 font-mono text-code break-all">{value || '–'}</span>
        {action}
        {copy ? <CopyButton text={copy} label={`Copy ${label.toLowerCase()}`} /> : action ? null : <span className="size-7" aria-hidden="true" />}
      </dd>
    </div>
  )
}
