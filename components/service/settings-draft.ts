import { DisplayName } from '@/lib/contract/common'
import type { ServiceView } from '@/lib/contract/service'
import { ServiceSettings, type DeploySnapshotSettings } from '@/lib/contract/service-settings'
import { Source } from '@/lib/contract/source'
import { FIELD_WORDS } from '@/lib/domain/change-words'
import { misfits } from '@/lib/domain/settings-fit'
import { imageSource } from '../project/source-choice'
import { inputProblem, type InputProblem } from '../canvas/input-problem'

// The settings of a service as the form holds them: everything is text until it is saved, so that nothing that is being
// typed is corrected or lost. What is switched off keeps what was typed into it.

type Texts<Key extends string> = Record<Key, string>
type Cron = NonNullable<ServiceSettings['cron']>

export type SettingsDraft = {
  name: string
  source: { isFollowed: boolean; hasWindow: boolean } & Texts<'url' | 'ref' | 'rootDirectory' | 'sshKeyId' | 'path' | 'reference' | 'registryId' | 'version' | 'from' | 'to' | 'timeZone'>
  follow: { autoDeploy: boolean }
  requests: { accessLines: boolean; openTelemetry: boolean; metricsPath: string }
  commands: Texts<'installCommand' | 'buildCommand' | 'startCommand' | 'outputDirectory'>
  image: { builder: ServiceSettings['build']['builder']; prune: boolean } & Texts<'dockerfile' | 'stage' | 'args' | 'entrypoint' | 'containerPort'>
  prepare: Texts<'preDeployCommand' | 'preDeployTimeoutS'>
  health: { kind: ServiceSettings['health']['kind'] } & Texts<'path' | 'command' | 'intervalS' | 'timeoutS' | 'failures' | 'successes' | 'deadlineS' | 'restartAfterS'>
  restart: { policy: ServiceSettings['restart']['policy'] } & Texts<'limit'>
  rollout: { rollout: ServiceSettings['rollout'] } & Texts<'replicas' | 'holdS' | 'overlapS' | 'drainS' | 'stopGraceS'>
  sleep: { isOn: boolean } & Texts<'afterS'>
  cron: { isOn: boolean; overlap: Cron['overlap'] } & Texts<'schedule' | 'timeZone' | 'timeoutS'>
  guard: { isOn: boolean } & Texts<'minutes'>
  /** `of`: ids, with a comma between them. */
  snapshots: { onFailure: DeploySnapshotSettings['onFailure'] } & Texts<'of' | 'keep' | 'timeoutS'>
  limits: { readOnly: boolean } & Texts<'memoryMib' | 'cpuMilli' | 'pids'>
}

type Saved = Pick<ServiceView, 'name' | 'source' | 'settings'>

/** What stands in the fields of something that is switched on. */
const FRESH_CRON: Cron = { schedule: '0 3 * * *', timeZone: 'UTC', overlap: 'skip', timeoutS: 3600 }
const FRESH_SLEEP_S = 900
const FRESH_GUARD = { minutes: 5 }
const FRESH_SNAPSHOTS = { of: [], keep: 3, timeoutS: 600, onFailure: 'stop' } as const

export function draftOf({ name, source, settings }: Saved): SettingsDraft {
  const { health, restart, cron, guard, limits, sleepAfterS } = settings
  return {
    name,
    source: {
      url: source.type === 'git' ? source.url : '',
      ref: (source.type === 'git' && source.ref) || '',
      sshKeyId: (source.type === 'git' && source.sshKeyId) || '',
      path: source.type === 'local' ? source.path : '',
      rootDirectory: ('rootDirectory' in source && source.rootDirectory) || '',
      version: source.type === 'database' ? source.version : '',
      ...imageTexts(source),
    },
    follow: { autoDeploy: settings.autoDeploy },
    requests: { accessLines: settings.accessLines, openTelemetry: settings.openTelemetry, metricsPath: settings.metricsPath ?? '' },
    commands: {
      installCommand: settings.installCommand ?? '',
      buildCommand: settings.buildCommand ?? '',
      startCommand: settings.startCommand ?? '',
      outputDirectory: settings.outputDirectory ?? '',
    },
    image: {
      builder: settings.build.builder,
      prune: settings.build.prune,
      dockerfile: settings.build.dockerfile ?? '',
      stage: settings.build.stage ?? '',
      args: Object.entries(settings.build.args).map(([name, value]) => `${name}=${value}`).join('\n'),
      entrypoint: settings.entrypoint ?? '',
      containerPort: String(settings.containerPort ?? ''),
    },
    prepare: { preDeployCommand: settings.preDeployCommand ?? '', preDeployTimeoutS: String(settings.preDeployTimeoutS) },
    health: {
      kind: health.kind,
      path: health.path,
      command: health.command ?? '',
      intervalS: String(health.intervalS),
      timeoutS: String(health.timeoutS),
      failures: String(health.failures),
      successes: String(health.successes),
      deadlineS: String(health.deadlineS),
      restartAfterS: String(health.restartAfterS),
    },
    restart: { policy: restart.policy, limit: String(restart.limit) },
    rollout: {
      rollout: settings.rollout,
      replicas: String(settings.replicas),
      holdS: String(settings.holdS),
      overlapS: String(settings.overlapS),
      drainS: String(settings.drainS),
      stopGraceS: String(settings.stopGraceS),
    },
    sleep: { isOn: sleepAfterS !== null, afterS: String(sleepAfterS ?? FRESH_SLEEP_S) },
    cron: { isOn: cron !== null, ...textsOf(cron ?? FRESH_CRON) },
    guard: { isOn: guard !== null, minutes: String((guard ?? FRESH_GUARD).minutes) },
    snapshots: snapshotTexts(settings.snapshots ?? FRESH_SNAPSHOTS),
    limits: { readOnly: settings.readOnly, memoryMib: String(limits.memoryMib ?? ''), cpuMilli: String(limits.cpuMilli ?? ''), pids: String(limits.pids ?? '') },
  }
}

