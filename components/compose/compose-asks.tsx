'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { ComposeView } from '@/lib/contract/compose'

export type ComposeAsksProps = {
  view: Pick<ComposeView, 'asks' | 'profiles'>
  values: Readonly<Record<string, string>>
  onValues: (values: Record<string, string>) => void
  profiles: readonly string[]
  onProfiles: (profiles: string[]) => void
}

/** The values a file asks for, and the profiles it has. */
export function ComposeAsks({ view, values, onValues, profiles, onProfiles }: ComposeAsksProps) {
  return (
    <>
      {view.asks.length > 0 ? (
        <section aria-labelledby="compose-values" className="space-y-3">
          <h3 id="compose-values" className="font-medium">
            Values it asks for
          </h3>
          <div className="grid gap-3 sm:grid-cols-2">
            {view.asks.map((ask) => (
              <Field key={ask.name} label={<code className="font-mono text-code">{ask.name}</code>} required={ask.required} hint={hintOf(ask)}>
                <Input
                  mono
                  name={`value-${ask.name}`}
                  type={ask.secret ? 'password' : 'text'}
                  autoComplete="off"
                  spellCheck={false}
                  placeholder={ask.default ?? ''}
                  value={values[ask.name] ?? ''}
                  onChange={(event) => onValues({ ...values, [ask.name]: event.target.value })}
                />
              </Field>
            ))}
          </div>
        </section>
      ) : null}
      {view.profiles.length > 0 ? (
        <section aria-labelledby="compose-profiles" className="space-y-2">
          <h3 id="compose-profiles" className="font-medium">
            Profiles to draw as well
          </h3>
          <div className="flex flex-wrap gap-x-5 gap-y-2">
            {view.profiles.map((profile) => (
              <Checkbox key={profile} label={profile} checked={profiles.includes(profile)} onCheckedChange={(isChosen) => onProfiles(isChosen ? [...profiles, profile] : profiles.filter((other) => other !== profile))} />
            ))}
          </div>
        </section>
      ) : null}
    </>
  )
}

function hintOf({ required, message, default: usual }: ComposeView['asks'][number]): string {
  if (required) return message ?? 'The file cannot be drawn without it.'
  return usual === null ? 'Empty, or left out, when you leave it empty.' : 'What is shown is used when you leave it empty.'
}
