import { wholeOf } from './measures'
import { complain, itemsOf, shown, tell, type Entries, type Findings, type Place, type Value } from './value'

export type Ports = {
  /** The one that the public address leads to; null where the file does not say. */
  main: number | null
  /** Whether the file lets anybody outside reach one of them. */
  isPublished: boolean
}

type Port = { at: Place; target: number; text: string }

/** `[[address:]published:]target[/protocol]`, where ports may be ranges. */
const SHORT = /^(?:(?:\[[0-9a-f:]+\]|[0-9a-z.*-]*):)?(?:(\d{1,5}(?:-\d{1,5})?)?:)?(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i

/** `ports` and `expose`: which one port the service listens on for its address; the others are told. */
export function readPorts(findings: Findings, entries: Entries): Ports {
  const published = portsIn(findings, entries.get('ports')?.value, 'ports')
  const exposed = portsIn(findings, entries.get('expose')?.value, 'expose')
  const [first, ...others] = published
  const rest = others.filter(({ target }) => target !== first!.target)
  if (rest.length > 0) tell(findings, rest[0]!.at, `Only its port ${first!.target} gets a public address. ${rest.length === 1 ? `Port ${rest[0]!.target} is` : `Ports ${rest.slice(0, 5).map(({ target }) => target).join(', ')}${rest.length > 5 ? ' and others are' : ' are'}`} reached by other services only.`)
  return { main: first?.target ?? exposed[0]?.target ?? null, isPublished: published.length > 0 }
}

function portsIn(findings: Findings, written: Value | undefined, what: string): Port[] {
  if (!written) return []
  return (itemsOf(findings, written, what) ?? []).flatMap((item) => {
    const port = item.kind === 'map' ? longPort(findings, item.entries, item.at) : item.kind === 'text' ? shortPort(findings, item.text, item.at) : null
    if (item.kind === 'list') complain(findings, item.at, `Each of ${what} must be a port such as "8080:80".`)
    return port ?? []
  })
}

function shortPort(findings: Findings, text: string, at: Place): Port | null {
  const match = SHORT.exec(text.trim())
  if (!match) {
    complain(findings, at, `${shown(text) || 'Nothing'} is no port. Write a port such as "8080:80".`)
    return null
  }
  return usable(findings, { at, target: Number(match[2]), text }, match[4] ?? 'tcp')
}

function longPort(findings: Findings, entries: Entries, at: Place): Port | null {
  const written = entries.get('target')?.value
  const target = written?.kind === 'text' ? wholeOf(written.text) : null
  if (target === null) {
    complain(findings, written?.at ?? at, 'A port needs a target: the number of the port in the container.')
    return null
  }
  const protocol = entries.get('protocol')?.value
  return usable(findings, { at, target, text: String(target) }, protocol?.kind === 'text' ? protocol.text : 'tcp')
}

function usable(findings: Findings, port: Port, protocol: string): Port | null {
  if (port.target < 1 || port.target > 65_535) {
    complain(findings, port.at, `${shown(port.text)} is no port: it is a number from 1 to 65535.`)
    return null
  }
  if (protocol.toLowerCase() === 'tcp') return port
  tell(findings, port.at, `Its port ${port.target}/${shown(protocol)} gets no public address: only TCP ports that speak HTTP do.`)
  return null
}
