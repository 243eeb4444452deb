'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { environmentUpdate } from '@/lib/contract/doors'
import type { EnvironmentView } from '@/lib/contract/project'
import { hasNetwork } from '@/lib/domain/target'

import { TargetChoice, type ChoosableTarget } from '../target/target-choice'

/** Name, target and walls of an environment. */
export function EnvironmentDialog({ environment, targets, onClose }: { environment: EnvironmentView; targets: readonly ChoosableTarget[]; onClose: () => void }) {
  const run = useRun()
  const router = useRouter()
  const [name, setName] = useState(environment.name)
  const [targetId, setTargetId] = useState(environment.target.id)
  const [linksOnly, setLinksOnly] = useState(environment.linksOnly)
  const chosen = targets.find((target) => target.id === targetId)
  const isNetworked = hasNetwork(chosen?.kind ?? environment.target.kind)
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    await run(environmentUpdate, { environmentId: environment.id, name, targetId, linksOnly: linksOnly && isNetworked })
    toast.success(`Environment ${name.trim()} saved.`)
    router.refresh()
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())} title={`Change ${environment.name}`}>
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Name" required error={fieldError('name')} hint="Its addresses stay as they are.">
          <Input name="name" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        <TargetChoice targets={targets} value={targetId} onChange={setTargetId} error={fieldError('targetId')} />
        {isNetworked ? (
          <Checkbox checked={linksOnly} onCheckedChange={setLinksOnly} label="Only linked services reach each other" hint="Without a link on the canvas, no connection from one service to another. A new link takes effect with the next deployment." />
        ) : null}
        <ProblemMessage error={error} shownFields={['name', 'targetId']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
