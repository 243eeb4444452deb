'use client'

import { Plus, X } from 'lucide-react'

import { useCanvas } from '@/components/canvas/canvas-context'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'

import type { RulesDraft } from './rules-draft'

type Paths = RulesDraft['paths']

/** Which requests go to which other service of the environment. */
export function PathRows({ paths, ownServiceId, onChange, error }: { paths: Paths; ownServiceId: string; onChange: (paths: Paths) => void; error: string | undefined }) {
  const services = useCanvas((state) => state.services)
  const others = Object.values(services).filter(({ id, source }) => id !== ownServiceId && source.type !== 'database').sort((a, b) => (a.name < b.name ? -1 : 1))
  const change = (index: number, with_: Partial<Paths[number]>) => onChange(paths.map((path, i) => (i === index ? { ...path, ...with_ } : path)))
  if (others.length === 0 && paths.length === 0) return <p className="text-meta text-faint">There is no other service in this environment that answers web requests.</p>
  return (
    <div className="space-y-2">
      {paths.map((path, index) => (
        <div key={index} className="flex flex-wrap items-center gap-2">
          <Input mono value={path.prefix} onChange={(event) => change(index, { prefix: event.target.value })} placeholder="/api" aria-label="Path" spellCheck={false} className="w-32 grow basis-28" />
          <Select value={path.serviceId} onValueChange={(serviceId) => change(index, { serviceId })} label="Service" options={others.map(({ id, name }) => ({ value: id, label: name }))} className="grow basis-32" />
          <Checkbox checked={path.isStripped} onCheckedChange={(isStripped) => change(index, { isStripped })} label="without the path" />
          <IconButton label={`Remove ${path.prefix || 'path'}`} icon={<X />} size="small" onClick={() => onChange(paths.filter((_, i) => i !== index))} />
        </div>
      ))}
      {error ? <p role="alert" className="text-meta text-bad">{error}</p> : null}
      <Button size="small" icon={<Plus />} disabledReason={others.length === 0 ? 'There is no other service here.' : null} onClick={() => onChange([...paths, { prefix: '', serviceId: others[0]!.id, isStripped: false, port: null }])}>
        Add path
      </Button>
    </div>
  )
}
