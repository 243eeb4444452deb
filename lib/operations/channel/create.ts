import { channelCreate } from '../../contract/channel'
import { isUniqueViolation } from '../../db/connection'
import { countOf, isNameTaken } from '../../db/queries/channels'
import { alertChannels } from '../../db/schema/alert'
import { AppError } from '../../errors'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { sealChannelSecret } from '../../secrets/sealed-channel'
import { implement } from '../implement'
import { channelNameTaken, channelView, checkSignIn, keptSettings } from './view'

/** Every message goes to each of them. */
const MOST_CHANNELS = 50

export const createChannel = implement(channelCreate, async (ctx, { name, settings: given, secret }) => {
  const { organizationId } = ctx.scope
  const id = newId('channel')
  if (await isNameTaken(ctx.db, { organizationId, id, name })) throw channelNameTaken(name)
  if ((await countOf(ctx.db, organizationId)) >= MOST_CHANNELS) throw new AppError('limit_exceeded', `There are ${MOST_CHANNELS} channels already. Delete one first.`)
  const settings = keptSettings(given, secret)
  checkSignIn(settings, secret !== undefined)
  const [row] = await ctx.db
    .insert(alertChannels)
    .values({ id, organizationId, name, settings, secretSealed: secret === undefined ? null : sealChannelSecret(ctx.seal, id, secret), createdAt: ctx.now() })
    .returning()
    .catch((error: unknown) => {
      throw isUniqueViolation(error, 'alert_channels_name') ? channelNameTaken(name) : error
    })
  await record(ctx.db, ctx, { type: 'channel.created', subject: name, organizationId, data: { kind: settings.kind } })
  return channelView(ctx.db, row!)
})
