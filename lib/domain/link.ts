// Links on the canvas are derived from references between variables, each time they are shown.

/** A service and what each of its variables refers to. */
export type LinkSource = { id: string; name: string; references: readonly { variable: string; service: string }[] }

export type Link = { id: string; kind: 'reference'; from: string; to: string; variables: string[] }

/** One link per pair of services, in a stable order. References to unknown services, and to itself, draw nothing. */
export function linksOf(services: readonly LinkSource[]): Link[] {
  const idByName = new Map(services.map((service) => [service.name, service.id]))
  const links = new Map<string, Link>()
  for (const from of services) {
    for (const { variable, service } of from.references) {
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
