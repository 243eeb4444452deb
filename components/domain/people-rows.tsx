'use client'

import { Plus, X } from 'lucide-react'

import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'

import type { RulesDraft } from './rules-draft'

type People = RulesDraft['people']

/** Who has to say a name and a password; everybody may come in while nobody is named. */
export function PeopleRows({ people, onChange, error }: { people: People; onChange: (people: People) => void; error: string | undefined }) {
  const change = (index: number, with_: Partial<People[number]>) => onChange(people.map((person, i) => (i === index ? { ...person, ...with_ } : person)))
  return (
    <div className="space-y-2">
      {people.map((person, index) => (
        <div key={index} className="flex items-center gap-2">
          <Input value={person.name} onChange={(event) => change(index, { name: event.target.value, isKnown: false })} placeholder="Name" aria-label="Name" autoComplete="off" />
          <Input type="password" value={person.password} onChange={(event) => change(index, { password: event.target.value })} placeholder={person.isKnown ? 'Password stays' : 'Password'} aria-label={`Password of ${person.name || 'the new one'}`} autoComplete="new-password" />
          <IconButton label={`Remove ${person.name || 'row'}`} icon={<X />} size="small" onClick={() => onChange(people.filter((_, i) => i !== index))} />
        </div>
      ))}
      {error ? <p role="alert" className="text-meta text-bad">{error}</p> : null}
      <Button size="small" icon={<Plus />} onClick={() => onChange([...people, { name: '', password: '', isKnown: false }])}>
        Ask for name and password
      </Button>
    </div>
  )
}
