import { z } from 'zod'

/** An instant as ISO 8601 in UTC. */
export const Timestamp = z.iso.datetime()

/** The answer of commands that leave nothing to show. */
export const Done = z.strictObject({ ok: z.literal(true) })

/** Paging of lists: newest first, `cursor` from the former page. */
export const PageInput = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
}

/** A page of a list. `nextCursor` is null on the last page. */
export function page<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() })
}

/** A name a person gives: one line, trimmed. */
export const DisplayName = z
  .string()
  .trim()
  .min(1, 'Must not be empty.')
  .max(60, 'Must be at most 60 characters.')
  .refine((value) => !/[\p{Cc}\p{Cf}{}$"]/u.test(value), 'Must be one line without control characters, braces, quotes or $.')

/** What is told of a person elsewhere than on their own account. */
export const PersonView = z.strictObject({ id: z.string(), name: z.string(), email: z.string() })