function snapshotTexts({ of, keep, timeoutS, onFailure }: Omit<DeploySnapshotSettings, 'of'> & { of: readonly string[] }): SettingsDraft['snapshots'] {
  return { of: of.join(','), keep: String(keep), timeoutS: String(timeoutS), onFailure }
}

/** What stands in the fields of an image source. */
function imageTexts(source: Source) {
  const image = source.type === 'image' ? source : null
  const window = image?.follow?.window ?? null
  return { reference: image?.reference ?? '', registryId: image?.registryId ?? '', isFollowed: image?.follow !== undefined, hasWindow: window !== null, from: window?.from ?? '22:00', to: window?.to ?? '06:00', timeZone: window?.timeZone ?? 'UTC' }
}

function textsOf({ schedule, timeZone, overlap, timeoutS }: Cron) {
  return { schedule, timeZone, overlap, timeoutS: String(timeoutS) }
}

export type SettingsUpdate = { name?: string; source?: Source; settings?: ServiceSettings }

/** What to send: only what differs. Or what is wrong with it, by field. */
export function updateOf(draft: SettingsDraft, saved: Saved): { update: SettingsUpdate } | { problem: InputProblem } {
  const source = sourceOf(draft, saved.source)
  const settings = ServiceSettings.safeParse(settingsOf(draft))
  const problem = inputProblem({ name: [DisplayName, draft.name], source: [Source, source], settings: [ServiceSettings, settingsOf(draft)] }) ?? (settings.success ? misfitProblem(settings.data) : null)
  if (problem || !settings.success) return { problem: problem! }
  const update: SettingsUpdate = {}
  if (draft.name.trim() !== saved.name) update.name = draft.name.trim()
  if (differs(source, saved.source)) update.source = source
  if (differs(settings.data, saved.settings)) update.settings = settings.data
  return { update }
}

function misfitProblem(settings: ServiceSettings): InputProblem | null {
  const found = misfits(settings)
  if (found.length === 0) return null
  return { code: 'invalid_input', message: 'Some settings contradict each other. Check the marked fields.', fields: Object.fromEntries(found.map(({ field, message }) => [`settings.${field}`, message])), requestId: null }
}

/** How many fields differ from what is saved. What is switched off has no fields. */
export function countEdits(draft: SettingsDraft, saved: Saved): number {
  const before = fields(draftOf(saved))
  const now = fields(draft)
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => now[key] !== before[key]).length
}

/**
 * The edits of a draft on top of what is set by now: a field that the person left as it was when they began follows,
 * one they changed stays as they typed it.
 */
export function rebase(draft: SettingsDraft, began: SettingsDraft, now: SettingsDraft): SettingsDraft {
  const pick = (mine: unknown, former: unknown, present: unknown): unknown => {
    if (typeof mine !== 'object' || mine === null) return mine === former ? present : mine
    const parts = mine as Record<string, unknown>
    return Object.fromEntries(Object.keys(parts).map((key) => [key, pick(parts[key], (former as typeof parts)[key], (present as typeof parts)[key])]))
  }
  return pick(draft, began, now) as SettingsDraft
}

/** Names of the fields that the person and somebody else changed, each in another way, since the edits began. */
export function contestedFields(draft: SettingsDraft, began: SettingsDraft, now: SettingsDraft): string[] {
  const [mine, former, theirs] = [fields(draft), fields(began), fields(now)]
  const keys = Object.keys(theirs).filter((key) => theirs[key] !== former[key] && mine[key] !== former[key] && mine[key] !== theirs[key])
  return [...new Set(keys.map(wordOf))]
}

/** What was typed since the edits began, a line per field, to be kept elsewhere. */
export function editedText(draft: SettingsDraft, began: SettingsDraft): string {
  const former = fields(began)
  return Object.entries(fields(draft)).flatMap(([key, text]) => (text === former[key] ? [] : [`${wordOf(key)}: ${text}`])).join('\n')
}

