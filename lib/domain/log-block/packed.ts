import type { Attribute } from './attributes'
import type { Outline } from './outline'

// An outline as text, as it is stored: lists instead of names, and times since the one before. What reads it is of the same version: others are made anew.

const VERSION = 1

type PackedAttribute = [flags: number, texts: string[] | 0, least?: number | string, greatest?: number | string, values?: number[] | 0, octaves?: number[]]
type PackedKind = [serviceId: string | null, kind: string, stream: string, level: number | null, deployments: (string | null)[] | null, parts: (string | null)[] | null, template: string, bits: number[], hasOthers: 0 | 1, names: string[] | null]
type Packed = { v: number; from: number; kinds: PackedKind[]; blocks: [lengthMs: number, lines: number, kinds: [number, ...PackedAttribute[]][]][] }

/** An outline as text. */
export function packOutline({ kinds, blocks }: Outline): string {
  const packed: Packed = {
    v: VERSION,
    from: blocks[0]!.fromMs,
    kinds: kinds.map(({ serviceId, kind, stream, level, deployments, parts, template, filling, names }) => [serviceId, kind, stream, level, deployments, parts, template, [...filling.bits], filling.hasOthers ? 1 : 0, names]),
    blocks: blocks.map(({ fromMs, untilMs, lines, kinds: within }) => [untilMs - fromMs, lines, within.map(({ kind, attributes }) => [kind, ...attributes.map(packAttribute)])]),
  }
  // As text and not as JSON of PostgreSQL, which refuses the escaped sign for a hole.
  return JSON.stringify(packed)
}

/** What was packed; null for what another version has packed. */
export function readOutline(text: string): Outline | null {
  const packed = JSON.parse(text) as Packed
  if (packed.v !== VERSION) return null
  let fromMs = packed.from
  return {
    kinds: packed.kinds.map(([serviceId, kind, stream, level, deployments, parts, template, bits, hasOthers, names]) => ({ serviceId, kind, stream, level, deployments, parts, template, filling: { bits: Int32Array.from(bits), hasOthers: hasOthers === 1 }, names })),
    blocks: packed.blocks.map(([lengthMs, lines, kinds]) => {
      const block = { fromMs, untilMs: fromMs + lengthMs, lines, kinds: kinds.map(([kind, ...attributes]) => ({ kind, attributes: attributes.map(readAttribute) })) }
      fromMs += lengthMs
      return block
    }),
  }
}

function packAttribute({ numbers, texts, hasNumber, hasOther, hasParts }: Attribute): PackedAttribute {
  const flags = (hasNumber ? 1 : 0) + (hasOther ? 2 : 0) + (hasParts ? 4 : 0)
  if (numbers.values?.length === 0) return [flags, texts ?? 0]
  return [flags, texts ?? 0, numberOut(numbers.least), numberOut(numbers.greatest), numbers.values ?? 0, numbers.values === null ? numbers.octaves : []]
}

function readAttribute([flags, texts, least, greatest, values, octaves]: PackedAttribute): Attribute {
  const numbers = least === undefined ? { least: Infinity, greatest: -Infinity, values: [], octaves: [] } : { least: Number(least), greatest: Number(greatest), values: values || null, octaves: octaves ?? [] }
  return { numbers, texts: texts === 0 ? null : texts, hasNumber: (flags & 1) !== 0, hasOther: (flags & 2) !== 0, hasParts: (flags & 4) !== 0 }
}

/** JSON has no infinity. */
function numberOut(number: number): number | string {
  return Number.isFinite(number) ? number : String(number)
}
