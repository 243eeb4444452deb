/** A server turned away who came with these credentials, or does not let them do what they could: asking again changes nothing. The message is a sentence. */
export class LoginRefused extends Error {
  override name = 'LoginRefused'
}
