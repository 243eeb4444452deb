'use client'

import { useState, type FormEvent } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { byName } from '@/lib/domain/by-name'

import { askToConnect } from './ask-to-connect'
import { useCanvas, useCanvasStore, useService } from './canvas-context'
import { ask } from './store'

/** Asks what a service is to be linked to: what drawing a line says with the pointer. */
export function ConnectDialog({ from }: { from: string }) {
  const store = useCanvasStore()
  const service = useService(from)
  const services = useCanvas((state) => state.services)
  const volumes = useCanvas((state) => state.volumes)
  const options = [
    ...Object.values(services).filter(({ id }) => id !== from).map(({ id, name, source }) => ({ value: id, label: name, hint: source.type === 'database' ? 'Database' : 'Service' })),
    ...Object.values(volumes).filter(({ serviceId, isDeleting }) => serviceId === null && !isDeleting).map(({ id, name }) => ({ value: id, label: name, hint: 'Volume' })),
  ].sort((a, b) => byName(a.label, b.label))
  const [to, setTo] = useState(options[0]?.value ?? '')
  if (!service) return null
  const send = (event: FormEvent) => {
    event.preventDefault()
    askToConnect(store, from, to)
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : ask(store, null))} size="small" title={`Link ${service.name} to…`} description={options.length === 0 ? 'There is nothing else here yet. Add a service, a database or a volume first.' : 'What it is given is asked next.'}>
      <form onSubmit={send} className="space-y-4">
        {options.length === 0 ? null : (
          <Field label="To">
            <Select value={to} onValueChange={setTo} options={options} />
          </Field>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={() => ask(store, null)}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" disabled={to === ''}>
            Continue
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
