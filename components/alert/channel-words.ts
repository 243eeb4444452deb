/** A channel that rules can name. */
export type NamedChannel = { id: string; name: string }

/** Who is told of a rule that does not tell all channels. */
export function channelWords(ids: readonly string[], channels: readonly NamedChannel[]): string {
  const names = channels.filter(({ id }) => ids.includes(id)).map(({ name }) => name)
  return names.length === 0 ? 'No channel is told.' : `Told to ${names.join(', ')} only.`
}
