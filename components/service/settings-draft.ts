import { DisplayName } from '@/lib/contract/common'
import type { Recipe } from '@/lib/contract/recipe'
import type { ServiceView } from '@/lib/contract/service'
import { ServiceSettings } from '@/lib/contract/service-settings'
import { Source } from '@/lib/contract/source'
import { inputProblem, type InputProblem } from '../canvas/input-problem'

// The settings of a service as the form holds them: everything is text until it is saved, so that nothing that is being
// typed is corrected or lost.

export type SettingsDraft = {
  name: string
  source: { url: string; ref: string; rootDirectory: string; sshKeyId: string; path: string }
  commands: { installCommand: string; buildCommand: string; startCommand: string; outputDirectory: string }
  health: { kind: ServiceSettings['health']['kind']; path: string; intervalS: string; timeoutS: string; failures: string; deadlineS: string }
  drainS: string
}

type Saved = Pick<ServiceView, 'name' | 'source' | 'settings'>

export function draftOf({ name, source, settings }: Saved): SettingsDraft {
  const { health } = settings
  return {
    name,
    source: {
      url: source.type === 'git' ? source.url : '',
      ref: (source.type === 'git' && source.ref) || '',
      sshKeyId: (source.type === 'git' && source.sshKeyId) || '',
      path: source.type === 'local' ? source.path : '',
      rootDirectory: (source.type !== 'template' && source.rootDirectory) || '',
    },
    commands: {
      installCommand: settings.installCommand ?? '',
      buildCommand: settings.buildCommand ?? '',
      startCommand: settings.startCommand ?? '',
      outputDirectory: settings.outputDirectory ?? '',
    },
    health: { kind: health.kind, path: health.path, intervalS: String(health.intervalS), timeoutS: String(health.timeoutS), failures: String(health.failures), deadlineS: String(health.deadlineS) },
    drainS: String(settings.drainS),
  }
}

export type SettingsUpdate = { name?: string; source?: Source; settings?: ServiceSettings }

/** What to send: only what differs. Or what is wrong with it, by field. */
export function updateOf(draft: SettingsDraft, saved: Saved): { update: SettingsUpdate } | { problem: InputProblem } {
  const source = sourceOf(draft, saved.source)
  const settings = settingsOf(draft)
  const problem = inputProblem({ name: [DisplayName, draft.name], source: [Source, source], settings: [ServiceSettings, settings] })
  if (problem) return { problem }
  const update: SettingsUpdate = {}
  if (draft.name.trim() !== saved.name) update.name = draft.name.trim()
  if (differs(source, saved.source)) update.source = source
  if (differs(settings, saved.settings)) update.settings = ServiceSettings.parse(settings)
  return { update }
}

/** How many fields differ from what is saved. */
export function countEdits(draft: SettingsDraft, saved: Saved): number {
  const before = fields(draftOf(saved))
  const now = fields(draft)
  return Object.keys(now).filter((key) => now[key]!.trim() !== before[key]).length
}

function fields({ name, source, commands, health, drainS }: SettingsDraft): Record<string, string> {
  return { name, ...source, ...commands, healthKind: health.kind, healthPath: health.path, intervalS: health.intervalS, timeoutS: health.timeoutS, failures: health.failures, deadlineS: health.deadlineS, drainS }
}

function sourceOf({ source }: SettingsDraft, saved: Source): Source {
  const rootDirectory = source.rootDirectory.trim() === '' ? {} : { rootDirectory: source.rootDirectory.trim() }
  if (saved.type === 'template') return saved
  if (saved.type === 'local') return { type: 'local', path: source.path.trim(), ...rootDirectory }
  return {
    type: 'git',
    url: source.url.trim(),
    ...(source.ref.trim() === '' ? {} : { ref: source.ref.trim() }),
    ...rootDirectory,
    ...(source.sshKeyId === '' ? {} : { sshKeyId: source.sshKeyId }),
  }
}

function settingsOf({ commands, health, drainS }: SettingsDraft) {
  const override = (text: string) => (text.trim() === '' ? null : text.trim())
  return {
    installCommand: override(commands.installCommand),
    buildCommand: override(commands.buildCommand),
    startCommand: override(commands.startCommand),
    outputDirectory: override(commands.outputDirectory),
    health: { kind: health.kind, path: health.path.trim(), intervalS: number(health.intervalS), timeoutS: number(health.timeoutS), failures: number(health.failures), deadlineS: number(health.deadlineS) },
    drainS: number(drainS),
  }
}

/** A number that was typed; what is none is left for the schema to refuse. */
function number(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function differs(a: object, b: object): boolean {
  const ordered = (value: unknown): unknown =>
    value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined).sort(([x], [y]) => (x < y ? -1 : 1)).map(([key, part]) => [key, ordered(part)])) : value
  return JSON.stringify(ordered(a)) !== JSON.stringify(ordered(b))
}

export type DetectedCommands = { install: string; build: string; start: string; output: string }

/** What is done when nothing is overridden, for the placeholders. */
export function detectedCommands(recipe: Recipe | null): DetectedCommands {
  if (recipe === null) return { install: 'Detected when the source is read', build: 'Detected when the source is read', start: 'Detected when the source is read', output: 'Only for static sites' }
  const line = (commands: Recipe['install']) => commands.map((command) => command.argv.join(' ')).join(' && ') || 'Nothing to do'
  return {
    install: line(recipe.install),
    build: line(recipe.build),
    start: recipe.start.kind === 'command' ? recipe.start.argv.join(' ') : 'Served as files',
    output: recipe.start.kind === 'files' ? recipe.start.directory || '.' : 'Only for static sites',
  }
}
