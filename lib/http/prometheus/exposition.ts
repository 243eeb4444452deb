// The text format that Prometheus reads, version 0.0.4.

/** `atMs`: the moment it is of, where that is not the one it is asked for. */
export type Sample = { labels: Record<string, string>; value: number; atMs?: number }
export type Family = { name: string; help: string; type: 'gauge' | 'counter' | 'summary'; samples: readonly Sample[] }

/** What kind of text it is. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Families with their samples; those without any are left out. */
export function expositionOf(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => [`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${type}`, ...samples.map((sample) => lineOf(name, sample))].join('\n') + '\n')
    .join('')
}

function lineOf(name: string, { labels, value, atMs }: Sample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}${atMs === undefined ? '' : ` ${atMs}`}`
}
