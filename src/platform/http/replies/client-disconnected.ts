/** The status that logs and metrics show for a request whose client has disconnected before the response; it is never sent. */
export const CLIENT_DISCONNECTED = 499;

/** Thrown when the client disconnects before its request is processed. There is nobody to answer. */
export class ClientDisconnected extends Error {
  override readonly name = 'ClientDisconnected';
  constructor() {
    super('the client has disconnected');
  }
}
