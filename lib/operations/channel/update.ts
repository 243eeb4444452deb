import { eq } from 'drizzle-orm'

import { channelUpdate } from '../../contract/channel'
import { dropWaiting, isNameTaken, lock } from '../../db/queries/channels'
import { alertChannels } from '../../db/schema/alert'
import { notFound } from '../../errors'
import { record } from '../../events/record'
import { sealChannelSecret } from '../../secrets/sealed-channel'
import { implement } from '../implement'
import { channelNameTaken, channelView, checkSignIn, isSamePlace, keptSettings } from './view'

export const updateChannel = implement(channelUpdate, async (ctx, { channelId, name, settings: given, secret, isOn }) => {
  const { organizationId } = ctx.scope
  const former = await lock(ctx.db, organizationId, channelId)
  if (!former) throw notFound('channel')
  if (name !== undefined && name !== former.name && (await isNameTaken(ctx.db, { organizationId, id: channelId, name }))) throw channelNameTaken(name)
  const before = former.settings
  const staysThere = given === undefined || isSamePlace(before, given)
  // Only a key that was given for this place stays: whoever changes the server types the password of that one.
  const keptSecret = staysThere ? former.secretSealed : null
  const asked = given ?? (before.kind === 'slack' || before.kind === 'discord' ? { kind: before.kind } : before)
  const settings = keptSettings(asked, secret, staysThere && (before.kind === 'slack' || before.kind === 'discord') ? before.host : undefined)
  const secretSealed = secret === undefined ? keptSecret : secret === null ? null : sealChannelSecret(ctx.seal, channelId, secret)
  checkSignIn(settings, secretSealed !== null)
  const isMoved = given !== undefined || secret !== undefined
  const [row] = await ctx.db
    .update(alertChannels)
    // What was said of other settings says nothing of these.
    .set({ name: name ?? former.name, settings, secretSealed, isOn: isOn ?? former.isOn, ...(isMoved ? { failingSince: null, lastError: null } : {}) })
    .where(eq(alertChannels.id, channelId))
    .returning()
  // Whoever switches it off wants to hear no more of what is past.
  if (former.isOn && isOn === false) await dropWaiting(ctx.db, channelId, { answer: 'The channel was switched off.', at: ctx.now() })
  await record(ctx.db, ctx, { type: 'channel.updated', subject: row!.name, organizationId, data: { isOn: row!.isOn } })
  return channelView(ctx.db, row!)
})
