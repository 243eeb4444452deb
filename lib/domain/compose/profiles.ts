import { listed, tell, textsOf, type Entries, type Findings, type Value } from './value'

function of(findings: Findings, value: Value): string[] {
  const written = value.kind === 'map' ? value.entries.get('profiles')?.value : undefined
  return written ? (textsOf(findings, written, 'profiles') ?? []) : []
}

/** Every profile that services of a file are in. */
export function profilesIn(findings: Findings, services: Entries): string[] {
  return [...new Set([...services.values()].flatMap(({ value }) => of(findings, value)))].sort()
}

/** The services that are drawn: those in no profile, and those in one that was chosen. */
export function activeIn(findings: Findings, services: Entries, chosen: readonly string[]): Entries {
  const active = new Map(services)
  for (const [key, { at, value }] of services) {
    // What is wrong with them was said when they were collected.
    const profiles = of({ problems: [], notes: [], service: null }, value)
    if (profiles.length === 0 || profiles.some((profile) => chosen.includes(profile))) continue
    active.delete(key)
    tell({ ...findings, service: key }, at, `It is in the ${profiles.length === 1 ? 'profile' : 'profiles'} ${listed(profiles)} and not drawn. Choose ${profiles.length === 1 ? 'it' : 'one of them'} to draw it.`)
  }
  return active
}