function wordOf(key: string): string {
  const [group, field = ''] = key.split('.')
  return FIELD_WORDS[key] ?? FIELD_WORDS[field] ?? FIELD_WORDS[`build.${field}`] ?? FIELD_WORDS[group!] ?? (group === 'name' ? 'Name' : 'Source')
}

function fields(draft: SettingsDraft): Record<string, string> {
  const groups = Object.entries(draft).map(([group, value]) => [group, typeof value === 'string' ? { value } : 'isOn' in value && !value.isOn ? { isOn: false } : value] as const)
  return Object.fromEntries(groups.flatMap(([group, value]) => Object.entries(value).map(([key, text]) => [`${group}.${key}`, String(text).trim()])))
}

function sourceOf({ source }: SettingsDraft, saved: Source): Source {
  const rootDirectory = source.rootDirectory.trim() === '' ? {} : { rootDirectory: source.rootDirectory.trim() }
  if (saved.type === 'template') return saved
  if (saved.type === 'upload') return { type: 'upload', uploadId: saved.uploadId, name: saved.name, ...rootDirectory }
  if (saved.type === 'database') return { ...saved, version: source.version.trim() }
  if (saved.type === 'image') return imageSource(source)
  if (saved.type === 'local') return { type: 'local', path: source.path.trim(), ...rootDirectory }
  return {
    type: 'git',
    url: source.url.trim(),
    ...(source.ref.trim() === '' ? {} : { ref: source.ref.trim() }),
    ...rootDirectory,
    ...(source.sshKeyId === '' ? {} : { sshKeyId: source.sshKeyId }),
  }
}

/** Lines of `NAME=value`. */
function argsOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(lines.map((line) => (line.includes('=') ? [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1)] : [line.trim(), ''])))
}

function settingsOf({ follow, requests, commands, image, prepare, health, restart, rollout, sleep, cron, guard, snapshots, limits }: SettingsDraft): Record<keyof ServiceSettings, unknown> {
  const override = (text: string) => (text.trim() === '' ? null : text.trim())
  return {
    installCommand: override(commands.installCommand),
    buildCommand: override(commands.buildCommand),
    startCommand: override(commands.startCommand),
    outputDirectory: override(commands.outputDirectory),
    build: { builder: image.builder, dockerfile: override(image.dockerfile), stage: override(image.stage), args: argsOf(image.args), prune: image.prune },
    entrypoint: override(image.entrypoint),
    containerPort: limit(image.containerPort),
    preDeployCommand: override(prepare.preDeployCommand),
    preDeployTimeoutS: number(prepare.preDeployTimeoutS),
    health: {
      kind: health.kind,
      path: health.path.trim(),
      command: override(health.command),
      intervalS: number(health.intervalS),
      timeoutS: number(health.timeoutS),
      failures: number(health.failures),
      successes: number(health.successes),
      deadlineS: number(health.deadlineS),
      restartAfterS: number(health.restartAfterS),
    },
    restart: { policy: restart.policy, limit: number(restart.limit) },
    rollout: rollout.rollout,
    replicas: number(rollout.replicas),
    holdS: number(rollout.holdS),
    overlapS: number(rollout.overlapS),
    drainS: number(rollout.drainS),
    stopGraceS: number(rollout.stopGraceS),
    sleepAfterS: sleep.isOn ? number(sleep.afterS) : null,
    autoDeploy: follow.autoDeploy,
    accessLines: requests.accessLines,
    openTelemetry: requests.openTelemetry,
    metricsPath: requests.metricsPath.trim() === '' ? null : requests.metricsPath.trim(),
    cron: cron.isOn ? { schedule: cron.schedule.trim(), timeZone: cron.timeZone.trim(), overlap: cron.overlap, timeoutS: number(cron.timeoutS) } : null,
    guard: guard.isOn ? { minutes: number(guard.minutes) } : null,
    snapshots: snapshots.of === '' ? null : { of: snapshots.of.split(','), keep: number(snapshots.keep), timeoutS: number(snapshots.timeoutS), onFailure: snapshots.onFailure },
    limits: { memoryMib: limit(limits.memoryMib), cpuMilli: limit(limits.cpuMilli), pids: limit(limits.pids) },
    readOnly: limits.readOnly,
  }
}

/** A limit that was typed; an empty field is none. */
function limit(text: string): number | string | null {
  return text.trim() === '' ? null : number(text)
}

/** A number that was typed; what is none stays as it is, for the schema to refuse and to be named. */
function number(text: string): number | string {
  const trimmed = text.trim()
  return trimmed === '' || !Number.isFinite(Number(trimmed)) ? trimmed : Number(trimmed)
}

function differs(a: object, b: object): boolean {
  const ordered = (value: unknown): unknown =>
    value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined).sort(([x], [y]) => (x < y ? -1 : 1)).map(([key, part]) => [key, ordered(part)])) : value
  return JSON.stringify(ordered(a)) !== JSON.stringify(ordered(b))
}
