'use client'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { ImageSourceFields } from '@/components/project/image-source-fields'
import { GitSourceFields } from '@/components/project/git-source-fields'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { UploadSourceFields } from '@/components/upload/upload-source-fields'
import { ENGINES } from '@/lib/domain/engine/engines'

import { detectedCommands } from './detected-commands'
import type { SettingsDraft } from './settings-draft'
import { Section, Text, type SectionProps } from './settings-section'

/** Name, and where the code comes from. */
export function SourceSection({ service, draft, onChange, fieldError, readOnly }: SectionProps) {
  const { sshKeys, registries } = useEnvironment()
  const set = (part: Partial<SettingsDraft['source']>) => onChange({ ...draft, source: { ...draft.source, ...part } })
  return (
    <Section id="source" title={service.source.type === 'database' ? ENGINES[service.source.engine].word : 'Source'}>
      <Field label="Name" required error={fieldError('name')} hint="References in the variables of other services use it. Its address stays as it is.">
        <Input name="name" value={draft.name} readOnly={readOnly} onChange={(event) => onChange({ ...draft, name: event.target.value })} autoComplete="off" />
      </Field>
      {service.source.type === 'database' ? (
        <div className="sm:max-w-1/2">
          <Text mono required label="Version" error={fieldError('source.version')} hint="Data stays with its line of versions. To move to another one, restore a snapshot into a new database." value={draft.source.version} onChange={(version) => set({ version })} readOnly={readOnly} />
        </div>
      ) : null}
      {service.source.type === 'git' ? <GitSourceFields value={draft.source} onChange={set} sshKeys={sshKeys} fieldError={fieldError} readOnly={readOnly} /> : null}
      {service.source.type === 'git' ? (
        <Checkbox
          label="Deploy it by itself"
          hint="When its branch has moved. Automatic deploys that are held wait until the hold is released."
          checked={draft.follow.autoDeploy}
          onCheckedChange={(autoDeploy) => onChange({ ...draft, follow: { autoDeploy } })}
          disabled={readOnly}
        />
      ) : null}
      {service.source.type === 'image' ? <ImageSourceFields value={draft.source} onChange={set} registries={registries} fieldError={fieldError} readOnly={readOnly} /> : null}
      {service.source.type === 'upload' ? <UploadSourceFields service={service} draft={draft} onChange={onChange} fieldError={fieldError} readOnly={readOnly} /> : null}
      {service.source.type === 'local' ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Text mono label="Folder" required error={fieldError('source.path')} value={draft.source.path} onChange={(path) => set({ path })} readOnly={readOnly} />
          <Text mono label="Root directory" error={fieldError('source.rootDirectory')} hint="The folder of the app, such as apps/web." value={draft.source.rootDirectory} onChange={(rootDirectory) => set({ rootDirectory })} readOnly={readOnly} />
        </div>
      ) : null}
      {service.source.type === 'template' ? (
        <p className="text-muted">
          Made from the template <span className="font-mono text-code text-ink">{service.source.template}</span>. To run code of your own, add a service from a repository.
        </p>
      ) : null}
    </Section>
  )
}

/** How it is built. */
export function BuildSection({ service, draft, onChange, fieldError, readOnly }: SectionProps) {
  const detected = detectedCommands(service.inspection?.recipe ?? null)
  const set = (part: Partial<SettingsDraft['commands']>) => onChange({ ...draft, commands: { ...draft.commands, ...part } })
  const { commands } = draft
  return (
    <Section id="build" title="Build" hint="Empty fields are decided by what the source says. Commands run without a shell.">
      <Text mono label="Install command" placeholder={detected.install} error={fieldError('settings.installCommand')} value={commands.installCommand} onChange={(installCommand) => set({ installCommand })} readOnly={readOnly} />
      <Text mono label="Build command" placeholder={detected.build} error={fieldError('settings.buildCommand')} value={commands.buildCommand} onChange={(buildCommand) => set({ buildCommand })} readOnly={readOnly} />
      <Text mono label="Start command" placeholder={detected.start} error={fieldError('settings.startCommand')} value={commands.startCommand} onChange={(startCommand) => set({ startCommand })} readOnly={readOnly} />
      <Text
        mono
        label="Output directory"
        placeholder={detected.output}
        hint="The folder with the built files. Setting it makes the service a static site."
        error={fieldError('settings.outputDirectory')}
        value={commands.outputDirectory}
        onChange={(outputDirectory) => set({ outputDirectory })}
        readOnly={readOnly}
      />
    </Section>
  )
}
