import { serializedReplyOf, type SerializedJson } from '../../database/serialized-reply.js';

/** The reply that the database serialized together with `view`, or else the one that `toReply` builds. */
export const replyOf = <View extends object, Reply>(
  view: View,
  toReply: (view: View) => Reply,
): Reply | SerializedJson => serializedReplyOf(view) ?? toReply(view);
