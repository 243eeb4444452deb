'use client'

import { useState, type FormEvent } from 'react'

import { useMissing } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Textarea } from '@/components/ui/textarea'
import { useSubmit } from '@/components/ui/use-submit'
import { databaseExpose, databaseHide } from '@/lib/contract/doors'
import type { ServiceView } from '@/lib/contract/service'
import { parseRange } from '@/lib/domain/source-range'

type Props = { service: ServiceView; onChange: (service: ServiceView) => void }

/** Whether, and by whom, a database is reached from outside. Nobody can until somebody says so here. */
export function PublicAccess({ service, onChange }: Props) {
  const run = useRun()
  const missing = useMissing('service.write')
  const [isAsking, setAsking] = useState(false)
  const { submit, pending, error } = useSubmit(async () => onChange(await run(databaseHide, { serviceId: service.id })))
  const { publicAccess } = service
  return (
    <section aria-labelledby="public-access">
      <h3 id="public-access" className="font-medium">
        Public access
      </h3>
      {publicAccess === null ? (
        <div className="mt-2 flex flex-wrap items-center justify-between gap-3 rounded-card border border-line bg-raised px-3.5 py-2.5">
          <p className="text-muted">Off. Nobody outside can connect.</p>
          <Button size="small" disabledReason={missing} onClick={() => setAsking(true)}>
            Turn on…
          </Button>
        </div>
      ) : (
        <div className="mt-2 rounded-card border border-warning/40 bg-raised px-3.5 py-2.5">
          <div className="flex items-center gap-1">
            <span className="min-w-0 flex-1 font-mono text-code break-all">
              {publicAccess.host}:{publicAccess.port}
            </span>
            <CopyButton text={`${publicAccess.host}:${publicAccess.port}`} label="Copy public address" />
          </div>
          <p className="mt-1 text-meta text-muted">
            On for <span className="font-mono">{publicAccess.allow.join(', ')}</span>, not encrypted. The port stays the same when it is turned off and on.
            {publicAccess.isHere ? ' The proxy listens on this machine only; set EASEL_INGRESS_HOST to let others connect.' : ''}
          </p>
          <div className="mt-2.5 flex gap-2">
            <Button size="small" disabledReason={missing} onClick={() => setAsking(true)}>
              Change…
            </Button>
            <Button size="small" loading={pending} disabledReason={missing} onClick={() => void submit()}>
              Turn off
            </Button>
          </div>
        </div>
      )}
      <ProblemMessage error={error} className="mt-2" />
      {isAsking ? <AccessDialog service={service} onChange={onChange} onClose={() => setAsking(false)} /> : null}
    </section>
  )
}

function AccessDialog({ service, onChange, onClose }: Props & { onClose: () => void }) {
  const run = useRun()
  const [text, setText] = useState(service.publicAccess?.allow.join('\n') ?? '')
  const allow = text.split(/[\s,]+/).filter((line) => line !== '')
  const wrong = allow.find((line) => parseRange(line) === null)
  const isForAll = allow.some((line) => parseRange(line)?.prefix === 0)
  const { submit, pending, error } = useSubmit(async () => {
    onChange(await run(databaseExpose, { serviceId: service.id, allow }))
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (allow.length > 0 && wrong === undefined) void submit()
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())} size="small" title={`Let ${service.name} be reached from outside?`} description="It gets a port that everybody can find. Who is not on the list is turned away.">
      <form onSubmit={send} noValidate className="space-y-4">
        <p className="rounded-card border border-warning/40 px-3 py-2.5 text-muted">
          Passwords and data travel unencrypted, and a database that can be reached is attacked all the time. Services of the environment do not need this.
        </p>
        <Field label="Who may connect" required error={wrong === undefined ? undefined : `${wrong} is neither an address nor a range.`} hint={isForAll ? 'Everybody may connect. Only the password stands between them and the data.' : 'Addresses or ranges such as 203.0.113.7 or 203.0.113.0/24, one a line.'}>
          <Textarea data-autofocus mono rows={4} value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" spellCheck={false} />
        </Field>
        <ProblemMessage error={error} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending} disabled={allow.length === 0 || wrong !== undefined}>
            {service.publicAccess === null ? 'Turn on' : 'Change'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
