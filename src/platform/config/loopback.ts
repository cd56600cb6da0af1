/** Whether `host`, as a URL's `hostname` gives it, is this machine: `localhost`, 127.0.0.0/8 or `[::1]`. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
