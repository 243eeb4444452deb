import { createHash } from 'node:crypto'
import { networkInterfaces } from 'node:os'

// Subnets for networks, chosen by us: an engine's own pools are used up after some thirty networks. Pure but for `localSubnets`.

type Range = { first: number; size: number }

/** Subnets of a pool that none of the taken ones overlaps, each once, in an order that the seed decides: who asks at once asks for different ones. */
export function* freeSubnets({ pool, prefix, seed, taken }: { pool: string; prefix: number; seed: string; taken: readonly string[] }): Generator<string> {
  const whole = parse(pool)
  const size = 2 ** (32 - prefix)
  if (whole === null || whole.size < size) return
  const used = taken.flatMap((subnet) => parse(subnet) ?? [])
  const count = whole.size / size
  const begin = createHash('sha256').update(seed).digest().readUInt32BE(0) % count
  for (let index = 0; index < count; index++) {
    const first = whole.first + ((begin + index) % count) * size
    if (!used.some((other) => first < other.first + other.size && other.first < first + size)) yield `${write(first)}/${prefix}`
  }
}

/** Networks that this machine is in: one of the same addresses would cut it off from them. */
export function localSubnets(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).flatMap(({ family, cidr }) => (family === 'IPv4' && cidr ? [cidr] : []))
}

function parse(subnet: string): Range | null {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(subnet)
  if (!found) return null
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = found.slice(1).map(Number)
  const size = 2 ** (32 - prefix)
  const address = ((a * 256 + b) * 256 + c) * 256 + d
  return { first: address - (address % size), size }
}

function write(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.')
}
