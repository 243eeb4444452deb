// Links on the canvas are derived from references between variables, each time they are shown.

/** A service, or `shared`, and what each of its variables refers to. */
export type LinkSource = { id: string; name: string; references: readonly { variable: string; service: string; /** Needed where `service` is `shared`. */ key?: string }[] }

export type Link = { id: string; kind: 'reference'; from: string; to: string; variables: string[] }

/**
 * One link per pair of services, in a stable order. References to unknown services, and to itself, draw nothing. What a shared
 * variable refers to, everyone is linked to who refers to that variable.
 */
export function linksOf(services: readonly LinkSource[], shared: LinkSource | null = null): Link[] {
  const idByName = new Map(services.map((service) => [service.name, service.id]))
  const links = new Map<string, Link>()
  for (const from of services) {
    for (const { variable, service } of from.references.flatMap((reference) => throughShared(reference, shared))) {
      const to = idByName.get(service)
      if (to === undefined || to === from.id) continue
      const id = `${from.id}:${to}`
      const link = links.get(id) ?? { id, kind: 'reference', from: from.id, to, variables: [] }
      if (!link.variables.includes(variable)) link.variables.push(variable)
      links.set(id, link)
    }
  }
  return [...links.values()].map((link) => ({ ...link, variables: link.variables.sort() })).sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** A reference as it is, or those that it comes to through shared variables, however many refer to each other. */
function throughShared(reference: LinkSource['references'][number], shared: LinkSource | null): { variable: string; service: string }[] {
  if (shared === null || reference.service !== shared.name) return [reference]
  const found: { variable: string; service: string }[] = []
  const keys = new Set([reference.key])
  // A set that grows while it is gone through: each key once.
  for (const key of keys) {
    for (const next of shared.references.filter(({ variable }) => variable === key)) {
      if (next.service === shared.name) keys.add(next.key)
      else found.push({ variable: reference.variable, service: next.service })
    }
  }
  return found
}
