'use client'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { hasNetwork } from '@/lib/domain/target'

import type { SettingsDraft } from './settings-draft'
import { Section, Text, type SectionProps } from './settings-section'

const BUILDER_OPTIONS: { value: SettingsDraft['image']['builder']; label: string }[] = [
  { value: 'auto', label: 'Automatic: the Dockerfile if there is one' },
  { value: 'dockerfile', label: 'Dockerfile' },
  { value: 'recipe', label: 'What is detected, without the Dockerfile' },
]

/** Whether an environment runs containers. */
export function useRunsContainers(): boolean {
  return hasNetwork(useEnvironment().target.kind)
}

/** How its image is made and started. Only where services run as containers. */
export function ImageSection({ service, draft, onChange, fieldError, readOnly }: SectionProps) {
  const isShown = useRunsContainers()
  const set = (part: Partial<SettingsDraft['image']>) => onChange({ ...draft, image: { ...draft.image, ...part } })
  const { image } = draft
  if (!isShown) return null
  const isBuilt = service.source.type !== 'image'
  return (
    <Section id="image" title="Container" hint={isBuilt ? 'An image is made of the source, and each replica is a container of it.' : 'Each replica is a container of the image.'}>
      {isBuilt ? (
        <>
          <Field label="Made by" error={fieldError('settings.build.builder')}>
            <Select value={image.builder} onValueChange={(builder) => set({ builder: builder as typeof image.builder })} options={BUILDER_OPTIONS} />
          </Field>
          {image.builder === 'recipe' ? null : (
            <div className="grid gap-4 sm:grid-cols-2">
              <Text mono label="Dockerfile" placeholder="Dockerfile" hint="Relative to the root directory." error={fieldError('settings.build.dockerfile')} value={image.dockerfile} onChange={(dockerfile) => set({ dockerfile })} readOnly={readOnly} />
              <Text mono label="Stage" placeholder="The last" error={fieldError('settings.build.stage')} value={image.stage} onChange={(stage) => set({ stage })} readOnly={readOnly} />
            </div>
          )}
          <Field label="Build arguments" error={fieldError('settings.build.args')} hint="One NAME=value per line. Variables of the service are given to the build as well, secret ones as secrets.">
            <Textarea mono rows={3} value={image.args} readOnly={readOnly} onChange={(event) => set({ args: event.target.value })} autoComplete="off" spellCheck={false} />
          </Field>
          {image.builder === 'dockerfile' ? null : (
            <div>
              <Checkbox label="Leave development packages out" checked={image.prune} onCheckedChange={(prune) => set({ prune })} disabled={readOnly} />
              <p className="mt-1 text-meta text-faint">Without a Dockerfile: what devDependencies names is taken out after the build. The service must not need any of it to start.</p>
              {fieldError('settings.build.prune') ? (
                <p role="alert" className="mt-1.5 text-meta text-bad">
                  {fieldError('settings.build.prune')}
                </p>
              ) : null}
            </div>
          )}
        </>
      ) : (
        <Text mono label="Start command" placeholder="As the image says" error={fieldError('settings.startCommand')} value={draft.commands.startCommand} onChange={(startCommand) => onChange({ ...draft, commands: { ...draft.commands, startCommand } })} readOnly={readOnly} />
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Text mono label="Entrypoint" placeholder="As the image says" error={fieldError('settings.entrypoint')} value={image.entrypoint} onChange={(entrypoint) => set({ entrypoint })} readOnly={readOnly} />
        <Text mono label="Port" placeholder="As the image says" hint="Where it listens; it is given as PORT." error={fieldError('settings.containerPort')} value={image.containerPort} onChange={(containerPort) => set({ containerPort })} readOnly={readOnly} />
      </div>
    </Section>
  )
}
